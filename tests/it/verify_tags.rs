//! `verify tags`: tags of one's own modules against what proxies have.

use std::fs;
use std::path::{Path, PathBuf};

use modsmith::adapters::config::file_url;
use modsmith::adapters::module_dir::ModuleDir;
use modsmith::domain::module::ModuleVersion;
use modsmith::domain::modzip::{self, DirFiles};
use serde_json::Value;

use crate::support::repos::{Repos, TestRepo};
use crate::support::sandbox::Sandbox;
use crate::tamper::world::write;

const MODULE: &str = "example.com/m.git";

/// A repository with two tags, and a proxy that has both versions.
struct Own {
    repos: Repos,
    repo: TestRepo,
    sandbox: Sandbox,
}

impl Own {
    fn new(test: &str) -> Option<Self> {
        let repos = Repos::new(test)?;
        let mut repo = repos.repo("m.git");
        let mut sandbox = Sandbox::new();
        sandbox = sandbox.set("GOPROXY", file_url(&repos.path("proxy")));
        for (name, value) in repos.env() {
            let name = name.into_string().unwrap();
            if name.starts_with("GIT_CONFIG") {
                sandbox = sandbox.set(&name, value);
            }
        }
        repo.commit(&[
            ("go.mod", "module example.com/m.git\n"),
            ("m.go", "package m\n"),
        ]);
        repo.tag("v1.0.0");
        let own = Self {
            repos,
            repo,
            sandbox,
        };
        own.publish("v1.0.0");
        let mut own = own;
        own.repo.commit(&[("m.go", "package m // more\n")]);
        own.repo.tag("v1.1.0");
        own.publish("v1.1.0");
        Some(own)
    }

    fn proxy(&self, file: &str) -> PathBuf {
        self.repos.path("proxy").join(MODULE).join("@v").join(file)
    }

    /// Makes the proxy have what is checked out.
    fn publish(&self, version: &str) {
        let source = self.repos.path("source");
        for name in ["go.mod", "m.go"] {
            let contents = fs::read(self.repos.path("repos/m.git").join(name)).unwrap();
            write(&source.join(name), contents);
        }
        let directory = ModuleDir::new(&source);
        let mut zip = Vec::new();
        let files = DirFiles::list(&directory).unwrap();
        modzip::create(&ModuleVersion::new(MODULE, version), &files, &mut zip).unwrap();
        write(&self.proxy(&format!("{version}.zip")), zip);
        let go_mod = fs::read(source.join("go.mod")).unwrap();
        write(&self.proxy(&format!("{version}.mod")), go_mod);
        self.list(version);
    }

    fn list(&self, version: &str) {
        let list = self.proxy("list");
        let known = fs::read_to_string(&list).unwrap_or_default();
        write(&list, format!("{known}{version}\n"));
    }

    #[track_caller]
    fn check(&self, pattern: &str, code: i32, expect: &[(&str, &str)]) -> Value {
        let run = self.sandbox.run(&format!("verify tags {pattern} --json"));
        let report: Value =
            serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
        let found: Vec<_> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| {
                (
                    finding["rule"].as_str().unwrap(),
                    finding["subject"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(found, expect, "{report:#}");
        assert_eq!(run.code, Some(code), "{report:#}");
        report
    }
}

#[test]
fn tags_that_agree() {
    let Some(own) = Own::new("verify_tags::tags_that_agree") else {
        return;
    };
    let report = own.check(MODULE, 0, &[]);
    assert_eq!(report["checks"][0]["subjects"], 2);
}

#[test]
fn a_moved_tag() {
    let Some(mut own) = Own::new("verify_tags::a_moved_tag") else {
        return;
    };
    own.check(MODULE, 0, &[]);
    own.repo.commit(&[("m.go", "package m // moved\n")]);
    own.repo.git(&["tag", "-f", "v1.1.0"]);
    let report = own.check(MODULE, 5, &[("tags-moved", "example.com/m.git@v1.1.0")]);
    let text = report.to_string();
    assert!(
        text.contains("differs: example.com/m.git@v1.1.0/m.go"),
        "{text}"
    );
}

#[test]
fn versions_without_tag_and_tags_without_version() {
    let Some(own) = Own::new("verify_tags::versions_without_tag") else {
        return;
    };
    own.list("v1.3.0");
    own.repo.tag("v1.4.0");
    let expect = [
        ("tags-never-tagged", "example.com/m.git@v1.3.0"),
        ("tags-not-published", "example.com/m.git@v1.4.0"),
    ];
    own.check(MODULE, 1, &expect);
}

#[test]
fn private_modules_are_asked_of_nobody() {
    let Some(mut own) = Own::new("verify_tags::private_modules_are_asked_of_nobody") else {
        return;
    };
    own.sandbox = own.sandbox.set("GOPRIVATE", "example.com");
    fs::remove_dir_all(own.repos.path("proxy")).unwrap();
    let report = own.check(MODULE, 0, &[]);
    let note = report["notes"][0].as_str().unwrap();
    assert!(note.contains("nothing to compare"), "{note}");
}

#[test]
fn globs_mean_the_modules_at_hand() {
    let Some(own) = Own::new("verify_tags::globs_mean_the_modules_at_hand") else {
        return;
    };
    own.sandbox.write(".git/HEAD", "ref: refs/heads/main\n");
    own.sandbox
        .write("inner/go.mod", format!("module {MODULE}\n"));
    own.sandbox
        .write("testdata/go.mod", "module example.com/testdata\n");
    let report = own.check("example.com/*", 0, &[]);
    assert_eq!(report["checks"][0]["subjects"], 2);
    let run = own.sandbox.run("verify tags other.example/*");
    let error = run.failure(3);
    assert!(error.contains("no module matches"), "{error}");
}

#[test]
fn a_repository_that_cannot_be_had() {
    let Some(own) = Own::new("verify_tags::a_repository_that_cannot_be_had") else {
        return;
    };
    fs::remove_dir_all(Path::new(&own.repos.path("repos/m.git"))).unwrap();
    own.check(MODULE, 1, &[("tags-unreachable", MODULE)]);
}
