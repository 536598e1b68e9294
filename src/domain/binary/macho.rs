//! Mach-O: macOS and iOS, thin or with one image for each of several processors.
//!
//! The section `__go_buildinfo` holds the blob; without it the first segment that is readable and writable is
//! searched. Of several images the first one answers, but all must be well formed, as in Go's `debug/macho`.

use std::collections::HashSet;

use super::error::ReadError;
use super::image::{Bytes, Image, Mapped, Unmapped};
use super::source::{Order, Part, Source};

const SECTION: &[u8] = b"__go_buildinfo";
const PAGE_ZERO: &[u8] = b"__PAGEZERO";
const READ_WRITE: u32 = 3;

const MAGIC: u32 = 0xfeed_face;
const MAGIC_WIDE: u32 = 0xfeed_facf;
const MAGIC_FAT: u32 = 0xcafe_babe;

const SEGMENT: u32 = 1;
const SYMBOLS: u32 = 2;
const DYNAMIC_SYMBOLS: u32 = 0xb;
const LIBRARY: u32 = 0xc;
const SEGMENT_WIDE: u32 = 0x19;
const RUN_PATH: u32 = 0x8000_001c;

/// The most images of one file; there are not so many kinds of processors.
const MAX_IMAGES: u32 = 256;
/// The most segments of one image; real ones have about ten.
const MAX_SEGMENTS: usize = 1 << 16;

/// Reads the headers of a file with several images, and returns the first one.
pub(super) fn open_fat(file: &mut Source<'_>) -> Result<Image, ReadError> {
    let whole = file.whole();
    let start: [u8; 8] = file.array(whole, 0)?;
    let number = |bytes: &[u8], at: usize| Order::Big.u32(bytes, at);
    let count = number(&start, 4);
    if number(&start, 0) != MAGIC_FAT || count == 0 || MAX_IMAGES < count {
        return Err(ReadError::Unrecognized);
    }
    let mut first: Option<(Image, u32)> = None;
    let mut processors = HashSet::new();
    for index in 0..count {
        let header: [u8; 20] = file.array(whole, 8 + 20 * u64::from(index))?;
        let part = whole.part(number(&header, 8).into(), number(&header, 12).into());
        let (image, kind) = open_image(file, part)?;
        let is_new = processors.insert((number(&header, 0), number(&header, 4)));
        let is_same_kind = first.as_ref().is_none_or(|(_, known)| *known == kind);
        if !is_new || !is_same_kind {
            return Err(ReadError::Unrecognized);
        }
        first.get_or_insert((image, kind));
    }
    first.map(|(image, _)| image).ok_or(ReadError::Unrecognized)
}

/// Reads the headers of a file with one image.
pub(super) fn open(file: &mut Source<'_>) -> Result<Image, ReadError> {
    let whole = file.whole();
    open_image(file, whole).map(|(image, _)| image)
}

/// Reads the headers of one image and returns it with its kind.
fn open_image(file: &mut Source<'_>, part: Part) -> Result<(Image, u32), ReadError> {
    let header: [u8; 28] = file.array(part, 0)?;
    let order = [Order::Big, Order::Little]
        .into_iter()
        .find(|order| order.u32(&header, 0) & !1 == MAGIC & !1)
        .ok_or(ReadError::Unrecognized)?;
    let wide = order.u32(&header, 0) == MAGIC_WIDE;
    let kind = order.u32(&header, 12);
    let start = if wide { 32 } else { 28 };
    let size = u64::from(order.u32(&header, 20));
    part.need(start, size)?;
    let mut loads = Loads {
        file,
        part,
        order,
        wide,
        at: start,
        end: start + size,
        segments: Vec::new(),
        section: None,
        symbols: None,
    };
    for _ in 0..order.u32(&header, 16) {
        loads.next()?;
    }
    Ok((loads.image(), kind))
}

