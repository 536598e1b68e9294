//! Answers of the real go command, recorded in `tests/conformance`, replayed without network and without Go.

mod names;
mod modfile;
mod sumdb;
mod goenv;
mod mvs;
mod cases;
mod queries;
mod later;
mod support;
