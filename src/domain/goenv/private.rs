//! Which modules are private: GOPRIVATE, GONOPROXY, GONOSUMDB, GOINSECURE.
//!
//! See <https://go.dev/ref/mod#private-modules>.

use crate::domain::module::pattern::match_prefix_patterns;

/// The lists of patterns that keep module paths from public services.
///
/// GOPRIVATE does not appear: it is the default of the other two lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Private {
    no_proxy: String,
    no_sumdb: String,
    insecure: String,
}

impl Private {
    /// Takes the values of GONOPROXY, GONOSUMDB and GOINSECURE.
    pub fn new(no_proxy: &str, no_sumdb: &str, insecure: &str) -> Self {
        Self {
            no_proxy: no_proxy.to_owned(),
            no_sumdb: no_sumdb.to_owned(),
            insecure: insecure.to_owned(),
        }
    }

    /// Reports whether the module is fetched from its origin only: GONOPROXY.
    pub fn no_proxy(&self, path: &str) -> bool {
        match_prefix_patterns(&self.no_proxy, path)
    }

    /// Reports whether the module is not looked up in the checksum database: GONOSUMDB.
    pub fn no_sumdb(&self, path: &str) -> bool {
        match_prefix_patterns(&self.no_sumdb, path)
    }

    /// Reports whether plain HTTP and unverified certificates are allowed for the module: GOINSECURE.
    ///
    /// Only direct fetches ask this, and it does not switch the checksum database off.
    pub fn insecure(&self, path: &str) -> bool {
        match_prefix_patterns(&self.insecure, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_each_list() {
        let private = Private::new("corp.example.com,*.dev.example.com", "none", "");
        assert!(private.no_proxy("corp.example.com/a/b") && private.no_proxy("x.dev.example.com"));
        assert!(!private.no_proxy("example.com/corp.example.com"));
        assert!(!private.no_sumdb("corp.example.com/a") && !private.insecure("corp.example.com/a"));
    }
}
