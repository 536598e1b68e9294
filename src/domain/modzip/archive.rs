//! A zip with its entries, whose contents are inflated piece by piece.

use std::io::{self, Write};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::directory::{self, Entry, u16_at, u32_at};
use super::error::{EntryFault, ZipError};
use super::read_at::ReadAt;
use crate::domain::checksum::dirhash::FileDigest;

pub(super) const LOCAL_SIGNATURE: u32 = 0x0403_4b50;
pub(super) const LOCAL_LEN: usize = 30;
const DESCRIPTOR_SIGNATURE: u32 = 0x0807_4b50;
/// The bytes that are read and inflated at a time.
const BUFFER: usize = 64 << 10;

/// A zip whose directory has been read.
///
/// Reading an entry needs only `&self` and an [`Inflater`], so that threads can share the archive, each with an
/// inflater of its own.
#[derive(Debug)]
pub struct Archive<R> {
    source: R,
    size: u64,
    entries: Vec<Entry>,
}

/// The buffers and the state for inflating one entry after the other.
pub struct Inflater {
    state: Decompress,
    input: Box<[u8]>,
    output: Box<[u8]>,
}

impl Inflater {
    /// Makes the buffers.
    pub fn new() -> Self {
        Self {
            state: Decompress::new(false),
            input: vec![0; BUFFER].into(),
            output: vec![0; BUFFER].into(),
        }
    }
}

impl Default for Inflater {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: ReadAt> Archive<R> {
    /// Reads the directory of the zip that is the first `size` bytes of `source`.
    ///
    /// Names are as they stand there; [`super::check_zip`] checks them.
    pub fn open(source: R, size: u64) -> Result<Self, ZipError> {
        let entries = directory::read(&source, size)?;
        Ok(Self {
            source,
            size,
            entries,
        })
    }

    /// Returns the entries in the order of the directory.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the size of the zip in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns what the zip is read from.
    pub(super) fn source(&self) -> &R {
        &self.source
    }

    /// Gives the contents of `entry` to `sink`, piece by piece.
    ///
    /// The sink never gets more than the declared size. Only when this returns `Ok` is the size that declared, and
    /// the checksum right.
    pub fn inflate<E: From<ZipError>>(
        &self,
        entry: &Entry,
        inflater: &mut Inflater,
        mut sink: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let fault = |fault| ZipError::Entry {
            name: entry.name.to_vec(),
            fault,
        };
        let mut contents = self.begin(entry, inflater).map_err(fault)?;
        while let Some(bytes) = contents.next(self, inflater).map_err(fault)? {
            sink(bytes)?;
        }
        Ok(())
    }

    /// Starts on the contents of `entry`, for whoever wants several entries at once, each with an inflater of its own.
    pub fn begin(&self, entry: &Entry, inflater: &mut Inflater) -> Result<Contents, EntryFault> {
        let start = self.contents_at(entry)?;
        if entry.is_dir() && entry.size != 0 {
            return Err(EntryFault::Format);
        }
        let method = match entry.method {
            // Some writers give directories compressed contents of nothing.
            _ if entry.is_dir() => Method::Nothing,
            0 => Method::Stored,
            8 => Method::Deflated,
            method => return Err(EntryFault::Algorithm { method }),
        };
        inflater.state.reset(false);
        Ok(Contents {
            method,
            start,
            position: start,
            left: entry.compressed_size,
            entry: Declared::of(entry),
            input: (0, 0),
            crc: Crc::new(),
            seen: 0,
        })
    }

    /// Returns the SHA-256 of the contents of `entry`.
    pub fn digest(&self, entry: &Entry, inflater: &mut Inflater) -> Result<FileDigest, ZipError> {
        let mut hasher = FileDigest::hasher();
        self.inflate::<ZipError>(entry, inflater, |bytes| {
            hasher.update(bytes);
            Ok(())
        })?;
        Ok(hasher.finish())
    }

