//! `direct`: modules from git repositories on this machine.
//!
//! The repositories come out the same to the last bit each time, so the answers are pinned; where
//! `go` is on PATH it is asked the same and must agree.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use modsmith::adapters::exec::Environment;
use modsmith::adapters::http::client::{HttpClient, HttpSettings, Network};
use modsmith::adapters::http::proxy_env::ProxySettings;
use modsmith::adapters::http::retry::RetryPolicy;
use modsmith::adapters::vcs::{Direct, DirectError, DirectSettings};
use modsmith::domain::module::info::{Origin, RevInfo};
use modsmith::domain::module::{ModulePath, Version};

use crate::support::golden;
use crate::support::proxy::{Fault, Proxy};
use crate::support::repos::{Repos, copies, skip};

/// Module paths and what is asked of them; `=` asks for the list of versions.
const QUESTIONS: &[(&str, &[&str])] = &[
    (
        "example.com/plain.git",
        &[
            "=",
            "v1.0.0",
            "v1.0.0-rc.1",
            "v1.1.0",
            "v1.1.0+meta",
            "v1.2",
            "v1",
            "v9.9.9",
            "main",
            "dev/feature",
            "HEAD",
            "gone",
            "annotated",
            "lightweight",
            "v0.0.0-20200101000000-abcdefabcdef",
            "latest",
            "v2.0.0",
            "v2.0.0+incompatible",
            "v1.0.0+incompatible",
        ],
    ),
    (
        "example.com/nomod.git",
        &[
            "=",
            "v1.0.0",
            "v2.0.0",
            "v2.0.0+incompatible",
            "v3.1.0",
            "main",
            "v1.0.0+incompatible",
        ],
    ),
    ("example.com/nomod.git/v2", &["=", "v2.0.0"]),
    (
        "example.com/turned.git",
        &[
            "=",
            "v2.0.0+incompatible",
            "v3.0.0",
            "v3.0.0+incompatible",
            "v4.0.0",
            "main",
        ],
    ),
    (
        "example.com/turned.git/v3",
        &["=", "v3.0.0", "main", "v2.0.0"],
    ),
    ("example.com/turned.git/v4", &["=", "v4.0.0"]),
    (
        "example.com/major.git",
        &[
            "=",
            "v1.0.0",
            "v2.0.0",
            "v3.0.0",
            "v3.0.0+incompatible",
            "main",
        ],
    ),
    (
        "example.com/major.git/v2",
        &["=", "v2.0.0", "v2", "main", "v2.0.1"],
    ),
    ("example.com/major.git/v3", &["=", "v3.0.0", "main", "v2"]),
    ("example.com/major.git/v4", &["=", "v4.0.0"]),
    ("example.com/major.git/v5", &["=", "v5.0.0"]),
    ("example.com/major.git/v6", &["=", "v6.0.0", "main"]),
    ("example.com/mono.git", &["=", "v1.0.0", "main"]),
    (
        "example.com/mono.git/sub/dir",
        &[
            "=",
            "v1.2.0",
            "main",
            "sub/dir/v1.2.0",
            "v1.0.0",
            "v1.3.0",
            "latest",
        ],
    ),
    ("example.com/mono.git/sub/dir/v2", &["=", "v2.0.1", "main"]),
    ("example.com/mono.git/not/there", &["=", "v1.0.0", "main"]),
    (
        "example.com/retract.git",
        &["=", "v1.1.0", "main", "after", "both"],
    ),
    (
        "example.com/untagged.git",
        &["=", "latest", "main", "v0.0.0"],
    ),
    (
        "example.com/wrong.git",
        &["=", "v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0", "main"],
    ),
    ("example.com/empty.git", &["=", "latest", "main"]),
    ("example.com/absent.git", &["=", "main"]),
    ("example.com/long.git", &["=", "v1.0.0", "main", "side"]),
];

/// Pseudo-versions, true and false, for `example.com/plain.git`; `{}` is the hash of the head.
const PSEUDO: &[&str] = &[
    "v1.1.1-0.{time}-{rev}",
    "v1.0.1-0.{time}-{rev}",
    "v1.0.0-rc.1.0.{time}-{rev}",
    "v0.0.0-{time}-{rev}",
    "v1.0.0-{time}-{rev}",
    "v1.1.1-0.20200101000000-{rev}",
    "v1.1.1-0.{time}-{rev}0",
    "v1.1.1-0.{time}-{short}",
    "v1.1.1-0.{time}-000000000000",
    "v1.5.1-0.{time}-{rev}",
    "v2.0.1-0.{time}-{rev}",
    "v2.0.1-0.{time}-{rev}+incompatible",
    "v1.0.1-0.{old_time}-{old}",
    "v1.1.1-0.{old_time}-{old}",
    "{rev}",
    "{short}",
    "{hash}",
    "{old}",
];

