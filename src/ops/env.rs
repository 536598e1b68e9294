//! The Go environment with the origin of each value.

use crate::domain::goenv::redact;
use crate::domain::goenv::{GoEnv, Origin, Setting};
use crate::domain::text::quote::Quoted;
use crate::ops::failure::Failure;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The variables; none means all that `go env` lists.
    pub names: Vec<String>,
    /// Only variables that differ from their default.
    pub changed: bool,
}

/// The variables that were asked for. No value holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The variables: sorted, or in the order of the names that were given.
    pub variables: Vec<Variable>,
}

/// One variable, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The value without secrets; `None` where only a Go toolchain knows it.
    pub value: Option<String>,
    /// Where the value came from; `None` for a variable that is not set.
    pub origin: Option<Origin>,
    /// Whether the value differs from the default; never where the default is not known.
    pub changed: bool,
    /// Whether something in the value was hidden.
    pub is_redacted: bool,
}

/// Selects variables and hides secrets.
pub fn run(go_env: &GoEnv, options: &Options) -> Result<Report, Failure> {
    if let Some(name) = options.names.iter().find(|name| name.contains('=')) {
        let message = format!("invalid variable name {}", Quoted(name));
        return Err(Failure::usage(message).hint(
            "`modsmith env` only reads; set variables with `go env -w` or in the environment",
        ));
    }
    // As `go env` does; the other commands ask for the mode by themselves.
    go_env.module_mode()?;
    let variables = if options.names.is_empty() {
        let settings = go_env.settings().iter();
        settings
            .filter(|setting| !options.changed || setting.changed)
            .map(variable)
            .collect()
    } else {
        options
            .names
            .iter()
            .filter_map(|name| named(go_env, name, options.changed))
            .collect()
    };
    Ok(Report { variables })
}

fn named(go_env: &GoEnv, name: &str, changed: bool) -> Option<Variable> {
    let Some(setting) = go_env.setting(name) else {
        let nothing = Variable {
            name: name.to_owned(),
            value: Some(String::new()),
            origin: None,
            changed: false,
            is_redacted: false,
        };
        return (!changed).then_some(nothing);
    };
    (!changed || setting.changed).then(|| variable(setting))
}

fn variable(setting: &Setting) -> Variable {
    let shown = redact::value(&setting.name, &setting.value);
    let is_redacted = *shown != *setting.value;
    Variable {
        name: setting.name.to_string(),
        value: (setting.origin != Origin::Unknown).then(|| shown.into_owned()),
        origin: Some(setting.origin.clone()),
        changed: setting.changed,
        is_redacted,
    }
}
