//! URLs and secrets that cannot be printed by accident.
