//! One module version: what the module cache lacks of it is fetched.

use std::path::Path;

use super::{Download, Trouble};
use crate::domain::checksum::dirhash;
use crate::domain::module::ModuleVersion;
use crate::ops::failure::Failure;
use crate::ops::source::{ModuleError, Reason, Source};

/// Fetches what is missing of a module, and says where it is; after an error, as far as it got.
pub(super) async fn complete(source: &Source<'_>, download: Download) -> Download {
    let mut download = download;
    if download.error.is_none()
        && let Err(error) = fill(source, &mut download).await
    {
        download.error = Some(trouble(error));
    }
    download
}

async fn fill(source: &Source<'_>, download: &mut Download) -> Result<(), ModuleError> {
    let module = ModuleVersion::new(download.path.as_str(), download.version.as_str());
    download.info = text(&source.info_file(&module).await?);
    let go_mod = source.go_mod(&module).await?;
    download.go_mod = text(&source.kept_go_mod(&module, &go_mod).await?);
    download.go_mod_sum = dirhash::hash_go_mod(&go_mod);
    let contents = source.contents(&module).await?;
    download.zip = text(&contents.zip.path);
    download.sum = contents.zip.h1;
    download.dir = text(&contents.dir.map_err(|error| *error)?);
    Ok(())
}

fn trouble(error: ModuleError) -> Trouble {
    let text = match &*error.reason {
        // The go command names the zip, and that is enough.
        Reason::Unpack(unpack) => unpack.to_string(),
        _ => error.to_string(),
    };
    let contradicts_sums = matches!(*error.reason, Reason::SumMismatch { .. });
    let failure = Failure::from(error);
    Trouble {
        text,
        contradicts_sums,
        kind: failure.kind,
        hints: failure.hints,
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
