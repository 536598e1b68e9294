//! The netrc format as the go command reads it.
//!
//! See <https://go.dev/ref/mod#private-module-proxy-auth>. It is close to the format of `ftp`, with
//! its own corners: words come in pairs on one line, a `default` entry is not used, quotes mean nothing.

use std::fmt;

/// The login for one machine.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NetrcEntry {
    /// The host, with its port if it has one.
    pub machine: String,
    /// The user name.
    pub login: String,
    /// The password; never printed.
    pub password: String,
}

impl fmt::Debug for NetrcEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetrcEntry")
            .field("machine", &self.machine)
            .finish_non_exhaustive()
    }
}

/// Returns the complete entries of a netrc file. Of several for one machine the first one counts.
pub fn parse(text: &str) -> Vec<NetrcEntry> {
    let mut entries = Vec::new();
    let mut entry = NetrcEntry::default();
    let mut in_macro = false;
    for line in text.split('\n') {
        if in_macro {
            in_macro = !line.is_empty();
            continue;
        }
        let mut words = line.split_whitespace();
        while let Some(key) = words.next() {
            let Some(value) = words.next() else {
                if key == "default" {
                    return entries;
                }
                break;
            };
            match key {
                "machine" => {
                    entry = NetrcEntry {
                        machine: value.to_owned(),
                        ..NetrcEntry::default()
                    }
                }
                "login" => value.clone_into(&mut entry.login),
                "password" => value.clone_into(&mut entry.password),
                "macdef" => in_macro = true,
                _ => {}
            }
            if !entry.machine.is_empty() && !entry.login.is_empty() && !entry.password.is_empty() {
                entries.push(std::mem::take(&mut entry));
            }
        }
    }
    entries
}
