//! The scenarios of minimal version selection: mvs.
