//! PE: Windows and UEFI.
//!
//! The first section with initialized data that can be read and written is searched. The tables of symbols, names and
//! relocations must be well formed although they are not used, as in Go's `debug/pe`.

use super::error::ReadError;
use super::image::{Bytes, Image, Mapped, Unmapped};
use super::source::{Order, Part, Source};

/// Initialized data, readable, writable.
const DATA: u32 = 0x0000_0040 | 0x4000_0000 | 0x8000_0000;
/// What does not count when a section is compared with [`DATA`].
const ALIGN_32: u32 = 0x0060_0000;

const HEADER: u64 = 20;
const SECTION: u64 = 40;
const SYMBOL: usize = 18;
const RELOCATION: u64 = 10;

/// The processors that Go knows; zero stands for any.
const MACHINES: [u16; 8] = [
    0x8664, 0xaa64, 0x01c4, 0x014c, 0x5032, 0x5064, 0x5128, 0x0000,
];

/// Reads the headers.
pub(super) fn open(file: &mut Source<'_>) -> Result<Image, ReadError> {
    let whole = file.whole();
    let dos: [u8; 96] = file.array(whole, 0)?;
    let signature = u64::from(little32(&dos, 0x3c));
    if file.array::<4>(whole, signature)? != *b"PE\0\0" {
        return Err(ReadError::Unrecognized);
    }
    let start = signature + 4;
    let header: [u8; 20] = file.array(whole, start)?;
    if !MACHINES.contains(&little16(&header, 0)) {
        return Err(ReadError::Unrecognized);
    }
    let names = Names::read(file, little32(&header, 8), little32(&header, 12))?;
    check_symbols(file, &names, little32(&header, 8), little32(&header, 12))?;
    let optional = little16(&header, 16);
    let base = image_base(file, start + HEADER, optional)?;
    let start = start + HEADER + u64::from(optional);
    let mut sections = Vec::new();
    for index in 0..little16(&header, 2) {
        let bytes: [u8; 40] = file.array(whole, start + SECTION * u64::from(index))?;
        names.check_section(&bytes[..8])?;
        sections.push(Section::parse(&bytes));
    }
    for section in &sections {
        section.check_relocations(whole)?;
    }
    let data = sections.iter().find(|section| section.is_data());
    let data = data.map(|data| {
        let start = u64::from(data.address).wrapping_add(base);
        (start, u64::from(data.memory))
    });
    Ok(Image {
        data,
        map: sections.iter().map(|section| section.map(whole)).collect(),
        base,
        unmapped: Unmapped::Unrecognized,
    })
}

struct Section {
    memory: u32,
    address: u32,
    size: u32,
    offset: u32,
    relocations: u32,
    relocation_count: u16,
    flags: u32,
}

impl Section {
    fn parse(bytes: &[u8; 40]) -> Self {
        Self {
            memory: little32(bytes, 8),
            address: little32(bytes, 12),
            size: little32(bytes, 16),
            offset: little32(bytes, 20),
            relocations: little32(bytes, 24),
            relocation_count: little16(bytes, 32),
            flags: little32(bytes, 36),
        }
    }

    fn is_data(&self) -> bool {
        self.address != 0 && self.size != 0 && self.flags & !ALIGN_32 == DATA
    }

    fn check_relocations(&self, whole: Part) -> Result<(), ReadError> {
        let size = RELOCATION * u64::from(self.relocation_count);
        whole.need(self.relocations.into(), size)
    }

    fn map(&self, whole: Part) -> Mapped {
        let bytes = match self.offset {
            0 => Bytes::Uninitialized(self.size.into()),
            offset => Bytes::Stored(whole.part(offset.into(), self.size.into())),
        };
        // Go adds numbers of 32 bits here.
        let last = self.address.wrapping_add(self.size).wrapping_sub(1);
        Mapped::until(self.address.into(), last.into(), bytes)
    }
}

/// The table of names that are too long for their field; it stands behind the symbols.
struct Names {
    /// How many bytes it has, without the length in front of it.
    size: u32,
}

