//! GOFLAGS: splitting, quoting, and the flags that concern modules.
//!
//! See <https://go.dev/ref/mod#build-commands>. Every go command knows its own flags and skips the
//! others; here only those that change what the module loader reads have a meaning.

use std::fmt;

use super::quoted::{self, QuotedError};
use crate::domain::text::quote::Quoted;

/// What GOFLAGS says about modules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoFlags {
    /// `-mod`.
    pub mode: Option<ModMode>,
    /// `-modfile`: the file that stands in for go.mod.
    pub modfile: Option<String>,
    /// `-modcacherw`: directories of the module cache stay writable.
    pub modcacherw: bool,
    /// `-overlay`: the file with replacements of files.
    pub overlay: Option<String>,
}

/// How the module loader treats go.mod and the vendor directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModMode {
    /// go.mod is brought up to date.
    Mod,
    /// A go.mod that is not up to date is an error.
    Readonly,
    /// The vendor directory is used.
    Vendor,
}

/// Why GOFLAGS cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GoFlagsError {
    /// A quote is not closed.
    #[error("parsing $GOFLAGS: {0}")]
    Quoted(#[from] QuotedError),
    /// A word that is not a flag.
    #[error("parsing $GOFLAGS: non-flag {}", Quoted(.word))]
    NonFlag {
        /// The word.
        word: String,
    },
    /// A flag without its value.
    #[error("flag needs an argument: -{name} (from $GOFLAGS)")]
    NoValue {
        /// The flag.
        name: &'static str,
    },
    /// `-modcacherw=` with something that is not a truth value.
    #[error("invalid boolean value {} for flag -{name} (from $GOFLAGS): parse error", Quoted(.value))]
    Boolean {
        /// The flag.
        name: &'static str,
        /// The value.
        value: String,
    },
    /// An unknown mode.
    #[error("-mod={value} not supported (can be '', 'mod', 'readonly', or 'vendor')")]
    Mode {
        /// The value.
        value: String,
    },
    /// A file for `-modfile` with a name that is not `*.mod`.
    #[error("-modfile={file}: file does not have .mod extension")]
    ModFile {
        /// The file.
        file: String,
    },
    /// `-C`, which changes the directory only as the first word of a command line.
    #[error("invalid value {} for flag -C (from $GOFLAGS): -C flag must be first flag on command line", Quoted(.value))]
    ChangeDirectory {
        /// The directory.
        value: String,
    },
}

/// Whether a command has the flag `-mod`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModFlag {
    /// `go list` and the build commands have it.
    Known,
    /// `go mod graph` and the other `go mod` commands have not: they skip it, even with a wrong value.
    Skipped,
}

impl GoFlags {
    /// Reads the value of GOFLAGS as a command with the flag `-mod` does.
    pub fn parse(goflags: &str) -> Result<Self, GoFlagsError> {
        Self::of_command(goflags, ModFlag::Known)
    }

    /// Reads the value of GOFLAGS as a command sees it. Of several equal flags the last one counts.
    ///
    /// The go command also refuses flags that none of its commands has. They are skipped here: which
    /// flags there are changes with every Go release, and none of the others concerns modules.
    pub fn of_command(goflags: &str, mod_flag: ModFlag) -> Result<Self, GoFlagsError> {
        let mut flags = Self::default();
        let words = quoted::split(goflags)?;
        for word in &words {
            if !is_flag(word) {
                return Err(GoFlagsError::NonFlag {
                    word: (*word).to_owned(),
                });
            }
        }
        for word in words {
            flags.set(word, mod_flag)?;
        }
        flags.check()
    }

