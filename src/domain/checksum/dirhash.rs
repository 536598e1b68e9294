//! The `h1:` hash of a go.mod or of the files of a module.
//!
//! It is the SHA-256 of a list with one line for each file, sorted by name: the SHA-256 of the file in hexadecimal,
//! two spaces, the name. See <https://go.dev/ref/mod#go-sum-files>.

use std::io::{self, Read};

use data_encoding::{BASE64, HEXLOWER};
use ring::digest::{Context, SHA256};
use thiserror::Error;

/// The SHA-256 of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileDigest([u8; 32]);

/// A list of files that has no hash.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DirHashError {
    /// A name would make two lines of the list.
    #[error("dirhash: filenames with newlines are not supported")]
    Newline {
        /// The name.
        name: String,
    },
}

/// The SHA-256 of a file that comes in pieces.
#[derive(Clone)]
pub struct FileHasher(Context);

impl Default for FileHasher {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl FileHasher {
    /// Adds the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the digest of all pieces.
    pub fn finish(self) -> FileDigest {
        let mut digest = [0; 32];
        digest.copy_from_slice(self.0.finish().as_ref());
        FileDigest(digest)
    }
}

impl FileDigest {
    /// Takes a digest that was computed elsewhere.
    pub fn from_bytes(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Begins with an empty file.
    pub fn hasher() -> FileHasher {
        FileHasher::default()
    }

    /// Hashes the contents of a file.
    pub fn of(data: &[u8]) -> Self {
        let mut hasher = Self::hasher();
        hasher.update(data);
        hasher.finish()
    }

    /// Hashes the contents of a file while reading it.
    pub fn read(mut reader: impl Read) -> io::Result<Self> {
        let mut hasher = Self::hasher();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(hasher.finish()),
                Ok(length) => hasher.update(&buffer[..length]),
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err),
            }
        }
    }

    /// Returns the digits in hexadecimal.
    pub fn to_hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

/// Returns the `h1:` hash of files, given in any order with their names; a name may be any bytes, as on Unix.
pub fn hash1(files: &[(&[u8], FileDigest)]) -> Result<String, DirHashError> {
    let mut files: Vec<_> = files.iter().collect();
    files.sort_by_key(|(name, _)| *name);
    let mut hasher = Context::new(&SHA256);
    for (name, digest) in files {
        if name.contains(&b'\n') {
            return Err(DirHashError::Newline {
                name: String::from_utf8_lossy(name).into_owned(),
            });
        }
        let mut digits = [0; 64];
        HEXLOWER.encode_mut(&digest.0, &mut digits);
        hasher.update(&digits);
        hasher.update(b"  ");
        hasher.update(name);
        hasher.update(b"\n");
    }
    Ok(format!("h1:{}", BASE64.encode(hasher.finish().as_ref())))
}

/// Returns the `h1:` hash that go.sum has for a go.mod alone.
pub fn hash_go_mod(data: &[u8]) -> String {
    hash1(&[(b"go.mod", FileDigest::of(data))]).expect("the name has no newline")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_a_go_mod() {
        assert_eq!(
            hash_go_mod(b""),
            "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="
        );
    }

    #[test]
    fn reads_as_it_hashes() {
        let data = vec![7; 200_000];
        assert_eq!(FileDigest::read(&data[..]).unwrap(), FileDigest::of(&data));
    }

    #[test]
    fn sorts_by_name() {
        let (a, b) = (
            (&b"a"[..], FileDigest::of(b"1")),
            (&b"b"[..], FileDigest::of(b"2")),
        );
        assert_eq!(hash1(&[a, b]), hash1(&[b, a]));
    }
}
