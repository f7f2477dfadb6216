//! The server: connections, their limits, and the events that tell browsers about a new build.
//!
//! In: a new [`PreviewView`] after each build. Out: responses. It runs on a separate thread, and no request can stop it,
//! however malformed.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::{oneshot, watch};
use tokio::task::AbortHandle;

use super::allowed_hosts::AllowedHosts;
use super::answer::{Answer, answer, respond};
use super::event_stream::EventStream;
use super::preview_view::PreviewView;
use crate::error::Error;

/// The port that is tried first if none is given, and the number of ports that are tried after it.
const DEFAULT_PORT: u16 = 4000;
const FURTHER_PORTS: u16 = 20;

/// Time for a browser to send the head of a request; a connection may also be idle for this long.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_HEADER_LEN: usize = 16 * 1024;
const MAX_BUFFER_LEN: usize = 64 * 1024;

/// The maximum of open connections. One more closes the oldest that has sent no request, or else the oldest.
const MAX_CONNECTIONS: usize = 64;

type ResponseBody = Either<Full<Bytes>, EventStream>;

/// Listens on `port`, or on the first free port from 4000 to 4020.
///
/// # Errors
/// [`Error::Refused`] if the port, or all of these ports, are in use.
pub(super) fn bind(host: IpAddr, port: Option<u16>) -> Result<TcpListener, Error> {
    let ports = port.map_or(DEFAULT_PORT..=DEFAULT_PORT + FURTHER_PORTS, |port| port..=port);
    for port in ports {
        match TcpListener::bind((host, port)) {
            Err(source) if source.kind() == ErrorKind::AddrInUse => {}
            result => return result.map_err(|source| cannot_listen(SocketAddr::new(host, port), &source.to_string())),
        }
    }
    Err(match port {
        Some(port) => cannot_listen(SocketAddr::new(host, port), "another program uses this port"),
        None => cannot_listen(SocketAddr::new(host, DEFAULT_PORT), "ports 4000 to 4020 are all in use"),
    })
}

fn cannot_listen(address: SocketAddr, why: &str) -> Error {
    Error::refused(format!("cannot listen on `{address}`: {why}"), "choose another port with `--port`")
}

/// A running server. Dropping it stops the server.
pub(super) struct Server {
    view: watch::Sender<PreviewView>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts the server, which answers also to the host names `names`. Requests wait until the first build has ended; `on_interrupt` is called at Ctrl-C.
    ///
    /// # Errors
    /// [`Error::Refused`] if the thread or the event queue cannot be created.
    pub(super) fn start(
        listener: TcpListener,
        names: Arc<[String]>,
        on_interrupt: impl FnOnce() + Send + 'static,
    ) -> Result<Self, Error> {
        let cannot = Error::refused("cannot start the server: the system gave it no thread", "try again");
        let Ok(address) = listener.local_addr() else { return Err(cannot) };
        let runtime = runtime(&listener, address)?;
        let (view, seen) = watch::channel(PreviewView::empty(std::process::id()));
        let (stop, stopped) = oneshot::channel();
        let hosts = AllowedHosts { host: address.ip(), names };
        let work = move || {
            runtime.block_on(async {
                tokio::spawn(interrupted(on_interrupt));
                tokio::select! {
                    () = accept(listener, hosts, seen) => {}
                    _ = stopped => {}
                }
            });
        };
        let thread = std::thread::Builder::new().name("http".to_owned()).spawn(work);
        Ok(Self { view, stop: Some(stop), thread: Some(thread.map_err(|_| cannot)?) })
    }

