//! Telling git about the driver: its configuration says how it is called, .gitattributes for which files.

use std::path::PathBuf;

use crate::adapters::exec::ExecError;
use crate::adapters::fs;
use crate::adapters::git::{GitScope, GitSettings};
use crate::domain::merge::attributes;
use crate::ops::context::Context;
use crate::ops::failure::{Failure, FailureKind};

/// How git calls the driver; it finds the program as PATH says.
const COMMAND: &str = "modsmith merge-driver --marker-size %L -- %O %A %B %P";
/// What git says of it.
const TITLE: &str = "go.mod, go.work and go.sum merged by what they say";
/// How git merges several common ancestors into one: not with marks in it, which would be an ancestor nobody can read.
const RECURSIVE: &str = "binary";
/// The most bytes of a file of attributes.
const MAX_ATTRIBUTES: u64 = 1 << 20;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupAction {
    /// Tell git about the driver.
    Install,
    /// Take that back.
    Uninstall,
    /// See whether git knows.
    Check,
}

/// What to do, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetupOptions {
    /// What.
    pub action: SetupAction,
    /// For all repositories of the user, not the one at hand alone.
    pub global: bool,
}

/// What was done or found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// What was asked for.
    pub action: SetupAction,
    /// The file of attributes, as people read it.
    pub attributes: String,
    /// Whether its lines were changed; for a check, whether they are there.
    pub in_attributes: bool,
    /// Whether the configuration was changed; for a check, whether it names the driver.
    pub in_config: bool,
}

/// Does what was asked for; what is as it should be is left alone.
pub async fn setup(ctx: &Context, options: SetupOptions) -> Result<Setup, Failure> {
    let git = GitSettings::new(&ctx.dir, &ctx.environment);
    let scope = if options.global {
        GitScope::Global
    } else {
        GitScope::Local
    };
    let path = attributes_path(&git, scope).await?;
    let text = fs::read_if_exists(&path, MAX_ATTRIBUTES)?.unwrap_or_default();
    let text = String::from_utf8(text).map_err(|error| {
        let what = format!("`{}` is not UTF-8", path.display());
        Failure::new(FailureKind::Input, error).context(what)
    })?;
    let section = format!("merge.{}", attributes::DRIVER);
    let key = |name: &str| format!("{section}.{name}");
    let (driver, title, recursive) = (key("driver"), key("name"), key("recursive"));
    let known = git.get(scope, &driver).await.map_err(no_git)?;
    let is_known = known.as_deref() == Some(COMMAND);
    let (in_attributes, in_config) = match options.action {
        SetupAction::Check => (attributes::install(&text).is_none(), is_known),
        SetupAction::Install => {
            if !is_known {
                git.set(scope, &title, TITLE).await?;
                git.set(scope, &recursive, RECURSIVE).await?;
                git.set(scope, &driver, COMMAND).await?;
            }
            (replace(&path, attributes::install(&text))?, !is_known)
        }
        SetupAction::Uninstall => {
            let removed = git.remove_section(scope, &section).await?;
            (replace(&path, attributes::uninstall(&text))?, removed)
        }
    };
    Ok(Setup {
        action: options.action,
        attributes: ctx.short_path(&path),
        in_attributes,
        in_config,
    })
}

/// Writes a file that changed; reports whether it did.
fn replace(path: &std::path::Path, text: Option<String>) -> Result<bool, Failure> {
    let Some(text) = text else {
        return Ok(false);
    };
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::replace(path, text.as_bytes())?;
    Ok(true)
}

async fn attributes_path(git: &GitSettings, scope: GitScope) -> Result<PathBuf, Failure> {
    match scope {
        GitScope::Local => {
            let root = git.work_tree().await.map_err(|error| match error {
                failed @ ExecError::Failed { .. } => Failure::new(FailureKind::Input, failed)
                    .hint("run it in the work tree of a repository, or add `--global`"),
                other => no_git(other),
            })?;
            Ok(root.join(".gitattributes"))
        }
        GitScope::Global => git.attributes_file().await.map_err(no_git)?.ok_or_else(|| {
            Failure::message(
                FailureKind::Input,
                "git's file of attributes for all repositories has no place: HOME is not set",
            )
            .hint("set HOME or git's `core.attributesFile`")
        }),
    }
}

fn no_git(error: ExecError) -> Failure {
    match error {
        ExecError::NotFound { .. } => Failure::new(FailureKind::Outside, error)
            .hint("install git: it is the program that this driver is for"),
        other => other.into(),
    }
}
