//! The tags that hold in a build: system, processor, features, releases and what was asked for.
//!
//! See <https://pkg.go.dev/cmd/go#hdr-Build_constraints>.

use std::collections::BTreeSet;

use super::Tags;

/// The minor release of Go up to which the release tags hold: that of the release that is reproduced.
const MINOR: usize = 26;

/// A build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Build<'b> {
    /// GOOS.
    pub system: &'b str,
    /// GOARCH.
    pub processor: &'b str,
    /// What the processor can do: the value of GOAMD64, GOARM and so on.
    pub features: &'b str,
    /// Whether cgo is enabled.
    pub cgo: bool,
    /// `-tags`: between commas or, as once, spaces.
    pub tags: &'b str,
}

/// Returns the tags that hold in a build with Go's own compiler; GOEXPERIMENT is left as it is by default.
pub fn tags(build: &Build<'_>) -> Tags {
    let mut tags: BTreeSet<String> = [build.system, build.processor, "gc"]
        .map(str::to_owned)
        .into();
    if build.cgo {
        tags.insert("cgo".to_owned());
    }
    tags.extend((1..=MINOR).map(|minor| format!("go1.{minor}")));
    let experiments = experiments(build).into_iter();
    tags.extend(experiments.map(|name| format!("goexperiment.{name}")));
    let processor = build.processor;
    let features = features(build).into_iter();
    tags.extend(features.map(|name| format!("{processor}.{name}")));
    let asked = build.tags.split([',', ' ']).filter(|tag| !tag.is_empty());
    tags.extend(asked.map(str::to_owned));
    Tags::Set {
        tags,
        system: build.system.to_owned(),
    }
}

/// Returns the experiments that are on by default.
fn experiments(build: &Build<'_>) -> Vec<&'static str> {
    let mut names = vec!["greenteagc", "randomizedheapbase64"];
    if matches!(
        build.processor,
        "amd64" | "arm64" | "loong64" | "ppc64" | "ppc64le" | "riscv64" | "s390x"
    ) {
        names.extend(["regabiwrappers", "regabiargs"]);
    }
    if !matches!(build.system, "aix" | "darwin" | "ios") {
        names.push("dwarf5");
    }
    names
}

/// Returns what the processor can do; a level stands for those below it, too.
fn features(build: &Build<'_>) -> Vec<String> {
    let level = build.features.split(',').next().unwrap_or_default();
    let number = |text: &str| text.parse::<u32>().ok();
    let up_to = |prefix: &str, first: u32, last: Option<u32>| -> Vec<String> {
        let last = last.filter(|last| *last < 100).unwrap_or(first);
        (first..=last)
            .map(|level| format!("{prefix}{level}"))
            .collect()
    };
    match build.processor {
        "386" | "mips" | "mipsle" | "mips64" | "mips64le" => vec![level.to_owned()],
        "amd64" => up_to("v", 1, level.strip_prefix('v').and_then(number)),
        "arm" => up_to("", 5, number(level)),
        "arm64" => {
            let (major, minor) = level.split_once('.').unwrap_or((level, "0"));
            let minor = number(minor).unwrap_or(0).min(9);
            let mut names = up_to(&format!("{major}."), 0, Some(minor));
            if major == "v9" {
                // The second generation starts with what the first one had learned by then.
                names.extend(up_to("v8.", 0, Some((minor + 5).min(9))));
            }
            names
        }
        "ppc64" | "ppc64le" => up_to("power", 8, level.strip_prefix("power").and_then(number)),
        "riscv64" => {
            let known = ["rva20u64", "rva22u64", "rva23u64"];
            let last = known.iter().position(|name| *name == level).unwrap_or(0);
            known[..=last]
                .iter()
                .map(|name| (*name).to_owned())
                .collect()
        }
        "wasm" => ["satconv", "signext"].map(str::to_owned).into(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(system: &str, processor: &str, features: &str, expect: &str) {
        let build = Build {
            system,
            processor,
            features,
            ..Build::default()
        };
        let Tags::Set { tags, .. } = tags(&build) else {
            panic!("a build has a set of tags");
        };
        let known = [system, processor, "gc"];
        let rest: Vec<_> = tags
            .iter()
            .filter(|tag| !known.contains(&tag.as_str()) && !tag.starts_with("go1."))
            .map(|tag| tag.trim_start_matches("goexperiment."))
            .collect();
        assert_eq!(rest.join(" "), expect);
    }

    /// As `go list -f '{{context.ToolTags}}'` tells them.
    #[test]
    fn features_are_those_of_go() {
        let with_registers = "dwarf5 greenteagc randomizedheapbase64 regabiargs regabiwrappers";
        check(
            "linux",
            "amd64",
            "v3",
            &format!("amd64.v1 amd64.v2 amd64.v3 {with_registers}"),
        );
        check(
            "linux",
            "arm64",
            "v8.0",
            &format!("arm64.v8.0 {with_registers}"),
        );
        check(
            "linux",
            "386",
            "sse2",
            "386.sse2 dwarf5 greenteagc randomizedheapbase64",
        );
        check(
            "linux",
            "arm",
            "7",
            "arm.5 arm.6 arm.7 dwarf5 greenteagc randomizedheapbase64",
        );
        check(
            "linux",
            "mips",
            "hardfloat",
            "dwarf5 greenteagc randomizedheapbase64 mips.hardfloat",
        );
        check("linux", "s390x", "", with_registers);
        check(
            "js",
            "wasm",
            "",
            "dwarf5 greenteagc randomizedheapbase64 wasm.satconv wasm.signext",
        );
        check(
            "darwin",
            "amd64",
            "v1",
            "amd64.v1 greenteagc randomizedheapbase64 regabiargs regabiwrappers",
        );
        check(
            "linux",
            "riscv64",
            "rva20u64",
            "dwarf5 greenteagc randomizedheapbase64 regabiargs regabiwrappers riscv64.rva20u64",
        );
    }
}
