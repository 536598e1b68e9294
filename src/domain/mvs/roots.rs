//! Root requirements: consistency, and the roots that a go.mod must list.
