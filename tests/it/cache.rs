//! The module cache: the go command's layout, byte for byte; interrupted and simultaneous fills.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use modsmith::adapters::goproxy::{ProxyClient, ProxyUrl};
use modsmith::adapters::http::client::{HttpClient, HttpSettings};
use modsmith::adapters::modcache::{CacheError, ModCache, ModCacheMode};
use modsmith::domain::module::info::{Origin, RevInfo};
use modsmith::domain::module::{ModulePath, ModuleVersion, Version};

use crate::support::proxy::corpus_url;

/// The modules that `rsc.io/quote@v1.5.2` needs, and one with upper-case letters.
const MODULES: &[(&str, &str)] = &[
    ("rsc.io/quote", "v1.5.2"),
    ("rsc.io/sampler", "v1.3.0"),
    ("golang.org/x/text", "v0.0.0-20170915032832-14c0d48ead0c"),
    ("rsc.io/CGO", "v1.0.0"),
];

fn cache(root: &Path) -> ModCache {
    ModCache::new(root, ModCacheMode::ReadWrite).unwrap()
}

fn module(path: &str, version: &str) -> ModuleVersion {
    ModuleVersion::new(path, version)
}

fn info(version: &str) -> RevInfo {
    RevInfo {
        version: Version::new(version),
        time: Some("2020-01-02T03:04:05Z".into()),
        origin: None,
    }
}

/// Returns every file below `root` by its relative name.
fn files(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut dirs = vec![root.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                found.insert(name.replace('\\', "/"));
            }
        }
    }
    found
}

#[test]
fn files_are_where_the_go_command_puts_them() {
    let dir = crate::support::scratch();
    let cache = cache(dir.path());
    let quote = module("example.com/Big/m", "v1.10.0");
    assert!(cache.read_go_mod(&quote).unwrap().is_none());
    assert!(cache.read_info(&quote).unwrap().is_none());
    for version in ["v1.10.0", "v1.9.0", "v1.9.0-RC"] {
        cache
            .write_go_mod(
                &module("example.com/Big/m", version),
                b"module example.com/Big/m\n",
            )
            .unwrap();
    }
    cache.write_info(&quote.path, &info("v1.10.0")).unwrap();
    drop(cache.lock_version(&quote).unwrap());
    drop(cache.lock_side().unwrap());
    let base = "cache/download/example.com/!big/m/@v";
    let expect = ["cache/lock".to_owned()].into_iter().chain(
        [
            "list",
            "v1.10.0.info",
            "v1.10.0.lock",
            "v1.10.0.mod",
            "v1.9.0-!r!c.mod",
            "v1.9.0.mod",
        ]
        .map(|name| format!("{base}/{name}")),
    );
    assert_eq!(files(dir.path()), expect.collect());
    let text = |name: &str| std::fs::read_to_string(dir.path().join(base).join(name)).unwrap();
    // Go lists what the file names say; an escaped letter is no canonical version, and so is passed over.
    assert_eq!(text("list"), "v1.9.0\nv1.10.0\n");
    assert_eq!(
        text("v1.10.0.info"),
        r#"{"Version":"v1.10.0","Time":"2020-01-02T03:04:05Z"}"#
    );
    assert_eq!(
        cache.read_go_mod(&quote).unwrap().unwrap(),
        b"module example.com/Big/m\n"
    );
    assert_eq!(cache.read_info(&quote).unwrap().unwrap(), info("v1.10.0"));
}

#[cfg(unix)]
#[test]
fn permissions_follow_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = crate::support::scratch();
    let cache = cache(dir.path());
    let m = module("example.com/m", "v1.0.0");
    cache.write_go_mod(&m, b"module example.com/m\n").unwrap();
    let plain = dir.path().join("plain");
    std::fs::write(&plain, "").unwrap();
    let plain_dir = dir.path().join("plain-dir");
    std::fs::create_dir(&plain_dir).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
    let file = cache.go_mod_file(&m).unwrap();
    assert_eq!(mode(&file), mode(&plain));
    assert_eq!(mode(&file.with_file_name("list")), mode(&plain));
    assert_eq!(mode(file.parent().unwrap()), mode(&plain_dir));
}

