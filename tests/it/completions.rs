//! Completions and man pages are current.

use clap::ValueEnum as _;
use modsmith::cli::args::completions::Shell;
use modsmith::cli::commands::completions::script;

use crate::support::golden;
use crate::support::sandbox::Sandbox;

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
