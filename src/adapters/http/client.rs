//! The HTTP client: limits on time, size, redirects and concurrency; which schemes are allowed where.
//!
//! Making a client costs nothing: roots, TLS and connections come with the first request.
//! How the go command goes about the same is described at <https://go.dev/ref/mod#module-proxy>.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use thiserror::Error;
use tokio::sync::Semaphore;
use url::Url;

use super::auth::{AuthError, AuthSettings, Authenticator};
use super::gate::Gates;
use super::proxy_env::{Proxies, ProxySettings};
use super::redacted::{self, RedactedUrl};
use super::retry::{self, Attempt, RetryPolicy};
use super::roots::{self, RootError, RootSettings};

/// How many redirects are followed, as in Go.
const MAX_REDIRECTS: usize = 10;
/// How much of the body of an answer other than 200 is read: enough for any message or go-import page.
const MAX_ERROR_BODY: u64 = 1 << 20;
/// The time that the go command allows hosts of GOINSECURE, which may well not answer https at all.
const INSECURE_TIMEOUT: Duration = Duration::from_secs(5);

/// Everything that a client is made from; nothing is read from the process.
#[derive(Clone, Debug, Default)]
pub struct HttpSettings {
    /// Trusted certificate authorities.
    pub roots: RootSettings,
    /// The proxy variables.
    pub proxies: ProxySettings,
    /// Where credentials come from.
    pub auth: AuthSettings,
    /// How often a failed request is repeated.
    pub retry: RetryPolicy,
    /// How long things may take.
    pub timeouts: Timeouts,
    /// How many requests are under way at once.
    pub concurrency: Concurrency,
    /// Whether the network may be touched.
    pub network: Network,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection to come about.
    pub connect: Duration,
    /// Between two pieces of an answer; a proxy that first fetches from a repository is silent for long.
    pub idle: Duration,
    /// For one attempt as a whole.
    pub total: Duration,
}

/// How many requests are under way at once.
#[derive(Clone, Copy, Debug)]
pub struct Concurrency(pub usize);

/// Whether the network may be touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// Requests are sent.
    #[default]
    Online,
    /// Every request is an error before anything is sent.
    Offline,
}

/// Which transports are good enough, as the go command tells them apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// Only https with a certificate that is verified.
    SecureOnly,
    /// https with a certificate that is verified, or http where the URL says so.
    #[default]
    Default,
    /// https with any certificate, or http: for what GOINSECURE names.
    Insecure,
}

/// A client for http and https; clones share connections, credentials and limits.
#[derive(Clone)]
pub struct HttpClient(Arc<Inner>);

struct Inner {
    settings: HttpSettings,
    auth: Authenticator,
    permits: Semaphore,
    gates: Gates,
    secure: OnceLock<Result<reqwest::Client, HttpError>>,
    insecure: OnceLock<Result<reqwest::Client, HttpError>>,
}

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status code.
    pub status: u16,
    /// The URL that was asked for, without secrets.
    pub requested: RedactedUrl,
    /// The URL that answered, after redirects.
    pub url: Url,
    /// The value of `Content-Type`.
    pub content_type: Option<String>,
    /// The body, decompressed; cut off at one megabyte unless the status is 200.
    pub body: Vec<u8>,
}

/// Where the body of a good answer goes, if not into memory.
#[derive(Clone, Copy)]
pub struct Sink<'a> {
    /// The file; what an attempt that failed has written to it is removed.
    pub file: &'a File,
    /// Told how many bytes have come so far.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// Why there is no answer.
