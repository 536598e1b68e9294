//! Fetching over http(s): limits, retries, redirects, proxies, credentials, and the module proxy protocol on top.

use std::path::Path;
use std::time::{Duration, Instant};

use modsmith::adapters::exec::Environment;
use modsmith::adapters::goproxy::{ProxyClient, ProxyFile, ProxyUrl};
use modsmith::adapters::http::auth::AuthSettings;
use modsmith::adapters::http::client::{
    Concurrency, HttpClient, HttpError, HttpSettings, Response, Security, Timeouts,
};
use modsmith::adapters::http::proxy_env::ProxySettings;
use modsmith::adapters::http::retry::RetryPolicy;
use modsmith::adapters::http::roots::RootSettings;
use modsmith::domain::goenv::auth::parse as goauth;
use modsmith::domain::module::{ModulePath, Version};
use url::Url;

use crate::support::proxy::{CA_FILE, Fault, Proxy, corpus_dir, corpus_url};

/// Settings with pauses fit for a test.
fn settings() -> HttpSettings {
    HttpSettings {
        retry: RetryPolicy {
            max_attempts: 3,
            min_delay: Duration::from_millis(2),
            max_delay: Duration::from_millis(10),
            max_retry_after: Duration::from_secs(2),
        },
        timeouts: Timeouts {
            connect: Duration::from_secs(5),
            idle: Duration::from_millis(400),
            total: Duration::from_secs(20),
        },
        ..HttpSettings::default()
    }
}

fn site() -> tempfile::TempDir {
    let dir = crate::support::scratch();
    std::fs::write(dir.path().join("file"), "hello, world").unwrap();
    dir
}

async fn get(settings: &HttpSettings, url: &str) -> Result<Response, HttpError> {
    HttpClient::new(settings)
        .get(&Url::parse(url).unwrap(), 1000)
        .await
}

#[tokio::test]
async fn fetches_a_file_and_reports_any_status() {
    let site = site();
    let server = Proxy::serve(site.path());
    let client = HttpClient::new(&settings());
    let url = Url::parse(&format!("{}/file", server.url())).unwrap();
    for _ in 0..3 {
        let response = client.get(&url, 12).await.unwrap();
        assert_eq!(
            (response.status, response.body.as_slice()),
            (200, b"hello, world".as_slice())
        );
    }
    assert_eq!(server.connections(), 1, "connections are kept");
    for status in [400, 403, 404, 410, 418, 501] {
        server.fault("/file", Fault::Status(status, "no"));
        let response = client.get(&url, 12).await.unwrap();
        assert_eq!(
            (response.status, response.body.as_slice()),
            (status, b"no".as_slice())
        );
        assert_eq!(
            response.content_type.as_deref(),
            Some("text/plain; charset=UTF-8")
        );
    }
    assert_eq!(server.count("/file"), 9, "none of these is asked twice");
}

#[tokio::test]
async fn passing_troubles_are_retried() {
    let site = site();
    let server = Proxy::serve(site.path());
    let url = format!("{}/file", server.url());
    let faults = [
        Fault::Status(503, "busy"),
        Fault::Status(429, "slow down"),
        Fault::Status(500, "oops"),
        Fault::Reset,
        Fault::Cut,
        Fault::RetryAfter(503, 0),
    ];
    for (index, fault) in faults.into_iter().enumerate() {
        server.fault_times("/file", fault.clone(), 2);
        let response = get(&settings(), &url).await.unwrap();
        assert_eq!(
            (response.status, response.body.len()),
            (200, 12),
            "{fault:?}"
        );
        assert_eq!(server.count("/file"), (index + 1) * 3, "{fault:?}");
    }
}

#[tokio::test]
async fn retries_are_counted_and_the_last_answer_stays() {
    let site = site();
    let server = Proxy::serve(site.path());
    let url = format!("{}/file", server.url());
    server.fault("/file", Fault::Status(503, "busy"));
    assert_eq!(get(&settings(), &url).await.unwrap().status, 503);
    assert_eq!(server.count("/file"), 3);
    server.fault("/file", Fault::RetryAfter(503, 3600));
    assert_eq!(get(&settings(), &url).await.unwrap().status, 503);
    assert_eq!(server.count("/file"), 4, "nobody waits for an hour");
    server.fault_times("/file", Fault::RetryAfter(503, 1), 1);
    let start = Instant::now();
    assert_eq!(get(&settings(), &url).await.unwrap().status, 200);
    assert!(Duration::from_secs(1) <= start.elapsed());
    server.fault("/file", Fault::Cut);
    let error = get(&settings(), &url).await.unwrap_err();
    assert!(matches!(error, HttpError::Failed { .. }), "{error}");
}

