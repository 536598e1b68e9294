//! Version queries (`latest`, `upgrade`, `patch`, `v1`, `<v1.2`): their meaning on a list of versions.
