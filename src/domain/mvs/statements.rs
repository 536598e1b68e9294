//! What the go.mod files of a graph say besides names, as bytes: where each requirement stands, what is retracted,
//! deprecated and replaced. So views that explain a graph need not read the files again.
//!
//! The bytes belong to one graph: a requirement is named by its node and its position there, and its text is kept only
//! where it is not what the names in the graph give. First comes, for each node, where its record begins, as four bytes;
//! one view asks for a few of thousands of records.

use super::Pruning;
use super::graph::{Graph, NodeId};
use super::pack::{Reader, put_number, put_text};
use crate::domain::modfile::VersionInterval;
use crate::domain::modfile::summary::Retraction;
use crate::domain::module::{ModuleVersion, Version};

/// What one go.mod says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whether the requirements of its requirements count, by its `go` line.
    pub pruning: Pruning,
    /// Where its requirements stand, in the order of the graph.
    pub requires: Vec<Option<Stated>>,
    /// What its author says of versions.
    pub notes: Notes,
    /// Its `replace` lines.
    pub replace: Vec<StatedReplace>,
}

/// A line as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Counts from one.
    pub line: usize,
    /// The text of the line, without what surrounds it.
    pub text: String,
    /// Whether the line has the comment `// indirect`.
    pub is_indirect: bool,
}

/// What the author of a module says of its versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Whether the file has more than a `module` line.
    pub says_more: bool,
    /// What stands after `Deprecated:`; empty where nothing does.
    pub deprecated: String,
    /// The retracted versions.
    pub retract: Vec<Retraction>,
    /// When the version was known, as its `.info` says, and what tells that file from one that takes its place.
    pub known: Option<(Vec<u8>, String)>,
}

/// A `replace` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedReplace {
    /// The line.
    pub stated: Stated,
    /// What is replaced; all versions where the version is empty.
    pub old: ModuleVersion,
    /// What stands for it; a directory where the version is empty.
    pub new: ModuleVersion,
}

/// The statements of a graph, as bytes.
#[derive(Clone, Debug)]
pub struct Statements {
    bytes: Vec<u8>,
    /// For how many nodes there is a place.
    nodes: usize,
}

/// How the text of a requirement is kept.
mod form {
    /// No line says so.
    pub(super) const ABSENT: u32 = 0;
    /// The path and the version.
    pub(super) const BLOCK: u32 = 1;
    /// The same with `// indirect`.
    pub(super) const BLOCK_INDIRECT: u32 = 2;
    /// `require`, the path and the version.
    pub(super) const SINGLE: u32 = 3;
    /// The same with `// indirect`.
    pub(super) const SINGLE_INDIRECT: u32 = 4;
    /// The text follows.
    pub(super) const OTHER: u32 = 5;
    /// The text follows; the line is an indirect one.
    pub(super) const OTHER_INDIRECT: u32 = 6;
    /// How many bits a form takes.
    pub(super) const BITS: u32 = 3;
}

const UNPRUNED: u32 = 1;
const SAYS_MORE: u32 = 2;

impl Statements {
    /// Packs the statements of a graph's nodes, in their order; one for each requirement that the graph has.
    pub fn pack(graph: &Graph, statements: &[Option<Statement>]) -> Self {
        let nodes = graph.len();
        let mut bytes = vec![0; nodes * 4];
        for ((node, _), statement) in graph.nodes().zip(statements) {
            let Some(statement) = statement else {
                continue;
            };
            let Ok(start) = u32::try_from(bytes.len()) else {
                break;
            };
            bytes[node.index() * 4..][..4].copy_from_slice(&start.to_le_bytes());
            put_statement(&mut bytes, graph, node, statement);
        }
        Self { bytes, nodes }
    }

