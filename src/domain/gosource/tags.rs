//! Which Go files count: build tags against file names and build constraints.
//!
//! See <https://pkg.go.dev/cmd/go#hdr-Build_constraints>.

use std::collections::BTreeSet;

use super::constraint::{self, Expr, Form};
use crate::domain::text::trim_space;

/// Operating systems that count in file names, with whether the tag `unix` holds for them.
const SYSTEMS: &[(&str, bool)] = &[
    ("aix", true),
    ("android", true),
    ("darwin", true),
    ("dragonfly", true),
    ("freebsd", true),
    ("hurd", true),
    ("illumos", true),
    ("ios", true),
    ("js", false),
    ("linux", true),
    ("nacl", false),
    ("netbsd", true),
    ("openbsd", true),
    ("plan9", false),
    ("solaris", true),
    ("wasip1", false),
    ("windows", false),
    ("zos", false),
];

/// Processors that count in file names.
#[rustfmt::skip]
const PROCESSORS: &[&str] = &[
    "386", "amd64", "amd64p32", "arm", "arm64", "arm64be", "armbe", "loong64", "mips", "mips64", "mips64le",
    "mips64p32", "mips64p32le", "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc",
    "sparc64", "wasm",
];

/// Build tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tags {
    /// Every tag but `ignore` both holds and does not hold, whatever helps: for those who want what any build could
    /// need, as `go mod vendor` and `go mod tidy` do.
    Any,
    /// Those of one build.
    Set {
        /// The tags that hold.
        tags: BTreeSet<String>,
        /// GOOS, which decides about `unix`.
        system: String,
    },
}

impl Tags {
    /// Reports whether files that import `C` count.
    pub fn has_cgo(&self) -> bool {
        match self {
            Self::Any => true,
            Self::Set { tags, .. } => tags.contains("cgo"),
        }
    }

    /// Reports whether a file counts, going by its name.
    pub fn match_file(&self, name: &str) -> bool {
        if *self == Self::Any {
            return true;
        }
        let name = name.split('.').next().unwrap_or(name);
        // What stands before the first underscore is no platform: `linux.go` counts everywhere.
        let Some((_, rest)) = name.split_once('_') else {
            return true;
        };
        let mut parts: Vec<_> = rest.split('_').collect();
        if parts.last() == Some(&"test") {
            parts.pop();
        }
        let is_system = |part: &str| SYSTEMS.iter().any(|(system, _)| *system == part);
        match parts.as_slice() {
            [.., system, processor] if is_system(system) && PROCESSORS.contains(processor) => {
                self.holds(system, true) && self.holds(processor, true)
            }
            [.., part] if is_system(part) || PROCESSORS.contains(part) => self.holds(part, true),
            _ => true,
        }
    }

    /// Reports whether a file counts, going by the build constraints at its head.
    ///
    /// A line `//go:build` decides alone; otherwise every `// +build` must hold, of those above the package clause and
    /// followed by a blank line. Two lines `//go:build`, or one that is malformed, rule the file out.
    pub fn should_build(&self, head: &[u8]) -> bool {
        let Some(constraints) = head_constraints(head) else {
            return false;
        };
        if let Some(line) = constraints.go_build {
            return constraint::parse(&String::from_utf8_lossy(line))
                .is_ok_and(|expr| self.eval(&expr, true));
        }
        let lines = constraints.comments.split(|byte| *byte == b'\n');
        lines.map(trim_space).all(|line| {
            let line = String::from_utf8_lossy(line);
            match constraint::split(&line) {
                Some((Form::PlusBuild, _)) => {
                    constraint::parse(&line).map_or(true, |expr| self.eval(&expr, true))
                }
                _ => true,
            }
        })
    }

    /// Evaluates an expression. With [`Tags::Any`] a tag gives what is wanted of it: `wanted` turns round at each `!`.
    pub fn eval(&self, expr: &Expr, wanted: bool) -> bool {
        match expr {
            Expr::Tag(tag) => self.holds(tag, wanted),
            Expr::Not(x) => !self.eval(x, !wanted),
            Expr::And(x, y) => self.eval(x, wanted) && self.eval(y, wanted),
            Expr::Or(x, y) => self.eval(x, wanted) || self.eval(y, wanted),
        }
    }

    fn holds(&self, tag: &str, wanted: bool) -> bool {
        if !tag.chars().all(constraint::is_tag_char) {
            return false;
        }
        let (tags, system) = match self {
            Self::Any if !tag.is_empty() && tag != "ignore" => return wanted,
            Self::Any => return false,
            Self::Set { tags, system } => (tags, system),
        };
        tags.contains(tag)
            || match tag {
                "linux" => tags.contains("android"),
                "solaris" => tags.contains("illumos"),
                "darwin" => tags.contains("ios"),
                "unix" => SYSTEMS.iter().any(|(known, unix)| known == system && *unix),
                _ => false,
            }
    }
}

/// Reports whether a head has two lines `//go:build` where there may be one.
pub fn has_two_constraints(head: &[u8]) -> bool {
    head_constraints(head).is_none()
}

/// What the head of a file says of builds.
struct Constraints<'a> {
    /// The comments where `// +build` counts: up to the last blank line before anything else.
    comments: &'a [u8],
    go_build: Option<&'a [u8]>,
}

/// Finds the build constraints; none where there are two lines `//go:build`.
fn head_constraints(head: &[u8]) -> Option<Constraints<'_>> {
    let mut found = Constraints {
        comments: &[],
        go_build: None,
    };
    let mut only_comments = true;
    let mut in_block = false;
    let mut at = 0;
    while at < head.len() {
        let end = memchr::memchr(b'\n', &head[at..]).map_or(head.len(), |length| at + length + 1);
        let mut line = trim_space(&head[at..end]);
        at = end;
        if line.is_empty() {
            if only_comments {
                found.comments = &head[..end];
            }
            continue;
        }
        only_comments &= line.starts_with(b"//");
        if !in_block && is_go_build(line) && found.go_build.replace(line).is_some() {
            return None;
        }
        loop {
            if in_block {
                let Some(close) = memchr::memmem::find(line, b"*/") else {
                    break;
                };
                in_block = false;
                line = trim_space(&line[close + 2..]);
            } else if let Some(rest) = line.strip_prefix(b"/*") {
                in_block = true;
                line = trim_space(rest);
            } else if line.is_empty() || line.starts_with(b"//") {
                break;
            } else {
                // Code: no constraint comes after it.
                return Some(found);
            }
            if line.is_empty() {
                break;
            }
        }
    }
    Some(found)
}

/// Reports whether a line, without white space around it, begins as `//go:build` does.
fn is_go_build(line: &[u8]) -> bool {
    line.strip_prefix(b"//go:build")
        .is_some_and(|rest| rest.is_empty() || trim_space(rest).len() < rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_tag_helps_but_ignore() {
        let check = |head: &str, expect: bool| {
            assert_eq!(Tags::Any.should_build(head.as_bytes()), expect, "{head}");
        };
        check("//go:build windows && !windows\n\npackage p\n", true);
        check("//go:build ignore\n\npackage p\n", false);
        check("//go:build !ignore\n\npackage p\n", true);
        check("// +build ignore\n\npackage p\n", false);
        check("// +build ignore\npackage p\n", true);
        check("//go:build a\n//go:build b\n\npackage p\n", false);
        check("/* //go:build ignore */\npackage p\n", true);
        check("/*\n//go:build ignore\n*/\npackage p\n", true);
        check("//go:build a ||\n\npackage p\n", false);
    }
}
