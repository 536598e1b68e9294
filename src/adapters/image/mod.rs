//! Container images as files: OCI layouts, as directories or in an archive, and what `docker save` writes.
//!
//! See <https://github.com/opencontainers/image-spec/blob/main/image-layout.md>.

mod layer;
mod layout;
mod store;

pub use layer::{LayerReader, Unpacked};
pub use layout::{Image, Layer};
pub use store::Store;

use std::io;

use crate::domain::image::tar::TarError;

/// Why an image cannot be searched.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// A file cannot be read.
    #[error("cannot read {name}: {source}")]
    Io {
        /// The file, or the name within the image.
        name: String,
        /// The reason.
        source: io::Error,
    },
    /// The image names something that it does not have.
    #[error("{name} is missing")]
    Missing {
        /// What is missing.
        name: String,
    },
    /// A description is not what it should be.
    #[error("{name} is malformed: {fault}")]
    Malformed {
        /// The description.
        name: String,
        /// What is wrong.
        fault: String,
    },
    /// Something is larger than it is in any image.
    #[error("{name} is larger than {limit} bytes")]
    TooLarge {
        /// What it is.
        name: String,
        /// The limit.
        limit: u64,
    },
    /// The archive is damaged.
    #[error("{name}: {fault}")]
    Tar {
        /// The archive.
        name: String,
        /// What is wrong.
        fault: TarError,
    },
    /// A blob has another hash than its name says.
    #[error("{name} has another hash")]
    Mismatch {
        /// The blob.
        name: String,
        /// The hash in its name.
        expected: String,
        /// The hash of its bytes.
        got: String,
    },
}
