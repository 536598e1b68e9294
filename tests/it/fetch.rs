//! Fetching over http(s): limits, retries, redirects, proxies, credentials, and the module proxy protocol on top.

use std::path::Path;
use std::time::{Duration, Instant};

use modsmith::adapters::http::client::{
    Concurrency, HttpClient, HttpError, HttpSettings, Response, Security, Timeouts,
};
use modsmith::adapters::http::proxy_env::ProxySettings;
use modsmith::adapters::http::retry::RetryPolicy;
use modsmith::adapters::http::roots::RootSettings;
use url::Url;

use crate::support::proxy::{CA_FILE, Fault, Proxy};

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
    let dir = tempfile::tempdir().unwrap();
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
    let dir = tempfile::tempdir().unwrap();
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