#[derive(Clone, Debug, Error)]
pub enum HttpError {
    /// The certificate authorities could not be loaded.
    #[error(transparent)]
    Roots(#[from] RootError),
    /// GOAUTH is set to something that cannot be used.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The network may not be used.
    #[error("fetching {url}: network access is switched off")]
    Offline {
        /// What was asked for.
        url: RedactedUrl,
    },
    /// The text is no URL.
    #[error("invalid URL {url}: {source}")]
    InvalidUrl {
        /// The text, without secrets.
        url: String,
        /// What is wrong with it.
        source: url::ParseError,
    },
    /// The scheme is neither http nor https.
    #[error("unsupported scheme: {url}")]
    Scheme {
        /// What was asked for.
        url: RedactedUrl,
    },
    /// Plain http where only https is good enough.
    #[error("insecure URL: {url}")]
    Insecure {
        /// What was asked for.
        url: RedactedUrl,
    },
    /// Credentials in a plain http URL.
    #[error("refusing to pass credentials to insecure URL: {url}")]
    InsecureCredentials {
        /// What was asked for.
        url: RedactedUrl,
    },
    /// A redirect from https to http.
    #[error("redirected from secure URL {from} to insecure URL {to}")]
    InsecureRedirect {
        /// The URL that redirected.
        from: RedactedUrl,
        /// Where it pointed.
        to: RedactedUrl,
    },
    /// Redirects without end.
    #[error("fetching {url}: stopped after 10 redirects")]
    TooManyRedirects {
        /// What was asked for.
        url: RedactedUrl,
    },
    /// A redirect to something that is no http URL.
    #[error("fetching {url}: redirected to {location:?}, which is no http or https URL")]
    BadRedirect {
        /// The URL that redirected.
        url: RedactedUrl,
        /// Where it pointed, without secrets.
        location: String,
    },
    /// More bytes than such an answer may have.
    #[error("fetching {url}: the answer is larger than {limit} bytes")]
    TooLarge {
        /// What was asked for.
        url: RedactedUrl,
        /// The number of bytes allowed.
        limit: u64,
    },
    /// Nothing came for too long.
    #[error("fetching {url}: timed out")]
    TimedOut {
        /// What was asked for.
        url: RedactedUrl,
    },
    /// The answer could not be kept.
    #[error("fetching {url}: cannot write: {reason}")]
    Write {
        /// What was asked for.
        url: RedactedUrl,
        /// What the system said.
        reason: String,
    },
    /// No connection, or one that broke.
    #[error("fetching {url}: {reason}")]
    Failed {
        /// What was asked for.
        url: RedactedUrl,
        /// What the network said.
        reason: String,
    },
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            idle: Duration::from_mins(2),
            total: Duration::from_mins(15),
        }
    }
}

impl Default for Concurrency {
    fn default() -> Self {
        Self(64)
    }
}

impl HttpClient {
    /// Makes a client; nothing is read or connected before the first request.
    pub fn new(settings: &HttpSettings) -> Self {
        Self(Arc::new(Inner {
            auth: Authenticator::new(&settings.auth),
            permits: Semaphore::new(settings.concurrency.0.clamp(1, Semaphore::MAX_PERMITS)),
            gates: Gates::default(),
            secure: OnceLock::new(),
            insecure: OnceLock::new(),
            settings: settings.clone(),
        }))
    }

    /// Fetches an http or https URL: at most `max_bytes` of body, retried where that can help.
    ///
    /// An HTTP status, whichever it is, is an answer and not an error.
    pub async fn get(&self, url: &Url, max_bytes: u64) -> Result<Response, HttpError> {
        self.get_with(url, Security::Default, max_bytes).await
    }

    /// Fetches a URL with the transports that `security` allows.
    pub async fn get_with(
        &self,
        url: &Url,
        security: Security,
        max_bytes: u64,
    ) -> Result<Response, HttpError> {
        self.send(url, security, max_bytes, None).await
    }

    /// Fetches a URL into a file; the body of the response is that of an answer other than 200.
    pub async fn get_into(
        &self,
        url: &Url,
        max_bytes: u64,
        sink: Sink<'_>,
    ) -> Result<Response, HttpError> {
        self.send(url, Security::Default, max_bytes, Some(sink))
            .await
    }

    async fn send(
        &self,
        url: &Url,
        security: Security,
        max_bytes: u64,
        sink: Option<Sink<'_>>,
    ) -> Result<Response, HttpError> {
        self.check(url, security)?;
        let client = self.client(if url.scheme() == "https" {
            security
        } else {
            Security::Default
        })?;
        let request = Request {
            client,
            url,
            security,
            max_bytes,
            sink,
        };
        let permitted = async || {
            let _permit = self
                .0
                .permits
                .acquire()
                .await
                .expect("the semaphore is never closed");
            self.attempt(&request).await
        };
        // On the heap: the layers of the HTTP library would otherwise be part of every future above.
        Box::pin(self.0.settings.retry.run(permitted)).await
    }

    /// Fetches `host/path` over https, or over http where `security` allows that and https fails.
    pub async fn get_any_scheme(
        &self,
        host_and_path: &str,
        security: Security,
        max_bytes: u64,
    ) -> Result<Response, HttpError> {
        let secure = self
            .get_with(
                &parse(&format!("https://{host_and_path}"))?,
                security,
                max_bytes,
            )
            .await;
        match (secure, security) {
            (Err(_), Security::Insecure) => {
                self.get_with(
                    &parse(&format!("http://{host_and_path}"))?,
                    security,
                    max_bytes,
                )
                .await
            }
            (secure, _) => secure,
        }
    }

