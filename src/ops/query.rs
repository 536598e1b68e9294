//! Version queries against proxies and repositories.
