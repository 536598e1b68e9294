//! The checksum database client on the database of the corpus: files, proxies, threads, damage.

use std::path::{Path, PathBuf};
use std::time::Duration;

use modsmith::adapters::http::client::{HttpClient, HttpSettings};
use modsmith::adapters::http::retry::RetryPolicy;
use modsmith::adapters::sumdb::{Network, SumDbClient, SumDbError, SumDbFault, SumDbSettings};
use modsmith::domain::goenv::{Private, ProxyList, SumDb};
use modsmith::domain::module::ModulePath;

use crate::conformance::support::{corpus, rows};
use crate::support::proxy::{Fault, Proxy};

/// A home for one client after another.
struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        Self {
            dir: crate::support::scratch(),
        }
    }

    fn settings(&self, goproxy: &str) -> SumDbSettings {
        let key = corpus().join("proxy/sumdb/localhost.localdev/sumdb/verifier.key");
        let SumDb::On(database) = SumDb::parse(&std::fs::read_to_string(key).unwrap()).unwrap()
        else {
            panic!("off")
        };
        SumDbSettings {
            database,
            proxies: ProxyList::parse(goproxy, "", "linux").unwrap(),
            private: Private::new("", "corp.example.com", ""),
            mod_cache: self.dir.path().join("mod"),
            sumdb_dir: Some(self.dir.path().join("sumdb")),
            network: Network::Online,
        }
    }

    fn client(&self, goproxy: &str) -> SumDbClient {
        SumDbClient::new(http(), self.settings(goproxy))
    }

    fn offline(&self) -> SumDbClient {
        let settings = SumDbSettings {
            network: Network::Offline,
            ..self.settings("https://proxy.example.com")
        };
        SumDbClient::new(http(), settings)
    }

    /// Returns a file of the database in the module cache.
    fn cached(&self, file: &str) -> PathBuf {
        self.dir
            .path()
            .join("mod/cache/download/sumdb/localhost.localdev/sumdb")
            .join(file)
    }

    /// The file that earlier versions kept all proofs in: they are taken over from there.
    fn old_proofs(&self) -> PathBuf {
        self.dir
            .path()
            .join("mod/cache/modsmith/sumdb/localhost.localdev/sumdb/proofs")
    }

    /// Returns all kept proofs, as that file would have them.
    fn proofs(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.old_proofs().with_file_name("proof")).unwrap();
        let files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        files.flatten().collect()
    }

    /// Leaves what the go command would have left.
    fn forget_proofs(&self) -> &Self {
        let dir = self.old_proofs().with_file_name("proof");
        drop::<std::io::Result<()>>(std::fs::remove_dir_all(dir));
        self
    }

    fn latest(&self) -> PathBuf {
        self.dir
            .path()
            .join("sumdb/localhost.localdev/sumdb/latest")
    }
}

fn http() -> HttpClient {
    let (min_delay, max_delay) = (Duration::from_millis(1), Duration::from_millis(2));
    let retry = RetryPolicy {
        max_attempts: 2,
        min_delay,
        max_delay,
        ..RetryPolicy::default()
    };
    HttpClient::new(&HttpSettings {
        retry,
        ..HttpSettings::default()
    })
}

fn corpus_proxy() -> String {
    format!("file://{}", corpus().join("proxy").display())
}

/// Every module version of the database with its lines.
fn modules() -> Vec<(ModulePath, String, String)> {
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap().to_owned();
    let mut modules = Vec::new();
    for row in rows("proxy-sums") {
        let path = ModulePath::new(text(&row, "path"));
        let version = text(&row, "version");
        modules.push((
            path.clone(),
            format!("{version}/go.mod"),
            text(&row, "h1mod"),
        ));
        modules.push((path, version, text(&row, "h1")));
    }
    modules
}

async fn quote(client: &SumDbClient) -> Result<Vec<String>, SumDbError> {
    client
        .lookup(&ModulePath::new("rsc.io/quote"), "v1.5.2")
        .await
}

const QUOTE: &str = "rsc.io/quote v1.5.2 h1:3fEykkD9k7lYzXqCYrwGAf7iNhbk4yCjHmKBN9td4L0=";

