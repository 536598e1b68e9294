//! Vectors of hashes, notes, the transparency log and the checksum database: dirhash, note, tlog, sumdb.