#[test]
fn what_is_broken_or_made_up_is_not_there() {
    let dir = crate::support::scratch();
    let cache = cache(dir.path());
    let m = module("example.com/m", "v1.0.0");
    cache
        .write_go_mod(&m, b"//vgo 0.0.4\nmodule example.com/m\n")
        .unwrap();
    assert!(cache.read_go_mod(&m).unwrap().is_none());
    let file = cache.go_mod_file(&m).unwrap();
    for garbage in ["", "{\"Version\":", "\0\0\0\0", "<html>"] {
        std::fs::write(file.with_extension("info"), garbage).unwrap();
        assert!(cache.read_info(&m).unwrap().is_none(), "{garbage:?}");
    }
    for (path, version) in [
        ("example.com/m", "v1"),
        ("example.com/m", "main"),
        ("../x", "v1.0.0"),
        ("go", "1.21"),
        ("toolchain", "go1.21.0"),
    ] {
        assert!(cache.read_go_mod(&module(path, version)).unwrap().is_none());
        let refused = cache.write_go_mod(&module(path, version), b"x");
        assert!(
            matches!(refused, Err(CacheError::NoPlace { .. })),
            "{path}@{version}"
        );
    }
}

#[test]
fn go_mod_files_of_any_size_are_read_whole() {
    let dir = crate::support::scratch();
    let cache = cache(dir.path());
    for size in [0, 1, 8191, 8192, 8193, 100_000] {
        let m = module("example.com/m", &format!("v1.0.{size}"));
        let text = vec![b'x'; size];
        cache.write_go_mod(&m, &text).unwrap();
        assert_eq!(cache.read_go_mod(&m).unwrap().unwrap(), text);
    }
    let huge = module("example.com/m", "v2.0.0+incompatible");
    cache
        .write_go_mod(&huge, &vec![b'x'; (16 << 20) + 1])
        .unwrap();
    assert!(
        cache
            .read_go_mod(&huge)
            .unwrap_err()
            .to_string()
            .contains("is larger than 16777216 bytes")
    );
}

#[test]
fn unusable_places_are_named() {
    assert!(matches!(
        ModCache::new("", ModCacheMode::ReadWrite),
        Err(CacheError::NotSet)
    ));
    let relative = ModCache::new("go/mod", ModCacheMode::ReadWrite).unwrap_err();
    assert_eq!(
        relative.to_string(),
        "GOMODCACHE entry is relative; must be absolute path: \"go/mod\""
    );
    let dir = crate::support::scratch();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let m = module("example.com/m", "v1.0.0");
    assert!(cache(&file).read_go_mod(&m).unwrap().is_none());
    let refused = cache(&file).write_go_mod(&m, b"x").unwrap_err().to_string();
    assert_eq!(
        refused,
        format!("could not create module cache: {file:?} is not a directory")
    );
}

#[test]
fn read_only_caches_are_read_and_left_alone() {
    let dir = crate::support::scratch();
    let m = module("example.com/m", "v1.0.0");
    cache(dir.path())
        .write_go_mod(&m, b"module example.com/m\n")
        .unwrap();
    let before = files(dir.path());
    let read_only = ModCache::new(dir.path(), ModCacheMode::ReadOnly).unwrap();
    assert!(read_only.read_go_mod(&m).unwrap().is_some());
    read_only
        .write_go_mod(&module("example.com/m", "v1.1.0"), b"x")
        .unwrap();
    read_only.write_info(&m.path, &info("v1.0.0")).unwrap();
    assert_eq!(files(dir.path()), before);
}

