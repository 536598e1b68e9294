//! Damage to module cache and go.sum: the verdicts of `go mod verify`, in its words.

use std::fs;
use std::path::{Path, PathBuf};

use modsmith::domain::module::ModuleVersion;
use modsmith::ops::source::Source;
use serde_json::Value;

use super::support::{Tally, rows};
use crate::support::context::{block_on, context};
use crate::support::sandbox::Sandbox;

const QUOTE: &str = "rsc.io/quote@v1.5.2";

#[test]
fn damage_is_judged_as_by_go() {
    let mut tally = Tally::new("verify");
    let rows = rows("verify");
    assert_eq!(rows.len(), 21);
    for row in &rows {
        let name = row["name"].as_str().unwrap();
        let sandbox = Sandbox::new().file("go.mod", row["go.mod"].as_str().unwrap());
        if let Some(sum) = row["go.sum"].as_str() {
            sandbox.write("go.sum", sum);
        }
        fill(&sandbox);
        damage(&sandbox, name);
        let run = sandbox.run("verify cache");
        let told = format!("{}\n{}", run.stdout, run.stderr)
            .replace(sandbox.cache().to_str().unwrap(), "$GOMODCACHE");
        let (mut got, want) = (Vec::new(), wanted(&row["verify"]));
        for line in told.lines() {
            let is_verdict = line.starts_with("rsc.io/") || line == "all modules verified";
            if is_verdict {
                got.push(line.to_owned());
            }
        }
        let code = run.code.unwrap();
        match want {
            Want::Lines(lines) if lines.is_empty() => {
                // Go is content; here there may be more to say, but never in Go's words.
                let more = told.contains("[cache-") && (code == 1 || code == 5);
                let content = code == 0 && got == ["all modules verified"];
                let is_more_known = MORE.contains(&name);
                tally.check(name, &(content, more), &(!is_more_known, is_more_known));
            }
            Want::Lines(lines) => {
                tally.check(name, &got, &lines);
                tally.check(name, &(code == 1 || code == 5), &true);
            }
            Want::GoMod { want } => {
                let named = [QUOTE, "[cache-mod-modified]", &want];
                let all = named.iter().all(|text| told.contains(text));
                tally.check(format!("{name}: {told}"), &(all, code), &(true, 5));
            }
            Want::Malformed(place, fault) => {
                let is_told = told.contains(&place) && told.contains(&fault);
                tally.check(name, &(is_told, code), &(true, 3));
            }
        }
    }
    tally.finish();
}

/// Damage that Go does not see.
const MORE: &[&str] = &[
    "an empty directory added to the module directory",
    "go.sum module hash wrong",
];

/// What Go said.
enum Want {
    /// About modules, or nothing.
    Lines(Vec<String>),
    /// About a go.mod, which ended it.
    GoMod { want: String },
    /// About go.sum, which ended it.
    Malformed(String, String),
}

fn wanted(verify: &Value) -> Want {
    let stderr = verify["stderr"].as_str().unwrap();
    if let Some(rest) = stderr.strip_prefix("malformed go.sum:\n$WORK/") {
        let (place, fault) = rest.trim_end().split_once(": ").unwrap();
        return Want::Malformed(place.to_owned(), fault.to_owned());
    }
    if stderr.starts_with("verifying ") {
        let after = |label: &str| {
            let rest = stderr.split(label).nth(1).unwrap();
            rest.split_whitespace().next().unwrap().to_owned()
        };
        return Want::GoMod {
            want: after("go.sum: "),
        };
    }
    Want::Lines(stderr.lines().map(str::to_owned).collect())
}

/// Downloads the build list.
fn fill(sandbox: &Sandbox) {
    let cache = sandbox.cache();
    let proxy = crate::support::proxy::corpus_url();
    let env = [
        ("GOMODCACHE", cache.to_str().unwrap()),
        ("GOPROXY", &proxy),
        ("GOSUMDB", "off"),
        ("GOFLAGS", "-modcacherw"),
    ];
    let ctx = context(sandbox.path(), sandbox.path(), &env);
    let source = Source::new(&ctx).unwrap();
    for (path, version) in [
        ("golang.org/x/text", "v0.0.0-20170915032832-14c0d48ead0c"),
        ("rsc.io/quote", "v1.5.2"),
        ("rsc.io/sampler", "v1.3.0"),
        ("rsc.io/testonly", "v1.0.0"),
    ] {
        let module = ModuleVersion::new(path, version);
        block_on(async {
            source.go_mod(&module).await.unwrap();
            source.info_again(&module).await.unwrap();
            source.unpack(&module).await.unwrap();
        });
    }
}

/// Does what a row is named after.
fn damage(sandbox: &Sandbox, name: &str) {
    let dir = sandbox.cache().join(QUOTE);
    let download = |suffix: &str| -> PathBuf {
        let file = format!("cache/download/rsc.io/quote/@v/v1.5.2.{suffix}");
        sandbox.cache().join(file)
    };
    match name {
        "nothing changed" => {}
        "a file in the module directory changed" => append(&dir.join("quote.go"), "// x\n"),
        "a file added to the module directory" => fs::write(dir.join("extra.go"), "x").unwrap(),
        "a file removed from the module directory" => {
            fs::remove_file(dir.join("quote.go")).unwrap();
        }
        "an empty directory added to the module directory" => {
            fs::create_dir(dir.join("empty")).unwrap();
        }
        "module directory removed" => fs::remove_dir_all(&dir).unwrap(),
        "zip replaced by another zip" => {
            let other = super::support::corpus().join("proxy/rsc.io/sampler/@v/v1.3.0.zip");
            fs::copy(other, download("zip")).map(drop).unwrap();
        }
        "zip truncated" => {
            let zip = fs::read(download("zip")).unwrap();
            fs::write(download("zip"), &zip[..zip.len() / 2]).unwrap();
        }
        "zip removed" => fs::remove_file(download("zip")).unwrap(),
        "ziphash changed" => fs::write(
            download("ziphash"),
            "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        )
        .unwrap(),
        "ziphash removed" => fs::remove_file(download("ziphash")).unwrap(),
        "cached .mod changed" => append(&download("mod"), "// x\n"),
        "go.sum CRLF" => sandbox.write("go.sum", sandbox.read("go.sum").replace('\n', "\r\n")),
        // The row's go.sum is the damage.
        _ if name.starts_with("go.sum ") => {}
        _ => panic!("unknown damage: {name}"),
    }
}

fn append(file: &Path, text: &str) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let old = fs::read_to_string(file).unwrap();
    fs::write(file, old + text).unwrap();
}
