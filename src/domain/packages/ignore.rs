//! `ignore` lines of go.mod. See <https://go.dev/ref/mod#go-mod-file-ignore>.

/// Directories that patterns do not look into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignored {
    /// Written with `./`: only that directory, from the root of the module.
    rooted: Vec<String>,
    /// Any directory with these elements in its path.
    anywhere: Vec<String>,
}

impl Ignored {
    /// Takes the paths of `ignore` lines.
    pub fn new<'l>(lines: impl IntoIterator<Item = &'l str>) -> Self {
        let mut ignored = Self::default();
        for line in lines {
            match line.strip_prefix("./") {
                Some(path) => ignored.rooted.push(between_slashes(path)),
                None => ignored.anywhere.push(between_slashes(line)),
            }
        }
        ignored
    }

    /// Reports whether a directory, relative to the root of the module, is ignored.
    pub fn contains(&self, dir: &str) -> bool {
        if dir.is_empty() || (self.rooted.is_empty() && self.anywhere.is_empty()) {
            return false;
        }
        let dir = between_slashes(dir);
        let mut rooted = self.rooted.iter();
        rooted.any(|path| dir.starts_with(path.as_str()))
            || self.anywhere.iter().any(|path| dir.contains(path.as_str()))
    }
}

fn between_slashes(path: &str) -> String {
    let path = path.replace('\\', "/");
    let begin = if path.starts_with('/') { "" } else { "/" };
    let end = if path.ends_with('/') { "" } else { "/" };
    format!("{begin}{path}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooted_or_anywhere() {
        let ignored = Ignored::new(["./a/b", "c"]);
        let expect = [
            ("a/b", true),
            ("a/b/d", true),
            ("x/a/b", false),
            ("c", true),
            ("x/c/y", true),
            ("xc", false),
            ("", false),
        ];
        for (dir, ignored_dir) in expect {
            assert_eq!(ignored.contains(dir), ignored_dir, "{dir}");
        }
    }
}
