//! Positioned reads within bounds.

use std::io::{self, Read, Seek, SeekFrom};

use super::error::ReadError;

/// Bytes that can be read from any position.
pub(super) trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// How many bytes are read at once where few are asked for.
const WINDOW: usize = 16 << 10;

/// What a file may be read in addition to a multiple of its size.
const SPARE: u64 = 64 << 20;

/// How many times the size of a file may be read. Headers that lead to the same bytes again and again would otherwise
/// keep a reader busy for ever.
const TIMES: u64 = 8;

/// A file that is read by position, with a bound on the work.
pub(super) struct Source<'a> {
    bytes: &'a mut dyn ReadSeek,
    size: u64,
    /// The last bytes that were read in advance, and where they stand.
    window: Vec<u8>,
    window_at: u64,
    /// How many more bytes may be asked for.
    budget: u64,
}

/// A part of a file; it lies within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    start: u64,
    size: u64,
}

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a mut dyn ReadSeek) -> io::Result<Self> {
        let size = bytes.seek(SeekFrom::End(0))?;
        Ok(Self {
            bytes,
            size,
            window: Vec::new(),
            window_at: 0,
            budget: size.saturating_mul(TIMES).saturating_add(SPARE),
        })
    }

    /// Returns the whole file.
    pub(super) fn whole(&self) -> Part {
        Part {
            start: 0,
            // No file is longer; Go counts with signed numbers.
            size: self.size.min(i64::MAX.unsigned_abs()),
        }
    }

    /// Fills `buffer` from position `at` of a part, as far as there are bytes.
    pub(super) fn read(
        &mut self,
        part: Part,
        at: u64,
        buffer: &mut [u8],
    ) -> Result<usize, ReadError> {
        let left = usize::try_from(part.size.saturating_sub(at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        self.budget = self
            .budget
            .checked_sub(wanted as u64)
            .ok_or(ReadError::Unrecognized)?;
        if wanted == 0 {
            return Ok(0);
        }
        let buffer = &mut buffer[..wanted];
        let at = part.start + at;
        if WINDOW <= wanted {
            return Ok(self.fill(at, buffer)?);
        }
        if !self.in_window(at, wanted) {
            let mut window = std::mem::take(&mut self.window);
            window.resize(WINDOW, 0);
            let filled = self.fill(at, &mut window)?;
            window.truncate(filled);
            self.window = window;
            self.window_at = at;
        }
        let start = usize::try_from(at - self.window_at).expect("within the window");
        let found = &self.window[start..];
        let filled = found.len().min(wanted);
        buffer[..filled].copy_from_slice(&found[..filled]);
        Ok(filled)
    }

    /// Returns the `N` bytes at a position; a file that has fewer is malformed.
    pub(super) fn array<const N: usize>(
        &mut self,
        part: Part,
        at: u64,
    ) -> Result<[u8; N], ReadError> {
        let mut bytes = [0; N];
        if self.read(part, at, &mut bytes)? < N {
            return Err(ReadError::Unrecognized);
        }
        Ok(bytes)
    }

    fn in_window(&self, at: u64, wanted: usize) -> bool {
        at.checked_sub(self.window_at)
            .and_then(|start| start.checked_add(wanted as u64))
            .is_some_and(|end| end <= self.window.len() as u64)
    }

    fn fill(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.bytes.seek(SeekFrom::Start(at))?;
        let mut filled = 0;
        while filled < buffer.len() {
            match self.bytes.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

impl Part {
    /// Returns how many bytes it has.
    pub(super) const fn size(self) -> u64 {
        self.size
    }

    /// Returns what can be read of a part of this one. Offset and size are what a file says: what they name beyond the
    /// end is not there, and a negative size stands for "up to the end", as in Go.
    pub(super) fn part(self, offset: u64, size: u64) -> Self {
        let (offset, size) = (offset.cast_signed(), size.cast_signed());
        let Some(offset) = u64::try_from(offset)
            .ok()
            .filter(|offset| *offset < self.size)
        else {
            return Self {
                start: self.start,
                size: 0,
            };
        };
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        Self {
            start: self.start + offset,
            size: size.min(self.size - offset),
        }
    }

    /// Reports whether it has `size` bytes from `offset`.
    pub(super) fn has(self, offset: u64, size: u64) -> bool {
        size == 0 || offset.checked_add(size).is_some_and(|end| end <= self.size)
    }

    /// Refuses a file that has no `size` bytes at `offset`.
    pub(super) fn need(self, offset: u64, size: u64) -> Result<(), ReadError> {
        if self.has(offset, size) {
            Ok(())
        } else {
            Err(ReadError::Unrecognized)
        }
    }
}

/// The order of the bytes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// Returns the number of two bytes at `at`.
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> u16 {
        let bytes = bytes[at..at + 2].try_into().expect("two bytes");
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    /// Returns the number of four bytes at `at`.
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> u32 {
        let bytes = bytes[at..at + 4].try_into().expect("four bytes");
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    /// Returns the number of eight bytes at `at`.
    pub(super) fn u64(self, bytes: &[u8], at: usize) -> u64 {
        let bytes = bytes[at..at + 8].try_into().expect("eight bytes");
        match self {
            Self::Little => u64::from_le_bytes(bytes),
            Self::Big => u64::from_be_bytes(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn parts_stay_within_the_file() {
        let whole = Part { start: 0, size: 10 };
        assert_eq!(whole.part(4, 3), Part { start: 4, size: 3 });
        assert_eq!(whole.part(4, 30), Part { start: 4, size: 6 });
        assert_eq!(whole.part(4, u64::MAX), Part { start: 4, size: 6 });
        assert_eq!(whole.part(10, 1).size(), 0);
        assert_eq!(whole.part(u64::MAX, 1).size(), 0);
        assert_eq!(whole.part(2, 5).part(1, 9), Part { start: 3, size: 4 });
        assert!(whole.has(10, 0) && whole.has(99, 0) && whole.has(9, 1));
        assert!(!whole.has(10, 1) && !whole.has(u64::MAX, 2));
    }

    #[test]
    fn reads_stop_at_the_end_and_at_the_budget() {
        let mut bytes = Cursor::new(vec![7; 100]);
        let mut file = Source::new(&mut bytes).unwrap();
        let whole = file.whole();
        let mut buffer = [0; 60];
        assert_eq!(file.read(whole, 10, &mut buffer).unwrap(), 60);
        assert_eq!(file.read(whole, 70, &mut buffer).unwrap(), 30);
        assert_eq!(file.read(whole, 100, &mut buffer).unwrap(), 0);
        assert_eq!(file.read(whole, u64::MAX, &mut buffer).unwrap(), 0);
        assert!(file.array::<31>(whole, 70).is_err());
        file.budget = 50;
        assert!(matches!(
            file.read(whole, 0, &mut buffer),
            Err(ReadError::Unrecognized)
        ));
    }
}
