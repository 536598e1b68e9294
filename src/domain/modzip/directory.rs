//! The directory at the end of a zip, found and read exactly as Go's `archive/zip` does it.
//!
//! Readers that disagree on where the directory is, or what it says, see different files in the same bytes; a hash
//! would then vouch for something else than what is unpacked. So this reader does not try to be better than Go's.

use std::io::{self, BufReader, Read};

use super::error::ZipError;
use super::files::FileKind;
use super::read_at::{ReadAt, Section};

/// The bytes that the directory may have: entries are kept in memory, several times their size.
const MAX_DIRECTORY: u64 = 64 << 20;

const HEADER_SIGNATURE: u32 = 0x0201_4b50;
const HEADER_LEN: usize = 46;
const END_SIGNATURE: &[u8; 4] = b"PK\x05\x06";
const END_LEN: usize = 22;
const LOCATOR64_SIGNATURE: u32 = 0x0706_4b50;
const LOCATOR64_LEN: u8 = 20;
const END64_SIGNATURE: u32 = 0x0606_4b50;
const END64_LEN: usize = 56;
const EXTRA_ZIP64: u16 = 1;

/// What the directory of a zip says of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name: any bytes.
    pub name: Box<[u8]>,
    /// The size of the contents; enforced when they are read.
    pub size: u64,
    /// The size of the contents as they stand in the zip.
    pub compressed_size: u64,
    /// The CRC-32 of the contents.
    pub crc32: u32,
    /// The number of the compression method: 0 stored, 8 deflated.
    pub method: u16,
    pub(super) flags: u16,
    pub(super) creator: u16,
    pub(super) attributes: u32,
    /// Where the entry starts; whatever a hostile directory says, below zero included.
    pub(super) offset: i64,
}

impl Entry {
    /// Reports whether the name is that of a directory.
    pub fn is_dir(&self) -> bool {
        self.name.ends_with(b"/")
    }

    /// Returns the name as text, with U+FFFD for what is none.
    pub fn display_name(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
    }

    /// Returns what the entry says to be; writers on Unix record links in this way.
    pub fn kind(&self) -> FileKind {
        const UNIX: u16 = 3;
        const MACOS: u16 = 19;
        const DOS: [u16; 3] = [0, 11, 14];
        if self.is_dir() {
            return FileKind::Dir;
        }
        match self.creator >> 8 {
            UNIX | MACOS => match (self.attributes >> 16) & 0xf000 {
                0x4000 => FileKind::Dir,
                0xa000 => FileKind::Symlink,
                0x1000 | 0x2000 | 0x6000 | 0xc000 => FileKind::Irregular,
                _ => FileKind::File,
            },
            system if DOS.contains(&system) && self.attributes & 0x10 != 0 => FileKind::Dir,
            _ => FileKind::File,
        }
    }

    pub(super) fn has_descriptor(&self) -> bool {
        self.flags & 8 != 0
    }
}

/// The record at the end of a zip.
#[derive(Default)]
struct End {
    records: u64,
    size: u64,
    offset: u64,
}

/// Why there is no further entry.
enum Stop {
    /// Here is no header: the end of the directory.
    Format,
    /// The file ends within a header.
    UnexpectedEof,
    /// The file ends before a header, or before its name.
    Eof,
    Read(io::Error),
}

