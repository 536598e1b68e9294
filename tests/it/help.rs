//! The help of every command.
