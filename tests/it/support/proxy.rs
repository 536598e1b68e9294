//! A module proxy on 127.0.0.1 that serves a directory and can misbehave on request.
//!
//! It is a real HTTP/1.1 server, with TLS where asked for; it ends when it is dropped.

use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use data_encoding::BASE64;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The authority that signed the certificate of [`Proxy::serve_tls`].
pub(crate) const CA_FILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/tls/ca.pem");
const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
/// A key that protects nothing: it is made for these tests and known to everyone.
const KEY: &[u8] = include_bytes!("tls/server.key");

/// A running server.
pub(crate) struct Proxy {
    address: SocketAddr,
    scheme: &'static str,
    state: Arc<State>,
    listener: Option<JoinHandle<()>>,
}

/// What one path does instead of serving its file.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Waits, then serves the file.
    Delay(Duration),
    /// Closes the connection before any answer.
    Reset,
    /// Announces the whole file, sends half of it, closes the connection.
    Cut,
    /// Answers with a status and a plain text.
    Status(u16, &'static str),
    /// Answers with a status and `Retry-After` seconds.
    RetryAfter(u16, u64),
    /// Answers 200 with these bytes and this content type.
    Answer(&'static str, Vec<u8>),
    /// Answers 200 with these bytes, said to be compressed with gzip.
    Gzip(Vec<u8>),
    /// Answers 200 and never stops sending.
    Endless,
    /// Answers 200, sends one byte, then nothing more.
    Silent,
    /// Redirects to another place.
    Redirect(String),
}

/// One request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The target as it was sent: a path, or a URL where the client takes us for its HTTP proxy.
    pub(crate) target: String,
    pub(crate) headers: HashMap<String, String>,
}

struct State {
    dir: PathBuf,
    stop: AtomicBool,
    /// The fault of a path and how many more times it shows.
    faults: Mutex<HashMap<String, (Fault, usize)>>,
    delay: Mutex<Duration>,
    credentials: Mutex<Option<String>>,
    requests: Mutex<Vec<Request>>,
    connections: Mutex<Vec<TcpStream>>,
    now: AtomicUsize,
    most: AtomicUsize,
    tls: Option<Arc<rustls::ServerConfig>>,
}

impl Proxy {
    /// Serves `dir` over http.
    pub(crate) fn serve(dir: &Path) -> Self {
        Self::start(dir, None)
    }

    /// Serves `dir` over https, with a certificate for 127.0.0.1 that [`CA_FILE`] signed.
    pub(crate) fn serve_tls(dir: &Path) -> Self {
        let chain = CertificateDer::pem_slice_iter(CERTIFICATE)
            .map(Result::unwrap)
            .collect();
        let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Self::start(dir, Some(Arc::new(config)))
    }

    fn start(dir: &Path, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let state = Arc::new(State {
            dir: dir.to_owned(),
            stop: AtomicBool::new(false),
            faults: Mutex::default(),
            delay: Mutex::default(),
            credentials: Mutex::default(),
            requests: Mutex::default(),
            connections: Mutex::default(),
            now: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            tls,
        });
        let shared = Arc::clone(&state);
        let listener = std::thread::spawn(move || accept(&socket, &shared));
        Self {
            address,
            scheme,
            state,
            listener: Some(listener),
        }
    }

    /// The URL of the root, without a slash at its end.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// The host and port.
    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// Makes `path` misbehave from now on.
    pub(crate) fn fault(&self, path: &str, fault: Fault) {
        self.fault_times(path, fault, usize::MAX);
    }

    /// Makes `path` misbehave the next `times` times, then serve its file.
    pub(crate) fn fault_times(&self, path: &str, fault: Fault, times: usize) {
        self.state
            .faults
            .lock()
            .unwrap()
            .insert(path.to_owned(), (fault, times));
    }

    /// Makes every answer wait.
    pub(crate) fn delay(&self, delay: Duration) {
        *self.state.delay.lock().unwrap() = delay;
    }

