//! File paths as text, for the platform that the settings describe rather than for the one at hand.

/// How paths are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Slashes.
    Unix,
    /// Drives, shares and both slashes.
    Windows,
}

impl Style {
    /// Returns the style of a GOOS.
    pub(super) fn of(os: &str) -> Self {
        if os == "windows" {
            Self::Windows
        } else {
            Self::Unix
        }
    }

    /// Reports whether `path` says where it is without a working directory.
    pub(super) fn is_abs(self, path: &str) -> bool {
        match self {
            Self::Unix => path.starts_with('/'),
            Self::Windows => {
                let volume = self.volume(path);
                let is_share = volume.len() > 2;
                is_share || (!volume.is_empty() && path[volume.len()..].starts_with(is_slash))
            }
        }
    }

    /// Returns the shortest equal path by text alone: no doubled slashes, no `.`, no inner `..`.
    pub(super) fn clean(self, path: &str) -> String {
        let volume = self.volume(path);
        let rest = &path[volume.len()..];
        let rooted = rest.starts_with(|c| self.is_separator(c));
        let mut parts: Vec<&str> = Vec::new();
        for part in rest.split(|c| self.is_separator(c)) {
            match part {
                "" | "." => {}
                ".." if parts.last().is_some_and(|last| *last != "..") => {
                    parts.pop();
                }
                ".." if rooted => {}
                part => parts.push(part),
            }
        }
        let separator = self.separator();
        let root = if rooted { separator } else { "" };
        let volume = if self == Self::Windows {
            volume.replace('/', "\\")
        } else {
            String::new()
        };
        let cleaned = format!("{volume}{root}{}", parts.join(separator));
        if cleaned.is_empty() {
            ".".to_owned()
        } else {
            cleaned
        }
    }

    /// Joins two paths with a slash between them and cleans the result.
    pub(super) fn join(self, base: &str, rest: &str) -> String {
        self.clean(&format!("{base}{}{rest}", self.separator()))
    }

    /// Splits a list such as GOPATH.
    pub(super) fn split_list(self, list: &str) -> impl Iterator<Item = &str> {
        let separator = match self {
            Self::Unix => ':',
            Self::Windows => ';',
        };
        list.split(separator).filter(move |_| !list.is_empty())
    }

    /// Reports whether `dir` lies strictly below `above`; both are clean.
    pub(super) fn is_below(self, dir: &str, above: &str) -> bool {
        match dir.strip_prefix(above) {
            Some(rest) if above.ends_with(|c| self.is_separator(c)) => !rest.is_empty(),
            Some(rest) => rest.starts_with(|c| self.is_separator(c)),
            None => false,
        }
    }

    fn separator(self) -> &'static str {
        match self {
            Self::Unix => "/",
            Self::Windows => "\\",
        }
    }

    fn is_separator(self, c: char) -> bool {
        c == '/' || (self == Self::Windows && c == '\\')
    }

    /// Returns the drive (`C:`) or share (`\\host\share`) at the start of a Windows path.
    fn volume(self, path: &str) -> &str {
        let bytes = path.as_bytes();
        if self == Self::Unix {
            return "";
        }
        if bytes.len() >= 2 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic() {
            return &path[..2];
        }
        let Some(share) = path.strip_prefix(r"\\").or_else(|| path.strip_prefix("//")) else {
            return "";
        };
        let mut ends = share.match_indices(is_slash).map(|(at, _)| at + 2);
        match (ends.next(), ends.next()) {
            (Some(_), end) => &path[..end.unwrap_or(path.len())],
            (None, _) => path,
        }
    }
}

fn is_slash(c: char) -> bool {
    matches!(c, '/' | '\\')
}

#[cfg(test)]
mod tests {
    use super::Style::{Unix, Windows};

    #[test]
    fn cleans() {
        for (path, expect) in [
            ("", "."),
            ("/", "/"),
            ("a//b/./c/..", "a/b"),
            ("/../a", "/a"),
            ("../../a", "../../a"),
            ("a/../..", ".."),
            ("/a/b/", "/a/b"),
            ("a/..", "."),
        ] {
            assert_eq!(Unix.clean(path), expect, "{path}");
        }
        for (path, expect) in [
            (r"C:\a/b\..\c", r"C:\a\c"),
            (r"C:\", r"C:\"),
            (r"c:a\..", r"c:"),
            (r"\\h\s\a\..\..", r"\\h\s\"),
            ("a/b", r"a\b"),
        ] {
            assert_eq!(Windows.clean(path), expect, "{path}");
        }
    }

    #[test]
    fn knows_absolute_paths() {
        assert!(Unix.is_abs("/a") && !Unix.is_abs("a") && !Unix.is_abs(""));
        assert!(Windows.is_abs(r"C:\a") && Windows.is_abs("C:/a") && Windows.is_abs(r"\\h\s\x"));
        assert!(!Windows.is_abs(r"\a") && !Windows.is_abs("C:a") && !Windows.is_abs("C:"));
    }

    #[test]
    fn joins_and_splits() {
        assert_eq!(Unix.join("/home/x/", "go"), "/home/x/go");
        assert_eq!(Windows.join(r"C:\Users\x", "go"), r"C:\Users\x\go");
        assert_eq!(
            Unix.split_list("/a::/b").collect::<Vec<_>>(),
            ["/a", "", "/b"]
        );
        assert_eq!(Unix.split_list("").count(), 0);
        assert!(Unix.is_below("/a/b", "/a") && Unix.is_below("/a", "/"));
        assert!(
            !Unix.is_below("/a", "/a") && !Unix.is_below("/ab", "/a") && !Unix.is_below("/", "/")
        );
    }
}