    /// Replaces the view; browsers then reload the pages that have changed.
    pub(super) fn show(&self, next: impl FnOnce(PreviewView) -> PreviewView) {
        self.view.send_modify(|view| *view = next(view.clone()));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        // The result does not matter: a thread that has panicked has ended too.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn runtime(listener: &TcpListener, address: SocketAddr) -> Result<Runtime, Error> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ready = built.and_then(|runtime| listener.set_nonblocking(true).map(|()| runtime));
    ready.map_err(|source| cannot_listen(address, &source.to_string()))
}

async fn interrupted(on_interrupt: impl FnOnce()) {
    // If Ctrl-C cannot be caught, it ends the process.
    if tokio::signal::ctrl_c().await.is_ok() {
        on_interrupt();
    }
}

async fn accept(listener: TcpListener, hosts: AllowedHosts, view: watch::Receiver<PreviewView>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let mut connections = Connections::default();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => connections.open(stream, hosts.clone(), view.clone()),
            // Too many open files, or a connection closed by the browser: both are temporary.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// The open connections, oldest first.
#[derive(Default)]
struct Connections {
    open: VecDeque<Connection>,
}

struct Connection {
    task: AbortHandle,
    /// Whether it has sent a whole request.
    has_sent_request: Arc<AtomicBool>,
}

impl Connections {
    fn open(&mut self, stream: TcpStream, hosts: AllowedHosts, view: watch::Receiver<PreviewView>) {
        self.evict();
        let has_sent_request = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(handle_connection(stream, hosts, view, Arc::clone(&has_sent_request))).abort_handle();
        self.open.push_back(Connection { task, has_sent_request });
    }

    /// Closes one connection if the maximum is reached.
    fn evict(&mut self) {
        self.open.retain(|connection| !connection.task.is_finished());
        if self.open.len() >= MAX_CONNECTIONS {
            let silent = self.open.iter().position(|connection| !connection.has_sent_request.load(Ordering::Relaxed));
            if let Some(oldest) = self.open.remove(silent.unwrap_or(0)) {
                oldest.task.abort();
            }
        }
    }
}

async fn handle_connection(
    stream: TcpStream,
    hosts: AllowedHosts,
    view: watch::Receiver<PreviewView>,
    has_sent_request: Arc<AtomicBool>,
) {
    let service = service_fn(|request| {
        has_sent_request.store(true, Ordering::Relaxed);
        respond_to(request, hosts.clone(), view.clone())
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_header_size(MAX_HEADER_LEN)
        .max_buf_size(MAX_BUFFER_LEN)
        .serve_connection(TokioIo::new(stream), service);
    // An error ends this connection only.
    let _ = connection.await;
}

async fn respond_to(
    request: Request<Incoming>,
    hosts: AllowedHosts,
    mut view: watch::Receiver<PreviewView>,
) -> Result<Response<ResponseBody>, Infallible> {
    let (head, _) = request.into_parts();
    let Ok(now) = view.wait_for(PreviewView::is_ready).await.map(|now| now.clone()) else {
        return Ok(respond(StatusCode::SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", "").map(Either::Left));
    };
    Ok(match answer(&head, &now, &hosts) {
        Answer::Complete(response) => response.map(Either::Left),
        Answer::Events { since } => EventStream::response(view, since).map(Either::Right),
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, Shutdown, TcpStream};
    use std::time::Instant;

    use super::*;
    use crate::path::SitePath;
    use crate::site::{Role, Site};

    const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn site(text: &str) -> Site {
        let mut site = Site::default();
        site.insert(SitePath::new("index.html").unwrap(), Role::Page, text.as_bytes()).unwrap();
        site
    }

    fn server() -> (Server, u16) {
        let listener = bind(LOCAL, Some(0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Server::start(listener, Arc::new([]), || ()).unwrap();
        server.show(|view| view.with_site(site("home")));
        (server, port)
    }

    fn connect(port: u16) -> TcpStream {
        let stream = TcpStream::connect((LOCAL, port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    /// Sends bytes that may be anything, then the end of the stream.
    fn send(port: u16, bytes: &[u8]) -> String {
        let mut stream = connect(port);
        // The server may answer and close before everything is written.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        read(stream)
    }

    fn read(mut stream: TcpStream) -> String {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(port: u16, path: &str) -> String {
        let mut stream = connect(port);
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n").unwrap();
        read(stream)
    }

    fn assert_alive(port: u16) {
        let start = Instant::now();
        let answer = get(port, "/");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("home"), "{answer}");
        assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
    }

    #[test]
    fn malformed_requests_do_not_stop_the_server() {
        let (_server, port) = server();
        let long = |head: &str, count| [head.as_bytes(), &vec![b'a'; count], b"\r\n\r\n"].concat();
        let many = "X: y\r\n".repeat(500);
        for request in [
            b"".to_vec(),
            b"\r\n\r\n".to_vec(),
            b"\0\0\0\0".to_vec(),
            b"GET\r\n\r\n".to_vec(),
            b"GET /\r\n\r\n".to_vec(),
            b"GET / HTTP/9.9\r\n\r\n".to_vec(),
            b"GET / HTTP/1.1\r\n\r\n".to_vec(),
            b"GET / HTTP/1.1\r\nHost\r\n\r\n".to_vec(),
            b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n".to_vec(),
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_vec(),
            b"GET / HTTP/1.1\r\n : x\r\n\r\n".to_vec(),
            b"GET / HTTP/1.1\nHost: evil.example\n\n".to_vec(),
            b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n".to_vec(),
            b"GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n".to_vec(),
            b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzzz".to_vec(),
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n".to_vec(),
            b"GET http:// HTTP/1.1\r\n\r\n".to_vec(),
            b"GET \xff\xff HTTP/1.1\r\n\r\n".to_vec(),
            b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n".to_vec(),
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
            long("GET /", 100_000),
            long("GET / HTTP/1.1\r\nX: ", 100_000),
            format!("GET / HTTP/1.1\r\n{many}\r\n").into_bytes(),
        ] {
            let answer = send(port, &request);
            let request_text = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
            assert!(!answer.contains("home"), "{request_text:?}: {answer}");
        }
        assert_alive(port);
    }

    #[test]
    fn half_open_connections_do_not_stop_a_page() {
        let (_server, port) = server();
        let mut open: Vec<TcpStream> = (0..200).map(|_| connect(port)).collect();
        for stream in &mut open {
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: loc");
        }
        assert_alive(port);
        let long = std::env::var_os("CHAPBOOK_LONG").is_some();
        let mut slowest = Duration::ZERO;
        for _ in 0..if long { 1000 } else { 20 } {
            let start = Instant::now();
            assert_alive(port);
            slowest = slowest.max(start.elapsed());
        }
        assert!(slowest < Duration::from_millis(1500), "{slowest:?} with 200 half-open connections");
    }

    #[test]
    fn mutated_requests_do_not_stop_the_server() {
        let (_server, port) = server();
        let valid = format!(
            "GET /index.html?q=1 HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n\
             Accept: */*\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"
        );
        let words: [&[u8]; 12] = [
            b"\r\n",
            b"\n",
            b"\0",
            b"\xff",
            b":",
            b" ",
            b"HTTP/1.1",
            b"Host: evil.example\r\n",
            b"%2e%2e",
            b"\t",
            b"#",
            b"a",
        ];
        let mut state = 7u32;
        let mut below = |end: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % end
        };
        let count = if std::env::var_os("CHAPBOOK_LONG").is_some() { 100_000 } else { 300 };
        for _ in 0..count {
            let mut request = valid.clone().into_bytes();
            for _ in 0..=below(4) {
                let at = below(request.len());
                let end = (at + below(12)).min(request.len());
                let word = words[below(words.len())].repeat(1 + below(3));
                request.splice(at..if below(2) == 0 { at } else { end }, word);
            }
            let answer = send(port, &request);
            let request_text = String::from_utf8_lossy(&request).into_owned();
            assert!(answer.is_empty() || answer.starts_with("HTTP/1."), "{request_text:?}: {answer}");
            assert!(!answer.to_lowercase().contains("access-control-allow"), "{request_text:?}: {answer}");
        }
        assert_alive(port);
    }

    #[test]
    fn slow_heads_are_cut_off() {
        let (_server, port) = server();
        let mut stream = connect(port);
        stream.write_all(b"GET / HTTP/1.1\r\nX: ").unwrap();
        let start = Instant::now();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let waited = start.elapsed();
        assert!(waited > Duration::from_secs(3) && waited < Duration::from_secs(8), "{waited:?}");
    }

    #[test]
    fn head_has_the_headers_and_no_body() {
        let (_server, port) = server();
        let head = format!("HEAD / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
        let answer = send(port, head.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("\r\n\r\n"), "{answer}");
        let length = |answer: &str| answer.lines().find(|line| line.starts_with("content-length")).map(str::to_owned);
        assert!(length(&answer).is_some());
        assert_eq!(length(&answer), length(&get(port, "/")));
    }

    #[test]
    fn browsers_get_events_of_each_build() {
        let (server, port) = server();
        let mut stream = connect(port);
        write!(stream, "GET /__chapbook/events HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").unwrap();
        let mut seen = String::new();
        let mut wait_for = |text: &str| {
            let mut buffer = [0; 1024];
            while !seen.contains(text) {
                let count = stream.read(&mut buffer).unwrap();
                assert!(count > 0, "closed after {seen}");
                seen += &String::from_utf8_lossy(&buffer[..count]);
            }
            seen.clear();
        };
        wait_for("event: ok");
        server.show(|view| view.with_site(site("two")));
        wait_for(r#"data: {"paths":["index.html"]}"#);
        server.show(|view| view.with_errors("broken"));
        wait_for(r#"data: {"text":"broken"}"#);
        server.show(|view| view.with_site(site("two")));
        wait_for("event: ok");
        drop(server);
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        assert!(TcpStream::connect((LOCAL, port)).is_err(), "the server has stopped");
    }

    #[test]
    fn requests_wait_for_the_first_build() {
        let listener = bind(LOCAL, Some(0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Server::start(listener, Arc::new([]), || ()).unwrap();
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| get(port, "/"));
            std::thread::sleep(Duration::from_millis(100));
            assert!(!asked.is_finished());
            server.show(|view| view.with_site(site("home")));
            assert!(asked.join().unwrap().contains("home"));
        });
    }

    #[test]
    fn a_port_that_is_taken_is_named() {
        let held = bind(LOCAL, Some(0)).unwrap();
        let port = held.local_addr().unwrap().port();
        match bind(LOCAL, Some(port)) {
            Err(Error::Refused { message, .. }) => assert!(message.contains(&format!("127.0.0.1:{port}")), "{message}"),
            other => panic!("{other:?}"),
        }
        let (first, second) = (bind(LOCAL, None).unwrap(), bind(LOCAL, None).unwrap());
        let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
        assert!(port(&first) >= 4000 && port(&first) < port(&second) && port(&second) <= 4020);
    }
}
