//! `verify sumdb` as a command: what is asked, what is not, and what two ways to one database show.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::conformance::support::{bytes, corpus, rows};
use crate::support::proxy::{Fault, Proxy};
use crate::tamper::world::{MODULES, World, edit, go_sum, write};

const DATABASE: &str = "/sumdb/localhost.localdev/sumdb";

fn json(world: &World, line: &str) -> (Option<i32>, Value) {
    let run = world.sandbox.run(&format!("{line} --json"));
    let value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    (run.code, value)
}

fn is_clean((code, report): &(Option<i32>, Value)) -> bool {
    *code == Some(0) && report["findings"] == Value::Array(Vec::new())
}

/// A world whose proxy is a server.
fn served(server: &Proxy) -> World {
    let World { sandbox } = World::new();
    let sandbox = sandbox.set("GOPROXY", server.url());
    World { sandbox }
}

fn vector(name: &str) -> Vec<u8> {
    let row = rows("sumdb")
        .into_iter()
        .find(|row| row["name"] == name)
        .unwrap();
    bytes(&row["known_latest"])
}

/// A go.sum with every module of the corpus: each record, each tile and the tree head are asked for once, and once only.
#[test]
fn nothing_is_asked_for_twice() {
    let server = Proxy::serve(&corpus().join("proxy"));
    let world = served(&server);
    let all = rows("proxy-sums");
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let lines = all.iter().map(|row| {
        let (path, version) = (text(row, "path"), text(row, "version"));
        let (zip, go_mod) = (text(row, "h1"), text(row, "h1mod"));
        format!("{path} {version} {zip}\n{path} {version}/go.mod {go_mod}\n")
    });
    world.sandbox.write("go.sum", lines.collect::<String>());
    let cold = json(&world, "verify sumdb");
    assert!(is_clean(&cold), "{:#}", cold.1);
    // One of them has an empty go.mod, whose line Go drops.
    assert_eq!(cold.1["checks"][0]["subjects"], 2 * all.len() - 1);

    let requests: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    let distinct: BTreeSet<_> = requests.iter().collect();
    assert_eq!(
        distinct.len(),
        requests.len(),
        "something was asked for twice"
    );
    let log: BTreeSet<_> = distinct
        .iter()
        .filter(|target| !target.contains("/lookup/"))
        .map(|target| target.trim_start_matches(DATABASE))
        .collect();
    let expect = [
        "/latest",
        "/supported",
        "/tile/8/0/000",
        "/tile/8/0/001",
        "/tile/8/0/003.p/138",
        "/tile/8/1/000.p/3",
    ];
    assert_eq!(log, BTreeSet::from(expect));
    assert_eq!(requests.len(), all.len() + expect.len());

    // Warm: only whether the log has grown.
    let warm = json(&world, "verify sumdb");
    assert!(is_clean(&warm), "{:#}", warm.1);
    let more: Vec<_> = server
        .requests()
        .into_iter()
        .skip(requests.len())
        .map(|request| request.target)
        .collect();
    assert_eq!(
        more,
        [
            format!("{DATABASE}/supported"),
            format!("{DATABASE}/latest")
        ]
    );
}

#[test]
fn private_names_never_leave_the_machine() {
    let server = Proxy::serve(&corpus().join("proxy"));
    let World { sandbox } = served(&server);
    let world = World {
        sandbox: sandbox.set("GONOSUMDB", "rsc.io"),
    };
    let answer = json(&world, "verify sumdb");
    assert!(is_clean(&answer), "{:#}", answer.1);
    assert_eq!(answer.1["checks"][0]["subjects"], 2);
    assert!(
        answer.1["notes"]
            .to_string()
            .contains("4 lines of private modules were not asked for"),
        "{:#}",
        answer.1
    );
    assert!(
        server
            .requests()
            .iter()
            .all(|request| !request.target.contains("rsc.io"))
    );
    let World { sandbox } = world;
    let asked = server.requests().len();
    let world = World {
        sandbox: sandbox.set("GONOSUMDB", "*,*/*"),
    };
    assert!(is_clean(&json(&world, "verify sumdb")));
    assert!(
        server
            .requests()
            .iter()
            .skip(asked)
            .all(|request| !request.target.contains("/lookup/"))
    );
}

