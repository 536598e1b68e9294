//! The recorded cases: graph, build list, JSON and updates of every module and workspace.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use modsmith::adapters::zip_file;
use modsmith::domain::checksum::dirhash::hash_go_mod;
use modsmith::domain::module::path::{unescape_path, unescape_version};
use modsmith::domain::modzip::hash_zip;
use modsmith::ops::context::Context;
use modsmith::ops::list::{Details, Options as ListOptions};
use modsmith::ops::load::LoadOptions;
use modsmith::ops::packages::list as packages;
use modsmith::ops::{graph, list, vendor, why};
use modsmith::render;
use rayon::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use super::support::{Tally, corpus};
use crate::support::context::{block_on, context};
use crate::support::txtar;

/// Outputs that belong to later issues.
const LATER: &[(&str, &str)] = &[
    ("tidy", "replayed by `conformance::tidy`"),
    (
        "sync",
        "`work sync` rewrites go.mod files, as `mod get` and `mod tidy` will",
    ),
    ("parsed", "replayed by `conformance::modfile`"),
];

/// Answers that leave out the `go` line of a module because it is newer than the recording Go.
const NEWER_GO: &[(&str, &str)] = &[
    ("mod_go_version/root", "buildlist-e.json"),
    ("x_goversion/dep-needg99-under-1.20", "buildlist.json"),
    ("x_goversion/dep-needg99-under-1.21", "buildlist.json"),
];

/// One recorded case.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) json: Value,
    pub(super) dir: PathBuf,
    /// The files of more.txtar, once one was asked for.
    more: OnceLock<Vec<(String, Vec<u8>)>>,
}

/// What a replayed command gave: its output, or the text of its error.
pub(super) type Answer = Result<String, String>;

/// A comparison that went wrong, or one that was left out.
enum Verdict {
    Compared {
        what: String,
        got: String,
        want: String,
    },
    LeftOut(String),
}

/// Returns all cases, which several tests replay.
pub(super) fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(read_cases)
}

