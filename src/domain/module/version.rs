//! Semantic versions as Go orders them: parsing, comparison, canonical form, `+incompatible`.
