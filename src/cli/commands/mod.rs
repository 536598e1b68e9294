//! Commands: arguments to operation to output, one file for each.

pub mod completions;
pub mod cycles;
pub mod download;
pub mod env;
pub mod get;
pub mod graph;
pub mod graph_diff;
pub mod lint;
pub mod list;
pub mod merge_driver;
pub mod modfile;
pub mod packages;
pub mod replaces;
pub mod tidy;
pub mod trace;
pub mod tree;
pub mod vendor;
pub mod verify;
pub mod what_if;
pub mod why;
pub mod why_version;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::adapters::http::client::{
    Concurrency, HttpClient, HttpSettings, Network as HttpNetwork,
};
use crate::adapters::http::settings as http_env;
use crate::cli::args::{Command, FindingsFormat, FindingsOutput, LoadFlags, Mode, TextFormat};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::domain::goenv::resolve::Inputs;
use crate::domain::goenv::{GoEnv, ModMode};
use crate::domain::module::timestamp::Timestamp;
use crate::domain::waiver::Waiver;
use crate::ops::context::{Context, Network};
use crate::ops::failure::Failure;
use crate::ops::load::LoadOptions;
use crate::render::findings::{self, Findings};
use crate::render::sarif;

/// The variable that stands for the clock where a result must be the same twice.
const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

/// Runs the command that was asked for.
pub fn run(settings: &Settings, command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::Graph(args) => graph::run(settings, args),
        Command::Env(args) => env::run(settings, args),
        Command::Mod(args) => modfile::run(settings, args),
        Command::Verify(args) => verify::run(settings, args),
        Command::MergeDriver(args) => merge_driver::run(settings, args),
        Command::Completions(args) => completions::run(args),
    }
}

/// Gathers what operations on modules are given. No file of modules and no network is touched.
fn context(settings: &Settings) -> Result<Context, Failure> {
    let inputs = env::inputs(settings)?;
    let go_env = GoEnv::resolve(&inputs)?;
    Ok(context_of(settings, &inputs, go_env))
}

/// Gathers the same for a Go environment that is settled.
fn context_of(settings: &Settings, inputs: &Inputs, go_env: GoEnv) -> Context {
    let network = if settings.offline {
        Network::Offline
    } else {
        Network::Allowed
    };
    Context {
        dir: settings.directory.clone(),
        modcacherw: false,
        config_dir: inputs.config_dir().map(PathBuf::from),
        network,
        http: HttpClient::new(&http_settings(settings, inputs, &go_env)),
        env: go_env,
        environment: http_env::environment(inputs),
        reporter: settings.reporter(),
    }
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

/// Returns the time to judge by.
fn now(ctx: &Context) -> Result<Timestamp, Failure> {
    let seconds = match ctx.environment.get(SOURCE_DATE_EPOCH) {
        Some(text) if !text.is_empty() => {
            let text = text.to_string_lossy();
            text.parse().map_err(|_| {
                Failure::usage(format!(
                    "{SOURCE_DATE_EPOCH} is not a number of seconds: `{text}`"
                ))
            })?
        }
        _ => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
        }
    };
    Ok(Timestamp::from_unix(seconds))
}

/// Returns the day to judge by, as `2027-01-31`.
fn today(ctx: &Context) -> Result<String, Failure> {
    let mut day = now(ctx)?.to_string();
    day.truncate("2027-01-31".len());
    Ok(day)
}

/// Returns the format that the flags ask for, or else the one that modsmith.toml prefers.
///
/// `asked` is the value of `--format`; `is_json` says whether `--json` stands there, which is short for it.
fn format_of<F>(settings: &Settings, asked: Option<F>, is_json: bool, text: F, json: F) -> F {
    match asked {
        _ if is_json => json,
        Some(asked) => asked,
        None if settings.prefers_json() => json,
        None => text,
    }
}

/// Returns the format of a command that knows text and JSON alone.
fn text_or_json(settings: &Settings, asked: Option<TextFormat>, is_json: bool) -> TextFormat {
    format_of(settings, asked, is_json, TextFormat::Text, TextFormat::Json)
}

/// Returns exceptions with their file as people read it.
fn waivers(ctx: &Context, waivers: &[Waiver]) -> Vec<Waiver> {
    let short = |waiver: &Waiver| Waiver {
        file: ctx.short_path(Path::new(&waiver.file)),
        ..waiver.clone()
    };
    waivers.iter().map(short).collect()
}

/// Prints what a command found, in any format: the exit code depends on none.
fn print_findings(
    settings: &Settings,
    output: &FindingsOutput,
    found: &Findings<'_>,
    text: impl FnOnce() -> String,
    json: impl FnOnce() -> Vec<u8>,
) -> Outcome {
    let stdout = match format_of(
        settings,
        output.format,
        output.json,
        FindingsFormat::Text,
        FindingsFormat::Json,
    ) {
        FindingsFormat::Text => text().into_bytes(),
        FindingsFormat::Json => json(),
        FindingsFormat::Sarif => sarif::findings(found),
        FindingsFormat::Junit => findings::junit(found).into_bytes(),
        FindingsFormat::Github => findings::github(found).into_bytes(),
    };
    if found.exit_code == 0 {
        Outcome::done(stdout)
    } else {
        Outcome::no(stdout)
    }
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
