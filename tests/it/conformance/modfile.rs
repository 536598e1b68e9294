//! Vectors of go.mod and go.work: modfile-parse, gowork-parse, modfile-edit, modfile-quote; the parsed value of every case.