    /// Returns the contents of `entry`, which may have at most `limit` bytes.
    pub fn read(
        &self,
        entry: &Entry,
        inflater: &mut Inflater,
        limit: u64,
    ) -> Result<Vec<u8>, ZipError> {
        if limit < entry.size {
            return Err(ZipError::Entry {
                name: entry.name.to_vec(),
                fault: EntryFault::TooLarge {
                    size: entry.size,
                    limit,
                },
            });
        }
        let mut contents = Vec::new();
        self.inflate::<ZipError>(entry, inflater, |bytes| {
            contents.extend_from_slice(bytes);
            Ok(())
        })?;
        Ok(contents)
    }

    /// Writes the contents of `entry` to `sink`. What is wrong with the entry is an error of kind `InvalidData`.
    pub fn copy(
        &self,
        entry: &Entry,
        inflater: &mut Inflater,
        sink: &mut dyn Write,
    ) -> io::Result<()> {
        let copied = self.inflate(entry, inflater, |bytes| {
            sink.write_all(bytes).map_err(CopyError::Sink)
        });
        copied.map_err(|error| match error {
            CopyError::Zip(error) => io::Error::new(io::ErrorKind::InvalidData, error),
            CopyError::Sink(error) => error,
        })
    }

    /// Returns where the contents of `entry` start: behind a header of their own.
    fn contents_at(&self, entry: &Entry) -> Result<u64, EntryFault> {
        let header_at = u64::try_from(entry.offset).map_err(|_| EntryFault::Format)?;
        let mut header = [0; LOCAL_LEN];
        let filled = self
            .source
            .read_full_at(&mut header, header_at)
            .map_err(EntryFault::Read)?;
        if filled < LOCAL_LEN {
            return Err(EntryFault::UnexpectedEof);
        }
        if u32_at(&header, 0) != LOCAL_SIGNATURE {
            return Err(EntryFault::Format);
        }
        let names = u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
        Ok(header_at + LOCAL_LEN as u64 + names)
    }
}

/// Why an entry was not copied.
enum CopyError {
    Zip(ZipError),
    Sink(io::Error),
}

impl From<ZipError> for CopyError {
    fn from(error: ZipError) -> Self {
        Self::Zip(error)
    }
}

/// The contents of an entry on their way out of the archive, counted and summed.
pub struct Contents {
    method: Method,
    /// Where they start in the zip, and where the next bytes are.
    start: u64,
    position: u64,
    /// The compressed bytes that were not read yet.
    left: u64,
    /// The part of the inflater's input that was not inflated yet.
    input: (usize, usize),
    entry: Declared,
    crc: Crc,
    seen: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Nothing,
    Stored,
    Deflated,
    /// All has been inflated; what is declared was not compared yet.
    Ended,
    /// All has been returned.
    Done,
}

/// What the directory declares of an entry.
struct Declared {
    size: u64,
    compressed_size: u64,
    crc32: u32,
    has_descriptor: bool,
}

impl Declared {
    fn of(entry: &Entry) -> Self {
        Self {
            size: entry.size,
            compressed_size: entry.compressed_size,
            crc32: entry.crc32,
            has_descriptor: entry.has_descriptor(),
        }
    }
}

impl Contents {
    /// Returns the next piece, never empty; none at the end, once size and checksum are found to be as declared.
    ///
    /// `archive` and `inflater` are those that the contents were begun with.
    pub fn next<'i, R: ReadAt>(
        &mut self,
        archive: &Archive<R>,
        inflater: &'i mut Inflater,
    ) -> Result<Option<&'i [u8]>, EntryFault> {
        let piece = match self.method {
            Method::Nothing | Method::Ended | Method::Done => None,
            Method::Stored => {
                let count = self.read(&archive.source, &mut inflater.input)?;
                Some(&inflater.input[..count]).filter(|bytes| !bytes.is_empty())
            }
            Method::Deflated => {
                let count = self.deflated(&archive.source, inflater)?;
                Some(&inflater.output[..count]).filter(|bytes| !bytes.is_empty())
            }
        };
        let Some(piece) = piece else {
            if matches!(self.method, Method::Stored | Method::Ended) {
                self.finish(&archive.source)?;
            }
            self.method = Method::Done;
            return Ok(None);
        };
        self.seen += piece.len() as u64;
        if self.entry.size < self.seen {
            return Err(EntryFault::Format);
        }
        self.crc.update(piece);
        Ok(Some(piece))
    }

    /// Reads the next compressed bytes; none at the end of the entry or of the zip.
    fn read<R: ReadAt>(&mut self, source: &R, buffer: &mut [u8]) -> Result<usize, EntryFault> {
        let limit = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let count = source
            .read_full_at(&mut buffer[..limit], self.position)
            .map_err(EntryFault::Read)?;
        self.position = self.position.saturating_add(count as u64);
        self.left -= count as u64;
        Ok(count)
    }

    /// Inflates until there is output, and returns how much; none at the end of the compressed contents.
    fn deflated<R: ReadAt>(
        &mut self,
        source: &R,
        inflater: &mut Inflater,
    ) -> Result<usize, EntryFault> {
        loop {
            if self.input.0 == self.input.1 {
                self.input = (0, self.read(source, &mut inflater.input)?);
            }
            let (from, to) = self.input;
            let state = &mut inflater.state;
            let (read, written) = (state.total_in(), state.total_out());
            let status = state
                .decompress(
                    &inflater.input[from..to],
                    &mut inflater.output,
                    FlushDecompress::None,
                )
                .map_err(|_| EntryFault::Corrupt)?;
            let part = |length| usize::try_from(length).expect("a part of the buffer");
            let read = part(state.total_in() - read);
            let written = part(state.total_out() - written);
            self.input.0 += read;
            // What comes behind the last block is nobody's business, as in Go.
            if status == Status::StreamEnd {
                self.method = Method::Ended;
            }
            if written != 0 || status == Status::StreamEnd {
                return Ok(written);
            }
            if read == 0 {
                return Err(if to == 0 {
                    EntryFault::UnexpectedEof
                } else {
                    EntryFault::Corrupt
                });
            }
        }
    }

    /// Compares with what the directory declares, and where there is one with the descriptor behind the contents.
    fn finish(&self, source: &impl ReadAt) -> Result<(), EntryFault> {
        if self.seen != self.entry.size {
            return Err(EntryFault::UnexpectedEof);
        }
        if self.entry.has_descriptor {
            let at = self.start.saturating_add(self.entry.compressed_size);
            if descriptor_crc(source, at)? != self.entry.crc32 {
                return Err(EntryFault::Checksum);
            }
        } else if self.entry.crc32 == 0 {
            // Not set, as far as Go is concerned.
            return Ok(());
        }
        if self.crc.sum() != self.entry.crc32 {
            return Err(EntryFault::Checksum);
        }
        Ok(())
    }
}

