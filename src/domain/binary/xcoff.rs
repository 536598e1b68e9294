//! XCOFF: AIX, 32 and 64 bits.
//!
//! The first section of data is searched. Go's `internal/xcoff` wants a table of symbols, whole and with all that is
//! said to follow each symbol; so do we where there is one. Go refuses a stripped file, which has none: we read it.

use super::error::ReadError;
use super::image::{Bytes, Image, Mapped, Unmapped};
use super::source::{Order, Source};

const NARROW: u16 = 0x01df;
const WIDE: u16 = 0x01f7;

const TEXT: u32 = 0x20;
const DATA: u32 = 0x40;

const SYMBOL: u64 = 18;
const FUNCTION: u16 = 0x20;
/// The kinds of symbols that others can see, which have something following.
const VISIBLE: [u8; 3] = [2, 111, 107];

/// Reads the headers, and reports whether there are symbols.
pub(super) fn open(file: &mut Source<'_>) -> Result<(Image, bool), ReadError> {
    let header = Header::read(file)?;
    let sections = header.sections(file)?;
    let has_symbols = header.symbols != 0 && header.symbol_count != 0;
    if has_symbols {
        let names = header.names(file)?;
        header.check_symbols(file, names)?;
    }
    let whole = file.whole();
    for section in &sections {
        if matches!(section.kind, TEXT | DATA) && section.relocations != 0 {
            let step = if header.wide { 14 } else { 10 };
            let size = step * u64::from(section.relocation_count);
            if section.relocations.cast_signed() < 0 {
                return Err(ReadError::Unrecognized);
            }
            whole.need(section.relocations, size)?;
        }
    }
    let data = sections.iter().find(|section| section.kind == DATA);
    let map = sections.iter().map(|section| {
        let bytes = match section.offset {
            0 => Bytes::Uninitialized(section.size),
            offset => Bytes::Stored(whole.part(offset, section.size)),
        };
        Mapped::new(section.address, section.size, bytes)
    });
    let image = Image {
        data: data.map(|data| (data.address, data.size)),
        map: map.collect(),
        base: 0,
        unmapped: Unmapped::NotMapped,
    };
    Ok((image, has_symbols))
}

struct Header {
    wide: bool,
    sections: u16,
    symbols: u64,
    symbol_count: u32,
    /// Where the sections start.
    size: u64,
}

struct Section {
    address: u64,
    size: u64,
    offset: u64,
    relocations: u64,
    relocation_count: u32,
    kind: u32,
}

impl Header {
    fn read(file: &mut Source<'_>) -> Result<Self, ReadError> {
        let whole = file.whole();
        let start: [u8; 20] = file.array(whole, 0)?;
        let wide = match big16(&start, 0) {
            NARROW => false,
            WIDE => true,
            _ => return Err(ReadError::Unrecognized),
        };
        let header = if wide {
            let start: [u8; 24] = file.array(whole, 0)?;
            Self {
                wide,
                sections: big16(&start, 2),
                symbols: Order::Big.u64(&start, 8),
                symbol_count: big32(&start, 20),
                size: 24 + u64::from(big16(&start, 16)),
            }
        } else {
            Self {
                wide,
                sections: big16(&start, 2),
                symbols: big32(&start, 8).into(),
                symbol_count: big32(&start, 12),
                size: 20 + u64::from(big16(&start, 16)),
            }
        };
        if header.symbols.cast_signed() < 0 {
            return Err(ReadError::Unrecognized);
        }
        Ok(header)
    }

    /// Returns the size of the table of names behind the symbols, with the length in front of it.
    fn names(&self, file: &mut Source<'_>) -> Result<u32, ReadError> {
        let start = self.symbols + SYMBOL * u64::from(self.symbol_count);
        let whole = file.whole();
        let length = big32(&file.array::<4>(whole, start)?, 0);
        if length <= 4 {
            return Ok(0);
        }
        whole.need(start, length.into())?;
        Ok(length)
    }

    fn sections(&self, file: &mut Source<'_>) -> Result<Vec<Section>, ReadError> {
        (0..u64::from(self.sections))
            .map(|index| self.section(file, index))
            .collect()
    }

    fn section(&self, file: &mut Source<'_>, index: u64) -> Result<Section, ReadError> {
        let whole = file.whole();
        Ok(if self.wide {
            let bytes: [u8; 72] = file.array(whole, self.size + 72 * index)?;
            let number = |at: usize| Order::Big.u64(&bytes, at);
            Section {
                address: number(16),
                size: number(24),
                offset: number(32),
                relocations: number(40),
                relocation_count: big32(&bytes, 56),
                kind: big32(&bytes, 64),
            }
        } else {
            let bytes: [u8; 40] = file.array(whole, self.size + 40 * index)?;
            let number = |at: usize| u64::from(big32(&bytes, at));
            Section {
                address: number(12),
                size: number(16),
                offset: number(20),
                relocations: number(24),
                relocation_count: big16(&bytes, 32).into(),
                kind: big32(&bytes, 36),
            }
        })
    }

    /// Follows the symbols as Go does: what it would read beyond the end makes the file unrecognized.
    fn check_symbols(&self, file: &mut Source<'_>, names: u32) -> Result<(), ReadError> {
        let whole = file.whole();
        let (mut at, mut index) = (self.symbols, 0);
        while index < u64::from(self.symbol_count) {
            let bytes: [u8; 18] = file.array(whole, at)?;
            at += SYMBOL;
            let more = u64::from(bytes[17]);
            if !self.is_visible(&bytes, index, names) {
                index += more + 1;
                at += more * SYMBOL;
                continue;
            }
            // A function is followed by what is said of functions; the last entry is that of the section.
            let is_function = big16(&bytes, 14) & FUNCTION != 0 && 1 < more;
            at += if is_function { 1 } else { more - 1 } * SYMBOL;
            file.array::<18>(whole, at)?;
            at += SYMBOL;
            index += more + 1;
        }
        Ok(())
    }

    /// Reports whether the entries that follow a symbol are read.
    fn is_visible(&self, symbol: &[u8; 18], index: u64, names: u32) -> bool {
        let place = if self.wide {
            Some(big32(symbol, 8))
        } else {
            (symbol[..4] == [0; 4]).then(|| big32(symbol, 4))
        };
        let has_name = place.is_none_or(|place| 4 <= place && place < names);
        let more = u64::from(symbol[17]);
        has_name
            && VISIBLE.contains(&symbol[16])
            && 1 <= more
            && index + more < u64::from(self.symbol_count)
            && big16(symbol, 12) <= self.sections
    }
}

fn big16(bytes: &[u8], at: usize) -> u16 {
    Order::Big.u16(bytes, at)
}

fn big32(bytes: &[u8], at: usize) -> u32 {
    Order::Big.u32(bytes, at)
}
