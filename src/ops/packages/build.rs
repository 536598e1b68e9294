//! The build at hand, as far as it decides which files count.

use crate::adapters::env::has_program;
use crate::domain::goenv::cgo;
use crate::domain::gosource::Tags;
use crate::domain::gosource::platform::{self, Build};
use crate::ops::context::Context;

/// Returns the build tags that hold for the build that the environment describes; `tags` counts instead of the `-tags`
/// of GOFLAGS.
pub fn build_tags(ctx: &Context, tags: Option<&str>) -> Tags {
    let env = &ctx.env;
    // The last one counts.
    let flags = env.get("GOFLAGS").split_ascii_whitespace();
    let mut flagged = flags.rev().filter_map(|flag| {
        let (name, value) = flag.trim_start_matches('-').split_once('=')?;
        (name == "tags").then_some(value)
    });
    let processor = env.get("GOARCH");
    platform::tags(&Build {
        system: env.get("GOOS"),
        processor,
        features: features_variable(processor).map_or("", |name| env.get(name)),
        cgo: uses_cgo(ctx),
        tags: tags.or(flagged.next()).unwrap_or_default(),
    })
}

/// Reports whether files with cgo are part of the build.
pub fn uses_cgo(ctx: &Context) -> bool {
    cgo::is_enabled(&ctx.env, |name| has_program(&ctx.environment, name))
}

/// Returns the variable that says what a processor can do.
fn features_variable(processor: &str) -> Option<&'static str> {
    Some(match processor {
        "386" => "GO386",
        "amd64" => "GOAMD64",
        "arm" => "GOARM",
        "arm64" => "GOARM64",
        "mips" | "mipsle" => "GOMIPS",
        "mips64" | "mips64le" => "GOMIPS64",
        "ppc64" | "ppc64le" => "GOPPC64",
        "riscv64" => "GORISCV64",
        _ => return None,
    })
}
