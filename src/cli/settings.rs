//! Settings: flag, then environment, then modsmith.toml, then default. Only the `[go]` table, which counts in a file
//! that was named and nowhere else, wins over the environment.

use std::env;
use std::future::Future;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use crate::adapters::config::{self, Color, Config, Format};
use crate::cli::args::Globals;
use crate::cli::progress::Line;
use crate::cli::terminal::Terminal;
use crate::domain::goenv::resolve::ConfigSetting;
use crate::domain::waiver::Waiver;
use crate::ops::failure::{Failure, FailureKind};
use crate::ops::progress::Reporter;
use crate::render::human::style::Styles;

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// Warnings, and progress on a terminal.
    Normal,
    /// Every request as well.
    Verbose,
}

/// Everything that is settled before a command runs.
#[derive(Debug)]
pub struct Settings {
    /// The working directory, after `-C`.
    pub directory: PathBuf,
    /// Never touch the network.
    pub offline: bool,
    /// Roots to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How many requests may run at once.
    pub concurrency: Option<NonZeroUsize>,
    /// The output format wished for in modsmith.toml.
    pub format: Option<Format>,
    /// Go's variables from the `[go]` table of modsmith.toml; they win over the process environment.
    pub go: Vec<ConfigSetting>,
    /// Cycles that modsmith.toml allows.
    pub allowed_cycles: Vec<Waiver>,
    /// Findings that modsmith.toml allows.
    pub allowed_findings: Vec<Waiver>,
    /// How much is said on stderr.
    pub verbosity: Verbosity,
    /// When to colour.
    pub color: clap::ColorChoice,
    /// The standard streams.
    pub terminal: Terminal,
    progress: Arc<Line>,
}

impl Settings {
    /// Settles everything; changes the working directory when `-C` says so, as Go does.
    pub fn resolve(globals: &Globals) -> Result<Self, Failure> {
        if let Some(directory) = &globals.directory {
            env::set_current_dir(directory).map_err(|error| {
                let what = format!("cannot change to directory `{}`", directory.display());
                Failure::new(FailureKind::Input, error).context(what)
            })?;
        }
        let directory = env::current_dir().map_err(|error| {
            Failure::new(FailureKind::Outside, error).context("cannot find the working directory")
        })?;
        let config = config::load(globals.config.as_deref(), &directory)?;
        let verbosity = match (globals.quiet, globals.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        let color = color(globals, &config);
        let terminal = Terminal::detect(color);
        let styles = Styles::new(terminal.stderr_color);
        Ok(Self {
            directory,
            offline: globals.offline || config.offline.unwrap_or(false),
            ca_file: globals.ca_file.clone().or(config.ca_file),
            concurrency: config.concurrency,
            format: config.format,
            go: config.go,
            allowed_cycles: config.allowed_cycles,
            allowed_findings: config.allowed_findings,
            verbosity,
            color,
            terminal,
            progress: Arc::new(Line::new(verbosity, terminal.stderr_is_terminal, styles)),
        })
    }

    /// Returns what operations report to.
    pub fn reporter(&self) -> Arc<dyn Reporter> {
        Arc::clone(&self.progress) as Arc<dyn Reporter>
    }

    /// Returns the styles for text on stdout.
    pub fn styles(&self) -> Styles {
        Styles::new(self.terminal.stdout_color)
    }

    /// Returns whether JSON is wished for when the command line does not say.
    pub fn prefers_json(&self) -> bool {
        self.format == Some(Format::Json)
    }

    /// Removes the progress line.
    pub fn clear_progress(&self) {
        self.progress.clear();
    }

    /// Runs an asynchronous operation to its end, or until the user stops it.
    pub fn block_on<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                Failure::new(FailureKind::Outside, error).context("cannot start the runtime")
            })?;
        let result = runtime.block_on(async {
            tokio::select! {
                // The work is dropped when the signal comes first: its guards remove temporary files.
                result = work => result,
                Ok(()) = tokio::signal::ctrl_c() => Err(Failure::interrupted()),
            }
        });
        // What still runs on the blocking pool may hold a temporary file: a moment to finish, not for ever.
        runtime.shutdown_timeout(std::time::Duration::from_millis(500));
        result
    }
}

fn color(globals: &Globals, config: &Config) -> clap::ColorChoice {
    let from_file = match config.color {
        Some(Color::Always) => clap::ColorChoice::Always,
        Some(Color::Never) => clap::ColorChoice::Never,
        Some(Color::Auto) | None => clap::ColorChoice::Auto,
    };
    globals.color.unwrap_or(from_file)
}
