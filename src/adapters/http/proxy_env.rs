//! Which HTTP proxy a request goes through: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, with the rules of Go's `net/http`.
//!
//! `ALL_PROXY`, which Go does not know, counts where the variable of the scheme is not set.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use super::redacted::RedactedUrl;

/// The values of the proxy variables; of each pair, the upper-case name wins, as in Go.
#[derive(Clone, Default)]
pub struct ProxySettings {
    /// `HTTP_PROXY` or `http_proxy`.
    pub http: Option<String>,
    /// `HTTPS_PROXY` or `https_proxy`.
    pub https: Option<String>,
    /// `ALL_PROXY` or `all_proxy`.
    pub all: Option<String>,
    /// `NO_PROXY` or `no_proxy`.
    pub no_proxy: Option<String>,
}

/// The proxy variables, read.
pub(super) struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    direct: Vec<Exception>,
}

/// One entry of `NO_PROXY`.
#[derive(Debug, PartialEq, Eq)]
enum Exception {
    /// `*`: nothing goes through a proxy.
    Everything,
    /// An address, or the network of a prefix length.
    Network {
        network: IpAddr,
        bits: u32,
        port: Option<u16>,
    },
    /// A name and what lies below it; `.name` and `*.name` mean only what lies below.
    Domain {
        suffix: String,
        itself: bool,
        port: Option<u16>,
    },
}

/// The values without their credentials.
impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clean = |url: &Option<String>| {
            url.as_deref()
                .and_then(proxy_url)
                .map(|url| RedactedUrl::new(&url))
        };
        f.debug_struct("ProxySettings")
            .field("http", &clean(&self.http))
            .field("https", &clean(&self.https))
            .field("all", &clean(&self.all))
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

impl Proxies {
    /// Reads the variables; a proxy that is no URL counts as not set, as in Go.
    pub(super) fn new(settings: &ProxySettings) -> Self {
        let all = settings.all.as_deref();
        let pick = |own: &Option<String>| {
            own.as_deref()
                .filter(|text| !text.is_empty())
                .or(all)
                .and_then(proxy_url)
        };
        let list = settings.no_proxy.as_deref().unwrap_or_default();
        Self {
            http: pick(&settings.http),
            https: pick(&settings.https),
            direct: list.split(',').filter_map(Exception::parse).collect(),
        }
    }

    /// Reports whether no request goes through a proxy.
    pub(super) fn is_empty(&self) -> bool {
        self.http.is_none() && self.https.is_none()
    }

    /// Returns the proxy that a request for `url` goes through.
    pub(super) fn for_url(&self, url: &Url) -> Option<Url> {
        let proxy = match url.scheme() {
            "http" => self.http.as_ref(),
            "https" => self.https.as_ref(),
            _ => None,
        }?;
        let (host, port) = (url.host()?, url.port_or_known_default());
        if is_local(&host)
            || self
                .direct
                .iter()
                .any(|exception| exception.covers(&host, port))
        {
            return None;
        }
        Some(proxy.clone())
    }
}

impl Exception {
    fn parse(entry: &str) -> Option<Self> {
        let entry = entry.trim().to_ascii_lowercase();
        if entry.is_empty() {
            return None;
        }
        if entry == "*" {
            return Some(Self::Everything);
        }
        if let Some((address, bits)) = entry.split_once('/') {
            return network(address, bits.parse().ok()?);
        }
        if let Some(address) = address(&entry) {
            return Some(Self::Network {
                network: address,
                bits: width(address),
                port: None,
            });
        }
        let (name, port) = match entry.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse().ok()?)),
            None => (entry.as_str(), None),
        };
        if let Some(address) = address(name) {
            return Some(Self::Network {
                network: address,
                bits: width(address),
                port,
            });
        }
        let below = name.strip_prefix("*.").or_else(|| name.strip_prefix('.'));
        let bare = below.unwrap_or(name);
        if bare.is_empty() {
            return None;
        }
        Some(Self::Domain {
            suffix: format!(".{bare}"),
            itself: below.is_none(),
            port,
        })
    }

    fn covers(&self, host: &Host<&str>, port: Option<u16>) -> bool {
        match self {
            Self::Everything => true,
            Self::Network {
                network,
                bits,
                port: only,
            } => {
                let Some(address) = host_address(host) else {
                    return false;
                };
                only.is_none_or(|only| port == Some(only))
                    && prefix(address, *bits) == prefix(*network, *bits)
            }
            Self::Domain {
                suffix,
                itself,
                port: only,
            } => {
                let Host::Domain(name) = host else {
                    return false;
                };
                let name = name.trim_end_matches('.').to_ascii_lowercase();
                let matches = name.ends_with(suffix.as_str()) || *itself && name == suffix[1..];
                matches && only.is_none_or(|only| port == Some(only))
            }
        }
    }
}

