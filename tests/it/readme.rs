//! The tour in README.md is real: every command in it prints what stands there, in the sample workspace.

use std::fs;
use std::path::Path;

use crate::support::sandbox::{Run, Sandbox};

#[test]
fn the_tour_is_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    // The settings of the sample name its proxy; nothing of the sandbox's own environment does.
    let sandbox = Sandbox::new()
        .unset("GOPROXY")
        .unset("GOSUMDB")
        .unset("GOMODCACHE")
        .unset("GOPATH")
        .unset("GOTOOLCHAIN")
        .set("MODSMITH_CONFIG", "../modsmith.toml");
    let mut count = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        for (command, expected) in commands(block) {
            let got = run(&sandbox, root, &command);
            assert_eq!(
                unaligned(&got),
                unaligned(&expected),
                "README.md: {command}"
            );
            count += 1;
        }
    }
    assert!(3 <= count, "the tour has {count} commands");
}

/// Takes the padding before `#` away: how far it reaches depends on where the checkout is.
fn unaligned(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once("  # ") {
        Some((value, origin)) => format!("{}  # {}\n", value.trim_end(), origin.trim_start()),
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// Splits a block into commands, each after `$ `, and what they print.
fn commands(block: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ modsmith ") {
            commands.push((command.to_owned(), String::new()));
        } else if let Some((_, output)) = commands.last_mut() {
            output.push_str(line);
            output.push('\n');
        }
    }
    commands
}

/// Runs a command in the sample; `| head -N` keeps the first lines. Messages count too, as on a terminal.
fn run(sandbox: &Sandbox, root: &Path, line: &str) -> String {
    let (line, most) = match line.split_once(" | head -") {
        Some((line, most)) => (line, most.parse().unwrap()),
        None => (line, usize::MAX),
    };
    let mut command = sandbox.command(line.split(' '));
    command.current_dir(root.join("tests/sample/shop"));
    let run = Run::of(&mut command);
    let text = format!("{}{}", run.stdout, run.stderr);
    let text = text.replace(&root.display().to_string(), "/src/modsmith");
    text.lines()
        .take(most)
        .flat_map(|line| [line, "\n"])
        .collect()
}
