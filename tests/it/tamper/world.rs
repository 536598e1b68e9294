//! A clean world: a module with go.mod and go.sum, a full module cache, a file tree as module proxy, and a static
//! checksum database, signed with a key that is known to everyone, behind it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use modsmith::adapters::config::file_url;
use serde_json::Value;

use crate::conformance::support::{corpus, rows};
use crate::support::sandbox::Sandbox;
use crate::support::unzip;

/// The modules of the build list: path and version; none of them needs escaping.
pub(crate) const MODULES: &[(&str, &str)] = &[
    ("golang.org/x/text", "v0.0.0-20170915032832-14c0d48ead0c"),
    ("rsc.io/quote", "v1.5.2"),
    ("rsc.io/sampler", "v1.3.0"),
];

/// Other versions that the proxy has, and whose sums nobody needs.
pub(crate) const OTHERS: &[(&str, &str)] =
    &[("rsc.io/quote", "v1.5.1"), ("rsc.io/sampler", "v1.2.1")];

/// The name of the checksum database.
pub(crate) const DATABASE: &str = "localhost.localdev/sumdb";

/// A world of its own for one row.
pub(crate) struct World {
    /// Where the program runs.
    pub(crate) sandbox: Sandbox,
}

/// The files of a clean world but for those of the main module, by name below the root of the sandbox.
static TEMPLATE: LazyLock<Vec<(PathBuf, Vec<u8>)>> = LazyLock::new(|| {
    let world = World::lay_out();
    let root = world.sandbox.path();
    let mut files = Vec::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_owned();
                files.push((name, fs::read(path).unwrap()));
            }
        }
    }
    files
});

impl World {
    /// Makes a clean world.
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::new();
        let proxy = sandbox.path().join("proxy");
        let key = fs::read_to_string(database_dir().join("verifier.key")).unwrap();
        let url = file_url(&proxy);
        let sandbox = sandbox
            .set("GOPROXY", url)
            .set("GOSUMDB", key.trim())
            .file("go.mod", go_mod())
            .file("go.sum", go_sum(MODULES))
            .file(
                "main.go",
                "package main\n\nimport _ \"rsc.io/quote\"\n\nfunc main() {}\n",
            );
        let root = sandbox.path();
        for (name, contents) in TEMPLATE.iter() {
            write(&root.join(name), contents);
        }
        Self { sandbox }
    }

    /// Lays out what does not depend on the place.
    fn lay_out() -> Self {
        let world = Self {
            sandbox: Sandbox::new(),
        };
        for (path, version) in MODULES.iter().chain(OTHERS) {
            world.serve(path, version);
        }
        for (path, version) in MODULES {
            world.fill(path, version);
        }
        copy_dir(&database_dir().join("tile"), &world.sumdb("tile"));
        for file in ["latest", "supported", "verifier.key"] {
            write(
                &world.sumdb(file),
                fs::read(database_dir().join(file)).unwrap(),
            );
        }
        world
    }

    /// Returns a file of the main module.
    pub(crate) fn work(&self, file: &str) -> PathBuf {
        self.sandbox.work().join(file)
    }

    /// Returns a file of the static database that the proxy serves: `tile/8/0/000`, `lookup/rsc.io/quote@v1.5.2`.
    pub(crate) fn sumdb(&self, file: &str) -> PathBuf {
        self.sandbox
            .path()
            .join("proxy/sumdb")
            .join(DATABASE)
            .join(file)
    }

    /// Returns a file of the database in the module cache, where it is once it was needed.
    pub(crate) fn cached_sumdb(&self, file: &str) -> PathBuf {
        self.sandbox
            .cache()
            .join("cache/download/sumdb")
            .join(DATABASE)
            .join(file)
    }

    /// Returns the file of the tree head that is kept between runs.
    pub(crate) fn latest(&self) -> PathBuf {
        self.sandbox
            .path()
            .join("go/pkg/sumdb")
            .join(DATABASE)
            .join("latest")
    }

    /// Returns a file that the proxy serves: `rsc.io/quote/@v/v1.5.2.zip`.
    pub(crate) fn served(&self, file: &str) -> PathBuf {
        self.sandbox.path().join("proxy").join(file)
    }

    /// Returns a file of the download part of the module cache: `rsc.io/quote/@v/v1.5.2.zip`.
    pub(crate) fn cached(&self, file: &str) -> PathBuf {
        self.sandbox.cache().join("cache/download").join(file)
    }

    /// Returns an unpacked file of the module cache: `rsc.io/quote@v1.5.2/quote.go`.
    pub(crate) fn extracted(&self, file: &str) -> PathBuf {
        self.sandbox.cache().join(file)
    }

    /// Makes the proxy and the database serve a module version of the corpus.
    fn serve(&self, path: &str, version: &str) {
        for suffix in ["info", "mod", "zip"] {
            let file = format!("{path}/@v/{version}.{suffix}");
            write(
                &self.served(&file),
                fs::read(corpus().join("proxy").join(&file)).unwrap(),
            );
        }
        let list = self.served(&format!("{path}/@v/list"));
        let known = fs::read_to_string(&list).unwrap_or_default();
        write(&list, format!("{known}{version}\n"));
        let lookup = format!("lookup/{path}@{version}");
        write(
            &self.sumdb(&lookup),
            fs::read(database_dir().join(&lookup)).unwrap(),
        );
    }

    /// Puts a module version into the module cache as the go command does, with `-modcacherw`.
    fn fill(&self, path: &str, version: &str) {
        for suffix in ["info", "mod", "zip"] {
            let file = format!("{path}/@v/{version}.{suffix}");
            write(&self.cached(&file), fs::read(self.served(&file)).unwrap());
        }
        write(&self.cached(&format!("{path}/@v/{version}.lock")), "");
        write(
            &self.cached(&format!("{path}/@v/{version}.ziphash")),
            sum(path, version, "h1"),
        );
        write(
            &self.cached(&format!("{path}/@v/list")),
            format!("{version}\n"),
        );
        unzip::extract(
            &self.served(&format!("{path}/@v/{version}.zip")),
            &self.sandbox.cache(),
        );
    }
}

