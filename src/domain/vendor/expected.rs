//! Which files of its modules `go mod vendor` copies into a vendor directory.
//!
//! Of each package: the files beside its Go files but tests, and but Go files that no build could use; the files that
//! it embeds; and the licences and the like of the directories above it, up to the root of its module. See
//! <https://go.dev/ref/mod#go-mod-vendor>.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::checksum::dirhash::FileDigest;
use crate::domain::gosource::embed::{self, EmbedError, EmbedTree};
use crate::domain::gosource::{HeaderFault, Tags, imports};
use crate::domain::module::goversion;

/// How the names of files begin that are copied from the directories above a package, too.
const METADATA: &[&str] = &[
    "AUTHORS",
    "CONTRIBUTORS",
    "COPYLEFT",
    "COPYING",
    "COPYRIGHT",
    "LEGAL",
    "LICENSE",
    "NOTICE",
    "PATENTS",
];

/// The files of one module.
pub trait ModuleTree {
    /// Why a file could not be read.
    type Error;

    /// Returns the names in a directory, sorted, with whether each is a directory; the root is `""`.
    ///
    /// Only ordinary files and directories are named. A directory that is not there is empty.
    fn entries(&self, directory: &str) -> Vec<(String, bool)>;

    /// Returns the contents of a file.
    fn read(&self, file: &str) -> Result<Vec<u8>, Self::Error>;
}

/// What depends on the version in the `go` line of go.mod or go.work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyRules {
    /// Files named go.mod and go.sum are left out: from Go 1.17 on.
    pub without_go_mod: bool,
    /// What tests embed is left out: from Go 1.22 on.
    pub without_test_embeds: bool,
}

/// A file that belongs into the vendor directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The module, by its number in vendor/modules.txt.
    pub module: usize,
    /// The path in the module.
    pub path: String,
    /// The hash of the contents, where they had to be read.
    pub digest: Option<FileDigest>,
    /// Whether the file has to be there.
    pub need: Need,
}

/// Whether a file has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// It depends on the machine where the directory was made, as for what files with cgo embed.
    Optional,
    /// It is always copied.
    Required,
}

/// The files that belong into a vendor directory, by their paths below it.
#[derive(Clone, Debug, Default)]
pub struct ExpectedFiles {
    /// The files.
    pub files: BTreeMap<String, Origin>,
    /// Packages whose embedded files cannot be told, and why.
    pub faults: Vec<EmbedProblem>,
    /// Go files that do not parse, so that nobody can tell what they embed.
    pub unparsed: Vec<Unparsed>,
    /// The directories, by module path, whose licences were already copied.
    seen: BTreeSet<(String, String)>,
}

/// A package embeds what is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbedProblem {
    /// The import path.
    pub package: String,
    /// What is wrong.
    pub error: EmbedError,
    /// Whether only files with cgo ask for it.
    pub need: Need,
}

/// A Go file that does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unparsed {
    /// The import path of its package.
    pub package: String,
    /// The module, by its number in vendor/modules.txt.
    pub module: usize,
    /// The path in the module.
    pub path: String,
    /// What is wrong with it.
    pub fault: HeaderFault,
}

/// A package of vendor/modules.txt with its module.
#[derive(Clone, Copy, Debug)]
pub struct VendoredPackage<'a> {
    /// The number of the module in vendor/modules.txt.
    pub module: usize,
    /// The path of the module, not of its replacement.
    pub module_path: &'a str,
    /// The import path.
    pub package: &'a str,
}

/// Whether a module has a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Its files are expected now.
    Present,
    /// There are no Go files in its directory, or no such directory.
    Absent,
}

impl CopyRules {
    /// Returns the rules for the version in a `go` line.
    pub fn of_go_version(version: &str) -> Self {
        let from = |release| goversion::compare(version, release) != Ordering::Less;
        Self {
            without_go_mod: from("1.17"),
            without_test_embeds: from("1.22"),
        }
    }
}

impl ExpectedFiles {
    /// Adds the files of a package; called in the order of vendor/modules.txt, since what comes later is written over
    /// what came before.
    pub fn add<T: ModuleTree>(
        &mut self,
        package: VendoredPackage<'_>,
        rules: CopyRules,
        tree: &T,
    ) -> Result<Presence, T::Error> {
        let directory = package
            .package
            .strip_prefix(package.module_path)
            .filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let Some(directory) = directory else {
            return Ok(Presence::Absent);
        };
        let directory = directory.trim_start_matches('/');
        let names: Vec<String> = files_of(tree, directory).collect();
        if !names.iter().any(|name| is_go_file(name)) {
            return Ok(Presence::Absent);
        }
        let mut embedding = Embedding::default();
        for name in names {
            let path = join(directory, &name);
            let contents = is_go_file(&name).then(|| tree.read(&path)).transpose()?;
            let copied = match &contents {
                Some(contents) => {
                    if let Err(fault) = embedding.read(&name, contents, rules) {
                        self.unparsed.push(Unparsed {
                            package: package.package.to_owned(),
                            module: package.module,
                            path: path.clone(),
                            fault,
                        });
                    }
                    is_source(&name, contents)
                }
                None => !rules.without_go_mod || !matches!(name.as_str(), "go.mod" | "go.sum"),
            };
            if copied {
                let origin = Origin {
                    module: package.module,
                    path,
                    digest: contents.as_deref().map(FileDigest::of),
                    need: Need::Required,
                };
                self.files.insert(join(package.package, &name), origin);
            }
        }
        self.add_metadata(package, directory, tree);
        self.add_embedded(package, directory, &embedding, tree);
        Ok(Presence::Present)
    }

