//! `verify cache`: its words, repairs, and other processes at work on the same cache.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use modsmith::adapters::modcache::{ModCache, ModCacheMode};
use modsmith::domain::module::ModuleVersion;
use modsmith::ops::source::Source;

use crate::support::context::{block_on, context};
use crate::support::proxy::corpus_url;
use crate::support::sandbox::Run;
use crate::tamper::world::{MODULES, World, flip, write};

const QUOTE: &str = "rsc.io/quote@v1.5.2";
const ZIP: &str = "rsc.io/quote/@v/v1.5.2.zip";

/// Returns what the program says, with the cache's place taken out.
fn said(world: &World, line: &str) -> (i32, String) {
    let run = world.sandbox.run(line);
    let cache = world.sandbox.cache();
    let text = (run.stdout + &run.stderr).replace(cache.to_str().unwrap(), "$CACHE");
    (run.code.unwrap(), text)
}

#[test]
fn a_clean_cache_is_verified() {
    let (code, text) = said(&World::new(), "verify cache");
    assert_eq!(code, 0);
    insta::assert_snapshot!(text, @r"
    cache   3 checked, 7.3 kB
    all modules verified
    ");
}

#[test]
fn the_words_of_go_come_first() {
    let world = World::new();
    flip(&world.extracted(&format!("{QUOTE}/quote.go")), 3);
    let (code, text) = said(&world, "verify cache");
    assert_eq!(code, 5);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[0],
        "rsc.io/quote v1.5.2: dir has been modified ($CACHE/rsc.io/quote@v1.5.2)"
    );
    assert!(text.contains("integrity: rsc.io/quote@v1.5.2: quote.go differs from the file in the zip [cache-file-modified]"), "{text}");
    assert!(text.ends_with("2 integrity violations\n"), "{text}");
}

/// All files below a directory with their contents.
fn contents(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut dirs = vec![root.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let is_dir = fs::symlink_metadata(&path).unwrap().is_dir();
            let text = if is_dir {
                Vec::new()
            } else {
                fs::read(&path).unwrap_or_default()
            };
            found.insert(path.strip_prefix(root).unwrap().to_owned(), text);
            if is_dir {
                dirs.push(path);
            }
        }
    }
    found
}

