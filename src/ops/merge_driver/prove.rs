//! What can be proved of a merged file with what is on this machine.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::adapters::modcache::ModCache;
use crate::domain::checksum::dirhash;
use crate::domain::goenv::ModMode;
use crate::domain::gosum::{GoSum, SumKind};
use crate::domain::merge::FileKind;
use crate::domain::module::{ModuleVersion, goversion};
use crate::domain::mvs::roots::Requirements;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::files::{Files, Start};
use crate::ops::load::{self, LoadOptions, Purpose};
use crate::ops::source::Source;
use crate::ops::upstream::Upstreams;

/// What is proved of a merged file, and what is not.
#[derive(Debug, Default)]
pub struct Proof {
    /// How many modules the graph of a go.mod or go.work selects, main modules among them.
    pub modules: Option<usize>,
    /// Requirements that the go command would have to raise, or to add, before it builds.
    pub raised: Vec<Raised>,
    /// The hashes of a go.sum.
    pub hashes: Option<Hashes>,
    /// Why something could not be proved.
    pub unproved: Option<String>,
}

/// A requirement that is not what the graph selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// What the graph selects.
    pub module: ModuleVersion,
    /// What the file says; nothing where it does not name the module.
    pub from: Option<String>,
}

/// What the module cache knows of the hashes of a go.sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hashes {
    /// Lines that agree with the module cache.
    pub agree: usize,
    /// Lines of module versions that are not in the module cache.
    pub unknown: usize,
    /// Module versions, with `/go.mod` where it is that of the file alone, that have another hash there.
    pub differ: Vec<String>,
}

/// Proves what can be proved; `path` is where the file belongs, from the working directory.
pub(super) async fn prove(ctx: &Context, kind: FileKind, path: &str, text: &[u8]) -> Proof {
    match kind {
        FileKind::GoSum => sums(ctx, path, text),
        FileKind::GoMod | FileKind::GoWork => {
            let graph = graph(ctx, kind, &ctx.dir.join(path), text).await;
            graph.unwrap_or_else(|failure| Proof {
                unproved: Some(failure.source.to_string()),
                ..Proof::default()
            })
        }
    }
}

/// Loads the graph as if the file were in its place.
async fn graph(ctx: &Context, kind: FileKind, path: &Path, text: &[u8]) -> Result<Proof, Failure> {
    let (start, mode) = match kind {
        FileKind::GoWork => (Some(path.to_owned()), None),
        FileKind::GoMod | FileKind::GoSum => (None, Some(ModMode::Mod)),
    };
    let go_mod = (kind == FileKind::GoMod).then(|| path.to_owned());
    let start = Start {
        work: start,
        go_mod,
    };
    let options = LoadOptions {
        mode,
        modfile: None,
    };
    let mut contents = HashMap::from([(path.to_owned(), text.to_vec())]);
    if kind == FileKind::GoMod {
        // It may not be merged yet, and what it says is checked when it is.
        contents.insert(path.with_extension("sum"), Vec::new());
    }
    let files = Files::Changed(contents);
    let source = Source::sharing(ctx, files, Arc::default())?;
    let (mains, mode, source) = load::find_at(ctx, Purpose::Graph, &options, start, source).await?;
    source.read_sums(&mains)?;
    let (session, requirements) = load::start(ctx, Purpose::Graph, mains, mode, source).await?;
    let written = requirements.clone();
    let (needed, graph) = session.expand(requirements).await?;
    let list = graph.build_list();
    let modules = list
        .iter()
        .filter(|module| !goversion::is_toolchain(module.path.as_str()));
    Ok(Proof {
        modules: Some(modules.count()),
        raised: raised(&written, &needed),
        ..Proof::default()
    })
}

/// Returns the requirements that are not as the graph needs them.
fn raised(written: &Requirements, needed: &Requirements) -> Vec<Raised> {
    let differs = |module: &&ModuleVersion| !written.roots.contains(module);
    let raised = |module: &ModuleVersion| Raised {
        module: module.clone(),
        from: written
            .version(&module.path)
            .map(|version| version.as_str().to_owned()),
    };
    needed.roots.iter().filter(differs).map(raised).collect()
}

/// Compares every line with the module cache.
fn sums(ctx: &Context, path: &str, text: &[u8]) -> Proof {
    let compared = GoSum::parse(path, text)
        .map_err(Failure::from)
        .and_then(|sum| compare(ctx, &sum));
    match compared {
        Ok(hashes) => Proof {
            hashes: Some(hashes),
            ..Proof::default()
        },
        Err(failure) => Proof {
            unproved: Some(failure.source.to_string()),
            ..Proof::default()
        },
    }
}

fn compare(ctx: &Context, sum: &GoSum) -> Result<Hashes, Failure> {
    let cache = Upstreams::new(ctx)?.cache().clone();
    let mut hashes = Hashes::default();
    for (path, written, _) in sum.iter() {
        let (version, kind) = match written.strip_suffix("/go.mod") {
            Some(version) => (version, SumKind::GoMod),
            None => (written, SumKind::Module),
        };
        let module = ModuleVersion::new(path, version);
        match known(&cache, &module, kind) {
            None => hashes.unknown += 1,
            Some(hash) if sum.hashes(path, version, kind).any(|listed| listed == hash) => {
                hashes.agree += 1;
            }
            Some(_) => hashes.differ.push(format!("{path} {written}")),
        }
    }
    Ok(hashes)
}

/// Returns the hash that the module cache has; what it cannot read it does not have.
fn known(cache: &ModCache, module: &ModuleVersion, kind: SumKind) -> Option<String> {
    match kind {
        SumKind::GoMod => {
            let text = cache.read_go_mod(module).ok()??;
            Some(dirhash::hash_go_mod(&text))
        }
        SumKind::Module => cache.read_zip_hash(module).ok()?,
    }
}
