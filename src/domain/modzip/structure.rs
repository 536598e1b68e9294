//! What Go overlooks in a zip, and what makes other programs see other files in the same bytes.
//!
//! Go reads the directory alone. A program that reads the entries one after the other goes by the headers before the
//! contents; where these differ from the directory, a scanner may approve of files that nobody compiles.

use std::io;

use super::archive::{Archive, LOCAL_LEN, LOCAL_SIGNATURE};
use super::directory::{Entry, u16_at, u32_at};
use super::files::FileKind;
use super::read_at::ReadAt;

/// Something in the structure of a zip that no honest program writes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Oddity {
    /// Two entries share bytes.
    #[error("shares bytes of the zip with {}", String::from_utf8_lossy(other))]
    Overlap {
        /// The entry.
        name: Vec<u8>,
        /// The entry before it.
        other: Vec<u8>,
    },
    /// The header before the contents has another name than the directory.
    #[error(
        "is named {} by the header before its contents",
        String::from_utf8_lossy(other)
    )]
    OtherName {
        /// The name in the directory.
        name: Vec<u8>,
        /// The name in the header.
        other: Vec<u8>,
    },
    /// The header before the contents has another size or checksum than the directory.
    #[error("has another size, checksum or method in the header before its contents")]
    OtherSize {
        /// The name.
        name: Vec<u8>,
    },
    /// The entry claims to be a link or a directory; Go unpacks it as a file.
    #[error("is marked as a {}, and unpacked as a regular file", if *kind == FileKind::Symlink { "symbolic link" } else { "special file" })]
    Irregular {
        /// The name.
        name: Vec<u8>,
        /// What it claims to be.
        kind: FileKind,
    },
    /// The entry has no checksum, so that Go checks none.
    #[error("has no checksum")]
    NoChecksum {
        /// The name.
        name: Vec<u8>,
    },
}

impl Oddity {
    /// Returns the entry that it is about.
    pub fn name(&self) -> &[u8] {
        match self {
            Self::Overlap { name, .. }
            | Self::OtherName { name, .. }
            | Self::OtherSize { name }
            | Self::Irregular { name, .. }
            | Self::NoChecksum { name } => name,
        }
    }
}

/// The place of an entry in the zip: from its header to the end of its contents, or of what describes them.
struct Span<'a> {
    start: u64,
    end: u64,
    entry: &'a Entry,
}

/// Compares the headers of all entries with the directory, and the places of the entries with each other.
///
/// Entries whose header is none are left to whoever reads them.
pub fn oddities<R: ReadAt>(archive: &Archive<R>) -> io::Result<Vec<Oddity>> {
    let mut found = Vec::new();
    let mut spans = Vec::new();
    for entry in archive.entries() {
        let name = || entry.name.to_vec();
        match entry.kind() {
            FileKind::File => {}
            FileKind::Dir if entry.is_dir() => {}
            kind => found.push(Oddity::Irregular { name: name(), kind }),
        }
        if !entry.has_descriptor() && entry.crc32 == 0 && entry.size != 0 {
            found.push(Oddity::NoChecksum { name: name() });
        }
        let Some(header) = LocalHeader::read(archive.source(), entry)? else {
            continue;
        };
        if header.name != *entry.name {
            let other = header.name.clone();
            found.push(Oddity::OtherName {
                name: name(),
                other,
            });
        }
        if header.differs(entry) {
            found.push(Oddity::OtherSize { name: name() });
        }
        let descriptor = if entry.has_descriptor() { 12 } else { 0 };
        spans.push(Span {
            start: header.at,
            end: header
                .contents_at
                .saturating_add(entry.compressed_size)
                .saturating_add(descriptor),
            entry,
        });
    }
    found.extend(overlaps(spans));
    Ok(found)
}

fn overlaps(mut spans: Vec<Span<'_>>) -> Vec<Oddity> {
    spans.sort_by_key(|span| (span.start, span.end));
    let mut found = Vec::new();
    let mut furthest: Option<Span<'_>> = None;
    for span in spans {
        if let Some(before) = furthest.as_ref().filter(|before| span.start < before.end) {
            found.push(Oddity::Overlap {
                name: span.entry.name.to_vec(),
                other: before.entry.name.to_vec(),
            });
        }
        if furthest.as_ref().is_none_or(|before| before.end < span.end) {
            furthest = Some(span);
        }
    }
    found
}

/// The header before the contents of an entry.
struct LocalHeader {
    at: u64,
    contents_at: u64,
    name: Vec<u8>,
    flags: u16,
    method: u16,
    crc32: u32,
    compressed_size: u32,
    size: u32,
}

impl LocalHeader {
    fn read(source: &impl ReadAt, entry: &Entry) -> io::Result<Option<Self>> {
        let Ok(at) = u64::try_from(entry.offset) else {
            return Ok(None);
        };
        let mut header = [0; LOCAL_LEN];
        let filled = source.read_full_at(&mut header, at)?;
        if filled < LOCAL_LEN || u32_at(&header, 0) != LOCAL_SIGNATURE {
            return Ok(None);
        }
        let (name_len, extra_len) = (u16_at(&header, 26), u16_at(&header, 28));
        let mut name = vec![0; name_len.into()];
        let name_at = at + LOCAL_LEN as u64;
        let filled = source.read_full_at(&mut name, name_at)?;
        name.truncate(filled);
        Ok(Some(Self {
            at,
            contents_at: name_at + u64::from(name_len) + u64::from(extra_len),
            name,
            flags: u16_at(&header, 6),
            method: u16_at(&header, 8),
            crc32: u32_at(&header, 14),
            compressed_size: u32_at(&header, 18),
            size: u32_at(&header, 22),
        }))
    }

    /// Reports whether the header contradicts the directory; what comes behind the contents is not compared.
    fn differs(&self, entry: &Entry) -> bool {
        const ELSEWHERE: u32 = u32::MAX;
        if self.method != entry.method {
            return true;
        }
        if self.flags & 8 != 0 {
            return false;
        }
        let differs = |here: u32, there: u64| here != ELSEWHERE && u64::from(here) != there;
        self.crc32 != entry.crc32
            || differs(self.compressed_size, entry.compressed_size)
            || differs(self.size, entry.size)
    }
}
