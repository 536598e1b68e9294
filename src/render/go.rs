//! Byte-exact formats of the go command.
