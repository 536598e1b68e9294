//! Writing module zips as Go does: the same entries in the same order with the same headers.
//!
//! Entries are deflated, with sizes and checksum behind the contents, no time and no mode; there are none for
//! directories. Only the deflated bytes differ from Go's, whose compressor makes other choices. The `h1:` hash is that
//! of names and contents, and so the same. See <https://go.dev/ref/mod#zip-files>.

use std::io::{self, Write};

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

use super::error::CreateError;
use super::files::{Files, select};
use super::rules::check_module;
use crate::domain::module::ModuleVersion;

/// The version of the format that is needed to read an entry, and to read a directory of 64 bits.
const VERSION: u16 = 20;
const VERSION64: u16 = 45;
const DESCRIPTOR_FOLLOWS: u16 = 8;
const NAME_IS_UTF8: u16 = 0x800;
const DEFLATED: u16 = 8;
const BUFFER: usize = 64 << 10;

/// Makes the zip of `module` out of `files`, as `zip.Create` does, and writes it to `sink`.
///
/// Files that are not part of the module are left out. Nothing is written where a file makes a zip impossible.
pub fn create(
    module: &ModuleVersion,
    files: &(impl Files + ?Sized),
    sink: impl Write,
) -> Result<(), CreateError> {
    check_module(module)?;
    let (checked, chosen) = select(files);
    if let Some(failure) = checked.failure() {
        return Err(failure.into());
    }
    let mut writer = ZipWriter::new(sink);
    for index in chosen {
        let file = &files.list()[index];
        let name = [format!("{module}/").as_bytes(), &file.path].concat();
        let mut entry = writer.start(&name, file.size).map_err(CreateError::Write)?;
        let copied = files.read(index, &mut entry);
        let path = || file.path.clone();
        match entry.trouble.take() {
            Some(Trouble::Larger) => return Err(CreateError::Larger { path: path() }),
            Some(Trouble::Write(error)) => return Err(CreateError::Write(error)),
            None => {}
        }
        copied.map_err(|source| CreateError::Read {
            path: path(),
            source,
        })?;
        entry.finish().map_err(CreateError::Write)?;
    }
    writer.finish().map_err(CreateError::Write)?;
    Ok(())
}

/// Writes zips of any entries as Go's `archive/zip` does; [`create`] knows which ones a module has.
pub struct ZipWriter<W> {
    sink: W,
    written: u64,
    /// The directory, which comes last.
    directory: Vec<u8>,
    count: u64,
    state: Compress,
    output: Box<[u8]>,
}

/// An entry that is being written.
pub struct EntryWriter<'a, W> {
    zip: &'a mut ZipWriter<W>,
    name: Vec<u8>,
    offset: u64,
    start: u64,
    crc: Crc,
    left: u64,
    size: u64,
    trouble: Option<Trouble>,
}

/// Why an entry takes no more bytes.
enum Trouble {
    /// There are more than there should be.
    Larger,
    Write(io::Error),
}

impl<W: Write> ZipWriter<W> {
    /// Starts an empty zip.
    pub fn new(sink: W) -> Self {
        Self {
            sink,
            written: 0,
            directory: Vec::new(),
            count: 0,
            state: Compress::new(Compression::default(), false),
            output: vec![0; BUFFER].into(),
        }
    }

    /// Starts an entry of at most `size` bytes; `EntryWriter::finish` ends it.
    pub fn start(&mut self, name: &[u8], size: u64) -> io::Result<EntryWriter<'_, W>> {
        let length = u16::try_from(name.len()).map_err(|_| io::ErrorKind::InvalidFilename)?;
        let offset = self.written;
        let mut header = b"PK\x03\x04".to_vec();
        header.extend_from_slice(&common_header(name));
        header.extend_from_slice(&[0; 12]);
        header.extend_from_slice(&length.to_le_bytes());
        header.extend_from_slice(&[0; 2]);
        header.extend_from_slice(name);
        self.put(&header)?;
        self.state.reset();
        Ok(EntryWriter {
            name: name.to_vec(),
            offset,
            start: self.written,
            crc: Crc::new(),
            left: size,
            size: 0,
            trouble: None,
            zip: self,
        })
    }

    /// Writes the directory and returns the sink.
    pub fn finish(mut self) -> io::Result<W> {
        let offset = self.written;
        let directory = std::mem::take(&mut self.directory);
        self.put(&directory)?;
        let end = self.written;
        let size = end - offset;
        let short = |number: u64| {
            u16::try_from(number)
                .ok()
                .filter(|number| *number < u16::MAX)
        };
        let long = |number: u64| {
            u32::try_from(number)
                .ok()
                .filter(|number| *number < u32::MAX)
        };
        let mut numbers = (short(self.count), long(size), long(offset));
        if !matches!(numbers, (Some(_), Some(_), Some(_))) {
            self.put(&end64(self.count, size, offset, end))?;
            numbers = (None, None, None);
        }
        let count = numbers.0.unwrap_or(u16::MAX);
        let [size, offset] = [numbers.1, numbers.2].map(|number| number.unwrap_or(u32::MAX));
        let mut record = b"PK\x05\x06\0\0\0\0".to_vec();
        record.extend_from_slice(&count.to_le_bytes());
        record.extend_from_slice(&count.to_le_bytes());
        record.extend_from_slice(&size.to_le_bytes());
        record.extend_from_slice(&offset.to_le_bytes());
        record.extend_from_slice(&[0; 2]);
        self.put(&record)?;
        self.sink.flush()?;
        Ok(self.sink)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.sink.write_all(bytes)
    }

    /// Compresses `bytes`, all of them.
    fn deflate(&mut self, mut bytes: &[u8], flush: FlushCompress) -> io::Result<()> {
        loop {
            let (read, written) = (self.state.total_in(), self.state.total_out());
            let status = self
                .state
                .compress(bytes, &mut self.output, flush)
                .map_err(io::Error::other)?;
            let part = |count: u64| usize::try_from(count).expect("a part of a buffer");
            bytes = &bytes[part(self.state.total_in() - read)..];
            let made = part(self.state.total_out() - written);
            self.written += made as u64;
            self.sink.write_all(&self.output[..made])?;
            let is_done = match flush {
                FlushCompress::Finish => status == Status::StreamEnd,
                _ => bytes.is_empty() && made < self.output.len(),
            };
            if is_done {
                return Ok(());
            }
        }
    }
}

