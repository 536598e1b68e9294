//! `merge-driver`: arguments to operation to output.

use crate::cli::args::merge_driver::Args;
use crate::cli::commands::{context, context_of, env};
use crate::cli::exit::{Exit, Outcome};
use crate::cli::settings::Settings;
use crate::domain::goenv::GoEnv;
use crate::ops::context::{Context, Network};
use crate::ops::failure::Failure;
use crate::ops::merge_driver::{self, Options, SetupAction, SetupOptions};
use crate::render::human;

/// Runs the command.
pub fn run(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    let action = match args {
        Args { install: true, .. } => SetupAction::Install,
        Args {
            uninstall: true, ..
        } => SetupAction::Uninstall,
        Args { check: true, .. } => SetupAction::Check,
        _ => return merge(settings, args),
    };
    let ctx = context(settings)?;
    let options = SetupOptions {
        action,
        global: args.global,
    };
    let setup = settings.block_on(merge_driver::setup(&ctx, options))?;
    let is_no = action == SetupAction::Check && !(setup.in_attributes && setup.in_config);
    Ok(Outcome {
        stdout: human::merge_driver::setup(&setup).into_bytes(),
        exit: if is_no { Exit::No } else { Exit::Done },
    })
}

fn merge(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    let [base, ours, theirs, path] = args.files.as_slice() else {
        return Err(Failure::usage("four files are needed: %O %A %B %P"));
    };
    let options = Options {
        base: base.clone(),
        ours: ours.clone(),
        theirs: theirs.clone(),
        path: path.to_string_lossy().into_owned(),
        marker_size: usize::from(args.marker_size),
    };
    let (ctx, offline) = (context(settings)?, offline(settings)?);
    let report = settings.block_on(merge_driver::run(&ctx, &offline, &options))?;
    let differs = report
        .proof
        .hashes
        .as_ref()
        .is_some_and(|hashes| !hashes.differ.is_empty());
    let exit = match report.is_clean() {
        false => Exit::No,
        true if differs => Exit::Mismatch,
        true => Exit::Done,
    };
    Ok(Outcome {
        stdout: human::merge_driver::merged(&report).into_bytes(),
        exit,
    })
}

/// Gathers surroundings in which only the module cache is asked, and believed.
fn offline(settings: &Settings) -> Result<Context, Failure> {
    let mut inputs = env::inputs(settings)?;
    for (name, value) in [("GOSUMDB", "off"), ("GOFLAGS", ""), ("GOWORK", "off")] {
        inputs.config.retain(|setting| setting.name != name);
        inputs.env.insert(name.to_owned(), value.to_owned());
    }
    let go_env = GoEnv::resolve(&inputs)?;
    let mut ctx = context_of(settings, &inputs, go_env);
    ctx.network = Network::Offline;
    Ok(ctx)
}
