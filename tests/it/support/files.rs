//! Where tests work, and how they write files there.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs};

use tempfile::TempDir;

/// How big a place in memory must be, in kilobytes: containers often give it 64 MB.
const ROOM: u64 = 1 << 20;

/// Makes a directory for one test, in memory where the system has such a place: thousands of small files are made.
pub(crate) fn scratch() -> TempDir {
    let mut builder = tempfile::Builder::new();
    builder.prefix("modsmith-test-");
    builder.tempdir_in(place()).unwrap()
}

/// Returns the directory below which tests work.
fn place() -> &'static Path {
    static PLACE: OnceLock<PathBuf> = OnceLock::new();
    PLACE.get_or_init(|| {
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let memory = memory(&mounts).filter(|_| env::var_os("TMPDIR").is_none());
        let memory = memory.filter(|place| tempfile::tempfile_in(place).is_ok());
        memory.unwrap_or_else(env::temp_dir)
    })
}

/// Returns the place in memory, if it has room and programs may run there.
fn memory(mounts: &str) -> Option<PathBuf> {
    let place = "/dev/shm";
    let mount = |line: &str| {
        let mut fields = line.split(' ').skip(1);
        (fields.next()? == place && fields.next()? == "tmpfs").then_some(())?;
        let options: Vec<_> = fields.next()?.split(',').map(str::to_owned).collect();
        Some(options)
    };
    let options = mounts.lines().filter_map(mount).next_back()?;
    let size = |option: &String| {
        option
            .strip_prefix("size=")?
            .strip_suffix('k')?
            .parse()
            .ok()
    };
    // Without a word about its size it has half of the memory.
    let has_room = options
        .iter()
        .find_map(size)
        .is_none_or(|size: u64| ROOM <= size);
    let is_free = !options
        .iter()
        .any(|option| option == "noexec" || option == "ro");
    (has_room && is_free).then(|| PathBuf::from(place))
}

/// Writes a file, and makes the directories above it where they are missing.
pub(crate) fn write(path: &Path, contents: impl AsRef<[u8]>) {
    let contents = contents.as_ref();
    match fs::write(path, contents) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().expect("a file is in a directory")).unwrap();
            fs::write(path, contents).unwrap();
        }
        written => written.unwrap(),
    }
}

/// Returns the path of a program, so that it can be started without a copy of this process, which takes as long as many
/// a program runs: for a name, a changed PATH and a working directory that is what the standard library does.
pub(crate) fn program(name: &str) -> PathBuf {
    let paths = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&paths)
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join(name))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| name.into())
}

#[test]
fn memory_is_taken_where_there_is_enough() {
    let at = |options: &str| {
        memory(&format!(
            "a / ext4 rw 0 0\ntmpfs /dev/shm tmpfs {options} 0 0\n"
        ))
    };
    let place = Some(PathBuf::from("/dev/shm"));
    assert_eq!(at("rw,relatime,size=24684096k"), place);
    assert_eq!(at("rw"), place);
    for options in ["rw,size=65536k", "rw,noexec", "ro,size=24684096k"] {
        assert_eq!(at(options), None, "{options}");
    }
    assert_eq!(memory("a /dev/shm ext4 rw 0 0\n"), None);
    assert_eq!(memory(""), None);
}
