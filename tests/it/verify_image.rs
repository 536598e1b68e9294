//! `verify binary` on container images: what is in them in the end, and what does harm.

use std::fs;

use serde_json::Value;

use crate::support::go_binary;
use crate::support::image::{docker_save, gzip, oci_layout, tar, zstd};
use crate::support::sandbox::{Run, Sandbox};

fn sandbox() -> Sandbox {
    Sandbox::new().set("SOURCE_DATE_EPOCH", "1790000000")
}

fn app(version: &str) -> Vec<u8> {
    go_binary::elf("go1.26.8", &format!("path\ta\nmod\ta\t{version}\t\n"))
}

/// Returns what was found as `name version`, and the rules of the findings with their subjects.
fn found(run: &Run) -> (Vec<String>, Vec<String>) {
    let report: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = |name: &str, line: fn(&Value) -> [&Value; 2]| {
        let items = report[name].as_array().cloned().unwrap_or_default();
        let lines = items.iter().map(|item| line(item).map(text).join(" "));
        lines.collect::<Vec<_>>()
    };
    (
        list("binaries", |item| {
            [&item["name"], &item["build"]["Main"]["Version"]]
        }),
        list("findings", |item| [&item["rule"], &item["subject"]]),
    )
}

#[track_caller]
fn check(sandbox: &Sandbox, name: &str, binaries: &[&str], findings: &[&str]) -> Run {
    let run = sandbox.run_with(["verify", "binary", "--format", "json", name]);
    let (got_binaries, got_findings) = found(&run);
    assert_eq!(got_binaries, binaries, "{}", run.stdout);
    assert_eq!(got_findings, findings, "{}", run.stdout);
    run
}

#[test]
fn a_saved_image_is_what_its_last_layer_leaves() {
    let (old, new) = (app("v1.0.0"), app("v2.0.0"));
    let lower = tar(&[
        ("usr/", b""),
        ("usr/bin/app", &old),
        ("usr/bin/gone", &old),
        ("usr/bin/kept", &old),
        ("opt/x/tool", &old),
        ("usr/bin/other -> usr/bin/app", b""),
        ("etc/passwd", b"root:x:0:0"),
    ]);
    let upper = tar(&[
        ("./usr/bin/.wh.gone", b""),
        ("./usr/bin/app", &new),
        ("opt/x/.wh..wh..opq", b""),
        ("opt/x/fresh", &new),
    ]);
    let image = docker_save(&[lower, upper]);
    let expect = |name: &str| {
        [
            format!("{name}!/opt/x/fresh v2.0.0"),
            format!("{name}!/usr/bin/app v2.0.0"),
            format!("{name}!/usr/bin/kept v1.0.0"),
            // The name that it had besides is not in the image any more; this one is.
            format!("{name}!/usr/bin/other v1.0.0"),
        ]
    };
    let sandbox = sandbox()
        .file("app.tar", &image)
        .file("app.tar.gz", gzip(&image))
        .file("app.tar.zst", zstd(&image));
    for name in ["app.tar", "app.tar.gz", "app.tar.zst"] {
        let expect = expect(name);
        let expect: Vec<_> = expect.iter().map(String::as_str).collect();
        let run = check(&sandbox, name, &expect, &[]);
        assert_eq!(run.code, Some(0));
    }
}

#[test]
fn layouts_hold_several_platforms_and_compressed_layers() {
    let (small, large) = (app("v1.0.0"), [app("v1.1.0"), vec![7; 9 << 20]].concat());
    let sandbox = sandbox();
    let layout = sandbox.work().join("layout");
    let lower = gzip(&tar(&[("a", &small), ("b", &large)]));
    let upper = zstd(&tar(&[("c", &large)]));
    let images = [lower.clone(), upper.clone()];
    oci_layout(
        &layout,
        &[("linux/amd64", &images), ("linux/arm64", &[lower])],
    );
    let expect = [
        "layout#linux/amd64!/a v1.0.0",
        "layout#linux/amd64!/b v1.1.0",
        "layout#linux/amd64!/c v1.1.0",
        "layout#linux/arm64!/a v1.0.0",
        "layout#linux/arm64!/b v1.1.0",
    ];
    check(&sandbox, "layout", &expect, &[]);
    // The same in an archive, with a platform that was left out.
    let mut index: Value =
        serde_json::from_slice(&fs::read(layout.join("index.json")).unwrap()).unwrap();
    index["manifests"][1]["digest"] = format!("sha256:{}", "0".repeat(64)).into();
    fs::write(layout.join("index.json"), index.to_string()).unwrap();
    let mut files = Vec::new();
    for file in ["oci-layout", "index.json"] {
        files.push((file.to_owned(), fs::read(layout.join(file)).unwrap()));
    }
    for entry in fs::read_dir(layout.join("blobs/sha256")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        files.push((format!("blobs/sha256/{name}"), fs::read(&path).unwrap()));
    }
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, data)| (name.as_str(), data.as_slice()))
        .collect();
    sandbox.write("layout.tar", tar(&files));
    let expect = [
        "layout.tar!/a v1.0.0",
        "layout.tar!/b v1.1.0",
        "layout.tar!/c v1.1.0",
    ];
    let run = check(&sandbox, "layout.tar", &expect, &[]);
    assert!(
        run.stdout
            .contains("layout.tar: linux/arm64 is in the index, and not here")
    );
}

