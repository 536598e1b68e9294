//! Patterns: comma-separated glob lists as in GOPRIVATE, and paths with `...` as in arguments.
//!
//! See <https://go.dev/ref/mod#private-modules>. The globs are those of Go's `path.Match`: `*` and `?` stop at a
//! slash, `[a-z]` and `[^a-z]` are classes, `\` takes the next character as it is.

use std::str::Chars;

/// Reports whether a glob of the comma-separated list matches `target` or a prefix of it that ends before a slash.
///
/// Empty and malformed globs match nothing; one slash at the end of a glob does not count.
pub fn match_prefix_patterns(globs: &str, target: &str) -> bool {
    globs.split(',').any(|glob| {
        let glob = glob.strip_suffix('/').unwrap_or(glob);
        !glob.is_empty()
            && leading_elements(target, glob).is_some_and(|prefix| matches(glob, prefix))
    })
}

/// Cuts `target` to as many elements as `glob` has; none if it has fewer.
fn leading_elements<'a>(target: &'a str, glob: &str) -> Option<&'a str> {
    let slashes = glob.bytes().filter(|&byte| byte == b'/').count();
    let mut ends = target
        .bytes()
        .enumerate()
        .filter(|&(_, byte)| byte == b'/')
        .map(|(at, _)| at);
    match ends.nth(slashes) {
        Some(end) => Some(&target[..end]),
        None => (target.bytes().filter(|&byte| byte == b'/').count() == slashes).then_some(target),
    }
}

/// Reports whether `glob` matches the whole of `name`; a malformed one does not.
///
/// Only the last star is ever extended: what an earlier one matched as early as possible leaves the most room.
pub(crate) fn matches(glob: &str, name: &str) -> bool {
    let mut glob = glob.chars();
    let mut name = name.chars();
    let mut star: Option<(Chars<'_>, Chars<'_>)> = None;
    loop {
        let mut rest = glob.clone();
        let step = match rest.next() {
            None if name.as_str().is_empty() => return true,
            None => Step::Differs,
            Some('*') => {
                star = Some((rest.clone(), name.clone()));
                glob = rest;
                continue;
            }
            Some(first) => match_one(first, &mut rest, name.clone().next()),
        };
        match step {
            Step::Malformed => return false,
            Step::Matches => {
                glob = rest;
                name.next();
            }
            Step::Differs => {
                let Some((after, from)) = star.as_mut() else {
                    return false;
                };
                if matches!(from.next(), None | Some('/')) {
                    return false;
                }
                glob = after.clone();
                name = from.clone();
            }
        }
    }
}

enum Step {
    Matches,
    Differs,
    Malformed,
}

impl From<bool> for Step {
    fn from(matches: bool) -> Self {
        if matches {
            Self::Matches
        } else {
            Self::Differs
        }
    }
}

/// Matches one element of a glob, of which `first` is already taken, with one character, if there is one.
fn match_one(first: char, rest: &mut Chars<'_>, character: Option<char>) -> Step {
    match first {
        '?' => character.is_some_and(|character| character != '/').into(),
        '[' => match_class(rest, character),
        '\\' => match rest.next() {
            None => Step::Malformed,
            Some(literal) => (character == Some(literal)).into(),
        },
        literal => (character == Some(literal)).into(),
    }
}

fn match_class(rest: &mut Chars<'_>, character: Option<char>) -> Step {
    let negated = rest.as_str().starts_with('^');
    if negated {
        rest.next();
    }
    let mut found = false;
    let mut empty = true;
    while empty || !rest.as_str().starts_with(']') {
        let Some(low) = class_character(rest) else {
            return Step::Malformed;
        };
        let mut high = low;
        if rest.as_str().starts_with('-') {
            rest.next();
            let Some(end) = class_character(rest) else {
                return Step::Malformed;
            };
            high = end;
        }
        found |= character.is_some_and(|character| (low..=high).contains(&character));
        empty = false;
    }
    rest.next();
    (character.is_some() && found != negated).into()
}

/// Takes one character of a class; none where the class is malformed or does not end.
fn class_character(rest: &mut Chars<'_>) -> Option<char> {
    match rest.next()? {
        '-' | ']' => None,
        '\\' => rest.next(),
        character => Some(character),
    }
}

/// A pattern for paths of modules or packages: `all`, or one in which `...` stands for any text.
///
/// See <https://pkg.go.dev/cmd/go#hdr-Package_lists_and_patterns>.
pub struct PathPattern<'p>(Option<Vec<&'p str>>);

impl<'p> PathPattern<'p> {
    /// Takes a pattern apart.
    pub fn new(text: &'p str) -> Self {
        Self((text != "all").then(|| text.split("...").collect()))
    }

    /// Reports whether the whole path matches; `x/...` matches `x` too.
    pub fn matches(&self, path: &str) -> bool {
        let Some(parts) = &self.0 else { return true };
        if let [first, ""] = parts[..]
            && let Some(prefix) = first.strip_suffix('/')
            && path == prefix
        {
            return true;
        }
        let Some(mut rest) = path.strip_prefix(parts[0]) else {
            return false;
        };
        let Some((last, middle)) = parts[1..].split_last() else {
            return rest.is_empty();
        };
        for part in middle {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(globs: &str, target: &str, expect: bool) {
        assert_eq!(
            match_prefix_patterns(globs, target),
            expect,
            "{globs} {target}"
        );
    }

    #[test]
    fn matches_prefixes() {
        check(
            "*.corp.example.com,rsc.io/private",
            "rsc.io/private/quux",
            true,
        );
        check(
            "*.corp.example.com,rsc.io/private",
            "rsc.io/privateer",
            false,
        );
        check("*.corp.example.com", "git.corp.example.com/xyzzy", true);
        check("example.com/a/", "example.com/a", true);
        check("example.com/a/b", "example.com/a", false);
        check(",,", "example.com", false);
    }

    #[test]
    fn stops_at_slashes() {
        check("a*c", "ab/c", false);
        check("a?c", "a/c", false);
        check("a*b*c", "axbxbxc", true);
        check("a/*/c", "a/b/c/d", true);
    }

    #[test]
    fn knows_classes() {
        check("[a-c]x", "bx", true);
        check("[^a-c]x", "bx", false);
        check("[]x", "]x", false);
        check("[a", "a", false);
        check("a\\", "a", false);
        check("\\*", "*", true);
    }

    #[test]
    fn takes_time_in_proportion() {
        check(&"a*".repeat(2_000), &"a".repeat(20_000), true);
        check(
            &format!("{}b", "a*".repeat(2_000)),
            &"a".repeat(20_000),
            false,
        );
    }

    #[track_caller]
    fn check_path(pattern: &str, path: &str, expect: bool) {
        assert_eq!(
            PathPattern::new(pattern).matches(path),
            expect,
            "{pattern} {path}"
        );
    }

    #[test]
    fn path_patterns() {
        check_path("all", "a", true);
        check_path("golang.org/x/...", "golang.org/x/net", true);
        check_path("golang.org/x/...", "golang.org/x", true);
        check_path("golang.org/x/...", "golang.org/xy", false);
        check_path("...net", "golang.org/x/net", true);
        check_path("g...x...t", "golang.org/x/net", true);
        check_path("g...x...n", "golang.org/x/net", false);
        check_path("...", "anything", true);
    }
}
