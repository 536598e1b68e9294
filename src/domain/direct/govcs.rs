//! `GOVCS`: which version-control programs may be used for which modules.
//!
//! See <https://go.dev/ref/mod#vcs-govcs>.

use super::vcs::Vcs;
use crate::domain::module::pattern;
use crate::domain::text::quote::Quoted;

/// The rules of a `GOVCS` setting, with the default rules behind them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoVcs {
    rules: Vec<Rule>,
}

/// A `GOVCS` setting that does not follow its syntax.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GoVcsError {
    /// Nothing stands between two commas.
    #[error("empty entry in GOVCS")]
    EmptyEntry,
    /// An entry has no colon.
    #[error("malformed entry in GOVCS (missing colon): {}", Quoted(entry))]
    MissingColon {
        /// The entry.
        entry: String,
    },
    /// Nothing stands before the colon.
    #[error("empty pattern in GOVCS: {}", Quoted(entry))]
    EmptyPattern {
        /// The entry.
        entry: String,
    },
    /// Nothing stands after the colon.
    #[error("empty VCS list in GOVCS: {}", Quoted(entry))]
    EmptyList {
        /// The entry.
        entry: String,
    },
    /// A pattern is a relative path.
    #[error("relative pattern not allowed in GOVCS: {}", Quoted(pattern))]
    Relative {
        /// The pattern.
        pattern: String,
    },
    /// A pattern has a rule already.
    #[error(
        "unreachable pattern in GOVCS: {} after {}",
        Quoted(entry),
        Quoted(earlier)
    )]
    Unreachable {
        /// The entry.
        entry: String,
        /// The entry before it that has the same pattern.
        earlier: String,
    },
    /// Nothing stands between two bars.
    #[error("empty VCS name in GOVCS: {}", Quoted(entry))]
    EmptyName {
        /// The entry.
        entry: String,
    },
}

/// A module that may not be reached with its repository's kind of version control.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("GOVCS disallows using {vcs} for {} {root}; see 'go help vcs'", if *private { "private" } else { "public" })]
pub struct Disallowed {
    /// The kind.
    pub vcs: Vcs,
    /// The root of the repository, as an import path.
    pub root: String,
    /// Whether `GOPRIVATE` names the root.
    pub private: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    pattern: String,
    allowed: Vec<String>,
}

impl GoVcs {
    /// Reads a `GOVCS` setting.
    pub fn parse(setting: &str) -> Result<Self, GoVcsError> {
        let mut rules: Vec<Rule> = Vec::new();
        let mut entries: Vec<&str> = Vec::new();
        let setting = setting.trim();
        if setting.is_empty() {
            return Ok(Self::default());
        }
        for entry in setting.split(',').map(str::trim) {
            let rule = parse_entry(entry)?;
            if let Some(at) = rules
                .iter()
                .position(|earlier| earlier.pattern == rule.pattern)
            {
                let (entry, earlier) = (entry.to_owned(), entries[at].to_owned());
                return Err(GoVcsError::Unreachable { entry, earlier });
            }
            rules.push(rule);
            entries.push(entry);
        }
        Ok(Self { rules })
    }

    /// Checks that `vcs` may be used for the repository at `root`.
    pub fn check(&self, root: &str, private: bool, vcs: Vcs) -> Result<(), Disallowed> {
        let rule = self.rules.iter().find(|rule| match rule.pattern.as_str() {
            "private" => private,
            "public" => !private,
            globs => pattern::match_prefix_patterns(globs, root),
        });
        let allowed = match rule {
            Some(rule) => rule
                .allowed
                .iter()
                .any(|name| name == vcs.name() || name == "all"),
            // Without a rule of the user's: anything for private modules, for others only the
            // programs that are known to stand up to hostile servers.
            None => private || matches!(vcs, Vcs::Git | Vcs::Hg),
        };
        if allowed {
            return Ok(());
        }
        Err(Disallowed {
            vcs,
            root: root.to_owned(),
            private,
        })
    }
}

fn parse_entry(entry: &str) -> Result<Rule, GoVcsError> {
    let text = entry.to_owned();
    if entry.is_empty() {
        return Err(GoVcsError::EmptyEntry);
    }
    let Some((pattern, list)) = entry.split_once(':') else {
        return Err(GoVcsError::MissingColon { entry: text });
    };
    let (pattern, list) = (pattern.trim().to_owned(), list.trim());
    if pattern.is_empty() {
        return Err(GoVcsError::EmptyPattern { entry: text });
    }
    if list.is_empty() {
        return Err(GoVcsError::EmptyList { entry: text });
    }
    if matches!(pattern.as_str(), "." | "..")
        || pattern.starts_with("./")
        || pattern.starts_with("../")
    {
        return Err(GoVcsError::Relative { pattern });
    }
    let allowed: Vec<String> = list.split('|').map(|name| name.trim().to_owned()).collect();
    if allowed.iter().any(String::is_empty) {
        return Err(GoVcsError::EmptyName { entry: text });
    }
    Ok(Rule { pattern, allowed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn error(setting: &str, expect: &str) {
        assert_eq!(GoVcs::parse(setting).unwrap_err().to_string(), expect);
    }

    #[test]
    fn mistakes() {
        error("public:git,,x:y", "empty entry in GOVCS");
        error(
            "public",
            "malformed entry in GOVCS (missing colon): \"public\"",
        );
        error(":git", "empty pattern in GOVCS: \":git\"");
        error("public:", "empty VCS list in GOVCS: \"public:\"");
        error("./x:git", "relative pattern not allowed in GOVCS: \"./x\"");
        error(
            "a.b:git, a.b : hg",
            "unreachable pattern in GOVCS: \"a.b : hg\" after \"a.b:git\"",
        );
        error(
            "public:git||hg",
            "empty VCS name in GOVCS: \"public:git||hg\"",
        );
    }

    #[track_caller]
    fn allowed(setting: &str, private: bool, vcs: Vcs, expect: bool) {
        let rules = GoVcs::parse(setting).unwrap();
        assert_eq!(
            rules.check("example.com/a", private, vcs).is_ok(),
            expect,
            "{setting} {vcs}"
        );
    }

    #[test]
    fn rules() {
        allowed("", false, Vcs::Git, true);
        allowed("", false, Vcs::Hg, true);
        allowed("", false, Vcs::Svn, false);
        allowed("", true, Vcs::Svn, true);
        allowed("public:off", false, Vcs::Git, false);
        allowed("public:off", true, Vcs::Git, true);
        allowed(" public : hg | all ", false, Vcs::Bzr, true);
        allowed("private:hg", true, Vcs::Git, false);
        allowed("private:hg", false, Vcs::Git, true);
        let text = GoVcs::parse("*:off")
            .unwrap()
            .check("a", true, Vcs::Git)
            .unwrap_err()
            .to_string();
        assert_eq!(
            text,
            "GOVCS disallows using git for private a; see 'go help vcs'"
        );
    }

    #[test]
    fn patterns() {
        allowed("example.com:svn,*:off", false, Vcs::Svn, true);
        allowed("example.com:svn,*:off", false, Vcs::Git, false);
        allowed("*.org:svn", false, Vcs::Git, true);
        allowed("*.com/a:off", false, Vcs::Git, false);
    }
}
