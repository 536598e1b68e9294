//! GOPROXY and GOSUMDB lists: separators, `direct`, `off`, fallback rules.
