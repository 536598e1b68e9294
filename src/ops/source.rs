//! Where go.mod files, versions and version information come from: module cache, proxies, `direct`; verified before they are believed.
