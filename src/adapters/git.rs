//! The `git` program, as `direct` needs it.
