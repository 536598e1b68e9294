//! Standard streams, colour and width.
