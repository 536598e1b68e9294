//! Vectors of settings: goproxy, netrc.

use modsmith::domain::goenv::netrc;
use modsmith::domain::goenv::proxy_list::{Fallback, ProxyEntry, ProxyList, ProxyTarget};
use serde_json::{Value, json};

use super::support::{Tally, rows};

#[test]
fn goproxy() {
    let mut tally = Tally::new("goproxy");
    for row in rows("goproxy") {
        if row["fn"] != "proxy_list" {
            tally.leave_out("rows about go.sum belong to names.rs");
            continue;
        }
        let setting = |name: &str| row[name].as_str().unwrap();
        let (goproxy, gonoproxy) = (setting("goproxy"), setting("gonoproxy"));
        let got = match ProxyList::parse(goproxy, gonoproxy, "linux") {
            Ok(list) => json!({ "list": list.iter().map(entry).collect::<Vec<_>>() }),
            Err(error) => json!({ "err": error.to_string() }),
        };
        let mut want = row.clone();
        for input in ["fn", "goproxy", "gonoproxy"] {
            want.as_object_mut().unwrap().remove(input);
        }
        tally.check(
            format!("GOPROXY={goproxy:?} GONOPROXY={gonoproxy:?}"),
            &got,
            &want,
        );
    }
    tally.finish();
}

fn entry(entry: &ProxyEntry) -> Value {
    let url = match &entry.target {
        ProxyTarget::NoProxy => "noproxy",
        ProxyTarget::Direct => "direct",
        ProxyTarget::Off => "off",
        ProxyTarget::Url(url) => url.as_str(),
    };
    json!({ "fall_back_on_error": entry.fallback == Fallback::AnyError, "url": url })
}

#[test]
fn netrc_entries() {
    let mut tally = Tally::new("netrc");
    for row in rows("netrc") {
        let text = row["in"].as_str().unwrap();
        let entries = netrc::parse(text);
        let entries = entries.iter().map(
            |entry| json!({ "machine": entry.machine, "login": entry.login, "password": entry.password }),
        );
        tally.check(text, &Value::Array(entries.collect()), &row["out"]);
    }
    tally.finish();
}
