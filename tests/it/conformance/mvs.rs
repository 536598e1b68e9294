//! The scenarios of minimal version selection: mvs.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use modsmith::domain::module::{ModulePath, ModuleVersion, Version};
use modsmith::domain::mvs::algorithm::{self, Reqs};
use modsmith::domain::mvs::graph::Compare;
use serde_json::Value;

use super::support::{Tally, rows};

/// Requirements by name: the first letter is the module, the rest its version.
struct Table(BTreeMap<ModuleVersion, Vec<ModuleVersion>>);

#[derive(Debug)]
struct Missing;

impl Table {
    fn listed(&self, path: &ModulePath) -> Vec<&Version> {
        let versions = self.0.keys().filter(|module| module.path == *path);
        versions
            .map(|m| &m.version)
            .filter(|v| !v.as_str().is_empty() && !v.as_str().ends_with(".hidden"))
            .collect()
    }
}

impl Reqs for Table {
    type Error = Missing;

    fn required(&self, module: &ModuleVersion) -> Result<Vec<ModuleVersion>, Missing> {
        self.0.get(module).cloned().ok_or(Missing)
    }

    fn compare(&self) -> Compare {
        compare
    }

    fn upgrade(&self, module: &ModuleVersion) -> Result<ModuleVersion, Missing> {
        let mut latest = Version::none();
        for version in self.listed(&module.path) {
            if compare("", latest.as_str(), version.as_str()) == Ordering::Less || latest.is_empty()
            {
                latest = version.clone();
            }
        }
        if latest.is_empty() {
            Err(Missing)
        } else {
            Ok(ModuleVersion {
                path: module.path.clone(),
                version: latest,
            })
        }
    }

    fn previous(&self, module: &ModuleVersion) -> Result<ModuleVersion, Missing> {
        let lower = self
            .listed(&module.path)
            .into_iter()
            .filter(|v| v.as_str() < module.version.as_str());
        let version = lower.max().cloned().unwrap_or_else(|| Version::new("none"));
        Ok(ModuleVersion {
            path: module.path.clone(),
            version,
        })
    }
}

/// Texts compare as texts; `none` is the lowest and the empty version the highest.
fn compare(_: &str, a: &str, b: &str) -> Ordering {
    let rank = |v: &str| match v {
        "none" => 0,
        "" => 2,
        _ => 1,
    };
    rank(a).cmp(&rank(b)).then_with(|| a.cmp(b))
}

fn module(text: &str) -> ModuleVersion {
    let (path, version) = text.split_at(1);
    ModuleVersion::new(path, version)
}

/// A module that is only mentioned requires nothing.
fn table(reqs: &Value) -> Table {
    let mut table = BTreeMap::new();
    for (from, to) in reqs.as_object().unwrap() {
        let to: Vec<_> = strings(to).iter().map(|text| module(text)).collect();
        for mentioned in &to {
            table.entry(mentioned.clone()).or_default();
        }
        table.insert(module(from), to);
    }
    Table(table)
}

fn strings(value: &Value) -> Vec<String> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn scenarios() {
    let mut tally = Tally::new("mvs");
    for row in rows("mvs") {
        let table = table(&row["reqs"]);
        let args: Vec<_> = strings(&row["args"])
            .iter()
            .map(|arg| module(arg))
            .collect();
        let paths: Vec<_> = strings(&row["args"])
            .iter()
            .skip(1)
            .map(|arg| ModulePath::new(&arg[..1]))
            .collect();
        let op = row["op"].as_str().unwrap();
        let got = match op {
            "build" => algorithm::build_list(&args[0], &table),
            "upgrade*" => algorithm::upgrade_all(&args[0], &table),
            "upgrade" | "upgradereq" => algorithm::upgrade(&args[0], &table, &args[1..]),
            "downgrade" => algorithm::downgrade(&args[0], &table, &args[1..]),
            "req" => algorithm::minimal(&args[0], &paths, &table),
            other => panic!("unknown operation {other}"),
        };
        let got = match (op, got) {
            // The minimal requirements that keep the upgraded build list.
            ("upgradereq", Ok(list)) => {
                let roots: Vec<_> = list[1..].to_vec();
                let mut table = Table(table.0.clone());
                table.0.insert(args[0].clone(), roots);
                algorithm::minimal(&args[0], &[], &table)
            }
            (_, got) => got,
        };
        let got = got
            .unwrap()
            .iter()
            .map(|m| format!("{}{}", m.path, m.version))
            .collect::<Vec<_>>();
        tally.check(
            format!("{} {op} {}", row["name"], row["args"]),
            &got,
            &strings(&row["want"]),
        );
    }
    tally.finish();
}
