//! Transport and tile cache for the checksum database client.
