//! Why a module cannot be made tidy, in the words of the go command.

use std::fmt;
use std::sync::Arc;

use crate::domain::packages::ImportError;
use crate::ops::load::LoadError;
use crate::ops::packages::PackageError;
use crate::ops::packages::load::Loaded;
use crate::ops::packages::stack::stack;

/// What is wrong, all of it.
#[derive(Debug)]
pub struct TidyError {
    /// The errors, in the order of the go command; at least one.
    pub problems: Vec<Problem>,
    /// What the go command says to do about them; empty where it says nothing.
    pub advice: String,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub enum Problem {
    /// A package cannot be loaded.
    Package {
        /// Who imports whom, from the main module to the package.
        chain: String,
        /// Why.
        error: Arc<PackageError>,
    },
    /// The requirements cannot be used.
    Requirements(Arc<LoadError>),
    /// Another thing.
    Other(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package { chain, error } => write!(f, "{chain}: {error}"),
            Self::Requirements(error) => error.fmt(f),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        Self::Requirements(Arc::new(error))
    }
}

impl fmt::Display for TidyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.problems.iter().enumerate() {
            let between = if position == 0 { "" } else { "\n" };
            write!(f, "{between}{}", problem.to_string().trim_end())?;
        }
        if !self.advice.is_empty() {
            write!(f, "\n\n{}", self.advice.trim_end())?;
        }
        Ok(())
    }
}

impl std::error::Error for TidyError {}

/// Returns what is wrong with packages; those that only a newer standard library has are passed over.
pub(in crate::ops) fn of_packages(loaded: &Loaded) -> Vec<Problem> {
    let packages = loaded.packages.order().iter();
    packages
        .filter(|&&id| !loaded.packages.is_test(id))
        .filter_map(|&id| {
            let error = loaded.errors.get(&id)?;
            let is_standard = matches!(
                **error,
                PackageError::Import(ImportError::NotStandard { .. })
            );
            (!is_standard).then(|| Problem::Package {
                chain: stack(&loaded.packages, id),
                error: Arc::clone(error),
            })
        })
        .collect()
}