/// Makes every repository that [`QUESTIONS`] are about; returns the revisions for [`PSEUDO`].
fn make(repos: &Repos) -> Vec<(&'static str, String)> {
    make_turned(repos);
    make_major(repos);
    make_mono(repos);
    make_odd(repos);
    let mut plain = repos.repo("plain");
    plain.commit(&[("README", "first")]);
    plain.commit(&[("go.mod", "module example.com/plain.git\n")]);
    plain.tag("v1.0.0-rc.1");
    let old = plain.commit(&[("a.go", "package a\n")]);
    plain.git(&["tag", "-a", "-m", "release", "v1.0.0"]);
    plain.git(&["checkout", "-q", "-b", "dev/feature"]);
    plain.commit(&[("f.go", "package a\n")]);
    plain.git(&["checkout", "-q", "main"]);
    let middle = plain.commit(&[("b.go", "package a\n")]);
    for tag in [
        "v1.1.0+meta",
        "v1.2",
        "v0.0.0-20200101000000-abcdefabcdef",
        "lightweight",
        "v2.0.0",
    ] {
        plain.tag(tag);
    }
    plain.git(&["tag", "-a", "-m", "note", "annotated"]);
    let head = plain.commit(&[("go.mod", "module example.com/plain.git\n\ngo 1.20\n")]);
    let time = |hash: &str| {
        let text = plain.git(&[
            "show",
            "-s",
            "--format=%cd",
            "--date=format-local:%Y%m%d%H%M%S",
            hash,
        ]);
        text.trim().to_owned()
    };
    assert_ne!(old, middle);
    vec![
        ("{time}", time(&head)),
        ("{rev}", head[..12].to_owned()),
        ("{short}", head[..8].to_owned()),
        ("{hash}", head.clone()),
        ("{old_time}", time(&middle)),
        ("{old}", middle[..12].to_owned()),
    ]
}

/// Repositories from before modules, and one that turned to them at v3.
fn make_turned(repos: &Repos) {
    let mut nomod = repos.repo("nomod");
    for tag in ["v1.0.0", "v2.0.0", "v3.1.0"] {
        nomod.commit(&[("a.go", &format!("package a // {tag}\n"))]);
        nomod.tag(tag);
    }
    nomod.commit(&[("b.go", "package a\n")]);
    let mut turned = repos.repo("turned");
    for tag in ["v1.0.0", "v2.0.0"] {
        turned.commit(&[("a.go", &format!("package a // {tag}\n"))]);
        turned.tag(tag);
    }
    turned.commit(&[("go.mod", "module example.com/turned.git/v3\n")]);
    turned.tag("v3.0.0");
    turned.commit(&[("go.mod", "module example.com/turned.git/v3 // next\n")]);
    turned.tag("v4.0.0");
    turned.commit(&[("c.go", "package a\n")]);
}

/// Major versions on a branch and in directories, right and wrong.
fn make_major(repos: &Repos) {
    let mut major = repos.repo("major");
    major.commit(&[("go.mod", "module example.com/major.git\n")]);
    major.tag("v1.0.0");
    major.git(&["checkout", "-q", "-b", "v2"]);
    major.commit(&[("go.mod", "module example.com/major.git/v2\n")]);
    major.tag("v2.0.0");
    major.git(&["checkout", "-q", "main"]);
    major.commit(&[("v3/go.mod", "module \"example.com/major.git/v3\"\n")]);
    major.tag("v3.0.0");
    major.commit(&[("v4/go.mod", "module example.com/major.git\n")]);
    major.tag("v4.0.0");
    major.commit(&[
        ("v5/go.mod", "module example.com/major.git/v5\n"),
        ("go.mod", "module example.com/major.git/v5\n"),
    ]);
    major.tag("v5.0.0");
    major.commit(&[
        ("go.mod", "module example.com/major.git\n"),
        ("v6/go.mod", "go 1.20\n"),
    ]);
    major.tag("v6.0.0");
    major.commit(&[("z.go", "package z\n")]);
}

/// Modules in subdirectories.
fn make_mono(repos: &Repos) {
    let mut mono = repos.repo("mono");
    mono.commit(&[("go.mod", "module example.com/mono.git\n")]);
    mono.tag("v1.0.0");
    mono.commit(&[("sub/dir/go.mod", "module example.com/mono.git/sub/dir\n")]);
    mono.tag("sub/dir/v1.2.0");
    mono.tag("sub/dir/v0.0.0-20200101000000-abcdefabcdef");
    mono.commit(&[(
        "sub/dir/v2/go.mod",
        "module example.com/mono.git/sub/dir/v2\n",
    )]);
    mono.tag("sub/dir/v2.0.1");
    mono.commit(&[("sub/dir/a.go", "package dir\n")]);
}