fn read_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for script in fs::read_dir(corpus().join("cases")).unwrap() {
        for case in fs::read_dir(script.unwrap().path()).unwrap() {
            let dir = case.unwrap().path();
            if dir.is_dir() {
                let json: Value =
                    serde_json::from_slice(&fs::read(dir.join("case.json")).unwrap()).unwrap();
                cases.push(Case {
                    name: json["name"].as_str().unwrap().to_owned(),
                    json,
                    dir,
                    more: OnceLock::new(),
                });
            }
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

#[test]
fn cases_are_answered_as_by_go() {
    let mut tally = Tally::new("cases");
    let cases = cases();
    assert_eq!(cases.len(), 1076);
    let verdicts: Vec<_> = cases.par_iter().flat_map_iter(replay).collect();
    for verdict in verdicts {
        match verdict {
            Verdict::Compared { what, got, want } => tally.check(what, &got, &want),
            Verdict::LeftOut(reason) => tally.leave_out(&reason),
        }
    }
    tally.finish();
}

/// Packages are loaded three times from modules that go.sum vouches for: without an index, with one that is empty, and
/// with what the run before has kept. Of the cases it takes every eighth, which takes seconds instead of a minute.
#[test]
fn the_index_of_packages_changes_no_answer() {
    let mut tally = Tally::new("package index");
    let cases = cases();
    let asked = |case: &&Case| {
        let commands = case.json["commands"].as_object().unwrap();
        let keys = ["why", "packages"].iter();
        let keys = keys.filter_map(|&key| commands.get_key_value(key));
        !case.text("goproxy").starts_with("$CASE") && keys.count() > 0
    };
    let cases: Vec<_> = cases.iter().filter(asked).step_by(8).collect();
    let through_index = |case: &&Case| {
        let commands = case.json["commands"].as_object().unwrap();
        let mut sandbox = Sandbox::new(case, true);
        for (name, value) in &mut sandbox.env {
            if name == "GOFLAGS" {
                case.text("goflags").clone_into(value);
            }
        }
        let keys = ["why", "packages"].iter();
        let keys = keys.filter_map(|&key| commands.get_key_value(key));
        let keys: Vec<_> = keys.collect();
        let mut answers = |config_dir: Option<PathBuf>| -> Vec<_> {
            sandbox.config_dir = config_dir;
            let run = |(key, command): &(&String, &Value)| {
                let answer = sandbox.run(key, command);
                answer.unwrap_or_else(|error| format!("error: {error}"))
            };
            keys.iter().map(run).collect()
        };
        let want = answers(None);
        let config = crate::support::scratch();
        let first = answers(Some(config.path().to_owned()));
        let second = answers(Some(config.path().to_owned()));
        let index = sandbox.root.path().join("cache/cache/modsmith/packages");
        (case.name.clone(), want, first, second, index.is_dir())
    };
    let answers: Vec<_> = cases.par_iter().map(through_index).collect();
    let mut indexed = 0;
    for (name, want, first, second, has_index) in answers {
        indexed += usize::from(has_index);
        tally.check(format!("{name} first"), &first.concat(), &want.concat());
        tally.check(format!("{name} again"), &second.concat(), &want.concat());
    }
    assert!(30 < indexed, "{indexed} cases have an index");
    tally.finish();
}

fn replay(case: &Case) -> Vec<Verdict> {
    let commands = case.json["commands"].as_object().unwrap();
    let mut verdicts = Vec::new();
    // Nothing that is replayed writes below the input, so that commands share it; `default.` has another go.sum.
    let plain = OnceCell::new();
    let complete = OnceCell::new();
    for (key, command) in commands {
        if let Some((_, reason)) = LATER.iter().find(|(later, _)| later == key) {
            verdicts.push(Verdict::LeftOut(format!("{key}: {reason}")));
            continue;
        }
        let want = case.expected(key, command);
        let newer = NEWER_GO
            .iter()
            .any(|(name, newer)| (*name, *newer) == (case.name.as_str(), key.as_str()));
        if let Some(reason) =
            deviation(&want).or(newer.then_some("the newer `go` line of a module is shown here"))
        {
            verdicts.push(Verdict::LeftOut(reason.to_owned()));
            continue;
        }
        let is_default = key == "vendor" || key.starts_with("default.");
        let sandbox = if is_default { &complete } else { &plain };
        let sandbox = sandbox.get_or_init(|| Sandbox::new(case, is_default));
        let mut got = sandbox.run(key, command);
        let mut want = want;
        if key == "packages" {
            verdicts.extend(leave_builds_out(&mut got, &mut want));
        }
        verdicts.push(compare(case, key, &got, &want, sandbox));
    }
    verdicts
}

/// Answers in which this program differs on purpose.
pub(super) fn deviation(want: &Answer) -> Option<&'static str> {
    let text = want.as_ref().err()?;
    let too_new = text.contains("(running go 1.26.8")
        || text.contains("requires go >=") && text.contains("GOTOOLCHAIN=local");
    too_new.then_some("a `go` line newer than the recording Go is read here, not refused")
}

fn compare(case: &Case, key: &str, got: &Answer, want: &Answer, sandbox: &Sandbox) -> Verdict {
    let what = format!("{} {key}", case.name);
    let (got, want) = match (got, want) {
        (Ok(got), Ok(want)) => (sandbox.neutral(key, got), want.clone()),
        // The words of errors are our own: that there is one is what counts.
        (Err(_), Err(_)) => ("error".to_owned(), "error".to_owned()),
        (Ok(_), Err(want)) => ("no error".to_owned(), format!("error: {want}")),
        (Err(got), Ok(_)) => (format!("error: {got}"), "no error".to_owned()),
    };
    Verdict::Compared { what, got, want }
}

impl Case {
    fn text(&self, key: &str) -> &str {
        self.json[key].as_str().unwrap_or_default()
    }

    /// Returns the recorded answer to a command.
    pub(super) fn expected(&self, key: &str, command: &Value) -> Answer {
        if let Some(same) = command["same_as"].as_str() {
            return self.expected(same, &self.json["commands"][same]);
        }
        let file = |name: &str| String::from_utf8(fs::read(self.dir.join(name)).unwrap()).unwrap();
        let fails = command["exit"].as_i64() != Some(0);
        let text = match (
            fails,
            &command["stdout"],
            &command["stderr"],
            &command["error"],
        ) {
            (_, _, _, Value::String(error)) => error.clone(),
            (true, _, Value::String(name), _) => self.member(name).unwrap_or_else(|| file(name)),
            (false, Value::String(name), _, _) => self.member(name).unwrap_or_else(|| file(name)),
            (false, _, _, _) => String::new(),
            other => panic!("{} {key}: no answer in {other:?}", self.name),
        };
        if fails { Err(text) } else { Ok(text) }
    }

    /// Returns a file of more.txtar.
    fn member(&self, name: &str) -> Option<String> {
        let member = name.strip_prefix("more.txtar:")?;
        let (_, text) = self.more().iter().find(|(name, _)| name == member)?;
        Some(String::from_utf8(text.clone()).unwrap())
    }

    /// Returns the files of more.txtar.
    pub(super) fn more(&self) -> &[(String, Vec<u8>)] {
        let read = || txtar::parse(&fs::read(self.dir.join("more.txtar")).unwrap());
        self.more.get_or_init(read)
    }
}

/// A fresh copy of a case's input with a module cache of its own.
pub(super) struct Sandbox {
    root: TempDir,
    pub(super) dir: PathBuf,
    env: Vec<(String, String)>,
    /// Where the key of indexes is; without it nothing is indexed.
    config_dir: Option<PathBuf>,
}

impl Sandbox {
    pub(super) fn new(case: &Case, is_default: bool) -> Self {
        let root = crate::support::scratch();
        let work = root.path().join("work");
        let script = case.dir.parent().unwrap();
        txtar::extract(&fs::read(script.join("input.txtar")).unwrap(), &work);
        let dir = work.join(case.text("dir"));
        if let Some(copy) = case.json["copy"].as_array() {
            fs::copy(
                work.join(copy[0].as_str().unwrap()),
                work.join(copy[1].as_str().unwrap()),
            )
            .unwrap();
        }
        let go_sum = match case.text("gowork") {
            "off" => dir.join("go.sum"),
            file => work.join(format!("{file}.sum")),
        };
        if is_default {
            complete_go_sum(&go_sum, proxy_sums());
        }
        let proxy = match case.text("goproxy") {
            proxy if proxy.starts_with("$CASE") => {
                let tree = universe(&script.join("proxy.zip"));
                if is_default {
                    complete_go_sum(&go_sum, &tree_sums(&tree));
                }
                tree
            }
            proxy => PathBuf::from(
                proxy
                    .replace("$CORPUS", corpus().to_str().unwrap())
                    .replace("$WORK", work.to_str().unwrap()),
            ),
        };
        let gowork = match case.text("gowork") {
            "off" => "off".to_owned(),
            file => work.join(file).to_str().unwrap().to_owned(),
        };
        let home = root.path().to_str().unwrap().to_owned();
        let flags = if is_default { "" } else { case.text("goflags") };
        let proxy = if case.text("goproxy").starts_with('$') {
            format!("file://{}", proxy.display())
        } else {
            case.text("goproxy").to_owned()
        };
        let env = [
            ("HOME", home.clone()),
            ("GOPATH", format!("{home}/gopath")),
            ("GOMODCACHE", format!("{home}/cache")),
            ("GOPROXY", proxy),
            ("GOSUMDB", "off".to_owned()),
            ("GOENV", "off".to_owned()),
            ("CGO_ENABLED", "0".to_owned()),
            ("GOFLAGS", flags.to_owned()),
            ("GOWORK", gowork),
        ];
        let env = env
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self {
            root,
            dir,
            env,
            config_dir: None,
        }
    }

    /// Returns what operations in the sandbox are given.
    pub(super) fn context(&self) -> Context {
        let env: Vec<_> = self
            .env
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let mut ctx = context(&self.dir, self.root.path(), &env);
        ctx.config_dir.clone_from(&self.config_dir);
        ctx
    }

    fn run(&self, key: &str, command: &Value) -> Answer {
        let ctx = self.context();
        let all = vec!["all".to_owned()];
        let list = |details: Details| {
            let options = ListOptions {
                load: LoadOptions::default(),
                modules: all.clone(),
                details,
            };
            let report =
                block_on(list::run(&ctx, &options)).map_err(|failure| failure.to_string())?;
            Ok(report.modules)
        };
        let edges = |go: Option<&str>| {
            let options = graph::Options {
                load: LoadOptions::default(),
                go: go.map(str::to_owned),
            };
            let report =
                block_on(graph::run(&ctx, &options)).map_err(|failure| failure.to_string())?;
            Ok(render::go::graph(&report.graph))
        };
        match key {
            "graph" | "default.graph" => edges(None),
            "graph.go1.16" => edges(Some("1.16")),
            "graph.go1.17" => edges(Some("1.17")),
            "buildlist" | "default.buildlist" => {
                list(Details::default()).map(|list| render::go::list(&list))
            }
            "buildlist.json" => list(Details::default()).map(|list| json(&list)),
            "buildlist-e.json" => list(Details {
                keep_going: true,
                ..Details::default()
            })
            .map(|list| json(&list)),
            "updates" => list(Details {
                updates: true,
                ..Details::default()
            })
            .map(|list| render::go::list(&list)),
            "packages" => {
                let options = packages::Options {
                    load: LoadOptions::default(),
                    patterns: all.clone(),
                    tags: None,
                };
                let report = block_on(packages::run(&ctx, &options))
                    .map_err(|failure| failure.to_string())?;
                Ok(package_lines(&report))
            }
            "vendor" => {
                let plan = block_on(vendor::run(&ctx, &vendor::Options::default()))
                    .map_err(|failure| failure.to_string())?;
                Ok(plan.text)
            }
            "why" => {
                let args = command["args"].as_array().unwrap().iter();
                let args = args.map(|arg| arg.as_str().unwrap().to_owned());
                let options = why::Options {
                    load: LoadOptions::default(),
                    subject: why::Subject::Modules(args.skip(3).collect()),
                    tests: why::Tests::OfAll,
                    chains: why::Chains::First,
                };
                let report =
                    block_on(why::run(&ctx, &options)).map_err(|failure| failure.to_string())?;
                Ok(render::go::why(&report))
            }
            other => panic!("unknown command {other}"),
        }
    }

    /// Puts the names of the corpus in the place of this sandbox's directories.
    pub(super) fn neutral(&self, key: &str, text: &str) -> String {
        let root = self.root.path().to_str().unwrap();
        let corpus = corpus();
        let text = text.replace(corpus.to_str().unwrap(), "$CORPUS");
        let text = text
            .replace(&format!("{root}/cache"), "$GOMODCACHE")
            .replace(&format!("{root}/work"), "$WORK");
        if key.contains("json") {
            normal_json(&text)
        } else {
            text
        }
    }
}

/// What the go command says when it looks at the whole of a package, to build it; that is not about modules.
const OF_BUILDS: &[&str] = &[
    "case-insensitive import collision",
    "expected ';'",
    "expected 'package'",
    "found packages",
    "import cycle not allowed",
    "is a program, not an importable package",
    "missing import path",
    "pattern ",
    "use of internal package",
];

/// Takes packages out of both answers that fail only when they are built.
fn leave_builds_out(got: &mut Answer, want: &mut Answer) -> Vec<Verdict> {
    let (Ok(got), Ok(want)) = (got, want) else {
        return Vec::new();
    };
    let mut verdicts = Vec::new();
    for line in want.clone().lines() {
        let Some((path, error)) = line
            .split_once("\tERROR ")
            .and_then(|(rest, error)| Some((rest.split_once('\t')?.0, error)))
        else {
            continue;
        };
        if let Some(kind) = OF_BUILDS.iter().find(|kind| error.contains(**kind)) {
            let other = |line: &&str| !line.starts_with(&format!("{path}\t"));
            for text in [&mut *got, &mut *want] {
                *text = text.split_inclusive('\n').filter(other).collect();
            }
            let kind = kind.trim();
            let reason = format!("packages: `{kind}` is told by those who build");
            verdicts.push(Verdict::LeftOut(reason));
        } else if let Some((said, _)) = line.split_once(" ($GOROOT/") {
            // There is no directory of Go here that the message could name.
            *want = want.replace(line, said);
        }
    }
    verdicts
}

/// Returns packages as the corpus has them: path, module and error between tabs.
fn package_lines(report: &packages::Report) -> String {
    let mut text = String::new();
    for package in &report.packages {
        let module = match &package.origin {
            packages::Origin::Main(module) | packages::Origin::Module(module) => {
                format!("{}@{}", module.path, module.version)
            }
            packages::Origin::Standard | packages::Origin::Unknown => String::new(),
        };
        let error = package.error.as_ref();
        let error = error.map_or(String::new(), |error| format!("\tERROR {error}"));
        writeln!(text, "{}\t{module}{error}", package.path).unwrap();
    }
    text
}

/// Returns the JSON of a list as the corpus has it: an array with an object on each line.
fn json(list: &[modsmith::ops::list::ModuleInfo]) -> String {
    String::from_utf8(render::json::list::render(list)).unwrap()
}

fn normal_json(stream: &str) -> String {
    let objects = serde_json::Deserializer::from_str(stream).into_iter::<Value>();
    let lines: Vec<_> = objects.map(|object| object.unwrap().to_string()).collect();
    if lines.is_empty() {
        "[]\n".to_owned()
    } else {
        format!("[\n{}\n]\n", lines.join(",\n"))
    }
}

/// Adds the lines of every module of the proxy that go.sum does not mention, as the recording did.
fn complete_go_sum(path: &Path, sums: &[(String, String)]) {
    let mut text = fs::read_to_string(path).unwrap_or_default();
    let key = |line: &str| line.rsplit_once(' ').map(|(key, _)| key.to_owned());
    let mentioned: HashSet<String> = text.lines().filter_map(key).collect();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for (key, line) in sums {
        if !mentioned.contains(key) {
            text.push_str(line);
        }
    }
    fs::write(path, text).unwrap();
}

/// The go.sum lines of every module of the proxy, each with what stands before its hash.
fn proxy_sums() -> &'static [(String, String)] {
    static SUMS: OnceLock<Vec<(String, String)>> = OnceLock::new();
    SUMS.get_or_init(|| {
        let mut sums = Vec::new();
        for row in super::support::rows("proxy-sums") {
            let (module, version) = (
                row["path"].as_str().unwrap(),
                row["version"].as_str().unwrap(),
            );
            for (suffix, hash) in [("", &row["h1"]), ("/go.mod", &row["h1mod"])] {
                if let Some(hash) = hash.as_str() {
                    let key = format!("{module} {version}{suffix}");
                    sums.push((key.clone(), format!("{key} {hash}\n")));
                }
            }
        }
        sums
    })
}