    /// Takes bytes that were packed for a graph with so many nodes.
    pub fn from_bytes(bytes: Vec<u8>, nodes: usize) -> Option<Self> {
        (nodes.checked_mul(4)? <= bytes.len()).then_some(Self { bytes, nodes })
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the pruning of a module; none where its go.mod is not among these.
    pub fn pruning(&self, node: NodeId) -> Option<Pruning> {
        let flags = self.record(node)?.number()?;
        Some(if flags & UNPRUNED == 0 {
            Pruning::Pruned
        } else {
            Pruning::Unpruned
        })
    }

    /// Returns where `node` requires `module`: none where its go.mod is not among these or does not require that.
    pub fn requirement(
        &self,
        graph: &Graph,
        node: NodeId,
        module: &ModuleVersion,
    ) -> Option<Option<Stated>> {
        let mut reader = self.record(node)?;
        reader.number()?;
        take_notes(&mut reader, false)?;
        for _ in 0..reader.count()? {
            take_replace(&mut reader)?;
        }
        let mut line = 0;
        for &required in graph.required(node).unwrap_or_default() {
            let kept = take_requirement(&mut reader, line)?;
            line = kept.line;
            if graph.module(required) == module {
                return Some(kept.stated(module));
            }
        }
        None
    }

    /// Returns what the author of a module says of its versions; none where its go.mod is not among these.
    pub fn notes(&self, node: NodeId) -> Option<Notes> {
        let mut reader = self.record(node)?;
        let flags = reader.number()?;
        take_notes(&mut reader, flags & SAYS_MORE != 0)
    }

    /// Returns the `replace` lines of a module; none where its go.mod is not among these.
    pub fn replace(&self, node: NodeId) -> Option<Vec<StatedReplace>> {
        let mut reader = self.record(node)?;
        reader.number()?;
        take_notes(&mut reader, false)?;
        (0..reader.count()?)
            .map(|_| take_replace(&mut reader))
            .collect()
    }

    fn record(&self, node: NodeId) -> Option<Reader<'_>> {
        if self.nodes <= node.index() {
            return None;
        }
        let start = self.bytes.get(node.index() * 4..)?.first_chunk()?;
        let start = usize::try_from(u32::from_le_bytes(*start)).ok()?;
        (self.nodes * 4 <= start).then(|| self.bytes.get(start..).map(Reader::new))?
    }
}

fn put_statement(bytes: &mut Vec<u8>, graph: &Graph, node: NodeId, statement: &Statement) {
    let unpruned = usize::from(statement.pruning == Pruning::Unpruned);
    put_number(
        bytes,
        unpruned | usize::from(statement.notes.says_more) << 1,
    );
    put_text(bytes, &statement.notes.deprecated);
    put_number(bytes, statement.notes.retract.len());
    for retraction in &statement.notes.retract {
        put_text(bytes, retraction.interval.low.as_str());
        put_text(bytes, retraction.interval.high.as_str());
        put_text(bytes, &retraction.rationale);
    }
    let (stamp, time) = match &statement.notes.known {
        Some((stamp, time)) => (stamp.as_slice(), time.as_str()),
        None => (&[][..], ""),
    };
    put_number(bytes, stamp.len());
    bytes.extend_from_slice(stamp);
    put_text(bytes, time);
    put_number(bytes, statement.replace.len());
    for line in &statement.replace {
        put_number(bytes, line.stated.line);
        put_text(bytes, &line.stated.text);
        for module in [&line.old, &line.new] {
            put_text(bytes, module.path.as_str());
            put_text(bytes, module.version.as_str());
        }
    }
    let mut line = 0;
    let required = graph.required(node).unwrap_or_default();
    for (at, &required) in required.iter().enumerate() {
        let stated = statement.requires.get(at).and_then(Option::as_ref);
        put_requirement(bytes, &mut line, graph.module(required), stated);
    }
}

/// Appends where a requirement stands. Lines follow each other: what is kept is how far the next one is.
fn put_requirement(
    bytes: &mut Vec<u8>,
    line: &mut usize,
    module: &ModuleVersion,
    stated: Option<&Stated>,
) {
    let Some(stated) = stated else {
        put_number(bytes, form::ABSENT as usize);
        return;
    };
    let form = form_of(module, stated);
    let back = stated.line < *line;
    let distance = (line.abs_diff(stated.line) << 1) | usize::from(back);
    *line = stated.line;
    put_number(bytes, (distance << form::BITS) | form as usize);
    if matches!(form, form::OTHER | form::OTHER_INDIRECT) {
        put_text(bytes, &stated.text);
    }
}