/// An archive without a description is a file system, as `docker export` writes it.
#[test]
fn a_plain_archive_is_one_layer() {
    let archive = gzip(&tar(&[
        ("bin/app", &app("v1.0.0")),
        ("bin/app", &app("v1.0.1")),
    ]));
    let sandbox = sandbox().file("release.tar.gz", archive);
    check(
        &sandbox,
        "release.tar.gz",
        &["release.tar.gz!/bin/app v1.0.1"],
        &[],
    );
}

#[test]
fn a_changed_blob_is_named() {
    let sandbox = sandbox();
    let layout = sandbox.work().join("layout");
    let layer = tar(&[("a", &app("v1.0.0")), ("b", b"text")]);
    oci_layout(&layout, &[("linux/amd64", std::slice::from_ref(&layer))]);
    let blobs = layout.join("blobs/sha256");
    let entries = fs::read_dir(&blobs)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let blob = entries
        .into_iter()
        .find(|path| fs::read(path).unwrap() == layer)
        .unwrap();
    let mut bytes = layer.clone();
    let at = bytes.len() - 1;
    bytes[at] ^= 1;
    fs::write(&blob, bytes).unwrap();
    let run = check(
        &sandbox,
        "layout",
        &["layout!/a v1.0.0"],
        &["binary-image-mismatch layout"],
    );
    assert_eq!(run.code, Some(5));
    fs::remove_file(blob).unwrap();
    let run = check(&sandbox, "layout", &[], &["binary-image-damaged layout"]);
    assert_eq!(run.code, Some(1));
}

/// Nothing is written where an archive says, and what is damaged is said.
#[test]
fn hostile_archives_are_named() {
    let app = app("v1.0.0");
    let outside = tar(&[("../../app", &app), ("/etc/../../b", &app), ("c", &app)]);
    let mut cut = gzip(&tar(&[("a", &app), ("b", &vec![1; 100_000])]));
    cut.truncate(cut.len() - 50);
    let bad = go_binary::elf("go1.26.8", "path\ta\ndep\tx\n");
    let sandbox = sandbox()
        .file("outside.tar", docker_save(&[outside]))
        .file("cut.tar", docker_save(&[cut]))
        .file("bad.tar", docker_save(&[tar(&[("bin/bad", &bad)])]))
        .file(
            "missing.tar",
            tar(&[("manifest.json", br#"[{"Layers":["none/layer.tar"]}]"#)]),
        )
        .file("json.tar", tar(&[("manifest.json", b"[{]")]))
        .file(
            "digest.tar",
            tar(&[(
                "index.json",
                br#"{"manifests":[{"digest":"sha256:../../../etc/passwd"}]}"#,
            )]),
        )
        .file("empty.tar", tar(&[("index.json", br#"{"manifests":[]}"#)]))
        .file("text.tar", "not an archive");
    let damaged = |name: &str, binaries: &[&str]| {
        let finding = format!("binary-image-damaged {name}");
        let run = check(&sandbox, name, binaries, &[&finding]);
        assert_eq!(run.code, Some(1));
    };
    damaged("outside.tar", &["outside.tar!/c v1.0.0"]);
    damaged("cut.tar", &["cut.tar!/a v1.0.0"]);
    damaged("missing.tar", &[]);
    damaged("json.tar", &[]);
    damaged("digest.tar", &[]);
    damaged("empty.tar", &[]);
    check(
        &sandbox,
        "bad.tar",
        &[],
        &["binary-info-malformed bad.tar!/bin/bad"],
    );
    check(&sandbox, "text.tar", &[], &["binary-not-go text.tar"]);
}
