//! Lookups in one checksum database, any number of them at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, join_all};

use crate::adapters::goproxy::ProxyClient;
use crate::adapters::http::client::HttpClient;
use crate::domain::goenv::checksum_db::SumDbConfig;
use crate::domain::goenv::{Private, ProxyList};
use crate::domain::module::ModulePath;
use crate::domain::sumdb::checker::{
    self, CheckError, Checker, Lookup, Need, Origin, Source, Step, TileBytes,
};
use crate::domain::sumdb::tile::Tile;

use super::cache::Cache;
use super::error::{SumDbError, SumDbFault};
use super::remote::Remote;

/// The only path that is looked up whatever GONOSUMDB says: toolchains have no other check.
const TOOLCHAIN: &str = "golang.org/toolchain";

/// What a client is made from.
#[derive(Clone, Debug)]
pub struct SumDbSettings {
    /// The database: GOSUMDB.
    pub database: SumDbConfig,
    /// The proxies that may stand in front of it: GOPROXY.
    pub proxies: ProxyList,
    /// The modules that it is never asked about.
    pub private: Private,
    /// The root of the module cache: GOMODCACHE.
    pub mod_cache: PathBuf,
    /// The directory of the tree heads that are kept: `pkg/sumdb` of GOPATH, if there is one.
    pub sumdb_dir: Option<PathBuf>,
    /// Whether the network may be used.
    pub network: Network,
}

/// Whether the network may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Network {
    /// What is not cached is fetched.
    #[default]
    Online,
    /// What is not cached is an error, unless the database is a directory.
    Offline,
}

/// A client of one checksum database; clones share everything that was read and proven.
#[derive(Clone)]
pub struct SumDbClient(pub(super) Arc<Inner>);

pub(super) struct Inner {
    /// The checker, or what is wrong with the key: that is said when something is looked up.
    pub(super) checker: Result<Checker, CheckError>,
    pub(super) cache: Cache,
    pub(super) remote: Remote,
    private: Private,
    network: Network,
    /// Checked records, by their remote path.
    records: Mutex<HashMap<String, Arc<str>>>,
    /// Records that were fetched ahead and not yet checked, by their remote path.
    pub(super) ahead: Mutex<HashMap<String, Result<Vec<u8>, SumDbFault>>>,
    /// Lookups under way, by their remote path.
    lookups: Flights<String, Arc<str>>,
    /// Tiles under way, or fetched and not yet proven.
    tiles: Flights<Tile, TileBytes>,
}

/// Requests under way: whoever asks for the same meanwhile waits for the same answer.
type Flights<K, V> = Mutex<HashMap<K, Request<V>>>;

/// A request that several can wait for.
type Request<V> = Shared<BoxFuture<'static, Result<V, SumDbFault>>>;

/// What a lookup cannot go on without, because it is not on this machine.
enum Missing {
    Record,
    Tiles(Vec<Tile>),
}

impl SumDbClient {
    /// Makes a client; nothing is read before the first lookup.
    pub fn new(http: HttpClient, settings: SumDbSettings) -> Self {
        let SumDbSettings {
            database,
            proxies,
            private,
            mod_cache,
            sumdb_dir,
            network,
        } = settings;
        Self(Arc::new(Inner {
            checker: Checker::new(&database.key),
            cache: Cache::new(&mod_cache, sumdb_dir.as_deref(), &database.name),
            remote: Remote::new(
                ProxyClient::new(http),
                &database.name,
                database.url,
                proxies,
            ),
            private,
            network,
            records: Mutex::default(),
            ahead: Mutex::default(),
            lookups: Mutex::default(),
            tiles: Mutex::default(),
        }))
    }

    /// Returns the lines of go.sum for a module version; the version may end in `/go.mod`.
    ///
    /// The record was signed, is in the log, and the log is the one that was seen before. The answer is empty if the
    /// record has no line for exactly this path and version.
    pub async fn lookup(
        &self,
        path: &ModulePath,
        version: &str,
    ) -> Result<Vec<String>, SumDbError> {
        if let Some(lines) = self.lookup_cached(path, version)? {
            return Ok(lines);
        }
        let text = self.0.join_lookup(path.as_str(), version).await;
        text.map(|text| checker::lines(&text, path.as_str(), version))
            .map_err(|fault| error(path, version, fault))
    }

    /// Does as [`SumDbClient::lookup`] with what is on this machine: `None` if that is not enough.
    ///
    /// Nothing is awaited, so any number of threads can call this.
    pub fn lookup_cached(
        &self,
        path: &ModulePath,
        version: &str,
    ) -> Result<Option<Vec<String>>, SumDbError> {
        let text = self
            .0
            .cached_text(path.as_str(), version)
            .map_err(|fault| error(path, version, fault))?;
        Ok(text.map(|text| checker::lines(&text, path.as_str(), version)))
    }
}

