//! The terminal: arguments, settings, streams, colour and exit codes.

pub mod args;
pub mod commands;
pub mod error;
pub mod exit;
pub mod progress;
pub mod settings;
pub mod terminal;

/// Runs the program and returns its exit code.
pub fn run() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
