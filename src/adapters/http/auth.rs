//! Credentials for a URL: GOAUTH with netrc, git and commands.

use reqwest::header::HeaderMap;
use thiserror::Error;
use url::Url;

/// Where credentials come from.
#[derive(Clone, Debug, Default)]
pub struct AuthSettings {}

/// Why GOAUTH cannot be used.
#[derive(Clone, Debug, Error)]
pub enum AuthError {}

/// Credentials, gathered when first needed.
pub(super) struct Authenticator {}

impl Authenticator {
    pub(super) fn new(_settings: &AuthSettings) -> Self {
        Self {}
    }

    /// Returns the credentials for `url` that need no refusal to ask for.
    #[expect(clippy::unused_async, reason = "commands are awaited here soon")]
    pub(super) async fn at_hand(&self, _url: &Url) -> Result<Option<HeaderMap>, AuthError> {
        Ok(None)
    }

    /// Returns other credentials for `url` after `answer` refused it.
    #[expect(clippy::unused_async, reason = "commands are awaited here soon")]
    pub(super) async fn after_refusal(
        &self,
        _url: &Url,
        _tried: Option<&HeaderMap>,
        _answer: &reqwest::Response,
    ) -> Option<HeaderMap> {
        None
    }
}