impl SumDbClient {
    /// Writes what was proven, for later runs; dropping the last clone does so too.
    pub fn flush(&self) {
        self.0.cache.proofs.flush();
    }
}

impl Inner {
    pub(super) fn name(&self) -> &str {
        self.remote.name()
    }

    pub(super) fn checker(&self) -> Result<&Checker, SumDbFault> {
        self.checker.as_ref().map_err(|err| self.bad(err.clone()))
    }

    pub(super) fn start(&self, path: &str, version: &str) -> Result<Lookup, SumDbFault> {
        if path != TOOLCHAIN && self.private.no_sumdb(path) {
            return Err(SumDbFault::Private);
        }
        self.checker()?
            .lookup(path, version)
            .map_err(|err| self.bad(err))
    }

    /// Returns the text of a record as far as the cache can give it.
    fn cached_text(&self, path: &str, version: &str) -> Result<Option<Arc<str>>, SumDbFault> {
        let mut lookup = self.start(path, version)?;
        if let Some(text) = lock(&self.records).get(lookup.remote_path()) {
            return Ok(Some(Arc::clone(text)));
        }
        match self.go_on(&mut lookup)? {
            Ok(text) => Ok(Some(text)),
            Err(Missing::Record | Missing::Tiles(_)) => Ok(None),
        }
    }

    /// Starts a lookup, or joins one of the same record that is under way.
    async fn join_lookup(
        self: &Arc<Self>,
        path: &str,
        version: &str,
    ) -> Result<Arc<str>, SumDbFault> {
        let lookup = self.start(path, version)?;
        let key = lookup.remote_path().to_owned();
        let inner = Arc::clone(self);
        let flight = Flight::join(&self.lookups, key, || {
            async move { inner.fetch_text(lookup).await }.boxed()
        });
        flight.end().await
    }

    /// Takes a lookup to its end, whatever has to be fetched for it.
    pub(super) async fn fetch_text(
        self: Arc<Self>,
        mut lookup: Lookup,
    ) -> Result<Arc<str>, SumDbFault> {
        let checker = self.checker()?;
        loop {
            match self.go_on(&mut lookup)? {
                Ok(text) => return Ok(text),
                Err(Missing::Record) => {
                    let record = self
                        .fetch_record(&lookup)
                        .await
                        .map_err(|err| doing(err, &lookup, checker))?;
                    lookup
                        .supply_record(checker, &record, Origin::Remote)
                        .map_err(|err| self.bad(err))?;
                }
                Err(Missing::Tiles(tiles)) => self.fetch_tiles(&mut lookup, &tiles).await?,
            }
        }
    }

    /// Goes on with a lookup as far as the files of this machine allow.
    fn go_on(&self, lookup: &mut Lookup) -> Result<Result<Arc<str>, Missing>, SumDbFault> {
        let checker = self.checker()?;
        loop {
            let step = lookup.next(checker).map_err(|err| self.bad(err))?;
            for save in lookup.take_saves() {
                self.cache.save(&save);
            }
            let need = match step {
                Step::Done(text) => {
                    lock(&self.records).insert(lookup.remote_path().to_owned(), Arc::clone(&text));
                    return Ok(Ok(text));
                }
                Step::Need(need) => need,
            };
            let supplied = match need {
                Need::Latest => lookup.supply_latest(checker, Cache::latest(self.latest_file()?)?),
                Need::SaveLatest { known, new } => {
                    let saved = Cache::save_latest(self.latest_file()?, &known, &new)?;
                    lookup.latest_saved(checker, saved);
                    Ok(())
                }
                Need::Record(Source::Any) => {
                    let proof = self.cache.proofs.get(lookup.proof_name());
                    lookup.supply_proof(proof);
                    Ok(())
                }
                Need::Record(Source::Remote) => return Ok(Err(Missing::Record)),
                Need::Record(Source::CacheOrRemote) => match self
                    .cache
                    .read(lookup.remote_path().trim_start_matches('/'))
                {
                    Some(record) => lookup.supply_record(checker, &record, Origin::Cache),
                    None => return Ok(Err(Missing::Record)),
                },
                Need::Tiles(tiles) => {
                    let cached: Option<Vec<_>> = tiles
                        .iter()
                        .map(|tile| self.cache.read_tile(*tile))
                        .collect();
                    match cached {
                        Some(cached) => lookup.supply_tiles(checker, cached),
                        None => return Ok(Err(Missing::Tiles(tiles))),
                    }
                }
            };
            supplied.map_err(|err| self.bad(err))?;
        }
    }