    /// Answers 401 to everyone else.
    pub(crate) fn require_basic(&self, user: &str, password: &str) {
        let token = BASE64.encode(format!("{user}:{password}").as_bytes());
        *self.state.credentials.lock().unwrap() = Some(format!("Basic {token}"));
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.requests.lock().unwrap().clone()
    }

    /// How many requests there were for `path`.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.requests()
            .iter()
            .filter(|request| request.target == path)
            .count()
    }

    /// How many connections were opened.
    pub(crate) fn connections(&self) -> usize {
        self.state.connections.lock().unwrap().len()
    }

    /// How many requests were under way at the same moment, at most.
    pub(crate) fn most_at_once(&self) -> usize {
        self.state.most.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is to stop.
        drop(TcpStream::connect(self.address));
        if let Some(listener) = self.listener.take() {
            listener.join().ok();
        }
    }
}

fn accept(socket: &TcpListener, state: &Arc<State>) {
    let mut workers = Vec::new();
    for stream in socket.incoming() {
        if state.stop.load(Ordering::SeqCst) {
            break;
        }
        let Ok(stream) = stream else { continue };
        state
            .connections
            .lock()
            .unwrap()
            .push(stream.try_clone().unwrap());
        let shared = Arc::clone(state);
        workers.push(std::thread::spawn(move || connection(stream, &shared)));
    }
    for stream in state.connections.lock().unwrap().iter() {
        stream.shutdown(Shutdown::Both).ok();
    }
    for worker in workers {
        worker.join().ok();
    }
}

fn connection(stream: TcpStream, state: &State) {
    stream.set_nodelay(true).ok();
    let socket = stream.try_clone().unwrap();
    // A client that goes away in the middle is what these tests are about; it is no failure here.
    match &state.tls {
        None => converse(stream, &socket, state).ok(),
        Some(config) => {
            let session = rustls::ServerConnection::new(Arc::clone(config)).unwrap();
            converse(rustls::StreamOwned::new(session, stream), &socket, state).ok()
        }
    };
    socket.shutdown(Shutdown::Both).ok();
}

fn converse(stream: impl Read + Write, socket: &TcpStream, state: &State) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream)? {
        if request.method == "CONNECT" {
            return tunnel(socket, state, request);
        }
        let now = state.now.fetch_add(1, Ordering::SeqCst) + 1;
        state.most.fetch_max(now, Ordering::SeqCst);
        let answered = answer(stream.get_mut(), state, request);
        state.now.fetch_sub(1, Ordering::SeqCst);
        answered?;
        stream.get_mut().flush()?;
    }
    Ok(())
}

/// Connects the client with the port that it names, on this machine whatever the host is.
fn tunnel(client: &TcpStream, state: &State, request: Request) -> io::Result<()> {
    let port = request
        .target
        .rsplit(':')
        .next()
        .and_then(|port| port.parse::<u16>().ok());
    state.requests.lock().unwrap().push(request);
    let server = TcpStream::connect(("127.0.0.1", port.unwrap_or(0)))?;
    (&mut &*client).write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    let upwards = std::thread::spawn(move || {
        io::copy(&mut from, &mut to).ok();
        to.shutdown(Shutdown::Both).ok();
    });
    io::copy(&mut &server, &mut &*client).ok();
    client.shutdown(Shutdown::Both).ok();
    upwards.join().ok();
    Ok(())
}

fn read_request(stream: &mut BufReader<impl Read>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Ok(Some(Request {
        method,
        target,
        headers,
    }))
}

fn answer(stream: &mut impl Write, state: &State, request: Request) -> io::Result<()> {
    let is_head = request.method == "HEAD";
    let authorization = request.headers.get("authorization").cloned();
    // As an HTTP proxy, serve what would be the path.
    let target = request
        .target
        .split_once("://")
        .map_or(request.target.as_str(), |(_, rest)| {
            rest.find('/').map_or("/", |slash| &rest[slash..])
        });
    let target = target.to_owned();
    state.requests.lock().unwrap().push(request);
    pause(state, *state.delay.lock().unwrap());

    let expected = state.credentials.lock().unwrap().clone();
    if expected.is_some() && expected != authorization {
        let challenge = "WWW-Authenticate: Basic realm=\"test\"\r\n";
        return reply(stream, 401, "text/plain", challenge, b"who are you?\n");
    }
    let Some(fault) = take_fault(state, &target) else {
        return serve(stream, state, &target, is_head);
    };
    misbehave(stream, state, &target, fault)
}