/// What is done to a world, by name.
type Damage = (&'static str, fn(&World));

/// Damage that can be repaired.
const DAMAGE: &[Damage] = &[
    ("a file", |world| {
        flip(&world.extracted(&format!("{QUOTE}/quote.go")), 3);
    }),
    ("files", |world| {
        fs::remove_file(world.extracted(&format!("{QUOTE}/quote.go"))).unwrap();
        write(
            &world.extracted(&format!("{QUOTE}/a/b/c.go")),
            "package c\n",
        );
    }),
    ("a directory", |world| {
        fs::create_dir(world.extracted(&format!("{QUOTE}/empty"))).unwrap();
    }),
    ("a zip", |world| flip(&world.cached(ZIP), 100)),
    ("no zip file at all", |world| {
        fs::write(world.cached(ZIP), "zip").unwrap();
    }),
    ("zip and files", |world| {
        flip(&world.cached(ZIP), -23);
        flip(&world.extracted(&format!("{QUOTE}/quote.go")), 3);
    }),
    ("a hash", |world| {
        fs::write(world.cached(&format!("{ZIP}hash")), "h1:").unwrap();
    }),
    ("a missing hash", |world| {
        fs::remove_file(world.cached(&format!("{ZIP}hash"))).unwrap();
    }),
    ("a hash and a file", |world| {
        fs::write(world.cached(&format!("{ZIP}hash")), "h1:").unwrap();
        flip(&world.extracted(&format!("{QUOTE}/quote.go")), 3);
    }),
    ("a go.mod", |world| {
        flip(&world.cached("rsc.io/quote/@v/v1.5.2.mod"), -1);
    }),
    ("information", |world| {
        fs::write(world.cached("rsc.io/quote/@v/v1.5.2.info"), "{}").unwrap();
    }),
    ("a partial module", |world| {
        write(&world.cached("rsc.io/quote/@v/v1.5.2.partial"), "");
        fs::remove_file(world.extracted(&format!("{QUOTE}/quote.go"))).unwrap();
    }),
];

#[test]
fn damage_is_repaired() {
    let clean = World::new();
    let expect = contents(&clean.sandbox.cache());
    for (name, damage) in DAMAGE {
        let world = World::new();
        damage(&world);
        let (code, text) = said(&world, "verify cache --repair");
        assert_eq!(code, 0, "{name}: {text}");
        assert!(
            text.contains("note: rsc.io/quote@v1.5.2: repaired\n"),
            "{name}: {text}"
        );
        let (code, text) = said(&world, "verify cache");
        assert_eq!(code, 0, "{name}: {text}");
        let mut after = contents(&world.sandbox.cache());
        after.retain(|path, _| {
            expect.contains_key(path) || !path.starts_with("cache/download/sumdb")
        });
        let mut names: Vec<_> = after
            .keys()
            .filter(|path| !expect.contains_key(*path))
            .collect();
        names.retain(|path| !path.ends_with("sumdb"));
        assert!(names.is_empty(), "{name}: {names:?}");
        for (path, text) in &expect {
            let is_info = path.extension().is_some_and(|end| end == "info");
            assert!(
                is_info || after.get(path) == Some(text),
                "{name}: {}",
                path.display()
            );
        }
    }
}

#[test]
fn what_cannot_be_replaced_stays() {
    for (name, damage) in DAMAGE {
        let world = World::new();
        damage(&world);
        // The proxy lies about the zip, and nothing else is asked.
        for file in ["zip", "mod", "info"] {
            let served = world.served(&format!("rsc.io/quote/@v/v1.5.2.{file}"));
            fs::write(served, "not what it should be\n").unwrap();
        }
        let before = contents(&world.sandbox.cache());
        let (code, text) = said(&world, "verify cache --repair");
        let needs_proxy = ["zip", "go.mod", "information"]
            .iter()
            .any(|word| name.contains(word));
        if !needs_proxy {
            assert_eq!(code, 0, "{name}: {text}");
            continue;
        }
        assert!(code == 5 || code == 1, "{name}: {code}: {text}");
        assert!(text.contains("note: cannot repair: "), "{name}: {text}");
        let after = contents(&world.sandbox.cache());
        for (path, text) in before {
            assert_eq!(after.get(&path), Some(&text), "{name}: {}", path.display());
        }
    }
}

#[test]
fn everything_is_checked_outside_of_a_module() {
    let world = World::new();
    for file in ["go.mod", "go.sum"] {
        fs::remove_file(world.work(file)).unwrap();
    }
    let (code, text) = said(&world, "verify cache");
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("go.mod not found"), "{text}");
    let (code, text) = said(&world, "verify cache --all");
    assert_eq!(
        (code, text.contains("cache   3 checked")),
        (0, true),
        "{text}"
    );
    fs::remove_file(world.cached(&format!("{ZIP}hash"))).unwrap();
    let (code, text) = said(&world, "verify cache --all");
    assert_eq!(code, 1);
    assert!(text.starts_with("rsc.io/quote v1.5.2: missing ziphash: open $CACHE/cache/download/rsc.io/quote/@v/v1.5.2.ziphash: no such file or directory\n"), "{text}");
}

#[test]
fn what_another_process_is_at_work_on_is_waited_for() {
    let world = World::new();
    let cache = ModCache::new(world.sandbox.cache(), ModCacheMode::ReadWrite).unwrap();
    let file = world.extracted(&format!("{QUOTE}/quote.go"));
    let partial = world.cached("rsc.io/quote/@v/v1.5.2.partial");
    let text = fs::read(&file).unwrap();
    let held = cache
        .lock_version(&ModuleVersion::new("rsc.io/quote", "v1.5.2"))
        .unwrap();
    write(&partial, "");
    fs::remove_file(&file).unwrap();
    let run = world
        .sandbox
        .command(["verify", "cache"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(400));
    fs::write(&file, text).unwrap();
    fs::remove_file(&partial).unwrap();
    drop(held);
    let output = run.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), text.lines().last()),
        (Some(0), Some("all modules verified"))
    );
}

