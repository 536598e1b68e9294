//! The only place that retries: back-off with jitter on server errors, time-outs and broken connections.
//!
//! The go command does not retry; a proxy that answers 503 while it restarts fails the whole build there.
//! Answers of the 4xx family are never repeated, with the one exception of 429, which asks for it.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};

use super::client::{HttpError, Response};

/// How many time-outs are forgiven: each has cost minutes already.
const MAX_SILENCES: usize = 1;

/// How often and how patiently a request is repeated.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// How many times a request is sent at most, the first time included.
    pub max_attempts: usize,
    /// The pause before the second attempt; it doubles each time, and a random part is added.
    pub min_delay: Duration,
    /// The longest pause of our own choice.
    pub max_delay: Duration,
    /// The longest pause that a server may ask for with `Retry-After`; a longer wish ends the attempts at once.
    pub max_retry_after: Duration,
}

/// How one attempt ended, if not well.
pub(super) enum Attempt {
    /// The server answered with a status that may pass, and perhaps said when to come back.
    Status(Response, Option<Duration>),
    /// The connection broke, or took too long.
    Broken(HttpError),
    /// Nothing that a repetition would change.
    Final(HttpError),
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            min_delay: Duration::from_millis(250),
            max_delay: Duration::from_secs(8),
            max_retry_after: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// Repeats `attempt` until it ends well, or for good, or too often; an HTTP status that remains is a response.
    pub(super) async fn run<F>(&self, attempt: impl FnMut() -> F) -> Result<Response, HttpError>
    where
        F: Future<Output = Result<Response, Attempt>>,
    {
        let backoff = ExponentialBuilder::default()
            .with_min_delay(self.min_delay)
            .with_max_delay(self.max_delay)
            .with_max_times(self.max_attempts.saturating_sub(1))
            .with_jitter();
        let mut silences = 0;
        let outcome = attempt
            .retry(backoff)
            .when(Attempt::may_pass)
            .adjust(|failed, planned| {
                silences +=
                    usize::from(matches!(failed, Attempt::Broken(error) if error.is_timeout()));
                if silences <= MAX_SILENCES {
                    self.pause(failed, planned?)
                } else {
                    None
                }
            })
            .await;
        match outcome {
            Ok(response) | Err(Attempt::Status(response, _)) => Ok(response),
            Err(Attempt::Broken(error) | Attempt::Final(error)) => Err(error),
        }
    }

    /// Returns how long to wait after `failed`; none ends the attempts.
    fn pause(&self, failed: &Attempt, planned: Duration) -> Option<Duration> {
        match failed {
            Attempt::Status(_, Some(wish)) if self.max_retry_after < *wish => None,
            Attempt::Status(_, Some(wish)) => Some(planned.max(*wish)),
            Attempt::Status(_, None) | Attempt::Broken(_) | Attempt::Final(_) => Some(planned),
        }
    }
}

impl Attempt {
    fn may_pass(&self) -> bool {
        !matches!(self, Self::Final(_))
    }
}

/// Reports whether an answer with this status may be another one a moment later.
pub(super) fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

/// Reads `Retry-After` in its seconds form.
///
/// The form with a date is left alone: it needs the server's clock to agree with ours.
pub(super) fn retry_after(value: &str) -> Option<Duration> {
    value.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_passing_troubles_are_repeated() {
        let repeated: Vec<u16> = (100..600).filter(|status| is_passing(*status)).collect();
        assert_eq!(repeated, [429, 500, 502, 503, 504]);
    }

    #[test]
    fn retry_after_counts_seconds() {
        assert_eq!(retry_after(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Fri, 31 Dec 1999 23:59:59 GMT"), None);
        assert_eq!(retry_after("-1"), None);
    }
}
