//! Arguments of `get`: a path or pattern, and the version that is wanted of it.
//!
//! See <https://go.dev/ref/mod#go-get>.

use std::collections::HashSet;
use std::path::Path;

use super::Upgrade;
use super::fault::Fault;
use crate::domain::module::{ModuleVersion, goversion};
use crate::domain::packages::import::{in_module, is_local, is_meta};
use crate::domain::packages::pattern::Pattern;
use crate::domain::text::quote::Quoted;

/// One argument, with what has been found out about it.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    /// The argument as people typed it, in canonical form.
    pub(super) raw: String,
    /// What stands after the `@`.
    raw_version: String,
    /// What stands before it.
    pub(super) pattern: String,
    /// The version query.
    pub(super) version: String,
    /// Whether the pattern is a path of the file system.
    pub(super) is_local: bool,
    matcher: Pattern,
    /// What is still to be decided.
    pub(super) candidates: Vec<PathSet>,
    seen: HashSet<String>,
    /// The modules that were decided on.
    pub(super) resolved: Vec<ModuleVersion>,
    /// Whether those modules have a package that matches.
    pub(super) matches_packages: bool,
    /// Whether a contradiction with another argument was reported.
    pub(super) has_conflict: bool,
}

/// The ways to understand a path: it is a package of one of some modules, or a module.
#[derive(Clone, Debug, Default)]
pub(super) struct PathSet {
    /// The path.
    pub(super) path: String,
    /// Modules with a package of that path, the longest module path first. The build may have one of them.
    pub(super) providers: Vec<ModuleVersion>,
    /// The module of that path, without such a package.
    pub(super) module: Option<ModuleVersion>,
    /// Why nothing can be said.
    pub(super) fault: Option<Fault>,
}

impl PathSet {
    pub(super) fn of(fault: impl Into<Fault>) -> Self {
        Self {
            fault: Some(fault.into()),
            ..Self::default()
        }
    }

    pub(super) fn providers(providers: Vec<ModuleVersion>) -> Self {
        Self {
            providers,
            ..Self::default()
        }
    }

    pub(super) fn module(module: ModuleVersion) -> Self {
        Self {
            module: Some(module),
            ..Self::default()
        }
    }

    fn is_empty(&self) -> bool {
        self.providers.is_empty() && self.module.is_none() && self.fault.is_none()
    }
}

impl Argument {
    /// Understands an argument.
    pub(super) fn parse(argument: &str, upgrade: Option<Upgrade>) -> Result<Self, String> {
        let raw = Pattern::new(argument).as_str().to_owned();
        let (pattern, version) = match raw.split_once('@') {
            None => (raw.as_str(), ""),
            Some((_, version)) if version.starts_with(['-', '/']) => {
                return Err(format!("invalid module version {}", Quoted(version)));
            }
            Some((_, version)) if version.is_empty() || version.contains('@') => {
                return Err(format!("invalid module version syntax {}", Quoted(&raw)));
            }
            Some(parts) => parts,
        };
        let is_local = Path::new(pattern).is_absolute() || is_local(pattern);
        let wanted = match version {
            "" => upgrade.unwrap_or(Upgrade::Minor).query(),
            version => version,
        };
        let parsed = Self {
            raw_version: version.to_owned(),
            pattern: pattern.to_owned(),
            version: wanted.to_owned(),
            is_local,
            matcher: Pattern::new(pattern),
            candidates: Vec::new(),
            seen: HashSet::new(),
            resolved: Vec::new(),
            matches_packages: false,
            has_conflict: false,
            raw,
        };
        parsed.check()?;
        Ok(parsed)
    }

    fn check(&self) -> Result<(), String> {
        if self.is_local {
            if self.raw_version.is_empty() {
                return Ok(());
            }
            return Err(format!(
                "can't request explicit version {} of path {} in main module",
                Quoted(&self.raw_version),
                Quoted(&self.pattern)
            ));
        }
        if self.pattern == "all" {
            if self.fits_main() {
                return Ok(());
            }
            let query = self.version.clone();
            return Err(Fault::All { query }.to_string());
        }
        if is_meta(&self.pattern) && self.pattern != self.raw {
            return Err(match self.pattern.as_str() {
                "tool" => "can't request explicit version of \"tool\" pattern".to_owned(),
                pattern => format!(
                    "can't request explicit version of standard-library pattern {}",
                    Quoted(pattern)
                ),
            });
        }
        Ok(())
    }

    /// Reports whether the query may be put to a main module, which has no versions.
    pub(super) fn fits_main(&self) -> bool {
        matches!(self.version.as_str(), "upgrade" | "patch")
    }

    /// Reports whether a version was named.
    pub(super) fn is_explicit(&self) -> bool {
        !self.raw_version.is_empty()
    }

    /// Reports whether the modules are to be removed.
    pub(super) fn is_none(&self) -> bool {
        self.version == "none"
    }

    /// Reports whether the pattern may match several paths.
    pub(super) fn is_wildcard(&self) -> bool {
        self.pattern.contains("...")
    }

    /// Reports whether a path matches the pattern.
    pub(super) fn matches(&self, path: &str) -> bool {
        if self.is_wildcard() && !self.is_local && !goversion::is_toolchain(path) {
            return self.matcher.matches(path);
        }
        path == self.pattern
    }