impl Names {
    fn read(file: &mut Source<'_>, symbols: u32, count: u32) -> Result<Self, ReadError> {
        if symbols == 0 {
            return Ok(Self { size: 0 });
        }
        let whole = file.whole();
        // Go adds numbers of 32 bits here.
        let start = symbols.wrapping_add(count.wrapping_mul(18));
        let length = little32(&file.array::<4>(whole, start.into())?, 0);
        let size = length.saturating_sub(4);
        whole.need(u64::from(start) + 4, size.into())?;
        Ok(Self { size })
    }

    /// Checks the place of a name, which counts the length in front of the table.
    fn check(&self, place: u32) -> Result<(), ReadError> {
        match place.checked_sub(4) {
            Some(place) if place <= self.size => Ok(()),
            _ => Err(ReadError::Unrecognized),
        }
    }

    /// Checks the name of a section: a slash stands before the place of a long one.
    fn check_section(&self, field: &[u8]) -> Result<(), ReadError> {
        let Some(rest) = field.strip_prefix(b"/") else {
            return Ok(());
        };
        let end = rest.iter().position(|byte| *byte == 0);
        let digits = &rest[..end.unwrap_or(rest.len())];
        let number = std::str::from_utf8(digits).ok();
        let number = number.and_then(|digits| digits.parse::<i64>().ok());
        let number = number.ok_or(ReadError::Unrecognized)?;
        // Go takes the low 32 bits; seven characters cannot say more.
        self.check(u32::try_from(number & 0xffff_ffff).expect("32 bits"))
    }
}

/// Checks that the symbols are whole and have their names in the table.
fn check_symbols(
    file: &mut Source<'_>,
    names: &Names,
    start: u32,
    count: u32,
) -> Result<(), ReadError> {
    if start == 0 || count == 0 {
        return Ok(());
    }
    let whole = file.whole();
    let size = u64::from(count) * SYMBOL as u64;
    whole.need(start.into(), size)?;
    let mut block = vec![0; SYMBOL << 12];
    let (mut at, mut more) = (0, 0_u8);
    while at < size {
        let wanted = (size - at).min(block.len() as u64);
        let wanted = usize::try_from(wanted).expect("a block is small");
        if file.read(whole, u64::from(start) + at, &mut block[..wanted])? < wanted {
            return Err(ReadError::Unrecognized);
        }
        for symbol in block[..wanted].chunks_exact(SYMBOL) {
            if more != 0 {
                more -= 1;
                continue;
            }
            more = symbol[17];
            let place = little32(symbol, 4);
            if symbol[..4] == [0; 4] && place != 0 {
                names.check(place)?;
            }
        }
        at += wanted as u64;
    }
    if more == 0 {
        Ok(())
    } else {
        Err(ReadError::Unrecognized)
    }
}

/// Checks the optional header and returns the address that all others are relative to.
fn image_base(file: &mut Source<'_>, start: u64, size: u16) -> Result<u64, ReadError> {
    if size == 0 {
        return Ok(0);
    }
    let whole = file.whole();
    let wide = match little16(&file.array::<2>(whole, start)?, 0) {
        0x10b => false,
        0x20b => true,
        _ => return Err(ReadError::Unrecognized),
    };
    let least: u16 = if wide { 112 } else { 96 };
    let directories = size.checked_sub(least).ok_or(ReadError::Unrecognized)?;
    whole.need(start, size.into())?;
    let count = file.array::<4>(whole, start + u64::from(least) - 4)?;
    if u64::from(directories) != 8 * u64::from(little32(&count, 0)) {
        return Err(ReadError::Unrecognized);
    }
    Ok(if wide {
        Order::Little.u64(&file.array::<8>(whole, start + 24)?, 0)
    } else {
        little32(&file.array::<4>(whole, start + 28)?, 0).into()
    })
}

fn little16(bytes: &[u8], at: usize) -> u16 {
    Order::Little.u16(bytes, at)
}

fn little32(bytes: &[u8], at: usize) -> u32 {
    Order::Little.u32(bytes, at)
}
