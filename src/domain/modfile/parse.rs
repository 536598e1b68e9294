//! From syntax tree to typed directives, with diagnostics.
