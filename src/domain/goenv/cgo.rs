//! Whether cgo is enabled where `CGO_ENABLED` does not say so.
//!
//! A Go that was built without a choice of its own takes this one: cgo for the machine at hand, where the platform has it
//! and a C compiler is named or at hand. See <https://pkg.go.dev/cmd/cgo#hdr-Using_cgo_with_the_go_command>.

use super::GoEnv;

/// Reports whether cgo is enabled; `has_program` finds out whether a program is on the search path, and is asked only
/// where that matters.
pub fn is_enabled(env: &GoEnv, has_program: impl FnOnce(&str) -> bool) -> bool {
    match env.get("CGO_ENABLED") {
        "0" => return false,
        "1" => return true,
        _ => {}
    }
    let (system, processor) = (env.get("GOOS"), env.get("GOARCH"));
    let is_here = system == env.get("GOHOSTOS") && processor == env.get("GOHOSTARCH");
    is_here
        && is_supported(system, processor)
        && (!env.get("CC").is_empty() || has_program(compiler(system)))
}

/// Returns the C compiler that is looked for.
fn compiler(system: &str) -> &'static str {
    match system {
        "darwin" | "ios" | "freebsd" | "openbsd" => "clang",
        _ => "gcc",
    }
}

/// Reports whether a platform has cgo.
fn is_supported(system: &str, processor: &str) -> bool {
    let processors: &[&str] = match system {
        "aix" => &["ppc64"],
        "android" | "netbsd" => &["386", "amd64", "arm", "arm64"],
        "darwin" | "ios" => &["amd64", "arm64"],
        "dragonfly" | "illumos" | "solaris" => &["amd64"],
        "freebsd" => &["386", "amd64", "arm", "arm64", "riscv64"],
        "linux" => &[
            "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle",
            "ppc64le", "riscv64", "s390x", "sparc64",
        ],
        "openbsd" => &["386", "amd64", "arm", "arm64", "mips64", "riscv64"],
        "windows" => &["386", "amd64", "arm64"],
        _ => &[],
    };
    processors.contains(&processor)
}

#[cfg(test)]
mod tests {
    use super::super::inputs::{Inputs, Platform};
    use super::*;

    fn enabled(variables: &[(&str, &str)], programs: &[&str]) -> bool {
        let mut inputs = Inputs {
            host: Platform {
                os: "linux".to_owned(),
                arch: "amd64".to_owned(),
            },
            ..Inputs::default()
        };
        let variables = variables.iter();
        inputs.env = variables
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        inputs.env.insert("HOME".to_owned(), "/home/u".to_owned());
        let env = GoEnv::resolve(&inputs).unwrap();
        is_enabled(&env, |name| programs.contains(&name))
    }

    #[test]
    fn here_with_a_compiler() {
        assert!(enabled(&[], &["gcc"]));
        assert!(
            !enabled(&[], &["clang"]),
            "that is the one of other systems"
        );
        assert!(enabled(&[("CC", "whatever")], &[]));
    }

    #[test]
    fn not_for_another_machine() {
        assert!(!enabled(&[("GOOS", "windows")], &["gcc"]));
        assert!(!enabled(&[("GOARCH", "arm64")], &["gcc"]));
        assert!(enabled(&[("GOARCH", "arm64"), ("CGO_ENABLED", "1")], &[]));
    }

    #[test]
    fn whoever_says_so_decides() {
        assert!(!enabled(&[("CGO_ENABLED", "0")], &["gcc"]));
        assert!(enabled(&[("CGO_ENABLED", "1")], &[]));
        assert!(enabled(&[("CGO_ENABLED", "yes")], &["gcc"]), "as if unset");
    }

    #[test]
    fn platforms_without_it() {
        assert!(is_supported("linux", "riscv64"));
        assert!(!is_supported("linux", "ppc64"));
        assert!(!is_supported("plan9", "amd64"));
    }
}
