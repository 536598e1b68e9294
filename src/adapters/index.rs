//! What was computed from verified files, kept for later runs in `cache/modsmith` of the module cache.
//!
//! A module cache is carried around and shared, between CI jobs for instance, and others may write into it. So each
//! entry is sealed with a key that never leaves the user's own configuration directory: an entry without this user's
//! seal, or changed by a single bit, counts as absent. Entries and key can be deleted at any time.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use crate::adapters::fs as files;
use crate::domain::checksum::content::{ContentDigest, SealKey};

/// What entries are about; each kind has its folder and its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Module graphs: few and large.
    Graphs,
    /// What the go.mod files of a graph say besides.
    Statements,
    /// How a graph was loaded.
    Traces,
    /// What was seen in the directories of modules: one entry for each module version.
    Packages,
    /// Answers about packages: one entry for each checkout and question.
    Answers,
}

/// What is kept of one kind.
struct Bounds {
    /// No entry is larger than this, in bytes.
    entry: u64,
    /// More entries than this are not kept in a folder: those that were written first go first.
    entries: usize,
    /// How many digits of its name say in which folder an entry is.
    digits: usize,
}

impl Area {
    fn name(self) -> &'static str {
        match self {
            Self::Graphs => "graph",
            Self::Statements => "statements",
            Self::Traces => "traces",
            Self::Packages => "packages",
            Self::Answers => "answers",
        }
    }

    fn bounds(self) -> Bounds {
        match self {
            Self::Graphs | Self::Statements | Self::Traces => Bounds {
                entry: 64 << 20,
                entries: 128,
                digits: 0,
            },
            Self::Answers => Bounds {
                entry: 64 << 20,
                entries: 64,
                digits: 0,
            },
            Self::Packages => Bounds {
                entry: 4 << 20,
                entries: 64,
                digits: 2,
            },
        }
    }
}

/// Entries of one kind.
pub struct Index {
    dir: PathBuf,
    area: Area,
    key_file: PathBuf,
    key: OnceLock<SealKey>,
    /// Which program wrote an entry: another one does not believe it.
    program: String,
}

impl Index {
    /// Names the places; nothing is read yet.
    ///
    /// `config_dir` is the user's directory for configuration.
    pub fn new(mod_cache: &Path, config_dir: &Path, area: Area) -> Self {
        Self {
            dir: mod_cache.join("cache").join("modsmith").join(area.name()),
            area,
            key_file: config_dir.join("modsmith").join("index.key"),
            key: OnceLock::new(),
            program: program(),
        }
    }

    /// Returns the index of another kind, of the same user.
    #[must_use]
    pub fn beside(&self, area: Area) -> Self {
        Self {
            dir: self.dir.with_file_name(area.name()),
            area,
            key_file: self.key_file.clone(),
            key: self.key.clone(),
            program: self.program.clone(),
        }
    }

    /// Returns the entry for `question`, if this program and this user have written it.
    pub fn get(&self, question: &ContentDigest) -> Option<Vec<u8>> {
        Some(self.get_sealed(question)?.0)
    }

    /// Returns the same with its seal, which no other entry has.
    pub fn get_sealed(&self, question: &ContentDigest) -> Option<(Vec<u8>, ContentDigest)> {
        let name = question.to_hex();
        let mut entry = files::read(&self.place(&name), self.area.bounds().entry).ok()?;
        let key = self.key()?;
        let length = entry.len().checked_sub(ContentDigest::LENGTH)?;
        let seal: [u8; ContentDigest::LENGTH] = entry[length..].try_into().ok()?;
        entry.truncate(length);
        key.holds(&self.label(&name), &entry, &seal)
            .then_some((entry, ContentDigest::from_bytes(seal)))
    }

    /// Keeps the entry for `question`, and returns its seal. What cannot be written only costs time, later.
    pub fn put(&self, question: &ContentDigest, mut entry: Vec<u8>) -> Option<ContentDigest> {
        let name = question.to_hex();
        let limit = usize::try_from(self.area.bounds().entry).unwrap_or(usize::MAX);
        if limit < entry.len() + ContentDigest::LENGTH {
            return None;
        }
        let key = self.key().or_else(|| self.new_key())?;
        let seal = key.seal(&self.label(&name), &entry);
        entry.extend_from_slice(seal.as_bytes());
        let place = self.place(&name);
        let folder = place.parent().unwrap_or(&self.dir);
        let kept = files::create_dir_all(folder).and_then(|()| files::write_new(&place, &entry));
        kept.ok()?;
        drop::<io::Result<()>>(self.forget_oldest(folder));
        Some(seal)
    }

