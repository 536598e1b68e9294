//! What becomes of a module, as bytes for an index.

use super::reasons::{Change, Line, Reason};
use super::run::Tidied;
use crate::domain::gosum::SumKind;
use crate::domain::gosum::lines::SumKey;
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::mvs::pack::{Reader, put_number, put_text};
use crate::ops::commit::Changes;
use crate::ops::session::Session;

impl Tidied {
    /// Appends all of it but the directory; `None` where something went wrong.
    pub(super) fn write_to(&self, bytes: &mut Vec<u8>) -> Option<()> {
        if !self.problems.is_empty() {
            return None;
        }
        put_text(bytes, self.module.as_str());
        self.changes.write_to(bytes)?;
        put_number(bytes, self.reasons.len());
        for reason in &self.reasons {
            put_reason(bytes, reason);
        }
        put_number(bytes, self.unused.len());
        for path in &self.unused {
            put_text(bytes, path.as_str());
        }
        Some(())
    }

    /// Takes what became of the module of this run.
    pub(super) fn read_from(reader: &mut Reader<'_>, session: &Session<'_>) -> Option<Self> {
        let main = session.mains.modules.first()?;
        let module = ModulePath::new(reader.text()?);
        if module != main.module.path {
            return None;
        }
        let changes = Changes::read_from(reader, session)?;
        let mut reasons = Vec::new();
        for _ in 0..reader.count()? {
            reasons.push(take_reason(reader)?);
        }
        let mut unused = Vec::new();
        for _ in 0..reader.count()? {
            unused.push(ModulePath::new(reader.text()?));
        }
        Some(Self {
            module,
            dir: session.ctx.short_path(&main.root),
            changes,
            reasons,
            unused,
            problems: Vec::new(),
        })
    }
}

fn put_reason(bytes: &mut Vec<u8>, reason: &Reason) {
    match &reason.line {
        Line::Require { module, indirect } => {
            put_number(bytes, usize::from(*indirect));
            put_text(bytes, module.path.as_str());
            put_text(bytes, module.version.as_str());
        }
        Line::Sum(key) => {
            put_number(
                bytes,
                match key.kind {
                    SumKind::Module => 2,
                    SumKind::GoMod => 3,
                },
            );
            put_text(bytes, &key.path);
            put_text(bytes, &key.version);
        }
        Line::Other(text) => {
            put_number(bytes, 4);
            put_text(bytes, text);
        }
    }
    match &reason.change {
        Change::Added => put_number(bytes, 0),
        Change::Removed => put_number(bytes, 1),
        Change::Was(text) => {
            put_number(bytes, 2);
            put_text(bytes, text);
        }
    }
    put_number(bytes, reason.chain.len());
    for link in &reason.chain {
        put_text(bytes, link);
    }
}

fn take_reason(reader: &mut Reader<'_>) -> Option<Reason> {
    let line = match reader.number()? {
        indirect @ (0 | 1) => Line::Require {
            module: ModuleVersion::new(reader.text()?, reader.text()?),
            indirect: indirect == 1,
        },
        2 => take_sum(reader, SumKind::Module)?,
        3 => take_sum(reader, SumKind::GoMod)?,
        4 => Line::Other(reader.text()?.to_owned()),
        _ => return None,
    };
    let change = match reader.number()? {
        0 => Change::Added,
        1 => Change::Removed,
        2 => Change::Was(reader.text()?.to_owned()),
        _ => return None,
    };
    let mut chain = Vec::new();
    for _ in 0..reader.count()? {
        chain.push(reader.text()?.to_owned());
    }
    Some(Reason {
        line,
        change,
        chain,
    })
}

fn take_sum(reader: &mut Reader<'_>, kind: SumKind) -> Option<Line> {
    let (path, version) = (reader.text()?, reader.text()?);
    Some(Line::Sum(SumKey::new(path, version, kind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_come_back_as_they_were() {
        let module = ModuleVersion::new("example.com/a", "v1.0.0");
        let lines = [
            Line::Require {
                module: module.clone(),
                indirect: true,
            },
            Line::Require {
                module,
                indirect: false,
            },
            Line::Sum(SumKey::new("example.com/a", "v1.0.0", SumKind::Module)),
            Line::Sum(SumKey::new("example.com/a", "v1.0.0", SumKind::GoMod)),
            Line::Other("go 1.24".to_owned()),
        ];
        for line in lines {
            for change in [Change::Added, Change::Removed, Change::Was("x".to_owned())] {
                let reason = Reason {
                    line: line.clone(),
                    change,
                    chain: vec!["a".to_owned(), "b".to_owned()],
                };
                let mut bytes = Vec::new();
                put_reason(&mut bytes, &reason);
                let mut reader = Reader::new(&bytes);
                assert_eq!(take_reason(&mut reader), Some(reason));
                assert!(reader.is_at_end());
            }
        }
    }
}
