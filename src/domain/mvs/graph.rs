//! The requirement graph: pushed-in requirements, selected versions, walks and paths.
