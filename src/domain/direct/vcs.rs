//! The kinds of version control that a repository can have, and what counts as a secure way to reach one.
//!
//! See <https://go.dev/ref/mod#vcs>.

/// A version-control system that the go command knows by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Vcs {
    /// Mercurial.
    Hg,
    /// Git: the only one that modsmith can read.
    Git,
    /// Subversion.
    Svn,
    /// Bazaar.
    Bzr,
    /// Fossil.
    Fossil,
}

/// How a module may be reached: `GOINSECURE` relaxes it for the paths it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Only over authenticated, encrypted connections.
    Secure,
    /// Plain connections and unverified certificates are allowed too.
    Insecure,
}

/// Every kind, in the order in which the go command tries them.
pub const ALL: [Vcs; 5] = [Vcs::Hg, Vcs::Git, Vcs::Svn, Vcs::Bzr, Vcs::Fossil];

impl Vcs {
    /// Returns the kind whose program is called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.into_iter().find(|vcs| vcs.name() == name)
    }

    /// Returns the name of its program, which is also its name in go-import tags and in `GOVCS`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hg => "hg",
            Self::Git => "git",
            Self::Svn => "svn",
            Self::Bzr => "bzr",
            Self::Fossil => "fossil",
        }
    }

    /// Returns the URL schemes to try, best first, where an import path such as
    /// `example.com/repo.git` does not say which one to use.
    ///
    /// `allow_protocol` is the value of git's own variable `GIT_ALLOW_PROTOCOL`; where it is set,
    /// it alone decides which schemes of git count as secure.
    pub fn schemes(self, security: Security, allow_protocol: Option<&str>) -> Vec<&'static str> {
        let all: &[&'static str] = match self {
            Self::Hg => &["https", "http", "ssh"],
            Self::Git => &["git", "https", "http", "git+ssh", "ssh"],
            Self::Svn => &["https", "http", "svn", "svn+ssh"],
            Self::Bzr => &["https", "http", "bzr", "bzr+ssh"],
            Self::Fossil => &["https", "http"],
        };
        all.iter()
            .copied()
            .filter(|scheme| {
                security == Security::Insecure || self.is_secure(scheme, allow_protocol)
            })
            .collect()
    }

    /// Reports whether `scheme` is secure for this kind.
    fn is_secure(self, scheme: &str, allow_protocol: Option<&str>) -> bool {
        if let (Self::Git, Some(allowed)) = (self, allow_protocol.filter(|list| !list.is_empty())) {
            return allowed.split(':').any(|item| item == scheme);
        }
        matches!(scheme, "https" | "git+ssh" | "bzr+ssh" | "svn+ssh" | "ssh")
    }
}

impl std::fmt::Display for Vcs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secure_schemes_of_git() {
        let check = |security, allowed: Option<&str>, expect: &[&str]| {
            assert_eq!(Vcs::Git.schemes(security, allowed), expect);
        };
        check(Security::Secure, None, &["https", "git+ssh", "ssh"]);
        check(Security::Secure, Some(""), &["https", "git+ssh", "ssh"]);
        check(Security::Secure, Some("http:ssh"), &["http", "ssh"]);
        check(
            Security::Insecure,
            None,
            &["git", "https", "http", "git+ssh", "ssh"],
        );
    }
}
