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