/// The load commands of an image.
struct Loads<'a, 'b> {
    file: &'a mut Source<'b>,
    part: Part,
    order: Order,
    wide: bool,
    at: u64,
    end: u64,
    segments: Vec<Segment>,
    /// Address and size of the section with the build information.
    section: Option<(u64, u64)>,
    /// The number of symbols, once they were seen.
    symbols: Option<u32>,
}

struct Segment {
    is_page_zero: bool,
    address: u64,
    memory: u64,
    offset: u64,
    size: u64,
    most: u32,
    protection: u32,
}

/// One load command.
#[derive(Clone, Copy)]
struct Command {
    at: u64,
    size: u32,
}

impl Loads<'_, '_> {
    fn next(&mut self) -> Result<(), ReadError> {
        let left = self.end - self.at;
        if left < 8 {
            return Err(ReadError::Unrecognized);
        }
        let start: [u8; 8] = self.file.array(self.part, self.at)?;
        let (kind, size) = (self.order.u32(&start, 0), self.order.u32(&start, 4));
        if size < 8 || left < u64::from(size) {
            return Err(ReadError::Unrecognized);
        }
        let command = Command { at: self.at, size };
        self.at += u64::from(size);
        match kind {
            SEGMENT => self.segment(command),
            SEGMENT_WIDE => self.segment_wide(command),
            SYMBOLS => self.symbols(command),
            DYNAMIC_SYMBOLS => self.dynamic_symbols(command),
            LIBRARY => self.name::<24>(command),
            RUN_PATH => self.name::<12>(command),
            _ => Ok(()),
        }
    }

    /// Returns the first `N` bytes of a command.
    fn fields<const N: usize>(&mut self, command: Command) -> Result<[u8; N], ReadError> {
        if (command.size as usize) < N {
            return Err(ReadError::Unrecognized);
        }
        self.file.array(self.part, command.at)
    }

    /// Checks that a name, whose place stands after the first eight bytes, lies within its command.
    fn name<const N: usize>(&mut self, command: Command) -> Result<(), ReadError> {
        let fields: [u8; N] = self.fields(command)?;
        if command.size <= self.order.u32(&fields, 8) {
            return Err(ReadError::Unrecognized);
        }
        Ok(())
    }

    fn segment(&mut self, command: Command) -> Result<(), ReadError> {
        let fields: [u8; 56] = self.fields(command)?;
        let number = |at: usize| self.order.u32(&fields, at);
        let segment = Segment {
            is_page_zero: is_name(&fields[8..24], PAGE_ZERO),
            address: number(24).into(),
            memory: number(28).into(),
            offset: number(32).into(),
            size: number(36).into(),
            most: number(40),
            protection: number(44),
        };
        let sections = number(48);
        self.push(segment)?;
        for index in 0..sections {
            let bytes: [u8; 68] = self.section(command, 56, index)?;
            let number = |at: usize| self.order.u32(&bytes, at);
            let place = (number(32).into(), number(36).into());
            let relocations = (number(48), number(52));
            self.take_section(&bytes[..16], place, relocations)?;
        }
        Ok(())
    }

    fn segment_wide(&mut self, command: Command) -> Result<(), ReadError> {
        let fields: [u8; 72] = self.fields(command)?;
        let number = |at: usize| self.order.u64(&fields, at);
        let segment = Segment {
            is_page_zero: is_name(&fields[8..24], PAGE_ZERO),
            address: number(24),
            memory: number(32),
            offset: number(40),
            size: number(48),
            most: self.order.u32(&fields, 56),
            protection: self.order.u32(&fields, 60),
        };
        let sections = self.order.u32(&fields, 64);
        self.push(segment)?;
        for index in 0..sections {
            let bytes: [u8; 80] = self.section(command, 72, index)?;
            let place = (self.order.u64(&bytes, 32), self.order.u64(&bytes, 40));
            let relocations = (self.order.u32(&bytes, 56), self.order.u32(&bytes, 60));
            self.take_section(&bytes[..16], place, relocations)?;
        }
        Ok(())
    }