#[test]
fn a_hash_that_nobody_waits_for_is_missing() {
    let world = World::new();
    fs::remove_file(world.cached("rsc.io/quote/@v/v1.5.2.lock")).unwrap();
    fs::remove_file(world.cached(&format!("{ZIP}hash"))).unwrap();
    assert_eq!(said(&world, "verify cache").0, 1);
    assert!(
        !world.cached("rsc.io/quote/@v/v1.5.2.lock").exists(),
        "nothing is written"
    );
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let file = world.extracted(&format!("{QUOTE}/quote.go"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(&file).is_ok() {
        println!("SKIPPED: this user can read everything");
        return;
    }
    let (code, text) = said(&world, "verify cache");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("quote.go: permission denied"), "{text}");
    assert!(text.contains("[cache-file-unreadable]"), "{text}");
}

/// The variable that tells a child process which cache to fill.
const CHILD_CACHE: &str = "MODSMITH_TEST_CHILD_MODULES";

/// What is downloaded into one cache by several at once.
const DOWNLOADS: &[(&str, &str)] = &[
    ("golang.org/x/text", "v0.0.0-20170915032832-14c0d48ead0c"),
    ("rsc.io/quote", "v1.5.2"),
    ("rsc.io/quote", "v1.5.1"),
    ("rsc.io/quote/v3", "v3.0.0"),
    ("rsc.io/sampler", "v1.3.0"),
    ("rsc.io/sampler", "v1.2.1"),
    ("rsc.io/CGO", "v1.0.0"),
];

fn download_all(cache: &Path, flags: &str) {
    let proxy = corpus_url();
    let env = [
        ("GOMODCACHE", cache.to_str().unwrap()),
        ("GOPROXY", proxy.as_str()),
        ("GOSUMDB", "off"),
        ("GOFLAGS", flags),
    ];
    let ctx = context(cache.parent().unwrap(), cache, &env);
    let source = Source::new(&ctx).unwrap();
    for (path, version) in DOWNLOADS {
        let module = ModuleVersion::new(*path, *version);
        block_on(async {
            source.go_mod(&module).await.unwrap();
            source.info_again(&module).await.unwrap();
            source.unpack(&module).await.unwrap();
        });
    }
}

#[test]
#[ignore = "run as a process of its own by other tests"]
fn child_downloads_modules() {
    if let Some(cache) = std::env::var_os(CHILD_CACHE) {
        download_all(Path::new(&cache), "-modcacherw");
    }
}

fn child(cache: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "verify_cache::child_downloads_modules",
            "--ignored",
        ])
        .env(CHILD_CACHE, cache)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// The go command that downloads the same; none where there is no Go.
