//! Versions of a module inside a repository: tags, pseudo-versions, subdirectories, go.mod locations.
