//! ELF: Linux, the BSDs and most others; 32 and 64 bits, both orders of bytes.
//!
//! The section `.go.buildinfo` holds the blob; without it the first segment that is writable and not executable is
//! searched. Tables that do not fit make the whole file unrecognized, as in Go's `debug/elf`.

use super::error::ReadError;
use super::image::{Bytes, Image, Mapped, Unmapped};
use super::source::{Order, Part, Source};

const SECTION: &[u8] = b".go.buildinfo\0";

const PT_LOAD: u32 = 1;
const PF_X: u32 = 1;
const PF_W: u32 = 2;
const SHT_NULL: u32 = 0;
const SHT_STRTAB: u32 = 3;
const SHF_COMPRESSED: u64 = 0x800;
/// The first number of sections that does not fit the header and stands in the first section instead.
const SHN_LORESERVE: u64 = 0xff00;
const SHN_XINDEX: u64 = 0xffff;

/// Reads the headers.
pub(super) fn open(file: &mut Source<'_>) -> Result<Image, ReadError> {
    let header = Header::read(file)?;
    let programs = header.programs(file)?;
    let section = header.build_info(file)?;
    let first_data = || {
        let is_data =
            |program: &&Program| program.kind == PT_LOAD && program.flags & (PF_X | PF_W) == PF_W;
        let program = programs.iter().find(is_data)?;
        Some((program.address, program.memory))
    };
    let data = section.or_else(first_data);
    let whole = file.whole();
    let map = programs.iter().map(|program| {
        let part = whole.part(program.offset, program.size);
        Mapped::new(program.address, program.size, Bytes::Stored(part))
    });
    Ok(Image {
        data,
        map: map.collect(),
        base: 0,
        unmapped: Unmapped::Unrecognized,
    })
}

/// What the first bytes say.
struct Header {
    wide: bool,
    order: Order,
    programs: Table,
    sections: Table,
    /// The section with the names of sections.
    names: u64,
}

/// A table of headers.
#[derive(Clone, Copy)]
struct Table {
    start: u64,
    count: u64,
    /// How far one is from the next.
    step: u64,
}

struct Program {
    kind: u32,
    flags: u32,
    offset: u64,
    address: u64,
    size: u64,
    memory: u64,
}

#[derive(Clone, Copy)]
struct Section {
    name: u32,
    kind: u32,
    flags: u64,
    address: u64,
    offset: u64,
    size: u64,
    link: u32,
}

/// The names of sections.
struct Names {
    part: Part,
    /// Where the last byte is that can end a name.
    last_end: Option<u64>,
}

impl Header {
    fn read(file: &mut Source<'_>) -> Result<Self, ReadError> {
        let whole = file.whole();
        let start: [u8; 16] = file.array(whole, 0)?;
        let wide = match start[4] {
            1 => false,
            2 => true,
            _ => return Err(ReadError::Unrecognized),
        };
        let order = match start[5] {
            1 => Order::Little,
            2 => Order::Big,
            _ => return Err(ReadError::Unrecognized),
        };
        // The fields that differ in width stand in front of those that do not.
        let (header, programs, sections, rest) = if wide {
            let header: [u8; 64] = file.array(whole, 0)?;
            let (programs, sections) = (order.u64(&header, 32), order.u64(&header, 40));
            (header, programs, sections, 52)
        } else {
            let mut header = [0; 64];
            header[..52].copy_from_slice(&file.array::<52>(whole, 0)?);
            let (programs, sections) = (order.u32(&header, 28), order.u32(&header, 32));
            (header, programs.into(), sections.into(), 40)
        };
        let half = |at: usize| u64::from(order.u16(&header, rest + at));
        let parsed = Self {
            wide,
            order,
            programs: Table {
                start: programs,
                step: half(2),
                count: half(4),
            },
            sections: Table {
                start: sections,
                step: half(6),
                count: half(8),
            },
            names: half(10),
        };
        parsed.check(start[6], order.u32(&header, 20))?;
        parsed.extended(file)
    }

    fn check(&self, ident: u8, version: u32) -> Result<(), ReadError> {
        let Self {
            programs, sections, ..
        } = self;
        let program = if self.wide { 56 } else { 32 };
        let is_good = ident == 1
            // Go looks at the low byte only.
            && version & 0xff == 1
            && is_offset(programs.start)
            && is_offset(sections.start)
            && (sections.start != 0 || sections.count == 0)
            && (sections.count == 0 || self.names < sections.count)
            && (programs.count == 0 || program <= programs.step);
        if is_good {
            Ok(())
        } else {
            Err(ReadError::Unrecognized)
        }
    }

    /// Takes the number of sections, and which one has the names, from the first section where they are too large.
    fn extended(mut self, file: &mut Source<'_>) -> Result<Self, ReadError> {
        if self.sections.count == 0 && self.sections.start != 0 {
            let first = self.section(file, 0)?;
            self.sections.count = first.size;
            if first.kind != SHT_NULL || first.size < SHN_LORESERVE || !is_offset(first.size) {
                return Err(ReadError::Unrecognized);
            }
            if self.names == SHN_XINDEX {
                self.names = first.link.into();
                if self.names < SHN_LORESERVE {
                    return Err(ReadError::Unrecognized);
                }
            }
        }
        if self.sections.count != 0 && self.sections.step < self.section_size() {
            return Err(ReadError::Unrecognized);
        }
        self.sections.check(file.whole())?;
        Ok(self)
    }

    const fn section_size(&self) -> u64 {
        if self.wide { 64 } else { 40 }
    }

    fn programs(&self, file: &mut Source<'_>) -> Result<Vec<Program>, ReadError> {
        self.programs.check(file.whole())?;
        (0..self.programs.count)
            .map(|index| self.program(file, index))
            .collect()
    }

