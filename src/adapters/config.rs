//! modsmith.toml: settings of this program, with positions.