/// The go.sum lines of the go.mod files in a proxy's tree.
fn tree_sums(tree: &Path) -> Vec<(String, String)> {
    let mut sums = Vec::new();
    let mut folders = vec![tree.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "mod") {
                let module = path
                    .parent()
                    .unwrap()
                    .parent()
                    .unwrap()
                    .strip_prefix(tree)
                    .unwrap()
                    .to_str()
                    .unwrap();
                let version = path.file_stem().unwrap().to_str().unwrap();
                let key = format!(
                    "{} {}/go.mod",
                    unescape_path(module).unwrap(),
                    unescape_version(version).unwrap()
                );
                let hash = hash_go_mod(&fs::read(&path).unwrap());
                sums.push((key.clone(), format!("{key} {hash}\n")));
                let zip = zip_file::open(&path.with_extension("zip"));
                if let Ok(hash) = zip.map(|zip| hash_zip(&zip).unwrap()) {
                    let key = key.trim_end_matches("/go.mod");
                    sums.push((key.to_owned(), format!("{key} {hash}\n")));
                }
            }
        }
    }
    sums
}

/// Returns the unpacked proxy tree of a universe; each is unpacked once, below the target directory, for all later runs.
pub(crate) fn universe(archive: &Path) -> PathBuf {
    static TREES: Mutex<BTreeMap<PathBuf, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut trees = TREES.lock().unwrap();
    let tree = trees.entry(archive.to_owned()).or_insert_with(|| {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("universes");
        let digest = blake3::hash(&fs::read(archive).unwrap()).to_hex();
        let tree = place.join(&digest[..32]);
        if !tree.is_dir() {
            fs::create_dir_all(&place).unwrap();
            let beside = TempDir::new_in(&place).unwrap();
            crate::support::unzip::extract(archive, beside.path());
            // Another process may have been faster.
            let renamed = fs::rename(beside.path(), &tree);
            assert!(renamed.is_ok() || tree.is_dir(), "{renamed:?}");
        }
        tree
    });
    tree.clone()
}
