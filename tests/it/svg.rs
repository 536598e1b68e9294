//! `modsmith graph --format svg`.

use crate::support::golden;
use crate::support::sandbox::Sandbox;
use crate::support::xml;
use crate::tree::universe;

/// Lost versions, a cycle, a replacement, two majors.
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
            (
                "example.com/b@v1.1.0",
                "go 1.21\nrequire example.com/d v1.0.0",
            ),
            ("example.com/b/v2@v2.0.0", "go 1.21"),
        ],
    )
    .file("d/go.mod", "module example.com/d\n\ngo 1.21\n\nrequire example.com/b v1.1.0\n")
}

#[test]
fn a_small_graph_is_drawn_as_it_stands_in_the_repository() {
    let sandbox = sample();
    let svg = sandbox.run("graph --format svg").success();
    golden::check("tests/it/golden/graph.svg", svg.as_bytes());
    xml::check(&svg);
    // The second run has it from the index, the replacement too.
    assert_eq!(sandbox.run("graph --format svg").success(), svg);
    assert_eq!(
        sandbox.run("graph --format svg --fold never").success(),
        svg
    );
}

#[test]
fn folds() {
    let sandbox = sample();
    let owner = sandbox.run("graph --format svg --fold owner").success();
    let host = sandbox.run("graph --format svg --fold host").success();
    let module = sandbox.run("graph --format svg --fold module").success();
    for svg in [&owner, &host, &module] {
        xml::check(svg);
        assert!(svg.contains("not drawn: go 1.21"), "{svg}");
    }
    assert!(module.contains("v1.1.0 · 1 lower · several majors"));
    assert!(module.contains("v1.0.0 · =&gt; ./d"));
    assert!(host.contains("4 modules · several majors · 1 replaced"));
    assert!(host.contains(">example.com</text>"));
}

#[cfg(unix)]
#[test]
fn names_are_text_and_nothing_else() {
    let evil = "./<script>alert(1)</script>&'";
    let sandbox = universe(
        "module example.com/main\n\ngo 1.21\n\nrequire example.com/d v1.0.0\n",
        &[],
    );
    let sandbox = sandbox.file(&format!("{evil}/go.mod"), "module example.com/d\n");
    let sandbox = sandbox.file(
        "go.mod",
        format!("module example.com/main\n\ngo 1.21\n\nrequire example.com/d v1.0.0\n\nreplace example.com/d => \"{evil}\"\n"),
    );
    let svg = sandbox.run("graph --format svg").success();
    let names = xml::check(&svg);
    assert!(!names.iter().any(|name| name == "script"), "{svg}");
    assert!(
        svg.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;"),
        "{svg}"
    );
}

#[test]
fn nothing_comes_from_elsewhere() {
    let svg = sample().run("graph --format svg").success();
    let with_name = svg.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for word in [
        "http:",
        "https:",
        "href",
        "<script",
        "@import",
        "url(//",
        "foreignObject",
    ] {
        assert!(!with_name.contains(word), "{word}");
    }
}

#[test]
fn a_large_graph_is_folded_until_it_can_be_read() {
    // Each of 40 owners has 4 modules, each of 200 others one.
    let mut modules = Vec::new();
    let mut add = |path: String| modules.push(format!("{path}@v1.0.0"));
    for owner in 0..40 {
        (0..4).for_each(|module| add(format!("example.com/owner{owner}/module{module}")));
    }
    (0..200).for_each(|owner| add(format!("example.com/single{owner}/module")));
    let require = modules.join("\n\t").replace('@', " ");
    let modules: Vec<(&str, &str)> = modules
        .iter()
        .map(|module| (module.as_str(), "go 1.21"))
        .collect();
    let sandbox = universe(
        &format!("module example.com/main\n\ngo 1.21\n\nrequire (\n\t{require}\n)\n"),
        &modules,
    );
    let svg = sandbox.run("graph --format svg").success();
    xml::check(&svg);
    let boxes = svg.matches("<g class=\"node\" transform").count();
    assert_eq!(boxes, 41, "40 owners, and one for the others");
    assert!(svg.contains("200 more modules"), "{svg:.2000}");
    let all = sandbox.run("graph --format svg --fold never").success();
    assert_eq!(all.matches("<g class=\"node\" transform").count(), 360 + 2);
}
