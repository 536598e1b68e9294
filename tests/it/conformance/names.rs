//! Vectors of names and versions: semver, module, pseudo, goversion-cmd, goversion-std.
