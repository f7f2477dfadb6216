//! Tests of answering: which requests get which file, status and headers.

use http_body_util::BodyExt;
use hyper::Request;
use hyper::header::{CONTENT_SECURITY_POLICY, LOCATION};

use super::allowed_hosts::AllowedHosts;
use super::answer::{Answer, answer};
use super::preview_view::PreviewView;
use crate::path::SitePath;
use crate::site::{Role, Site};

fn at(host: &str, names: &[&str]) -> AllowedHosts {
    AllowedHosts { host: host.parse().unwrap(), names: names.iter().map(|name| (*name).to_owned()).collect() }
}

fn local() -> AllowedHosts {
    at("127.0.0.1", &[])
}

fn view() -> PreviewView {
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
    PreviewView::empty(7).with_site(site)
}

fn ask_with(method: &str, target: &str, headers: &[(&str, &str)], hosts: &AllowedHosts) -> Answer {
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(&request.body(()).unwrap().into_parts().0, &view(), hosts)
}

fn ask(target: &str) -> (u16, String) {
    whole(ask_with("GET", target, &[("host", "localhost:4000")], &local()))
}

fn whole(answer: Answer) -> (u16, String) {
    let Answer::Complete(response) = answer else { return (200, "events".to_owned()) };
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
fn malformed_paths_are_rejected() {
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
    // Invalid percent-encoding is taken literally.
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
fn images_opened_in_a_tab_run_no_scripts() {
    let mut site = Site::default();
    for (path, role) in
        [("a.svg", Role::Asset), ("a.xml", Role::Asset), ("feed.xml", Role::Meta), ("a.png", Role::Asset)]
    {
        site.insert(SitePath::new(path).unwrap(), role, &b"<svg/>"[..]).unwrap();
    }
    let view = PreviewView::empty(7).with_site(site);
    for (target, policy) in
        [("/a.svg", Some("sandbox")), ("/a.xml", Some("sandbox")), ("/feed.xml", None), ("/a.png", None)]
    {
        let request = Request::builder().uri(target).header("host", "localhost:4000").body(()).unwrap();
        let Answer::Complete(response) = answer(&request.into_parts().0, &view, &local()) else { panic!() };
        let found = response.headers().get(CONTENT_SECURITY_POLICY).map(|value| value.to_str().unwrap());
        assert_eq!(found, policy, "{target}");
    }
}

#[test]
fn folders_lead_to_their_index() {
    for (target, location) in [("/a", "/a/"), ("/a?q=%22", "/a/?q=%22")] {
        let Answer::Complete(response) = ask_with("GET", target, &[("host", "localhost:4000")], &local()) else {
            panic!()
        };
        assert_eq!(response.headers()[LOCATION], location);
    }
}

#[test]
fn only_our_names_are_answered() {
    let (hosts, any, other) = (local(), at("0.0.0.0", &[]), at("192.168.1.5", &[]));
    let named = at("127.0.0.1", &["my-space.example"]);
    for (hosts, host, admitted) in [
        (&hosts, "localhost:4000", true),
        (&hosts, "LocalHost:4000", true),
        (&hosts, "127.0.0.1:4000", true),
        (&hosts, "[::1]:4000", true),
        (&hosts, "[0:0:0:0:0:0:0:1]:4000", true),
        (&hosts, "localhost", true),
        (&hosts, "localhost:80", true),
        (&hosts, "localhost:18080", true),
        (&hosts, "localhost:", false),
        (&hosts, "localhost:99999", false),
        (&named, "my-space.example", true),
        (&named, "My-Space.example:443", true),
        (&named, "evil.example", false),
        (&named, "evil.my-space.example", false),
        (&hosts, "localhost:+4000", false),
        (&hosts, "localhost:4000:4000", false),
        (&hosts, "localhost.:4000", false),
        (&hosts, "evil.example:4000", false),
        (&hosts, "localhost.evil.example:4000", false),
        (&hosts, "127.0.0.1.evil.example:4000", false),
        (&hosts, "evil@localhost:4000", false),
        (&hosts, "localhost:4000@evil.example", false),
        (&hosts, "127.1:4000", false),
        (&hosts, "2130706433:4000", false),
        (&hosts, "0x7f.1:4000", false),
        (&hosts, "0.0.0.0:4000", false),
        (&hosts, "192.168.1.5:4000", false),
        (&hosts, "::1:4000", false),
        (&hosts, "[::1]", true),
        (&hosts, "[127.0.0.1]:4000", false),
        (&hosts, "", false),
        (&hosts, ":4000", false),
        (&any, "192.168.1.5:4000", true),
        (&any, "[fe80::1]:4000", true),
        (&any, "localhost:4000", true),
        (&any, "my-laptop:4000", false),
        (&other, "192.168.1.5", true),
        (&other, "192.168.1.5:80", true),
        (&other, "localhost", true),
        (&other, "192.168.1.6", false),
    ] {
        let (status, _) = whole(ask_with("GET", "/", &[("host", host)], hosts));
        assert_eq!(status, if admitted { 200 } else { 403 }, "{host:?} at {hosts:?}");
    }
    let two = [("host", "localhost:4000"), ("host", "evil.example:4000")];
    for (target, headers) in [("/", &two[..]), ("/", &[]), ("http://evil.example:4000/", &two[..1])] {
        assert_eq!(whole(ask_with("GET", target, headers, &local())).0, 403, "{target} {headers:?}");
    }
    assert_eq!(whole(ask_with("GET", "http://localhost:4000/", &two[..1], &local())).0, 200);
}

#[test]
fn events_are_for_our_own_pages() {
    for (name, value, admitted) in [
        ("accept", "text/event-stream", true),
        ("origin", "http://localhost:4000", true),
        ("origin", "http://127.0.0.1:4000", false),
        ("origin", "http://localhost:3000", false),
        ("origin", "https://localhost:4000", true),
        ("origin", "http://evil.example", false),
        ("origin", "null", false),
        ("origin", "", false),
        ("sec-fetch-site", "same-origin", true),
        ("sec-fetch-site", "none", true),
        ("sec-fetch-site", "same-site", false),
        ("sec-fetch-site", "cross-site", false),
    ] {
        let headers = [("host", "localhost:4000"), (name, value)];
        let (status, _) = whole(ask_with("GET", "/__chapbook/events", &headers, &local()));
        assert_eq!(status, if admitted { 200 } else { 403 }, "{name}: {value}");
    }
}

#[test]
fn events_begin_at_the_state_of_the_page() {
    let host = ("host", "localhost:4000");
    for (target, headers, stamp) in [
        ("/__chapbook/events", vec![host], "7-1"),
        ("/__chapbook/events?since=7-0", vec![host], "7-0"),
        ("/__chapbook/events?since=7-0", vec![host, ("last-event-id", "7-5")], "7-5"),
    ] {
        match ask_with("GET", target, &headers, &local()) {
            Answer::Events { since } => assert_eq!(since, stamp, "{target} {headers:?}"),
            Answer::Complete(other) => panic!("{other:?}"),
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
        let answered = whole(ask_with(method, "/", &[("host", "localhost:4000")], &local())).0;
        assert_eq!(answered, status, "{method}");
    }
}

#[test]
fn every_response_is_protected() {
    for target in ["/", "/nothing", "/a", "/css/x.css", "/CNAME", "/%00", "/__chapbook/reload.js"] {
        let Answer::Complete(response) = ask_with("GET", target, &[("host", "localhost:4000")], &local()) else {
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
    let view = PreviewView::empty(7).with_errors("<script>alert(1)</script> & more");
    let request = Request::builder().uri("/x/y").header("host", "localhost:4000").body(()).unwrap();
    let (status, body) = whole(answer(&request.into_parts().0, &view, &local()));
    assert_eq!(status, 503);
    assert!(body.contains("<pre>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</pre>"), "{body}");
    assert!(body.contains("data-chapbook-page=\"\""), "{body}");
}