/// Returns the hash of a module version (`h1`) or of its go.mod (`h1mod`), as the corpus has it.
pub(crate) fn sum(path: &str, version: &str, kind: &str) -> String {
    static ROWS: LazyLock<Vec<Value>> = LazyLock::new(|| rows("proxy-sums"));
    let row = ROWS
        .iter()
        .find(|row| row["path"] == path && row["version"] == version)
        .unwrap();
    row[kind].as_str().unwrap().to_owned()
}

/// Returns the lines of go.sum for some module versions.
pub(crate) fn go_sum(modules: &[(&str, &str)]) -> String {
    let lines = modules.iter().map(|(path, version)| {
        let (zip, go_mod) = (sum(path, version, "h1"), sum(path, version, "h1mod"));
        format!("{path} {version} {zip}\n{path} {version}/go.mod {go_mod}\n")
    });
    lines.collect()
}

fn go_mod() -> &'static str {
    "module example.com/main

go 1.24

require rsc.io/quote v1.5.2

require (
	golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c // indirect
	rsc.io/sampler v1.3.0 // indirect
)
"
}

/// Writes a file, and the directories above it.
pub(crate) fn write(path: &Path, contents: impl AsRef<[u8]>) {
    crate::support::write(path, contents);
}

/// Flips one bit of a file; `at` counts from the start, or from the end where it is negative.
pub(crate) fn flip(path: &Path, at: isize) {
    let mut bytes = fs::read(path).unwrap();
    let at = match usize::try_from(at) {
        Ok(at) => at,
        Err(_) => bytes.len() - at.unsigned_abs(),
    };
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Replaces a text that must be there.
pub(crate) fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(
        text.contains(from),
        "{}: no `{from}` in\n{text}",
        path.display()
    );
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// Returns the static database of the corpus.
pub(crate) fn database_dir() -> PathBuf {
    corpus().join("proxy/sumdb").join(DATABASE)
}

fn copy_dir(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            write(&target, fs::read(entry.path()).unwrap());
        }
    }
}

#[test]
fn the_world_is_one_that_works() {
    let world = World::new();
    world.sandbox.run("graph list --mod=mod").success();
    for path in [
        world.work("go.sum"),
        world.served("rsc.io/quote/@v/v1.5.1.zip"),
        world.cached("rsc.io/quote/@v/v1.5.2.ziphash"),
        world.extracted("rsc.io/quote@v1.5.2/quote.go"),
        world.sumdb("tile/8/0/000"),
    ] {
        assert!(path.is_file(), "{}", path.display());
    }
    for path in [world.latest(), world.cached_sumdb("tile/8/0/000")] {
        assert!(!path.exists(), "{}", path.display());
    }
    flip(&world.cached("rsc.io/sampler/@v/v1.3.0.mod"), -1);
    world.sandbox.run("graph list").failure(5);
    flip(&world.cached("rsc.io/sampler/@v/v1.3.0.mod"), -1);
    edit(
        &world.work("go.sum"),
        "rsc.io/quote v1.5.2/go.mod h1:L",
        "rsc.io/quote v1.5.2/go.mod h1:M",
    );
    world.sandbox.run("graph list").failure(5);
}
