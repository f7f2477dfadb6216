//! What a request is answered with: a function of the request and of the site in memory. No disk is within reach.
//!
//! In: the head of a request, what is [`PreviewView`]. Out: an [`Answer`]. The network around the preview is not trusted:
//! any page in the author's browser can send requests here, and so can whoever shares the network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, HeaderValue, LOCATION, ORIGIN,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};

use super::state::PreviewView;
use crate::path::{SitePath, decode, encode_path};
use crate::site::{Role, SiteFile};

const RELOAD_JS: &str = include_str!("reload.js");
const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// How to answer a request.
#[derive(Debug)]
pub(super) enum Answer {
    /// With this.
    Whole(Response<Full<Bytes>>),
    /// With the events since a state, for as long as the browser listens.
    Events {
        /// The stamp of the state the page knows.
        since: String,
    },
}

/// Whom the server answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gate {
    /// The address that is listened on.
    pub(super) host: IpAddr,
    /// The port that is listened on.
    pub(super) port: u16,
}

impl Gate {
    /// Whether a request was meant for this server. A name that leads here by somebody else's DNS was not.
    fn admits(self, request: &Parts) -> bool {
        let mut hosts = request.headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let target = request.uri.authority();
        host.to_str().is_ok_and(|host| self.is_ours(host)) && target.is_none_or(|target| self.is_ours(target.as_str()))
    }

    /// Whether a request comes from a page of ours, or from no page at all.
    fn admits_page(self, request: &Parts) -> bool {
        let ours = |origin: &str| origin.strip_prefix("http://").is_some_and(|host| self.is_ours(host));
        let origin = request.headers.get_all(ORIGIN).iter().all(|origin| origin.to_str().is_ok_and(ours));
        let site = HeaderName::from_static("sec-fetch-site");
        let near = |site: &HeaderValue| matches!(site.as_bytes(), b"same-origin" | b"none");
        origin && request.headers.get_all(site).iter().all(near)
    }

    fn is_ours(self, authority: &str) -> bool {
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (authority, "80"),
        };
        let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        digits && port.parse() == Ok(self.port) && self.is_our_name(host)
    }

    fn is_our_name(self, host: &str) -> bool {
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let address = match bare {
            Some(bare) => bare.parse::<Ipv6Addr>().map(IpAddr::V6).ok(),
            None => host.parse::<Ipv4Addr>().map(IpAddr::V4).ok(),
        };
        match address {
            // Listening everywhere means being found under addresses we do not know. An address is no name that DNS
            // could turn our way, so it is safe to answer.
            Some(address) => address == self.host || is_this_machine(address) || self.host.is_unspecified(),
            None => host.eq_ignore_ascii_case("localhost"),
        }
    }
}

/// Answers the head of a request.
pub(super) fn answer(request: &Parts, shown: &PreviewView, gate: Gate) -> Answer {
    if !gate.admits(request) {
        let why = "This preview answers to localhost and to the address of --host only.\n";
        return Answer::Whole(respond(StatusCode::FORBIDDEN, TEXT, why));
    }
    if !matches!(request.method, Method::GET | Method::HEAD) {
        let mut refusal = respond(StatusCode::METHOD_NOT_ALLOWED, TEXT, "Only GET and HEAD are answered.\n");
        refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Answer::Whole(refusal);
    }
    match request.uri.path() {
        "/__chapbook/reload.js" => Answer::Whole(respond(StatusCode::OK, content_type("reload.js"), RELOAD_JS)),
        "/__chapbook/events" if request.method == Method::GET => events(request, shown, gate),
        path if shown.site().is_some() => Answer::Whole(page(path, request.uri.query(), shown)),
        _ => Answer::Whole(not_built(shown)),
    }
}

/// A response with the headers that all responses bear.
pub(super) fn respond(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    protect(response.headers_mut(), content_type);
    response
}