fn go(cache: &Path, dir: &Path, flags: &str) -> Option<Command> {
    if Command::new(crate::support::program("go"))
        .arg("version")
        .output()
        .is_err()
    {
        println!("SKIPPED: no `go` on PATH to compare with");
        return None;
    }
    fs::create_dir_all(dir).unwrap();
    fs::write(dir.join("go.mod"), "module example.com/main\n\ngo 1.16\n").unwrap();
    let mut go = Command::new(crate::support::program("go"));
    go.current_dir(dir).env_clear();
    for name in ["PATH", "SystemRoot", "HOME", "USERPROFILE", "LocalAppData"] {
        go.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    for (name, value) in [
        ("GOSUMDB", "off"),
        ("GOTOOLCHAIN", "local"),
        ("GOENV", "off"),
        ("GOWORK", "off"),
    ] {
        go.env(name, value);
    }
    go.env("GOMODCACHE", cache)
        .env("GOPROXY", corpus_url())
        .env("GOFLAGS", flags);
    go.args(["mod", "download"]);
    go.args(
        DOWNLOADS
            .iter()
            .map(|(path, version)| format!("{path}@{version}")),
    );
    Some(go)
}

#[test]
fn several_processes_fill_one_cache() {
    let home = crate::support::scratch();
    for round in 0..3 {
        let cache = home.path().join(format!("cache{round}"));
        let mut all = vec![child(&cache), child(&cache)];
        if let Some(mut go) = go(&cache, &home.path().join("main"), "-modcacherw") {
            all.push(go.spawn().unwrap());
        }
        for mut process in all {
            assert!(process.wait().unwrap().success());
        }
        let cache = ModCache::new(cache, ModCacheMode::ReadWrite).unwrap();
        assert_eq!(cache.versions().unwrap().len(), DOWNLOADS.len());
        for (path, version) in DOWNLOADS {
            assert!(
                cache
                    .extracted_dir(&ModuleVersion::new(*path, *version))
                    .is_some()
            );
        }
        let left: Vec<_> = contents(cache.root())
            .into_keys()
            .filter(|path| path.to_string_lossy().contains(".tmp") || path.ends_with(".partial"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[cfg(unix)]
#[test]
fn files_and_modes_are_those_of_go() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = crate::support::scratch();
    let modes = |root: &Path| -> BTreeMap<PathBuf, u32> {
        let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode();
        let names = contents(root).into_keys();
        names
            .map(|path| (path.clone(), mode(&root.join(path))))
            .collect()
    };
    for flags in ["-modcacherw", ""] {
        let (ours, theirs) = (
            home.path().join(format!("ours{flags}")),
            home.path().join(format!("theirs{flags}")),
        );
        download_all(&ours, flags);
        let Some(mut go) = go(&theirs, &home.path().join("main"), flags) else {
            return;
        };
        assert!(go.status().unwrap().success());
        let mut expect = modes(&theirs);
        // The go command's lock around changes of go.mod, which are not made here.
        expect.remove(Path::new("cache/lock"));
        assert_eq!(modes(&ours), expect, "{flags}");
        let (ours_bytes, mut theirs_bytes) = (contents(&ours), contents(&theirs));
        theirs_bytes.remove(Path::new("cache/lock"));
        assert_eq!(ours_bytes, theirs_bytes);
        for root in [&ours, &theirs] {
            // So that the temporary directory can be removed.
            for (path, mode) in modes(root) {
                drop(fs::set_permissions(
                    root.join(path),
                    fs::Permissions::from_mode(mode | 0o200),
                ));
            }
        }
    }
}

#[test]
fn the_go_command_agrees_with_a_cache_of_ours() {
    let world = World::new();
    if Command::new(crate::support::program("go"))
        .arg("version")
        .output()
        .is_err()
    {
        println!("SKIPPED: no `go` on PATH to compare with");
        return;
    }
    let cache = ModCache::new(world.sandbox.cache(), ModCacheMode::ReadWrite).unwrap();
    flip(&world.extracted(&format!("{QUOTE}/quote.go")), 3);
    world.sandbox.run("verify cache --repair").success();
    let run = Run::of(&mut world.sandbox.program("go", ["mod", "verify"]));
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "all modules verified\n"),
        "{}",
        run.stderr
    );
    for (path, version) in MODULES {
        assert!(
            cache
                .extracted_dir(&ModuleVersion::new(*path, *version))
                .is_some()
        );
    }
}

#[test]
fn zips_come_over_http_whole_and_verified_or_not_at_all() {
    use crate::support::proxy::{Fault, Proxy};
    let zip = "/rsc.io/quote/@v/v1.5.2.zip";
    let corpus = crate::conformance::support::corpus().join("proxy");
    let module = ModuleVersion::new("rsc.io/quote", "v1.5.2");
    let other = fs::read(corpus.join("rsc.io/quote/@v/v1.5.1.zip")).unwrap();
    let cases: [(Option<Fault>, usize, &str); 5] = [
        (None, 0, ""),
        (Some(Fault::Cut), 1, ""),
        (Some(Fault::Status(503, "later")), 1, ""),
        (Some(Fault::Status(404, "not here")), 99, "not here"),
        (
            Some(Fault::Answer("application/zip", other)),
            99,
            "unexpected file",
        ),
    ];
    for (fault, times, expect) in cases {
        let home = crate::support::scratch();
        let proxy = Proxy::serve(&corpus);
        let what = format!("{fault:?}").chars().take(40).collect::<String>();
        if let Some(fault) = fault {
            proxy.fault_times(zip, fault, times);
        }
        let cache = home.path().join("cache");
        let url = proxy.url();
        let env = [
            ("GOMODCACHE", cache.to_str().unwrap()),
            ("GOPROXY", url.as_str()),
            ("GOSUMDB", "off"),
            ("GOFLAGS", "-modcacherw"),
        ];
        let ctx = context(home.path(), home.path(), &env);
        let source = Source::new(&ctx).unwrap();
        let found = block_on(source.zip(&module)).map_err(|error| error.to_string());
        let left: Vec<_> = contents(&cache)
            .into_keys()
            .filter_map(|path| path.extension()?.to_str().map(str::to_owned))
            .collect();
        match found {
            Ok(zip) => {
                assert_eq!(expect, "", "{what}");
                assert!(
                    zip.path.is_file() && zip.h1.starts_with("h1:3fEy"),
                    "{what}"
                );
                assert!(!left.contains(&"tmp".to_owned()), "{what}: {left:?}");
            }
            Err(error) => {
                assert!(
                    !expect.is_empty() && error.contains(expect),
                    "{what}: {error}"
                );
                let is_rest = |end: &String| ["tmp", "zip", "ziphash"].contains(&end.as_str());
                assert!(!left.iter().any(is_rest), "{what}: {left:?}");
            }
        }
    }
}