    /// Returns where the entry of a name is.
    fn place(&self, name: &str) -> PathBuf {
        let digits = self.area.bounds().digits;
        self.dir.join(&name[..digits]).join(name)
    }

    fn label(&self, name: &str) -> String {
        format!("{}\n{name}", self.program)
    }

    /// Returns the key; whoever has read it once goes on with it.
    fn key(&self) -> Option<SealKey> {
        if let Some(key) = self.key.get() {
            return Some(key.clone());
        }
        let key = self.read_key()?;
        Some(self.key.get_or_init(|| key).clone())
    }

    fn read_key(&self) -> Option<SealKey> {
        let file = File::open(&self.key_file).ok()?;
        if !is_private(&file) {
            return None;
        }
        // A byte more than a key has shows that it is none.
        let mut bytes = Vec::with_capacity(SealKey::LENGTH + 2);
        let limit = u64::try_from(SealKey::LENGTH + 1).ok()?;
        file.take(limit).read_to_end(&mut bytes).ok()?;
        SealKey::new(&bytes)
    }

    /// Makes a key, unless another process is sooner.
    fn new_key(&self) -> Option<SealKey> {
        let mut bytes = [0; SealKey::LENGTH];
        getrandom::fill(&mut bytes).ok()?;
        fs::create_dir_all(self.key_file.parent()?).ok()?;
        // Such a file is its owner's alone from the start.
        let mut temporary = tempfile::NamedTempFile::new_in(self.key_file.parent()?).ok()?;
        temporary.write_all(&bytes).ok()?;
        // A key that is there already has the last word.
        drop(temporary.persist_noclobber(&self.key_file));
        self.key()
    }

    fn forget_oldest(&self, folder: &Path) -> io::Result<()> {
        let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
        let paths = paths.collect::<io::Result<Vec<PathBuf>>>()?;
        let surplus = paths.len().saturating_sub(self.area.bounds().entries);
        if surplus == 0 {
            return Ok(());
        }
        let mut entries: Vec<(SystemTime, PathBuf)> = Vec::new();
        for path in paths {
            entries.push((fs::metadata(&path)?.modified()?, path));
        }
        entries.sort();
        for (_, path) in entries.drain(..surplus) {
            fs::remove_file(path)?;
        }
        Ok(())
    }
}

/// Returns what tells a directory from one that takes its place later, as long as nothing is added to it or removed.
#[cfg(unix)]
pub fn stamp(dir: &Metadata) -> Option<Vec<u8>> {
    use std::os::unix::fs::MetadataExt as _;
    let numbers = [dir.mtime(), dir.mtime_nsec(), dir.ctime(), dir.ctime_nsec()];
    let mut stamp = dir.ino().to_le_bytes().to_vec();
    stamp.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    Some(stamp)
}

/// Returns what tells a directory from one that takes its place later, as long as nothing is added to it or removed.
#[cfg(not(unix))]
pub fn stamp(dir: &Metadata) -> Option<Vec<u8>> {
    let mut stamp = Vec::new();
    for time in [dir.modified().ok()?, dir.created().ok()?] {
        let time = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        stamp.extend(time.as_nanos().to_le_bytes());
    }
    Some(stamp)
}

/// Names this very program: its version, and size and time of its file, which change while it is developed.
fn program() -> String {
    let metadata = std::env::current_exe().and_then(fs::metadata);
    let file = metadata.map(|metadata| {
        let time = metadata.modified().ok();
        let time = time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        format!("{} {}", metadata.len(), time.unwrap_or_default().as_nanos())
    });
    format!(
        "modsmith {} {}",
        env!("CARGO_PKG_VERSION"),
        file.unwrap_or_default()
    )
}

