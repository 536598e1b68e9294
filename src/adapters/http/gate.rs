//! The first request to a host goes alone, so that those behind it find its HTTP/2 connection and share it.
//!
//! Without this a burst of requests opens a connection each, of which all but one are then of no use: 43 instead of one
//! were measured for 64 requests at once. Nobody waits long: a proxy may take its time for the first answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use url::{Origin, Url};

/// The longest time that a request waits for the first one: some round trips, not the work of a server.
const PATIENCE: Duration = Duration::from_millis(300);

/// One gate for each host that may speak HTTP/2.
#[derive(Default)]
pub(super) struct Gates(Mutex<HashMap<Origin, Arc<Semaphore>>>);

/// The right to go first; when it is dropped, the others go.
pub(super) struct Lead(Arc<Semaphore>);

impl Gates {
    /// Waits for the first request to the host of `url` to be answered, or gives the caller the lead.
    pub(super) async fn pass(&self, url: &Url) -> Option<Lead> {
        // HTTP/2 is agreed upon in TLS; over http there is one request for each connection anyway.
        if url.scheme() != "https" {
            return None;
        }
        let gate = {
            let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(gate) = gates.get(&url.origin()) else {
                let gate = Arc::new(Semaphore::new(0));
                gates.insert(url.origin(), Arc::clone(&gate));
                return Some(Lead(gate));
            };
            Arc::clone(gate)
        };
        // There are no permits: this ends when the gate is opened for good, or patience does.
        if !gate.is_closed() {
            tokio::time::timeout(PATIENCE, gate.acquire()).await.ok();
        }
        None
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn the_first_goes_alone_and_the_others_wait_a_little() {
        let gates = Gates::default();
        let url = Url::parse("https://example.com/a").unwrap();
        let passes = async |text| gates.pass(&Url::parse(text).unwrap()).await.is_none();
        let start = Instant::now();
        let lead = gates.pass(&url).await;
        assert!(lead.is_some());
        assert!(
            !passes("https://example.org/").await,
            "each host has a first one"
        );
        assert!(passes("http://example.com/").await);
        assert!(start.elapsed() < PATIENCE, "none of these waits");
        assert!(passes("https://example.com/b").await);
        assert!(PATIENCE <= start.elapsed(), "the lead is still out");
        let start = Instant::now();
        let (waited, ()) = tokio::join!(passes("https://example.com/c"), async { drop(lead) });
        assert!(waited && passes("https://example.com/d").await);
        assert!(start.elapsed() < PATIENCE, "the gate is open");
    }
}
