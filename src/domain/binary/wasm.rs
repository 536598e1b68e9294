//! WebAssembly, for browsers and for WASI.
//!
//! The linker leaves no blob here, and Go's own reader does not know the format. What there is: the version of Go in the
//! custom section `producers`, and in the data the text of the module information, with the marks around it by which
//! Go's `runtime/debug` knows it. See <https://webassembly.github.io/spec/core/binary/modules.html>.

use memchr::memmem;

use super::blob::{Blob, FRAME, LIMIT, uvarint};
use super::error::ReadError;
use super::source::{Part, Source};

const VERSION: [u8; 4] = [1, 0, 0, 0];
const CUSTOM_SECTION: u8 = 0;
const DATA_SECTION: u8 = 11;

/// The marks before and after the module information, the same in every Go program.
const START: [u8; FRAME] = 0x3077_af0c_9274_0802_41e1_c107_e6d6_18e6_u128.to_be_bytes();
const STOP: [u8; FRAME] = 0xf932_4331_8618_2072_0082_4210_4116_d8f2_u128.to_be_bytes();

/// How much of the data is searched at once.
const CHUNK: usize = 1 << 20;

/// The largest section with the names of tools that is read.
const MAX_PRODUCERS: u64 = 64 << 10;

/// Reads the version of Go and the module information.
pub(super) fn read(file: &mut Source<'_>) -> Result<Blob, ReadError> {
    let whole = file.whole();
    if file.array::<4>(whole, 4)? != VERSION {
        return Err(ReadError::Unrecognized);
    }
    let (mut go_version, mut modules) = (None, None);
    let mut at = 8;
    while at < whole.size() {
        let [kind] = file.array(whole, at)?;
        let (size, width) = number(file, whole, at + 1)?;
        let start = at + 1 + width;
        whole.need(start, size)?;
        let section = whole.part(start, size);
        match kind {
            CUSTOM_SECTION if size <= MAX_PRODUCERS => {
                let mut bytes = vec![0; usize::try_from(size).expect("below the limit")];
                let count = file.read(section, 0, &mut bytes)?;
                go_version = go_version.or_else(|| producer(&bytes[..count]));
            }
            DATA_SECTION => modules = find(file, section)?,
            _ => {}
        }
        at = start + size;
    }
    match (go_version, modules) {
        (None, None) => Err(ReadError::NotGo),
        (go_version, modules) => Ok(Blob {
            // Whoever took the names of tools out of the file left the modules in.
            go_version: go_version.unwrap_or_else(|| b"unknown".to_vec()),
            modules: modules.unwrap_or_default(),
        }),
    }
}

/// Returns the text between the marks.
fn find(file: &mut Source<'_>, data: Part) -> Result<Option<Vec<u8>>, ReadError> {
    let Some(start) = search(file, data, &START)? else {
        return Ok(None);
    };
    let rest = data.part(start + FRAME as u64, data.size());
    let Some(size) = search(file, rest, &STOP)? else {
        return Ok(None);
    };
    if LIMIT < size {
        return Err(ReadError::TooLarge { size, limit: LIMIT });
    }
    let mut text = vec![0; usize::try_from(size).expect("below the limit")];
    let count = file.read(rest, 0, &mut text)?;
    text.truncate(count);
    Ok(Some(text))
}

/// Returns where a mark first stands.
fn search(file: &mut Source<'_>, part: Part, mark: &[u8; FRAME]) -> Result<Option<u64>, ReadError> {
    let mut buffer = vec![0; CHUNK];
    let mut at = 0;
    loop {
        let count = file.read(part, at, &mut buffer)?;
        if let Some(offset) = memmem::find(&buffer[..count], mark) {
            return Ok(Some(at + offset as u64));
        }
        if count < CHUNK {
            return Ok(None);
        }
        at += (CHUNK - FRAME) as u64;
    }
}

/// Returns the version of Go in a section `producers`: fields, in each of them names with versions.
fn producer(section: &[u8]) -> Option<Vec<u8>> {
    let mut rest = section;
    if name(&mut rest)? != b"producers" {
        return None;
    }
    for _ in 0..count(&mut rest)? {
        let field = name(&mut rest)?;
        for _ in 0..count(&mut rest)? {
            let (tool, version) = (name(&mut rest)?, name(&mut rest)?);
            if field == b"language" && tool == b"Go" {
                return Some(version.to_vec());
            }
        }
    }
    None
}

/// Takes a text with its length before it.
fn name<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let size = usize::try_from(count(rest)?).ok()?;
    let (name, after) = rest.split_at_checked(size)?;
    *rest = after;
    Some(name)
}

fn count(rest: &mut &[u8]) -> Option<u64> {
    let (count, width) = uvarint(rest)?;
    *rest = &rest[usize::try_from(width).ok()?..];
    Some(count)
}

fn number(file: &mut Source<'_>, part: Part, at: u64) -> Result<(u64, u64), ReadError> {
    let mut bytes = [0; 10];
    let count = file.read(part, at, &mut bytes)?;
    uvarint(&bytes[..count]).ok_or(ReadError::Unrecognized)
}
