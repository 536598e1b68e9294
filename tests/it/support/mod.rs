//! What tests share: a sandbox, txtar archives, a local proxy with faults.

pub(crate) mod context;
mod files;
pub(crate) mod go_binary;
pub(crate) mod golden;
pub(crate) mod image;
pub(crate) mod json_schema;
pub(crate) mod proxy;
pub(crate) mod repos;
pub(crate) mod sandbox;
pub(crate) mod txtar;
pub(crate) mod unzip;
pub(crate) mod xml;

pub(crate) use files::{program, scratch, write};
