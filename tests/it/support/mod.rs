//! What tests share: a sandbox, txtar archives, a local proxy with faults.

pub(crate) mod golden;
pub(crate) mod json_schema;
pub(crate) mod proxy;
pub(crate) mod repos;
pub(crate) mod sandbox;
pub(crate) mod txtar;
pub(crate) mod context;
pub(crate) mod unzip;
