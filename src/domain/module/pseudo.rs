//! Pseudo-versions: building them, taking them apart, their base version.
