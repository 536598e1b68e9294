//! go.mod and go.work: a lossless, position-keeping parser, formatter and editor. See <https://go.dev/ref/mod#go-mod-file>.

pub mod directive;
pub mod edit;
pub mod lex;
pub mod parse;
pub mod print;
pub mod summary;
pub mod syntax;
