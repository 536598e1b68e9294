//! The bytes of a layer: decompressed, counted, hashed, with a bound.

use std::io::{self, BufRead, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use sha2::{Digest as _, Sha256};

/// What a layer may be decompressed to, whatever its size.
const SPARE: u64 = 4 << 30;
/// How many times its size beyond that. Files with little in them shrink a lot; nothing real shrinks more.
const TIMES: u64 = 200;

/// Returns the most bytes that `size` compressed bytes may stand for.
pub(super) fn limit(size: u64) -> u64 {
    size.saturating_mul(TIMES).saturating_add(SPARE)
}

/// Counts and hashes the compressed bytes that go through it.
pub struct LayerReader<R> {
    bytes: R,
    hash: Sha256,
    count: u64,
    /// Told of the count now and then.
    progress: Box<dyn FnMut(u64)>,
    reported: u64,
}

/// How many bytes go by between two reports.
const STEP: u64 = 4 << 20;

impl<R: Read> LayerReader<R> {
    /// Starts at the first byte.
    pub fn new(bytes: R, progress: Box<dyn FnMut(u64)>) -> Self {
        Self {
            bytes,
            hash: Sha256::new(),
            count: 0,
            progress,
            reported: 0,
        }
    }

    /// Decompresses the bytes, as their first ones say, up to a bound that `size` compressed bytes allow.
    pub fn unpack(&mut self, size: u64) -> io::Result<Unpacked<'_>> {
        let reader = unpack(io::BufReader::with_capacity(128 << 10, self))?;
        Ok(Unpacked {
            reader,
            left: limit(size),
        })
    }

    /// Reads to the end and returns the SHA-256 of all bytes, in hexadecimal digits, and their number.
    pub fn finish(mut self) -> io::Result<(String, u64)> {
        let mut buffer = vec![0; 128 << 10];
        loop {
            match self.read(&mut buffer) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let hash = data_encoding::HEXLOWER.encode(&self.hash.finalize());
        Ok((hash, self.count))
    }
}

impl<R: Read> Read for LayerReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.hash.update(&buffer[..count]);
        self.count += count as u64;
        if self.reported + STEP <= self.count {
            self.reported = self.count;
            (self.progress)(self.count);
        }
        Ok(count)
    }
}

/// The decompressed bytes of a layer.
pub struct Unpacked<'a> {
    reader: Box<dyn Read + 'a>,
    left: u64,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| {
            io::Error::other("it is decompressed to more than a layer of its size can hold")
        })?;
        Ok(count)
    }
}

/// Decompresses gzip and Zstandard; other bytes stay as they are.
pub(super) fn unpack<'a, R: BufRead + 'a>(mut bytes: R) -> io::Result<Box<dyn Read + 'a>> {
    let head = bytes.fill_buf()?;
    Ok(match head {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(bytes)),
        // A frame, or one to be skipped in front of it.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            Box::new(Frames::new(bytes))
        }
        _ => Box::new(bytes),
    })
}

/// Zstandard: frames one after the other, with others between that are skipped.
struct Frames<R> {
    bytes: R,
    decoder: FrameDecoder,
    is_open: bool,
}

impl<R: BufRead> Frames<R> {
    fn new(bytes: R) -> Self {
        Self {
            bytes,
            decoder: FrameDecoder::new(),
            is_open: false,
        }
    }

    /// Goes to the next frame; false where there is none.
    fn open(&mut self) -> io::Result<bool> {
        while !self.bytes.fill_buf()?.is_empty() {
            match self.decoder.init(&mut self.bytes) {
                Ok(()) => {
                    self.is_open = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let mut skipped = (&mut self.bytes).take(length.into());
                    io::copy(&mut skipped, &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_open && !self.open()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let blocks = BlockDecodingStrategy::UptoBytes(128 << 10);
                self.decoder
                    .decode_blocks(&mut self.bytes, blocks)
                    .map_err(io::Error::other)?;
            }
            let count = self.decoder.read(buffer)?;
            if count != 0 {
                return Ok(count);
            }
            self.is_open = false;
        }
    }
}