    fn program(&self, file: &mut Source<'_>, index: u64) -> Result<Program, ReadError> {
        let (whole, order) = (file.whole(), self.order);
        let at = self.programs.at(index);
        let program = if self.wide {
            let bytes: [u8; 56] = file.array(whole, at)?;
            Program {
                kind: order.u32(&bytes, 0),
                flags: order.u32(&bytes, 4),
                offset: order.u64(&bytes, 8),
                address: order.u64(&bytes, 16),
                size: order.u64(&bytes, 32),
                memory: order.u64(&bytes, 40),
            }
        } else {
            let bytes: [u8; 32] = file.array(whole, at)?;
            Program {
                kind: order.u32(&bytes, 0),
                flags: order.u32(&bytes, 24),
                offset: order.u32(&bytes, 4).into(),
                address: order.u32(&bytes, 8).into(),
                size: order.u32(&bytes, 16).into(),
                memory: order.u32(&bytes, 20).into(),
            }
        };
        if is_offset(program.offset) && is_offset(program.size) {
            Ok(program)
        } else {
            Err(ReadError::Unrecognized)
        }
    }

    fn section(&self, file: &mut Source<'_>, index: u64) -> Result<Section, ReadError> {
        let (whole, order) = (file.whole(), self.order);
        let at = self.sections.at(index);
        Ok(if self.wide {
            let bytes: [u8; 64] = file.array(whole, at)?;
            Section {
                name: order.u32(&bytes, 0),
                kind: order.u32(&bytes, 4),
                flags: order.u64(&bytes, 8),
                address: order.u64(&bytes, 16),
                offset: order.u64(&bytes, 24),
                size: order.u64(&bytes, 32),
                link: order.u32(&bytes, 40),
            }
        } else {
            let bytes: [u8; 40] = file.array(whole, at)?;
            let number = |at: usize| u64::from(order.u32(&bytes, at));
            Section {
                name: order.u32(&bytes, 0),
                kind: order.u32(&bytes, 4),
                flags: number(8),
                address: number(12),
                offset: number(16),
                size: number(20),
                link: order.u32(&bytes, 24),
            }
        })
    }

    /// Checks every section, and returns address and size of the one that holds the build information.
    fn build_info(&self, file: &mut Source<'_>) -> Result<Option<(u64, u64)>, ReadError> {
        let names = self.names(file)?;
        let mut found = None;
        for index in 0..self.sections.count {
            let section = self.section(file, index)?;
            let size = self.check_section(file, &section)?;
            let Some(names) = &names else { continue };
            if names.is(file, section.name.into(), SECTION)? && found.is_none() {
                found = Some((section.address, size));
            }
        }
        Ok(found)
    }

    /// Checks a section and returns how large it is when it is not compressed.
    fn check_section(&self, file: &mut Source<'_>, section: &Section) -> Result<u64, ReadError> {
        if !is_offset(section.offset) || !is_offset(section.size) {
            return Err(ReadError::Unrecognized);
        }
        if section.flags & SHF_COMPRESSED == 0 {
            return Ok(section.size);
        }
        let part = file.whole().part(section.offset, section.size);
        Ok(if self.wide {
            self.order.u64(&file.array::<24>(part, 0)?, 8)
        } else {
            self.order.u32(&file.array::<12>(part, 0)?, 4).into()
        })
    }

    /// Returns the names of sections, if sections have names.
    fn names(&self, file: &mut Source<'_>) -> Result<Option<Names>, ReadError> {
        if self.sections.count == 0 || self.names == 0 {
            return Ok(None);
        }
        if self.sections.count <= self.names {
            return Err(ReadError::Unrecognized);
        }
        let section = self.section(file, self.names)?;
        // Nobody compresses the names of sections, although Go could read them.
        if section.kind != SHT_STRTAB || section.flags & SHF_COMPRESSED != 0 {
            return Err(ReadError::Unrecognized);
        }
        let whole = file.whole();
        whole.need(section.offset, section.size)?;
        Names::new(file, whole.part(section.offset, section.size)).map(Some)
    }
}

impl Table {
    /// Refuses a table that the file does not hold.
    fn check(self, whole: Part) -> Result<(), ReadError> {
        let size = self
            .count
            .checked_mul(self.step)
            .ok_or(ReadError::Unrecognized)?;
        whole.need(self.start, size)
    }

    fn at(self, index: u64) -> u64 {
        self.start.saturating_add(index.saturating_mul(self.step))
    }
}

impl Names {
    fn new(file: &mut Source<'_>, part: Part) -> Result<Self, ReadError> {
        let mut block = [0; 4096];
        let mut end = part.size();
        while end != 0 {
            let start = end.saturating_sub(block.len() as u64);
            let count = file.read(part, start, &mut block)?;
            let count = count.min(usize::try_from(end - start).expect("a block is small"));
            if let Some(at) = memchr::memrchr(0, &block[..count]) {
                let last_end = Some(start + at as u64);
                return Ok(Self { part, last_end });
            }
            end = start;
        }
        Ok(Self {
            part,
            last_end: None,
        })
    }

    /// Reports whether the name at `index` is `wanted`, which ends in a zero; a name without end is malformed.
    fn is(&self, file: &mut Source<'_>, index: u64, wanted: &[u8]) -> Result<bool, ReadError> {
        if self.last_end.is_none_or(|end| end < index) {
            return Err(ReadError::Unrecognized);
        }
        let mut name = [0; SECTION.len()];
        let count = file.read(self.part, index, &mut name)?;
        Ok(&name[..count] == wanted)
    }
}

/// Reports whether a number can be a place in a file: Go counts with signed numbers.
fn is_offset(number: u64) -> bool {
    0 <= number.cast_signed()
}
