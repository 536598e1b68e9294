//! A fast cryptographic digest of contents, for what only this program reads again: never for Go's own sums.

use data_encoding::HEXLOWER;

/// The BLAKE3 digest of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentDigest([u8; 32]);

/// A secret that only the user's own configuration holds.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl ContentDigest {
    /// How many bytes a digest has.
    pub const LENGTH: usize = 32;

    /// Digests some bytes.
    pub fn of(data: &[u8]) -> Self {
        Self(blake3::hash(data).into())
    }

    /// Takes a digest that was made before.
    pub fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// Returns the digest as bytes.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Returns the digest in hexadecimal.
    pub fn to_hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

impl SealKey {
    /// How many bytes a key has.
    pub const LENGTH: usize = 32;

    /// Takes a key from the bytes of its file; `None` where they are not one.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Returns the seal of `data` under `name`: without the key nobody can make one.
    pub fn seal(&self, name: &str, data: &[u8]) -> ContentDigest {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(name.as_bytes());
        hasher.update(&[0]);
        hasher.update(data);
        ContentDigest(hasher.finalize().into())
    }

    /// Reports whether `seal` is the seal of `data` under `name`, in a time that tells nothing.
    pub fn holds(&self, name: &str, data: &[u8], seal: &[u8; ContentDigest::LENGTH]) -> bool {
        blake3::Hash::from(self.seal(name, data).0) == blake3::Hash::from(*seal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_of_its_key_name_and_data() {
        let key = |byte| SealKey::new(&[byte; 32]).unwrap();
        let seal = *key(1).seal("a", b"x").as_bytes();
        assert!(key(1).holds("a", b"x", &seal));
        for (byte, name, data) in [(2, "a", b"x"), (1, "b", b"x"), (1, "a", b"y")] {
            assert!(!key(byte).holds(name, data, &seal));
        }
        assert!(SealKey::new(&[0; 31]).is_none());
    }
}