/// Reads the directory of the zip that is the first `size` bytes of `source`.
pub(super) fn read<R: ReadAt + ?Sized>(source: &R, size: u64) -> Result<Vec<Entry>, ZipError> {
    let size = i64::try_from(size).map_err(|_| ZipError::Format)?;
    let (end, base) = find_end(source, size)?;
    let start = base.wrapping_add(end.offset.cast_signed());
    let mut reader = BufReader::new(section(source, start, size));
    let mut entries = Vec::new();
    let mut bytes = 0;
    let stop = loop {
        match read_header(&mut reader) {
            Ok(mut entry) => {
                bytes += (HEADER_LEN + entry.name.len()) as u64;
                if MAX_DIRECTORY < bytes {
                    let limit = MAX_DIRECTORY;
                    return Err(ZipError::DirectoryTooLarge { size: bytes, limit });
                }
                entry.offset = entry.offset.wrapping_add(base);
                entries.push(entry);
            }
            Err(stop @ (Stop::Format | Stop::UnexpectedEof)) => break stop,
            Err(Stop::Eof) => return Err(ZipError::UnexpectedEof),
            Err(Stop::Read(error)) => return Err(ZipError::Read(error)),
        }
    };
    // Old writers counted in 16 bits, whatever the number of entries.
    if entries.len() as u64 & 0xffff == end.records & 0xffff {
        return Ok(entries);
    }
    Err(match stop {
        Stop::UnexpectedEof => ZipError::UnexpectedEof,
        _ => ZipError::Format,
    })
}

/// Finds the end record and how far the zip is from the start of the file, for zips behind something else.
fn find_end<R: ReadAt + ?Sized>(source: &R, size: i64) -> Result<(End, i64), ZipError> {
    let (at, mut end) = find_end_record(source, size)?;
    let mut end_offset = at;
    // The second number has too few digits for a zip of 64 bits; Go looks all the same.
    if (end.records == 0xffff || end.size == 0xffff || end.offset == 0xffff_ffff)
        && let Some(found) = find_end64(source, at)?
    {
        end = read_end64(source, found)?;
        end_offset = found;
    }
    if i64::try_from(end.size).is_err() || i64::try_from(end.offset).is_err() {
        return Err(ZipError::Format);
    }
    let (directory_size, offset) = (end.size.cast_signed(), end.offset.cast_signed());
    let base = end_offset.wrapping_sub(directory_size).wrapping_sub(offset);
    if !(0..size).contains(&base.wrapping_add(offset)) {
        return Err(ZipError::Format);
    }
    // Where a directory stands at the offset itself, the size in the end record was wrong.
    if 0 < base && read_header(&mut section(source, offset, size)).is_ok() {
        return Ok((end, 0));
    }
    Ok((end, base))
}

fn find_end_record<R: ReadAt + ?Sized>(source: &R, size: i64) -> Result<(i64, End), ZipError> {
    for length in [1024, 65 * 1024] {
        let length = size.min(length);
        let start = size - length;
        let mut buffer = vec![0; usize::try_from(length).expect("at most 65 KiB")];
        let filled = source
            .read_full_at(&mut buffer, start.cast_unsigned())
            .map_err(ZipError::Read)?;
        buffer.truncate(filled);
        if let Some(found) = find_signature(&buffer) {
            let record = &buffer[found..];
            let end = End {
                records: u16_at(record, 10).into(),
                size: u32_at(record, 12).into(),
                offset: u32_at(record, 16).into(),
            };
            return Ok((
                start + i64::try_from(found).expect("a place in a buffer"),
                end,
            ));
        }
        if length == size {
            break;
        }
    }
    Err(ZipError::Format)
}

/// Finds the last end record in `block`; none where its comment would be cut off.
fn find_signature(block: &[u8]) -> Option<usize> {
    let last = block.len().checked_sub(END_LEN)?;
    let found = (0..=last)
        .rev()
        .find(|&at| block[at..].starts_with(END_SIGNATURE))?;
    let comment = usize::from(u16_at(block, found + END_LEN - 2));
    (found + END_LEN + comment <= block.len()).then_some(found)
}

fn find_end64<R: ReadAt + ?Sized>(source: &R, end_offset: i64) -> Result<Option<i64>, ZipError> {
    let Some(at) = end_offset
        .checked_sub(LOCATOR64_LEN.into())
        .filter(|at| 0 <= *at)
    else {
        return Ok(None);
    };
    let mut record = [0; LOCATOR64_LEN as usize];
    read_exact_at(source, &mut record, at)?;
    let on_one_disk = u32_at(&record, 4) == 0 && u32_at(&record, 16) == 1;
    if u32_at(&record, 0) != LOCATOR64_SIGNATURE || !on_one_disk {
        return Ok(None);
    }
    Ok(i64::try_from(u64_at(&record, 8)).ok())
}