#[tokio::test]
async fn finds_every_module_of_the_corpus_and_again_from_the_cache() {
    let home = Home::new();
    let client = home.client(&corpus_proxy());
    let modules = modules();
    assert!(modules.len() > 600);
    let lookups = modules
        .iter()
        .map(|(path, version, _)| client.lookup(path, version));
    for ((path, version, hash), lines) in modules
        .iter()
        .zip(futures_util::future::join_all(lookups).await)
    {
        assert_eq!(lines.unwrap(), [format!("{path} {version} {hash}")]);
    }
    let latest =
        std::fs::read(corpus().join("proxy/sumdb/localhost.localdev/sumdb/latest")).unwrap();
    assert_eq!(std::fs::read(home.latest()).unwrap(), latest);
    let lookup = std::fs::read(home.cached("lookup/rsc.io/!q!u!o!t!e@v1.5.2")).unwrap();
    assert!(lookup.ends_with(&latest));
    assert_eq!(
        std::fs::metadata(home.cached("tile/8/0/003.p/138"))
            .unwrap()
            .len(),
        138 * 32
    );

    // All threads at once, without a network.
    let offline = home.offline();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for (path, version, hash) in &modules {
                    let lines = offline.lookup_cached(path, version).unwrap().unwrap();
                    assert_eq!(lines, [format!("{path} {version} {hash}")]);
                }
            });
        }
    });
}

