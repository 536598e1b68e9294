//! Reading tar archives: the entries with their data, one after the other, in bounded memory.
//!
//! The forms are those that images come in: ustar, with the long names of GNU and the records of POSIX.1-2001. Nothing
//! is ever written where an entry says.

use std::io::{self, Read};

/// The size of a block: all headers and the padding of all data are made of these.
const BLOCK: usize = 512;

/// The largest extended header; it holds a name.
const MAX_EXTENDED: u64 = 1 << 20;

/// How many extended headers one entry may have.
const MAX_HEADERS: usize = 16;

/// Why an archive cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum TarError {
    /// The bytes could not be read, or not be decompressed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The archive ends within an entry.
    #[error("the archive is cut off after {at} bytes")]
    CutOff {
        /// How many bytes there are.
        at: u64,
    },
    /// A header is malformed.
    #[error("malformed header at byte {at}")]
    Header {
        /// Where it starts.
        at: u64,
    },
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file with its data.
    File,
    /// Another name for a file of the same archive.
    HardLink,
    /// A name that leads to another one.
    Symlink,
    /// A directory.
    Directory,
    /// A device, a pipe, a file with holes.
    Other,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name as it stands there.
    pub path: Vec<u8>,
    /// Where a link leads.
    pub link: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// How many bytes of data follow.
    pub size: u64,
    /// Where in the archive the data starts.
    pub start: u64,
}

/// An archive that is read once from its start.
#[derive(Debug)]
pub struct Tar<R> {
    bytes: R,
    at: u64,
    /// What is left of the data of the current entry, and of the padding after it.
    left: u64,
    padding: u64,
}

/// What extended headers say of the entry that follows them.
#[derive(Default)]
struct Extended {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

/// Reports whether a block can be the first of an archive.
pub fn is_header(block: &[u8]) -> bool {
    block
        .first_chunk::<BLOCK>()
        .is_some_and(|block| block.iter().any(|byte| *byte != 0) && has_checksum(block))
}

impl<R: Read> Tar<R> {
    /// Starts at the first byte of an archive.
    pub const fn new(bytes: R) -> Self {
        Self {
            bytes,
            at: 0,
            left: 0,
            padding: 0,
        }
    }

    /// Goes to the next entry, over what is left of the current one.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, TarError> {
        let mut extended = Extended::default();
        for _ in 0..MAX_HEADERS {
            self.skip()?;
            let at = self.at;
            let Some(block) = self.header()? else {
                return Ok(None);
            };
            if !has_checksum(&block) {
                return Err(TarError::Header { at });
            }
            let size = number(&block[124..136]).ok_or(TarError::Header { at })?;
            self.expect(size);
            match block[156] {
                b'L' => extended.path = Some(until_zero(&self.small(at)?).to_vec()),
                b'K' => extended.link = Some(until_zero(&self.small(at)?).to_vec()),
                b'x' => {
                    let records = self.small(at)?;
                    extended.take(&records).ok_or(TarError::Header { at })?;
                }
                // What counts for all entries says nothing about names.
                b'g' => {}
                kind => return Ok(Some(self.entry(&block, kind, size, extended))),
            }
        }
        Err(TarError::Header { at: self.at })
    }

    /// Returns everything that was not read; the archive may have been padded.
    pub fn into_inner(self) -> R {
        self.bytes
    }

    fn entry(&mut self, block: &[u8; BLOCK], flag: u8, size: u64, extended: Extended) -> Entry {
        let path = extended.path.unwrap_or_else(|| name(block));
        let kind = match flag {
            0 | b'0' | b'7' if extended.is_sparse => Kind::Other,
            // Old archives mark directories so.
            0 if path.last() == Some(&b'/') => Kind::Directory,
            0 | b'0' | b'7' => Kind::File,
            b'1' => Kind::HardLink,
            b'2' => Kind::Symlink,
            b'5' => Kind::Directory,
            _ => Kind::Other,
        };
        // Links and directories have no data, whatever they say.
        let size = match kind {
            Kind::File | Kind::Other => extended.size.unwrap_or(size),
            Kind::HardLink | Kind::Symlink | Kind::Directory => 0,
        };
        self.expect(if matches!(flag, b'3' | b'4' | b'6') {
            0
        } else {
            size
        });
        Entry {
            path,
            link: extended
                .link
                .unwrap_or_else(|| until_zero(&block[157..257]).to_vec()),
            kind,
            size,
            start: self.at,
        }
    }

    fn expect(&mut self, size: u64) {
        self.left = size;
        self.padding = size.wrapping_neg() % BLOCK as u64;
    }

    /// Reads the next header; nothing at the end of the archive.
    fn header(&mut self) -> Result<Option<[u8; BLOCK]>, TarError> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            match self.bytes.read(&mut block[filled..]) {
                Ok(0) if filled == 0 => return Ok(None),
                Ok(0) => return Err(TarError::CutOff { at: self.at }),
                Ok(count) => {
                    filled += count;
                    self.at += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(block.iter().any(|byte| *byte != 0).then_some(block))
    }

    /// Reads the data of an extended header.
    fn small(&mut self, at: u64) -> Result<Vec<u8>, TarError> {
        if MAX_EXTENDED < self.left {
            return Err(TarError::Header { at });
        }
        let mut data = Vec::new();
        let wanted = self.left;
        self.take(wanted).read_to_end(&mut data)?;
        if (data.len() as u64) < wanted {
            return Err(TarError::CutOff { at: self.at });
        }
        Ok(data)
    }

    fn skip(&mut self) -> Result<(), TarError> {
        let mut rest = self.left.saturating_add(self.padding);
        let mut buffer = [0; 16 << 10];
        while rest != 0 {
            let wanted = usize::try_from(rest)
                .unwrap_or(usize::MAX)
                .min(buffer.len());
            match self.bytes.read(&mut buffer[..wanted]) {
                Ok(0) => return Err(TarError::CutOff { at: self.at }),
                Ok(count) => {
                    rest -= count as u64;
                    self.at += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.left = 0;
        self.padding = 0;
        Ok(())
    }
}

/// Reads the data of the current entry; an archive that ends within it is an error.
impl<R: Read> Read for &mut Tar<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        if wanted == 0 {
            return Ok(0);
        }
        let count = self.bytes.read(&mut buffer[..wanted])?;
        if count == 0 {
            let error = TarError::CutOff { at: self.at };
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, error));
        }
        self.left -= count as u64;
        self.at += count as u64;
        Ok(count)
    }
}

