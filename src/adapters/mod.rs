//! Input and output: one outside thing each, no decisions; errors name the path, URL or program.

pub mod config;
pub mod env;
pub mod exec;
pub mod fs;
pub mod git;
pub mod go_files;
pub mod goproxy;
pub mod http;
pub mod image;
pub mod index;
pub mod info_json;
pub mod modcache;
pub mod module_dir;
pub mod module_tree;
pub mod repo_root;
pub mod repository;
pub mod sumdb;
pub mod vcs;
pub mod zip_file;