#[tokio::test]
async fn equal_requests_join() {
    let server = Proxy::serve(&corpus().join("proxy"));
    server.delay(Duration::from_millis(20));
    let home = Home::new();
    let client = home.client(&server.url());
    let both = ["v1.5.2", "v1.5.2/go.mod", "v1.5.2", "v1.5.1"];
    let path = ModulePath::new("rsc.io/quote");
    let lookups = both.iter().map(|version| client.lookup(&path, version));
    for (version, lines) in both
        .iter()
        .zip(futures_util::future::join_all(lookups).await)
    {
        assert!(lines.unwrap()[0].starts_with(&format!("rsc.io/quote {version} h1:")));
    }
    let database = "/sumdb/localhost.localdev/sumdb";
    for file in [
        "supported",
        "lookup/rsc.io/quote@v1.5.2",
        "tile/8/0/000",
        "tile/8/0/003.p/138",
        "tile/8/1/000.p/3",
    ] {
        assert_eq!(server.count(&format!("{database}/{file}")), 1, "{file}");
    }
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn private_modules_are_not_asked_about() {
    let server = Proxy::serve(&corpus().join("proxy"));
    let client = Home::new().client(&server.url());
    let err = client
        .lookup(&ModulePath::new("corp.example.com/a"), "v1.0.0")
        .await
        .unwrap_err();
    assert_eq!(err.to_string(), "skipped (listed in GONOSUMDB)");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn offline_names_what_is_missing() {
    let home = Home::new();
    let err = quote(&home.offline()).await.unwrap_err();
    let missing = home.cached("lookup/rsc.io/quote@v1.5.2");
    assert!(
        matches!(&*err.fault, SumDbFault::Offline { missing: found } if *found == missing),
        "{err}"
    );
    assert!(
        home.offline()
            .lookup_cached(&ModulePath::new("rsc.io/quote"), "v1.5.2")
            .unwrap()
            .is_none()
    );

    quote(&home.client(&corpus_proxy())).await.unwrap();
    home.forget_proofs();
    std::fs::remove_file(home.cached("tile/8/0/000")).unwrap();
    let err = quote(&home.offline()).await.unwrap_err();
    assert!(
        err.to_string()
            .contains("tile/8/0/000` is not in the module cache"),
        "{err}"
    );
}

#[tokio::test]
async fn proxies_are_tried_as_the_list_says() {
    let (first, second) = (
        Proxy::serve(&corpus().join("proxy")),
        Proxy::serve(&corpus().join("proxy")),
    );
    let supported = "/sumdb/localhost.localdev/sumdb/supported";
    let comma = format!("{},{}", first.url(), second.url());
    let bar = format!("{}|{}", first.url(), second.url());
    for (status, list, works) in [
        (404, &comma, true),
        (410, &comma, true),
        (403, &comma, false),
        (403, &bar, true),
        (500, &bar, true),
    ] {
        first.fault(supported, Fault::Status(status, "no"));
        let result = quote(&Home::new().client(list)).await;
        match result {
            Ok(lines) => assert!(works && lines == [QUOTE], "{status} {list}"),
            Err(err) => assert!(
                !works && err.to_string().contains("403 Forbidden"),
                "{status} {list}: {err}"
            ),
        }
    }
    assert_eq!(
        first
            .requests()
            .iter()
            .filter(|request| !request.target.ends_with("/supported"))
            .count(),
        0
    );

    // A proxy that says that it serves the database is the only one asked for it.
    let count = second.requests().len();
    first.fault(supported, Fault::Status(200, ""));
    first.fault(
        "/sumdb/localhost.localdev/sumdb/lookup/rsc.io/quote@v1.5.2",
        Fault::Status(404, "no"),
    );
    let err = quote(&Home::new().client(&bar)).await.unwrap_err();
    assert!(err.is_not_found() && !err.is_integrity(), "{err}");
    assert_eq!(second.requests().len(), count);

    // With an address of its own the database is reached past all proxies.
    let home = Home::new();
    let mut settings = home.settings("off");
    settings.database.url = Some(format!("{}/sumdb/localhost.localdev/sumdb", second.url()));
    assert_eq!(
        quote(&SumDbClient::new(http(), settings)).await.unwrap(),
        [QUOTE]
    );
    assert_eq!(second.count(supported), 4, "only from the lists above");
}

#[tokio::test]
async fn a_partial_tile_that_is_gone_is_cut_from_the_complete_one() {
    let site = crate::support::scratch();
    copy_database(&site.path().join("sumdb/localhost.localdev/sumdb"));
    let database = site.path().join("sumdb/localhost.localdev/sumdb");
    let partial = database.join("tile/8/0/003.p/138");
    let mut data = std::fs::read(&partial).unwrap();
    data.resize(256 * 32, 7);
    std::fs::write(database.join("tile/8/0/003"), data).unwrap();
    std::fs::remove_file(&partial).unwrap();
    let home = Home::new();
    let client = home.client(&format!("file://{}", site.path().display()));
    assert_eq!(quote(&client).await.unwrap(), [QUOTE]);
    assert!(home.cached("tile/8/0/003.p/138").exists() && !home.cached("tile/8/0/003").exists());
}

#[tokio::test]
async fn cut_off_files_of_the_cache_are_fetched_anew() {
    let home = Home::new();
    quote(&home.client(&corpus_proxy())).await.unwrap();
    for file in [
        "lookup/rsc.io/quote@v1.5.2",
        "tile/8/0/000",
        "tile/8/0/003.p/138",
    ] {
        let whole = std::fs::read(home.cached(file)).unwrap();
        for len in [0, 1, whole.len() / 2, whole.len() - 1] {
            std::fs::write(home.cached(file), &whole[..len]).unwrap();
            assert_eq!(
                quote(&home.forget_proofs().client(&corpus_proxy()))
                    .await
                    .unwrap(),
                [QUOTE],
                "{file} {len}"
            );
            assert_eq!(std::fs::read(home.cached(file)).unwrap(), whole);
        }
    }
}

#[tokio::test]
async fn changed_files_of_the_cache_are_found_out() {
    let home = Home::new();
    quote(&home.client(&corpus_proxy())).await.unwrap();
    for file in [
        "lookup/rsc.io/quote@v1.5.2",
        "tile/8/0/000",
        "tile/8/0/003.p/138",
        "tile/8/1/000.p/3",
    ] {
        let whole = std::fs::read(home.cached(file)).unwrap();
        let mut changed = whole.clone();
        // In the record it is a character of the hash.
        changed[40] = if changed[40] == b'A' { b'B' } else { b'A' };
        std::fs::write(home.cached(file), &changed).unwrap();
        let err = quote(&home.forget_proofs().client(&corpus_proxy()))
            .await
            .unwrap_err();
        assert!(err.is_integrity(), "{file}: {err}");
        if file.starts_with("tile") {
            assert!(err.to_string().contains(file), "{err}");
        }
        assert_eq!(
            std::fs::read(home.cached(file)).unwrap(),
            changed,
            "nothing is overwritten by a failure"
        );
        std::fs::write(home.cached(file), &whole).unwrap();
    }
    let latest = std::fs::read(home.latest()).unwrap();
    std::fs::write(home.latest(), "garbage").unwrap();
    let err = quote(&home.forget_proofs().client(&corpus_proxy()))
        .await
        .unwrap_err();
    assert!(err.to_string().starts_with(
        "rsc.io/quote@v1.5.2: initializing sumdb.Client: reading tree note: malformed note"
    ));
    std::fs::write(home.latest(), latest).unwrap();
    assert_eq!(
        quote(&home.forget_proofs().client(&corpus_proxy()))
            .await
            .unwrap(),
        [QUOTE]
    );
}

#[tokio::test]
async fn kept_proofs_help_and_are_not_believed() {
    let home = Home::new();
    let path = ModulePath::new("rsc.io/quote");
    let client = home.client(&corpus_proxy());
    for version in ["v1.5.1", "v1.5.2"] {
        client.lookup(&path, version).await.unwrap();
    }
    drop(client);
    let whole = home.proofs();
    for file in ["lookup/rsc.io/quote@v1.5.2", "tile/8/0/000"] {
        std::fs::remove_file(home.cached(file)).unwrap();
    }
    let lookup = || home.offline().lookup_cached(&path, "v1.5.2").unwrap();
    assert_eq!(lookup().unwrap(), [QUOTE]);
    for at in (0..whole.len()).step_by(7) {
        let mut changed = whole.clone();
        changed[at] ^= 0x11;
        std::fs::write(home.forget_proofs().old_proofs(), &changed).unwrap();
        // Half of the bytes are another record's; the others make the proof useless.
        assert!(lookup().is_none_or(|lines| lines == [QUOTE]), "byte {at}");
    }
    // The good proof of another record, under this one's name.
    let text = |version: &str| format!("rsc.io/quote@{version}").into_bytes();
    let swapped = replace_all(
        &replace_all(&whole, &text("v1.5.2"), b"rsc.io/quote@-"),
        &text("v1.5.1"),
        &text("v1.5.2"),
    );
    assert_ne!(swapped, whole);
    std::fs::write(home.forget_proofs().old_proofs(), swapped).unwrap();
    assert!(lookup().is_none());
    assert_eq!(quote(&home.client(&corpus_proxy())).await.unwrap(), [QUOTE]);
    assert_eq!(quote(&home.offline()).await.unwrap(), [QUOTE]);
}

fn replace_all(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(from.len()) {
        if bytes[at..].starts_with(from) {
            replaced.splice(at..at + to.len(), to.iter().copied());
        }
    }
    replaced
}

/// The tree head that is kept only moves forward, whoever else writes it.
#[tokio::test]
async fn the_kept_tree_head_moves_forward_only() {
    let earlier = known_latest("known latest is an honest tree of 300");
    let latest =
        std::fs::read(corpus().join("proxy/sumdb/localhost.localdev/sumdb/latest")).unwrap();
    let site = crate::support::scratch();
    let database = site.path().join("sumdb/localhost.localdev/sumdb");
    copy_database(&database);
    let upper = std::fs::read(database.join("tile/8/1/000.p/3")).unwrap();
    std::fs::write(database.join("tile/8/1/000.p/1"), &upper[..32]).unwrap();
    let proxy = format!("file://{}", site.path().display());
    let home = Home::new();
    std::fs::create_dir_all(home.latest().parent().unwrap()).unwrap();
    std::fs::write(home.latest(), &earlier).unwrap();
    let client = home.client(&proxy);
    assert_eq!(quote(&client).await.unwrap(), [QUOTE]);
    assert_eq!(std::fs::read(home.latest()).unwrap(), latest);
    // An old one that somebody brings back stays until there is news, and does no harm.
    std::fs::write(home.latest(), &earlier).unwrap();
    assert_eq!(
        quote(&home.forget_proofs().client(&proxy)).await.unwrap(),
        [QUOTE]
    );
    assert_eq!(std::fs::read(home.latest()).unwrap(), latest);
}

/// A kept tree head that the database does not stand by any more is evidence, and stays where it is.
#[tokio::test]
async fn a_forked_database_is_a_security_error() {
    let row = rows("sumdb")
        .into_iter()
        .find(|row| row["fn"] == "lookup_twice")
        .unwrap();
    let site = crate::support::scratch();
    let database = site.path().join("sumdb/localhost.localdev/sumdb");
    copy_database(&database);
    for (path, contents) in row["first"]["override"].as_object().unwrap() {
        let file = database.join(path.trim_start_matches('/'));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, crate::conformance::support::bytes(contents)).unwrap();
    }
    let upper = std::fs::read(database.join("tile/8/1/000.p/3")).unwrap();
    std::fs::write(database.join("tile/8/1/000.p/2"), &upper[..64]).unwrap();
    let home = Home::new();
    let forged = format!("file://{}", site.path().display());
    quote(&home.client(&forged)).await.unwrap();
    let kept = std::fs::read(home.latest()).unwrap();

    let client = home.client(&corpus_proxy());
    let err = client
        .lookup(&ModulePath::new("rsc.io/sampler"), "v1.3.0")
        .await
        .unwrap_err();
    assert_eq!(
        err.to_string(),
        "rsc.io/sampler@v1.3.0: security error: misbehaving server"
    );
    let fork = err.fork().unwrap();
    assert_eq!(fork.older.note.to_vec(), kept);
    assert_eq!((fork.older.tree.size, fork.newer.tree.size), (700, 906));
    assert_eq!(
        fork.to_string(),
        row["second"]["security_error"].as_str().unwrap()
    );
    assert_eq!(std::fs::read(home.latest()).unwrap(), kept);
    assert!(!home.cached("lookup/rsc.io/sampler@v1.3.0").exists());
}

/// A signature that is put off is made up for when the tree head contradicts the latest one.
#[tokio::test]
async fn a_cached_tree_head_is_compared_with_the_latest() {
    let home = Home::new();
    quote(&home.client(&corpus_proxy())).await.unwrap();
    let file = home.cached("lookup/rsc.io/quote@v1.5.2");
    let whole = String::from_utf8(std::fs::read(&file).unwrap()).unwrap();
    let (record, _) = whole.split_once("\n\n").unwrap();
    let replace = |note: &str| std::fs::write(&file, format!("{record}\n\n{note}")).unwrap();

    let old = known_latest("known latest is an honest tree of 300");
    replace(&old);
    let err = quote(&home.forget_proofs().offline()).await.unwrap_err();
    assert!(err.to_string().contains("tile/8/0/001"), "{err}");
    assert_eq!(
        quote(&home.forget_proofs().client(&corpus_proxy()))
            .await
            .unwrap(),
        [QUOTE]
    );
    assert_eq!(
        quote(&home.forget_proofs().offline()).await.unwrap(),
        [QUOTE]
    );

    replace(&known_latest("known latest is a forged tree of 300 (fork)"));
    let err = quote(&home.forget_proofs().offline()).await.unwrap_err();
    assert_eq!(
        err.fork()
            .map(|fork| (fork.older.tree.size, fork.newer.tree.size)),
        Some((300, 906)),
        "{err}"
    );

    let bad = old.replacen("\n300\n", "\n301\n", 1);
    replace(&bad);
    let err = quote(&home.forget_proofs().offline()).await.unwrap_err();
    assert!(
        err.to_string()
            .contains("reading tree note: invalid signature for key"),
        "{err}"
    );
}

fn known_latest(name: &str) -> String {
    let row = rows("sumdb")
        .into_iter()
        .find(|row| row["name"] == name)
        .unwrap();
    row["known_latest"].as_str().unwrap().to_owned()
}

/// Copies the database of the corpus.
fn copy_database(to: &Path) {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                copy(&entry.path(), &to.join(entry.file_name()));
            } else {
                std::fs::write(
                    to.join(entry.file_name()),
                    std::fs::read(entry.path()).unwrap(),
                )
                .unwrap();
            }
        }
    }
    copy(&corpus().join("proxy/sumdb/localhost.localdev/sumdb"), to);
}
