//! Standard streams and colour.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use anstream::AutoStream;
use anstream::ColorChoice;

/// What is known of the standard streams.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether the result may be coloured.
    pub stdout_color: bool,
    /// Whether messages may be coloured.
    pub stderr_color: bool,
    /// Whether somebody is watching stderr.
    pub stderr_is_terminal: bool,
}

impl Terminal {
    /// Looks at the streams; `Auto` asks the environment (`NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`, `TERM`).
    pub fn detect(color: clap::ColorChoice) -> Self {
        let decide = |auto: ColorChoice| match color {
            clap::ColorChoice::Always => true,
            clap::ColorChoice::Never => false,
            clap::ColorChoice::Auto => auto != ColorChoice::Never,
        };
        Self {
            stdout_color: decide(AutoStream::choice(&io::stdout())),
            stderr_color: decide(AutoStream::choice(&io::stderr())),
            stderr_is_terminal: io::stderr().is_terminal(),
        }
    }
}

/// What must be known before the command line is parsed: how its own errors are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Early {
    /// Whether errors are JSON, where the command line says.
    pub json: Option<bool>,
    /// When to colour.
    pub color: clap::ColorChoice,
}

impl Early {
    /// Finds `--json`, `--format` and `--color` on a command line that may be wrong otherwise.
    pub fn scan(arguments: &[OsString]) -> Self {
        let mut early = Self {
            json: None,
            color: clap::ColorChoice::Auto,
        };
        let mut words = arguments
            .iter()
            .skip(1)
            .map(|word| word.to_str().unwrap_or_default());
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word, None),
            };
            match name {
                "--" => break,
                "--json" => early.json = Some(true),
                "--format" => early.json = Some(value.or_else(|| words.next()) == Some("json")),
                "--color" => {
                    let value = value.or_else(|| words.next()).unwrap_or_default();
                    early.color = value.parse().unwrap_or(early.color);
                }
                _ => {}
            }
        }
        early
    }
}

/// Writes the whole result to stdout.
pub fn write_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// Writes a message to stderr; when even that fails there is nobody left to tell.
pub fn write_stderr(text: &str) {
    let mut stderr = io::stderr().lock();
    drop(stderr.write_all(text.as_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, json: Option<bool>, color: clap::ColorChoice) {
        let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        assert_eq!(Early::scan(&arguments), Early { json, color });
    }

    #[test]
    fn early_flags_are_found_on_wrong_command_lines() {
        use clap::ColorChoice::{Auto, Never};
        check("modsmith graph", None, Auto);
        check("modsmith grph --json", Some(true), Auto);
        check("modsmith grph --format json", Some(true), Auto);
        check(
            "modsmith grph --format=dot --color never",
            Some(false),
            Never,
        );
        check("modsmith grph --color=never -- --json", None, Never);
        check("modsmith grph --color=sometimes", None, Auto);
    }
}
