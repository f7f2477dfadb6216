//! The examples of the `CommonMark` specification and of GitHub's extensions, with raw HTML on.
//!
//! The specification's text has a licence of its own and is not part of this repository. `COMMONMARK_SPEC=FILE` names its
//! examples, a JSON list of `{ "example", "section", "markdown", "html" }`; without it the test does nothing.
//! Intended differences are listed in `docs/reference/markdown.md`, by section; every other difference fails.

use std::collections::BTreeMap;
use std::fs;

use html5gum::{DefaultEmitter, Token, Tokenizer};

use crate::book::{Book, built, files_of, repository};

const CONFIG: &str = r#"
[book]
title = "T"
[markdown]
raw_html = "all"
broken_links = "keep"
external_images = true
add_titles = false
definition_lists = false
highlight = false
[numbers]
chapters = false
"#;

#[derive(serde::Deserialize)]
struct Example {
    #[serde(rename = "example")]
    number: u32,
    section: String,
    markdown: String,
    html: String,
}

#[test]
fn the_examples_of_the_specification() {
    let Some(file) = std::env::var_os("COMMONMARK_SPEC") else { return };
    let examples: Vec<Example> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    // A line before the text keeps a rule at its top from being front matter.
    let chapters =
        examples.iter().enumerate().map(|(at, it)| (format!("content/e{at}.md"), format!("\n{}", it.markdown)));
    let home = ("content/README.md".to_owned(), "# Home\n".to_owned());
    let book = Book::of(chapters.chain([home, ("chapbook.toml".to_owned(), CONFIG.to_owned())]));
    let site = files_of(&built(book.path()));
    let listed = fs::read_to_string(repository().join("docs/reference/markdown.md")).unwrap_or_default();
    let (mut differ, mut by_design) = (Vec::new(), Vec::new());
    for (at, example) in examples.iter().enumerate() {
        let page = String::from_utf8_lossy(&site[&format!("e{at}.html")]).into_owned();
        // The list of link targets for printing is not part of the example.
        let found =
            plain(main_of(&page)).split("<section><h2>Link targets").next().unwrap().replace("<tbody></tbody>", "");
        let expected = plain(&example.html);
        if found == expected {
            continue;
        }
        let name = if example.section.contains("(extension)") { "GFM " } else { "" };
        if listed.contains(&format!("`{name}{}`", example.number)) {
            by_design.push(example.number);
            continue;
        }
        let Example { number, section, markdown, .. } = example;
        differ.push(format!("{number} ({section}): {markdown:?}\n  is     {found}\n  not    {expected}"));
    }
    println!("{} examples, {} differ by design: {:?}", examples.len(), by_design.len(), by_design);
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
}

/// The chapter of a page.
fn main_of(page: &str) -> &str {
    let start = page.find("<main").and_then(|at| Some(at + page[at..].find('>')? + 1)).unwrap();
    &page[start..page.rfind("</main>").unwrap()]
}

/// Elements around which white space is insignificant.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "iframe",
    "input",
    "li",
    "link",
    "main",
    "ol",
    "option",
    "p",
    "pre",
    "script",
    "section",
    "style",
    "summary",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "warning",
];

/// Attributes that chapbook adds.
const OURS: &[&str] = &[
    "aria-label",
    "decoding",
    "height",
    "id",
    "loading",
    "referrerpolicy",
    "rel",
    "role",
    "scope",
    "tabindex",
    "target",
    "width",
];

/// Normalized HTML: without additions of chapbook, attributes sorted, addresses decoded.
fn plain(html: &str) -> String {
    let mut emitter: DefaultEmitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut out = String::new();
    let mut open: Vec<(String, bool)> = Vec::new();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = text(&tag.name);
                let attributes: BTreeMap<String, String> =
                    tag.attributes.iter().map(|(name, value)| (text(name), text(&value.value))).collect();
                let class = attributes.get("class").map_or("", String::as_str);
                let ours = class.starts_with("cb-") && ["div", "figure", "a", "span", "label"].contains(&name.as_str());
                open.push((name.clone(), ours));
                if ours {
                    continue;
                }
                block(&name, &mut out);
                out.push_str(&format!("<{name}"));
                for (key, value) in attributes {
                    let value = if matches!(key.as_str(), "href" | "src") { address(&value) } else { value };
                    if let Some(side) =
                        value.strip_prefix("cb-").filter(|_| ["td", "th"].contains(&name.as_str()) && key == "class")
                    {
                        out.push_str(&format!(" align={side:?}"));
                    }
                    let is_ours = OURS.contains(&key.as_str())
                        || (key == "class" && value.starts_with("cb-"))
                        || key.starts_with("data-");
                    if !is_ours {
                        out.push_str(&format!(" {key}={value:?}"));
                    }
                }
                out.push('>');
            }
            Token::EndTag(tag) => {
                let name = text(&tag.name);
                let at = open.iter().rposition(|(open, _)| *open == name);
                if at.is_some_and(|at| open.remove(at).1) {
                    continue;
                }
                block(&name, &mut out);
                out.push_str(&format!("</{name}>"));
            }
            Token::String(part) => {
                let words = text(&part.value);
                let verbatim = open.iter().any(|(name, _)| name == "pre" || name == "textarea");
                for c in words.chars() {
                    let after_block = BLOCKS
                        .iter()
                        .any(|name| out.ends_with(&format!("<{name}>")) || out.ends_with(&format!("</{name}>")));
                    match c {
                        c if verbatim || !c.is_ascii_whitespace() => out.push(c),
                        _ if after_block || out.ends_with(' ') || out.is_empty() => {}
                        _ => out.push(' '),
                    }
                }
            }
            Token::Comment(comment) => out.push_str(&format!("<!--{}-->", text(&comment.value))),
            Token::Doctype(_) => out.push_str("<!>"),
            Token::Error(_) => {}
        }
    }
    out.trim().to_owned()
}

/// Writes a block tag and removes white space before it.
fn block(name: &str, out: &mut String) {
    if BLOCKS.contains(&name) {
        out.truncate(out.trim_end().len());
    }
}

fn address(value: &str) -> String {
    chapbook::path::decode(value).replace("&amp;", "&")
}
