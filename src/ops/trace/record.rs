//! What a run that loaded a graph notes of it for later traces: where each go.mod came from, how long that took, and which
//! requirements in it are excluded.
//!
//! A graph that an index knows is not loaded again, and so there is nothing to watch: its trace is that of the run which
//! loaded it from the same files.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

use crate::domain::module::timestamp::Timestamp;
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::mvs::graph::{Graph, NodeId};
use crate::domain::mvs::pack::{Reader, put_number, put_text};
use crate::ops::session::Session;
use crate::ops::statements::Came;

/// How a graph was loaded.
#[derive(Debug)]
pub(crate) struct Record {
    /// When.
    pub(super) at: Timestamp,
    /// How long all of it took.
    pub(super) time: Duration,
    /// How many go.mod files came from where; one may stand for several nodes.
    pub(super) counts: BTreeMap<Came, usize>,
    /// Where the go.mod of each node came from.
    pub(super) came: Vec<Option<(Came, Duration)>>,
    /// The requirements of each node that are excluded, where there are any.
    pub(super) excluded: HashMap<NodeId, Vec<ModuleVersion>>,
}

impl Record {
    /// Notes how a run has loaded the graph that its main modules state; none where it had to raise requirements: there is
    /// more to tell then than one graph holds.
    pub(crate) fn of_stated(session: &Session<'_>, graph: &Graph) -> Option<Self> {
        let stated = session.mains.requirements().0;
        let is_stated = session.roots_are_selected(&stated, graph);
        is_stated.then(|| Self::of(session, graph))?
    }

    /// Notes how a run has loaded a graph; none where it did not watch itself.
    pub(super) fn of(session: &Session<'_>, graph: &Graph) -> Option<Self> {
        let time = session.source.traced_for()?;
        let came = session.source.came();
        let mut record = Self {
            at: now(),
            time,
            counts: BTreeMap::new(),
            came: vec![None; graph.len()],
            excluded: HashMap::new(),
        };
        for (came, _) in came.values() {
            *record.counts.entry(came.clone()).or_default() += 1;
        }
        for (node, module) in graph.nodes() {
            if let Ok(actual) = session.actual(module) {
                record.came[node.index()] = came.get(&actual).cloned();
            }
            // What is pruned was not read, and is not read for this.
            if graph.required(node).is_some() {
                let excluded = excluded(session, module);
                if !excluded.is_empty() {
                    record.excluded.insert(node, excluded);
                }
            }
        }
        Some(record)
    }

    /// Packs a record of a graph.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_number(
            &mut bytes,
            usize::try_from(self.at.unix()).unwrap_or_default(),
        );
        put_number(&mut bytes, micros(self.time));
        let sources: Vec<&Came> = self.counts.keys().collect();
        put_number(&mut bytes, sources.len());
        for (came, count) in &self.counts {
            let (kind, url) = match came {
                Came::Cache => (0, ""),
                Came::Directory => (1, ""),
                Came::Direct => (2, ""),
                Came::Proxy(url) => (3, url.as_str()),
            };
            put_number(&mut bytes, kind);
            put_text(&mut bytes, url);
            put_number(&mut bytes, *count);
        }
        for came in &self.came {
            let Some((came, time)) = came else {
                put_number(&mut bytes, 0);
                continue;
            };
            let source = sources.binary_search(&came).unwrap_or_default();
            put_number(&mut bytes, source + 1);
            put_number(&mut bytes, micros(*time));
        }
        let mut excluded: Vec<_> = self.excluded.iter().collect();
        excluded.sort();
        put_number(&mut bytes, excluded.len());
        for (node, modules) in excluded {
            put_number(&mut bytes, node.index());
            put_number(&mut bytes, modules.len());
            for module in modules {
                put_text(&mut bytes, module.path.as_str());
                put_text(&mut bytes, module.version.as_str());
            }
        }
        bytes
    }

    /// Takes a record of a graph; `None` where the bytes are not one.
    pub(crate) fn from_bytes(bytes: &[u8], graph: &Graph) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let at = Timestamp::from_unix(reader.number()?.into());
        let time = Duration::from_micros(reader.number()?.into());
        let (mut sources, mut counts) = (Vec::new(), BTreeMap::new());
        for _ in 0..reader.count()? {
            let kind = reader.number()?;
            let url = reader.text()?;
            let came = match kind {
                0 => Came::Cache,
                1 => Came::Directory,
                2 => Came::Direct,
                3 => Came::Proxy(url.to_owned()),
                _ => return None,
            };
            counts.insert(came.clone(), usize::try_from(reader.number()?).ok()?);
            sources.push(came);
        }
        let mut came = Vec::with_capacity(graph.len());
        for _ in 0..graph.len() {
            let source = usize::try_from(reader.number()?).ok()?;
            came.push(match source.checked_sub(1) {
                None => None,
                Some(source) => {
                    let time = Duration::from_micros(reader.number()?.into());
                    Some((sources.get(source)?.clone(), time))
                }
            });
        }
        let mut excluded = HashMap::new();
        let nodes: Vec<NodeId> = graph.nodes().map(|(node, _)| node).collect();
        for _ in 0..reader.count()? {
            let node = *nodes.get(usize::try_from(reader.number()?).ok()?)?;
            let mut modules = Vec::new();
            for _ in 0..reader.count()? {
                modules.push(ModuleVersion {
                    path: ModulePath::new(reader.text()?),
                    version: Version::new(reader.text()?),
                });
            }
            excluded.insert(node, modules);
        }
        reader.is_at_end().then_some(Self {
            at,
            time,
            counts,
            came,
            excluded,
        })
    }
}

/// Returns the requirements of a module that do not count, in the order of its go.mod.
fn excluded(session: &Session<'_>, module: &ModuleVersion) -> Vec<ModuleVersion> {
    let mains = &session.mains;
    if mains
        .modules
        .iter()
        .all(|main| main.file.exclude.is_empty())
    {
        return Vec::new();
    }
    let main = mains
        .find(&module.path)
        .filter(|_| module.version.is_empty());
    let required: Vec<ModuleVersion> = if let Some(main) = main {
        let lines = main.file.require.iter();
        lines.map(|line| line.module.clone()).collect()
    } else {
        let actual = session.actual(module).unwrap_or_else(|_| module.clone());
        match session.source.summary_on_disk(&actual) {
            Some(Ok(summary)) => summary.require.clone(),
            _ => Vec::new(),
        }
    };
    let required = required.into_iter();
    required
        .filter(|required| mains.replacements.is_excluded(required))
        .collect()
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.map_or(0, |time| time.as_secs());
    Timestamp::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// More than an hour is told as an hour and a bit.
fn micros(time: Duration) -> usize {
    let micros = u32::try_from(time.as_micros()).unwrap_or(u32::MAX);
    usize::try_from(micros).unwrap_or(usize::MAX)
}