#[test]
fn off_is_skipped() {
    let World { sandbox } = World::new();
    let run = sandbox.set("GOSUMDB", "off").run("verify sumdb");
    assert_eq!(
        run.success(),
        "\nsumdb   skipped: GOSUMDB is off\nnothing was checked\n".trim_start()
    );
}

#[test]
fn offline_says_what_it_could_not_prove() {
    let World { sandbox } = World::new();
    let world = World {
        sandbox: sandbox.set("GOPROXY", "https://proxy.example.com"),
    };
    let (code, report) = json(&world, "verify sumdb --offline");
    assert_eq!(code, Some(1), "{report:#}");
    let findings = report["findings"].as_array().unwrap();
    let subjects: Vec<_> = findings
        .iter()
        .map(|finding| finding["subject"].as_str().unwrap())
        .collect();
    let expect: Vec<_> = MODULES
        .iter()
        .map(|(path, version)| format!("{path}@{version}"))
        .collect();
    assert_eq!(subjects, expect);
    assert!(
        findings
            .iter()
            .all(|finding| finding["rule"] == "sumdb-not-proven")
    );
}

/// What is proven once is proven again without the network, and nothing is written for it.
#[test]
fn offline_uses_what_is_cached() {
    let server = Proxy::serve(&corpus().join("proxy"));
    let world = served(&server);
    assert!(is_clean(&json(&world, "verify sumdb")));
    let asked = server.requests().len();
    let answer = json(&world, "verify sumdb --offline");
    assert!(is_clean(&answer), "{:#}", answer.1);
    assert_eq!(server.requests().len(), asked);
    // A line that was changed since is found without the network too.
    edit(
        &world.work("go.sum"),
        "rsc.io/quote v1.5.2 h1:3f",
        "rsc.io/quote v1.5.2 h1:3g",
    );
    assert_eq!(json(&world, "verify sumdb --offline").0, Some(5));
}

/// A database that cannot be reached is no finding about the lines.
#[test]
fn without_any_answer_it_is_a_failure() {
    let server = Proxy::serve(&corpus().join("proxy"));
    let world = served(&server);
    server.fault(&format!("{DATABASE}/supported"), Fault::Status(500, "no"));
    let stderr = world.sandbox.run("verify sumdb").failure(4);
    assert!(stderr.contains("500"), "{stderr}");
}

#[test]
fn one_record_that_cannot_be_had_is_one_finding() {
    let server = Proxy::serve(&corpus().join("proxy"));
    let world = served(&server);
    server.fault(
        &format!("{DATABASE}/lookup/rsc.io/quote@v1.5.2"),
        Fault::Status(403, "no"),
    );
    let (code, report) = json(&world, "verify sumdb");
    assert_eq!(code, Some(1), "{report:#}");
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    assert_eq!(report["findings"][0]["rule"], "sumdb-not-proven");
    assert_eq!(report["findings"][0]["place"]["line"], 3);
}

