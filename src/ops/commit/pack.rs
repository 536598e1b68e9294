//! Changes as bytes for an index. Texts come first, each once: mostly what is and what would be are the same.

use std::path::PathBuf;

use super::changes::{Changes, Compared, FileChange};
use crate::domain::mvs::pack::{Reader, put_number, put_text};
use crate::ops::session::Session;

/// The names of what the go command compares.
const NAMES: [&str; 2] = ["go.mod", "go.sum"];

impl Changes {
    /// Appends the changes; `None` where they cannot be told that way.
    pub fn write_to(&self, bytes: &mut Vec<u8>) -> Option<()> {
        if self.gained.is_some() {
            return None;
        }
        let mut texts: Vec<&[u8]> = Vec::new();
        let files = self.files.iter();
        let of_files = files.flat_map(|file| [file.before.as_deref(), Some(&*file.after)]);
        let compared = self.compared.iter();
        let of_compared = compared.flat_map(|pair| [Some(&*pair.before), Some(&*pair.after)]);
        for text in of_files.chain(of_compared).flatten() {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let position = |wanted: &[u8]| texts.iter().position(|text| *text == wanted);
        put_number(bytes, texts.len());
        for text in &texts {
            put_number(bytes, text.len());
            bytes.extend_from_slice(text);
        }
        put_number(bytes, self.files.len());
        for file in &self.files {
            put_text(bytes, file.path.to_str()?);
            put_number(bytes, usize::from(file.is_go_sum));
            let before = file.before.as_deref();
            put_number(bytes, before.and_then(position).map_or(0, |at| at + 1));
            put_number(bytes, position(&file.after)?);
        }
        put_number(bytes, self.compared.len());
        for pair in &self.compared {
            put_number(bytes, NAMES.iter().position(|name| *name == pair.name)?);
            put_number(bytes, position(&pair.before)?);
            put_number(bytes, position(&pair.after)?);
        }
        Some(())
    }

    /// Takes changes that some run of the same question would make.
    pub fn read_from(reader: &mut Reader<'_>, session: &Session<'_>) -> Option<Self> {
        let mut texts: Vec<&[u8]> = Vec::new();
        for _ in 0..reader.count()? {
            let length = reader.count()?;
            texts.push(reader.bytes(length)?);
        }
        let mut changes = Self {
            cache: Some(session.source.upstreams.cache().clone()),
            ..Self::default()
        };
        for _ in 0..reader.count()? {
            let path = PathBuf::from(reader.text()?);
            let is_go_sum = reader.number()? != 0;
            let before = match reader.number()?.checked_sub(1) {
                None => None,
                Some(at) => Some(texts.get(usize::try_from(at).ok()?)?.to_vec()),
            };
            changes.files.push(FileChange {
                shown: session.ctx.short_path(&path),
                path,
                before,
                after: take_text(reader, &texts)?,
                is_go_sum,
            });
        }
        for _ in 0..reader.count()? {
            let name = usize::try_from(reader.number()?).ok()?;
            changes.compared.push(Compared {
                name: NAMES.get(name)?,
                before: take_text(reader, &texts)?,
                after: take_text(reader, &texts)?,
            });
        }
        Some(changes)
    }
}

fn take_text(reader: &mut Reader<'_>, texts: &[&[u8]]) -> Option<Vec<u8>> {
    let position = usize::try_from(reader.number()?).ok()?;
    Some(texts.get(position)?.to_vec())
}
