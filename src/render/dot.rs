//! Graphviz DOT.
