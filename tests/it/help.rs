//! The help of every command.

use crate::support::golden;

/// The help that stands in the repository is what the program prints; a change of a flag shows in the diff.
#[test]
fn help_is_current() {
    let mut names = Vec::new();
    walk(
        modsmith::cli::args::command().term_width(100),
        "modsmith",
        &mut names,
    );
    golden::check_names("tests/it/help", &names);
}

fn walk(mut command: clap::Command, name: &str, names: &mut Vec<String>) {
    command = command.bin_name(name.replace('-', " "));
    command.build();
    let file = format!("{name}.txt");
    golden::check(
        &format!("tests/it/help/{file}"),
        command.render_long_help().to_string().as_bytes(),
    );
    names.push(file);
    for sub in command.get_subcommands() {
        walk(sub.clone(), &format!("{name}-{}", sub.get_name()), names);
    }
}

/// Every flag and every command says what it is for.
#[test]
fn everything_is_explained() {
    let mut faults = Vec::new();
    let mut command = modsmith::cli::args::command();
    command.build();
    explain(&command, &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn explain(command: &clap::Command, faults: &mut Vec<String>) {
    let name = command.get_name();
    if command.get_about().is_none() {
        faults.push(format!("`{name}` has no description"));
    }
    for argument in command.get_arguments() {
        let help = argument
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        if help.is_empty() {
            faults.push(format!("`{name}`: `{}` has no help", argument.get_id()));
        }
        if help.ends_with('.') {
            faults.push(format!(
                "`{name}`: the help of `{}` ends with a full stop",
                argument.get_id()
            ));
        }
    }
    for sub in command.get_subcommands() {
        explain(sub, faults);
    }
}
