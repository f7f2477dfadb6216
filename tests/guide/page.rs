//! Parses a page into a tree of elements, with their text and headings.
//!
//! In: HTML that chapbook writes, in which every element is closed. Out: [`Node`]s.

use html5gum::{DefaultEmitter, Token, Tokenizer};
use std::collections::BTreeMap;

const VOID: &[&str] = &["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"];

/// An element with its children.
#[derive(Debug, Default, Clone)]
pub(super) struct Node {
    pub(super) name: String,
    attributes: BTreeMap<String, String>,
    pub(super) children: Vec<Child>,
}

#[derive(Debug, Clone)]
pub(super) enum Child {
    Element(Node),
    Text(String),
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    /// 1 to 6.
    pub(super) level: u8,
    /// The id that links refer to.
    pub(super) id: String,
    /// `1.1`, `第 1 章`, or empty.
    pub(super) number: String,
    pub(super) title: String,
}

impl Heading {
    /// The heading as it is displayed, with its number.
    pub(super) fn words(&self) -> String {
        format!("{} {}", self.number, self.title).trim().to_owned()
    }
}

/// A heading and the elements up to the next heading of any level.
#[derive(Debug)]
pub(super) struct Section<'a> {
    pub(super) heading: Heading,
    /// The elements and their descendants, in order.
    pub(super) elements: Vec<&'a Node>,
}

impl Node {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub(super) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|all| all.split(' ').any(|one| one == class))
    }

    /// All descendant elements, in order.
    pub(super) fn elements(&self) -> Vec<&Node> {
        let mut all = Vec::new();
        for child in &self.children {
            if let Child::Element(node) = child {
                all.push(node);
                all.extend(node.elements());
            }
        }
        all
    }

    pub(super) fn named(&self, name: &str) -> Vec<&Node> {
        self.elements().into_iter().filter(|node| node.name == name).collect()
    }

    pub(super) fn with_class(&self, class: &str) -> Vec<&Node> {
        self.elements().into_iter().filter(|node| node.has_class(class)).collect()
    }

    /// The text inside, without the numbers of notes. Ideographic spaces are kept, other white space is collapsed.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.collect(&mut text);
        text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn collect(&self, text: &mut String) {
        for child in &self.children {
            match child {
                Child::Text(words) => text.push_str(words),
                Child::Element(node) if node.has_class("cb-fnref") => {}
                Child::Element(node) => node.collect(text),
            }
        }
    }

    fn heading(&self) -> Option<Heading> {
        let level = self.name.strip_prefix('h').and_then(|level| level.parse().ok())?;
        let number = self.with_class("cb-number").first().map_or_else(String::new, |number| number.text());
        let title = self.text().trim_start_matches(&number).trim().to_owned();
        Some(Heading { level, id: self.attribute("id")?.to_owned(), number, title })
    }

    pub(super) fn headings(&self) -> Vec<Heading> {
        self.elements().into_iter().filter_map(Self::heading).collect()
    }

    pub(super) fn sections(&self) -> Vec<Section<'_>> {
        let mut sections: Vec<Section<'_>> = Vec::new();
        for node in self.elements() {
            match (node.heading(), sections.last_mut()) {
                (Some(heading), _) => sections.push(Section { heading, elements: Vec::new() }),
                (None, Some(section)) => section.elements.push(node),
                (None, None) => {}
            }
        }
        sections
    }
}

/// Parses a page.
pub(super) fn parse(page: &str) -> Node {
    let mut emitter: DefaultEmitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut open = vec![Node::default()];
    for token in Tokenizer::new_with_emitter(page, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter().map(|(name, value)| (words(name), words(value))).collect();
                let node = Node { name: words(&tag.name), attributes, children: Vec::new() };
                let is_closed = tag.self_closing || VOID.contains(&node.name.as_str());
                open.push(node);
                if is_closed {
                    close(&mut open);
                }
            }
            Token::EndTag(tag) => {
                let name = words(&tag.name);
                if open.iter().any(|node| node.name == name) {
                    while open.last().is_some_and(|node| node.name != name) {
                        close(&mut open);
                    }
                    close(&mut open);
                }
            }
            Token::String(text) => open.last_mut().unwrap().children.push(Child::Text(words(&text))),
            _ => {}
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    open.remove(0)
}

/// Closes the innermost open element: appends it to its parent.
fn close(open: &mut Vec<Node>) {
    let node = open.pop().unwrap();
    open.last_mut().unwrap().children.push(Child::Element(node));
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_page_is_parsed_into_a_tree() {
    let heading = r##"<h2 id="a"><span class="cb-number">1.1</span> What<a href="#a"></a></h2>"##;
    let page = parse(&format!("{heading}<p>x<br>y <b>z</b><sup class=\"cb-fnref\">1</sup>　.</p>"));
    let heading = Heading { level: 2, id: "a".into(), number: "1.1".into(), title: "What".into() };
    assert_eq!(page.headings(), [heading]);
    assert!(page.sections()[0].elements.iter().any(|node| node.name == "p"));
    assert_eq!(page.named("p")[0].text(), "xy z　.");
}