#[test]
fn commits_find_their_highest_pseudo_version() {
    let dir = crate::support::scratch();
    let cache = cache(dir.path());
    let path = ModulePath::new("example.com/m");
    for version in [
        "v0.0.0-20200101000000-0123456789ab",
        "v1.2.4-0.20200101000000-0123456789ab",
        "v1.3.0-pre.0.20200101000000-ffffffffffff",
    ] {
        cache.write_info(&path, &info(version)).unwrap();
    }
    let found = |rev: &str| {
        cache
            .read_info_of_commit(&path, rev)
            .unwrap()
            .map(|info| info.version.to_string())
    };
    let highest = Some("v1.2.4-0.20200101000000-0123456789ab".to_owned());
    assert_eq!(found("0123456789ab"), highest);
    assert_eq!(found("0123456789abcdef0123456789abcdef01234567"), highest);
    for rev in [
        "0123456789a",
        "0123456789AB",
        "main",
        "ééééééé",
        "999999999999",
    ] {
        assert_eq!(found(rev), None, "{rev}");
    }
}

#[test]
fn extracted_directories_count_when_whole() {
    let dir = crate::support::scratch();
    let cache = cache(dir.path());
    let m = module("example.com/M", "v1.0.0");
    let extracted = dir.path().join("example.com/!m@v1.0.0");
    assert_eq!(cache.extracted_dir(&m), None);
    std::fs::create_dir_all(&extracted).unwrap();
    cache.write_go_mod(&m, b"module example.com/M\n").unwrap();
    assert_eq!(cache.extracted_dir(&m), None, "no hash yet");
    let hash = cache.go_mod_file(&m).unwrap().with_extension("ziphash");
    std::fs::write(&hash, "h1:abc=").unwrap();
    assert_eq!(cache.extracted_dir(&m), Some(extracted));
    assert_eq!(cache.read_zip_hash(&m).unwrap().as_deref(), Some("h1:abc="));
    std::fs::write(hash.with_extension("partial"), "").unwrap();
    assert_eq!(cache.extracted_dir(&m), None, "still being written");
}

/// Fills a cache from the corpus through the proxy client.
async fn fill_from_corpus(cache: &ModCache) {
    let proxy = ProxyUrl::parse(&corpus_url()).unwrap();
    let client = ProxyClient::new(HttpClient::new(&HttpSettings::default()));
    for (path, version) in MODULES {
        let m = module(path, version);
        let text = client.go_mod(&proxy, &m.path, &m.version).await.unwrap();
        cache.write_go_mod(&m, &text).unwrap();
        cache
            .write_info(
                &m.path,
                &client.stat(&proxy, &m.path, version).await.unwrap(),
            )
            .unwrap();
    }
}

/// Versions whose `.info` files have what is easily written otherwise than Go does.
const TRICKY_INFOS: &[(&str, &str)] = &[
    ("v1.0.0", "{}"),
    (
        "v1.1.0",
        r#"{"version":"v1.1.0","TIME":"2020-02-29T01:02:03.500+00:00","Name":"n","Short":"s"}"#,
    ),
    (
        "v1.2.0",
        r#"{"Version":"v1.2.0","Time":"2020-02-29T01:02:03.1234567899+02:00","Origin":{}}"#,
    ),
    (
        "v1.3.0",
        r#"{"Version":"v1.3.0","Origin":{"VCS":"git","URL":"https://h/?a=<b>&c\u2028\"\\é\u0007\u0008\u007f","Subdir":"s","Hash":"h","TagPrefix":"p","TagSum":"t","Ref":"refs/tags/v1.3.0","RepoSum":"r"}}"#,
    ),
    (
        "v0.0.0-20200229010203-0123456789ab",
        r#"{"Version":"v0.0.0-20200229010203-0123456789ab","Time":"2020-02-29T01:02:03Z","Origin":{"Ref":"refs/heads/main","Hash":"0123"}}"#,
    ),
];

