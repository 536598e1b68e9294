//! Where a checksum database is reached, and reading from there.

use tokio::sync::OnceCell;

use crate::adapters::goproxy::{ProxyClient, ProxyFault, ProxyUrl};
use crate::domain::goenv::ProxyList;
use crate::domain::goenv::proxy_list::{Fallback, ProxyTarget};
use crate::domain::sumdb::tile::Tile;

use super::cache::MAX_TEXT;
use super::error::{SumDbFault, Wanted};

/// The way to a database.
pub(super) struct Remote {
    client: ProxyClient,
    name: String,
    /// The address of the settings, which is used past all proxies.
    address: Option<String>,
    proxies: ProxyList,
    /// Where the database was found to be; a proxy is asked once whether it serves the database.
    base: OnceCell<Result<ProxyUrl, SumDbFault>>,
}

impl Remote {
    pub(super) fn new(
        client: ProxyClient,
        name: &str,
        address: Option<String>,
        proxies: ProxyList,
    ) -> Self {
        Self {
            client,
            name: name.to_owned(),
            address,
            proxies,
            base: OnceCell::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Reports whether all that this would ask are directories of this machine.
    pub(super) fn is_local(&self) -> bool {
        let is_file = |url: &str| ProxyUrl::parse(url).is_ok_and(|url| url.is_file());
        if let Some(address) = &self.address {
            return is_file(address);
        }
        // A directory that has no such database hands on to the next, and in the end to the database itself.
        self.proxies
            .iter()
            .any(|entry| matches!(&entry.target, ProxyTarget::Url(url) if is_file(url.as_str())))
            && self.proxies.iter().all(|entry| match &entry.target {
                ProxyTarget::Url(url) => is_file(url.as_str()),
                ProxyTarget::NoProxy | ProxyTarget::Off => true,
                ProxyTarget::Direct => false,
            })
    }

    /// Fetches the record with this path, which begins with `/lookup/`.
    pub(super) async fn record(&self, path: &str) -> Result<Vec<u8>, SumDbFault> {
        let record = self.get(path.trim_start_matches('/'), MAX_TEXT).await;
        record.map_err(|fault| match fault {
            SumDbFault::Remote { doing, fault, .. } => SumDbFault::Remote {
                wanted: Wanted::Record,
                doing,
                fault,
            },
            other => other,
        })
    }

    /// Fetches the signed tree head that the database shows now.
    pub(super) async fn head(&self) -> Result<Vec<u8>, SumDbFault> {
        self.get("latest", MAX_TEXT).await
    }

    /// Fetches a tile, or the beginning of the complete tile in its place.
    pub(super) async fn tile(&self, tile: Tile) -> Result<Vec<u8>, SumDbFault> {
        let complete = Tile {
            width: 1 << tile.height,
            ..tile
        };
        let limit = complete.byte_len() as u64;
        match self.get(&tile.to_string(), limit).await {
            // Where a partial tile is gone, it should be because it has become complete.
            Err(err) if !tile.is_complete() => match self.get(&complete.to_string(), limit).await {
                Ok(bytes) if bytes.len() == complete.byte_len() => {
                    Ok(bytes[..tile.byte_len()].to_vec())
                }
                Ok(_) | Err(_) => Err(err),
            },
            result => result,
        }
    }

    async fn get(&self, relative: &str, limit: u64) -> Result<Vec<u8>, SumDbFault> {
        let base = self
            .base
            .get_or_init(|| self.find_base())
            .await
            .as_ref()
            .map_err(Clone::clone)?;
        self.client
            .get_below(base, relative, limit)
            .await
            .map_err(remote)
    }

    /// Finds the first proxy that serves the database, or else the database itself.
    async fn find_base(&self) -> Result<ProxyUrl, SumDbFault> {
        if let Some(address) = &self.address {
            return Ok(ProxyUrl::parse(address)?);
        }
        let direct = format!("https://{}", self.name);
        let mut worst = None;
        for entry in &self.proxies {
            let url = match &entry.target {
                ProxyTarget::NoProxy => continue,
                // The public database is no origin of a private module: `direct` means that it may be asked.
                ProxyTarget::Direct => return Ok(ProxyUrl::parse(&direct)?),
                ProxyTarget::Off => break,
                ProxyTarget::Url(url) => url,
            };
            match self.try_proxy(url.as_str()).await {
                Ok(base) => return Ok(base),
                Err(SumDbFault::Remote { fault, .. }) if fault.is_not_found() => {}
                Err(err) => {
                    worst = Some(err);
                    if entry.fallback == Fallback::NotFound {
                        break;
                    }
                }
            }
        }
        match worst {
            Some(err) => Err(err),
            None => Ok(ProxyUrl::parse(&direct)?),
        }
    }

    /// Asks a proxy whether it serves the database.
    async fn try_proxy(&self, url: &str) -> Result<ProxyUrl, SumDbFault> {
        let proxy = ProxyUrl::parse(url)?;
        let relative = format!("sumdb/{}", self.name);
        self.client
            .get_below(&proxy, &format!("{relative}/supported"), MAX_TEXT)
            .await
            .map_err(remote)?;
        Ok(proxy.join(&relative))
    }
}

fn remote(fault: ProxyFault) -> SumDbFault {
    SumDbFault::Remote {
        wanted: Wanted::Log,
        doing: String::new(),
        fault,
    }
}