    fn add_metadata<T: ModuleTree>(
        &mut self,
        package: VendoredPackage<'_>,
        directory: &str,
        tree: &T,
    ) {
        let (mut vendored, mut directory) = (package.package, directory);
        loop {
            let key = (package.module_path.to_owned(), vendored.to_owned());
            if !self.seen.insert(key) || vendored == package.module_path {
                return;
            }
            vendored = parent(vendored);
            directory = parent(directory);
            let key = (package.module_path.to_owned(), vendored.to_owned());
            if self.seen.contains(&key) {
                return;
            }
            for name in files_of(tree, directory) {
                if !METADATA.iter().any(|prefix| name.starts_with(prefix)) {
                    continue;
                }
                let origin = Origin {
                    module: package.module,
                    path: join(directory, &name),
                    digest: None,
                    need: Need::Required,
                };
                self.files.insert(join(vendored, &name), origin);
            }
        }
    }

    fn add_embedded<T: ModuleTree>(
        &mut self,
        package: VendoredPackage<'_>,
        directory: &str,
        embedding: &Embedding,
        tree: &T,
    ) {
        let below = Below { tree, directory };
        for (patterns, need) in [
            (&embedding.required, Need::Required),
            (&embedding.with_cgo, Need::Optional),
        ] {
            // With a pattern that stands for nothing, `go mod vendor` complains and copies none of them.
            let files = match embed::resolve(patterns, &below) {
                Ok(files) => files,
                Err(error) => {
                    let package = package.package.to_owned();
                    self.faults.push(EmbedProblem {
                        package,
                        error,
                        need,
                    });
                    continue;
                }
            };
            for file in files {
                let vendored = join(package.package, &file);
                self.files.entry(vendored).or_insert_with(|| Origin {
                    module: package.module,
                    path: join(directory, &file),
                    digest: None,
                    need,
                });
            }
        }
    }
}

/// What the Go files of a package embed.
#[derive(Default)]
struct Embedding {
    required: Vec<String>,
    /// The patterns of all files, where some of them use cgo.
    with_cgo: Vec<String>,
}

impl Embedding {
    /// Takes what a file embeds; the error is for a file that does not parse.
    fn read(&mut self, name: &str, contents: &[u8], rules: CopyRules) -> Result<(), HeaderFault> {
        if name.starts_with(['_', '.']) {
            return Ok(());
        }
        let head = imports::read(contents);
        if let Some(fault) = head.fault {
            return Err(fault);
        }
        let embeds = |import: &imports::Import<'_>| import.path().as_deref() == Some("embed");
        if (rules.without_test_embeds && name.ends_with("_test.go"))
            || head.package == b"documentation"
            || !head.imports.iter().any(embeds)
        {
            return Ok(());
        }
        let patterns = embed::patterns(contents);
        if !head.imports.iter().any(imports::Import::is_c) {
            self.required.extend_from_slice(&patterns);
        }
        self.with_cgo.extend(patterns);
        Ok(())
    }
}

/// A package's directory as patterns see it.
struct Below<'a, T> {
    tree: &'a T,
    directory: &'a str,
}

impl<T: ModuleTree> EmbedTree for Below<'_, T> {
    fn entries(&self, directory: &str) -> Vec<(String, bool)> {
        let path = match (self.directory, directory) {
            (top, "") => top.to_owned(),
            (top, below) => join(top, below),
        };
        self.tree.entries(&path)
    }
}

/// Reports whether a Go file is copied: it is no test, and some build could use it.
fn is_source(name: &str, contents: &[u8]) -> bool {
    if name.ends_with("_test.go") {
        return false;
    }
    let head = imports::read(contents);
    head.fault.is_some_and(HeaderFault::is_fatal) || Tags::Any.should_build(head.text)
}

/// Reports whether Go takes a file for one of its own, going by the name.
pub fn is_go_file(name: &str) -> bool {
    // Unlike an extension, the suffix may be all of the name, and its case matters.
    name.strip_suffix(".go").is_some()
}

fn files_of<T: ModuleTree>(tree: &T, directory: &str) -> impl Iterator<Item = String> + use<T> {
    let entries = tree.entries(directory).into_iter();
    entries.filter_map(|(name, is_directory)| (!is_directory).then_some(name))
}

