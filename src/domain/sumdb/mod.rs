//! The checksum database: signed notes, transparency log, and the client that checks them. See <https://go.dev/ref/mod#checksum-database>.

mod base64;
pub mod checker;
mod fork;
mod lookup;
mod merge;
pub mod note;
mod proof;
pub mod record;
pub mod tile;
pub mod tlog;
mod view;