#[tokio::test]
async fn silence_is_a_time_out_and_tried_once_more() {
    let site = site();
    let server = Proxy::serve(site.path());
    let url = format!("{}/file", server.url());
    for fault in [Fault::Silent, Fault::Delay(Duration::from_secs(30))] {
        let before = server.count("/file");
        server.fault("/file", fault);
        let error = get(&settings(), &url).await.unwrap_err();
        assert_eq!(error.to_string(), format!("fetching {url}: timed out"));
        assert_eq!(server.count("/file") - before, 2);
    }
}

#[tokio::test]
async fn bodies_are_bounded() {
    let site = site();
    let server = Proxy::serve(site.path());
    let url = format!("{}/file", server.url());
    // Two megabytes of zeros that are sent as a few kilobytes.
    let bomb = gzip_of_zeros(2 << 20);
    assert!(bomb.len() < 16 << 10);
    for fault in [Fault::Endless, Fault::Gzip(bomb)] {
        server.fault("/file", fault);
        let before = server.count("/file");
        let error = get(&settings(), &url).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("fetching {url}: the answer is larger than 1000 bytes")
        );
        assert_eq!(
            server.count("/file") - before,
            1,
            "a larger answer stays large"
        );
    }
}

/// Returns zeros as gzip packs them: one literal, then matches of 258 bytes in the fixed code of deflate.
fn gzip_of_zeros(length: usize) -> Vec<u8> {
    let mut bits = "110".to_owned() + "00110000";
    for _ in 0..length / 258 {
        bits.push_str("11000101");
        bits.push_str("00000");
    }
    bits.push_str("0000000");
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    for group in bits.as_bytes().chunks(8) {
        bytes.push(
            group
                .iter()
                .rev()
                .fold(0, |byte, bit| byte << 1 | (bit - b'0')),
        );
    }
    bytes.extend([0; 8]);
    bytes
}

#[tokio::test]
async fn redirects_are_followed_within_bounds() {
    let site = site();
    let server = Proxy::serve(site.path());
    let other = Proxy::serve(site.path());
    server.fault("/relative", Fault::Redirect("file".into()));
    server.fault(
        "/absolute",
        Fault::Redirect(format!("{}/file", other.url())),
    );
    server.fault("/loop", Fault::Redirect("/loop".into()));
    server.fault("/file-url", Fault::Redirect("file:///etc/passwd".into()));
    let url = |path: &str| format!("{}{path}", server.url());

    let response = get(&settings(), &url("/relative")).await.unwrap();
    assert_eq!((response.status, response.url.path()), (200, "/file"));
    let response = get(&settings(), &url("/absolute")).await.unwrap();
    assert_eq!(response.url.as_str(), format!("{}/file", other.url()));
    let error = get(&settings(), &url("/loop")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("fetching {}: stopped after 10 redirects", url("/loop"))
    );
    assert_eq!(server.count("/loop"), 11);
    let error = get(&settings(), &url("/file-url")).await.unwrap_err();
    assert!(matches!(error, HttpError::BadRedirect { .. }), "{error}");
}

#[tokio::test]
async fn requests_at_once_are_bounded() {
    let site = site();
    let server = Proxy::serve(site.path());
    server.delay(Duration::from_millis(20));
    let client = HttpClient::new(&HttpSettings {
        concurrency: Concurrency(3),
        ..settings()
    });
    let url = Url::parse(&format!("{}/file", server.url())).unwrap();
    let all = (0..12).map(|_| client.get(&url, 100));
    for response in futures_util::future::join_all(all).await {
        assert_eq!(response.unwrap().status, 200);
    }
    assert_eq!(server.most_at_once(), 3);
}

