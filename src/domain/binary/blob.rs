//! The blob that the linker leaves in the data: where it is and what it holds.
//!
//! It has 16 bytes of alignment, starts with 14 bytes of magic, the size of a pointer and flags, and is 32 bytes long.
//! Since Go 1.18 the version of Go and the module information follow, each with its length before it; before, the
//! second half held two pointers to Go strings. See `cmd/link` and `debug/buildinfo` in Go's source.

use memchr::memmem;

use super::error::ReadError;
use super::image::Image;
use super::source::{Order, Source};

const MAGIC: &[u8] = b"\xff Go buildinf:";
const ALIGN: u64 = 16;
const HEADER: u64 = 32;

/// The flag for numbers with the high byte first, in the form with pointers.
const BIG_ENDIAN: u8 = 1;
/// The flag for the form of Go 1.18 and later: strings instead of pointers.
const INLINE: u8 = 2;

/// How much is searched at once.
const CHUNK: u64 = 1 << 20;

/// The most bytes that the length of a string takes.
const LENGTH: usize = 10;

/// The largest string that is read; those of real programs have some 100 KiB at most.
pub(super) const LIMIT: u64 = 64 << 20;

/// The marks around the module information.
pub(super) const FRAME: usize = 16;

/// What the blob holds.
#[derive(Debug)]
pub(super) struct Blob {
    /// The version of Go; not empty.
    pub(super) go_version: Vec<u8>,
    /// The module information without its frame; empty in a program that was built without modules.
    pub(super) modules: Vec<u8>,
}

/// Finds and reads the blob.
pub(super) fn read(file: &mut Source<'_>, image: &Image) -> Result<Blob, ReadError> {
    let (start, size) = image
        .data
        .filter(|(_, size)| *size != 0)
        .ok_or(ReadError::NotGo)?;
    let address = find(file, image, start, size)?;
    let header = bytes(file, image, address, HEADER)?.ok_or(ReadError::NotGo)?;
    let (go_version, modules) = if header[15] & INLINE == 0 {
        pointed(file, image, &header)?
    } else {
        let (go_version, next) = string(file, image, address.wrapping_add(HEADER))?;
        (go_version, string(file, image, next)?.0)
    };
    if go_version.is_empty() {
        return Err(ReadError::NotGo);
    }
    Ok(Blob {
        go_version,
        modules: unframed(modules),
    })
}

/// Takes the marks off the module information; what has none is none.
fn unframed(mut modules: Vec<u8>) -> Vec<u8> {
    let size = modules.len();
    if size <= 2 * FRAME || modules[size - FRAME - 1] != b'\n' {
        return Vec::new();
    }
    modules.truncate(size - FRAME);
    modules.drain(..FRAME);
    modules
}

/// Returns the address of the first blob that is aligned.
fn find(file: &mut Source<'_>, image: &Image, start: u64, size: u64) -> Result<u64, ReadError> {
    let end = start.checked_add(size).ok_or(ReadError::Unrecognized)?;
    let mut start = start.wrapping_add(ALIGN - 1) & !(ALIGN - 1);
    let mut buffer = Vec::new();
    while start < end {
        let left = end - start;
        buffer.resize(
            usize::try_from(left.min(CHUNK)).expect("a chunk is small"),
            0,
        );
        let count = image.read(file, start, &mut buffer)?;
        if count == 0 {
            return Err(ReadError::NotGo);
        }
        if let Some(offset) = find_in(&buffer[..count], left)? {
            return Ok(start + offset);
        }
        start += buffer.len() as u64;
    }
    Err(ReadError::NotGo)
}

/// Looks for the magic in one chunk, of which `left` bytes and more follow.
///
/// After a match that is not aligned Go counts from the place where it went on, not from the start of the chunk, and
/// so do we: the answer is to be that of `go version -m`, whatever the bytes.
fn find_in(chunk: &[u8], left: u64) -> Result<Option<u64>, ReadError> {
    let mut data = chunk;
    while let Some(at) = memmem::find(data, MAGIC) {
        let offset = at as u64;
        if left - offset < HEADER {
            return Err(ReadError::NotGo);
        }
        if offset.is_multiple_of(ALIGN) {
            return Ok(Some(offset));
        }
        let next = at.next_multiple_of(16);
        data = data.get(next..).ok_or(ReadError::NotGo)?;
    }
    Ok(None)
}