    /// Refuses what may not be asked at all.
    fn check(&self, url: &Url, security: Security) -> Result<(), HttpError> {
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        let url_text = || RedactedUrl::new(url);
        match url.scheme() {
            "http" if security == Security::SecureOnly => {
                return Err(HttpError::Insecure { url: url_text() });
            }
            "http" if has_credentials && security != Security::Insecure => {
                return Err(HttpError::InsecureCredentials { url: url_text() });
            }
            "http" | "https" => {}
            _ => return Err(HttpError::Scheme { url: url_text() }),
        }
        match self.0.settings.network {
            Network::Online => Ok(()),
            Network::Offline => Err(HttpError::Offline { url: url_text() }),
        }
    }

    fn client(&self, security: Security) -> Result<&reqwest::Client, HttpError> {
        let inner = &self.0;
        let made = match security {
            Security::SecureOnly | Security::Default => inner.secure.get_or_init(|| {
                build(&inner.settings, roots::secure(&inner.settings.roots)?, None)
            }),
            Security::Insecure => inner
                .insecure
                .get_or_init(|| build(&inner.settings, roots::insecure()?, Some(INSECURE_TIMEOUT))),
        };
        made.as_ref().map_err(Clone::clone)
    }

    /// Sends a request once: with the credentials at hand, then, if refused, with those that GOAUTH gives for this URL.
    async fn attempt(&self, request: &Request<'_>) -> Result<Response, Attempt> {
        let auth = &self.0.auth;
        let headers = auth
            .at_hand(request.url)
            .await
            .map_err(|error| Attempt::Final(error.into()))?;
        let lead = self.0.gates.pass(request.url).await;
        let mut answer = request.follow(headers.as_ref()).await?;
        drop(lead);
        let refused = (400..500).contains(&answer.status().as_u16()) && answer.status() != 429;
        if refused
            && let Some(fresh) = auth
                .after_refusal(request.url, headers.as_ref(), &answer)
                .await
        {
            answer = request.follow(Some(&fresh.headers)).await?;
            auth.judge(&fresh, answer.status().as_u16()).await;
        }
        request.finish(answer).await
    }
}

/// One request, as its attempts need it.
struct Request<'a> {
    client: &'a reqwest::Client,
    url: &'a Url,
    security: Security,
    max_bytes: u64,
    sink: Option<Sink<'a>>,
}

impl Request<'_> {
    /// Sends the request and follows redirects; `headers` go to the host of the URL and to no other.
    async fn follow(&self, headers: Option<&HeaderMap>) -> Result<reqwest::Response, Attempt> {
        let mut url = self.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let mut request = self.client.get(url.clone());
            if let Some(headers) = headers.filter(|_| url.origin() == self.url.origin()) {
                request = request.headers(headers.clone());
            }
            let answer = request.send().await.map_err(|error| self.broken(error))?;
            match self.redirect(&url, &answer).map_err(Attempt::Final)? {
                Some(next) => url = next,
                None => return Ok(answer),
            }
        }
        Err(Attempt::Final(HttpError::TooManyRedirects {
            url: self.url.into(),
        }))
    }

    /// Returns where an answer redirects to.
    fn redirect(&self, url: &Url, answer: &reqwest::Response) -> Result<Option<Url>, HttpError> {
        let location = answer.headers().get(LOCATION);
        let (301 | 302 | 303 | 307 | 308, Some(location)) = (answer.status().as_u16(), location)
        else {
            return Ok(None);
        };
        let location = String::from_utf8_lossy(location.as_bytes());
        let bad = || HttpError::BadRedirect {
            url: url.into(),
            location: redacted::text(&location),
        };
        let next = url.join(&location).map_err(|_error| bad())?;
        match (self.url.scheme(), next.scheme()) {
            ("https", "http") if self.security != Security::Insecure => {
                Err(HttpError::InsecureRedirect {
                    from: url.into(),
                    to: (&next).into(),
                })
            }
            (_, "http" | "https") => Ok(Some(next)),
            _ => Err(bad()),
        }
    }

    /// Reads the body, within its limit, and decides whether to ask again.
    async fn finish(&self, mut answer: reqwest::Response) -> Result<Response, Attempt> {
        let status = answer.status().as_u16();
        let is_ok = status == 200;
        let limit = if is_ok {
            self.max_bytes
        } else {
            self.max_bytes.min(MAX_ERROR_BODY)
        };
        let mut body = Vec::new();
        let mut length = 0;
        let sink = self.sink.filter(|_| is_ok);
        if let Some(sink) = sink {
            start(sink.file).map_err(|error| self.unwritten(&error))?;
        }
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.broken(error))? {
            length += chunk.len() as u64;
            if is_ok && limit < length {
                return Err(Attempt::Final(HttpError::TooLarge {
                    url: self.url.into(),
                    limit,
                }));
            }
            if let Some(Sink { mut file, progress }) = sink {
                file.write_all(&chunk)
                    .map_err(|error| self.unwritten(&error))?;
                progress(length);
                continue;
            }
            body.extend_from_slice(&chunk);
            if limit < length {
                body.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
                break;
            }
        }
        let header = |name| {
            answer
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let wait = header(RETRY_AFTER).and_then(retry::retry_after);
        let content_type = header(CONTENT_TYPE).map(str::to_owned);
        let url = answer.url().clone();
        let response = Response {
            status,
            requested: self.url.into(),
            url,
            content_type,
            body,
        };
        if retry::is_passing(status) {
            return Err(Attempt::Status(response, wait));
        }
        Ok(response)
    }

    fn unwritten(&self, error: &io::Error) -> Attempt {
        Attempt::Final(HttpError::Write {
            url: self.url.into(),
            reason: error.to_string(),
        })
    }

    /// Sorts what the transport reports into what may pass and what will not.
    fn broken(&self, error: reqwest::Error) -> Attempt {
        let url = RedactedUrl::new(self.url);
        let (is_connect, is_timeout) = (error.is_connect(), error.is_timeout());
        let final_cause = error.is_builder() || is_connect && !was_reset(&error);
        let error = if is_timeout {
            HttpError::TimedOut { url }
        } else {
            HttpError::Failed {
                url,
                reason: innermost(&error.without_url()),
            }
        };
        // A host that takes no connection within the time limit, or none at all, will not do so a moment later.
        if final_cause {
            Attempt::Final(error)
        } else {
            Attempt::Broken(error)
        }
    }
}

