//! `env`: arguments to operation to output.

use crate::adapters::env;
use crate::cli::args::env::{Args, Format};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::domain::goenv::GoEnv;
use crate::domain::goenv::resolve::Inputs;
use crate::ops;
use crate::ops::env::{Options, Report};
use crate::ops::failure::Failure;
use crate::ops::progress::Event;
use crate::render::{human, json};

/// Runs the command.
pub fn run(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    let mut inputs = inputs(settings)?;
    env::gather_extras(&mut inputs);
    let go_env = GoEnv::resolve(&inputs)?;
    let options = Options {
        names: args.names.clone(),
        changed: args.changed,
    };
    let report = ops::env::run(&go_env, &options)?;
    let text = match format(settings, args) {
        Format::Json => json::env::render(&report),
        Format::Go => human::env::go(&report, &inputs.host.os),
        Format::Text if args.names.is_empty() || args.changed => {
            human::env::table(&report, &settings.styles())
        }
        Format::Text => {
            warn_of_unknown(settings, &report);
            human::env::values(&report)
        }
    };
    Ok(Outcome::done(text))
}

/// Gathers the inputs of the Go environment, with the variables of modsmith.toml.
pub fn inputs(settings: &Settings) -> Result<Inputs, Failure> {
    let mut inputs = env::gather()?;
    inputs.config.clone_from(&settings.go);
    Ok(inputs)
}

fn format(settings: &Settings, args: &Args) -> Format {
    let wished = if args.json || settings.prefers_json() {
        Format::Json
    } else {
        Format::Text
    };
    args.format.unwrap_or(wished)
}

/// Says which of the values are missing rather than empty: a script must not take one for the other.
fn warn_of_unknown(settings: &Settings, report: &Report) {
    for variable in report
        .variables
        .iter()
        .filter(|variable| variable.value.is_none())
    {
        let message = format!("`{}` is unknown without a Go toolchain", variable.name);
        settings.reporter().report(Event::Warning(&message));
    }
}
