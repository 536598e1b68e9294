//! Answers of the real go command, recorded in `tests/conformance`, replayed without network and without Go.

pub(crate) mod binary;
pub(crate) mod cases;
mod commit;
mod download;
mod get;
mod goenv;
mod gosource;
mod later;
mod modfile;
mod mvs;
mod names;
mod queries;
mod sumdb;
pub(crate) mod support;
mod tidy;
mod verify;
mod zip;