    fn set(&mut self, word: &str, mod_flag: ModFlag) -> Result<(), GoFlagsError> {
        let flag = word
            .strip_prefix("--")
            .or_else(|| word.strip_prefix('-'))
            .unwrap_or(word);
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (flag, None),
        };
        let text = |name| {
            value
                .map(str::to_owned)
                .ok_or(GoFlagsError::NoValue { name })
        };
        match name {
            "C" => return Err(GoFlagsError::ChangeDirectory { value: text("C")? }),
            "mod" if mod_flag == ModFlag::Known => self.mode = ModMode::parse(&text("mod")?)?,
            "modfile" => self.modfile = Some(text("modfile")?),
            "overlay" => self.overlay = Some(text("overlay")?),
            "modcacherw" => {
                let value = value.unwrap_or("true");
                let error = || GoFlagsError::Boolean {
                    name: "modcacherw",
                    value: value.to_owned(),
                };
                self.modcacherw = boolean(value).ok_or_else(error)?;
            }
            // A flag of other commands, or one that changes only how packages are built.
            _ => {}
        }
        Ok(())
    }

    fn check(mut self) -> Result<Self, GoFlagsError> {
        self.overlay = self.overlay.filter(|file| !file.is_empty());
        self.modfile = self.modfile.filter(|file| !file.is_empty());
        match self.modfile {
            Some(file) if !file.as_bytes().ends_with(b".mod") => {
                Err(GoFlagsError::ModFile { file })
            }
            _ => Ok(self),
        }
    }
}

impl ModMode {
    /// Reads the value of `-mod`; empty means that the flag was not given.
    pub fn parse(value: &str) -> Result<Option<Self>, GoFlagsError> {
        match value {
            "" => Ok(None),
            "mod" => Ok(Some(Self::Mod)),
            "readonly" => Ok(Some(Self::Readonly)),
            "vendor" => Ok(Some(Self::Vendor)),
            _ => Err(GoFlagsError::Mode {
                value: value.to_owned(),
            }),
        }
    }
}

impl fmt::Display for ModMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mod => "mod",
            Self::Readonly => "readonly",
            Self::Vendor => "vendor",
        })
    }
}

/// Reports whether a word looks like `-x`, `--x`, `-x=value` or `--x=value`.
fn is_flag(word: &str) -> bool {
    let Some(name) = word.strip_prefix('-') else {
        return false;
    };
    let name = name.strip_prefix('-').unwrap_or(name);
    !name.is_empty() && !name.starts_with(['-', '='])
}

/// Reads a truth value of Go's flag package.
fn boolean(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(goflags: &str, expect: &str) {
        assert_eq!(GoFlags::parse(goflags).unwrap_err().to_string(), expect);
    }

    #[test]
    fn reads_module_flags() {
        let flags = GoFlags::of_command(
            "-mod=mod --modfile=b.mod -modcacherw -tags=x -v -mod=vendor",
            ModFlag::Known,
        )
        .unwrap();
        assert_eq!(
            (flags.mode, flags.modcacherw),
            (Some(ModMode::Vendor), true)
        );
        assert_eq!(flags.modfile.as_deref(), Some("b.mod"));
    }

    #[test]
    fn quotes_surround_whole_words() {
        let flags = GoFlags::parse("'-modfile=a b.mod' \"-ldflags=-X a=b\"").unwrap();
        assert_eq!(flags.modfile.as_deref(), Some("a b.mod"));
        assert_eq!(
            GoFlags::parse("-mod= -modfile= -modcacherw=0"),
            Ok(GoFlags::default())
        );
    }

    #[test]
    fn commands_without_mod_skip_it() {
        for goflags in ["-mod=mod", "-mod=x", "-mod"] {
            assert_eq!(
                GoFlags::of_command(goflags, ModFlag::Skipped),
                Ok(GoFlags::default())
            );
        }
    }

    #[test]
    fn refuses_what_go_refuses() {
        refuses("-mod=mod 'x", "parsing $GOFLAGS: unterminated ' string");
        refuses("mod", "parsing $GOFLAGS: non-flag \"mod\"");
        for word in ["-", "--", "---x", "-=x", "--=x"] {
            refuses(word, &format!("parsing $GOFLAGS: non-flag \"{word}\""));
        }
        refuses("-mod", "flag needs an argument: -mod (from $GOFLAGS)");
        refuses(
            "-mod=x",
            "-mod=x not supported (can be '', 'mod', 'readonly', or 'vendor')",
        );
        refuses(
            "-modfile=x",
            "-modfile=x: file does not have .mod extension",
        );
        refuses(
            "-modcacherw=x",
            "invalid boolean value \"x\" for flag -modcacherw (from $GOFLAGS): parse error",
        );
    }
}