#[tokio::test]
async fn private_authority_is_trusted_only_when_named() {
    let site = site();
    let server = Proxy::serve_tls(site.path());
    let url = format!("{}/file", server.url());
    let error = get(&settings(), &url).await.unwrap_err().to_string();
    assert!(error.contains("UnknownIssuer"), "{error}");
    let by_flag = RootSettings {
        ca_file: Some(CA_FILE.into()),
        ..RootSettings::default()
    };
    let by_variable = RootSettings {
        cert_file: Some(CA_FILE.into()),
        ..RootSettings::default()
    };
    let by_dir = RootSettings {
        cert_dirs: Some(Path::new(CA_FILE).parent().unwrap().into()),
        ..RootSettings::default()
    };
    for roots in [by_flag, by_variable, by_dir] {
        let response = get(
            &HttpSettings {
                roots,
                ..settings()
            },
            &url,
        )
        .await
        .unwrap();
        assert_eq!(response.status, 200);
    }
}

#[tokio::test]
async fn insecure_accepts_any_certificate_and_falls_back_to_http() {
    let site = site();
    let (secure, plain) = (Proxy::serve_tls(site.path()), Proxy::serve(site.path()));
    let client = HttpClient::new(&settings());
    for (server, scheme) in [(&secure, "https"), (&plain, "http")] {
        let place = format!("{}/file", server.host());
        let response = client
            .get_any_scheme(&place, Security::Insecure, 100)
            .await
            .unwrap();
        assert_eq!((response.status, response.url.scheme()), (200, scheme));
        client
            .get_any_scheme(&place, Security::Default, 100)
            .await
            .unwrap_err();
    }
    secure.fault("/down", Fault::Redirect(format!("{}/file", plain.url())));
    let roots = RootSettings {
        ca_file: Some(CA_FILE.into()),
        ..RootSettings::default()
    };
    let error = get(
        &HttpSettings {
            roots,
            ..settings()
        },
        &format!("{}/down", secure.url()),
    )
    .await
    .unwrap_err();
    assert!(
        matches!(error, HttpError::InsecureRedirect { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn unusable_ca_files_are_named() {
    let dir = crate::support::scratch();
    let empty = dir.path().join("empty.pem");
    std::fs::write(&empty, "no certificate in here\n").unwrap();
    let missing = dir.path().join("missing.pem");
    let garbage = dir.path().join("garbage.pem");
    std::fs::write(
        &garbage,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    for (file, expect) in [
        (&empty, "no usable certificate in"),
        (&missing, "cannot read certificates from"),
        (&garbage, "cannot read certificates from"),
    ] {
        let roots = RootSettings {
            ca_file: Some(file.clone()),
            ..RootSettings::default()
        };
        let error = get(
            &HttpSettings {
                roots,
                ..settings()
            },
            "https://127.0.0.1:1/",
        )
        .await
        .unwrap_err()
        .to_string();
        assert!(
            error.starts_with(&format!("{expect} {}", file.display())),
            "{error}"
        );
    }
}

#[tokio::test]
async fn http_proxy_is_used_with_its_credentials() {
    let site = site();
    let server = Proxy::serve(site.path());
    let proxies = ProxySettings {
        http: Some(server.url().replace("http://", "http://me:pw@")),
        no_proxy: Some("direct.example.com".into()),
        ..ProxySettings::default()
    };
    let settings = HttpSettings {
        proxies,
        ..settings()
    };
    let response = get(&settings, "http://modules.example.com/file")
        .await
        .unwrap();
    assert_eq!(response.status, 200);
    let request = server.requests().pop().unwrap();
    assert_eq!(request.target, "http://modules.example.com/file");
    assert_eq!(request.headers["proxy-authorization"], "Basic bWU6cHc=");
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let site = site();
    let (server, tunnel) = (Proxy::serve_tls(site.path()), Proxy::serve(site.path()));
    let port = server.host().rsplit(':').next().unwrap().to_owned();
    let proxies = ProxySettings {
        https: Some(tunnel.host()),
        ..ProxySettings::default()
    };
    let roots = RootSettings {
        ca_file: Some(CA_FILE.into()),
        ..RootSettings::default()
    };
    let settings = HttpSettings {
        proxies,
        roots,
        ..settings()
    };
    let response = get(
        &settings,
        &format!("https://modules.example.com:{port}/file"),
    )
    .await
    .unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(tunnel.count(&format!("modules.example.com:{port}")), 1);
    assert_eq!(server.count("/file"), 1);
}

#[test]
fn a_client_costs_nothing_until_used() {
    let start = Instant::now();
    for _ in 0..1000 {
        drop(HttpClient::new(&HttpSettings::default()));
    }
    assert!(
        start.elapsed() < Duration::from_millis(200),
        "{:?}",
        start.elapsed()
    );
}

/// Settings that trust the test authority and have these credentials.
fn with_auth(value: &str, netrc: Option<&Path>) -> HttpSettings {
    let variables = ["PATH", "HOME", "SystemRoot"].into_iter();
    let variables = variables.filter_map(|name| Some((name.into(), std::env::var_os(name)?)));
    HttpSettings {
        roots: RootSettings {
            ca_file: Some(CA_FILE.into()),
            ..RootSettings::default()
        },
        auth: AuthSettings {
            methods: goauth(value, "linux"),
            netrc: netrc.map(Path::to_owned),
            environment: Environment::new(variables).with("GIT_CONFIG_NOSYSTEM", "1"),
        },
        ..settings()
    }
}

#[tokio::test]
async fn netrc_serves_https_and_its_own_machine_only() {
    let site = site();
    let (server, other) = (Proxy::serve_tls(site.path()), Proxy::serve_tls(site.path()));
    let plain = Proxy::serve(site.path());
    let netrc = site.path().join("netrc");
    let entry = |host: String| format!("machine {host} login me password pw\n");
    std::fs::write(&netrc, entry(server.host()) + &entry(plain.host())).unwrap();
    server.require_basic("me", "pw");
    let settings = with_auth("netrc", Some(&netrc));

    let response = get(&settings, &format!("{}/file", server.url()))
        .await
        .unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(
        server.count("/file"),
        1,
        "credentials at hand go with the first request"
    );

    server.fault("/away", Fault::Redirect(format!("{}/file", other.url())));
    let response = get(&settings, &format!("{}/away", server.url()))
        .await
        .unwrap();
    assert_eq!(response.status, 200);
    get(&settings, &format!("{}/file", plain.url()))
        .await
        .unwrap();
    for request in other.requests().iter().chain(&plain.requests()) {
        assert!(
            !request.headers.contains_key("authorization"),
            "{request:?}"
        );
    }

    let refused = get(
        &with_auth("off", Some(&netrc)),
        &format!("{}/file", server.url()),
    )
    .await
    .unwrap();
    assert_eq!(refused.status, 401);
    let embedded = format!("{}/file", server.url().replace("://", "://me:pw@"));
    assert_eq!(
        get(&with_auth("off", None), &embedded)
            .await
            .unwrap()
            .status,
        200
    );
}

#[tokio::test]
async fn mistakes_in_goauth_fail_requests_over_https_only() {
    let site = site();
    let (secure, plain) = (Proxy::serve_tls(site.path()), Proxy::serve(site.path()));
    let missing = format!("git {}/missing", site.path().display());
    for value in ["off; netrc", "netrc;", "git relative", &missing] {
        let settings = with_auth(value, None);
        let error = get(&settings, &format!("{}/file", secure.url()))
            .await
            .unwrap_err();
        assert!(matches!(error, HttpError::Auth(_)), "{value}: {error}");
        assert_eq!(
            get(&settings, &format!("{}/file", plain.url()))
                .await
                .unwrap()
                .status,
            200
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn commands_are_asked_at_first_and_after_a_refusal() {
    let site = site();
    let server = Proxy::serve_tls(site.path());
    server.require_basic("me", "pw");
    let log = site.path().join("log");
    let helper = site.path().join("helper");
    // Knows nothing at first; told of a refusal it prints credentials for the root of the server.
    let script = format!(
        "echo \"args=$# $1\" >> {log}\ncat >> {log}\nif [ $# = 1 ]; then printf '%s\\n\\nAuthorization: Basic bWU6cHc=\\n\\n' {url}; fi\n",
        log = log.display(),
        url = server.url()
    );
    std::fs::write(&helper, script).unwrap();
    let client = HttpClient::new(&with_auth(&format!("sh {}", helper.display()), None));
    let url = Url::parse(&format!("{}/file", server.url())).unwrap();
    for _ in 0..3 {
        assert_eq!(client.get(&url, 100).await.unwrap().status, 200);
    }
    assert_eq!(
        server.count("/file"),
        4,
        "one refusal, then the credentials are known"
    );
    let log = std::fs::read_to_string(log).unwrap();
    let expect = format!(
        "args=0 \nargs=1 {url}\nHTTP/1.1 401 Unauthorized\nContent-Type: text/plain\nContent-Length: 13\nWww-Authenticate: Basic realm=\"test\"\n\n"
    );
    assert_eq!(log, expect);
}

#[cfg(unix)]
#[tokio::test]
async fn git_is_asked_after_a_refusal_and_told_the_outcome() {
    let site = site();
    let server = Proxy::serve_tls(site.path());
    let log = site.path().join("log");
    let helper = format!(
        "!f() {{ echo \"$1\" >> {log}; if [ \"$1\" = get ]; then echo username=me; echo password=pw; fi; }}; f",
        log = log.display()
    );
    let repository = site.path().join("repository");
    let init = [
        vec!["init", "-q", "."],
        vec!["config", "credential.helper", &helper],
    ];
    std::fs::create_dir(&repository).unwrap();
    for args in init {
        let run = std::process::Command::new(crate::support::program("git"))
            .args(args)
            .current_dir(&repository)
            .output();
        let Ok(run) = run else {
            println!("SKIPPED: no `git` on PATH");
            return;
        };
        assert!(run.status.success());
    }
    let settings = with_auth(&format!("git {}", repository.display()), None);
    let url = format!("{}/file", server.url());
    for (password, status, verdict) in [("pw", 200, "get\nstore\n"), ("other", 401, "get\nerase\n")]
    {
        server.require_basic("me", password);
        std::fs::write(&log, "").unwrap();
        assert_eq!(get(&settings, &url).await.unwrap().status, status);
        assert_eq!(std::fs::read_to_string(&log).unwrap(), verdict);
    }
}

/// A proxy client and a server, or directory, with the corpus' modules.
fn proxy_client() -> ProxyClient {
    ProxyClient::new(HttpClient::new(&settings()))
}

#[tokio::test]
async fn the_protocol_is_the_same_over_http_and_file() {
    let server = Proxy::serve(&corpus_dir());
    let client = proxy_client();
    for base in [server.url(), format!("{}//", server.url()), corpus_url()] {
        let base = ProxyUrl::parse(&base).unwrap();
        let quote = ModulePath::new("rsc.io/quote");
        let upper = ModulePath::new("rsc.io/CGO");
        let versions = client.versions(&base, &quote, "v1.5.").await.unwrap();
        let expect = ["v1.5.0", "v1.5.1", "v1.5.2", "v1.5.3-pre1"].map(Version::new);
        assert_eq!(versions, expect);
        let info = client.stat(&base, &quote, "v1.5.2").await.unwrap();
        assert_eq!(info.version.as_str(), "v1.5.2");
        let info = client.stat(&base, &quote, "0d003b9").await.unwrap();
        assert!(info.version.as_str().ends_with("-0d003b9c4bfa"), "{info:?}");
        let text = client
            .go_mod(&base, &upper, &Version::new("v1.0.0"))
            .await
            .unwrap();
        assert!(text.starts_with(b"module rsc.io/CGO"));
        let error = client.stat(&base, &quote, "v9.9.9").await.unwrap_err();
        assert!(error.is_not_found());
        let reason = if base.is_file() {
            "no such file or directory"
        } else {
            "404 Not Found"
        };
        let place = base.to_string().trim_end_matches('/').to_owned();
        assert_eq!(
            error.to_string(),
            format!("rsc.io/quote@v9.9.9: reading {place}/rsc.io/quote/@v/v9.9.9.info: {reason}")
        );
    }
    assert!(
        server
            .requests()
            .iter()
            .any(|request| request.target == "/rsc.io/%21c%21g%21o/@v/v1.0.0.mod")
    );
}

#[tokio::test]
async fn statuses_are_told_apart() {
    let server = Proxy::serve(&corpus_dir());
    let client = proxy_client();
    let base = ProxyUrl::parse(&server.url()).unwrap();
    let quote = ModulePath::new("rsc.io/quote");
    let place = "/rsc.io/quote/@v/v1.5.2.mod";
    let version = Version::new("v1.5.2");
    for (status, name, moves_on) in [
        (404, "404 Not Found", true),
        (410, "410 Gone", true),
        (403, "403 Forbidden", false),
        (503, "503 Service Unavailable", false),
    ] {
        server.fault(place, Fault::Status(status, "not found: because\n"));
        let error = client.go_mod(&base, &quote, &version).await.unwrap_err();
        assert_eq!(error.is_not_found(), moves_on, "{status}");
        let url = format!("{}{place}", server.url());
        assert_eq!(
            error.to_string(),
            format!(
                "rsc.io/quote@v1.5.2: reading {url}: {name}\n\tserver response: not found: because"
            )
        );
    }
}

#[tokio::test]
async fn garbage_is_named_with_its_source() {
    let server = Proxy::serve(&corpus_dir());
    let client = proxy_client();
    let base = ProxyUrl::parse(&server.url()).unwrap();
    let quote = ModulePath::new("rsc.io/quote");
    let place = "/rsc.io/quote/@v/v1.5.2.info";
    let url = format!("{}{place}", server.url());
    let stat = async |fault| {
        server.fault(place, fault);
        client
            .stat(&base, &quote, "v1.5.2")
            .await
            .unwrap_err()
            .to_string()
    };
    let html = stat(Fault::Answer(
        "text/html",
        b"<html>please log in</html>".to_vec(),
    ))
    .await;
    let expect = format!(
        "rsc.io/quote@v1.5.2: invalid response from proxy \"{}/\": {url}: not JSON: ",
        server.url()
    );
    assert!(html.starts_with(&expect), "{html}");
    let other = stat(Fault::Answer(
        "application/json",
        br#"{"Version":"v1.5.1"}"#.to_vec(),
    ))
    .await;
    assert_eq!(
        other,
        "rsc.io/quote@v1.5.2: proxy returned info for version v1.5.1 instead of requested version"
    );
    let endless = stat(Fault::Endless).await;
    assert_eq!(
        endless,
        format!("rsc.io/quote@v1.5.2: fetching {url}: the answer is larger than 1048576 bytes")
    );
    let around = stat(Fault::Redirect(url.clone())).await;
    assert_eq!(
        around,
        format!("rsc.io/quote@v1.5.2: fetching {url}: stopped after 10 redirects")
    );

    let list = "/rsc.io/quote/@v/list";
    server.fault(
        list,
        Fault::Answer("text/html", b"<html>\nv1.0.0</html>\n".to_vec()),
    );
    assert_eq!(client.versions(&base, &quote, "").await.unwrap(), []);
}

#[tokio::test]
async fn latest_falls_back_to_the_newest_of_the_list() {
    let dir = crate::support::scratch();
    let files = dir.path().join("example.com/m/@v");
    std::fs::create_dir_all(&files).unwrap();
    let path = ModulePath::new("example.com/m");
    let server = Proxy::serve(dir.path());
    let client = proxy_client();
    let base = ProxyUrl::parse(&server.url()).unwrap();
    let error = client.latest(&base, &path).await.unwrap_err();
    assert!(
        error.is_not_found() && error.to_string().contains("@v/list: 404"),
        "{error}"
    );
    std::fs::write(files.join("list"), "").unwrap();
    let error = client.latest(&base, &path).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "module example.com/m: no commits");
    let newest = "v0.0.0-20210101000000-0123456789ab";
    std::fs::write(
        files.join("list"),
        format!("v0.0.0-20200101000000-ffffffffffff\n{newest}\n"),
    )
    .unwrap();
    std::fs::write(
        files.join(format!("{newest}.info")),
        format!("{{\"Version\":\"{newest}\"}}"),
    )
    .unwrap();
    assert_eq!(
        client.latest(&base, &path).await.unwrap().version.as_str(),
        newest
    );
    std::fs::write(
        dir.path().join("example.com/m/@latest"),
        "{\"Version\":\"v1.0.0\"}",
    )
    .unwrap();
    assert_eq!(
        client.latest(&base, &path).await.unwrap().version.as_str(),
        "v1.0.0"
    );
    server.fault("/example.com/m/@latest", Fault::Status(500, "oops"));
    assert!(
        !client
            .latest(&base, &path)
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn names_that_cannot_be_asked_for_are_refused() {
    let client = proxy_client();
    let base = ProxyUrl::parse("https://127.0.0.1:1").unwrap();
    let bad = ModulePath::new("example.com/../secret");
    let error = client.get(&base, &bad, ProxyFile::List).await.unwrap_err();
    assert!(
        error.to_string().contains("malformed module path"),
        "{error}"
    );
    let path = ModulePath::new("example.com/m");
    for rev in ["a/b", "v1!x", "é", ".."] {
        let error = client.stat(&base, &path, rev).await.unwrap_err();
        assert!(!error.is_not_found(), "{rev}");
        assert!(
            !error.to_string().contains("127.0.0.1"),
            "nothing was sent: {error}"
        );
    }
    let error = client
        .go_mod(&base, &path, &Version::new("v1"))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "example.com/m@v1: invalid version: internal error: version passed to GoMod is not canonical"
    );
}
