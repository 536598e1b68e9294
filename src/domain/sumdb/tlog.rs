//! The transparency log: record and node hashes, inclusion and consistency proofs.
