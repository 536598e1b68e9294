//! GOSUMDB: which checksum database is asked, and with which key.
//!
//! See <https://go.dev/ref/mod#checksum-database>.

use super::go_url::{self, UrlFault};
use super::public;
use super::redact;
use crate::domain::sumdb::note::{KeyError, Verifier};

/// The checksum database of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SumDb {
    /// None: `GOSUMDB=off`.
    Off,
    /// The one with this key.
    On(SumDbConfig),
}

/// A checksum database.
#[derive(Clone, PartialEq, Eq)]
pub struct SumDbConfig {
    /// Its name, `host[/path]`. Tree heads are signed with it, and it is the address in `https://`.
    pub name: String,
    /// The whole verifier key: name, hash and public key.
    pub key: String,
    /// Where it is reached instead, past all proxies; may hold a password.
    pub url: Option<String>,
}

/// Why GOSUMDB cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SumDbError {
    /// Empty or white space.
    #[error("missing GOSUMDB")]
    Missing,
    /// More than a key and a URL.
    #[error("invalid GOSUMDB: too many fields")]
    TooManyFields,
    /// The first word is neither a known name nor a verifier key, `name+hash+key`.
    #[error("invalid GOSUMDB: {0}")]
    Key(#[from] KeyError),
    /// The name in the key is not `host[/path]`.
    #[error("invalid sumdb name (must be host[/path]): {name}")]
    Name {
        /// The name.
        name: String,
    },
    /// The second word is not a URL.
    #[error("invalid GOSUMDB URL: {fault}")]
    Url {
        /// The reason.
        fault: UrlFault,
    },
}

impl SumDb {
    /// Reads the value of GOSUMDB.
    pub fn parse(gosumdb: &str) -> Result<Self, SumDbError> {
        let alias = public::sumdb_alias(gosumdb);
        let setting = alias.as_deref().unwrap_or(gosumdb);
        if setting == "off" {
            return Ok(Self::Off);
        }
        let mut fields = setting.split_whitespace();
        let first = fields.next().ok_or(SumDbError::Missing)?;
        let second = fields.next();
        if fields.next().is_some() {
            return Err(SumDbError::TooManyFields);
        }
        let key = public::known_key(first).unwrap_or_else(|| first.to_owned());
        let name = name_of(&key)?;
        if let Some(url) = second {
            go_url::parse(url).map_err(|(fault, _)| SumDbError::Url {
                fault: fault.redacted(),
            })?;
        }
        Ok(Self::On(SumDbConfig {
            name,
            key,
            url: second.map(str::to_owned),
        }))
    }
}

impl std::fmt::Debug for SumDbConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let url = self.url.as_deref().map(redact::url);
        f.debug_struct("SumDbConfig")
            .field("name", &self.name)
            .field("key", &self.key)
            .field("url", &url)
            .finish()
    }
}

/// Returns the name in a verifier key.
fn name_of(key: &str) -> Result<String, SumDbError> {
    let verifier = Verifier::parse(key)?;
    let name = verifier.name();
    // The name becomes an address, so nothing but a host and a path may hide in it.
    let address = format!("https://{name}");
    let is_address = go_url::parse(&address).is_ok_and(|parts| {
        let host = parts.authority.unwrap_or_default();
        !host.is_empty()
            && !host.contains('@')
            && !parts.path.contains('%')
            && parts.query.is_none()
            && parts.fragment.is_empty()
    });
    if !is_address || name.ends_with('/') || name.contains('#') {
        return Err(SumDbError::Name {
            name: name.to_owned(),
        });
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    /// Returns a verifier key with this name; its point is the one of the public database.
    fn key(name: &str) -> String {
        let known = public::known_key(&public::sumdb_name()).unwrap();
        let data = known.splitn(3, '+').nth(2).unwrap();
        let bytes = data_encoding::BASE64.decode(data.as_bytes()).unwrap();
        let hash = Sha256::new()
            .chain_update(name)
            .chain_update("\n")
            .chain_update(bytes)
            .finalize();
        format!(
            "{name}+{}+{data}",
            data_encoding::HEXLOWER.encode(&hash[..4])
        )
    }

    fn on(gosumdb: &str) -> (String, Option<String>) {
        match SumDb::parse(gosumdb).unwrap() {
            SumDb::On(config) => (config.name, config.url),
            SumDb::Off => panic!("off"),
        }
    }

    #[track_caller]
    fn refuses(gosumdb: &str, expect: &str) {
        assert_eq!(SumDb::parse(gosumdb).unwrap_err().to_string(), expect);
    }

    #[test]
    fn reads_names_keys_and_urls() {
        let public = public::sumdb_name();
        assert_eq!(SumDb::parse("off"), Ok(SumDb::Off));
        assert_eq!(on(&public), (public.clone(), None));
        assert_eq!(
            on(&format!("  {public}\thttps://db.example.com/x "))
                .1
                .unwrap(),
            "https://db.example.com/x"
        );
        assert_eq!(
            on(&key("db.example.com/x")),
            ("db.example.com/x".to_owned(), None)
        );
        let alias = public.replace("org", "google.cn");
        assert_eq!(on(&alias), (public, Some(format!("https://{alias}"))));
    }

    #[test]
    fn refuses_what_go_refuses() {
        refuses("", "missing GOSUMDB");
        refuses(" ", "missing GOSUMDB");
        refuses("a b c", "invalid GOSUMDB: too many fields");
        refuses("db.example.com", "invalid GOSUMDB: malformed verifier id");
        refuses("OFF", "invalid GOSUMDB: malformed verifier id");
        refuses(
            "db.example.com+xyz+AA",
            "invalid GOSUMDB: malformed verifier id",
        );
        refuses(&key("u@h"), "invalid sumdb name (must be host[/path]): u@h");
        refuses(&key("h/"), "invalid sumdb name (must be host[/path]): h/");
        refuses(
            &format!("{} https://a:b", key("h")),
            "invalid GOSUMDB URL: invalid port after host",
        );
    }
}
