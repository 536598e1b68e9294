//! What several runs of one command share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::adapters::sumdb::SumDbClient;
use crate::domain::modfile::summary::Summary;
use crate::domain::module::ModuleVersion;
use crate::ops::context::Network;

/// What go.mod files of other modules say, with their hash.
type Summaries = HashMap<ModuleVersion, (String, Arc<Summary>)>;

/// What several runs of one command share, which all have the same settings but for the network.
#[derive(Default)]
pub struct Shared {
    summaries: Mutex<Summaries>,
    /// Clients of the checksum database: one that may use the network, and one that may not.
    databases: [OnceLock<SumDbClient>; 2],
}

impl Shared {
    pub(super) fn summary(&self, module: &ModuleVersion) -> Option<(String, Arc<Summary>)> {
        self.lock().get(module).cloned()
    }

    pub(super) fn put_summary(&self, module: &ModuleVersion, hash: String, summary: Arc<Summary>) {
        self.lock().insert(module.clone(), (hash, summary));
    }

    fn lock(&self) -> MutexGuard<'_, Summaries> {
        self.summaries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the client of the checksum database: what it has proven for one run need not be proven for the next.
    pub(super) fn database(
        &self,
        network: Network,
        new: impl FnOnce() -> SumDbClient,
    ) -> SumDbClient {
        let client = &self.databases[usize::from(network == Network::Offline)];
        client.get_or_init(new).clone()
    }
}
