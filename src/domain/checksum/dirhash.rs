//! The `h1:` hash of a go.mod or of the files of a module.
