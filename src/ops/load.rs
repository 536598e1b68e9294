//! Main modules and workspaces from disk, and the only loop that feeds the loader.
