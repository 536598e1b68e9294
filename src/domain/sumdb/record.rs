//! Texts of the checksum database: records, tree heads.
