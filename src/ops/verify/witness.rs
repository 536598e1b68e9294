//! What one upstream, or the module cache, has of a module version: hash and files, unverified.

use std::fs::File;

use tempfile::TempDir;

use crate::adapters::http::client::Sink;
use crate::adapters::vcs::Direct;
use crate::adapters::zip_file::{self, PositionedFile, ZipFileError};
use crate::domain::gosum::SumKind;
use crate::domain::mismatch::{Contents, Testimony};
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::modzip::{Archive, Inflater, MAX_ZIP_FILE, ReadAt, SizeError, ZipError};
use crate::ops::failure::{Failure, FailureKind};
use crate::ops::source::{Reason, Source};
use crate::ops::upstream::{FetchError, Upstream};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum WitnessError {
    /// Nobody answered.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What came is no zip.
    #[error(transparent)]
    Zip(#[from] ZipError),
    /// The zip in the cache cannot be read.
    #[error(transparent)]
    ZipFile(#[from] ZipFileError),
    /// There is no place for what comes.
    #[error("cannot make a temporary file: {0}")]
    Temporary(std::io::Error),
}

/// Those who are asked, one by one.
pub(super) struct Witnesses<'a> {
    source: &'a Source<'a>,
    /// The way to repositories, with copies of its own: tags are seen as they are now.
    direct: Direct,
    /// Where those copies are; removed at the end.
    _copies: TempDir,
}

impl<'a> Witnesses<'a> {
    /// Prepares to ask; nobody is asked yet.
    pub(super) fn new(source: &'a Source<'a>) -> Result<Self, Failure> {
        let copies = tempfile::Builder::new().prefix("modsmith-").tempdir();
        let copies = copies.map_err(|error| {
            Failure::new(FailureKind::Outside, error).context("cannot make a temporary directory")
        })?;
        Ok(Self {
            source,
            direct: source.upstreams.direct_afresh(copies.path()),
            _copies: copies,
        })
    }

    /// Returns the versions that one upstream lists.
    pub(super) async fn versions(
        &self,
        upstream: Upstream<'_>,
        path: &ModulePath,
    ) -> Result<Vec<Version>, FetchError> {
        match upstream {
            Upstream::Proxy(_) | Upstream::Nobody(_) => Ok(self
                .source
                .upstreams
                .versions_at(upstream, path)
                .await?
                .list),
            Upstream::Direct => Ok(self.direct.versions(path, "").await?.list),
        }
    }

    /// Asks one upstream for the zip or the go.mod of a module version.
    pub(super) async fn ask(
        &self,
        upstream: Upstream<'_>,
        module: &ModuleVersion,
        kind: SumKind,
    ) -> Testimony {
        let contents = match kind {
            SumKind::Module => self.zip(upstream, module).await,
            SumKind::GoMod => {
                let text = self.go_mod(upstream, module).await;
                text.map(|text| go_mod_contents(&text))
                    .map_err(WitnessError::from)
            }
        };
        testimony(contents)
    }

    async fn go_mod(
        &self,
        upstream: Upstream<'_>,
        module: &ModuleVersion,
    ) -> Result<Vec<u8>, FetchError> {
        match upstream {
            Upstream::Proxy(_) | Upstream::Nobody(_) => {
                self.source.upstreams.go_mod_at(upstream, module).await
            }
            Upstream::Direct => {
                let fetched = Box::pin(self.direct.go_mod(&module.path, &module.version));
                Ok(fetched.await?)
            }
        }
    }

    async fn zip(
        &self,
        upstream: Upstream<'_>,
        module: &ModuleVersion,
    ) -> Result<Contents, WitnessError> {
        let file = tempfile::tempfile().map_err(WitnessError::Temporary)?;
        let sink = Sink {
            file: &file,
            progress: &|_| {},
        };
        match upstream {
            Upstream::Proxy(_) | Upstream::Nobody(_) => {
                self.source.upstreams.zip_at(upstream, module, sink).await?;
            }
            Upstream::Direct => Box::pin(self.direct.zip(module, sink))
                .await
                .map_err(FetchError::from)?,
        }
        let work = move || temporary_contents(file);
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|bug| std::panic::resume_unwind(bug.into_panic()))
    }
}

/// Looks at what is in the module cache.
pub(super) fn cached(source: &Source<'_>, module: &ModuleVersion, kind: SumKind) -> Testimony {
    let cache = source.upstreams.cache();
    match kind {
        SumKind::GoMod => match cache.read_go_mod(module) {
            Ok(Some(text)) => testimony(Ok(go_mod_contents(&text))),
            Ok(None) => Testimony::Absent,
            Err(error) => Testimony::Failed(error.to_string()),
        },
        SumKind::Module => match cache.zip_file(module).filter(|file| file.is_file()) {
            Some(file) => {
                let contents = zip_file::open(&file).map_err(WitnessError::from);
                testimony(contents.and_then(|archive| Ok(zip_contents(&archive)?)))
            }
            None => Testimony::Absent,
        },
    }
}

/// Asks the checksum database, which is asked for nothing private.
pub(super) async fn database(
    source: &Source<'_>,
    module: &ModuleVersion,
    kind: SumKind,
) -> Testimony {
    match source.database_lines(module).await {
        Ok(None) => Testimony::NotAsked("not asked: GOSUMDB, GONOSUMDB or GOPRIVATE".to_owned()),
        Ok(Some(lines)) => {
            let version = match kind {
                SumKind::Module => module.version.to_string(),
                SumKind::GoMod => format!("{}/go.mod", module.version),
            };
            let prefix = format!("{} {version} ", module.path);
            let hash = lines.iter().find_map(|line| line.strip_prefix(&prefix));
            hash.map_or(Testimony::Absent, |hash| {
                Testimony::Hash(hash.to_owned(), None)
            })
        }
        Err(error) => match &*error.reason {
            Reason::SumDb { error, .. } if error.is_not_found() => Testimony::Absent,
            _ => Testimony::Failed(one_line(&error.reason.without_module())),
        },
    }
}

fn temporary_contents(file: File) -> Result<Contents, WitnessError> {
    let length = file.metadata().map_err(WitnessError::Temporary)?.len();
    Ok(zip_contents(&Archive::open(
        PositionedFile::new(file),
        length,
    )?)?)
}

fn zip_contents<R: ReadAt>(archive: &Archive<R>) -> Result<Contents, ZipError> {
    let total = archive
        .entries()
        .iter()
        .try_fold(0_u64, |total, entry| total.checked_add(entry.size));
    if total.is_none_or(|total| MAX_ZIP_FILE < total) {
        return Err(SizeError::Contents.into());
    }
    let mut contents = Contents::default();
    let mut inflater = Inflater::new();
    for entry in archive.entries() {
        let text = archive.read(entry, &mut inflater, MAX_ZIP_FILE)?;
        contents.add(&entry.display_name(), &text);
    }
    Ok(contents)
}

fn go_mod_contents(text: &[u8]) -> Contents {
    let mut contents = Contents::default();
    contents.add("go.mod", text);
    contents
}

fn testimony(contents: Result<Contents, WitnessError>) -> Testimony {
    match contents {
        Ok(contents) => match contents.hash() {
            Some(hash) => Testimony::Hash(hash, Some(contents)),
            None => Testimony::Failed("a file name in the zip has a newline".to_owned()),
        },
        Err(WitnessError::Fetch(error)) if error.is_not_found() => Testimony::Absent,
        Err(error) => Testimony::Failed(one_line(&error.to_string())),
    }
}

/// Puts a message that may have several lines on one.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
