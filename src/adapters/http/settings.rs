//! What the environment says of HTTP: proxy variables, certificate roots, GOAUTH and netrc.

use std::ffi::OsString;
use std::path::PathBuf;

use super::auth::AuthSettings;
use super::client::HttpSettings;
use super::proxy_env::ProxySettings;
use super::roots::RootSettings;
use crate::adapters::env;
use crate::adapters::exec::Environment;
use crate::domain::goenv::GoEnv;
use crate::domain::goenv::inputs::Inputs;

/// Takes the settings of the client from the environment; flags and limits are for the caller to add.
///
/// Nothing is read from disk or checked: a netrc file or certificates are read by the request that needs them.
pub fn from_env(inputs: &Inputs, go_env: &GoEnv) -> HttpSettings {
    HttpSettings {
        roots: RootSettings {
            ca_file: None,
            cert_file: inputs.var("SSL_CERT_FILE").map(PathBuf::from),
            cert_dirs: inputs.var("SSL_CERT_DIR").map(OsString::from),
        },
        proxies: proxies(inputs),
        auth: AuthSettings {
            methods: go_env.goauth(),
            netrc: env::netrc_path(inputs),
            environment: environment(inputs),
        },
        ..HttpSettings::default()
    }
}

/// Returns the variables of the process as other programs are to see them.
pub fn environment(inputs: &Inputs) -> Environment {
    let variables = inputs.env.iter();
    Environment::new(variables.map(|(name, value)| (name.into(), value.into())))
}

fn proxies(inputs: &Inputs) -> ProxySettings {
    let either = |upper: &str, lower: &str| {
        inputs
            .var(upper)
            .or_else(|| inputs.var(lower))
            .map(str::to_owned)
    };
    // In a CGI program a request header `Proxy` arrives as HTTP_PROXY: not to be believed.
    let in_cgi = inputs.var("REQUEST_METHOD").is_some();
    ProxySettings {
        http: either("HTTP_PROXY", "http_proxy").filter(|_| !in_cgi),
        https: either("HTTPS_PROXY", "https_proxy"),
        all: either("ALL_PROXY", "all_proxy"),
        no_proxy: either("NO_PROXY", "no_proxy"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_case_names_win_and_empty_values_do_not_count() {
        let inputs = |variables: &[(&str, &str)]| Inputs {
            env: variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..Inputs::default()
        };
        let both = proxies(&inputs(&[
            ("http_proxy", "low"),
            ("HTTP_PROXY", "high"),
            ("no_proxy", "x"),
            ("HTTPS_PROXY", ""),
        ]));
        assert_eq!(both.http.as_deref(), Some("high"));
        assert_eq!(both.no_proxy.as_deref(), Some("x"));
        assert_eq!(both.https, None);
        let cgi = proxies(&inputs(&[
            ("HTTP_PROXY", "high"),
            ("REQUEST_METHOD", "GET"),
        ]));
        assert_eq!(cgi.http, None);
    }
}
