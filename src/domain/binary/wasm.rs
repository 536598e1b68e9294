//! WebAssembly, for browsers and for WASI.
//!
//! The linker cuts the data into segments wherever many zeros stand in a row; the memory is put together again from
//! them. Go's own reader does not know this format. See <https://webassembly.github.io/spec/core/binary/modules.html>.

use memchr::memmem;

use super::blob;
use super::error::ReadError;
use super::image::{Bytes, Image, Mapped, Unmapped};
use super::source::{Part, Source};

const VERSION: [u8; 4] = [1, 0, 0, 0];
const DATA_SECTION: u8 = 11;
const I32_CONST: u8 = 0x41;
const END: u8 = 0x0b;

/// The most segments that are kept; real programs have some ten thousand.
const MAX_SEGMENTS: usize = 1 << 20;

/// How much of a segment is searched at once, and by how much two searches overlap.
const CHUNK: usize = 1 << 20;
const OVERLAP: usize = 32;

/// Reads the memory as it is when the program starts.
pub(super) fn open(file: &mut Source<'_>) -> Result<Image, ReadError> {
    let whole = file.whole();
    if file.array::<4>(whole, 4)? != VERSION {
        return Err(ReadError::Unrecognized);
    }
    let mut at = 8;
    let mut map = Vec::new();
    while at < whole.size() {
        let [kind] = file.array(whole, at)?;
        let mut cursor = Cursor {
            file,
            part: whole,
            at: at + 1,
        };
        let size = cursor.unsigned()?;
        let start = cursor.at;
        whole.need(start, size)?;
        if kind == DATA_SECTION {
            map = segments(file, whole.part(start, size))?;
        }
        at = start + size;
    }
    map.sort_by_key(|(address, _)| *address);
    let data = find(file, &map)?.map(|address| (address, blob::HEADER));
    let map = map
        .into_iter()
        .map(|(address, part)| Mapped::new(address, part.size(), Bytes::Stored(part)));
    Ok(Image {
        data,
        map: map.collect(),
        base: 0,
        unmapped: Unmapped::Zero,
    })
}

/// Returns the segments of memory with the addresses where they start.
fn segments(file: &mut Source<'_>, part: Part) -> Result<Vec<(u64, Part)>, ReadError> {
    let mut cursor = Cursor { file, part, at: 0 };
    let mut segments = Vec::new();
    for _ in 0..cursor.unsigned()? {
        let address = match cursor.unsigned()? {
            0 => Some(cursor.address()?),
            1 => None,
            2 => {
                cursor.unsigned()?;
                Some(cursor.address()?)
            }
            _ => return Err(ReadError::Unrecognized),
        };
        let size = cursor.unsigned()?;
        cursor.part.need(cursor.at, size)?;
        let segment = part.part(cursor.at, size);
        cursor.at += size;
        if let Some(address) = address.filter(|_| size != 0) {
            if segments.len() == MAX_SEGMENTS {
                return Err(ReadError::Unrecognized);
            }
            segments.push((address, segment));
        }
    }
    Ok(segments)
}

/// Returns the first aligned address at which a segment has the magic of the blob.
fn find(file: &mut Source<'_>, segments: &[(u64, Part)]) -> Result<Option<u64>, ReadError> {
    let mut buffer = vec![0; CHUNK];
    for &(address, part) in segments {
        let mut at = 0;
        loop {
            let count = file.read(part, at, &mut buffer)?;
            let aligned = memmem::find_iter(&buffer[..count], blob::MAGIC)
                .map(|offset| address + at + offset as u64)
                .find(|address| address.is_multiple_of(blob::ALIGN));
            if aligned.is_some() {
                return Ok(aligned);
            }
            if count < CHUNK {
                break;
            }
            at += (CHUNK - OVERLAP) as u64;
        }
    }
    Ok(None)
}

/// Reads numbers one after the other.
struct Cursor<'a, 'b> {
    file: &'a mut Source<'b>,
    part: Part,
    at: u64,
}

impl Cursor<'_, '_> {
    fn unsigned(&mut self) -> Result<u64, ReadError> {
        let mut bytes = [0; 10];
        let count = self.file.read(self.part, self.at, &mut bytes)?;
        let (number, width) = blob::uvarint(&bytes[..count]).ok_or(ReadError::Unrecognized)?;
        self.at += width;
        Ok(number)
    }

    /// Reads an expression that is one number of 32 bits, as that of every segment is that compilers make.
    fn address(&mut self) -> Result<u64, ReadError> {
        let [operation] = self.file.array(self.part, self.at)?;
        self.at += 1;
        // Taken without its sign, the number has the same 32 low bits once the sign is spread over them.
        let start = self.at;
        let number = self.unsigned()?;
        let width = self.at - start;
        let [end] = self.file.array(self.part, self.at)?;
        self.at += 1;
        if operation != I32_CONST || end != END {
            return Err(ReadError::Unrecognized);
        }
        let bits = 7 * width;
        let is_negative = bits < 32 && number >> (bits - 1) & 1 == 1;
        let spread = if is_negative { u64::MAX << bits } else { 0 };
        Ok((number | spread) & 0xffff_ffff)
    }
}
