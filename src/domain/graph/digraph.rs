//! A plain directed graph with the walks that several features share.
