//! Commands: arguments to operation to output, one file for each.

pub mod completions;
pub mod download;
pub mod env;
pub mod get;
pub mod graph;
pub mod list;
pub mod modfile;
pub mod packages;
pub mod tidy;
pub mod tree;
pub mod verify;
pub mod why;

use std::path::PathBuf;

use crate::adapters::http::client::{
    Concurrency, HttpClient, HttpSettings, Network as HttpNetwork,
};
use crate::adapters::http::settings as http_env;
use crate::cli::args::{Command, LoadFlags, Mode};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::domain::goenv::resolve::Inputs;
use crate::domain::goenv::{GoEnv, ModMode};
use crate::ops::context::{Context, Network};
use crate::ops::failure::Failure;
use crate::ops::load::LoadOptions;

/// Runs the command that was asked for.
pub fn run(settings: &Settings, command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::Graph(args) => graph::run(settings, args),
        Command::Env(args) => env::run(settings, args),
        Command::Mod(args) => modfile::run(settings, args),
        Command::Verify(args) => verify::run(settings, args),
        Command::Completions(args) => completions::run(args),
    }
}

/// Gathers what operations on modules are given. No file of modules and no network is touched.
fn context(settings: &Settings) -> Result<Context, Failure> {
    let inputs = env::inputs(settings)?;
    let go_env = GoEnv::resolve(&inputs)?;
    let network = if settings.offline {
        Network::Offline
    } else {
        Network::Allowed
    };
    Ok(Context {
        dir: settings.directory.clone(),
        modcacherw: false,
        config_dir: inputs.config_dir().map(PathBuf::from),
        network,
        http: HttpClient::new(&http_settings(settings, &inputs, &go_env)),
        env: go_env,
        environment: http_env::environment(&inputs),
        reporter: settings.reporter(),
    })
}

/// Gathers the same for a command that loads modules.
fn context_with(settings: &Settings, load: &LoadFlags) -> Result<Context, Failure> {
    let mut ctx = context(settings)?;
    ctx.modcacherw = load.modcacherw;
    Ok(ctx)
}

fn http_settings(settings: &Settings, inputs: &Inputs, go_env: &GoEnv) -> HttpSettings {
    let mut http = http_env::from_env(inputs, go_env);
    http.roots.ca_file.clone_from(&settings.ca_file);
    http.concurrency = settings
        .concurrency
        .map_or_else(Concurrency::default, |count| Concurrency(count.get()));
    http.network = if settings.offline {
        HttpNetwork::Offline
    } else {
        HttpNetwork::Online
    };
    http
}

/// Returns the format that the flags ask for, or else the one that modsmith.toml prefers.
fn format_of<F>(settings: &Settings, asked: Option<F>, text: F, json: F) -> F {
    asked.unwrap_or(if settings.prefers_json() { json } else { text })
}

fn load_options(flags: &LoadFlags) -> LoadOptions {
    let mode = flags.mode.map(|mode| match mode {
        Mode::Readonly => ModMode::Readonly,
        Mode::Mod => ModMode::Mod,
        Mode::Vendor => ModMode::Vendor,
    });
    LoadOptions {
        mode,
        modfile: flags.modfile.clone(),
    }
}
