//! Many lookups with as few requests as can be, and tree heads on their own.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;

use super::cache::Cache;
use super::client::{SumDbClient, SumDbSettings, lock};
use super::error::SumDbFault;
use crate::adapters::fs::{FsError, at};
use crate::adapters::http::client::HttpClient;
use crate::domain::module::ModulePath;
use crate::domain::sumdb::checker::Head;
use crate::domain::sumdb::record::{Record, Tree};

/// A tree head that was shown, and the latest one on the same line of time.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The one that was shown.
    pub shown: Head,
    /// The latest one that is known.
    pub latest: Head,
}

impl SumDbClient {
    /// Fetches the records of module versions, all at once, and checks nothing yet.
    ///
    /// Lookups find them afterwards. The versions come back with the largest tree first: once that is known, no tile of a
    /// smaller tree's edge has to be fetched.
    pub async fn fetch_ahead(&self, modules: &[(ModulePath, String)]) -> Vec<(ModulePath, String)> {
        let fetched = modules.iter().map(async |(path, version)| {
            let lookup = self.0.start(path.as_str(), version).ok()?;
            let file = lookup.remote_path().to_owned();
            self.0.check_network(&file).ok()?;
            let record = self.0.remote.record(&file).await;
            let size = record.as_ref().map_or(0, |bytes| tree_size(bytes));
            lock(&self.0.ahead).insert(file, record);
            Some(size)
        });
        let sizes = join_all(fetched).await;
        let mut order: Vec<_> = sizes.into_iter().zip(modules).collect();
        order.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
        order
            .into_iter()
            .map(|(_, module)| module.clone())
            .collect()
    }

    /// Fetches the signed tree head that the database shows now; nothing is checked.
    pub async fn fetch_head(&self) -> Result<Vec<u8>, SumDbFault> {
        self.0.check_network("latest")?;
        self.0.remote.head().await
    }

    /// Checks the signature of a tree head, and that it lies on one line of time with the latest one that is known; if it
    /// is later, it becomes the latest and is kept.
    pub async fn check_head(&self, note: &[u8]) -> Result<Seen, SumDbFault> {
        let checker = self.0.checker()?;
        let shown = self.read_head(note)?;
        let way = checker.head(note).map_err(|fault| self.0.bad(fault))?;
        Arc::clone(&self.0).fetch_text(way).await?;
        Ok(Seen {
            shown,
            latest: checker.latest(),
        })
    }

    /// Checks the signature of a tree head alone.
    pub fn read_head(&self, note: &[u8]) -> Result<Head, SumDbFault> {
        let head = self.0.checker()?.read_head(note);
        head.map_err(|fault| self.0.bad(fault))
    }

    /// Returns the name of the database.
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// Returns the directory of its files in the module cache.
    pub fn directory(&self) -> &Path {
        &self.0.cache.directory
    }

    /// Returns the latest tree head that is known.
    pub fn latest(&self) -> Result<Head, SumDbFault> {
        Ok(self.0.checker()?.latest())
    }

    /// Returns how long ago the kept tree head was seen first.
    pub fn age_of_latest(&self) -> Option<Duration> {
        let file = self.0.cache.latest.as_deref()?;
        let written = file.metadata().ok()?.modified().ok()?;
        SystemTime::now().duration_since(written).ok()
    }

    /// Returns the kept tree head as it stands in its file; empty where there is none.
    pub fn kept_note(&self) -> Result<Vec<u8>, SumDbFault> {
        let kept = self.latest_file().map(Cache::latest);
        Ok(kept.transpose()?.unwrap_or_default())
    }

    /// Returns the file of the kept tree head.
    pub fn latest_file(&self) -> Option<&Path> {
        self.0.cache.latest.as_deref()
    }

    /// Makes a client that keeps its files in `home`, and begins with a tree head that another one has proven.
    pub fn apart(
        http: HttpClient,
        settings: SumDbSettings,
        kept: &Head,
        home: &Path,
    ) -> Result<Self, SumDbFault> {
        let settings = SumDbSettings {
            mod_cache: home.join("mod"),
            sumdb_dir: Some(home.join("sumdb")),
            ..settings
        };
        let client = Self::new(http, settings);
        if let (Some(file), false) = (client.latest_file(), kept.note.is_empty()) {
            Cache::save_latest(file, &[], &kept.note)?;
        }
        Ok(client)
    }
}

/// Makes a directory that is removed at the end.
pub fn temporary_home() -> Result<tempfile::TempDir, FsError> {
    tempfile::tempdir().map_err(at("create a directory in", &std::env::temp_dir()))
}

/// Returns the size that the tree head of an unchecked record claims.
fn tree_size(record: &[u8]) -> u64 {
    let tree = Record::parse(record).ok().and_then(|record| {
        let text = record.rest.split(|&byte| byte == b'\n').take(3);
        let text: Vec<_> = text.flat_map(|line| [line, b"\n"]).collect();
        Tree::parse(&text.concat()).ok()
    });
    tree.map_or(0, |tree| tree.size)
}
