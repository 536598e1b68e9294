//! The few facts of a dependency's go.mod that module loading needs, read without building a tree.