impl Extended {
    /// Takes the records `LENGTH KEY=VALUE\n` that count here; nothing where they are malformed.
    fn take(&mut self, mut records: &[u8]) -> Option<()> {
        while !records.is_empty() {
            let space = records.iter().position(|byte| *byte == b' ')?;
            let length = std::str::from_utf8(&records[..space]).ok()?;
            let length: usize = length.parse().ok()?;
            let record = records.get(space + 1..length)?.strip_suffix(b"\n")?;
            let equals = record.iter().position(|byte| *byte == b'=')?;
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            match key {
                b"path" => self.path = Some(value.to_vec()),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"size" => self.size = Some(std::str::from_utf8(value).ok()?.parse().ok()?),
                key if key.starts_with(b"GNU.sparse.") => self.is_sparse = true,
                _ => {}
            }
            records = &records[length..];
        }
        Some(())
    }
}

/// Returns the name in a header, with the prefix that POSIX puts into another field.
fn name(block: &[u8; BLOCK]) -> Vec<u8> {
    let name = until_zero(&block[..100]);
    let prefix = until_zero(&block[345..500]);
    if &block[257..263] == b"ustar\0" && !prefix.is_empty() {
        [prefix, b"/", name].concat()
    } else {
        name.to_vec()
    }
}

fn until_zero(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Reads a number: octal digits, or binary with the highest bit set.
fn number(field: &[u8]) -> Option<u64> {
    let (first, rest) = field.split_first()?;
    if *first == 0x80 {
        let (high, low) = rest.split_at(rest.len() - 8);
        let is_small = high.iter().all(|byte| *byte == 0);
        let number = u64::from_be_bytes(low.try_into().ok()?);
        return (is_small && number <= i64::MAX.unsigned_abs()).then_some(number);
    }
    let text = std::str::from_utf8(until_zero(field)).ok()?.trim();
    if text.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(text, 8).ok()
}

/// Compares the sum of the bytes with the one that the header has; old programs took the bytes with their signs.
fn has_checksum(block: &[u8; BLOCK]) -> bool {
    let Some(wanted) = number(&block[148..156]) else {
        return false;
    };
    let (mut plain, mut signed) = (0_i64, 0_i64);
    for (at, byte) in block.iter().enumerate() {
        let byte = if (148..156).contains(&at) {
            b' '
        } else {
            *byte
        };
        plain += i64::from(byte);
        signed += i64::from(byte.cast_signed());
    }
    i64::try_from(wanted).is_ok_and(|wanted| wanted == plain || wanted == signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, flag: u8, size: usize) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
        block[156] = flag;
        block[257..263].copy_from_slice(b"ustar\0");
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
        block[154] = 0;
        block
    }

    fn entry(name: &str, flag: u8, data: &[u8]) -> Vec<u8> {
        let mut bytes = header(name, flag, data.len());
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        bytes
    }

    fn list(bytes: &[u8]) -> Result<Vec<(String, Kind, Vec<u8>)>, TarError> {
        let mut tar = Tar::new(bytes);
        let mut entries = Vec::new();
        while let Some(entry) = tar.next_entry()? {
            let mut data = Vec::new();
            (&mut tar).read_to_end(&mut data)?;
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            entries.push((path, entry.kind, data));
        }
        Ok(entries)
    }

    #[test]
    fn long_names_and_records_count_for_the_next_entry() {
        let mut bytes = entry("././@LongLink", b'L', b"a/long/name\0");
        bytes.extend(entry("short", b'0', b"one"));
        bytes.extend(entry("pax", b'x', b"14 path=other\n10 size=3\n"));
        bytes.extend(entry("plain", b'0', b"two"));
        bytes.extend(entry("dir/", 0, b""));
        bytes.extend(entry("link", b'2', b""));
        bytes.extend([0; 1024]);
        let file = |name: &str, data: &[u8]| (name.to_owned(), Kind::File, data.to_vec());
        let expect = [
            file("a/long/name", b"one"),
            file("other", b"two"),
            ("dir/".to_owned(), Kind::Directory, Vec::new()),
            ("link".to_owned(), Kind::Symlink, Vec::new()),
        ];
        assert_eq!(list(&bytes).unwrap(), expect);
        assert!(is_header(&bytes) && !is_header(&bytes[1..]) && !is_header(&[0; 512]));
    }

    #[test]
    fn what_is_cut_or_lies_is_an_error() {
        let bytes = entry("a", b'0', &[1; 700]);
        for length in [1, 511, 513, 1100, bytes.len() - 1] {
            let last = list(&[&bytes[..length], &[]].concat());
            assert!(last.is_err(), "{length}");
        }
        assert!(list(&header("a", b'0', 0o7_777_777)).is_err());
        assert!(list(&header("a", b'L', 2 << 20)).is_err());
        assert!(list(&entry("a", b'x', b"9999999 path=x\n")).is_err());
        let mut endless = Vec::new();
        for _ in 0..20 {
            endless.extend(entry("a", b'L', b"x"));
        }
        assert!(list(&endless).is_err());
    }
}
