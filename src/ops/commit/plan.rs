//! What a run would write.

use super::changes::{Changes, Compared, FileChange};
use super::go_mod::{self, Updated};
use super::keep::{Keep, Needs};
use super::sums::Sums;
use crate::adapters::fs;
use crate::domain::gosum::GoSum;
use crate::ops::failure::Failure;
use crate::ops::load::{GO_RELEASE, LoadError, Mode};
use crate::ops::packages::load::Loaded;
use crate::ops::packages::resolve::State;
use crate::ops::session::Session;
use crate::ops::source::MAX_GO_SUM;

/// What is written besides the requirements.
#[derive(Debug)]
pub struct Options {
    /// What becomes of the lines of go.sum.
    pub sums: SumRule,
    /// The version of the `go` line that was added while go.mod was read, where it had none.
    pub added_go: Option<String>,
    /// Whether the `toolchain` line goes, whatever it says.
    pub drop_toolchain: bool,
    /// Whether the `toolchain` line stays although it names a Go without such lines.
    pub explicit_toolchain: bool,
    /// Packages that get a `tool` line.
    pub add_tools: Vec<String>,
    /// Packages that lose their `tool` line.
    pub drop_tools: Vec<String>,
}

/// What becomes of the lines of go.sum.
#[derive(Debug)]
pub enum SumRule {
    /// Lines that are needed are added; all others stay.
    Grow,
    /// What is needed stays, by this list and by what was loaded; all else goes, as `go mod tidy` does it.
    Trim(Keep),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            sums: SumRule::Grow,
            added_go: Some(GO_RELEASE.to_owned()),
            drop_toolchain: false,
            explicit_toolchain: false,
            add_tools: Vec::new(),
            drop_tools: Vec::new(),
        }
    }
}

impl Options {
    /// Reports whether go.mod is formatted and go.sum trimmed.
    pub fn is_tidy(&self) -> bool {
        matches!(self.sums, SumRule::Trim(_))
    }
}

/// Computes what a run would write: go.mod by the requirements of `state`, go.sum by what was loaded and checked.
///
/// Where nothing may be written, a go.mod or go.sum that would have to change is an error, in the words of the go command.
/// In a workspace only go.work.sum changes.
pub async fn plan(
    session: &Session<'_>,
    state: &State,
    loaded: Option<&Loaded>,
    options: &Options,
) -> Result<Changes, Failure> {
    let mut changes = Changes {
        cache: Some(session.source.upstreams.cache().clone()),
        ..Changes::default()
    };
    if session.mode == Mode::Vendor {
        session.check_unchanged(&state.requirements)?;
        return Ok(changes);
    }
    let mut go_mod = None;
    if let (None, Some(main)) = (&session.mains.work, session.mains.modules.first()) {
        let Updated {
            before,
            after,
            is_changed,
        } = go_mod::update(main, &state.requirements, session.mode, options)?;
        if is_changed && session.mode != Mode::Mod {
            return Err(LoadError::UpdatesNeeded.into());
        }
        if (is_changed || options.is_tidy()) && after != main.text {
            go_mod = Some(FileChange {
                path: main.go_mod.clone(),
                shown: session.ctx.short_path(&main.go_mod),
                before: Some(main.text.clone()),
                after: after.clone(),
                is_go_sum: false,
            });
        }
        changes.compared.push(Compared {
            name: "go.mod",
            before,
            after,
        });
    }
    sums(session, state, loaded, options, &mut changes).await?;
    changes.files.extend(go_mod);
    Ok(changes)
}

/// Adds what becomes of go.sum, or of go.work.sum in a workspace.
async fn sums(
    session: &Session<'_>,
    state: &State,
    loaded: Option<&Loaded>,
    options: &Options,
    changes: &mut Changes,
) -> Result<(), Failure> {
    let mut paths = session.mains.sum_files().into_iter();
    let Some(path) = paths.next() else {
        return Ok(());
    };
    let own;
    let keep = match &options.sums {
        SumRule::Trim(keep) => keep,
        SumRule::Grow => {
            own = needed_of_new(session, state, loaded).await;
            let checked = session.source.checked_sums();
            if !checked.iter().any(|sum| own.has(&sum.key)) {
                changes.gained = Some(Vec::new());
                return Ok(());
            }
            &own
        }
    };
    let before = fs::read_if_exists(&path, MAX_GO_SUM)?;
    let mut of_members = Vec::new();
    for path in paths.filter(|_| session.mains.work.is_some()) {
        let text = fs::read_if_exists(&path, MAX_GO_SUM)?;
        of_members.extend(text.map(|text| GoSum::parse_lax(&text)));
    }
    let sums = Sums {
        listed: &GoSum::parse_lax(before.as_deref().unwrap_or_default()),
        of_members: &of_members,
        checked: &session.source.checked_sums(),
        keep,
    };
    let after = match options.sums {
        SumRule::Trim(_) => {
            changes.compared.push(Compared {
                name: "go.sum",
                before: before.clone().unwrap_or_default(),
                after: sums.tidy(),
            });
            sums.trimmed()
        }
        SumRule::Grow => {
            changes.gained = Some(sums.gained());
            sums.grown()
        }
    };
    let Some(after) = after.filter(|after| before.as_ref() != Some(after)) else {
        return Ok(());
    };
    if session.must_have_sums() {
        return Err(LoadError::SumsNeeded.into());
    }
    changes.files.push(FileChange {
        shown: session.ctx.short_path(&path),
        path,
        before,
        after,
        is_go_sum: true,
    });
    Ok(())
}

/// Gathers the lines that are needed, as far as they are about modules with hashes that no go.sum has: these alone are new.
async fn needed_of_new(session: &Session<'_>, state: &State, loaded: Option<&Loaded>) -> Keep {
    // Packages may still need the graph, which brings in more of them.
    let is_settled = loaded.is_none() || state.known().is_some();
    let keep = if is_settled {
        let checked = session.source.checked_sums().into_iter();
        Keep::among(checked.map(|sum| sum.key.path).collect())
    } else {
        Keep::default()
    };
    let needs = Needs {
        session,
        state,
        loaded,
        is_tidy: false,
        with_build_list: true,
    };
    needs.gather(keep).await
}
