//! The part of version fixing that needs no lookup.

use super::parse::FixError;
use crate::domain::module::Version;
use crate::domain::module::path::{check_path_major, split_path_version};
use crate::domain::module::version::canonical_version;
use crate::domain::text::quote::Quoted;

/// What a version in the main module's go.mod turns out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// A canonical version that suits the path.
    Version(Version),
    /// A query such as `latest`, `v1`, `master` or a hash: to be resolved by looking at the module.
    Query(String),
}

/// Tells a canonical version from a query, as the go command does for each version of a main module's go.mod.
///
/// The first half of a [`Fixer`](super::parse::Fixer); the other half resolves the query.
pub fn check_written(path: &str, version: &str) -> Result<Written, FixError> {
    // Versions of gopkg.in modules in the oldest go.mod files have a prefix that counts no more.
    let version = if path.starts_with("gopkg.in/") {
        version
            .split_once("-gopkgin-")
            .map_or(version, |(_, rest)| rest)
    } else {
        version
    };
    let (_, major, ok) = split_path_version(path);
    if !ok {
        let (version, path) = (Quoted(version).to_string(), Quoted(path).to_string());
        return Err(FixError::Module(format!(
            "version {version} invalid: malformed module path {path}"
        )));
    }
    if version.is_empty() || canonical_version(version) != version {
        return Ok(Written::Query(version.to_owned()));
    }
    check_path_major(version, major).map_err(|err| FixError::Module(err.to_string()))?;
    Ok(Written::Version(Version::new(version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_versions_from_queries() {
        let version = |text| Ok(Written::Version(Version::new(text)));
        let query = |text: &str| Ok(Written::Query(text.to_owned()));
        assert_eq!(check_written("x.example/a", "v1.2.3"), version("v1.2.3"));
        assert_eq!(
            check_written("x.example/a", "v2.0.0+incompatible"),
            version("v2.0.0+incompatible")
        );
        assert_eq!(
            check_written("gopkg.in/a.v1", "v0.0.0-gopkgin-v1.2.3"),
            version("v1.2.3")
        );
        assert_eq!(check_written("x.example/a", "v1.2"), query("v1.2"));
        assert_eq!(check_written("x.example/a", ""), query(""));
        assert_eq!(
            check_written("x.example/a", "v1.2.3+meta"),
            query("v1.2.3+meta")
        );
        let wrong =
            FixError::Module("version \"v2.0.0\" invalid: should be v0 or v1, not v2".to_owned());
        assert_eq!(check_written("x.example/a", "v2.0.0"), Err(wrong));
        assert!(check_written("x.example/a/v1", "v1.0.0").is_err());
    }
}