/// Retractions, no tags, wrong go.mod files, nothing at all, long hashes.
fn make_odd(repos: &Repos) {
    let mut retract = repos.repo("retract");
    let module = "module example.com/retract.git\n";
    retract.commit(&[("go.mod", module)]);
    retract.tag("v1.0.0");
    retract.commit(&[("a.go", "package a\n")]);
    retract.tag("v1.1.0");
    retract.tag("v1.1.1");
    retract.git(&["branch", "both"]);
    retract.git(&["checkout", "-q", "-b", "after"]);
    retract.commit(&[("b.go", "package a\n")]);
    retract.git(&["checkout", "-q", "main"]);
    retract.commit(&[(
        "go.mod",
        &format!("{module}\nretract [v1.1.0, v1.1.5] // broken\nretract v1.2.0\n"),
    )]);
    retract.tag("v1.2.0");
    retract.commit(&[("c.go", "package a\n")]);

    repos
        .repo("untagged")
        .commit(&[("go.mod", "module example.com/untagged.git\n")]);

    let mut wrong = repos.repo("wrong");
    wrong.commit(&[("go.mod", "module example.com/other\n")]);
    wrong.tag("v1.0.0");
    wrong.commit(&[("go.mod", "go 1.20\n")]);
    wrong.tag("v1.1.0");
    wrong.commit(&[("go.mod", "module example.com/wrong.git/v2\n")]);
    wrong.tag("v1.2.0");
    wrong.commit(&[("go.mod", "module example.com/wrong.git/v1\n")]);
    wrong.tag("v1.3.0");

    drop(repos.repo("empty"));

    let mut long = repos.repo_with("long", "sha256");
    long.commit(&[("go.mod", "module example.com/long.git\n")]);
    long.tag("v1.0.0");
    long.git(&["branch", "side"]);
    long.commit(&[("a.go", "package a\n")]);
}

/// Every question, with the revisions put in: pseudo-versions first, before their commits are known by other names.
fn questions(revisions: &[(&str, String)]) -> Vec<(String, String)> {
    let pseudo = PSEUDO.iter().map(|pattern| {
        let put_in = |text: String, (name, value): &(&str, String)| text.replace(name, value);
        let asked = revisions.iter().fold((*pattern).to_owned(), put_in);
        ("example.com/plain.git".to_owned(), asked)
    });
    let others = QUESTIONS.iter().flat_map(|(path, asked)| {
        asked
            .iter()
            .map(|asked| ((*path).to_owned(), (*asked).to_owned()))
    });
    pseudo.chain(others).collect()
}

fn direct(repos: &Repos, mod_cache: &Path) -> Direct {
    direct_with(repos, mod_cache, &HttpSettings::default(), "")
}

