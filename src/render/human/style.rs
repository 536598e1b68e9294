//! Roles of text, and how they look.
