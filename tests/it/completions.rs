//! Completions and man pages are current.

use clap::ValueEnum as _;
use modsmith::cli::args::completions::Shell;
use modsmith::cli::commands::completions::script;

use crate::support::golden;
use crate::support::sandbox::{Run, Sandbox};

#[test]
fn scripts_are_current() {
    let sandbox = Sandbox::new();
    let mut names = Vec::new();
    for shell in Shell::value_variants() {
        let value = shell.to_possible_value().expect("no shell is hidden");
        let shell_name = value.get_name();
        let file = file_name(*shell);
        let script = script(*shell);
        golden::check(&format!("completions/{file}"), &script);
        names.push(file.to_owned());
        let printed = sandbox.run(&format!("completions {shell_name}")).success();
        assert!(
            printed.as_bytes() == script,
            "`completions {shell_name}` prints another script"
        );
    }
    golden::check_names("completions", &names);
}

#[test]
fn man_pages_are_current() {
    let mut names = Vec::new();
    let mut command = modsmith::cli::args::command().disable_help_flag(true);
    command.build();
    pages(&command, "modsmith", &mut names);
    golden::check_names("dist/man", &names);
}

fn pages(command: &clap::Command, name: &str, names: &mut Vec<String>) {
    let file = format!("{name}.1");
    let renamed = command.clone().name(name.to_owned()).display_name(name);
    let page = clap_mangen::Man::new(renamed)
        .date("")
        .source(concat!("modsmith ", env!("CARGO_PKG_VERSION")));
    let mut bytes = Vec::new();
    page.render(&mut bytes).unwrap();
    golden::check(&format!("dist/man/{file}"), &bytes);
    names.push(file);
    for sub in command.get_subcommands() {
        pages(sub, &format!("{name}-{}", sub.get_name()), names);
    }
}

const fn file_name(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => "modsmith.bash",
        Shell::Zsh => "_modsmith",
        Shell::Fish => "modsmith.fish",
        Shell::Powershell => "_modsmith.ps1",
        Shell::Elvish => "modsmith.elv",
    }
}

/// Asks as bash does: the words of the line, the last of which is to be completed.
fn answers(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let mut command = sandbox.command(["--"].iter().chain(&words));
    command
        .env("COMPLETE", "bash")
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string());
    let run = Run::of(&mut command).success();
    run.lines().map(str::to_owned).collect()
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new().file(
        "go.mod",
        "module example.com/main\n\nrequire example.com/a v1.2.0\nrequire example.com/B v0.1.0\n",
    );
    let cache = sandbox.cache().join("cache/download/example.com/!b/@v");
    std::fs::create_dir_all(&cache).unwrap();
    std::fs::write(cache.join("list"), "v0.2.0\nv0.10.0\n").unwrap();
    std::fs::write(cache.join("v0.3.0-!r!c.mod"), "").unwrap();
    sandbox.file(
        "go.sum",
        "example.com/deep v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    )
}

#[test]
fn module_paths_come_from_the_go_mod_at_hand() {
    let sandbox = sandbox();
    assert_eq!(
        answers(&sandbox, "modsmith graph list example.com/"),
        [
            "example.com/B",
            "example.com/a",
            "example.com/deep",
            "example.com/main"
        ]
    );
    assert_eq!(
        answers(&sandbox, "modsmith graph tree example.com/d"),
        ["example.com/deep"]
    );
}

#[test]
fn versions_come_from_go_mod_and_the_module_cache() {
    let sandbox = sandbox();
    assert_eq!(
        answers(&sandbox, "modsmith graph list example.com/B@"),
        [
            "v0.10.0",
            "v0.3.0-RC",
            "v0.2.0",
            "v0.1.0",
            "latest",
            "upgrade",
            "patch"
        ]
        .map(|version| format!("example.com/B@{version}"))
    );
    assert_eq!(
        answers(&sandbox, "modsmith graph tree example.com/a@v"),
        ["example.com/a@v1.2.0"]
    );
}

#[test]
fn commands_and_flags_are_completed() {
    let sandbox = Sandbox::new();
    assert_eq!(answers(&sandbox, "modsmith gr"), ["graph"]);
    assert_eq!(
        answers(&sandbox, "modsmith graph --format=d"),
        ["--format=dot"]
    );
    let script = Run::of(sandbox.command::<&str>([]).env("COMPLETE", "bash")).success();
    assert!(
        script.starts_with("COMP_WORDBREAKS=${COMP_WORDBREAKS//[@=]/}\n"),
        "{script}"
    );
}