/// The headers that all responses bear: no guessing of types, no keeping, no use by pages of other origins.
pub(super) fn protect(headers: &mut hyper::HeaderMap, content_type: &'static str) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("same-origin"));
}

fn is_this_machine(address: IpAddr) -> bool {
    address == IpAddr::V4(Ipv4Addr::LOCALHOST) || address == IpAddr::V6(Ipv6Addr::LOCALHOST)
}

fn events(request: &Parts, shown: &PreviewView, gate: Gate) -> Answer {
    if !gate.admits_page(request) {
        return Answer::Whole(respond(StatusCode::FORBIDDEN, TEXT, "These events are for pages of this preview.\n"));
    }
    // A browser that comes back says which event it had last; that is newer than what the page was made with.
    let last = request.headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let asked = request.uri.query().and_then(|query| query.strip_prefix("since="));
    Answer::Events { since: last.or(asked).map_or_else(|| shown.stamp(), ToOwned::to_owned) }
}

fn page(path: &str, query: Option<&str>, shown: &PreviewView) -> Response<Full<Bytes>> {
    let Some(path) = plain_path(path) else {
        return respond(StatusCode::BAD_REQUEST, TEXT, "This is not the path of a page.\n");
    };
    let find = |path: &str| SitePath::new(path).and_then(|path| Some((shown.file(&path)?, path)));
    if path.is_empty() || path.ends_with('/') {
        let found = find(&format!("{path}index.html"));
        return found.map_or_else(|| missing(shown), |(file, path)| serve(StatusCode::OK, &path, file, shown));
    }
    if let Some((file, path)) = find(&path) {
        return serve(StatusCode::OK, &path, file, shown);
    }
    match find(&format!("{path}/index.html")) {
        Some(_) => redirect(&path, query),
        None => missing(shown),
    }
}

/// The path that a request names, decoded once; `None` for spellings that no link of a site has.
///
/// What comes back is looked up in the site as it stands, so nothing depends on this list being complete.
fn plain_path(path: &str) -> Option<String> {
    let segments: Vec<String> = path.strip_prefix('/')?.split('/').map(decode).collect();
    let odd = |name: &String| {
        matches!(name.as_str(), "." | "..") || name.contains(['/', '\\']) || name.chars().any(char::is_control)
    };
    let (_, folders) = segments.split_last()?;
    let plain = !segments.iter().any(odd) && !folders.iter().any(String::is_empty);
    plain.then(|| segments.join("/"))
}

fn redirect(path: &str, query: Option<&str>) -> Response<Full<Bytes>> {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = respond(StatusCode::TEMPORARY_REDIRECT, TEXT, "");
    if let Ok(to) = HeaderValue::try_from(format!("/{}/{query}", encode_path(path))) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

fn missing(shown: &PreviewView) -> Response<Full<Bytes>> {
    let path = SitePath::new("404.html");
    let found = path.and_then(|path| Some((shown.file(&path)?, path)));
    match found {
        Some((file, path)) => serve(StatusCode::NOT_FOUND, &path, file, shown),
        None => respond(StatusCode::NOT_FOUND, TEXT, "There is no such page.\n"),
    }
}

fn serve(status: StatusCode, path: &SitePath, file: &SiteFile, shown: &PreviewView) -> Response<Full<Bytes>> {
    let kind = content_type(path.as_str());
    let Ok(bytes) = file.bytes() else {
        return respond(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "The page cannot be read back from disk.\n");
    };
    let bytes = Bytes::from(bytes.into_owned());
    let mut response =
        respond(status, kind, if kind == HTML { with_reload(&bytes, path.as_str(), shown) } else { bytes });
    // Files of the content are not trusted, and these would run scripts where they are opened by themselves.
    if file.role == Role::Asset && ["image/svg", "application/xml"].iter().any(|media| kind.starts_with(media)) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    }
    response
}

