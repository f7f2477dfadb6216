//! Reads pages with an HTML tokenizer: their elements, and links without a target.

use std::collections::{BTreeMap, BTreeSet};

use html5gum::{DefaultEmitter, Token, Tokenizer};

use crate::book::extension;

/// A start tag.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The start tags of a page, in order.
pub(crate) fn elements(page: &str) -> Vec<Element> {
    let mut emitter: DefaultEmitter = DefaultEmitter::default();
    // The content of `script`, `style`, `title` and `textarea` is text, as in a browser.
    emitter.naively_switch_states(true);
    let tokens = Tokenizer::new_with_emitter(page, emitter).map(|token| match token {
        Ok(token) => token,
        Err(never) => match never {},
    });
    tokens
        .filter_map(|token| match token {
            Token::StartTag(tag) => Some(Element {
                name: text(&tag.name),
                attributes: tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect(),
            }),
            _ => None,
        })
        .collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The pages of a site among its files.
pub(crate) fn pages(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, Vec<Element>> {
    files
        .iter()
        .filter(|(path, _)| extension(path) == "html")
        .map(|(path, bytes)| (path.as_str(), elements(std::str::from_utf8(bytes).unwrap())))
        .collect()
}

/// The links of a site without a target, as "page: href".
pub(crate) fn dead_links(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let pages = pages(files);
    let ids: BTreeMap<&str, BTreeSet<&str>> = pages.iter().map(|(path, page)| (*path, ids(page))).collect();
    let base = base(&pages);
    let is_dead = |from: &str, href: &str| match internal(from, href.strip_prefix(base).unwrap_or(href)) {
        Some((path, anchor)) => !has_target(&path, &anchor, files, &ids),
        None => false,
    };
    let hrefs = pages.iter().flat_map(|(path, page)| page.iter().flat_map(links).map(move |href| (*path, href)));
    hrefs.filter(|(path, href)| is_dead(path, href)).map(|(path, href)| format!("{path}: {href}")).collect()
}

/// The path of the site on its host. `404.html` is served at any depth, so its links begin with this path.
fn base<'a>(pages: &'a BTreeMap<&str, Vec<Element>>) -> &'a str {
    let frame = pages.get("404.html").and_then(|page| page.iter().find(|element| element.name == "html"));
    let root = frame.and_then(|html| html.attribute("data-root")).unwrap_or_default();
    // The slash stays before what is left, so that it is still a path from the root.
    root.strip_suffix('/').unwrap_or(root)
}

/// The ids of a page. A duplicate id fails the test.
fn ids(page: &[Element]) -> BTreeSet<&str> {
    let mut ids = BTreeSet::new();
    for id in page.iter().filter_map(|element| element.attribute("id")) {
        assert!(ids.insert(id), "the id `{id}` is on one page twice");
    }
    ids
}

fn links(element: &Element) -> impl Iterator<Item = &str> {
    let refresh = element.attribute("content").filter(|_| element.attribute("http-equiv") == Some("refresh"));
    let refresh = refresh.and_then(|content| content.split_once("url=")).map(|(_, url)| url);
    ["href", "src"].into_iter().filter_map(|name| element.attribute(name)).chain(refresh)
}

/// Path and anchor of a link inside the site, decoded; `None` for an external link.
pub(crate) fn internal(from: &str, href: &str) -> Option<(String, String)> {
    let (path, anchor) = href.split_once('#').unwrap_or((href, ""));
    let path = path.split('?').next().unwrap_or_default();
    let anchor = chapbook::path::decode(anchor);
    if path.is_empty() {
        return Some((from.to_owned(), anchor));
    }
    if path.split('/').next().is_some_and(|first| first.contains(':')) || path.starts_with("//") {
        return None;
    }
    let mut segments: Vec<&str> = if path.starts_with('/') { Vec::new() } else { from.split('/').collect() };
    segments.pop();
    for segment in path.split('/') {
        match segment {
            "." | "" => {}
            // Above the root of the site nothing is found.
            ".." => segments.pop().map_or_else(|| segments.push(".."), drop),
            name => segments.push(name),
        }
    }
    let folder = if path.ends_with('/') || path.ends_with('.') { "/index.html" } else { "" };
    let path = format!("{}{folder}", segments.join("/"));
    Some((chapbook::path::decode(path.trim_start_matches('/')), anchor))
}

fn has_target(
    path: &str,
    anchor: &str,
    files: &BTreeMap<String, Vec<u8>>,
    ids: &BTreeMap<&str, BTreeSet<&str>>,
) -> bool {
    // The empty fragment and `#top` are the top of any page (HTML, section 7.4.6.4).
    let anchor_is_there = || matches!(anchor, "" | "top") || ids.get(path).is_none_or(|ids| ids.contains(anchor));
    files.contains_key(path) && anchor_is_there()
}

/// Elements without an end tag (HTML, section 13.1.2).
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// The first unbalanced tag of a page, "" for an element that is never closed; `None` if all are balanced.
pub(crate) fn unbalanced(page: &str) -> Option<String> {
    let mut emitter: DefaultEmitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut open: Vec<String> = Vec::new();
    for token in Tokenizer::new_with_emitter(page, emitter) {
        match token {
            Ok(Token::StartTag(tag)) if tag.self_closing || VOID.contains(&text(&tag.name).as_str()) => {}
            Ok(Token::StartTag(tag)) => open.push(text(&tag.name)),
            Ok(Token::EndTag(tag)) => {
                let (name, expected) = (text(&tag.name), open.pop());
                if expected.as_ref() != Some(&name) {
                    return Some(format!("`</{name}>` where {expected:?} is open"));
                }
            }
            Ok(_) => {}
            Err(never) => match never {},
        }
    }
    open.pop().map(|name| format!("`<{name}>` is left open"))
}
