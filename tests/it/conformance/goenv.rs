//! Vectors of settings: goproxy, netrc.
