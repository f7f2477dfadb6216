//! The components of MDX: `<Tabs>`, `<Admonition type="tip">`, `<Card title="…" href="…" />`. Those that are boxes, tabs, links or
//! pictures become Markdown; of others the text is kept. HTML with expressions (`style={{…}}`) loses these.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::argument::{self, literal, named};
use super::block_tag;
use super::changes::{Changes, Problem};
use super::inline_tag::{destination, label, picture};
use super::tag::{Braces, Tag};

/// The longest tag, in bytes.
const LONGEST: usize = 4096;

/// What a tag is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Start,
    End,
    Empty,
}

/// A tag of JSX.
struct Element<'a> {
    range: Range<usize>,
    name: &'a str,
    attributes: Range<usize>,
    form: Form,
}

/// Replaces the components in ranges of a text. `imports` are the files that it imports, by name.
pub(super) fn replace(text: &str, prose: &[Range<usize>], imports: &BTreeMap<&str, &str>, changes: &mut Changes) {
    let mut tags = Vec::new();
    let mut empty = BTreeSet::new();
    for range in prose {
        for element in elements(text, range) {
            if element.name.starts_with(|c: char| c.is_ascii_lowercase()) {
                plain_attributes(text, &element, imports, changes);
                continue;
            }
            if element.form == Form::Empty {
                empty.insert(element.range.start);
            }
            tags.push(Tag {
                range: element.range,
                braces: Braces::Component,
                closing: element.form == Form::End,
                name: element.name,
                arguments: &text[element.attributes],
            });
        }
    }
    let (single, pairs): (Vec<_>, Vec<_>) = tags.into_iter().partition(|tag| empty.contains(&tag.range.start));
    let rest = block_tag::replace_pairs(text, &pairs, changes);
    rest.into_iter().chain(single).for_each(|tag| component(&tag, imports, changes));
    expressions(text, prose, changes);
}

/// Replaces a component that is no box.
fn component(tag: &Tag<'_>, imports: &BTreeMap<&str, &str>, changes: &mut Changes) {
    let arguments = argument::read(tag.arguments);
    let title = named(&arguments, &["title", "label", "header", "summary"]).filter(|title| !title.is_empty());
    let address = named(&arguments, &["href", "to"]).filter(|address| !address.is_empty());
    let source = named(&arguments, &["src"]).map(|source| imports.get(source).copied().unwrap_or(source));
    let with = match (tag.name, title, address) {
        ("" | "TOCInline" | "TableOfContents", ..) => String::new(),
        ("Link" | "NavLink" | "A", None, Some(address)) => format!("[{}]({}) ", label(address), destination(address)),
        (_, Some(title), Some(address)) => format!("[{}]({}) ", label(title), destination(address)),
        _ if source.is_some_and(|source| !source.is_empty()) => picture(tag.arguments).unwrap_or_default(),
        (name, title, _) => {
            changes.unknown(tag.range.clone(), name, Problem::Component);
            title.map(|title| format!("**{}** ", title.replace('*', " "))).unwrap_or_default()
        }
    };
    changes.replace(tag.range.clone(), with);
}

/// The tags in a range of the text.
fn elements<'a>(text: &'a str, range: &Range<usize>) -> Vec<Element<'a>> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(open) = text[at..range.end].find('<').map(|offset| at + offset) {
        let element = element(text, open..range.end);
        at = element.as_ref().map_or(open + 1, |element| element.range.end);
        found.extend(element);
    }
    found
}

fn element(text: &str, range: Range<usize>) -> Option<Element<'_>> {
    let rest = &text[range.start + 1..range.end];
    let (closing, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
    let length =
        rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))).unwrap_or(rest.len());
    let start = range.end - rest.len() + length;
    let is_named = rest.starts_with(|c: char| c.is_ascii_alphabetic()) || rest.starts_with('>');
    if !is_named || !rest[length..].starts_with(|c: char| c.is_whitespace() || matches!(c, '/' | '>')) {
        return None;
    }
    let end = end(&text[start..range.end])? + start;
    let is_empty = text[start..end].ends_with('/');
    let form = match (closing, is_empty) {
        (true, _) => Form::End,
        (false, true) => Form::Empty,
        (false, false) => Form::Start,
    };
    Some(Element {
        range: range.start..end + 1,
        name: &rest[..length],
        attributes: start..end - usize::from(is_empty),
        form,
    })
}

/// The offset of the `>` that ends a tag: outside of quotes and braces.
fn end(attributes: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, byte) in attributes.bytes().enumerate().take(LONGEST) {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') => depth = depth.saturating_sub(1),
            (None, b'>') if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// Makes the attributes of an element of HTML those of HTML.
fn plain_attributes(text: &str, element: &Element<'_>, imports: &BTreeMap<&str, &str>, changes: &mut Changes) {
    let written = &text[element.attributes.clone()];
    if !written.contains("={") && !written.contains("className") {
        return;
    }
    let attributes = argument::read(written).into_iter().filter_map(|attribute| {
        let key = attribute.key?;
        let key = if key == "className" { "class" } else { key };
        let value = if attribute.braced {
            imports.get(attribute.value).copied().or(literal(attribute.value))
        } else {
            Some(attribute.value)
        };
        let value = value?.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
        key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-').then(|| format!(" {key}=\"{value}\""))
    });
    let attributes: String = attributes.collect();
    changes.replace(element.attributes.clone(), attributes);
}

/// Removes comments and replaces strings: `{/* a */}`, `{' '}`.
fn expressions(text: &str, prose: &[Range<usize>], changes: &mut Changes) {
    for range in prose {
        let mut at = range.start;
        while let Some(open) = text[at..range.end].find('{').map(|offset| at + offset) {
            let rest = &text[open..range.end];
            at = open + 1;
            let comment =
                rest.starts_with("{/*").then(|| rest.bytes().take(LONGEST).position(|byte| byte == b'}')).flatten();
            let string = (rest.starts_with("{'") || rest.starts_with("{\"")).then(|| string(rest)).flatten();
            if let Some(end) = comment.filter(|end| rest[..*end].ends_with("*/")) {
                changes.replace(open..open + end + 1, "");
                at = open + end + 1;
            } else if let Some(value) = string {
                changes.replace(open..open + value.len() + "{''}".len(), value);
                at = open + value.len() + "{''}".len();
            }
        }
    }
}

/// The string in `{'…'}`.
fn string(expression: &str) -> Option<&str> {
    let quote = *expression.as_bytes().get(1)?;
    let inside = &expression[2..];
    let length = inside.bytes().take(LONGEST).position(|byte| byte == quote || byte == b'\n')?;
    inside[length + 1..].starts_with('}').then_some(&inside[..length])
}

/// Removes the indentation of what is in components: MDX has no indented code.
pub(super) fn unindent(text: &str, changes: &mut Changes) {
    let mut bases: Vec<Option<usize>> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - rest.len();
        let is_end = rest.starts_with("</") && rest[2..].starts_with(|c: char| c.is_ascii_uppercase());
        if is_end {
            bases.pop();
        }
        let mut cut = 0;
        if let Some(base) = bases.last_mut().filter(|_| !rest.trim().is_empty()) {
            cut = indent.min(*base.get_or_insert(indent));
        }
        cut = if is_end { indent } else { cut };
        if cut > 0 {
            changes.replace(at..at + cut, "");
        }
        if begins_component(rest) {
            bases.push(None);
        }
        at += line.len();
    }
}

/// Whether a line begins a component that does not end in it.
fn begins_component(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('<').filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())) else {
        return false;
    };
    let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    !line.trim_end().ends_with("/>") && !line.contains(&format!("</{name}"))
}
