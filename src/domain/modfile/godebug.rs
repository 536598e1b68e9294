//! godebug settings: which keys Go knows, and what a value may be.
//!
//! See <https://go.dev/doc/godebug>.

use crate::domain::module::goversion;

/// The Go release whose settings are known here; a go.mod of a newer Go may have others.
const RELEASE: &str = "1.26";

/// Checks one setting of a go.mod whose `go` line is `go`; the error is in the words of the go command.
pub fn check(key: &str, value: &str, go: &str) -> Result<(), String> {
    for (what, text) in [("key", key), ("value", value)] {
        if text.contains([' ', '\t']) {
            return Err(format!("{what} contains space"));
        }
    }
    for (what, text) in [("key", key), ("value", value)] {
        if text.contains(',') {
            return Err(format!("{what} contains comma"));
        }
    }
    if key == "default" {
        let version = value
            .strip_prefix("go")
            .filter(|version| goversion::is_valid(version));
        return version
            .map(|_| ())
            .ok_or_else(|| "value for default= must be goVERSION".to_owned());
    }
    if let Some((_, minor)) = REMOVED.iter().find(|(name, _)| *name == key) {
        return Err(format!(
            "use of removed godebug {key:?}, see https://go.dev/doc/godebug#go-1{minor}"
        ));
    }
    // What a newer Go knows is not ours to refuse.
    let newer = goversion::compare(&goversion::lang(go), RELEASE).is_gt();
    if newer || KNOWN.binary_search(&key).is_ok() {
        Ok(())
    } else {
        Err(format!("unknown godebug {key:?}"))
    }
}

/// Settings that are gone, with the minor version of the release that dropped them.
const REMOVED: &[(&str, u32)] = &[("x509sha1", 24)];

/// Settings of the release, sorted.
const KNOWN: &[&str] = &[
    "allowmultiplevcs",
    "asynctimerchan",
    "containermaxprocs",
    "cryptocustomrand",
    "dataindependenttiming",
    "decoratemappings",
    "embedfollowsymlinks",
    "execerrdot",
    "fips140",
    "fips140ems",
    "gocachehash",
    "gocachetest",
    "gocacheverify",
    "gotestjsonbuildtext",
    "gotypesalias",
    "htmlmetacontenturlescape",
    "http2client",
    "http2debug",
    "http2server",
    "httpcookiemaxnum",
    "httplaxcontentlength",
    "httpmuxgo121",
    "httpservecontentkeepheaders",
    "installgoroot",
    "jstmpllitinterp",
    "multipartfiles",
    "multipartmaxheaders",
    "multipartmaxparts",
    "multipathtcp",
    "netdns",
    "netedns0",
    "panicnil",
    "randautoseed",
    "randseednop",
    "rsa1024min",
    "tarinsecurepath",
    "tls10server",
    "tls3des",
    "tlsmaxrsasize",
    "tlsmlkem",
    "tlsrsakex",
    "tlssecpmlkem",
    "tlssha1",
    "tlsunsafeekm",
    "updatemaxprocs",
    "urlmaxqueryparams",
    "urlstrictcolons",
    "winreadlinkvolume",
    "winsymlink",
    "x509keypairleaf",
    "x509negativeserial",
    "x509rsacrt",
    "x509sha256skid",
    "x509usefallbackroots",
    "x509usepolicies",
    "zipinsecurepath",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_keys_are_sorted() {
        assert!(KNOWN.is_sorted());
    }

    #[test]
    fn unknown_keys_are_errors_up_to_the_known_release() {
        assert_eq!(check("panicnil", "1", "1.21"), Ok(()));
        assert_eq!(
            check("nonsense", "1", "1.21"),
            Err("unknown godebug \"nonsense\"".to_owned())
        );
        assert_eq!(check("nonsense", "1", "1.99"), Ok(()));
    }
}
