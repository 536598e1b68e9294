//! The terminal: arguments, settings, streams, colour and exit codes.

pub mod args;
pub mod commands;
pub mod complete;
pub mod error;
pub mod exit;
pub mod progress;
pub mod settings;
pub mod terminal;

use std::any::Any;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};

use crate::cli::error::ErrorFormat;
use crate::cli::exit::{Exit, Outcome};
use crate::cli::settings::Settings;
use crate::cli::terminal::{Early, Terminal};
use crate::ops::failure::{Failure, FailureKind};
use crate::render::human::style::Styles;

/// Runs the program and returns its exit code.
pub fn run() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    // The shell asks for candidates: nothing else of the program is needed.
    if std::env::var_os("COMPLETE").is_some() {
        return commands::completions::answer_shell(&arguments).into();
    }
    let early = Early::scan(&arguments);
    panic::set_hook(Box::new(move |bug| report_bug(early, bug)));
    guarded(|| run_with(&arguments, early)).into()
}

/// Turns a panic into the exit code of a bug; the hook has printed the message.
fn guarded(body: impl FnOnce() -> Exit) -> Exit {
    match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(exit) => exit,
        Err(_) => Exit::Failed(FailureKind::Bug),
    }
}

fn run_with(arguments: &[OsString], early: Early) -> Exit {
    let cli = match args::parse(arguments, early.color) {
        Ok(cli) => cli,
        Err(error) => return print_usage(error, arguments, early),
    };
    let settings = match Settings::resolve(&cli.globals) {
        Ok(settings) => settings,
        Err(failure) => return print_failure(&failure, early),
    };
    let result = commands::run(&settings, &cli.command);
    settings.clear_progress();
    match result.and_then(|outcome| print_outcome(&outcome)) {
        Ok(exit) => exit,
        Err(failure) => {
            let json = Some(early.json.unwrap_or_else(|| settings.prefers_json()));
            let color = settings.color;
            print_failure(&failure, Early { json, color })
        }
    }
}

fn print_outcome(outcome: &Outcome) -> Result<Exit, Failure> {
    match terminal::write_stdout(&outcome.stdout) {
        Ok(()) => Ok(outcome.exit),
        // The reader has seen enough, as with `| head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(error) => {
            Err(Failure::new(FailureKind::Outside, error)
                .context("cannot write to standard output"))
        }
    }
}

fn print_failure(failure: &Failure, early: Early) -> Exit {
    let styles = Styles::new(Terminal::detect(early.color).stderr_color);
    terminal::write_stderr(&error::message(failure, format_of(early), &styles));
    Exit::Failed(failure.kind)
}

/// Prints help and version to stdout, and what is wrong with the command line to stderr.
fn print_usage(mut error: clap::Error, arguments: &[OsString], early: Early) -> Exit {
    if !error.use_stderr() {
        return match error.print() {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Exit::Failed(FailureKind::Outside)
            }
            _ => Exit::Done,
        };
    }
    let dashes = args::two_dashes(&error, arguments);
    if dashes.is_some() {
        // The suggestion to pass the flag as a value would only mislead.
        error.insert(ContextKind::Suggested, ContextValue::None);
    }
    if early.json == Some(true) {
        let text = error.render().to_string();
        let text = text.trim().trim_start_matches("error: ");
        let mut parts = text.split("\n\n");
        let mut failure = Failure::usage(parts.next().unwrap_or(text));
        failure.hints = parts
            .flat_map(str::lines)
            .filter_map(|line| line.trim().strip_prefix("tip: "))
            .map(str::to_owned)
            .chain(dashes)
            .collect();
        return print_failure(&failure, early);
    }
    drop::<io::Result<()>>(error.print());
    if let Some(hint) = dashes {
        let style = Styles::new(Terminal::detect(early.color).stderr_color).hint;
        terminal::write_stderr(&format!("\n{style}hint:{style:#} {hint}\n"));
    }
    Exit::Failed(FailureKind::Usage)
}

fn report_bug(early: Early, bug: &PanicHookInfo<'_>) {
    let place = bug
        .location()
        .map(|at| format!(" ({}:{})", at.file(), at.line()));
    let message = format!(
        "modsmith stopped at a bug of its own: {}{}",
        payload(bug.payload()),
        place.unwrap_or_default()
    );
    let failure = Failure::message(FailureKind::Bug, message)
        .hint("please report it, with the command line and the go.mod that led to it");
    print_failure(&failure, early);
    if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
        terminal::write_stderr(&format!("{}\n", std::backtrace::Backtrace::force_capture()));
    }
}

fn payload(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

fn format_of(early: Early) -> ErrorFormat {
    if early.json == Some(true) {
        ErrorFormat::Json
    } else {
        ErrorFormat::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_exit_code_70() {
        let exit = guarded(|| std::panic::resume_unwind(Box::new("on purpose")));
        assert_eq!(exit.code(), 70);
    }
}
