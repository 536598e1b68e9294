//! Enums of subcommands whose arguments may wait until their command is met.
//!
//! Most of the time that a small answer takes goes into the definition of commands that nobody asked for. A command line
//! that parses needs none of them; one that does not, or asks for help, is parsed once more with all of them.

use std::cell::Cell;

use clap::{Args, Command};

thread_local! {
    static IS_DEFERRED: Cell<bool> = const { Cell::new(false) };
}

/// Returns what `define` returns, with subcommands that are defined when they are met.
///
/// Such a definition knows neither help nor the order of arguments.
pub(super) fn deferred(define: impl FnOnce() -> Command) -> Command {
    IS_DEFERRED.set(true);
    let command = define();
    IS_DEFERRED.set(false);
    command
}

/// Returns the definition of one subcommand.
pub(super) fn subcommand<A: Args>(name: &'static str) -> Command {
    let command = Command::new(name);
    if IS_DEFERRED.get() {
        command.defer(|command| deferred(|| A::augment_args(command)))
    } else {
        A::augment_args(command)
    }
}

/// Defines an enum with one variant for each subcommand, named by the word that stands on the command line.
macro_rules! subcommands {
    ($(#[$meta:meta])* pub enum $name:ident { $($word:literal => $variant:ident($args:ty),)+ }) => {
        $(#[$meta])*
        #[derive(Debug)]
        #[expect(missing_docs, reason = "the documentation of the arguments is their help")]
        pub enum $name {
            $($variant($args),)+
        }

        impl clap::FromArgMatches for $name {
            fn from_arg_matches(matches: &clap::ArgMatches) -> Result<Self, clap::Error> {
                Self::from_arg_matches_mut(&mut matches.clone())
            }

            fn from_arg_matches_mut(matches: &mut clap::ArgMatches) -> Result<Self, clap::Error> {
                let Some((word, mut matches)) = matches.remove_subcommand() else {
                    let message = "a subcommand is required but one was not provided";
                    return Err(clap::Error::raw(clap::error::ErrorKind::MissingSubcommand, message));
                };
                match word.as_str() {
                    $($word => <$args as clap::FromArgMatches>::from_arg_matches_mut(&mut matches).map(Self::$variant),)+
                    _ => Err(clap::Error::raw(
                        clap::error::ErrorKind::InvalidSubcommand,
                        format!("the subcommand '{word}' was not recognized"),
                    )),
                }
            }

            fn update_from_arg_matches(&mut self, matches: &clap::ArgMatches) -> Result<(), clap::Error> {
                *self = <Self as clap::FromArgMatches>::from_arg_matches(matches)?;
                Ok(())
            }
        }

        impl clap::Subcommand for $name {
            fn augment_subcommands(command: clap::Command) -> clap::Command {
                command$(.subcommand(crate::cli::args::subcommands::subcommand::<$args>($word)))+
            }

            fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
                <Self as clap::Subcommand>::augment_subcommands(command)
            }

            fn has_subcommand(word: &str) -> bool {
                matches!(word, $($word)|+)
            }
        }
    };
}

pub(super) use subcommands;