    /// Reports whether a module of the given path could have a package that matches.
    pub(super) fn can_match_in(&self, module: &str) -> bool {
        if goversion::is_toolchain(module) {
            return false;
        }
        if self.is_wildcard() && !self.is_local {
            return self.matcher.can_match_below(module);
        }
        in_module(&self.pattern, module).is_some()
    }

    /// Reports whether nobody has looked at a path yet, and notes that somebody does.
    pub(super) fn enter(&mut self, path: &str) -> bool {
        self.seen.insert(path.to_owned())
    }

    /// Takes what was found out about a path.
    pub(super) fn add(&mut self, path: &str, mut set: PathSet) {
        if !set.is_empty() {
            path.clone_into(&mut set.path);
            self.candidates.push(set);
        }
    }

    /// Shows a module that was decided on.
    pub(super) fn shown(&self, module: &ModuleVersion) -> String {
        let is_pattern = *module.path.as_str() == *self.pattern;
        let is_version = *module.version.as_str() == *self.version;
        match (is_pattern, is_version) {
            (false, false) => format!("{module} (matching {}@{})", self.pattern, self.version),
            (false, true) => format!("{module} (matching {})", self.raw),
            (true, false) => format!("{}@{} ({})", self.pattern, self.version, module.version),
            (true, true) => self.raw.clone(),
        }
    }

    /// Shows the argument with the version that it stands for.
    pub(super) fn with_version(&self, version: &str) -> String {
        if version == self.version {
            self.raw.clone()
        } else {
            format!("{}@{} ({version})", self.pattern, self.version)
        }
    }

    /// Returns the line for an error, with the argument in front of it unless the text names it already.
    pub(super) fn report(&self, text: &str) -> String {
        let names_pattern = names(text, &self.pattern, " \t(\"`", " @:;)\"`");
        let names_version =
            self.raw_version.is_empty() || names(text, &self.version, " @(\"`", " :;)\"`");
        if (names_pattern && names_version) || self.raw.is_empty() {
            text.to_owned()
        } else {
            format!("{}: {text}", self.raw)
        }
    }
}

/// Reports whether a text has a word between the given characters, or at the begin or end of a line.
fn names(text: &str, word: &str, before: &str, after: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let left = text[..at].chars().next_back();
        let right = text[at + word.len()..].chars().next();
        left.is_none_or(|left| left == '\n' || before.contains(left))
            && right.is_none_or(|right| right == '\n' || after.contains(right))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Argument {
        Argument::parse(text, None).unwrap()
    }

    #[test]
    fn the_version_is_upgrade_or_what_is_named() {
        let check = |text: &str, pattern: &str, version: &str| {
            let argument = parse(text);
            assert_eq!(
                (argument.pattern.as_str(), argument.version.as_str()),
                (pattern, version)
            );
        };
        check("a.com/b", "a.com/b", "upgrade");
        check("a.com//b/@v1", "a.com/b", "v1");
        check("./...", "./...", "upgrade");
        check("a.com/b@<v1.2", "a.com/b", "<v1.2");
        let patch = Argument::parse("a.com/b", Some(Upgrade::Patch)).unwrap();
        assert_eq!(patch.version, "patch");
    }

    #[test]
    fn what_cannot_be_asked_for_is_told() {
        let check = |text: &str, expect: &str| {
            assert_eq!(Argument::parse(text, None).unwrap_err(), expect);
        };
        check("a.com/b@", "invalid module version syntax \"a.com/b@\"");
        check(
            "a.com/b@v1@v2",
            "invalid module version syntax \"a.com/b@v1@v2\"",
        );
        check("a.com/b@-x", "invalid module version \"-x\"");
        check(
            "std@v1",
            "can't request explicit version of standard-library pattern \"std\"",
        );
        check(
            "tool@v1",
            "can't request explicit version of \"tool\" pattern",
        );
        let all = "can't request version \"none\" of pattern \"all\" that includes the main module";
        check("all@none", all);
    }

    #[test]
    fn an_error_names_the_argument_once() {
        let argument = parse("a.com/b@v9");
        assert_eq!(argument.report("no matching"), "a.com/b@v9: no matching");
        let whole = "module a.com/b: no matching versions for query \"v9\"";
        assert_eq!(argument.report(whole), whole);
        assert_eq!(
            argument.report("a.com/b: nothing"),
            "a.com/b@v9: a.com/b: nothing"
        );
        assert_eq!(
            parse("a.com/b").report("a.com/b: nothing"),
            "a.com/b: nothing"
        );
        assert_eq!(
            parse("a.com/b").report("a.com/bc: x"),
            "a.com/b: a.com/bc: x"
        );
    }

    #[test]
    fn what_was_decided_is_shown_with_its_reason() {
        let module = ModuleVersion::new("a.com/b", "v1.2.3");
        assert_eq!(parse("a.com/b@v1.2.3").shown(&module), "a.com/b@v1.2.3");
        assert_eq!(parse("a.com/b@v1").shown(&module), "a.com/b@v1 (v1.2.3)");
        let matched = "a.com/b@v1.2.3 (matching a.com/b/c@v1.2.3)";
        assert_eq!(parse("a.com/b/c@v1.2.3").shown(&module), matched);
        let matched = "a.com/b@v1.2.3 (matching a.com/...@upgrade)";
        assert_eq!(parse("a.com/...").shown(&module), matched);
    }
}
