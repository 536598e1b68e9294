//! Use cases: gather through adapters, decide in the domain, return a report.

pub mod commit;
pub mod context;
pub mod download;
pub mod env;
pub mod failure;
pub mod fetch;
pub mod files;
pub mod get;
pub mod graph;
pub mod graph_index;
pub mod list;
pub mod load;
pub mod main_modules;
pub mod modfile;
pub mod packages;
pub mod progress;
pub mod query;
pub mod session;
pub mod similar;
pub mod source;
pub mod tidy;
pub mod tree;
pub mod upstream;
pub mod verify;
pub mod why;
