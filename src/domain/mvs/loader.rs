//! Which go.mod is needed next: pruning, workspaces, and when loading is complete.
