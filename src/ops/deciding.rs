//! What decides an answer that an index keeps: settings, and files of the user by name and digest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::domain::checksum::content::ContentDigest;
use crate::domain::goenv::GoEnv;
use crate::domain::mvs::pack::{Reader, put_number, put_text};

/// The settings that have a say in what is loaded or believed, or whose faults end the operation.
const SETTINGS: [&str; 11] = [
    "GO111MODULE",
    "GOAUTH",
    "GOFLAGS",
    "GOINSECURE",
    "GOMODCACHE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOPRIVATE",
    "GOPROXY",
    "GOSUMDB",
    "GOVCS",
];

/// Appends the settings to a question.
pub(super) fn put_settings(question: &mut Vec<u8>, env: &GoEnv) {
    for name in SETTINGS {
        put_text(question, env.get(name));
    }
}

/// Appends files; those below `base` are named relative to it. `None` where a name is not UTF-8.
pub(super) fn put_files(
    bytes: &mut Vec<u8>,
    files: &BTreeMap<PathBuf, Option<ContentDigest>>,
    base: &Path,
) -> Option<()> {
    put_number(bytes, files.len());
    for (path, digest) in files {
        put_text(bytes, path.strip_prefix(base).unwrap_or(path).to_str()?);
        let digest = bytes_of(digest.as_ref());
        put_number(bytes, digest.len());
        bytes.extend_from_slice(digest);
    }
    Some(())
}

/// What a file that decided is now.
pub(super) enum Now {
    /// Its digest; none where it is absent.
    Is(Option<ContentDigest>),
    /// Nothing can have changed it.
    Same,
}

/// Takes files and compares each with what `now` says of it. `None` where one is not as it was or cannot be read.
pub(super) fn take_same_files(
    reader: &mut Reader<'_>,
    base: &Path,
    mut now: impl FnMut(PathBuf) -> Option<Now>,
) -> Option<()> {
    for _ in 0..reader.count()? {
        let path = base.join(reader.text()?);
        let length = reader.count()?;
        let expected = reader.bytes(length)?;
        if let Now::Is(digest) = now(path)?
            && bytes_of(digest.as_ref()) != expected
        {
            return None;
        }
    }
    Some(())
}

fn bytes_of(digest: Option<&ContentDigest>) -> &[u8] {
    digest.map_or(&[][..], |digest| digest.as_bytes())
}