fn form_of(module: &ModuleVersion, stated: &Stated) -> u32 {
    let plain = [
        form::BLOCK,
        form::BLOCK_INDIRECT,
        form::SINGLE,
        form::SINGLE_INDIRECT,
    ];
    let is_it = |form: &u32| text_of(*form, module).as_ref() == Some(&stated.text);
    match plain.into_iter().find(is_it) {
        Some(form) if is_indirect(form) == stated.is_indirect => form,
        _ if stated.is_indirect => form::OTHER_INDIRECT,
        _ => form::OTHER,
    }
}

fn is_indirect(form: u32) -> bool {
    matches!(
        form,
        form::BLOCK_INDIRECT | form::SINGLE_INDIRECT | form::OTHER_INDIRECT
    )
}

/// Returns the text that a form stands for; none where it is kept.
fn text_of(form: u32, module: &ModuleVersion) -> Option<String> {
    let (path, version) = (&module.path, &module.version);
    Some(match form {
        form::BLOCK => format!("{path} {version}"),
        form::BLOCK_INDIRECT => format!("{path} {version} // indirect"),
        form::SINGLE => format!("require {path} {version}"),
        form::SINGLE_INDIRECT => format!("require {path} {version} // indirect"),
        _ => return None,
    })
}

/// Where a requirement stands, as it is kept.
struct Kept<'a> {
    form: u32,
    line: usize,
    text: Option<&'a str>,
}

impl Kept<'_> {
    fn stated(&self, module: &ModuleVersion) -> Option<Stated> {
        let text = match self.text {
            Some(text) => text.to_owned(),
            None => text_of(self.form, module)?,
        };
        Some(Stated {
            line: self.line,
            text,
            is_indirect: is_indirect(self.form),
        })
    }
}

/// Takes where a requirement stands; the one before was on the given line.
fn take_requirement<'a>(reader: &mut Reader<'a>, line: usize) -> Option<Kept<'a>> {
    let number = reader.number()?;
    let form = number & ((1 << form::BITS) - 1);
    let distance = usize::try_from(number >> form::BITS).ok()?;
    let line = if distance & 1 == 0 {
        line.checked_add(distance >> 1)?
    } else {
        line.checked_sub(distance >> 1)?
    };
    let text = match form {
        form::OTHER | form::OTHER_INDIRECT => Some(reader.text()?),
        _ => None,
    };
    Some(Kept { form, line, text })
}

fn take_notes(reader: &mut Reader<'_>, says_more: bool) -> Option<Notes> {
    let deprecated = reader.text()?.to_owned();
    let mut retract = Vec::new();
    for _ in 0..reader.count()? {
        let interval = VersionInterval {
            low: Version::new(reader.text()?),
            high: Version::new(reader.text()?),
        };
        let rationale = reader.text()?.to_owned();
        retract.push(Retraction {
            interval,
            rationale,
        });
    }
    let length = reader.count()?;
    let stamp = reader.bytes(length)?;
    let time = reader.text()?;
    Some(Notes {
        says_more,
        deprecated,
        retract,
        known: (!stamp.is_empty()).then(|| (stamp.to_vec(), time.to_owned())),
    })
}