/// Reports whether nobody but the owner can read the file.
#[cfg(unix)]
fn is_private(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata()
        .is_ok_and(|metadata| metadata.mode() & 0o777 & !0o700 == 0)
}

/// On Windows the user's profile is the user's alone.
#[cfg(not(unix))]
fn is_private(_: &File) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Place(tempfile::TempDir);

    impl Place {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn index(&self) -> Index {
            self.index_of("config")
        }

        fn index_of(&self, user: &str) -> Index {
            Index::new(
                &self.0.path().join("mod"),
                &self.0.path().join(user),
                Area::Graphs,
            )
        }

        fn entry(&self, question: &ContentDigest) -> PathBuf {
            let dir = self.0.path().join("mod/cache/modsmith/graph");
            dir.join(question.to_hex())
        }
    }

    #[test]
    fn keeps_entries_between_runs() {
        let place = Place::new();
        let question = ContentDigest::of(b"?");
        assert_eq!(place.index().get(&question), None);
        place.index().put(&question, b"answer".to_vec());
        assert_eq!(place.index().get(&question), Some(b"answer".to_vec()));
        assert_eq!(place.index().get(&ContentDigest::of(b"!")), None);
    }

    #[test]
    fn believes_no_entry_of_another_user_or_name_and_none_with_another_bit() {
        let place = Place::new();
        let question = ContentDigest::of(b"?");
        place.index().put(&question, b"answer".to_vec());
        assert_eq!(place.index_of("another").get(&question), None);
        let whole = fs::read(place.entry(&question)).unwrap();
        let other = ContentDigest::of(b"!");
        fs::write(place.entry(&other), &whole).unwrap();
        assert_eq!(place.index().get(&other), None);
        for position in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[position] ^= 1;
            fs::write(place.entry(&question), bytes).unwrap();
            assert_eq!(place.index().get(&question), None, "byte {position}");
            fs::write(place.entry(&question), &whole[..position]).unwrap();
            assert_eq!(place.index().get(&question), None, "{position} bytes");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_seals_nothing() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = Place::new();
        let question = ContentDigest::of(b"?");
        place.index().put(&question, b"answer".to_vec());
        let key = place.0.path().join("config/modsmith/index.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(place.index().get(&question), None);
    }

    #[test]
    fn the_oldest_entries_make_room() {
        let place = Place::new();
        let limit = Area::Graphs.bounds().entries;
        let index = place.index();
        for number in 0..=limit {
            let question = ContentDigest::of(&number.to_le_bytes());
            index.put(&question, Vec::new());
        }
        let dir = place.0.path().join("mod/cache/modsmith/graph");
        assert_eq!(fs::read_dir(dir).unwrap().count(), limit);
    }

    #[test]
    fn many_entries_are_spread_over_folders_and_each_has_its_bound() {
        let place = Place::new();
        let root = place.0.path();
        let index = Index::new(&root.join("mod"), &root.join("config"), Area::Packages);
        let questions: Vec<_> = (0..20_000_u32)
            .map(|number| ContentDigest::of(&number.to_le_bytes()))
            .filter(|question| question.to_hex().starts_with("00"))
            .collect();
        let bounds = Area::Packages.bounds();
        assert!(bounds.entries < questions.len());
        for question in &questions {
            index.put(question, b"x".to_vec());
        }
        let dir = root.join("mod/cache/modsmith/packages");
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
        let folder = fs::read_dir(dir.join("00")).unwrap();
        assert_eq!(folder.count(), bounds.entries);
        let last = questions.last().unwrap();
        assert_eq!(index.get(last), Some(b"x".to_vec()));
        let question = ContentDigest::of(b"?");
        index.put(&question, vec![0; 5 << 20]);
        assert_eq!(index.get(&question), None);
    }

    #[test]
    fn another_directory_has_another_stamp() {
        let place = Place::new();
        let dir = place.0.path().join("dir");
        fs::create_dir(&dir).unwrap();
        let stamp = || stamp(&fs::metadata(&dir).unwrap()).unwrap();
        let first = stamp();
        assert_eq!(stamp(), first);
        fs::rename(&dir, place.0.path().join("old")).unwrap();
        fs::create_dir(&dir).unwrap();
        assert_ne!(stamp(), first);
    }
}
