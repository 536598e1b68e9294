//! From the first bytes of a file to its build information.

use std::fmt;
use std::io::{Read, Seek};

use super::blob::{self, Blob};
use super::build_info::BuildInfo;
use super::error::ReadError;
use super::image::Image;
use super::source::Source;
use super::{elf, macho, pe, plan9, wasm, xcoff};

/// How many bytes tell the format of a file; none that Go reads is shorter.
pub const HEAD: usize = 16;

/// The format of an executable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Linux, the BSDs and most others.
    Elf,
    /// macOS and iOS, one processor.
    MachO,
    /// macOS, several processors.
    MachOFat,
    /// Windows.
    Pe,
    /// AIX.
    Xcoff,
    /// Plan 9.
    Plan9,
    /// WebAssembly.
    Wasm,
}

/// What a Go binary says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoBinary {
    /// Its format.
    pub format: Format,
    /// Whether `go version -m` reads it too: not WebAssembly, and no stripped XCOFF file.
    pub is_read_by_go: bool,
    /// The version of Go and what was built.
    pub info: BuildInfo,
}

impl Format {
    /// Returns the name for machines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Elf => "elf",
            Self::MachO => "macho",
            Self::MachOFat => "macho-fat",
            Self::Pe => "pe",
            Self::Xcoff => "xcoff",
            Self::Plan9 => "plan9",
            Self::Wasm => "wasm",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns the format that the first [`HEAD`] bytes of a file promise.
pub fn sniff(head: &[u8]) -> Option<Format> {
    if head.len() < HEAD {
        return None;
    }
    match head {
        [0x7f, b'E', b'L', b'F', ..] => Some(Format::Elf),
        [b'M', b'Z', ..] => Some(Format::Pe),
        [0xfe, 0xed, 0xfa, ..] | [_, 0xfa, 0xed, 0xfe, ..] => Some(Format::MachO),
        [0xca, 0xfe, 0xba, 0xbe | 0xbf, ..] => Some(Format::MachOFat),
        [0x01, 0xdf | 0xf7, ..] => Some(Format::Xcoff),
        [0, b'a', b's', b'm', ..] => Some(Format::Wasm),
        _ if plan9::is_magic(head) => Some(Format::Plan9),
        _ => None,
    }
}

/// Reads the build information of an executable; the verdicts are those of Go's `debug/buildinfo`.
pub fn read<R: Read + Seek>(bytes: &mut R) -> Result<GoBinary, ReadError> {
    let mut file = Source::new(bytes)?;
    let head: [u8; HEAD] = file.array(file.whole(), 0)?;
    let format = sniff(&head).ok_or(ReadError::Unrecognized)?;
    let mut is_read_by_go = true;
    let blob = match format {
        Format::Elf => in_image(&mut file, elf::open),
        Format::MachO => in_image(&mut file, macho::open),
        Format::MachOFat => in_image(&mut file, macho::open_fat),
        Format::Pe => in_image(&mut file, pe::open),
        Format::Xcoff => in_image(&mut file, |file| {
            let (image, has_symbols) = xcoff::open(file)?;
            is_read_by_go = has_symbols;
            Ok(image)
        }),
        Format::Plan9 => in_image(&mut file, plan9::open),
        Format::Wasm => {
            is_read_by_go = false;
            wasm::read(&mut file)
        }
    }?;
    let mut info = BuildInfo::parse(&String::from_utf8_lossy(&blob.modules))?;
    info.go_version = String::from_utf8_lossy(&blob.go_version).into_owned();
    Ok(GoBinary {
        format,
        is_read_by_go,
        info,
    })
}

fn in_image(
    file: &mut Source<'_>,
    open: impl FnOnce(&mut Source<'_>) -> Result<Image, ReadError>,
) -> Result<Blob, ReadError> {
    let image = open(file)?;
    blob::read(file, &image)
}