    /// Supplies tiles from the cache or from outside, each fetched once for all who ask.
    async fn fetch_tiles(
        self: &Arc<Self>,
        lookup: &mut Lookup,
        tiles: &[Tile],
    ) -> Result<(), SumDbFault> {
        let checker = self.checker()?;
        // The flights last until the tiles are proven: who asks from then on finds them so.
        let flights: Vec<_> = tiles.iter().map(|tile| self.tile(*tile)).collect();
        let fetched = join_all(flights.iter().map(|flight| async move {
            match flight {
                Ok(Known::Cached(tile)) => Ok(tile.clone()),
                Ok(Known::Asked(flight)) => flight.end().await,
                Err(err) => Err(err.clone()),
            }
        }));
        let fetched: Result<Vec<_>, _> = fetched.await.into_iter().collect();
        let fetched = fetched.map_err(|err| doing(err, lookup, checker))?;
        lookup
            .supply_tiles(checker, fetched)
            .map_err(|err| self.bad(err))
    }

    /// Returns a tile from the cache, or asks for it.
    fn tile(self: &Arc<Self>, tile: Tile) -> Result<Known<'_>, SumDbFault> {
        if let Some(cached) = self.cache.read_tile(tile) {
            return Ok(Known::Cached(cached));
        }
        self.check_network(&tile.to_string())?;
        let inner = Arc::clone(self);
        let origin = Origin::Remote;
        let fetch = async move {
            let bytes = inner.remote.tile(tile).await?.into();
            Ok(TileBytes {
                tile,
                bytes,
                origin,
            })
        };
        Ok(Known::Asked(Flight::join(&self.tiles, tile, || {
            fetch.boxed()
        })))
    }

    async fn fetch_record(&self, lookup: &Lookup) -> Result<Vec<u8>, SumDbFault> {
        if let Some(record) = lock(&self.ahead).remove(lookup.remote_path()) {
            return record;
        }
        self.check_network(lookup.remote_path())?;
        self.remote.record(lookup.remote_path()).await
    }

    pub(super) fn check_network(&self, file: &str) -> Result<(), SumDbFault> {
        if self.network == Network::Online || self.remote.is_local() {
            return Ok(());
        }
        Err(SumDbFault::Offline {
            missing: self.cache.directory.join(file.trim_start_matches('/')),
        })
    }

    fn latest_file(&self) -> Result<&std::path::Path, SumDbFault> {
        self.cache.latest.as_deref().ok_or(SumDbFault::NoDirectory)
    }

    pub(super) fn bad(&self, fault: CheckError) -> SumDbFault {
        SumDbFault::Check {
            fault,
            cache: self.cache.directory.clone(),
        }
    }
}

/// A tile that is wanted.
enum Known<'a> {
    Cached(TileBytes),
    Asked(Flight<'a, Tile, TileBytes>),
}

/// A request under way, with others who wait for it perhaps.
struct Flight<'a, K: Eq + Hash, V: Clone> {
    flights: &'a Flights<K, V>,
    key: K,
    request: Request<V>,
}

impl<'a, K: Clone + Eq + Hash, V: Clone> Flight<'a, K, V> {
    /// Joins the request for `key` that is under way, or starts it.
    fn join(
        flights: &'a Flights<K, V>,
        key: K,
        start: impl FnOnce() -> BoxFuture<'static, Result<V, SumDbFault>>,
    ) -> Self {
        let request = lock(flights)
            .entry(key.clone())
            .or_insert_with(|| start().shared())
            .clone();
        Self {
            flights,
            key,
            request,
        }
    }
}

impl<K: Eq + Hash, V: Clone> Flight<'_, K, V> {
    async fn end(&self) -> Result<V, SumDbFault> {
        self.request.clone().await
    }
}

/// Whoever is done or gives up takes the request out, so that none stays; others who wait for it still hold it.
impl<K: Eq + Hash, V: Clone> Drop for Flight<'_, K, V> {
    fn drop(&mut self) {
        let mut flights = lock(self.flights);
        let is_this = |found: &Request<V>| found.ptr_eq(&self.request);
        let removed = if flights.get(&self.key).is_some_and(is_this) {
            flights.remove(&self.key)
        } else {
            None
        };
        // The request may hold the last handle of the client: it is dropped without the lock.
        drop(flights);
        drop(removed);
    }
}

/// Says in an error of the network what the bytes were for.
fn doing(fault: SumDbFault, lookup: &Lookup, checker: &Checker) -> SumDbFault {
    match fault {
        SumDbFault::Remote { wanted, fault, .. } => SumDbFault::Remote {
            wanted,
            doing: lookup.doing(checker),
            fault,
        },
        fault => fault,
    }
}

fn error(path: &ModulePath, version: &str, fault: SumDbFault) -> SumDbError {
    SumDbError {
        path: path.as_str().to_owned(),
        version: version.to_owned(),
        fault: Box::new(fault),
    }
}

/// Locks a map; whoever panicked with the lock left a whole map behind.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
