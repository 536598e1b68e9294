//! The a.out format of Plan 9: five parts, one after the other.
//!
//! The data is searched. Its place in the file serves as its address, as in Go, so the pointers of versions before
//! Go 1.18 lead nowhere.

use super::error::ReadError;
use super::image::{Bytes, Image, Mapped, Unmapped};
use super::source::{Order, Source};

/// Set in the magic number where the header has eight bytes more.
const WIDE: u32 = 0x8000;

const MAGIC_386: u32 = magic(11);
const MAGIC_AMD64: u32 = magic(26) | WIDE;
const MAGIC_ARM: u32 = magic(20);

/// The place of the data among the parts.
const DATA: usize = 1;

const fn magic(processor: u32) -> u32 {
    4 * processor * processor + 7
}

/// Reports whether a file begins as one of the formats that Go knows.
pub(super) fn is_magic(head: &[u8]) -> bool {
    4 <= head.len() && matches!(Order::Big.u32(head, 0), MAGIC_386 | MAGIC_AMD64 | MAGIC_ARM)
}

/// Reads the header.
pub(super) fn open(file: &mut Source<'_>) -> Result<Image, ReadError> {
    let whole = file.whole();
    let header: [u8; 32] = file.array(whole, 0)?;
    let number = |at: usize| Order::Big.u32(&header, 4 * at);
    let mut start: u32 = 32;
    if number(0) & WIDE != 0 {
        whole.need(32, 8)?;
        start += 8;
    }
    // Text, data, symbols, and two tables that only Plan 9 fills; Go adds numbers of 32 bits.
    let mut places = [(0, 0); 5];
    for (place, size) in places.iter_mut().zip([1, 2, 4, 6, 7].map(number)) {
        *place = (start, size);
        start = start.wrapping_add(size);
    }
    let map = places.iter().map(|&(start, size)| {
        let part = whole.part(start.into(), size.into());
        let last = start.wrapping_add(size).wrapping_sub(1);
        Mapped::until(start.into(), last.into(), Bytes::Stored(part))
    });
    let (start, size) = places[DATA];
    Ok(Image {
        data: Some((start.into(), size.into())),
        map: map.collect(),
        base: 0,
        unmapped: Unmapped::NotMapped,
    })
}