fn read_end64<R: ReadAt + ?Sized>(source: &R, at: i64) -> Result<End, ZipError> {
    let mut record = [0; END64_LEN];
    read_exact_at(source, &mut record, at)?;
    if u32_at(&record, 0) != END64_SIGNATURE {
        return Err(ZipError::Format);
    }
    Ok(End {
        records: u64_at(&record, 32),
        size: u64_at(&record, 40),
        offset: u64_at(&record, 48),
    })
}

fn read_exact_at<R: ReadAt + ?Sized>(
    source: &R,
    buffer: &mut [u8],
    at: i64,
) -> Result<(), ZipError> {
    let filled = source
        .read_full_at(buffer, at.cast_unsigned())
        .map_err(ZipError::Read)?;
    if filled < buffer.len() {
        return Err(ZipError::UnexpectedEof);
    }
    Ok(())
}

fn read_header(reader: &mut impl Read) -> Result<Entry, Stop> {
    let mut header = [0; HEADER_LEN];
    fill(reader, &mut header)?;
    if u32_at(&header, 0) != HEADER_SIGNATURE {
        return Err(Stop::Format);
    }
    let lengths = [28, 30, 32].map(|at| usize::from(u16_at(&header, at)));
    let mut rest = vec![0; lengths.iter().sum()];
    fill(reader, &mut rest)?;
    let extra = &rest[lengths[0]..][..lengths[1]];
    let mut entry = Entry {
        name: rest[..lengths[0]].into(),
        size: u32_at(&header, 24).into(),
        compressed_size: u32_at(&header, 20).into(),
        crc32: u32_at(&header, 16),
        method: u16_at(&header, 10),
        flags: u16_at(&header, 8),
        creator: u16_at(&header, 4),
        attributes: u32_at(&header, 38),
        offset: u32_at(&header, 42).into(),
    };
    read_extra(&mut entry, extra)?;
    Ok(entry)
}

/// Takes the numbers of 64 bits from the extra field, for those that did not fit into 32.
fn read_extra(entry: &mut Entry, mut extra: &[u8]) -> Result<(), Stop> {
    const ABSENT: u32 = u32::MAX;
    let mut needs_size = entry.size == u64::from(ABSENT);
    let mut needs_compressed = entry.compressed_size == u64::from(ABSENT);
    let mut needs_offset = entry.offset == i64::from(ABSENT);
    while 4 <= extra.len() {
        let (tag, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let Some(mut field) = extra[4..].get(..length) else {
            break;
        };
        extra = &extra[4 + length..];
        if tag != EXTRA_ZIP64 {
            continue;
        }
        let mut take = |needed: &mut bool| -> Result<Option<u64>, Stop> {
            if !std::mem::take(needed) {
                return Ok(None);
            }
            let (number, rest) = field.split_first_chunk().ok_or(Stop::Format)?;
            field = rest;
            Ok(Some(u64::from_le_bytes(*number)))
        };
        if let Some(size) = take(&mut needs_size)? {
            entry.size = size;
        }
        if let Some(size) = take(&mut needs_compressed)? {
            entry.compressed_size = size;
        }
        if let Some(offset) = take(&mut needs_offset)? {
            entry.offset = offset.cast_signed();
        }
    }
    // A size of exactly 4 GiB less a byte is possible; the other two are not, without an extra field.
    if needs_compressed || needs_offset {
        return Err(Stop::Format);
    }
    Ok(())
}

fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> Result<(), Stop> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) if filled == 0 => return Err(Stop::Eof),
            Ok(0) => return Err(Stop::UnexpectedEof),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Stop::Read(error)),
        }
    }
    Ok(())
}

fn section<R: ReadAt + ?Sized>(source: &R, start: i64, end: i64) -> Section<'_, R> {
    Section::new(source, start.cast_unsigned(), end.cast_unsigned())
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
