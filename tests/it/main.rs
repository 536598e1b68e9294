//! The integration tests: one binary.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

mod conformance;
mod support;

mod answer_index;
mod bad_packages;
mod cache;
mod completions;
mod cycles;
mod direct;
mod direct_zip;
mod download;
mod env;
mod exit;
mod fetch;
mod get;
mod graph;
mod graph_diff;
mod graph_index;
mod help;
mod html;
mod layout;
mod lint;
mod list;
mod merge_driver;
mod mod_tidy;
mod modfile;
mod package_index;
mod packages;
mod property;
mod property_modfile;
mod readme;
mod replaces;
mod replay;
mod schema;
mod sumdb;
mod svg;
mod tamper;
mod tidy;
mod trace;
mod tree;
mod vendor;
mod verify;
mod verify_binary;
mod verify_cache;
mod verify_explain;
mod verify_image;
mod verify_module;
mod verify_sum;
mod verify_sumdb;
mod verify_tags;
mod verify_vendor;
mod what_if;
mod why;
mod why_version;