/// Requests to this machine never go through a proxy.
fn is_local(host: &Host<&str>) -> bool {
    match host_address(host) {
        Some(address) => address.is_loopback(),
        None => matches!(host, Host::Domain("localhost")),
    }
}

fn host_address(host: &Host<&str>) -> Option<IpAddr> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(IpAddr::V4(*address)),
        Host::Ipv6(address) => Some(IpAddr::V6(*address).to_canonical()),
    }
}

/// Reads `host:port` and full URLs; without a scheme it is an HTTP proxy.
fn proxy_url(text: &str) -> Option<Url> {
    let known = ["http://", "https://", "socks5://", "socks5h://"];
    if known.iter().any(|scheme| text.starts_with(scheme)) {
        return Url::parse(text).ok();
    }
    Url::parse(&format!("http://{text}")).ok()
}

fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    bare.parse::<IpAddr>()
        .ok()
        .map(|address| address.to_canonical())
}

fn network(text: &str, bits: u32) -> Option<Exception> {
    let network = address(text)?;
    (bits <= width(network)).then_some(Exception::Network {
        network,
        bits,
        port: None,
    })
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// Returns the first `bits` bits of an address, and which family it is of.
fn prefix(address: IpAddr, bits: u32) -> (bool, u128) {
    let (is_v4, value, width) = match address {
        IpAddr::V4(address) => (true, u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (false, u128::from(address), 128),
    };
    (
        is_v4,
        value.checked_shr(width - bits.min(width)).unwrap_or(0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(no_proxy: &str) -> Proxies {
        Proxies::new(&ProxySettings {
            http: Some("http-proxy.example.com:3128".into()),
            https: Some("https://me:pw@https-proxy.example.com".into()),
            all: None,
            no_proxy: Some(no_proxy.into()),
        })
    }

    #[track_caller]
    fn check(no_proxy: &str, url: &str, through_proxy: bool) {
        let url = Url::parse(url).unwrap();
        assert_eq!(
            proxies(no_proxy).for_url(&url).is_some(),
            through_proxy,
            "{no_proxy} {url}"
        );
    }

    #[test]
    fn scheme_decides() {
        let proxies = proxies("");
        let proxy = |url: &str| proxies.for_url(&Url::parse(url).unwrap()).map(String::from);
        assert_eq!(
            proxy("http://a.example.com/"),
            Some("http://http-proxy.example.com:3128/".into())
        );
        assert_eq!(
            proxy("https://a.example.com/"),
            Some("https://me:pw@https-proxy.example.com/".into())
        );
    }

    #[test]
    fn settings_print_without_credentials() {
        let settings = ProxySettings {
            http: Some("me:hunter2@example.com".into()),
            ..ProxySettings::default()
        };
        let printed = format!("{settings:?}");
        assert!(
            printed.contains("http://me:xxxxx@example.com/"),
            "{printed}"
        );
        assert!(!printed.contains("hunter2"));
    }

    #[test]
    fn all_proxy_fills_gaps() {
        let settings = ProxySettings {
            all: Some("socks5://s.example.com".into()),
            ..ProxySettings::default()
        };
        let url = Url::parse("https://a.example.com/").unwrap();
        assert_eq!(
            Proxies::new(&settings)
                .for_url(&url)
                .map(|url| url.scheme().to_owned()),
            Some("socks5".into())
        );
        assert!(Proxies::new(&ProxySettings::default()).is_empty());
    }

    #[test]
    fn this_machine_is_never_proxied() {
        for url in [
            "http://localhost:80/",
            "http://127.0.0.1/",
            "http://127.8.8.8/",
            "http://[::1]/",
        ] {
            check("", url, false);
        }
        check("", "http://192.168.0.1/", true);
    }

    #[test]
    fn names_with_and_without_dot() {
        check("example.com", "http://example.com/", false);
        check("example.com", "http://a.example.com/", false);
        check("example.com", "http://anexample.com/", true);
        check(".example.com", "http://example.com/", true);
        check("*.example.com", "http://a.EXAMPLE.com/", false);
        check(
            "other.org, example.com:8080",
            "http://example.com:8080/",
            false,
        );
        check("example.com:8080", "http://example.com/", true);
        check("*", "http://example.com/", false);
    }

    #[test]
    fn addresses_and_networks() {
        check("10.0.0.0/8", "http://10.200.1.1/", false);
        check("10.0.0.0/8", "http://11.0.0.1/", true);
        check("10.0.0.1", "http://10.0.0.1:81/", false);
        check("10.0.0.1:80", "http://10.0.0.1:81/", true);
        check("2001:db8::/32", "http://[2001:db8::7]/", false);
        check("0.0.0.0/0", "http://[2001:db8::7]/", true);
        check("10.0.0.0/99, , :", "http://10.0.0.1/", true);
    }
}
