//! `modsmith graph --format html`.

use data_encoding::BASE64;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::sandbox::Sandbox;
use crate::tree::universe;

fn sample() -> Sandbox {
    universe(
        "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.1.0\n\
         \texample.com/b/v2 v2.0.0\n\texample.com/d v1.0.0\n)\n\nreplace example.com/d => ./d\n",
        &[
            (
                "example.com/a@v1.0.0",
                "go 1.21\nrequire example.com/b v1.0.0",
            ),
            ("example.com/b@v1.0.0", "go 1.21"),
            ("example.com/b@v1.1.0", "go 1.21"),
            ("example.com/b/v2@v2.0.0", "go 1.21"),
        ],
    )
    .file("d/go.mod", "module example.com/d\n")
}

/// Returns what stands between two texts, the first time.
#[track_caller]
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = page.split_once(start).expect(start);
    rest.split_once(end).expect(end).0
}

fn data(page: &str) -> Value {
    let json = between(page, "id=\"data\">", "</script>");
    serde_json::from_str(json).unwrap()
}

#[test]
fn the_data_are_the_graph() {
    let sandbox = sample();
    let page = sandbox.run("graph --format html").success();
    assert_eq!(sandbox.run("graph --format html").success(), page);
    let data = data(&page);
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let name = |version: usize| {
        let version = &data["versions"][version];
        let path = data["modules"][number(&version[0])][0].as_str().unwrap();
        match version[1].as_str().unwrap() {
            "" => path.to_owned(),
            version => format!("{path}@{version}"),
        }
    };
    let mut lines = Vec::new();
    for (from, targets) in data["requires"].as_array().unwrap().iter().enumerate() {
        for to in targets.as_array().unwrap() {
            lines.push(format!("{} {}", name(from), name(number(to))));
        }
    }
    lines.sort();
    let text = sandbox.run("graph").success();
    let mut expected: Vec<_> = text.lines().map(str::to_owned).collect();
    expected.sort();
    assert_eq!(lines, expected);
    let replaced = &data["replaced"][0];
    assert_eq!(name(number(&replaced[0])), "example.com/d@v1.0.0");
    assert_eq!(replaced[1], "./d");
    let majors = |module: &&Value| module[3] == 1;
    let majors: Vec<_> = data["modules"]
        .as_array()
        .unwrap()
        .iter()
        .filter(majors)
        .map(|module| module[0].clone())
        .collect();
    assert_eq!(majors, ["example.com/b", "example.com/b/v2"]);
    assert_eq!(data["fold"], "version");
}

#[test]
fn the_policy_allows_this_script_and_this_style_and_nothing_else() {
    let page = sample().run("graph --format html").success();
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let script = between(&page, "<script>", "</script>");
    let style = between(&page, "<style>", "</style>");
    let hash = |text: &str| BASE64.encode(&Sha256::digest(text));
    let expected = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(script),
        hash(style)
    );
    assert_eq!(policy, expected);
    for word in [
        "http:",
        "https:",
        " src=",
        "href",
        "@import",
        "url(",
        " style=",
        " onclick",
        "innerHTML",
        "eval(",
        "fetch(",
    ] {
        assert!(!page.contains(word), "{word}");
    }
}

#[cfg(unix)]
#[test]
fn names_are_text_and_nothing_else() {
    let evil = "./</script><script>alert(1)</script>&'@SCRIPT@";
    let sandbox = sample()
        .file(&format!("{evil}/go.mod"), "module example.com/d\n")
        .file("go.mod", format!("module example.com/main\n\ngo 1.21\n\nrequire example.com/d v1.0.0\n\nreplace example.com/d => \"{evil}\"\n"));
    let page = sandbox.run("graph --format html").success();
    assert_eq!(page.matches("</script").count(), 2, "{page}");
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(data(&page)["replaced"][0][1], evil);
}
