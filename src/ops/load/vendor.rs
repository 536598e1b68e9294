//! vendor/modules.txt of the main modules, and whether it agrees with them.

use std::path::PathBuf;

use super::{LoadError, LoadOptions, MAX_GO_MOD, Mode, Purpose, find};
use crate::adapters::fs;
use crate::domain::goenv::ModMode;
use crate::domain::module::{ModuleVersion, goversion};
use crate::domain::vendor::{self, InconsistentVendor, VendorList, VendorMode, is_for_workspace};
use crate::ops::context::Context;
use crate::ops::main_modules::MainModules;
use crate::ops::source::Source;

/// The largest vendor/modules.txt that is read, in bytes.
const MAX_MODULES_TXT: u64 = 64 << 20;

/// The main modules with their vendor directory, whether or not the two agree.
pub struct Vendored<'a> {
    /// The main modules.
    pub mains: MainModules,
    /// Where modules come from; go.sum is read.
    pub source: Source<'a>,
    /// vendor/modules.txt as it was read; none without such a file.
    pub text: Option<Vec<u8>>,
    /// What it says.
    pub list: VendorList,
    /// How it differs from go.mod or go.work.
    pub inconsistent: Option<InconsistentVendor>,
}

/// Loads the main modules and vendor/modules.txt, as the go command does with `-mod=vendor`.
pub async fn load_vendored<'a>(
    ctx: &'a Context,
    options: &LoadOptions,
) -> Result<Vendored<'a>, LoadError> {
    let options = LoadOptions {
        mode: Some(ModMode::Vendor),
        ..options.clone()
    };
    let (mains, _, source) = find(ctx, Purpose::List, &options).await?;
    source.read_sums(&mains)?;
    let path = vendor_dir(&mains).join("modules.txt");
    let text = fs::read_if_exists(&path, MAX_MODULES_TXT)?;
    let contents = text.as_deref().unwrap_or_default();
    let list = VendorList::parse(&ctx.short_path(&path), contents);
    let inconsistent = check_vendor(ctx, &mains, &list).err();
    Ok(Vendored {
        mains,
        source,
        text,
        list,
        inconsistent,
    })
}

/// Returns the vendor directory of the main modules, there or not.
pub fn vendor_dir(mains: &MainModules) -> PathBuf {
    mains.base_dir().join("vendor")
}

/// Decides between vendor and readonly where `-mod` does not say.
pub(super) fn default_mode(mains: &MainModules) -> Result<Mode, LoadError> {
    let vendor = mains.base_dir().join("vendor");
    let go = match &mains.work {
        Some(work) => work.file.go.as_ref().map(|go| go.version.as_str()),
        None => mains
            .modules
            .first()
            .and_then(|main| main.file.go.as_ref())
            .map(|go| go.version.as_str()),
    };
    let Some(go) = go else {
        return Ok(Mode::Readonly);
    };
    if !vendor.is_dir() || goversion::compare(go, "1.14").is_lt() {
        return Ok(Mode::Readonly);
    }
    let text = fs::read_if_exists(&vendor.join("modules.txt"), MAX_GO_MOD)?.unwrap_or_default();
    let of_workspace = is_for_workspace(&text);
    Ok(if of_workspace == mains.work.is_some() {
        Mode::Vendor
    } else {
        Mode::Readonly
    })
}

/// Reads vendor/modules.txt, and refuses it where it does not agree with go.mod or go.work.
pub(super) fn read_vendor(ctx: &Context, mains: &MainModules) -> Result<VendorList, LoadError> {
    let path = vendor_dir(mains).join("modules.txt");
    let text = fs::read_if_exists(&path, MAX_MODULES_TXT)?.unwrap_or_default();
    let list = VendorList::parse(&ctx.short_path(&path), &text);
    check_vendor(ctx, mains, &list)?;
    Ok(list)
}

fn check_vendor(
    ctx: &Context,
    mains: &MainModules,
    list: &VendorList,
) -> Result<(), InconsistentVendor> {
    let mode = match &mains.work {
        Some(_) => VendorMode::Workspace,
        None => VendorMode::Module {
            go_version: mains
                .modules
                .first()
                .and_then(|main| main.file.go.as_ref())
                .map_or_else(String::new, |go| go.version.clone()),
        },
    };
    let replacement = |module: &ModuleVersion| written_replacement(ctx, mains, module);
    let require = mains
        .modules
        .iter()
        .flat_map(|main| main.file.require.iter().map(|line| &line.module));
    let replace = mains
        .modules
        .iter()
        .flat_map(|main| main.file.replace.iter());
    let replace = replace.chain(mains.work.iter().flat_map(|work| work.file.replace.iter()));
    let wanted = vendor::Requirements {
        mode,
        require: require.collect(),
        replace: replace.map(|line| &line.old).collect(),
        replacement: &replacement,
    };
    vendor::check_consistency(&mains.base_dir().to_string_lossy(), list, &wanted)
}

fn written_replacement(
    ctx: &Context,
    mains: &MainModules,
    module: &ModuleVersion,
) -> Option<vendor::Replacement> {
    if module.version.is_empty() && mains.contains(&module.path) {
        return None;
    }
    let found = mains.replacements.get(module).ok()??;
    let source = match (found.member, &mains.work) {
        (Some(member), _) => &mains.modules[member].go_mod,
        (None, Some(work)) => &work.path,
        (None, None) => return None,
    };
    Some(vendor::Replacement {
        written: found.new.clone(),
        canonical: mains.shown_replacement(found),
        source: ctx.short_path(source),
    })
}
