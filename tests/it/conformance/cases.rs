//! The recorded cases: graph, build list, JSON and updates of every module and workspace.