impl<W: Write> Write for EntryWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            self.trouble = Some(Trouble::Larger);
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        self.left = left;
        self.size += bytes.len() as u64;
        self.crc.update(bytes);
        if let Err(error) = self.zip.deflate(bytes, FlushCompress::None) {
            self.trouble = Some(Trouble::Write(error));
            return Err(io::ErrorKind::WriteZero.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> EntryWriter<'_, W> {
    /// Writes what comes behind the contents.
    pub fn finish(self) -> io::Result<()> {
        let Self {
            zip,
            name,
            offset,
            start,
            crc,
            size,
            ..
        } = self;
        zip.deflate(&[], FlushCompress::Finish)?;
        let sizes = [zip.written - start, size].map(|size| {
            u32::try_from(size)
                .ok()
                .filter(|size| *size < u32::MAX)
                .ok_or(io::ErrorKind::FileTooLarge)
        });
        let [compressed, size] = sizes;
        let offset = u32::try_from(offset).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let mut sums = crc.sum().to_le_bytes().to_vec();
        sums.extend_from_slice(&compressed?.to_le_bytes());
        sums.extend_from_slice(&size?.to_le_bytes());
        zip.put(&[&b"PK\x07\x08"[..], &sums].concat())?;
        let directory = &mut zip.directory;
        directory.extend_from_slice(b"PK\x01\x02");
        directory.extend_from_slice(&VERSION.to_le_bytes());
        directory.extend_from_slice(&common_header(&name));
        directory.extend_from_slice(&sums);
        let length = u16::try_from(name.len()).expect("checked at the start");
        directory.extend_from_slice(&length.to_le_bytes());
        // No extra field, comment, disk, or attributes of any kind.
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(&name);
        zip.count += 1;
        Ok(())
    }
}

/// Returns what headers before the contents and in the directory have in common: version, flags, method and no time.
fn common_header(name: &[u8]) -> [u8; 10] {
    let mut flags = DESCRIPTOR_FOLLOWS;
    if needs_utf8(name) {
        flags |= NAME_IS_UTF8;
    }
    let mut header = [0; 10];
    for (at, number) in [VERSION, flags, DEFLATED].into_iter().enumerate() {
        header[2 * at..][..2].copy_from_slice(&number.to_le_bytes());
    }
    header
}

/// Reports whether the flag for UTF-8 is to be set: as in Go, only where the old encoding of zips reads the name
/// differently. In that, backslash and tilde were not always what they are now.
fn needs_utf8(name: &[u8]) -> bool {
    std::str::from_utf8(name)
        .is_ok_and(|name| name.chars().any(|c| !matches!(c, ' '..='}') || c == '\\'))
}

fn end64(count: u64, size: u64, offset: u64, end: u64) -> Vec<u8> {
    let mut record = b"PK\x06\x06".to_vec();
    record.extend_from_slice(&44_u64.to_le_bytes());
    record.extend_from_slice(&VERSION64.to_le_bytes());
    record.extend_from_slice(&VERSION64.to_le_bytes());
    record.extend_from_slice(&[0; 8]);
    for number in [count, count, size, offset] {
        record.extend_from_slice(&number.to_le_bytes());
    }
    record.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    record.extend_from_slice(&end.to_le_bytes());
    record.extend_from_slice(&1_u32.to_le_bytes());
    record
}
