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
        sink: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let fault = |fault| ZipError::Entry {
            name: entry.name.to_vec(),
            fault,
        };
        let start = self.contents_at(entry).map_err(fault)?;
        if entry.is_dir() {
            // Some writers give directories compressed contents of nothing.
            return match entry.size {
                0 => Ok(()),
                _ => Err(fault(EntryFault::Format).into()),
            };
        }
        let mut checked = Checked {
            entry,
            crc: Crc::new(),
            seen: 0,
            sink,
        };
        let mut input = Input {
            source: &self.source,
            position: start,
            left: entry.compressed_size,
        };
        let copied = match entry.method {
            0 => copy_stored(&mut input, inflater, &mut checked),
            8 => copy_deflated(&mut input, inflater, &mut checked),
            method => Err(Broken::Fault(EntryFault::Algorithm { method })),
        };
        match copied.and_then(|()| checked.finish(&self.source, start)) {
            Ok(()) => Ok(()),
            Err(Broken::Fault(found)) => Err(fault(found).into()),
            Err(Broken::Sink(error)) => Err(error),
        }
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

/// Which side broke off while an entry was copied.
enum Broken<E> {
    Fault(EntryFault),
    Sink(E),
}

impl<E> From<EntryFault> for Broken<E> {
    fn from(fault: EntryFault) -> Self {
        Self::Fault(fault)
    }
}

/// The compressed bytes of an entry.
struct Input<'a, R> {
    source: &'a R,
    position: u64,
    left: u64,
}

impl<R: ReadAt> Input<'_, R> {
    /// Reads the next bytes; none at the end of the entry or of the zip.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, EntryFault> {
        let limit = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let count = self
            .source
            .read_full_at(&mut buffer[..limit], self.position)
            .map_err(EntryFault::Read)?;
        self.position = self.position.saturating_add(count as u64);
        self.left -= count as u64;
        Ok(count)
    }
}

/// The contents of an entry, counted and summed on their way to the sink.
struct Checked<'a, S> {
    entry: &'a Entry,
    crc: Crc,
    seen: u64,
    sink: S,
}

impl<S> Checked<'_, S> {
    fn give<E>(&mut self, bytes: &[u8]) -> Result<(), Broken<E>>
    where
        S: FnMut(&[u8]) -> Result<(), E>,
    {
        self.seen += bytes.len() as u64;
        if self.entry.size < self.seen {
            return Err(EntryFault::Format.into());
        }
        self.crc.update(bytes);
        (self.sink)(bytes).map_err(Broken::Sink)
    }

    /// Compares with what the directory declares, and where there is one with the descriptor behind the contents.
    fn finish<E>(self, source: &impl ReadAt, start: u64) -> Result<(), Broken<E>> {
        if self.seen != self.entry.size {
            return Err(EntryFault::UnexpectedEof.into());
        }
        if self.entry.has_descriptor() {
            let at = start.saturating_add(self.entry.compressed_size);
            if descriptor_crc(source, at)? != self.entry.crc32 {
                return Err(EntryFault::Checksum.into());
            }
        } else if self.entry.crc32 == 0 {
            // Not set, as far as Go is concerned.
            return Ok(());
        }
        if self.crc.sum() != self.entry.crc32 {
            return Err(EntryFault::Checksum.into());
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

fn copy_stored<R: ReadAt, E, S: FnMut(&[u8]) -> Result<(), E>>(
    input: &mut Input<'_, R>,
    inflater: &mut Inflater,
    checked: &mut Checked<'_, S>,
) -> Result<(), Broken<E>> {
    loop {
        let count = input.read(&mut inflater.input)?;
        if count == 0 {
            return Ok(());
        }
        checked.give(&inflater.input[..count])?;
    }
}

fn copy_deflated<R: ReadAt, E, S: FnMut(&[u8]) -> Result<(), E>>(
    input: &mut Input<'_, R>,
    inflater: &mut Inflater,
    checked: &mut Checked<'_, S>,
) -> Result<(), Broken<E>> {
    let Inflater {
        state,
        input: compressed,
        output,
    } = inflater;
    state.reset(false);
    let (mut from, mut to) = (0, 0);
    loop {
        if from == to {
            (from, to) = (0, input.read(compressed)?);
        }
        let (read, written) = (state.total_in(), state.total_out());
        let status = state
            .decompress(&compressed[from..to], output, FlushDecompress::None)
            .map_err(|_| EntryFault::Corrupt)?;
        let read = state.total_in() - read;
        let written = state.total_out() - written;
        from += usize::try_from(read).expect("a part of the buffer");
        checked.give(&output[..usize::try_from(written).expect("a part of the buffer")])?;
        match status {
            // What comes behind the last block is nobody's business, as in Go.
            Status::StreamEnd => return Ok(()),
            Status::Ok | Status::BufError if read == 0 && written == 0 && from == to && to == 0 => {
                return Err(EntryFault::UnexpectedEof.into());
            }
            Status::Ok | Status::BufError if read == 0 && written == 0 && from < to => {
                return Err(EntryFault::Corrupt.into());
            }
            Status::Ok | Status::BufError => {}
        }
    }
}
