//! `direct`: modules from git repositories on this machine.
