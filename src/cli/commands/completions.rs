//! `completions`: arguments to operation to output; and the answers to a shell that asks for values.

use std::ffi::OsString;
use std::io;

use clap_complete::CompleteEnv;
use clap_complete::aot::{self, generate};
use clap_complete::env::{Elvish, Fish, Powershell, Shells, Zsh};

use crate::cli::args::command;
use crate::cli::args::completions::{Args, Shell};
use crate::cli::complete::Bash;
use crate::cli::exit::{Exit, Outcome};
use crate::cli::terminal;
use crate::ops::failure::{Failure, FailureKind};

/// The shells whose questions are answered.
const SHELLS: Shells<'_> = Shells(&[&Bash, &Elvish, &Fish, &Powershell, &Zsh]);

/// The name of the program in scripts.
const NAME: &str = "modsmith";

/// Prints the script.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    Ok(Outcome::done(script(args.shell)))
}

/// Returns the script of a shell, as it stands in `completions/`.
pub fn script(shell: Shell) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut command = command();
    match shell {
        Shell::Bash => generate(aot::Bash, &mut command, NAME, &mut bytes),
        Shell::Zsh => generate(aot::Zsh, &mut command, NAME, &mut bytes),
        Shell::Fish => generate(aot::Fish, &mut command, NAME, &mut bytes),
        Shell::Powershell => generate(aot::PowerShell, &mut command, NAME, &mut bytes),
        Shell::Elvish => generate(aot::Elvish, &mut command, NAME, &mut bytes),
    }
    bytes
}

/// Answers a shell that runs the program with `COMPLETE` set: the script that asks, or the candidates.
pub fn answer_shell(arguments: &[OsString]) -> Exit {
    let directory = std::env::current_dir().ok();
    let answered = CompleteEnv::with_factory(command)
        .shells(SHELLS)
        .try_complete(arguments.iter().cloned(), directory.as_deref());
    match answered {
        Ok(true) => Exit::Done,
        Ok(false) => Exit::Failed(FailureKind::Usage),
        Err(error) => {
            let broken_pipe = error.kind() == clap::error::ErrorKind::Io
                || error
                    .to_string()
                    .contains(&io::Error::from(io::ErrorKind::BrokenPipe).to_string());
            if broken_pipe {
                return Exit::Done;
            }
            terminal::write_stderr(&error.to_string());
            Exit::Failed(FailureKind::Usage)
        }
    }
}
