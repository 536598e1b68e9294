//! Where a variable may be set, and which place wins.

use std::collections::BTreeMap;

use super::env_file;
use super::inputs::Inputs;
use super::public;
use super::resolve::{Origin, Setting};
use super::variables;

/// The places where a variable may be set.
pub(super) struct Sources<'a> {
    inputs: &'a Inputs,
    merged: BTreeMap<String, Found>,
    shipped: BTreeMap<String, String>,
}

/// A value with its origin.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) value: String,
    pub(super) origin: Origin,
}

impl<'a> Sources<'a> {
    pub(super) fn new(inputs: &'a Inputs) -> Self {
        let mut sources = Self {
            inputs,
            merged: BTreeMap::new(),
            shipped: BTreeMap::new(),
        };
        if let (Some(text), Some(path)) = (&inputs.user_file, inputs.user_file_path()) {
            for line in env_file::lines(text) {
                let origin = Origin::UserFile {
                    path: path.clone(),
                    line: line.number,
                };
                let found = Found {
                    value: line.value.to_owned(),
                    origin,
                };
                sources.merged.insert(line.key.to_owned(), found);
            }
        }
        sources.add_shipped();
        for setting in &inputs.config {
            let origin = Origin::ConfigFile {
                path: setting.path.clone(),
                line: setting.line,
            };
            let found = Found {
                value: setting.value.clone(),
                origin,
            };
            sources.merged.insert(setting.name.clone(), found);
        }
        sources
    }

    /// Adds the defaults that come with a Go distribution: from its go.env, or, without one, as it is published.
    fn add_shipped(&mut self) {
        let (Some(text), Some(goroot)) = (&self.inputs.goroot_file, self.inputs.goroot()) else {
            let defaults = [
                ("GOPROXY", public::goproxy()),
                ("GOSUMDB", public::sumdb_name()),
                ("GOTOOLCHAIN", "auto".to_owned()),
            ];
            for (key, value) in defaults {
                self.add_default(key, &value, Origin::Default);
            }
            return;
        };
        let path = self.inputs.style().join(&goroot, "go.env");
        for line in env_file::lines(text) {
            let origin = Origin::GorootFile {
                path: path.clone(),
                line: line.number,
            };
            self.add_default(line.key, line.value, origin);
        }
    }

    fn add_default(&mut self, key: &str, value: &str, origin: Origin) {
        self.shipped.insert(key.to_owned(), value.to_owned());
        let found = || Found {
            value: value.to_owned(),
            origin,
        };
        self.merged.entry(key.to_owned()).or_insert_with(found);
    }

    /// Returns what is set, by the process or by a file. The value may be empty.
    pub(super) fn find(&self, name: &str) -> Option<Found> {
        let in_file = self.merged.get(name);
        if let Some(found) = in_file
            && matches!(found.origin, Origin::ConfigFile { .. })
        {
            return Some(found.clone());
        }
        match self.inputs.var(name) {
            Some(value) => Some(Found {
                value: value.to_owned(),
                origin: Origin::Process,
            }),
            None => in_file.cloned(),
        }
    }

    /// Returns where the user's file names GOROOT; a GOROOT in go.env means nothing.
    pub(super) fn goroot_line(&self) -> Option<Origin> {
        let found = self
            .merged
            .get("GOROOT")
            .filter(|found| !found.value.is_empty())?;
        matches!(found.origin, Origin::UserFile { .. }).then(|| found.origin.clone())
    }

    /// Returns the default that the distribution ships for a variable.
    pub(super) fn shipped(&self, name: &str) -> Option<&str> {
        self.shipped.get(name).map(String::as_str)
    }

    /// Returns the variables outside the list that have a value.
    pub(super) fn unlisted(&self, settings: &[Setting]) -> BTreeMap<String, Setting> {
        let is_listed = |name: &str| {
            settings
                .binary_search_by(|setting| (*setting.name).cmp(name))
                .is_ok()
        };
        let names = self
            .merged
            .keys()
            .map(String::as_str)
            .chain(variables::KNOWN.iter().copied());
        let names = names.filter(|name| !is_listed(name));
        names
            .filter_map(|name| {
                let Found { value, origin } = self.find(name)?;
                Some((
                    name.to_owned(),
                    Setting {
                        name: name.into(),
                        changed: !value.is_empty(),
                        value,
                        origin,
                    },
                ))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::inputs::ConfigSetting;
    use super::*;

    #[test]
    fn a_named_file_wins_over_the_process() {
        let env = [("GOFLAGS", "-mod=mod"), ("GOPROXY", "off")];
        let config = ConfigSetting {
            name: "GOFLAGS".to_owned(),
            value: String::new(),
            path: "/w/modsmith.toml".to_owned(),
            line: 3,
        };
        let inputs = Inputs {
            env: env
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            config: vec![config],
            ..Inputs::default()
        };
        let sources = Sources::new(&inputs);
        let flags = sources.find("GOFLAGS").unwrap();
        assert_eq!(flags.value, "");
        assert!(matches!(flags.origin, Origin::ConfigFile { line: 3, .. }));
        let proxy = sources.find("GOPROXY").unwrap();
        assert!(matches!(proxy.origin, Origin::Process));
    }
}
