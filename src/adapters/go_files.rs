//! Directories with Go files: what is in them, and the heads of the files.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use super::fs::{FsError, at};
use crate::domain::gosource::{Header, HeaderFault, imports};

/// How much of a file is read first; most heads are shorter.
const FIRST: usize = 8 << 10;

/// The longest head of a file that is read, in bytes; a file that is no Go is all head.
const MAX_HEAD: usize = 64 << 20;

/// What is in a directory, as far as packages are concerned; sorted by name.
#[derive(Debug, Default)]
pub struct Listing {
    /// Directories; no symbolic links.
    pub dirs: Vec<OsString>,
    /// Files that end in `.go`, and symbolic links to such.
    pub go_files: Vec<OsString>,
    /// Whether there is a go.mod that is no directory.
    pub has_go_mod: bool,
    /// The first file that ends in `.go` and of which it cannot be told what it is.
    pub unclear: Option<FsError>,
}

/// Lists a directory; none where there is no such directory.
pub fn list(dir: &Path) -> Result<Option<Listing>, FsError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(at("read", dir)(error)),
    };
    let mut listing = Listing::default();
    for entry in entries {
        let entry = entry.map_err(at("read", dir))?;
        let kind = entry.file_type().map_err(at("read", dir))?;
        let name = entry.file_name();
        if kind.is_dir() {
            listing.dirs.push(name);
            continue;
        }
        let is_go = name.as_encoded_bytes().ends_with(b".go");
        if !is_go && name != "go.mod" {
            continue;
        }
        let target = if kind.is_symlink() {
            fs::metadata(entry.path()).map(|found| found.file_type())
        } else {
            Ok(kind)
        };
        match target {
            Ok(kind) if !is_go => listing.has_go_mod |= !kind.is_dir(),
            Ok(kind) if kind.is_file() => listing.go_files.push(name),
            Err(error) if is_go && listing.unclear.is_none() => {
                listing.unclear = Some(at("read", &entry.path())(error));
            }
            Ok(_) | Err(_) => {}
        }
    }
    listing.dirs.sort_unstable();
    listing.go_files.sort_unstable();
    Ok(Some(listing))
}

/// Reads the head of a Go file and gives it to `take`; no more of the file is read than that needs.
pub fn with_head<T>(path: &Path, take: impl FnOnce(&Header<'_>) -> T) -> Result<T, FsError> {
    let fault = at("read", path);
    let mut file = File::open(path).map_err(&fault)?;
    let mut buffer = vec![0; FIRST];
    let mut length = 0;
    loop {
        let count = match file.read(&mut buffer[length..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read.map_err(&fault)?,
        };
        length += count;
        let text = &buffer[..length];
        let header = imports::read(text);
        // Most files need one call of the system: what follows the head is not asked for.
        if count == 0 || is_settled(&header, text) {
            return Ok(take(&header));
        }
        if length < buffer.len() {
            continue;
        }
        if MAX_HEAD <= length {
            let message = "the head of the file is too long";
            return Err(fault(io::Error::new(io::ErrorKind::FileTooLarge, message)));
        }
        buffer.resize(4 * length, 0);
    }
}

/// Reports whether more of the file would change nothing.
fn is_settled(header: &Header<'_>, text: &[u8]) -> bool {
    // A byte order mark does not count as text of the head.
    let seen =
        header.text.len() + text.len() - text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).len();
    match header.fault {
        None => seen < text.len(),
        Some(HeaderFault::Nul | HeaderFault::SyntaxThenNul) => true,
        Some(HeaderFault::Syntax) => false,
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_the_head() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.go");
        let check = |text: &str, expect: &[&str]| {
            fs::write(&path, text).unwrap();
            let found = with_head(&path, |header| {
                assert_eq!(header.fault, None);
                header
                    .imports
                    .iter()
                    .map(|import| import.path().unwrap())
                    .collect::<Vec<_>>()
            });
            assert_eq!(found.unwrap(), expect);
        };
        check("package p\nimport \"a\"\nvar x = 1", &["a"]);
        check("package p", &[]);
        let comment = "// comment\n".repeat(2000);
        check(
            &format!("{comment}package p\n{comment}import \"a\"\n{comment}import \"b\""),
            &["a", "b"],
        );
        for length in FIRST - 20..FIRST + 2 {
            let comment = format!("/*{}*/", "x".repeat(length - 4));
            check(
                &format!("{comment}package p; import \"a\"; var x int"),
                &["a"],
            );
        }
    }

    #[test]
    fn listings_follow_links_to_files_only() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("b.go"), "").unwrap();
        fs::write(at("a.txt"), "").unwrap();
        fs::write(at("go.mod"), "").unwrap();
        fs::create_dir(at("d.go")).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(at("b.go"), at("a.go")).unwrap();
            std::os::unix::fs::symlink(at("d.go"), at("e.go")).unwrap();
            std::os::unix::fs::symlink(at("none"), at("f.go")).unwrap();
        }
        let listing = list(dir.path()).unwrap().unwrap();
        assert_eq!(listing.dirs, ["d.go"]);
        assert!(listing.has_go_mod);
        #[cfg(unix)]
        {
            assert_eq!(listing.go_files, ["a.go", "b.go"]);
            assert!(listing.unclear.is_some());
        }
        assert!(list(&at("none")).unwrap().is_none());
        assert!(list(&at("b.go")).unwrap().is_none());
    }
}
