//! Module zips made from git repositories on this machine.
//!
//! The repositories come out the same to the last bit each time, so the hashes are pinned; where `go` is on PATH it is
//! asked the same and must agree.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use modsmith::adapters::exec::Environment;
use modsmith::adapters::http::client::{HttpClient, HttpSettings, Network, Sink};
use modsmith::adapters::vcs::{Direct, DirectSettings};
use modsmith::adapters::zip_file;
use modsmith::domain::checksum::dirhash::hash_go_mod;
use modsmith::domain::module::ModuleVersion;
use modsmith::domain::modzip::{check_zip, hash_zip};

use crate::support::golden;
use crate::support::repos::{Repos, TestRepo, skip};

/// The modules that are asked for.
const MODULES: &[(&str, &str)] = &[
    ("example.com/full.git", "v1.0.0"),
    ("example.com/full.git", "v1.1.0"),
    ("example.com/full.git", "v1.2.0"),
    ("example.com/full.git", "v1.2.1-0.20200913142640-{full}"),
    ("example.com/full.git", "v1.2.1-0.20200913142641-{full}"),
    ("example.com/full.git", "v1.9.0"),
    ("example.com/full.git", "v1.2"),
    ("example.com/mono.git", "v1.0.0"),
    ("example.com/mono.git/sub", "v1.0.0"),
    ("example.com/mono.git/sub/v2", "v2.0.0"),
    ("example.com/mono.git/own", "v1.0.0"),
    ("example.com/mono.git/dir", "v1.0.0"),
    ("example.com/mono.git/linked", "v1.0.0"),
    ("example.com/mono.git/none", "v1.0.0"),
    ("example.com/nomod.git", "v1.0.0"),
    ("example.com/nomod.git", "v2.0.0+incompatible"),
    ("example.com/nomod.git", "v2.0.0"),
    ("example.com/case.git", "v1.0.0"),
    ("example.com/names.git", "v1.0.0"),
    ("example.com/names.git", "v1.1.0"),
    ("example.com/names.git", "v1.2.0"),
    ("example.com/names.git", "v1.3.0"),
    ("example.com/names.git", "v1.4.0"),
    ("example.com/long.git", "v1.0.0"),
];

fn make(repos: &Repos) -> String {
    let full = make_full(repos);
    make_mono(repos);
    make_names(repos);
    let mut nomod = repos.repo("nomod");
    for tag in ["v1.0.0", "v2.0.0"] {
        nomod.commit(&[("a.go", &format!("package a // {tag}\n"))]);
        nomod.tag(tag);
    }
    let mut long = repos.repo_with("long", "sha256");
    long.commit(&[
        ("go.mod", "module example.com/long.git\n"),
        ("a.go", "package a\n"),
    ]);
    long.tag("v1.0.0");
    full
}

/// Everything that a zip leaves out or that git would change on the way; returns the last commit.
fn make_full(repos: &Repos) -> String {
    let mut full = repos.repo("full");
    let mut noise = String::new();
    for at in 0..40_000_u64 {
        write!(noise, "{:x}", at.wrapping_mul(0x9e37_79b9_7f4a_7c15)).unwrap();
    }
    full.commit(&[
        ("go.mod", "module example.com/full.git\n"),
        ("a.go", "package a // $Format:%H$ $Id$\n"),
        ("crlf.go", "package a\r\n"),
        ("text.txt", "one\ntwo\n"),
        (
            "ignored.txt",
            "left out by git archive, but for the go command\n",
        ),
        (
            ".gitattributes",
            "*.go export-subst ident\ntext.txt text eol=crlf\nignored.txt export-ignore\n",
        ),
        (".github/workflows/ci.yml", "on: push\n"),
        ("\u{e9}t\u{e9}/na\u{ef}ve.go", "package b\n"),
        ("noise.bin", &noise),
        ("nested/go.mod", "module example.com/full.git/nested\n"),
        ("nested/n.go", "package nested\n"),
        ("nested/deep/d.go", "package deep\n"),
        ("nestedx/n.go", "package nestedx\n"),
        ("vendor/modules.txt", "# example.com/x v1.0.0\n"),
        ("vendor/example.com/x/x.go", "package x\n"),
        ("pkg/vendor/vendor.go", "package vendor\n"),
        ("pkg/vendor/foo/foo.go", "package foo\n"),
        (".hg_archival.txt", "repo: 0\n"),
        ("sub/.hg_archival.txt", "repo: 0\n"),
    ]);
    full.tag("v1.0.0");
    full.commit(&[("go.mod", "module example.com/full.git\n\ngo 1.24\n")]);
    full.tag("v1.1.0");
    let blob = full.git(&["rev-parse", "HEAD:a.go"]);
    let link = full.git(&["rev-parse", "HEAD:text.txt"]);
    let commit = full.git(&["rev-parse", "HEAD"]);
    stage(
        &mut full,
        &[
            ("120000", &link, "link"),
            ("160000", &commit, "module"),
            ("100755", &blob, "run.sh"),
        ],
    );
    full.tag("v1.2.0");
    full.commit(&[("last.go", "package a\n")])
}

