//! replace and exclude: which module version stands for another, and which never counts.
