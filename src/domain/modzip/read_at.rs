//! Bytes that can be read at any position.

use std::io::{self, Read};
use std::sync::Arc;

/// Bytes that can be read at any position, so that several threads can read at once.
pub trait ReadAt {
    /// Reads some bytes from `offset` on into `buffer`; none at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Fills `buffer` from `offset` on, as far as there are bytes, and returns how many there were.
    fn read_full_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            let Some(position) = offset.checked_add(filled as u64) else {
                break;
            };
            match self.read_at(&mut buffer[filled..], position) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let Some(rest) = usize::try_from(offset).ok().and_then(|at| self.get(at..)) else {
            return Ok(0);
        };
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.as_slice().read_at(buffer, offset)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Arc<T> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }
}

/// A part of a source, read from its start to its end.
pub(super) struct Section<'a, R: ?Sized> {
    source: &'a R,
    position: u64,
    end: u64,
}

impl<'a, R: ReadAt + ?Sized> Section<'a, R> {
    pub(super) fn new(source: &'a R, start: u64, end: u64) -> Self {
        Self {
            source,
            position: start,
            end,
        }
    }
}

impl<R: ReadAt + ?Sized> Read for Section<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end.saturating_sub(self.position);
        let limit = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if limit == 0 {
            return Ok(0);
        }
        let count = self.source.read_at(&mut buffer[..limit], self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}