/// Reads the checksum of a data descriptor; its signature is optional.
fn descriptor_crc(source: &impl ReadAt, at: u64) -> Result<u32, EntryFault> {
    let mut descriptor = [0; 16];
    let filled = source
        .read_full_at(&mut descriptor, at)
        .map_err(EntryFault::Read)?;
    // Two sizes come behind the checksum. They are not looked at, but they must be there.
    let signed = 4 <= filled && u32_at(&descriptor, 0) == DESCRIPTOR_SIGNATURE;
    let crc_at = if signed { 4 } else { 0 };
    if filled < crc_at + 12 {
        return Err(EntryFault::UnexpectedEof);
    }
    Ok(u32_at(&descriptor, crc_at))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::domain::modzip::{FileKind, Oddity, ZipWriter, hash_zip, oddities};

    /// Zips that Go's own writer does not make, with the hashes that Go gives them.
    const SEEDS: &[(&[u8], &str)] = &[
        (
            include_bytes!("../../../fuzz/corpus/zip/stored"),
            "h1:2M7BPY87FzQVz0/vDFVNtC7PyIQuJ4DmFSBp5Syq3B8=",
        ),
        (
            include_bytes!("../../../fuzz/corpus/zip/behind"),
            "h1:2M7BPY87FzQVz0/vDFVNtC7PyIQuJ4DmFSBp5Syq3B8=",
        ),
        (
            include_bytes!("../../../fuzz/corpus/zip/zip64"),
            "h1:mvALRULRtGW/4tUHyE2nc+YL5engVwqeusfWyvJtM3c=",
        ),
    ];

    fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Vec::new());
        for (name, contents) in files {
            let mut entry = writer
                .start(name.as_bytes(), contents.len() as u64)
                .unwrap();
            entry.write_all(contents).unwrap();
            entry.finish().unwrap();
        }
        writer.finish().unwrap()
    }

    fn open(zip: &[u8]) -> Archive<&[u8]> {
        Archive::open(zip, zip.len() as u64).unwrap()
    }

    #[test]
    fn stored_prefixed_and_large_zips() {
        for (zip, hash) in SEEDS {
            assert_eq!(hash_zip(&open(zip)).unwrap(), *hash);
        }
        let archive = open(SEEDS[0].0);
        let kinds: Vec<FileKind> = archive.entries().iter().map(Entry::kind).collect();
        assert_eq!(kinds, [FileKind::File, FileKind::Dir, FileKind::Symlink]);
        let odd = oddities(&archive).unwrap();
        assert!(matches!(&odd[..], [Oddity::Irregular { .. }]), "{odd:?}");
        assert_eq!(oddities(&open(SEEDS[2].0)).unwrap(), []);
    }

    #[test]
    fn more_entries_than_sixteen_bits_count() {
        let names: Vec<String> = (0..70_000).map(|number| number.to_string()).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &b""[..])).collect();
        let zip = zip_of(&files);
        let archive = open(&zip);
        assert_eq!(archive.entries().len(), 70_000);
        assert_eq!(&*archive.entries()[69_999].name, b"69999");
    }

    #[test]
    fn contents_of_any_size() {
        for size in [0, 1, BUFFER - 1, BUFFER, BUFFER + 1, 5 * BUFFER] {
            let contents: Vec<u8> = (0..size)
                .map(|at| ((at * at) >> 3).to_le_bytes()[0])
                .collect();
            let zip = zip_of(&[("a", &contents), ("b", &contents)]);
            let archive = open(&zip);
            let mut inflater = Inflater::new();
            for entry in archive.entries() {
                let read = archive.read(entry, &mut inflater, size as u64).unwrap();
                assert_eq!(read, contents);
                assert_eq!(
                    archive.digest(entry, &mut inflater).unwrap(),
                    FileDigest::of(&contents)
                );
            }
        }
    }

    #[test]
    fn a_limit_holds_before_anything_is_read() {
        let zip = zip_of(&[("a", b"four")]);
        let archive = open(&zip);
        let error = archive.read(&archive.entries()[0], &mut Inflater::new(), 3);
        assert_eq!(
            error.unwrap_err().to_string(),
            "a: file is too large (4 bytes; limit is 3 bytes)"
        );
    }

    #[test]
    fn sinks_never_get_more_than_declared() {
        let mut zip = zip_of(&[("a", &vec![0; 300_000])]);
        let record = zip.len() - 22 - 46 - 1;
        zip[record + 24..record + 28].copy_from_slice(&100_000_u32.to_le_bytes());
        let archive = open(&zip);
        let mut seen = 0;
        let result =
            archive.inflate::<ZipError>(&archive.entries()[0], &mut Inflater::new(), |bytes| {
                seen += bytes.len();
                Ok(())
            });
        assert!(seen <= 100_000, "{seen}");
        assert_eq!(
            result.unwrap_err().to_string(),
            "a: zip: not a valid zip file"
        );
    }

    #[test]
    fn whatever_is_cut_off_is_an_error() {
        let zip = zip_of(&[("a", b"some text"), ("b", b"more text")]);
        for length in 0..zip.len() {
            assert!(
                Archive::open(&zip[..length], length as u64).is_err(),
                "{length}"
            );
        }
    }
}
