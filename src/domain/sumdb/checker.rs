//! The checksum database client as a state machine: it says which lookup, tree head and tiles it needs, and believes nothing before the proof holds.
