//! Commands: arguments to operation to output, one file for each.

pub mod completions;
pub mod env;
pub mod graph;
pub mod list;
pub mod modfile;
pub mod tree;

use crate::adapters;
use crate::adapters::exec::Environment;
use crate::adapters::http::auth::AuthSettings;
use crate::adapters::http::client::{
    Concurrency, HttpClient, HttpSettings, Network as http_network,
};
use crate::adapters::http::proxy_env::ProxySettings;
use crate::adapters::http::roots::RootSettings;
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
        Command::Completions(args) => completions::run(args),
    }
}

/// Gathers what operations on modules are given. No file of modules and no network is touched.
fn context(settings: &Settings) -> Result<Context, Failure> {
    let inputs = env::inputs(settings)?;
    let go_env = GoEnv::resolve(&inputs)?;
    let environment = Environment::new(std::env::vars_os());
    let network = if settings.offline {
        Network::Offline
    } else {
        Network::Allowed
    };
    Ok(Context {
        dir: settings.directory.clone(),
        network,
        http: HttpClient::new(&http_settings(settings, &inputs, &go_env, &environment)),
        env: go_env,
        environment,
        reporter: settings.reporter(),
    })
}

fn http_settings(
    settings: &Settings,
    inputs: &Inputs,
    go_env: &GoEnv,
    environment: &Environment,
) -> HttpSettings {
    let either = |upper: &str, lower: &str| {
        inputs
            .var(upper)
            .or_else(|| inputs.var(lower))
            .map(str::to_owned)
    };
    HttpSettings {
        roots: RootSettings {
            ca_file: settings.ca_file.clone(),
            cert_file: inputs.var("SSL_CERT_FILE").map(Into::into),
            cert_dirs: inputs.var("SSL_CERT_DIR").map(Into::into),
        },
        proxies: ProxySettings {
            http: either("HTTP_PROXY", "http_proxy"),
            https: either("HTTPS_PROXY", "https_proxy"),
            all: either("ALL_PROXY", "all_proxy"),
            no_proxy: either("NO_PROXY", "no_proxy"),
        },
        auth: AuthSettings {
            methods: go_env.goauth(),
            netrc: adapters::env::netrc_path(inputs),
            environment: environment.clone(),
        },
        concurrency: settings
            .concurrency
            .map_or_else(Concurrency::default, |count| Concurrency(count.get())),
        network: if settings.offline {
            http_network::Offline
        } else {
            http_network::Online
        },
        ..HttpSettings::default()
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