/// Returns the string at an address, with its length before it, and the address after it.
fn string(file: &mut Source<'_>, image: &Image, address: u64) -> Result<(Vec<u8>, u64), ReadError> {
    let prefix = bytes(file, image, address, LENGTH as u64)?.ok_or(ReadError::NotGo)?;
    let (length, width) = uvarint(&prefix).ok_or(ReadError::NotGo)?;
    let start = address.wrapping_add(width);
    let text = bytes(file, image, start, length)?.ok_or(ReadError::NotGo)?;
    Ok((text, start.wrapping_add(length)))
}

/// Returns the two strings that the header points to; what cannot be followed is empty.
fn pointed(
    file: &mut Source<'_>,
    image: &Image,
    header: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), ReadError> {
    let order = if header[15] & BIG_ENDIAN == 0 {
        Order::Little
    } else {
        Order::Big
    };
    let width = match header[14] {
        4 => 4,
        8 => 8,
        _ => return Err(ReadError::NotGo),
    };
    let number = |bytes: &[u8], at: usize| match width {
        4 => u64::from(order.u32(bytes, at)),
        _ => order.u64(bytes, at),
    };
    let mut follow = |at: usize| -> Result<Option<Vec<u8>>, ReadError> {
        let target = number(header, at);
        let Some(pair) = bytes(file, image, target, 2 * width as u64)? else {
            return Ok(None);
        };
        bytes(file, image, number(&pair, 0), number(&pair, width))
    };
    let mut followed = |at: usize| match follow(at) {
        Err(error @ (ReadError::Io(_) | ReadError::TooLarge { .. })) => Err(error),
        other => Ok(other.ok().flatten().unwrap_or_default()),
    };
    Ok((followed(16)?, followed(16 + width)?))
}

/// Returns `size` bytes from an address, or nothing where there are fewer.
fn bytes(
    file: &mut Source<'_>,
    image: &Image,
    address: u64,
    size: u64,
) -> Result<Option<Vec<u8>>, ReadError> {
    if image.size(address)? < size {
        return Ok(None);
    }
    if LIMIT < size {
        return Err(ReadError::TooLarge { size, limit: LIMIT });
    }
    let mut bytes = vec![0; usize::try_from(size).expect("below the limit")];
    let count = image.read(file, address, &mut bytes)?;
    Ok((count == bytes.len()).then_some(bytes))
}

/// Reads a number of seven bits a byte, low bits first, and returns how many bytes it takes.
pub(super) fn uvarint(bytes: &[u8]) -> Option<(u64, u64)> {
    let mut number = 0;
    for (at, byte) in bytes.iter().take(LENGTH).enumerate() {
        if at == LENGTH - 1 && 1 < *byte {
            return None;
        }
        number |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, at as u64 + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_go_reads_them() {
        assert_eq!(uvarint(&[0]), Some((0, 1)));
        assert_eq!(uvarint(&[0xac, 0x02, 9]), Some((300, 2)));
        assert_eq!(uvarint(&[0x80]), None);
        assert_eq!(uvarint(&[0xff; 10]), None);
        let mut most = [0xff; 10];
        most[9] = 1;
        assert_eq!(uvarint(&most), Some((u64::MAX, 10)));
        most[9] = 2;
        assert_eq!(uvarint(&most), None);
    }

    #[test]
    fn only_framed_text_is_module_information() {
        let framed = |text: &str| format!("0123456789abcdef{text}0123456789abcdef").into_bytes();
        assert_eq!(unframed(framed("path\tx\n")), b"path\tx\n");
        assert_eq!(unframed(framed("\n")), b"\n");
        assert_eq!(unframed(framed("path\tx")), b"");
        assert_eq!(unframed(framed("")), b"");
        assert_eq!(unframed(Vec::new()), b"");
    }

    #[test]
    fn the_magic_must_be_aligned() {
        let chunk = |at: usize| {
            let mut chunk = vec![0; 256];
            chunk[at..at + MAGIC.len()].copy_from_slice(MAGIC);
            chunk
        };
        assert_eq!(find_in(&chunk(0), 256).unwrap(), Some(0));
        assert_eq!(find_in(&chunk(48), 256).unwrap(), Some(48));
        assert_eq!(find_in(&chunk(40), 256).unwrap(), None);
        assert!(find_in(&chunk(240), 256).is_err());
        assert!(find_in(&[], 0).unwrap().is_none());
        // After one that is not aligned, Go counts from where it went on.
        let mut chunk = chunk(40);
        chunk[96..96 + MAGIC.len()].copy_from_slice(MAGIC);
        assert_eq!(find_in(&chunk, 256).unwrap(), Some(48));
    }
}
