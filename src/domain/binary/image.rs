//! The parts of an executable by the addresses at which they are loaded.

use super::error::ReadError;
use super::source::{Part, Source};

/// What the formats have in common.
pub(super) struct Image {
    /// Address and size of what holds the build information: a section of its own, or the first data.
    pub(super) data: Option<(u64, u64)>,
    /// What is mapped where; the first that holds an address counts.
    pub(super) map: Vec<Mapped>,
    /// What is subtracted from addresses before they are looked for.
    pub(super) base: u64,
    /// What is wrong with an address that nothing holds.
    pub(super) unmapped: Unmapped,
}

/// A part of a file with its addresses.
pub(super) struct Mapped {
    /// The first address.
    first: u64,
    /// The last address: it may be before the first one, where a part is empty.
    last: u64,
    bytes: Bytes,
}

/// What stands behind addresses.
#[derive(Clone, Copy)]
pub(super) enum Bytes {
    /// A part of the file.
    Stored(Part),
    /// So many bytes that the file does not have.
    Uninitialized(u64),
}

/// What is said of an address that nothing holds.
#[derive(Clone, Copy)]
pub(super) enum Unmapped {
    Unrecognized,
    NotMapped,
}

impl Mapped {
    /// Maps `size` bytes to `first` and what follows; the sum may wrap around.
    pub(super) fn new(first: u64, size: u64, bytes: Bytes) -> Self {
        Self::until(first, first.wrapping_add(size).wrapping_sub(1), bytes)
    }

    /// Maps bytes to all addresses up to `last`.
    pub(super) const fn until(first: u64, last: u64, bytes: Bytes) -> Self {
        Self { first, last, bytes }
    }
}

impl Image {
    /// Fills `buffer` from an address to the end of the part that holds it.
    pub(super) fn read(
        &self,
        file: &mut Source<'_>,
        address: u64,
        buffer: &mut [u8],
    ) -> Result<usize, ReadError> {
        match self.bytes(address)? {
            Bytes::Stored(part) => file.read(part, 0, buffer),
            Bytes::Uninitialized(0) => Ok(0),
            Bytes::Uninitialized(_) => Err(ReadError::Uninitialized),
        }
    }

    /// Returns how many bytes can be read from an address on.
    pub(super) fn size(&self, address: u64) -> Result<u64, ReadError> {
        match self.bytes(address)? {
            Bytes::Stored(part) => Ok(part.size()),
            Bytes::Uninitialized(0) => Ok(0),
            Bytes::Uninitialized(_) => Err(ReadError::Uninitialized),
        }
    }

    /// Returns what stands at an address, to the end of the part that holds it.
    fn bytes(&self, address: u64) -> Result<Bytes, ReadError> {
        let address = address.wrapping_sub(self.base);
        let holds = |mapped: &&Mapped| mapped.first <= address && address <= mapped.last;
        let Some(mapped) = self.map.iter().find(holds) else {
            return Err(match self.unmapped {
                Unmapped::NotMapped => ReadError::NotMapped,
                Unmapped::Unrecognized => ReadError::Unrecognized,
            });
        };
        let offset = address - mapped.first;
        // One past the last address; a part without bytes may hold every address, and then this wraps around.
        let left = mapped.last.wrapping_add(1).wrapping_sub(address);
        Ok(match mapped.bytes {
            Bytes::Stored(part) => Bytes::Stored(part.part(offset, left)),
            Bytes::Uninitialized(size) => {
                Bytes::Uninitialized(size.saturating_sub(offset).min(left))
            }
        })
    }
}