fn direct_with(repos: &Repos, mod_cache: &Path, http: &HttpSettings, go_insecure: &str) -> Direct {
    Direct::new(DirectSettings {
        mod_cache: mod_cache.to_owned(),
        go_private: String::new(),
        go_insecure: go_insecure.to_owned(),
        go_vcs: String::new(),
        environment: Environment::new(repos.env()),
        http: HttpClient::new(http),
        network: Network::Online,
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

async fn answer(direct: &Direct, path: &str, asked: &str) -> String {
    let path = ModulePath::new(path);
    if asked == "=" {
        return match direct.versions(&path, "").await {
            Ok(found) => {
                let list: Vec<&str> = found.list.iter().map(Version::as_str).collect();
                format!("[{}]{}", list.join(" "), origin_text(found.origin.as_ref()))
            }
            Err(error) => format!("error: {error}"),
        };
    }
    let found = if asked == "latest" {
        direct.latest(&path).await
    } else {
        direct.stat(&path, asked).await
    };
    match found {
        Ok(info) => info_text(&info),
        Err(error) => format!("error: {error}{}", origin_text(failure_origin(&error))),
    }
}

fn info_text(info: &RevInfo) -> String {
    let time = info.time.as_deref().unwrap_or("-");
    format!(
        "{} {time}{}",
        info.version,
        origin_text(info.origin.as_ref())
    )
}

fn origin_text(origin: Option<&Origin>) -> String {
    let Some(origin) = origin else {
        return String::new();
    };
    let fields = [
        ("VCS", &origin.vcs),
        ("URL", &origin.url),
        ("Subdir", &origin.subdir),
        ("Hash", &origin.hash),
        ("TagPrefix", &origin.tag_prefix),
        ("TagSum", &origin.tag_sum),
        ("Ref", &origin.git_ref),
        ("RepoSum", &origin.repo_sum),
    ];
    let fields = fields.iter().filter(|(_, value)| !value.is_empty());
    fields.fold(String::new(), |mut text, (name, value)| {
        write!(text, " {name}={value}").unwrap();
        text
    })
}

fn failure_origin(error: &DirectError) -> Option<&Origin> {
    match error {
        DirectError::Code(error) => error.origin.as_deref(),
        _ => None,
    }
}

/// Takes out what differs from machine to machine.
fn tidy(text: &str, repos: &Repos) -> String {
    text.replace(&repos.path("").display().to_string(), "$TEMP/")
}

#[test]
fn answers_are_pinned() {
    let Some(repos) = Repos::new("direct::answers_are_pinned") else {
        return;
    };
    let questions = questions(&make(&repos));
    let direct = direct(&repos, &repos.path("mod"));
    let mut text = String::new();
    block_on(async {
        for (path, asked) in &questions {
            let answer = answer(&direct, path, asked).await;
            writeln!(
                text,
                "{path} {asked}\n\t{}",
                tidy(&answer, &repos).replace('\n', "\n\t")
            )
            .unwrap();
        }
    });
    golden::check("tests/golden/direct.txt", text.as_bytes());
}

/// The go command, set up to see the same as we do.
struct Go {
    env: Vec<(OsString, OsString)>,
    work: PathBuf,
}

impl Go {
    /// Prepares the go command; none where it is not on PATH, which is said on stderr.
    fn new(test: &str, repos: &Repos, mod_cache: &Path) -> Option<Self> {
        let output = Command::new(crate::support::program("go"))
            .arg("version")
            .env("GOTOOLCHAIN", "local")
            .output();
        if !output.is_ok_and(|output| output.status.success()) {
            skip(test, "there is no `go` here");
            return None;
        }
        let work = repos.path("work");
        fs::create_dir_all(&work).unwrap();
        let mut env = repos.env();
        let settings = [
            ("GOPROXY", "direct"),
            ("GOSUMDB", "off"),
            ("GOFLAGS", "-mod=mod -modcacherw"),
            ("GOENV", "off"),
            ("GOTOOLCHAIN", "local"),
            ("GOWORK", "off"),
        ];
        env.extend(settings.map(|(name, value)| (name.into(), value.into())));
        env.extend([
            ("GOMODCACHE".into(), mod_cache.into()),
            ("GOCACHE".into(), repos.path("gocache").into()),
            ("GOPATH".into(), repos.path("gopath").into()),
        ]);
        Some(Self { env, work })
    }

    /// Runs `go list -m -json -e` for all questions in one process.
    fn list(&self, options: &[&str], questions: &[String]) -> Vec<serde_json::Value> {
        let output = Command::new(crate::support::program("go"))
            .args(["list", "-m", "-json", "-e"])
            .args(options)
            .args(questions)
            .current_dir(&self.work)
            .env_clear()
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.stdout.is_empty(), "go list: {stderr}");
        let text = String::from_utf8(output.stdout).unwrap();
        serde_json::Deserializer::from_str(&text)
            .into_iter()
            .map(Result::unwrap)
            .collect()
    }
}

/// Writes an answer of the go command as [`answer`] writes ours.
fn go_text(value: &serde_json::Value) -> String {
    let text = |name: &str| value[name].as_str().unwrap_or("-");
    let origin = &value["Origin"];
    let names = [
        "VCS",
        "URL",
        "Subdir",
        "Hash",
        "TagPrefix",
        "TagSum",
        "Ref",
        "RepoSum",
    ];
    let origin = names.iter().fold(String::new(), |mut out, name| {
        if let Some(value) = origin[name].as_str() {
            write!(out, " {name}={value}").unwrap();
        }
        out
    });
    match value["Error"]["Err"].as_str() {
        Some(error) => format!("error: {error}{origin}"),
        None => format!("{} {}{origin}", text("Version"), text("Time")),
    }
}

#[test]
fn go_agrees() {
    let Some(repos) = Repos::new("direct::go_agrees") else {
        return;
    };
    let questions = questions(&make(&repos));
    let mod_cache = repos.path("mod-go");
    let Some(go) = Go::new("direct::go_agrees", &repos, &mod_cache) else {
        return;
    };
    // What the go command does not ask the repository itself, but its list of versions.
    let is_query = |asked: &str| matches!(asked, "=" | "latest" | "v1" | "v1.2" | "v2");
    let (lists, asked): (Vec<_>, Vec<_>) = questions.iter().partition(|(_, asked)| is_query(asked));
    let names: Vec<String> = asked
        .iter()
        .map(|(path, rev)| format!("{path}@{rev}"))
        .collect();
    let theirs = go.list(&[], &names);
    assert_eq!(theirs.len(), names.len());
    let direct = direct(&repos, &repos.path("mod"));
    let mut faults = String::new();
    for ((path, rev), value) in asked.iter().zip(&theirs) {
        let (ours, theirs) = (block_on(answer(&direct, path, rev)), go_text(value));
        if ours != theirs && !same_but_for_module(&ours, &theirs, path, rev) {
            writeln!(faults, "{path}@{rev}\n  ours {ours}\n  go   {theirs}").unwrap();
        }
        if let Some(file) = value["GoMod"].as_str() {
            let version = Version::new(value["Version"].as_str().unwrap());
            let text = block_on(direct.go_mod(&ModulePath::new(path.as_str()), &version)).unwrap();
            assert_eq!(text, fs::read(file).unwrap(), "{path}@{rev}");
        }
    }
    for (path, _) in lists.iter().filter(|(_, asked)| asked == "=") {
        let theirs = go.list(&["-versions", "-retracted"], &[format!("{path}@main")]);
        let theirs: Vec<&str> = theirs[0]["Versions"]
            .as_array()
            .map_or_else(Vec::new, |list| {
                list.iter().filter_map(|v| v.as_str()).collect()
            });
        let ours = block_on(direct.versions(&ModulePath::new(path.as_str()), ""));
        let ours = ours.map_or_else(|_| Vec::new(), |found| found.list);
        let ours: Vec<&str> = ours.iter().map(Version::as_str).collect();
        if ours != theirs {
            writeln!(faults, "{path}\n  ours {ours:?}\n  go   {theirs:?}").unwrap();
        }
    }
    assert!(faults.is_empty(), "{faults}");
    // The same copies of repositories, under the same names; and each side can use the other's.
    assert_eq!(copies(&mod_cache), copies(&repos.path("mod")));
    shared(&repos, &mod_cache, &go);
}

/// Errors about the whole module: the go command puts name and version before them only when it prints them.
fn same_but_for_module(ours: &str, theirs: &str, path: &str, rev: &str) -> bool {
    let shown = ours
        .strip_prefix("error: ")
        .map(|text| format!("error: {path}@{rev}: {text}"));
    shown.as_deref() == Some(theirs)
}

/// Asks each side again, with the copies that the other one made.
fn shared(repos: &Repos, theirs: &Path, go: &Go) {
    let ask = |mod_cache: &Path| {
        let direct = direct(repos, mod_cache);
        block_on(answer(&direct, "example.com/plain.git", "v1.0.0"))
    };
    let expect = ask(&repos.path("mod"));
    assert_eq!(ask(theirs), expect);
    let mut env = go.env.clone();
    env.push(("GOMODCACHE".into(), repos.path("mod").into()));
    let go = Go {
        env,
        work: go.work.clone(),
    };
    let value = go.list(&[], &["example.com/plain.git@v1.0.0".to_owned()]);
    assert_eq!(go_text(&value[0]), expect);
}

/// Paths below `mods.example.com` and what their pages say.
const PAGES: &[(&str, &str)] = &[
    ("/a", "mods.example.com/a git https://example.com/renamed"),
    (
        "/a/sub",
        "mods.example.com/a git https://example.com/renamed",
    ),
    (
        "/s",
        "mods.example.com/s git https://example.com/tree some/dir",
    ),
    (
        "/s/v2",
        "mods.example.com/s git https://example.com/tree some/dir",
    ),
    (
        "/s/below",
        "mods.example.com/s git https://example.com/tree some/dir",
    ),
    ("/d", "mods.example.com/d git https://example.com/other"),
    ("/d/x", "mods.example.com/d git https://example.com/renamed"),
    ("/p", "mods.example.com/p mod http://mods.example.com/proxy"),
    (
        "/svn",
        "mods.example.com/svn svn https://example.com/renamed",
    ),
    (
        "/cvs",
        "mods.example.com/cvs cvs https://example.com/renamed",
    ),
    ("/file", "mods.example.com/file git file:///tmp/x"),
    ("/local", "mods.example.com/local git renamed"),
    (
        "/option",
        "mods.example.com/option git https://example.com/tree --x",
    ),
    (
        "/rooted",
        "mods.example.com/rooted git https://example.com/tree /x",
    ),
    (
        "/else",
        "mods.example.com/elsewhere git https://example.com/tree",
    ),
    ("/short", "mods.example.com/short git"),
];

/// Serves [`PAGES`] and a proxy's files for `mods.example.com`, as an HTTP proxy that knows no https.
fn web(repos: &Repos) -> Proxy {
    let dir = repos.path("web");
    let files = dir.join("proxy/mods.example.com/p/@v");
    fs::create_dir_all(&files).unwrap();
    fs::write(files.join("list"), "v1.0.0\n").unwrap();
    fs::write(
        files.join("main.info"),
        "{\"Version\":\"v1.0.0\",\"Time\":\"2020-01-02T03:04:05Z\"}",
    )
    .unwrap();
    fs::write(
        files.join("v1.0.0.info"),
        "{\"Version\":\"v1.0.0\",\"Time\":\"2020-01-02T03:04:05Z\"}",
    )
    .unwrap();
    fs::write(files.join("v1.0.0.mod"), "module mods.example.com/p\n").unwrap();
    let web = Proxy::serve(&dir);
    let page = |path: &str, tags: &str| {
        let text = format!(
            "<!DOCTYPE html>\n<html><head><meta charset=utf-8>{tags}</head><body>x</body></html>"
        );
        web.fault(
            &format!("{path}?go-get=1"),
            Fault::Answer("text/html", text.into_bytes()),
        );
    };
    for (path, content) in PAGES {
        page(
            path,
            &format!("<meta name=\"go-import\" content=\"{content}\">"),
        );
    }
    let two = "<meta name=go-import content='mods.example.com git https://h/x'>";
    page("/two", &two.repeat(2));
    page("/broken", "<p <p>");
    page("/empty", "");
    web
}

fn make_web(repos: &Repos) {
    let mut renamed = repos.repo("renamed");
    renamed.commit(&[("go.mod", "module mods.example.com/a\n")]);
    renamed.tag("v1.0.0");
    renamed.commit(&[("sub/go.mod", "module mods.example.com/a/sub\n")]);
    renamed.tag("sub/v0.1.0");
    let mut tree = repos.repo("tree");
    tree.commit(&[("some/dir/go.mod", "module mods.example.com/s\n")]);
    tree.tag("some/dir/v1.0.0");
    tree.commit(&[("some/dir/v2/go.mod", "module mods.example.com/s/v2\n")]);
    tree.tag("some/dir/v2.0.0");
}

#[test]
fn pages_name_repositories() {
    let Some(repos) = Repos::new("direct::pages_name_repositories") else {
        return;
    };
    make_web(&repos);
    let web = web(&repos);
    let proxies = ProxySettings {
        http: Some(web.url()),
        https: Some(web.url()),
        ..ProxySettings::default()
    };
    let retry = RetryPolicy {
        max_attempts: 1,
        ..RetryPolicy::default()
    };
    let http = HttpSettings {
        proxies,
        retry,
        ..HttpSettings::default()
    };
    let direct = direct_with(&repos, &repos.path("mod"), &http, "mods.example.com");
    let paths = PAGES.iter().map(|(path, _)| *path);
    let paths: Vec<&str> = paths
        .chain(["/two", "/broken", "/empty", "/nothing"])
        .collect();
    let names: Vec<String> = paths
        .iter()
        .map(|path| format!("mods.example.com{path}"))
        .collect();
    let mut text = String::new();
    let mut ours = Vec::new();
    for path in &names {
        let answer = tidy(&block_on(answer(&direct, path, "main")), &repos);
        writeln!(text, "{path}\n\t{}", answer.replace('\n', "\n\t")).unwrap();
        ours.push(answer);
    }
    golden::check("tests/golden/direct-pages.txt", text.as_bytes());

    let Some(mut go) = Go::new(
        "direct::pages_name_repositories",
        &repos,
        &repos.path("mod-go"),
    ) else {
        return;
    };
    for (name, value) in [
        ("HTTP_PROXY", web.url()),
        ("HTTPS_PROXY", web.url()),
        ("GOINSECURE", "mods.example.com".to_owned()),
    ] {
        go.env.push((name.into(), value.into()));
    }
    let asked: Vec<String> = names.iter().map(|path| format!("{path}@main")).collect();
    // The words of git and of the server: ours say where git was sent, and what a status means.
    let differ = ["mods.example.com/d", "mods.example.com/nothing"];
    let mut faults = String::new();
    for ((path, ours), value) in names.iter().zip(&ours).zip(go.list(&[], &asked)) {
        let theirs = go_text(&value);
        let same = *ours == theirs || same_but_for_module(ours, &theirs, path, "main");
        if !same && !differ.contains(&path.as_str()) {
            writeln!(faults, "{path}\n  ours {ours}\n  go   {theirs}").unwrap();
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn what_is_refused() {
    let Some(repos) = Repos::new("direct::what_is_refused") else {
        return;
    };
    repos
        .repo("plain")
        .commit(&[("go.mod", "module example.com/plain.git\n")]);
    let settings = DirectSettings {
        mod_cache: repos.path("mod"),
        go_private: "example.com/private.git".to_owned(),
        go_insecure: String::new(),
        go_vcs: "public:off,private:all".to_owned(),
        environment: Environment::new(repos.env()),
        http: HttpClient::new(&HttpSettings::default()),
        network: Network::Online,
    };
    let check = |settings: &DirectSettings, path: &str, expect: &str| {
        let direct = Direct::new(settings.clone());
        let error = block_on(direct.stat(&ModulePath::new(path), "main")).unwrap_err();
        let text = format!("{error}\nhint: {}", error.hint().unwrap_or("-"));
        assert!(text.contains(expect), "{text}");
    };
    check(
        &settings,
        "example.com/plain.git",
        "GOVCS disallows using git for public example.com/plain.git",
    );
    check(
        &settings,
        "example.com/private.git",
        "no secure protocol found for repository",
    );
    let settings = DirectSettings {
        go_vcs: "public".to_owned(),
        ..settings
    };
    check(
        &settings,
        "example.com/plain.git",
        "malformed entry in GOVCS",
    );
    let settings = DirectSettings {
        go_vcs: "*:all".to_owned(),
        ..settings
    };
    check(
        &settings,
        "example.com/plain.svn/x",
        "uses svn, and only git is supported",
    );
    check(
        &settings,
        "nodots/x",
        "import path does not begin with hostname",
    );
    let offline = DirectSettings {
        network: Network::Offline,
        ..settings.clone()
    };
    check(
        &offline,
        "example.com/plain.git",
        "network access is switched off",
    );
    let without_git = Environment::new(repos.env()).with("PATH", repos.path("home"));
    let without_git = DirectSettings {
        environment: without_git,
        ..settings
    };
    check(&without_git, "example.com/plain.git", "hint: install `git`");
    check(
        &without_git,
        "github.com/example/plain",
        "program not found in PATH",
    );
}

#[test]
fn many_fill_one_cache_at_once() {
    let Some(repos) = Repos::new("direct::many_fill_one_cache_at_once") else {
        return;
    };
    make_mono(&repos);
    let asks = ["", "/sub/dir", "/sub/dir/v2"].map(|below| format!("example.com/mono.git{below}"));
    let run = || {
        // Clients of their own, as in processes of their own: only the locks on disk are shared.
        let direct = direct(&repos, &repos.path("mod"));
        block_on(async {
            let answers = asks.iter().map(|path| answer(&direct, path, "main"));
            futures_util::future::join_all(answers).await
        })
    };
    let first = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        let mut answers: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect();
        answers.dedup();
        assert_eq!(answers.len(), 1);
        answers.remove(0)
    });
    assert_eq!(first, run());
    assert!(
        first.iter().all(|answer| !answer.starts_with("error")),
        "{first:?}"
    );
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(sides).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

/// Tags of a random repository.
const TAGS: &[&str] = &[
    "v0.1.0",
    "v1.0.0",
    "v1.0.1",
    "v1.1.0-pre",
    "v1.1.0-pre.1",
    "v1.2.0+x",
    "v1.2.0+y",
    "v1.2.0",
    "v1.3",
    "v2.0.0",
    "v2.1.0",
    "v2.1.1-rc.0",
    "v3.0.0",
    "v3.0.1",
    "v1.9.0",
    "v1.0.1-0.20200913122640-aaaaaaaaaaaa",
    "v2.0.0+incompatible",
    "deadbeef",
    "v0.0.0",
    "v01.0.0",
    "v1.4.0",
    "v2.2.0",
    "release",
];

/// Makes a repository that nobody would make; returns its commits and tags.
fn make_random(repos: &Repos, name: &str, dice: &mut Dice) -> (Vec<String>, Vec<String>) {
    let mut repo = repos.repo(name);
    let root = format!("example.com/{name}.git");
    let majors = ["", "/v2", "/v3", "/v1"];
    let dirs = ["", "sub/", "v2/", "sub/v2/", "sub/v3/"];
    let (mut commits, mut tags, mut branches) = (Vec::new(), Vec::new(), vec!["main".to_owned()]);
    for step in 0..9 {
        let mut files = vec![("a.go".to_owned(), format!("package a // {step}\n"))];
        if dice.roll(3) == 0 {
            let dir = dice.pick(&dirs);
            let base = if dir.starts_with("sub") {
                format!("{root}/sub")
            } else {
                root.clone()
            };
            let module = format!("module {base}{}\n", dice.pick(&majors));
            let text = match dice.roll(6) {
                0 => "go 1.20\n".to_owned(),
                1 => format!("{module}retract [v1.0.0, v1.2.0]\n"),
                2 => format!("{module}retract v1.9.0\nretract v2.1.0\n"),
                _ => module,
            };
            files.push((format!("{dir}go.mod"), text));
        }
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        commits.push(repo.commit(&files));
        for _ in 0..dice.roll(4) {
            let tag = format!("{}{}", dice.pick(&["", "", "sub/"]), dice.pick(TAGS));
            if !tags.contains(&tag) {
                if dice.roll(2) == 0 {
                    repo.tag(&tag);
                } else {
                    repo.git(&["tag", "-a", "-m", "x", &tag]);
                }
                tags.push(tag);
            }
        }
        match dice.roll(4) {
            0 => {
                let branch = format!("topic/{step}");
                repo.git(&["checkout", "-q", "-b", &branch]);
                branches.push(branch);
            }
            1 => drop(repo.git(&["checkout", "-q", dice.pick(&branches).as_str()])),
            2 => {
                let other = dice.pick(&branches).clone();
                repo.git(&["merge", "-q", "-s", "ours", "--no-edit", &other]);
            }
            _ => {}
        }
    }
    repo.git(&["checkout", "-q", "main"]);
    tags.extend(branches);
    (commits, tags)
}

fn without_ref(answer: &str) -> String {
    let is_ref = |word: &&str| word.starts_with("Ref=");
    answer
        .split(' ')
        .filter(|word| !is_ref(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Compares random repositories: `MODSMITH_ROUNDS` of them.
#[test]
fn go_agrees_on_random_repositories() {
    let test = "direct::go_agrees_on_random_repositories";
    let rounds = std::env::var("MODSMITH_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let mut faults = String::new();
    for round in 0..rounds {
        let Some(repos) = Repos::new(test) else {
            return;
        };
        let mut dice = Dice(round);
        let name = format!("random{round}");
        let (commits, names) = make_random(&repos, &name, &mut dice);
        let modules = ["", "/v2", "/v3", "/sub", "/sub/v2", "/sub/v3"]
            .map(|below| format!("example.com/{name}.git{below}"));
        let times: Vec<String> = commits
            .iter()
            .enumerate()
            .map(|(at, hash)| {
                let seconds = 1_600_000_000 + 3_600 * i64::try_from(at).unwrap();
                let time = modsmith::domain::module::timestamp::Timestamp::from_unix(seconds);
                format!("{}-{}", time.digits(), &hash[..12])
            })
            .collect();
        let bases = [
            "v0.0.0-",
            "v2.0.0-",
            "v1.0.1-0.",
            "v1.0.2-0.",
            "v1.1.0-pre.0.",
            "v1.2.1-0.",
            "v2.0.1-0.",
            "v2.1.1-0.",
            "v3.0.1-0.",
        ];
        let pseudo = times
            .iter()
            .flat_map(|time| {
                [dice.pick(&bases), dice.pick(&bases)].map(|base| {
                    let build = if dice.roll(4) == 0 {
                        "+incompatible"
                    } else {
                        ""
                    };
                    format!("{base}{time}{build}")
                })
            })
            .collect::<Vec<_>>();
        let hashes: Vec<String> = commits
            .iter()
            .map(|hash| hash[..7 + dice.roll(30)].to_owned())
            .collect();
        // `v1.3` and `v1.2.0+x` are queries: the go command does more for them than look them up.
        let is_looked_up = |text: &&String| {
            !text.ends_with("v1.3") && (!text.contains('+') || text.ends_with("+incompatible"))
        };
        let names: Vec<String> = names.iter().filter(is_looked_up).cloned().collect();
        for (kind, asked) in [("names", names), ("pseudo", pseudo), ("hashes", hashes)] {
            let Some(go) = Go::new(test, &repos, &repos.path(&format!("go-{kind}"))) else {
                return;
            };
            let direct = direct(&repos, &repos.path(&format!("our-{kind}")));
            let pairs: Vec<(&String, &String)> = modules
                .iter()
                .flat_map(|path| asked.iter().map(move |rev| (path, rev)))
                .collect();
            let questions: Vec<String> = pairs
                .iter()
                .map(|(path, rev)| format!("{path}@{rev}"))
                .collect();
            for ((path, rev), value) in pairs.iter().zip(go.list(&[], &questions)) {
                let (ours, theirs) = (block_on(answer(&direct, path, rev)), go_text(&value));
                // By what name a version was asked for first, the go command's cache remembers.
                let (ours, theirs) = (without_ref(&ours), without_ref(&theirs));
                if ours != theirs && !same_but_for_module(&ours, &theirs, path, rev) {
                    writeln!(faults, "{path}@{rev}\n  ours {ours}\n  go   {theirs}").unwrap();
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn half_made_copies_are_repaired() {
    let Some(repos) = Repos::new("direct::half_made_copies_are_repaired") else {
        return;
    };
    make_mono(&repos);
    let mod_cache = repos.path("mod");
    let ask = || {
        let direct = direct(&repos, &mod_cache);
        block_on(answer(&direct, "example.com/mono.git", "main"))
    };
    let expect = ask();
    let names = copies(&mod_cache);
    let copy = mod_cache.join("cache/vcs").join(&names[0]);
    // Killed before the copy knew its origin, before it was a repository, before it was named.
    fs::write(copy.join("config"), "[core]\n\tbare = true\n").unwrap();
    assert_eq!(ask(), expect);
    fs::remove_dir_all(copy.join("objects")).unwrap();
    assert_eq!(ask(), expect);
    fs::remove_file(copy.with_extension("info")).unwrap();
    assert_eq!(ask(), expect);
    assert_eq!(copies(&mod_cache), names);
    fs::write(
        copy.with_extension("info"),
        "git3:https://example.com/other",
    )
    .unwrap();
    assert!(ask().contains("exists with wrong content"), "{}", ask());
}
