//! Exit codes and what a command hands back.

use std::process::ExitCode;

use crate::ops::failure::FailureKind;

/// How the program ends. The numbers are public and tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: checked, and the answer is no.
    No,
    /// 5: checked, and bytes, signature or proof do not match.
    Mismatch,
    /// The code of a failure.
    Failed(FailureKind),
}

impl Exit {
    /// Returns the number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::Mismatch => FailureKind::Integrity.exit_code(),
            Self::Failed(kind) => kind.exit_code(),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The result of a command: what goes to stdout, whole, and how the program ends.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The bytes for stdout.
    pub stdout: Vec<u8>,
    /// [`Exit::Done`], [`Exit::No`] or [`Exit::Mismatch`].
    pub exit: Exit,
}

impl Outcome {
    /// The command did what was asked.
    pub fn done(stdout: impl Into<Vec<u8>>) -> Self {
        Self {
            stdout: stdout.into(),
            exit: Exit::Done,
        }
    }

    /// The command checked something, and the answer is no.
    pub fn no(stdout: impl Into<Vec<u8>>) -> Self {
        Self {
            stdout: stdout.into(),
            exit: Exit::No,
        }
    }
}
