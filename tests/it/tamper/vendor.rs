//! Changes that `verify vendor` must find.

use std::fs;
use std::path::Path;

use modsmith::adapters::module_dir::ModuleDir;
use modsmith::domain::module::ModuleVersion;
use modsmith::domain::modzip::{self, DirFiles};

use crate::tamper::Row;
use crate::tamper::world::{World, edit, flip, write};

const EMBEDDING: (&str, &str) = ("example.com/embedding", "v1.0.0");

/// A module with a licence, tests, embedded files and a directory that nothing imports.
const FILES: &[(&str, &str)] = &[
    ("LICENSE", "do what you like\n"),
    ("README.md", "a module\n"),
    ("go.mod", "module example.com/embedding\n\ngo 1.24\n"),
    (
        "p/p.go",
        "package p\n\nimport _ \"embed\"\n\n//go:embed data/*.txt\nvar Text string\n",
    ),
    ("p/p_test.go", "package p\n"),
    ("p/gen.go", "//go:build ignore\n\npackage main\n"),
    ("p/data/a.txt", "embedded\n"),
    ("p/data/notes.md", "not embedded\n"),
    ("unused/u.go", "package unused\n"),
];

const MODULES_TXT: &str = "\
# example.com/embedding v1.0.0
## explicit; go 1.24
example.com/embedding/p
# golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c
## explicit
golang.org/x/text/language
# rsc.io/quote v1.5.2
## explicit
rsc.io/quote
# rsc.io/sampler v1.3.0
## explicit
rsc.io/sampler
";

/// What `go mod vendor` copies of the modules of the world.
const COPIED: &[(&str, &str)] = &[
    (
        "golang.org/x/text@v0.0.0-20170915032832-14c0d48ead0c/language/lang.go",
        "golang.org/x/text/language/lang.go",
    ),
    ("rsc.io/quote@v1.5.2/quote.go", "rsc.io/quote/quote.go"),
    ("rsc.io/sampler@v1.3.0/glass.go", "rsc.io/sampler/glass.go"),
    ("rsc.io/sampler@v1.3.0/hello.go", "rsc.io/sampler/hello.go"),
    (
        "rsc.io/sampler@v1.3.0/sampler.go",
        "rsc.io/sampler/sampler.go",
    ),
];

/// Makes a clean world with a vendor directory.
fn world() -> World {
    let world = World::new();
    let hash = fill_embedding(&world);
    let (path, version) = EMBEDDING;
    edit(
        &world.work("go.mod"),
        "require rsc.io/quote v1.5.2\n",
        &format!("require rsc.io/quote v1.5.2\n\nrequire {path} {version}\n"),
    );
    let sums = fs::read_to_string(world.work("go.sum")).unwrap();
    write(
        &world.work("go.sum"),
        format!("{path} {version} {hash}\n{sums}"),
    );
    edit(
        &world.work("main.go"),
        "import _ \"rsc.io/quote\"",
        "import _ \"rsc.io/quote\"\nimport _ \"example.com/embedding/p\"",
    );
    write(&world.work("vendor/modules.txt"), MODULES_TXT);
    for (from, to) in COPIED {
        let contents = fs::read(world.extracted(from)).unwrap();
        write(&world.work(&format!("vendor/{to}")), contents);
    }
    for name in ["LICENSE", "p/p.go", "p/data/a.txt"] {
        let (_, contents) = FILES.iter().find(|(file, _)| *file == name).unwrap();
        write(&world.work(&format!("vendor/{path}/{name}")), contents);
    }
    world
}

/// Puts the zip of the module into the module cache and returns its hash.
fn fill_embedding(world: &World) -> String {
    let (path, version) = EMBEDDING;
    let source = world.sandbox.path().join("source");
    for (name, contents) in FILES {
        write(&source.join(name), contents);
    }
    let directory = ModuleDir::new(&source);
    let mut zip = Vec::new();
    let files = DirFiles::list(&directory).unwrap();
    modzip::create(&ModuleVersion::new(path, version), &files, &mut zip).unwrap();
    let hash = modzip::hash_dir(&directory, &format!("{path}@{version}")).unwrap();
    write(&world.cached(&format!("{path}/@v/{version}.zip")), zip);
    write(
        &world.cached(&format!("{path}/@v/{version}.ziphash")),
        &hash,
    );
    hash
}

fn vendored(world: &World, file: &str) -> std::path::PathBuf {
    world.work(&format!("vendor/{file}"))
}

