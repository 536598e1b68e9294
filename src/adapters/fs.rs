//! Files: reading, atomic replacement, locking, with errors that name the path.