fn take_replace(reader: &mut Reader<'_>) -> Option<StatedReplace> {
    let stated = Stated {
        line: usize::try_from(reader.number()?).ok()?,
        text: reader.text()?.to_owned(),
        is_indirect: false,
    };
    let mut module = || Some(ModuleVersion::new(reader.text()?, reader.text()?));
    Some(StatedReplace {
        stated,
        old: module()?,
        new: module()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mvs::compare_versions;

    fn module(text: &str) -> ModuleVersion {
        let (path, version) = text.split_once('@').unwrap_or((text, ""));
        ModuleVersion::new(path, version)
    }

    fn stated(line: usize, text: &str, is_indirect: bool) -> Stated {
        Stated {
            line,
            text: text.to_owned(),
            is_indirect,
        }
    }

    fn sample() -> (Graph, Vec<Option<Statement>>) {
        let mut graph = Graph::new(compare_versions, &[module("m")]);
        let a = graph.node(&module("m")).unwrap();
        graph.require(a, &[module("a@v1.0.0")]);
        let a = graph.node(&module("a@v1.0.0")).unwrap();
        let required = ["b@v1.2.0", "c@v1.0.0", "b@v1.2.0", "d@v1.0.0", "go@1.21"];
        graph.require(a, &required.map(module));
        let plain = Statement {
            pruning: Pruning::Unpruned,
            requires: Vec::new(),
            notes: Notes::default(),
            replace: Vec::new(),
        };
        let rich = Statement {
            pruning: Pruning::Pruned,
            requires: vec![
                Some(stated(7, "b v1.2.0 // indirect", true)),
                Some(stated(12, "require c v1.0.0", false)),
                Some(stated(7, "b v1.2.0 // indirect", true)),
                None,
                Some(stated(3, "go   1.21", false)),
            ],
            notes: Notes {
                says_more: true,
                deprecated: "use é".to_owned(),
                retract: vec![Retraction {
                    interval: VersionInterval {
                        low: Version::new("v1.0.0"),
                        high: Version::new("v1.1.0"),
                    },
                    rationale: "bad".to_owned(),
                }],
                known: Some((vec![7; 40], "2024-01-02T03:04:05Z".to_owned())),
            },
            replace: vec![StatedReplace {
                stated: stated(300, "replace x => ../x", false),
                old: module("x"),
                new: module("../x"),
            }],
        };
        (graph, vec![None, Some(rich), Some(plain)])
    }

    #[test]
    fn comes_back_as_it_was() {
        let (graph, statements) = sample();
        let packed = Statements::pack(&graph, &statements);
        let packed = Statements::from_bytes(packed.as_bytes().to_vec(), graph.len()).unwrap();
        for ((node, _), statement) in graph.nodes().zip(&statements) {
            let Some(statement) = statement else {
                assert_eq!(packed.pruning(node), None);
                assert_eq!(packed.notes(node), None);
                assert_eq!(packed.replace(node), None);
                continue;
            };
            assert_eq!(packed.pruning(node), Some(statement.pruning));
            assert_eq!(packed.notes(node).as_ref(), Some(&statement.notes));
            assert_eq!(packed.replace(node).as_ref(), Some(&statement.replace));
            let required = graph.required(node).unwrap_or_default().iter();
            for (&required, stated) in required.zip(&statement.requires) {
                let found = packed.requirement(&graph, node, graph.module(required));
                assert_eq!(found.as_ref(), Some(stated));
            }
            assert_eq!(packed.requirement(&graph, node, &module("z@v1.0.0")), None);
        }
        // A plain requirement takes a byte.
        assert!(packed.as_bytes().len() < 4 * graph.len() + 200);
    }

    #[test]
    fn other_bytes_say_nothing_and_do_not_panic() {
        let (graph, statements) = sample();
        let bytes = Statements::pack(&graph, &statements).as_bytes().to_vec();
        let ask = |bytes: Vec<u8>| {
            let Some(packed) = Statements::from_bytes(bytes, graph.len()) else {
                return;
            };
            for (node, _) in graph.nodes() {
                packed.pruning(node);
                packed.notes(node);
                packed.replace(node);
                for (_, module) in graph.nodes() {
                    packed.requirement(&graph, node, module);
                }
            }
        };
        for length in 0..bytes.len() {
            ask(bytes[..length].to_vec());
        }
        for position in 0..bytes.len() {
            for bit in 0..8 {
                let mut bytes = bytes.clone();
                bytes[position] ^= 1 << bit;
                ask(bytes);
            }
        }
    }
}