#[tokio::test]
async fn the_go_command_writes_the_same_bytes() {
    let dir = crate::support::scratch();
    let (tree, go_cache, own) = (
        dir.path().join("tree"),
        dir.path().join("go"),
        dir.path().join("own"),
    );
    let files_of_m = tree.join("example.com/!m/@v");
    std::fs::create_dir_all(&files_of_m).unwrap();
    std::fs::create_dir(&own).unwrap();
    std::fs::write(tree.join("go.mod"), "module example.com/main\n\ngo 1.16\n").unwrap();
    for (version, info) in TRICKY_INFOS {
        // Go insists on the version that it asked for.
        let info = if *info == "{}" {
            format!(r#"{{"Version":"{version}"}}"#)
        } else {
            (*info).to_owned()
        };
        std::fs::write(files_of_m.join(format!("{version}.info")), info).unwrap();
        std::fs::write(
            files_of_m.join(format!("{version}.mod")),
            "module example.com/M\n",
        )
        .unwrap();
    }
    let url: String = url::Url::from_file_path(&tree).unwrap().into();
    let (proxy, cache) = (ProxyUrl::parse(&url).unwrap(), cache(&own));
    let client = ProxyClient::new(HttpClient::new(&HttpSettings::default()));
    let mut arguments = Vec::new();
    for (version, _) in TRICKY_INFOS {
        let m = module("example.com/M", version);
        cache
            .write_info(
                &m.path,
                &client.stat(&proxy, &m.path, version).await.unwrap(),
            )
            .unwrap();
        cache
            .write_go_mod(
                &m,
                &client.go_mod(&proxy, &m.path, &m.version).await.unwrap(),
            )
            .unwrap();
        arguments.push(m.to_string());
    }
    let mut go = go_command(&go_cache, &tree);
    let Some(_) = run_go(
        go.env("GOPROXY", url)
            .args(["list", "-m", "-json"])
            .args(&arguments),
    ) else {
        return;
    };
    let expect = files(&go_cache);
    assert_eq!(files(&own), expect);
    for name in expect {
        let text =
            |root: &Path| String::from_utf8(std::fs::read(root.join(&name)).unwrap()).unwrap();
        assert_eq!(text(&own), text(&go_cache), "{name}");
    }
}

/// Runs the go command on a module that needs [`MODULES`], with nothing but the cache; none where there is no Go.
fn go_list(root: &Path) -> Option<String> {
    let main = crate::support::scratch();
    let requirements: Vec<String> = MODULES
        .iter()
        .map(|(path, version)| format!("require {path} {version}"))
        .collect();
    let requirements = requirements.join(
        "
",
    );
    std::fs::write(
        main.path().join("go.mod"),
        format!("module example.com/main\n\ngo 1.16\n\n{requirements}\n"),
    )
    .unwrap();
    run_go(go_command(root, main.path()).args(["list", "-m", "all"]))
}

/// The go command with a module cache and nothing else of this machine.
fn go_command(cache: &Path, dir: &Path) -> Command {
    let mut go = Command::new(crate::support::program("go"));
    go.current_dir(dir).env_clear();
    for name in ["PATH", "SystemRoot", "HOME", "USERPROFILE", "LocalAppData"] {
        go.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    go.env("GOMODCACHE", cache)
        .env("GOFLAGS", "-mod=mod")
        .env("GOPROXY", "off")
        .env("GOSUMDB", "off");
    go.env("GOTOOLCHAIN", "local")
        .env("GOENV", "off")
        .env("GOWORK", "off");
    go
}

/// Returns what the go command prints; none where there is no Go.
fn run_go(go: &mut Command) -> Option<String> {
    let output = match go.output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("SKIPPED: no `go` on PATH to compare with");
            return None;
        }
        output => output.unwrap(),
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn the_go_command_reads_what_was_written() {
    let dir = crate::support::scratch();
    fill_from_corpus(&cache(dir.path())).await;
    let Some(list) = go_list(dir.path()) else {
        return;
    };
    for (path, version) in MODULES {
        assert!(
            list.contains(&format!("{path} {version}\n")),
            "{path} {version} in\n{list}"
        );
    }
}

/// The versions that a child process writes.
const CHILD_VERSIONS: usize = 120;
/// The variable that tells a child process which cache to fill.
const CHILD_CACHE: &str = "MODSMITH_TEST_CHILD_CACHE";

fn child_text(number: usize) -> Vec<u8> {
    format!("module example.com/m\n\n// {}\n", "x".repeat(number * 200)).into_bytes()
}

#[test]
#[ignore = "run as a process of its own by other tests"]
fn child_fills_a_cache() {
    let Some(root) = std::env::var_os(CHILD_CACHE) else {
        return;
    };
    let cache = cache(Path::new(&root));
    for number in 0..CHILD_VERSIONS {
        let m = module("example.com/m", &format!("v1.0.{number}"));
        cache.write_go_mod(&m, &child_text(number)).unwrap();
        let origin = Origin {
            url: "u".repeat(number),
            ..Origin::default()
        };
        let info = RevInfo {
            origin: Some(origin),
            ..info(m.version.as_str())
        };
        cache.write_info(&m.path, &info).unwrap();
    }
}

fn start_child(root: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", "cache::child_fills_a_cache", "--ignored"])
        .env(CHILD_CACHE, root);
    child
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// Checks that every file that can be seen is whole, and returns the versions that have a go.mod file.
fn check_whole(cache: &ModCache) -> Vec<usize> {
    let mut seen = Vec::new();
    for number in 0..CHILD_VERSIONS {
        let m = module("example.com/m", &format!("v1.0.{number}"));
        if let Some(text) = cache.read_go_mod(&m).unwrap() {
            assert_eq!(text, child_text(number), "v1.0.{number}");
            seen.push(number);
        }
        let info = cache.go_mod_file(&m).unwrap().with_extension("info");
        assert_eq!(
            info.exists(),
            cache.read_info(&m).unwrap().is_some(),
            "v1.0.{number}"
        );
    }
    seen
}

fn list(root: &Path) -> Vec<String> {
    let file: PathBuf = root.join("cache/download/example.com/m/@v/list");
    std::fs::read_to_string(file)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn two_processes_fill_one_cache() {
    let dir = crate::support::scratch();
    let children = [start_child(dir.path()), start_child(dir.path())];
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(check_whole(&cache(dir.path())).len(), CHILD_VERSIONS);
    let expect: Vec<String> = (0..CHILD_VERSIONS)
        .map(|number| format!("v1.0.{number}"))
        .collect();
    assert_eq!(list(dir.path()), expect);
    assert!(files(dir.path()).iter().all(|name| !name.contains("tmp")));
}

#[tokio::test]
async fn a_killed_fill_leaves_a_cache_that_serves() {
    let dir = crate::support::scratch();
    let mut counts = Vec::new();
    for round in 0..8 {
        let mut child = start_child(dir.path());
        // Long enough to be in the middle of it, at another place each time.
        std::thread::sleep(Duration::from_millis(10 + round * 8));
        child.kill().unwrap();
        child.wait().unwrap();
        counts.push(check_whole(&cache(dir.path())).len());
    }
    println!("go.mod files after each kill: {counts:?}");
    let cache = cache(dir.path());
    fill_from_corpus(&cache).await;
    let last = module("example.com/m", "v1.1.0");
    cache
        .write_go_mod(&last, b"module example.com/m\n")
        .unwrap();
    let listed = list(dir.path());
    assert_eq!(
        listed.len(),
        check_whole(&cache).len() + 1,
        "the next write brings the list up to date"
    );
    go_list(dir.path());
}

#[test]
fn a_version_is_locked_for_others() {
    use modsmith::adapters::fs::LockedFile;
    let dir = crate::support::scratch();
    let cache = cache(dir.path());
    let m = module("example.com/m", "v1.0.0");
    let held = cache.lock_version(&m).unwrap();
    let file = cache.go_mod_file(&m).unwrap().with_extension("lock");
    assert!(LockedFile::try_exclusive(&file).unwrap().is_none());
    // Reading and writing whole files goes on meanwhile.
    cache.write_go_mod(&m, b"module example.com/m\n").unwrap();
    assert!(cache.read_go_mod(&m).unwrap().is_some());
    drop(held);
    assert!(LockedFile::try_exclusive(&file).unwrap().is_some());
}
