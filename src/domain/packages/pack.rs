//! Loaded packages as bytes for an index.
//!
//! Modules come first, each once; then the packages, each with its path, who provides it and what it imports by
//! position; then what was asked for. Every number is an unsigned LEB128.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::loader::{ByPath, Flags, Package, PackageId, Packages, Provider};
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::mvs::pack::{Reader, put_number, put_text};

/// Appends packages.
pub fn write(bytes: &mut Vec<u8>, packages: &Packages) {
    let mut modules: Vec<&ModuleVersion> = Vec::new();
    let mut positions: HashMap<&ModuleVersion, usize, RandomState> = HashMap::default();
    for package in &packages.list {
        if let Provider::Module(module) = &package.provider {
            positions.entry(module).or_insert_with(|| {
                modules.push(module);
                modules.len() - 1
            });
        }
    }
    put_number(bytes, modules.len());
    for module in modules {
        put_text(bytes, module.path.as_str());
        put_text(bytes, module.version.as_str());
    }
    put_number(bytes, packages.list.len());
    for package in &packages.list {
        put_optional(bytes, package.test_of);
        if package.test_of.is_none() {
            put_text(bytes, &package.path);
        }
        match &package.provider {
            Provider::Nobody => put_number(bytes, 0),
            Provider::Standard => put_number(bytes, 1),
            Provider::Main(position) => {
                put_number(bytes, 2);
                put_number(bytes, *position);
            }
            Provider::Module(module) => {
                put_number(bytes, 3);
                put_number(bytes, positions[module]);
            }
        }
        put_number(bytes, usize::from(package.flags.0));
        put_optional(bytes, package.test);
        put_ids(bytes, &package.imports);
    }
    put_ids(bytes, &packages.roots);
}

/// Takes packages over so many main modules; `None` where the bytes do not tell.
pub fn read(reader: &mut Reader<'_>, mains: usize) -> Option<Packages> {
    let mut modules = Vec::new();
    for _ in 0..reader.count()? {
        modules.push(ModuleVersion {
            path: ModulePath::new(reader.text()?),
            version: Version::new(reader.text()?),
        });
    }
    let count = reader.count()?;
    let mut list: Vec<Package> = Vec::new();
    let mut by_path = ByPath::with_capacity_and_hasher(count, RandomState::default());
    for position in 0..count {
        let test_of = take_optional(reader, count)?.into_iter().next();
        // A package comes before its tests.
        let path = if let Some(tested) = test_of {
            Arc::clone(&list.get(tested.index())?.path)
        } else {
            let path: Arc<str> = Arc::from(reader.text()?);
            let id = PackageId(u32::try_from(position).ok()?);
            by_path.insert(Arc::clone(&path), id);
            path
        };
        let provider = match reader.number()? {
            0 => Provider::Nobody,
            1 => Provider::Standard,
            2 => Provider::Main(take_position(reader, mains)?),
            3 => Provider::Module(modules[take_position(reader, modules.len())?].clone()),
            _ => return None,
        };
        let flags = Flags(u8::try_from(reader.number()?).ok()?);
        let test = take_optional(reader, count)?.into_iter().next();
        let imports = take_ids(reader, count)?;
        list.push(Package {
            path,
            provider,
            imports,
            found: None,
            test,
            test_of,
            flags,
        });
    }
    let roots = take_ids(reader, count)?;
    Some(Packages::new(list, by_path, roots))
}

fn put_ids(bytes: &mut Vec<u8>, ids: &[PackageId]) {
    put_number(bytes, ids.len());
    for id in ids {
        put_number(bytes, id.index());
    }
}

fn take_position(reader: &mut Reader<'_>, count: usize) -> Option<usize> {
    let position = usize::try_from(reader.number()?).ok()?;
    (position < count).then_some(position)
}

/// Appends the position of a package, or that there is none.
fn put_optional(bytes: &mut Vec<u8>, id: Option<PackageId>) {
    put_ids(bytes, id.as_slice());
}

/// Takes one position or none.
fn take_optional(reader: &mut Reader<'_>, count: usize) -> Option<Vec<PackageId>> {
    take_ids(reader, count).filter(|ids| ids.len() <= 1)
}

fn take_ids(reader: &mut Reader<'_>, count: usize) -> Option<Vec<PackageId>> {
    let length = reader.count()?;
    let take = |_| {
        Some(PackageId(
            u32::try_from(take_position(reader, count)?).ok()?,
        ))
    };
    (0..length).map(take).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Imports, Loader, Rules};
    use super::*;

    fn sample() -> Packages {
        let rules = Rules {
            all: true,
            tests: true,
            closes_over_tests: false,
        };
        let imports = |files: &[&str], tests: &[&str]| {
            let list = |paths: &[&str]| paths.iter().map(|path| Arc::from(*path)).collect();
            Some(Arc::new(Imports {
                files: list(files),
                tests: list(tests),
            }))
        };
        let module = |path: &str| Provider::Module(ModuleVersion::new(path, "v1.0.0"));
        let mut loader = Loader::new(rules, ["m/a", "m/b"]);
        loop {
            let needs = loader.needs();
            if needs.is_empty() {
                return loader.finish();
            }
            for id in needs {
                let (provider, imports, is_tool) = match &**loader.path(id) {
                    "m/a" => (Provider::Main(0), imports(&["x/p", "fmt"], &["y/q"]), false),
                    "m/b" => (Provider::Main(1), imports(&["m/a"], &[]), false),
                    "x/p" => (module("x"), imports(&["x/q"], &["y/q"]), true),
                    "x/q" => (module("x"), imports(&[], &[]), false),
                    "fmt" => (Provider::Standard, imports(&[], &[]), false),
                    _ => (Provider::Nobody, None, false),
                };
                let found = Found {
                    provider,
                    imports,
                    is_tool,
                };
                loader.supply(id, found);
            }
        }
    }

    fn packed() -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, &sample());
        bytes
    }

    fn unpacked(bytes: &[u8]) -> Option<Packages> {
        let mut reader = Reader::new(bytes);
        read(&mut reader, 2).filter(|_| reader.is_at_end())
    }

    #[test]
    fn come_back_as_they_were() {
        let (before, after) = (sample(), unpacked(&packed()).unwrap());
        assert_eq!(after.order(), before.order());
        for &id in before.order() {
            assert_eq!(after.path(id), before.path(id));
            assert_eq!(after.provider(id), before.provider(id));
            assert_eq!(after.imports(id), before.imports(id));
            assert_eq!(after.test(id), before.test(id));
            assert_eq!(after.tested(id), before.tested(id));
            assert_eq!(after.is_in_all(id), before.is_in_all(id));
            assert_eq!(after.is_root(id), before.is_root(id));
            assert_eq!(after.is_from_root(id), before.is_from_root(id));
            assert_eq!(after.chain(id), before.chain(id));
            assert_eq!(after.find(before.path(id)), before.find(before.path(id)));
        }
        let mut order = before.order().iter();
        assert!(order.any(|&id| before.is_test(id)));
    }

    #[test]
    fn other_bytes_are_no_packages_and_no_panic() {
        let bytes = packed();
        for length in 0..bytes.len() {
            assert!(unpacked(&bytes[..length]).is_none(), "{length}");
        }
        for position in 0..bytes.len() {
            for bit in 0..8 {
                let mut bytes = bytes.clone();
                bytes[position] ^= 1 << bit;
                if let Some(packages) = unpacked(&bytes) {
                    for &id in packages.order() {
                        packages.chain(id);
                    }
                }
            }
        }
    }
}