/// Modules below the root, with and without a LICENSE.
fn make_mono(repos: &Repos) {
    let mut mono = repos.repo("mono");
    mono.commit(&[
        ("go.mod", "module example.com/mono.git\n"),
        ("LICENSE", "the root's\n"),
        ("sub/go.mod", "module example.com/mono.git/sub\n"),
        ("sub/a.go", "package sub\n"),
        (
            "sub/below/go.mod",
            "module example.com/mono.git/sub/below\n",
        ),
        ("sub/v2/go.mod", "module example.com/mono.git/sub/v2\n"),
        ("sub/v2/a.go", "package sub\n"),
        ("subx/a.go", "package subx\n"),
        ("own/go.mod", "module example.com/mono.git/own\n"),
        ("own/LICENSE", "its own\n"),
        ("dir/go.mod", "module example.com/mono.git/dir\n"),
        ("dir/LICENSE/text", "in a directory\n"),
        ("linked/go.mod", "module example.com/mono.git/linked\n"),
        ("none/a.go", "package none\n"),
    ]);
    let text = mono.git(&["rev-parse", "HEAD:LICENSE"]);
    stage(&mut mono, &[("120000", &text, "linked/LICENSE")]);
    for tag in [
        "v1.0.0",
        "sub/v1.0.0",
        "sub/v2.0.0",
        "own/v1.0.0",
        "dir/v1.0.0",
        "linked/v1.0.0",
        "none/v1.0.0",
    ] {
        mono.tag(tag);
    }
}

/// Names that modules may not have. They are never in a work tree, as no system has all of them.
fn make_names(repos: &Repos) {
    let mut case = repos.repo("case");
    case.commit(&[
        ("go.mod", "module example.com/case.git\n"),
        ("a.go", "package a\n"),
    ]);
    let blob = case.git(&["rev-parse", "HEAD:a.go"]);
    stage(&mut case, &[("100644", &blob, "A.go")]);
    case.tag("v1.0.0");
    let mut names = repos.repo("names");
    let go_mod = "module example.com/names.git\n";
    names.commit(&[("go.mod", go_mod), ("a.go", "package a\n")]);
    let blob = names.git(&["rev-parse", "HEAD:a.go"]);
    let versions: [&[&str]; 5] = [
        &["aux.go", "b/con", "progra~1"],
        &["a*b.go", "d./e.go", "quote's.go"],
        &["x/GO.MOD", "x/a.go"],
        &["ok name.go", "(a)/[b].go"],
        &["\u{1f980}.go"],
    ];
    for (minor, paths) in versions.iter().enumerate() {
        let staged: Vec<_> = paths.iter().map(|path| ("100644", &*blob, *path)).collect();
        stage(&mut names, &staged);
        names.tag(&format!("v1.{minor}.0"));
        names.git(&["read-tree", "--empty"]);
        names.commit(&[("go.mod", go_mod)]);
    }
}

/// Commits objects under paths that the work tree does not have.
fn stage(repo: &mut TestRepo, entries: &[(&str, &str, &str)]) {
    for (mode, object, path) in entries {
        repo.git(&[
            "update-index",
            "--add",
            "--cacheinfo",
            &format!("{mode},{object},{path}"),
        ]);
    }
    repo.git(&["commit", "-q", "-m", "change"]);
}

fn modules(full: &str) -> Vec<ModuleVersion> {
    MODULES
        .iter()
        .map(|(path, version)| ModuleVersion::new(*path, version.replace("{full}", &full[..12])))
        .collect()
}

fn direct(repos: &Repos, mod_cache: &Path) -> Direct {
    Direct::new(DirectSettings {
        mod_cache: mod_cache.to_owned(),
        go_private: String::new(),
        go_insecure: String::new(),
        go_vcs: String::new(),
        environment: Environment::new(repos.env()),
        http: HttpClient::new(&HttpSettings::default()),
        network: Network::Online,
    })
}

/// Returns the hashes of the zip and of the go.mod, as go.sum has them, or an error.
async fn answer(direct: &Direct, module: &ModuleVersion, zip: &Path) -> String {
    let file = File::create(zip).unwrap();
    let sink = Sink {
        file: &file,
        progress: &|_| {},
    };
    if let Err(error) = direct.zip(module, sink).await {
        return format!("error: {error}");
    }
    let archive = zip_file::open(zip).unwrap();
    let checked = check_zip(module, &archive).unwrap();
    assert_eq!(checked.failure(), None, "{module}");
    let go_mod = direct.go_mod(&module.path, &module.version).await.unwrap();
    format!(
        "{}\n\t{}",
        hash_zip(&archive).unwrap(),
        hash_go_mod(&go_mod)
    )
}