/// Empties a file.
fn start(mut file: &File) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0)).map(drop)
}

impl HttpError {
    /// Reports whether the network, and not what was asked for, is the reason.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::TimedOut { .. })
    }
}

fn build(
    settings: &HttpSettings,
    mut tls: rustls::ClientConfig,
    limit: Option<Duration>,
) -> Result<reqwest::Client, HttpError> {
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let Timeouts {
        connect,
        idle,
        total,
    } = settings.timeouts;
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(concat!("modsmith/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(connect)
        .read_timeout(idle)
        .timeout(limit.unwrap_or(total))
        .tcp_nodelay(true)
        .pool_max_idle_per_host(settings.concurrency.0)
        .no_proxy();
    let proxies = Proxies::new(&settings.proxies);
    if !proxies.is_empty() {
        builder = builder.proxy(reqwest::Proxy::custom(move |url| proxies.for_url(url)));
    }
    let setup = |error: reqwest::Error| RootError::Setup {
        reason: innermost(&error),
    };
    Ok(builder.build().map_err(setup)?)
}

fn parse(url: &str) -> Result<Url, HttpError> {
    Url::parse(url).map_err(|source| HttpError::InvalidUrl {
        url: redacted::text(url),
        source,
    })
}

/// Returns the last reason in a chain of errors, which is the one that tells something.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    redacted::text(&last.to_string())
}

/// Reports whether the other side closed the connection while it was being made.
fn was_reset(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            use std::io::ErrorKind::{
                BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof,
            };
            if matches!(
                error.kind(),
                BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof
            ) {
                return true;
            }
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_send<T: Send>(value: T) -> T {
        value
    }

    #[test]
    fn requests_can_move_between_threads() {
        let client = HttpClient::new(&HttpSettings::default());
        let url = Url::parse("https://example.com/").unwrap();
        drop(is_send(client.get(&url, 1)));
    }

    #[tokio::test]
    async fn refuses_before_anything_is_sent() {
        let offline = HttpSettings {
            network: Network::Offline,
            ..HttpSettings::default()
        };
        let client = HttpClient::new(&offline);
        let error = async |url: &str, security| {
            let url = Url::parse(url).unwrap();
            client
                .get_with(&url, security, 1)
                .await
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            error("https://example.com/x", Security::Default).await,
            "fetching https://example.com/x: network access is switched off"
        );
        assert_eq!(
            error("ftp://example.com/x", Security::Insecure).await,
            "unsupported scheme: ftp://example.com/x"
        );
        assert_eq!(
            error("http://example.com/x", Security::SecureOnly).await,
            "insecure URL: http://example.com/x"
        );
        assert_eq!(
            error("http://me:pw@example.com/x", Security::Default).await,
            "refusing to pass credentials to insecure URL: http://me:xxxxx@example.com/x"
        );
    }
}
