//! Signed notes: verifier keys, signatures, opening a note.
