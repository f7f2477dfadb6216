//! Chooses the response to a request: a function of the request and of the site in memory.
//!
//! In: the head of a request, the [`PreviewView`]. Out: an [`Answer`]. Requests are not trusted. They can come from any page
//! in the author's browser, and from the network if `--host` says so. They never lead to a path on disk.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};

use super::allowed_hosts::AllowedHosts;
use super::media_type::{HTML, TEXT, media_type};
use super::preview_view::PreviewView;
use crate::escape::attribute;
use crate::path::{SitePath, decode, encode_path, generated};
use crate::site::{Role, SiteFile};

const RELOAD_JS: &str = include_str!("reload.js");

/// The answer to a request.
#[derive(Debug)]
pub(super) enum Answer {
    /// A complete response.
    Complete(Response<Full<Bytes>>),
    /// A stream of the events since a state, until the browser closes it.
    Events {
        /// The id of the state that the page is up to date with.
        since: String,
    },
}

/// The answer to a request with this head.
pub(super) fn answer(request: &Parts, view: &PreviewView, hosts: &AllowedHosts) -> Answer {
    if !hosts.allows(request) {
        let why = "This preview answers requests to localhost and to the address given with --host. \
                   For another name, start it with --allow-host NAME.\n";
        return Answer::Complete(respond(StatusCode::FORBIDDEN, TEXT, why));
    }
    if !matches!(request.method, Method::GET | Method::HEAD) {
        let mut refusal = respond(StatusCode::METHOD_NOT_ALLOWED, TEXT, "Only GET and HEAD are allowed.\n");
        refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Answer::Complete(refusal);
    }
    match request.uri.path() {
        "/__chapbook/reload.js" => Answer::Complete(respond(StatusCode::OK, media_type("reload.js"), RELOAD_JS)),
        "/__chapbook/events" if request.method == Method::GET => events(request, view),
        path if view.site().is_some() => Answer::Complete(page(path, request.uri.query(), view)),
        _ => Answer::Complete(not_built(view)),
    }
}

/// A response with the headers that all responses have.
pub(super) fn respond(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    protect(response.headers_mut(), media_type);
    response
}

/// Sets the headers that all responses have: no content sniffing, no caching, no use by pages of other origins.
pub(super) fn protect(headers: &mut hyper::HeaderMap, media_type: &'static str) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("same-origin"));
}

fn events(request: &Parts, view: &PreviewView) -> Answer {
    if !AllowedHosts::allows_page(request) {
        return Answer::Complete(respond(
            StatusCode::FORBIDDEN,
            TEXT,
            "Only pages of this preview may read these events.\n",
        ));
    }
    // After a lost connection the browser sends the id of the last event, which is newer than the id in the page.
    let last = request.headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let asked = request.uri.query().and_then(|query| query.strip_prefix("since="));
    Answer::Events { since: last.or(asked).map_or_else(|| view.stamp(), ToOwned::to_owned) }
}

fn page(path: &str, query: Option<&str>, view: &PreviewView) -> Response<Full<Bytes>> {
    let Some(path) = plain_path(path) else {
        return respond(StatusCode::BAD_REQUEST, TEXT, "This is not a valid path.\n");
    };
    let find = |path: &str| SitePath::new(path).and_then(|path| Some((view.file(&path)?, path)));
    if path.is_empty() || path.ends_with('/') {
        let found = find(&format!("{path}index.html"));
        return found.map_or_else(|| missing(view), |(file, path)| serve(StatusCode::OK, &path, file, view));
    }
    if let Some((file, path)) = find(&path) {
        return serve(StatusCode::OK, &path, file, view);
    }
    match find(&format!("{path}/index.html")) {
        Some(_) => redirect(&path, query),
        None => missing(view),
    }
}

/// The path of a request, percent-decoded once; `None` if it has segments that no path of a site has, such as `..`.
///
/// The result is only looked up in the site in memory, so safety does not depend on these checks.
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

fn missing(view: &PreviewView) -> Response<Full<Bytes>> {
    let path = SitePath::new(generated::NOT_FOUND);
    let found = path.and_then(|path| Some((view.file(&path)?, path)));
    match found {
        Some((file, path)) => serve(StatusCode::NOT_FOUND, &path, file, view),
        None => respond(StatusCode::NOT_FOUND, TEXT, "Page not found.\n"),
    }
}

fn serve(status: StatusCode, path: &SitePath, file: &SiteFile, view: &PreviewView) -> Response<Full<Bytes>> {
    let kind = media_type(path.as_str());
    let Ok(bytes) = file.shared_bytes() else {
        return respond(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "The page cannot be read from the temporary file.\n");
    };
    let bytes = Bytes::from_owner(bytes);
    let mut response =
        respond(status, kind, if kind == HTML { with_reload(&bytes, path.as_str(), view) } else { bytes });
    // Files of the content are not trusted. These types run scripts when they are opened in a tab.
    if file.role == Role::Asset && ["image/svg", "application/xml"].iter().any(|media| kind.starts_with(media)) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    }
    response
}

/// The page that is served until the first build without errors. Its empty path makes it reload then.
fn not_built(view: &PreviewView) -> Response<Full<Bytes>> {
    let errors = attribute(view.errors().unwrap_or_default());
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>chapbook</title></head>\n\
         <body><h1>The book cannot be built yet</h1>\n<pre>{errors}</pre></body></html>\n"
    );
    respond(StatusCode::SERVICE_UNAVAILABLE, HTML, with_reload(page.as_bytes(), "", view))
}

/// Adds the reload script at the end of a page's body, or of the page if it has no `</body>`.
fn with_reload(page: &[u8], path: &str, view: &PreviewView) -> Bytes {
    let (path, build) = (attribute(path), view.stamp());
    let script = format!(
        "<script src=\"/__chapbook/reload.js\" defer data-chapbook-build=\"{build}\" data-chapbook-page=\"{path}\"></script>"
    );
    let end = b"</body>";
    let at = page.windows(end.len()).rposition(|window| window.eq_ignore_ascii_case(end)).unwrap_or(page.len());
    [&page[..at], script.as_bytes(), &page[at..]].concat().into()
}
