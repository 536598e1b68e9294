//! From an import path to a version-control repository: well-known hosts and go-import tags.
