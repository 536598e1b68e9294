//! `modsmith graph list`.
