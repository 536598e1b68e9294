//! GOFLAGS: splitting, quoting, and the flags that concern modules.