fn answers(repos: &Repos, modules: &[ModuleVersion]) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let direct = direct(repos, &repos.path("mod"));
    runtime.block_on(async {
        let mut answers = Vec::new();
        for (at, module) in modules.iter().enumerate() {
            let zip = repos.path(&format!("{at}.zip"));
            answers.push(answer(&direct, module, &zip).await);
        }
        answers
    })
}

#[test]
fn zips_of_revisions_are_pinned() {
    let Some(repos) = Repos::new("direct_zip::zips_of_revisions_are_pinned") else {
        return;
    };
    let modules = modules(&make(&repos));
    let mut text = String::new();
    for (module, answer) in modules.iter().zip(answers(&repos, &modules)) {
        writeln!(
            text,
            "{module}\n\t{}",
            answer.replace('\n', "\n\t").replace("\t\t", "\t")
        )
        .unwrap();
    }
    golden::check("tests/golden/direct-zips.txt", text.as_bytes());
}

#[test]
fn go_makes_the_same_zips() {
    const NAME: &str = "direct_zip::go_makes_the_same_zips";
    let Some(repos) = Repos::new(NAME) else {
        return;
    };
    if Command::new(crate::support::program("go"))
        .arg("version")
        .env("GOTOOLCHAIN", "local")
        .output()
        .is_err()
    {
        skip(NAME, "there is no `go` here");
        return;
    }
    let modules = modules(&make(&repos));
    let work = repos.path("work");
    fs::create_dir_all(&work).unwrap();
    let output = Command::new(crate::support::program("go"))
        .args(["mod", "download", "-json"])
        .args(modules.iter().map(ModuleVersion::to_string))
        .current_dir(&work)
        .env_clear()
        .envs(repos.env())
        .envs([
            ("GOPROXY", "direct"),
            ("GOSUMDB", "off"),
            ("GOFLAGS", "-mod=mod -modcacherw"),
            ("GOENV", "off"),
            ("GOTOOLCHAIN", "local"),
            ("GOWORK", "off"),
        ])
        .env("GOMODCACHE", repos.path("mod-go"))
        .env("GOCACHE", repos.path("gocache"))
        .env("GOPATH", repos.path("gopath"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let theirs: Vec<serde_json::Value> = serde_json::Deserializer::from_str(&text)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        theirs.len(),
        modules.len(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut faults = String::new();
    for (at, ((module, ours), value)) in modules
        .iter()
        .zip(answers(&repos, &modules))
        .zip(&theirs)
        .enumerate()
    {
        let field = |name: &str| value[name].as_str().unwrap_or("-");
        let theirs = if let Some(error) = value["Error"].as_str() {
            format!("error: {error}")
        } else {
            let [ours, theirs] = [repos.path(&format!("{at}.zip")), field("Zip").into()];
            if fs::metadata(&ours).unwrap().len() != 0 {
                assert_eq!(layout(&ours), layout(&theirs), "{module}");
            }
            format!("{}\n\t{}", field("Sum"), field("GoModSum"))
        };
        // The go command resolves a version first, and says so; it takes what is none for a query.
        let plain = |text: &str| {
            text.replace(&format!("{module}: "), "")
                .replace("invalid version: ", "")
                .replace(
                    "reading example.com/full.git/go.mod at revision v1.9.0: ",
                    "",
                )
        };
        let is_query = module.version.as_str() == "v1.2"
            || module.to_string() == "example.com/nomod.git@v2.0.0";
        if !is_query && plain(&ours) != plain(&theirs) {
            writeln!(faults, "{module}\n  ours {ours}\n  go   {theirs}").unwrap();
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// Returns everything in a zip but the compressed contents, and what depends on their length.
fn layout(zip: &Path) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let bytes = fs::read(zip).unwrap();
    let archive = rawzip::ZipArchive::from_slice(bytes.as_slice()).unwrap();
    archive
        .entries()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = String::from_utf8(entry.file_path().as_ref().to_vec()).unwrap();
            // Of the record in the directory: versions, flags, method, time, checksum; size; all that follows, without
            // the offset.
            let at = find_record(&bytes, &name);
            let record = [&bytes[at..at + 20], &bytes[at + 24..at + 42]].concat();
            let offset = u32::from_le_bytes(bytes[at + 42..][..4].try_into().unwrap());
            let header = bytes[offset as usize..][..30 + name.len()].to_vec();
            (name, header, record)
        })
        .collect()
}

fn find_record(bytes: &[u8], name: &str) -> usize {
    (0..bytes.len() - 46 - name.len())
        .find(|&at| {
            bytes[at..].starts_with(b"PK\x01\x02")
                && bytes[at + 46..].starts_with(name.as_bytes())
                && usize::from(bytes[at + 28]) + 256 * usize::from(bytes[at + 29]) == name.len()
        })
        .unwrap()
}
