//! Tiles of the transparency log: their coordinates, paths and hashes.