fn row(
    name: &'static str,
    change: fn(&World),
    rule: &'static str,
    names: &'static str,
    code: i32,
) -> Row {
    Row {
        name,
        world,
        change,
        command: "verify vendor",
        rule,
        names,
        code,
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = files();
    rows.extend(additions());
    rows.extend(lists());
    rows
}

fn files() -> Vec<Row> {
    vec![
        row(
            "a bit in a vendored file",
            |world| flip(&vendored(world, "rsc.io/quote/quote.go"), 100),
            "vendor-file-modified",
            "vendor/rsc.io/quote/quote.go",
            5,
        ),
        row(
            "the line ends of a vendored file",
            |world| {
                let file = vendored(world, "rsc.io/sampler/glass.go");
                let text = fs::read_to_string(&file).unwrap();
                write(&file, text.replace('\n', "\r\n"));
            },
            "vendor-file-modified",
            "in its line ends alone",
            5,
        ),
        row(
            "an embedded file of a vendored package",
            |world| flip(&vendored(world, "example.com/embedding/p/data/a.txt"), 0),
            "vendor-file-modified",
            "vendor/example.com/embedding/p/data/a.txt",
            5,
        ),
        row(
            "an embedded file of a vendored package removed",
            |world| remove(&vendored(world, "example.com/embedding/p/data/a.txt")),
            "vendor-file-missing",
            "vendor/example.com/embedding/p/data/a.txt",
            5,
        ),
        row(
            "a vendored licence removed",
            |world| remove(&vendored(world, "example.com/embedding/LICENSE")),
            "vendor-file-missing",
            "vendor/example.com/embedding/LICENSE",
            5,
        ),
        row(
            "a vendored file removed",
            |world| remove(&vendored(world, "rsc.io/sampler/hello.go")),
            "vendor-file-missing",
            "vendor/rsc.io/sampler/hello.go",
            5,
        ),
        row(
            "a vendored package removed",
            |world| fs::remove_dir_all(vendored(world, "rsc.io/sampler")).unwrap(),
            "vendor-package-missing",
            "vendor/rsc.io/sampler",
            5,
        ),
    ]
}

fn additions() -> Vec<Row> {
    vec![
        row(
            "a file added to a vendored package",
            |world| write(&vendored(world, "rsc.io/quote/zz.go"), "package quote\n"),
            "vendor-file-added",
            "vendor/rsc.io/quote/zz.go",
            5,
        ),
        row(
            "a file added at the top of the vendor directory",
            |world| write(&vendored(world, "x.go"), "package x\n"),
            "vendor-file-added",
            "vendor/x.go",
            5,
        ),
        row(
            "an embedded file added",
            |world| {
                write(
                    &vendored(world, "example.com/embedding/p/data/b.txt"),
                    "more",
                );
            },
            "vendor-file-added",
            "vendor/example.com/embedding/p/data/b.txt",
            5,
        ),
        row(
            "a test of the module vendored, too",
            |world| {
                write(
                    &vendored(world, "example.com/embedding/p/p_test.go"),
                    "package p\n",
                );
            },
            "vendor-file-superfluous",
            "vendor/example.com/embedding/p/p_test.go",
            1,
        ),
        row(
            "a package added beside a vendored one",
            |world| {
                write(
                    &vendored(world, "rsc.io/quote/evil/evil.go"),
                    "package evil\n",
                );
            },
            "vendor-directory-added",
            "vendor/rsc.io/quote/evil",
            5,
        ),
        #[cfg(unix)]
        row(
            "a vendored file replaced by a link",
            |world| {
                let file = vendored(world, "rsc.io/quote/quote.go");
                let real = world.work("elsewhere.go.txt");
                fs::rename(&file, &real).unwrap();
                std::os::unix::fs::symlink(&real, &file).unwrap();
            },
            "vendor-file-irregular",
            "vendor/rsc.io/quote/quote.go",
            5,
        ),
    ]
}

fn lists() -> Vec<Row> {
    vec![
        row(
            "another version in modules.txt",
            |world| modules_txt(world, "# rsc.io/quote v1.5.2", "# rsc.io/quote v1.5.1"),
            "vendor-inconsistent",
            "rsc.io/quote@v1.5.1",
            1,
        ),
        row(
            "a module not explicit in modules.txt",
            |world| modules_txt(world, "v1.5.2\n## explicit\n", "v1.5.2\n"),
            "vendor-inconsistent",
            "rsc.io/quote@v1.5.2",
            1,
        ),
        row(
            "a replacement in modules.txt alone",
            |world| {
                modules_txt(
                    world,
                    "quote v1.5.2\n",
                    "quote v1.5.2 => rsc.io/quote v1.5.1\n",
                );
            },
            "vendor-inconsistent",
            "is marked as replaced in vendor/modules.txt, but not replaced in go.mod",
            1,
        ),
        row(
            "a package in modules.txt that its module does not have",
            |world| modules_txt(world, "rsc.io/quote\n", "rsc.io/quote\nrsc.io/quote/v9\n"),
            "vendor-package-unknown",
            "rsc.io/quote/v9",
            5,
        ),
        row(
            "a package line of modules.txt removed",
            |world| modules_txt(world, "\nrsc.io/sampler\n", "\n"),
            "vendor-package-ignored",
            "vendor/rsc.io/sampler",
            5,
        ),
        row(
            "the Go version of a module in modules.txt",
            |world| modules_txt(world, "go 1.24", "go 1.20"),
            "vendor-go-line",
            "example.com/embedding@v1.0.0",
            1,
        ),
        row(
            "a merge conflict in modules.txt",
            |world| modules_txt(world, "# rsc.io/quote", "<<<<<<< HEAD\n# rsc.io/quote"),
            "vendor-modules-txt-line",
            "unresolved merge conflict",
            0,
        ),
        row(
            "the zip behind vendored files",
            |world| {
                let sums = world.work("go.sum");
                edit(
                    &sums,
                    "rsc.io/quote v1.5.2 h1:3",
                    "rsc.io/quote v1.5.2 h1:4",
                );
            },
            "vendor-zip-mismatch",
            "rsc.io/quote@v1.5.2",
            5,
        ),
    ]
}

fn modules_txt(world: &World, from: &str, to: &str) {
    edit(&vendored(world, "modules.txt"), from, to);
}

fn remove(path: &Path) {
    fs::remove_file(path).unwrap();
}
