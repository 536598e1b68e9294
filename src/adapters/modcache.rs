//! The module cache on disk, in the go command's own layout, locking and permissions.