/// Joins two slash-separated paths, each of which may be empty.
pub fn join(directory: &str, name: &str) -> String {
    match (directory, name) {
        ("", path) | (path, "") => path.to_owned(),
        _ => format!("{directory}/{name}"),
    }
}

/// Returns the path without its last element.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    struct Files(BTreeMap<&'static str, &'static str>);

    impl ModuleTree for Files {
        type Error = Infallible;

        fn entries(&self, directory: &str) -> Vec<(String, bool)> {
            let below = |path: &&&str| {
                let rest = path.strip_prefix(directory)?;
                let rest = if directory.is_empty() {
                    rest
                } else {
                    rest.strip_prefix('/')?
                };
                Some(match rest.split_once('/') {
                    Some((name, _)) => (name.to_owned(), true),
                    None => (rest.to_owned(), false),
                })
            };
            let names: BTreeSet<_> = self.0.keys().filter_map(|path| below(&path)).collect();
            names.into_iter().collect()
        }

        fn read(&self, file: &str) -> Result<Vec<u8>, Infallible> {
            Ok(self.0[file].as_bytes().to_vec())
        }
    }

    #[track_caller]
    fn check(files: &[(&'static str, &'static str)], go: &str, packages: &[&str], expect: &[&str]) {
        let tree = Files(files.iter().copied().collect());
        let mut expected = ExpectedFiles::default();
        for package in packages {
            let package = VendoredPackage {
                module: 0,
                module_path: "m.example",
                package,
            };
            let Ok(_) = expected.add(package, CopyRules::of_go_version(go), &tree);
        }
        let show = |(vendored, origin): (&String, &Origin)| match origin.need {
            Need::Required => format!("{vendored} {}", origin.path),
            Need::Optional => format!("{vendored} {}?", origin.path),
        };
        let got: Vec<_> = expected.files.iter().map(show).collect();
        assert_eq!(got, expect);
    }

    const GO: &str = "package p\n";

    #[test]
    fn copies_what_a_build_could_need() {
        let files = [
            ("go.mod", ""),
            ("LICENSE", ""),
            ("LICENSE-extra", ""),
            ("README", ""),
            ("a/PATENTS", ""),
            ("a/b/p.go", GO),
            ("a/b/p_test.go", GO),
            ("a/b/p_windows.go", GO),
            ("a/b/gen.go", "//go:build ignore\n\npackage main\n"),
            ("a/b/_x.go", GO),
            ("a/b/broken.go", "//go:build ignore\n\nnot go"),
            ("a/b/nul.go", "//go:build ignore\n\npackage p\0"),
            ("a/b/asm.s", ""),
            ("a/b/c.h", ""),
            ("a/b/go.mod", ""),
            ("a/b/testdata/x", ""),
            ("a/b/sub/q.go", GO),
        ];
        let expect = [
            "m.example/LICENSE LICENSE",
            "m.example/LICENSE-extra LICENSE-extra",
            "m.example/a/PATENTS a/PATENTS",
            "m.example/a/b/_x.go a/b/_x.go",
            "m.example/a/b/asm.s a/b/asm.s",
            "m.example/a/b/c.h a/b/c.h",
            "m.example/a/b/nul.go a/b/nul.go",
            "m.example/a/b/p.go a/b/p.go",
            "m.example/a/b/p_windows.go a/b/p_windows.go",
        ];
        check(&files, "1.24", &["m.example/a/b"], &expect);
        check(
            &files,
            "1.24",
            &["m.example/a", "m.example/none", "other.example/a"],
            &[],
        );
    }

    #[test]
    fn copies_what_is_embedded() {
        let embeds = "package p\nimport _ \"embed\"\n//go:embed data\nvar x string\n";
        let cgo = "package p\nimport _ \"embed\"\nimport \"C\"\n//go:embed native\nvar x string\n";
        let files = [
            ("p/p.go", embeds),
            ("p/c.go", cgo),
            (
                "p/p_test.go",
                "package p\nimport _ \"embed\"\n//go:embed testing\nvar x string\n",
            ),
            ("p/data/x/y.txt", ""),
            ("p/data/.hidden", ""),
            ("p/native/z", ""),
            ("p/testing/t", ""),
            ("p/other/o", ""),
        ];
        let expect = [
            "m.example/p/c.go p/c.go",
            "m.example/p/data/x/y.txt p/data/x/y.txt",
            "m.example/p/native/z p/native/z?",
            "m.example/p/p.go p/p.go",
        ];
        check(&files, "1.22", &["m.example/p"], &expect);
        let mut before = expect.to_vec();
        before.push("m.example/p/testing/t p/testing/t");
        check(&files, "1.21", &["m.example/p"], &before);
    }

    #[test]
    fn old_modules_keep_their_go_mod() {
        let files = [("go.mod", ""), ("p.go", GO)];
        check(
            &files,
            "1.16",
            &["m.example"],
            &["m.example/go.mod go.mod", "m.example/p.go p.go"],
        );
    }
}