/// The page while there is no good site yet; its empty path makes it reload at the first one.
fn not_built(shown: &PreviewView) -> Response<Full<Bytes>> {
    let errors = escape(shown.errors().unwrap_or_default());
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>chapbook</title></head>\n\
         <body><h1>The book cannot be built yet</h1>\n<pre>{errors}</pre></body></html>\n"
    );
    respond(StatusCode::SERVICE_UNAVAILABLE, HTML, with_reload(page.as_bytes(), "", shown))
}

/// Puts the reload script at the end of a page's body, or of the page if it has none.
fn with_reload(page: &[u8], path: &str, shown: &PreviewView) -> Bytes {
    let (path, build) = (escape(path), shown.stamp());
    let script = format!(
        "<script src=\"/__chapbook/reload.js\" defer data-chapbook-build=\"{build}\" data-chapbook-page=\"{path}\"></script>"
    );
    let end = b"</body>";
    let at = page.windows(end.len()).rposition(|window| window.eq_ignore_ascii_case(end)).unwrap_or(page.len());
    [&page[..at], script.as_bytes(), &page[at..]].concat().into()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The media type of a file by its name.
fn content_type(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    match extension.as_str() {
        "html" | "htm" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "md" | "markdown" => "text/markdown; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "txt" | "toml" | "yaml" | "yml" => TEXT,
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "epub" => "application/epub+zip",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use hyper::Request;

    use super::*;
    use crate::site::Site;

    const GATE: Gate = Gate { host: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 4000 };

    fn shown() -> PreviewView {
        let mut site = Site::default();
        for (path, text) in [
            ("index.html", "<body>home</BODY></html>"),
            ("404.html", "lost"),
            ("a/index.html", "<body>a</body>"),
            ("a/b c.html", "bc"),
            ("安装/步骤.html", "步"),
            ("100%.html", "per cent"),
            ("q\"&<.html", "quoted"),
            ("css/x.css", "body{}"),
            ("js/x.js", "</body>"),
            ("feed.xml", "<feed/>"),
            ("CNAME", "x"),
        ] {
            site.insert(SitePath::new(path).unwrap(), Role::Page, text.as_bytes()).unwrap();
        }
        PreviewView::nothing(7).good(site)
    }

    fn ask_with(method: &str, target: &str, headers: &[(&str, &str)], gate: Gate) -> Answer {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(&request.body(()).unwrap().into_parts().0, &shown(), gate)
    }

    fn ask(target: &str) -> (u16, String) {
        whole(ask_with("GET", target, &[("host", "localhost:4000")], GATE))
    }

    fn whole(answer: Answer) -> (u16, String) {
        let Answer::Whole(response) = answer else { return (200, "events".to_owned()) };
        let status = response.status().as_u16();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let body = runtime.block_on(response.into_body().collect()).unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn pages_are_found_by_their_exact_path() {
        for (target, status, starts) in [
            ("/", 200, "<body>home"),
            ("/?q=x", 200, "<body>home"),
            ("/index.html", 200, "<body>home"),
            ("/a/", 200, "<body>a"),
            ("/a/b%20c.html", 200, "bc"),
            ("/%E5%AE%89%E8%A3%85/%E6%AD%A5%E9%AA%A4.html", 200, "步"),
            ("/100%25.html", 200, "per cent"),
            ("/q%22&%3C.html", 200, "quoted"),
            ("/css/x.css", 200, "body{}"),
            ("/css/x.css?build=7-1", 200, "body{}"),
            ("/a", 307, ""),
            ("/css", 404, "lost"),
            ("/css/", 404, "lost"),
            ("/b", 404, "lost"),
            ("/index", 404, "lost"),
            ("/index.html/", 404, "lost"),
            ("/INDEX.HTML", 404, "lost"),
            ("/__chapbook/", 404, "lost"),
            ("/__chapbook/reload.js", 200, "//"),
        ] {
            let (found, body) = ask(target);
            assert!(found == status && body.starts_with(starts), "{target}: {found} {body}");
        }
    }

    #[test]
    fn odd_spellings_reach_nothing() {
        for target in [
            "/..",
            "/../",
            "/../index.html",
            "/a/../index.html",
            "/a/..",
            "/./index.html",
            "/.",
            "//",
            "//index.html",
            "/a//index.html",
            "//evil.example/",
            "/%2e%2e/index.html",
            "/%2E%2E/index.html",
            "/.%2e/index.html",
            "/%2e./index.html",
            "/%2e/index.html",
            "/%2e%2e%2findex.html",
            "/..%2findex.html",
            "/..%2Findex.html",
            "/a%2findex.html",
            "/a%2f..%2findex.html",
            "/%2findex.html",
            "/%2f%2fevil.example",
            "/..%5cindex.html",
            "/..\\index.html",
            "/a\\index.html",
            "/a%5cindex.html",
            "/a%5C..%5Cindex.html",
            "/index.html%00",
            "/index.html%00.css",
            "/%00",
            "/index.html%0a",
            "/index.html%0d%0aX:y",
            "/index.html%09",
            "/%252e%252e/index.html",
            "/%252findex.html",
            "/%25%32%65%25%32%65/index.html",
            "/%c0%ae%c0%ae/index.html",
            "/%c0%afindex.html",
            "/%e0%80%afindex.html",
            "/%uff0e%uff0e/index.html",
            "/..;/index.html",
            "/;/index.html",
            "/index.html;x",
            "/index.html::$DATA",
            "/index.html.",
            "/index.html%20",
            "/index.html~",
            "/C:/index.html",
            "/C:%5cindex.html",
            "/etc/passwd",
            "/%2fetc%2fpasswd",
            "/.../index.html",
            "/....//index.html",
            "/%ef%bc%8e%ef%bc%8e/index.html",
            "/.git/config",
            "/.env",
            "/chapbook.toml",
            "/__chapbook/../index.html",
            "/__chapbook/%2e%2e/index.html",
            "/__chapbook/Events",
            "/100%.html%",
            "*",
        ] {
            let Ok(uri) = target.parse::<hyper::Uri>() else { continue };
            let (status, body) = ask(&uri.to_string());
            assert!(matches!(status, 400 | 404), "{target}: {status}");
            assert!(!body.contains("home") && !body.contains("<body>a"), "{target}: {body}");
        }
        // What is not valid percent-encoding stands for itself.
        assert_eq!(ask("/100%.html").0, 200);
    }

    #[test]
    fn no_spelling_climbs() {
        let dots = [
            "..",
            "%2e%2e",
            "%2E.",
            ".%2e",
            "%252e%252e",
            "..;",
            "%c0%ae%c0%ae",
            "%uff0e%uff0e",
            "..%00",
            "%ef%bc%8e%ef%bc%8e",
        ];
        let slashes = ["/", "%2f", "%5c", "%252f", "//", "%c0%af", ";/", "/%09/"];
        let targets = ["etc/passwd", "index.html", "chapbook.toml", "a/index.html"];
        let mut tried = 0;
        for at in 0..dots.len() * slashes.len() * targets.len() {
            let (dots, slash, target) = (dots[at % 10], slashes[at / 10 % 8], targets[at / 80]);
            for path in [format!("/{dots}{slash}{target}"), format!("/a{slash}{dots}{slash}{dots}{slash}{target}")] {
                let Ok(uri) = path.parse::<hyper::Uri>() else { continue };
                let (status, body) = ask(&uri.to_string());
                assert!(matches!(status, 400 | 404), "{path}: {status}");
                assert!(!body.contains("home") && !body.contains("<body>a"), "{path}: {body}");
                tried += 1;
            }
        }
        assert!(tried >= 190, "{tried} spellings");
    }

    #[test]
    fn images_that_are_opened_by_themselves_run_nothing() {
        let mut site = Site::default();
        for (path, role) in
            [("a.svg", Role::Asset), ("a.xml", Role::Asset), ("feed.xml", Role::Meta), ("a.png", Role::Asset)]
        {
            site.insert(SitePath::new(path).unwrap(), role, &b"<svg/>"[..]).unwrap();
        }
        let shown = PreviewView::nothing(7).good(site);
        for (target, policy) in
            [("/a.svg", Some("sandbox")), ("/a.xml", Some("sandbox")), ("/feed.xml", None), ("/a.png", None)]
        {
            let request = Request::builder().uri(target).header("host", "localhost:4000").body(()).unwrap();
            let Answer::Whole(response) = answer(&request.into_parts().0, &shown, GATE) else { panic!() };
            let found = response.headers().get(CONTENT_SECURITY_POLICY).map(|value| value.to_str().unwrap());
            assert_eq!(found, policy, "{target}");
        }
    }

    #[test]
    fn folders_lead_to_their_index() {
        for (target, location) in [("/a", "/a/"), ("/a?q=%22", "/a/?q=%22")] {
            let Answer::Whole(response) = ask_with("GET", target, &[("host", "localhost:4000")], GATE) else {
                panic!()
            };
            assert_eq!(response.headers()[LOCATION], location);
        }
    }

    #[test]
    fn only_our_names_are_answered() {
        let any = Gate { host: IpAddr::V4(Ipv4Addr::UNSPECIFIED), port: 4000 };
        let other = Gate { host: "192.168.1.5".parse().unwrap(), port: 80 };
        for (gate, host, admitted) in [
            (GATE, "localhost:4000", true),
            (GATE, "LocalHost:4000", true),
            (GATE, "127.0.0.1:4000", true),
            (GATE, "[::1]:4000", true),
            (GATE, "[0:0:0:0:0:0:0:1]:4000", true),
            (GATE, "localhost", false),
            (GATE, "localhost:80", false),
            (GATE, "localhost:4001", false),
            (GATE, "localhost:", false),
            (GATE, "localhost:+4000", false),
            (GATE, "localhost:4000:4000", false),
            (GATE, "localhost.:4000", false),
            (GATE, "evil.example:4000", false),
            (GATE, "localhost.evil.example:4000", false),
            (GATE, "127.0.0.1.evil.example:4000", false),
            (GATE, "evil@localhost:4000", false),
            (GATE, "localhost:4000@evil.example", false),
            (GATE, "127.1:4000", false),
            (GATE, "2130706433:4000", false),
            (GATE, "0x7f.1:4000", false),
            (GATE, "0.0.0.0:4000", false),
            (GATE, "192.168.1.5:4000", false),
            (GATE, "::1:4000", false),
            (GATE, "[::1]", false),
            (GATE, "[127.0.0.1]:4000", false),
            (GATE, "", false),
            (GATE, ":4000", false),
            (any, "192.168.1.5:4000", true),
            (any, "[fe80::1]:4000", true),
            (any, "localhost:4000", true),
            (any, "my-laptop:4000", false),
            (other, "192.168.1.5", true),
            (other, "192.168.1.5:80", true),
            (other, "localhost", true),
            (other, "192.168.1.6", false),
        ] {
            let (status, _) = whole(ask_with("GET", "/", &[("host", host)], gate));
            assert_eq!(status, if admitted { 200 } else { 403 }, "{host:?} at {gate:?}");
        }
        let two = [("host", "localhost:4000"), ("host", "evil.example:4000")];
        for (target, headers) in [("/", &two[..]), ("/", &[]), ("http://evil.example:4000/", &two[..1])] {
            assert_eq!(whole(ask_with("GET", target, headers, GATE)).0, 403, "{target} {headers:?}");
        }
        assert_eq!(whole(ask_with("GET", "http://localhost:4000/", &two[..1], GATE)).0, 200);
    }

    #[test]
    fn events_are_for_our_own_pages() {
        for (name, value, admitted) in [
            ("accept", "text/event-stream", true),
            ("origin", "http://localhost:4000", true),
            ("origin", "http://127.0.0.1:4000", true),
            ("origin", "http://localhost:3000", false),
            ("origin", "https://localhost:4000", false),
            ("origin", "http://evil.example", false),
            ("origin", "null", false),
            ("origin", "", false),
            ("sec-fetch-site", "same-origin", true),
            ("sec-fetch-site", "none", true),
            ("sec-fetch-site", "same-site", false),
            ("sec-fetch-site", "cross-site", false),
        ] {
            let headers = [("host", "localhost:4000"), (name, value)];
            let (status, _) = whole(ask_with("GET", "/__chapbook/events", &headers, GATE));
            assert_eq!(status, if admitted { 200 } else { 403 }, "{name}: {value}");
        }
    }

    #[test]
    fn events_begin_where_the_page_stands() {
        let host = ("host", "localhost:4000");
        for (target, headers, stamp) in [
            ("/__chapbook/events", vec![host], "7-1"),
            ("/__chapbook/events?since=7-0", vec![host], "7-0"),
            ("/__chapbook/events?since=7-0", vec![host, ("last-event-id", "7-5")], "7-5"),
        ] {
            match ask_with("GET", target, &headers, GATE) {
                Answer::Events { since } => assert_eq!(since, stamp, "{target} {headers:?}"),
                Answer::Whole(other) => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn only_reading_is_answered() {
        for (method, status) in [
            ("GET", 200),
            ("HEAD", 200),
            ("POST", 405),
            ("PUT", 405),
            ("DELETE", 405),
            ("OPTIONS", 405),
            ("PATCH", 405),
            ("TRACE", 405),
            ("BREW", 405),
        ] {
            let answered = whole(ask_with(method, "/", &[("host", "localhost:4000")], GATE)).0;
            assert_eq!(answered, status, "{method}");
        }
    }

    #[test]
    fn every_response_is_protected() {
        for target in ["/", "/nothing", "/a", "/css/x.css", "/CNAME", "/%00", "/__chapbook/reload.js"] {
            let Answer::Whole(response) = ask_with("GET", target, &[("host", "localhost:4000")], GATE) else {
                panic!()
            };
            let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap());
            assert_eq!(header("x-content-type-options"), Some("nosniff"), "{target}");
            assert_eq!(header("cache-control"), Some("no-store"), "{target}");
            assert_eq!(header("cross-origin-resource-policy"), Some("same-origin"), "{target}");
            assert_eq!(header("access-control-allow-origin"), None, "{target}");
            assert!(header("content-type").is_some_and(|kind| !kind.starts_with("text/") || kind.contains("charset")));
        }
    }

    #[test]
    fn html_bears_the_reload_script_and_nothing_else_does() {
        let script = |page: &str| {
            format!(
                "<script src=\"/__chapbook/reload.js\" defer data-chapbook-build=\"7-1\" data-chapbook-page=\"{page}\"></script>"
            )
        };
        for (target, body) in [
            ("/", format!("<body>home{}</BODY></html>", script("index.html"))),
            ("/a/", format!("<body>a{}</body>", script("a/index.html"))),
            ("/nothing", format!("lost{}", script("404.html"))),
            ("/q%22&%3C.html", format!("quoted{}", script("q&quot;&amp;&lt;.html"))),
            ("/js/x.js", "</body>".to_owned()),
            ("/css/x.css", "body{}".to_owned()),
            ("/feed.xml", "<feed/>".to_owned()),
        ] {
            assert_eq!(ask(target).1, body, "{target}");
        }
    }

    #[test]
    fn errors_of_the_first_build_are_text() {
        let shown = PreviewView::nothing(7).bad("<script>alert(1)</script> & more");
        let request = Request::builder().uri("/x/y").header("host", "localhost:4000").body(()).unwrap();
        let (status, body) = whole(answer(&request.into_parts().0, &shown, GATE));
        assert_eq!(status, 503);
        assert!(body.contains("<pre>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</pre>"), "{body}");
        assert!(body.contains("data-chapbook-page=\"\""), "{body}");
    }
}
