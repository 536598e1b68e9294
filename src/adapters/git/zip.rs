//! The module zip of a revision.

use std::fs::File;
use std::io::{self, BufWriter};

use thiserror::Error;

use super::copy::GitRepo;
use crate::adapters::zip_file::PositionedFile;
use crate::domain::direct::HostError;
use crate::domain::direct::zip::{ArchiveFiles, LayoutError, ZipSource};
use crate::domain::module::ModuleVersion;
use crate::domain::modzip::{self, Archive, CreateError, ZipError};

/// Why no module zip can be made of a revision.
#[derive(Debug, Error)]
pub enum DirectZipError {
    /// The revision cannot be had.
    #[error(transparent)]
    Host(HostError),
    /// Its files are none of a module.
    #[error("create zip: {0}")]
    Create(#[from] CreateError),
    /// What git made is no zip.
    #[error("reading the archive that git made: {0}")]
    Archive(#[from] ZipError),
    /// What git made has another layout than was asked for.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// A temporary file could not be used.
    #[error("using a temporary file: {0}")]
    Io(#[from] io::Error),
}

impl GitRepo {
    /// Makes the zip of a module version, as the go command does, and writes it to `file`, which is empty.
    pub async fn module_zip(
        &self,
        source: &ZipSource,
        module: &ModuleVersion,
        file: &File,
    ) -> Result<(), DirectZipError> {
        // Gone with its last handle, whatever happens.
        let mut archive = tempfile::tempfile()?;
        let archived = self.archive(&source.rev, &source.dir, &mut archive).await;
        archived.map_err(DirectZipError::Host)?;
        let (source, module, file) = (source.clone(), module.clone(), file.try_clone()?);
        let make = move || make(&module, &source, archive, file);
        let made = tokio::task::spawn_blocking(make).await;
        made.expect("making a zip does not panic")
    }
}

/// Makes a module zip of an archive of the repository.
fn make(
    module: &ModuleVersion,
    source: &ZipSource,
    archive: File,
    file: File,
) -> Result<(), DirectZipError> {
    let size = archive.metadata()?.len();
    let archive = Archive::open(PositionedFile::new(archive), size)?;
    let files = ArchiveFiles::new(&archive, source)?;
    modzip::create(module, &files, BufWriter::new(file))?;
    Ok(())
}
