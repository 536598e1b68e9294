//! Modules straight from version control: the rules, without the I/O. See <https://go.dev/ref/mod#vcs>.

pub mod code_repo;
pub mod repo_path;