fn take_fault(state: &State, target: &str) -> Option<Fault> {
    let mut faults = state.faults.lock().unwrap();
    let (fault, times) = faults.get_mut(target)?;
    if *times == 0 {
        return None;
    }
    *times -= 1;
    Some(fault.clone())
}

fn misbehave(stream: &mut impl Write, state: &State, target: &str, fault: Fault) -> io::Result<()> {
    match fault {
        Fault::Delay(delay) => {
            pause(state, delay);
            serve(stream, state, target, false)
        }
        Fault::Reset => Err(io::ErrorKind::ConnectionReset.into()),
        Fault::Cut => {
            let file = file(state, target).unwrap_or_else(|| b"0123456789".to_vec());
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
                file.len()
            )?;
            stream.write_all(&file[..file.len() / 2])?;
            stream.flush()?;
            Err(io::ErrorKind::ConnectionReset.into())
        }
        Fault::Status(status, text) => reply(
            stream,
            status,
            "text/plain; charset=UTF-8",
            "",
            text.as_bytes(),
        ),
        Fault::RetryAfter(status, seconds) => reply(
            stream,
            status,
            "text/plain",
            &format!("Retry-After: {seconds}\r\n"),
            b"later\n",
        ),
        Fault::Answer(content_type, bytes) => reply(stream, 200, content_type, "", &bytes),
        Fault::Gzip(bytes) => reply(
            stream,
            200,
            "text/plain",
            "Content-Encoding: gzip\r\n",
            &bytes,
        ),
        Fault::Endless => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            )?;
            let chunk = [b'x'; 0x4000];
            while !state.stop.load(Ordering::SeqCst) {
                write!(stream, "4000\r\n")?;
                stream.write_all(&chunk)?;
                write!(stream, "\r\n")?;
            }
            Ok(())
        }
        Fault::Silent => {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")?;
            stream.flush()?;
            pause(state, Duration::from_mins(1));
            Err(io::ErrorKind::ConnectionReset.into())
        }
        Fault::Redirect(to) => reply(
            stream,
            302,
            "text/plain",
            &format!("Location: {to}\r\n"),
            b"elsewhere\n",
        ),
    }
}

fn serve(stream: &mut impl Write, state: &State, target: &str, is_head: bool) -> io::Result<()> {
    match file(state, target) {
        Some(_) if is_head => write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        Some(bytes) => reply(stream, 200, "application/octet-stream", "", &bytes),
        None => reply(stream, 404, "text/html", "", b"<p>nothing here</p>\n"),
    }
}

fn file(state: &State, target: &str) -> Option<Vec<u8>> {
    let path = target.split(['?', '#']).next()?.replace("%21", "!");
    let relative = Path::new(path.trim_start_matches('/'));
    if relative
        .components()
        .any(|part| !matches!(part, std::path::Component::Normal(_)))
    {
        return None;
    }
    std::fs::read(state.dir.join(relative)).ok()
}

fn reply(
    stream: &mut impl Write,
    status: u16,
    content_type: &str,
    more: &str,
    body: &[u8],
) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status} Whatever\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n{more}\r\n",
        body.len()
    )?;
    stream.write_all(body)
}

/// Sleeps, but wakes when the server is to stop.
fn pause(state: &State, time: Duration) {
    let step = Duration::from_millis(10);
    let mut left = time;
    while !left.is_zero() && !state.stop.load(Ordering::SeqCst) {
        std::thread::sleep(left.min(step));
        left = left.saturating_sub(step);
    }
}

/// The directory of the corpus' modules.
pub(crate) fn corpus_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/proxy")
}

/// The `file:` URL of the corpus' modules.
pub(crate) fn corpus_url() -> String {
    url::Url::from_file_path(corpus_dir()).unwrap().into()
}