    fn push(&mut self, segment: Segment) -> Result<(), ReadError> {
        let is_good = 0 <= segment.offset.cast_signed()
            && 0 <= segment.size.cast_signed()
            && self.segments.len() < MAX_SEGMENTS;
        if !is_good {
            return Err(ReadError::Unrecognized);
        }
        self.segments.push(segment);
        Ok(())
    }

    /// Returns the header of a section, which must lie within the command of its segment.
    fn section<const N: usize>(
        &mut self,
        command: Command,
        start: u64,
        index: u32,
    ) -> Result<[u8; N], ReadError> {
        let at = start + N as u64 * u64::from(index);
        if u64::from(command.size) < at + N as u64 {
            return Err(ReadError::Unrecognized);
        }
        self.file.array(self.part, command.at + at)
    }

    fn take_section(
        &mut self,
        name: &[u8],
        place: (u64, u64),
        relocations: (u32, u32),
    ) -> Result<(), ReadError> {
        let (start, count) = relocations;
        self.part.need(start.into(), u64::from(count) * 8)?;
        if is_name(name, SECTION) {
            self.section.get_or_insert(place);
        }
        Ok(())
    }

    /// Checks that every symbol has its name in the table of names.
    fn symbols(&mut self, command: Command) -> Result<(), ReadError> {
        let fields: [u8; 24] = self.fields(command)?;
        let number = |at: usize| self.order.u32(&fields, at);
        let (start, count) = (u64::from(number(8)), number(12));
        let (names, names_size) = (u64::from(number(16)), number(20));
        let step = if self.wide { 16 } else { 12 };
        self.part.need(names, names_size.into())?;
        let size = u64::from(count) * step;
        self.part.need(start, size)?;
        // A multiple of both steps, and large enough that reading is not what takes the time.
        let mut block = vec![0; 48 << 10];
        let mut at = 0;
        while at < size {
            let wanted = (size - at).min(block.len() as u64);
            let wanted = usize::try_from(wanted).expect("a block is small");
            let count = self
                .file
                .read(self.part, start + at, &mut block[..wanted])?;
            if count < wanted {
                return Err(ReadError::Unrecognized);
            }
            let step = usize::try_from(step).expect("at most 16");
            let has_name = |symbol: &[u8]| self.order.u32(symbol, 0) < names_size;
            if !block[..wanted].chunks_exact(step).all(has_name) {
                return Err(ReadError::Unrecognized);
            }
            at += wanted as u64;
        }
        self.symbols = Some(count);
        Ok(())
    }

    fn dynamic_symbols(&mut self, command: Command) -> Result<(), ReadError> {
        let fields: [u8; 80] = self.fields(command)?;
        let number = |at: usize| self.order.u32(&fields, at);
        let symbols = self.symbols.ok_or(ReadError::Unrecognized)?;
        let (first, count) = (number(24), number(28));
        if symbols < first || symbols < first.wrapping_add(count) {
            return Err(ReadError::Unrecognized);
        }
        self.part.need(number(56).into(), u64::from(number(60)) * 4)
    }

    fn image(self) -> Image {
        let is_data = |segment: &&Segment| {
            segment.address != 0
                && segment.size != 0
                && segment.protection == READ_WRITE
                && segment.most == READ_WRITE
        };
        let first_data = self.segments.iter().find(is_data);
        let data = self
            .section
            .or_else(|| first_data.map(|segment| (segment.address, segment.memory)));
        let mapped = self.segments.iter().filter(|segment| !segment.is_page_zero);
        let map = mapped.map(|segment| {
            let part = self.part.part(segment.offset, segment.size);
            Mapped::new(segment.address, segment.size, Bytes::Stored(part))
        });
        Image {
            data,
            map: map.collect(),
            base: 0,
            unmapped: Unmapped::Unrecognized,
        }
    }
}

/// Compares a name that is filled up with zeros.
fn is_name(field: &[u8], name: &[u8]) -> bool {
    field.split(|byte| *byte == 0).next() == Some(name)
}