#[test]
fn a_second_opinion_may_be_ahead_behind_or_the_same() {
    let first = World::new();
    let same = Proxy::serve(&corpus().join("proxy"));
    let behind = Proxy::serve(&corpus().join("proxy"));
    behind.fault(
        &format!("{DATABASE}/latest"),
        Fault::Answer(
            "text/plain",
            vector("known latest is an honest tree of 300"),
        ),
    );
    for (server, size) in [(&same, 906), (&behind, 300)] {
        for url in [server.url(), format!("{}{DATABASE}", server.url())] {
            let answer = json(&first, &format!("verify sumdb --second-opinion {url}"));
            assert!(is_clean(&answer), "{:#}", answer.1);
            let said = format!("{url} shows the same history: {size} records there, 906 here");
            assert!(
                answer.1["notes"].to_string().contains(&said),
                "{:#}",
                answer.1
            );
        }
    }
    // Ours is behind: the tiles that prove it come from the other one.
    let old = World::new();
    write(
        &old.sumdb("latest"),
        vector("known latest is an honest tree of 300"),
    );
    let World { sandbox } = old;
    let world = World {
        sandbox: sandbox.set("GONOSUMDB", "*,*/*"),
    };
    let upper = fs::read(world.sumdb("tile/8/1/000.p/3")).unwrap();
    write(&world.sumdb("tile/8/1/000.p/1"), &upper[..32]);
    let edge = Fault::Answer("application/octet-stream", upper[..32].to_vec());
    same.fault(&format!("{DATABASE}/tile/8/1/000.p/1"), edge);
    let answer = json(
        &world,
        &format!("verify sumdb --second-opinion {}", same.url()),
    );
    assert!(is_clean(&answer), "{:#}", answer.1);
    assert!(
        answer.1["notes"]
            .to_string()
            .contains("906 records there, 300 here"),
        "{:#}",
        answer.1
    );
}

#[test]
fn a_second_opinion_that_differs_is_a_fork_with_evidence() {
    let world = World::new();
    let other = Proxy::serve(&corpus().join("proxy"));
    let forged = vector("known latest is a forged tree of 300 (fork)");
    other.fault(
        &format!("{DATABASE}/latest"),
        Fault::Answer("text/plain", forged.clone()),
    );
    let line = format!("verify sumdb --second-opinion {}", other.url());
    let (code, report) = json(&world, &line);
    assert_eq!(code, Some(5), "{report:#}");
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "sumdb-fork");
    let evidence: Vec<_> = finding["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(evidence.len(), 3);
    assert_eq!(fs::read(&evidence[0]).unwrap(), forged);
    assert_eq!(
        fs::read(&evidence[1]).unwrap(),
        fs::read(world.sumdb("latest")).unwrap()
    );
    let said = fs::read_to_string(&evidence[2]).unwrap();
    assert!(
        said.starts_with("SECURITY ERROR\ngo.sum database server misbehavior detected!"),
        "{said}"
    );
    // What was seen stays as it is, and the same evidence is not piled up.
    assert_eq!(
        fs::read(world.latest()).unwrap(),
        fs::read(world.sumdb("latest")).unwrap()
    );
    let (_, again) = json(&world, &line);
    assert_eq!(again["findings"][0]["evidence"], finding["evidence"]);
}

#[test]
fn no_second_opinion_is_a_problem() {
    let world = World::new();
    let server = Proxy::serve(world.sandbox.path());
    let line = format!("verify sumdb --second-opinion {}", server.url());
    let (code, report) = json(&world, &line);
    assert_eq!(
        (code, &report["findings"][0]["rule"]),
        (Some(1), &Value::from("sumdb-no-second-opinion"))
    );
    let stderr = world
        .sandbox
        .run("verify sumdb --second-opinion nonsense")
        .failure(2);
    assert!(stderr.contains("--second-opinion"), "{stderr}");
    // A password in the address is not printed.
    let url = server.url().replace("://", "://me:secret@");
    let run = world
        .sandbox
        .run(&format!("verify sumdb --second-opinion {url}"));
    assert!(
        !run.stdout.contains("secret") && !run.stderr.contains("secret"),
        "{} {}",
        run.stdout,
        run.stderr
    );
}

/// In a workspace the lines of all files are proven.
#[test]
fn a_workspace_has_several_files() {
    let World { sandbox } = World::new();
    let sandbox = sandbox
        .file("go.work", "go 1.24\n\nuse .\n")
        .file("go.work.sum", go_sum(&MODULES[..1]).replace("h1:p", "h1:q"));
    let world = World { sandbox };
    let (code, report) = json(&world, "verify sumdb");
    assert_eq!(code, Some(5), "{report:#}");
    assert_eq!(report["findings"][0]["place"]["file"], "go.work.sum");
    assert_eq!(report["checks"][0]["subjects"], 8);
}
