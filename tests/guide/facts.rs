//! The guide's facts: each has a row in the table of sources, each number in prose refers to a fact, and each telephone number
//! is on the page of telephone numbers.
//!
//! A block is a paragraph, list item, table row or term of a page. Notes, checklists, forms and logs are not prose.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::page::{Child, Node};
use super::{assert_none, guide, guide_file, texts};
use crate::book::extension;

/// How a fact was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rating {
    /// 甲: the text of the law was read.
    Primary,
    /// 乙: only a report about it was read.
    Secondary,
}

/// The telephone numbers of the guide.
const HOTLINES: &[&str] =
    &["110", "120", "96110", "12315", "12321", "12345", "12348", "12356", "12363", "12368", "12378"];

/// Numbers that are not called, so that the page of numbers does not list them: 12381 only sends messages; 010-12321 is 12321
/// as dialled from other places.
const NOT_CALLED: &[&str] = &["12381", "010-12321"];

/// Units of numbers in prose; longer ones first.
const UNITS: &[&str] = &["个工作日", "个月", "万元", "日", "天", "年", "元", "%", "倍", "次", "条"];

/// Units whose numbers are examples in quoted speech: dates and amounts.
const QUOTED_UNITS: &[&str] = &["日", "年", "元"];

const BLOCKS: &[&str] = &["p", "li", "tr", "dt", "dd", "figcaption", "summary", "h1", "h2", "h3", "h4"];

/// The text of a block, with `[^L10]` for a reference to a note.
#[derive(Debug)]
struct Block<'a> {
    page: &'a str,
    text: String,
    /// Whether it is in the filled-in example of a template.
    is_example: bool,
}

impl Block<'_> {
    fn has_source(&self) -> bool {
        self.text.contains("[^") || !ids(&self.text).is_empty()
    }

    /// Whether it is about an invented person or platform.
    fn is_invented(&self) -> bool {
        self.is_example || ["张三", "某某", "虚构"].iter().any(|word| self.text.contains(word))
    }
}

fn blocks() -> Vec<Block<'static>> {
    let mut blocks = Vec::new();
    for (page, main) in &guide().pages {
        collect(main, page, false, &mut blocks);
    }
    blocks
}

fn collect<'a>(node: &Node, page: &'a str, is_example: bool, blocks: &mut Vec<Block<'a>>) {
    if ["cb-footnotes", "cb-checklist", "cb-form", "cb-log"].iter().any(|class| node.has_class(class)) {
        return;
    }
    let is_example = is_example || node.attribute("data-key") == Some("填好的例子");
    if BLOCKS.contains(&node.name.as_str()) {
        let mut text = String::new();
        own_text(node, &mut text);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        blocks.push(Block { page, text, is_example });
    }
    for child in &node.children {
        if let Child::Element(inner) = child {
            collect(inner, page, is_example, blocks);
        }
    }
}

/// The text of a block without that of the blocks inside it.
fn own_text(node: &Node, text: &mut String) {
    for child in &node.children {
        match child {
            Child::Text(words) => text.push_str(words),
            Child::Element(inner) if BLOCKS.contains(&inner.name.as_str()) => {}
            Child::Element(inner) if inner.has_class("cb-fnref") => text.push_str(&reference(inner)),
            Child::Element(inner) => {
                own_text(inner, text);
                // Cells of a row are separated by spaces.
                text.push_str(if matches!(inner.name.as_str(), "td" | "th") { " " } else { "" });
            }
        }
    }
}

fn reference(node: &Node) -> String {
    let href = node.named("a").first().and_then(|link| link.attribute("href")).unwrap_or_default();
    format!("[^{}]", href.trim_start_matches("#fn-"))
}

/// The ids of facts in a text, such as `F-L10`.
fn ids(text: &str) -> BTreeSet<String> {
    let after = text.match_indices("F-").map(|(at, _)| text[at..].chars().take(5).collect::<String>());
    after.filter(|id| is_id(id)).collect()
}

fn is_id(id: &str) -> bool {
    let bytes = id.as_bytes();
    bytes.len() == 5 && bytes[2].is_ascii_uppercase() && bytes[3..].iter().all(u8::is_ascii_digit)
}

/// The rows of the table of sources, by id.
fn facts() -> BTreeMap<String, Rating> {
    let rows = guide().page("sources.html").named("tr");
    let mut facts = BTreeMap::new();
    for row in rows {
        let cells: Vec<String> = row.named("td").iter().map(|cell| cell.text()).collect();
        let [id, _, _, rating, day] = cells.as_slice() else { continue };
        let rating = match rating.chars().next() {
            Some('甲') => Rating::Primary,
            Some('乙') => Rating::Secondary,
            _ => panic!("{id} is rated `{rating}`"),
        };
        assert!(is_day(day), "{id} was checked on `{day}`");
        assert_eq!(facts.insert(id.clone(), rating), None, "{id} has two rows");
    }
    facts
}

fn is_day(day: &str) -> bool {
    let parts: Vec<&str> = day.split('-').collect();
    parts.iter().map(|part| part.len()).collect::<Vec<_>>() == [4, 2, 2]
        && parts.iter().all(|part| part.parse::<u16>().is_ok())
}

/// The notes of every chapter, as `(file, label, text)`.
fn notes() -> Vec<(String, String, String)> {
    let mut notes = Vec::new();
    for (file, text) in texts().into_iter().filter(|(file, _)| extension(file) == "md") {
        for line in text.lines().filter_map(|line| line.strip_prefix("[^")) {
            if let Some((label, words)) = line.split_once("]:") {
                notes.push((file.clone(), label.to_owned(), words.trim().to_owned()));
            }
        }
    }
    notes
}

#[test]
fn every_note_names_its_fact_and_the_day_it_was_checked() {
    let mut faults = Vec::new();
    let notes = notes();
    assert!(notes.len() > 100, "{} notes", notes.len());
    for (file, label, text) in notes {
        let fact = text.split_once("事实编号 ").map(|(_, rest)| rest.chars().take(5).collect::<String>());
        if fact.as_deref() != Some(&format!("F-{label}")) {
            faults.push(format!("{file}: [^{label}] names {fact:?}"));
        }
        let day = text.split_once("核对日期：").map(|(_, rest)| rest.trim_end_matches('。'));
        if !day.is_some_and(is_day) {
            faults.push(format!("{file}: [^{label}] was checked on {day:?}"));
        }
    }
    assert_none(&faults);
}

#[test]
fn every_fact_has_a_row_and_every_row_is_referred_to() {
    let facts = facts();
    let mut used = BTreeSet::new();
    for (file, text) in texts().into_iter().filter(|(file, _)| file != "sources.md") {
        for id in ids(&text) {
            assert!(facts.contains_key(&id), "{file}: {id} has no row in sources.md");
            used.insert(id);
        }
    }
    let unused: Vec<&String> = facts.keys().filter(|id| !used.contains(*id)).collect();
    assert!(unused.is_empty(), "rows that no page refers to: {unused:?}");
    let primary = facts.values().filter(|rating| **rating == Rating::Primary).count();
    let secondary = facts.len() - primary;
    let promise = format!(
        "全书用到 {} 条事实，其中 {primary} 条读到了条文文本（有的另有一部分转述），{secondary} 条只读到转述",
        facts.len()
    );
    assert!(guide().page("sources.html").text().contains(&promise), "sources.md does not say: {promise}");
}

/// Checked by sentence, which ends in 。！ or ？. A table row is one text.
#[test]
fn sentences_with_a_secondary_source_say_so() {
    let facts = facts();
    let mut faults = Vec::new();
    let mut count = 0;
    for block in blocks() {
        for sentence in block.text.split_inclusive(['。', '！', '？']) {
            let secondary = facts.iter().filter(|(_, rating)| **rating == Rating::Secondary);
            for (id, _) in secondary.filter(|(id, _)| sentence.contains(&format!("[^{}]", &id[2..]))) {
                count += 1;
                if !names_secondary_source(sentence) {
                    faults.push(format!("{}: {id}: {sentence}", block.page));
                }
            }
        }
    }
    assert_none(&faults);
    assert!(count > 60, "only {count} sentences were checked");
}

/// Whether a sentence contains 据 ("according to") as a word, not as a part of the words for evidence, basis or figures.
fn names_secondary_source(sentence: &str) -> bool {
    ["证据", "依据", "凭据", "数据", "单据", "票据", "收据"]
        .iter()
        .fold(sentence.to_owned(), |text, word| text.replace(word, ""))
        .contains('据')
}

#[test]
fn hotlines_have_a_secondary_source() {
    // Its rows refer to facts without notes: one sentence applies to all of them.
    assert!(guide().page("hotlines.html").text().contains("号码据公开资料转述"));
}

#[test]
fn every_telephone_number_is_on_the_page_of_numbers() {
    let page = guide().page("hotlines.html").text();
    let listed: BTreeSet<&str> = telephones(&page).into_iter().collect();
    let mut faults: Vec<String> = HOTLINES
        .iter()
        .filter(|number| !listed.contains(*number))
        .map(|number| format!("hotlines.html has no {number}"))
        .collect();
    for (path, page) in guide().pages.iter().chain(&guide().generated) {
        let text = page.text();
        let unknown =
            telephones(&text).into_iter().filter(|number| !HOTLINES.contains(number) && !NOT_CALLED.contains(number));
        faults.extend(unknown.map(|number| format!("{path}: {number}")));
    }
    assert_none(&faults);
}

/// Numbers that look like telephone numbers: 110 and 120, five digits that begin with 1 or 9, area codes, 400 and 800, mobile
/// numbers.
fn telephones(text: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ',' | ':' | '/');
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit() || c.is_ascii_alphabetic()) {
        let from = &rest[start..];
        let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
        let token = from[..end].trim_end_matches(['-', '.', ',', ':', '/']);
        let before = rest[..start].trim_end().chars().next_back();
        // `第 128 条`, `120 元` and `〔2016〕111 号` are not telephone numbers.
        let is_counted =
            UNITS.iter().chain(&["号"]).any(|unit| from[end..].trim_start().starts_with(unit)) || before == Some('第');
        if is_telephone(token) && !is_counted {
            found.push(token);
        }
        rest = &from[end..];
    }
    found
}

fn is_telephone(token: &str) -> bool {
    let digits: String = token.chars().filter(|c| *c != '-').collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    match (digits.len(), token.contains('-')) {
        (3, false) => digits.starts_with("11") || digits.starts_with("12"),
        (5, false) => digits.starts_with(['1', '9']),
        (7.., _) if token.starts_with('0') => true,
        (10, _) => digits.starts_with("400") || digits.starts_with("800"),
        (11, false) => digits.starts_with('1'),
        _ => false,
    }
}

#[test]
fn telephone_numbers_differ_from_other_numbers() {
    for (text, numbers) in [
        ("先打 110 / 12348。", &["110", "12348"][..]),
        ("利息 120 元，第 128 条，〔2016〕111 号，2026-11-22，12,780 元", &[]),
        ("也写作 010-12321，或 400-810-8866、13800000000", &["010-12321", "400-810-8866", "13800000000"]),
    ] {
        assert_eq!(telephones(text), numbers, "{text}");
    }
}

/// Numbers that need no source, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnNumbers {
    own: Vec<Own>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    page: String,
    words: Vec<String>,
    reason: String,
}

fn own_numbers() -> Vec<Own> {
    let text = std::fs::read_to_string(guide_file("own-numbers.toml")).unwrap();
    toml::from_str::<OwnNumbers>(&text).unwrap().own
}

/// Only prose is checked: not checklists and forms, not the filled-in examples of templates, not blocks about the invented
/// person or platform. In quotation marks, dates and amounts are examples, but percentages, periods and multiples are facts.
/// The exceptions are in `tests/guide/own-numbers.toml`, each with its reason.
#[test]
fn every_number_of_prose_has_a_source() {
    let allowed = own_numbers();
    let mut unused: BTreeSet<(&str, &str)> =
        allowed.iter().flat_map(|own| own.words.iter().map(|words| (own.page.as_str(), words.as_str()))).collect();
    let mut faults = Vec::new();
    for block in blocks().iter().filter(|block| !block.has_source() && !block.is_invented()) {
        if numbers(&block.text).is_empty() {
            continue;
        }
        let own: Vec<(&str, &str)> = allowed
            .iter()
            .filter(|own| own.page == block.page)
            .flat_map(|own| own.words.iter().map(|words| (own.page.as_str(), words.as_str())))
            .filter(|(_, words)| block.text.contains(words))
            .collect();
        if own.is_empty() {
            faults.push(format!("{}: {:?} in: {}", block.page, numbers(&block.text), block.text));
        }
        unused.retain(|entry| !own.contains(entry));
    }
    faults
        .extend(unused.iter().map(|(page, words)| format!("own-numbers.toml: `{words}` matches no number on {page}")));
    faults
        .extend(allowed.iter().filter(|own| own.reason.len() < 20).map(|own| format!("{:?} has no reason", own.words)));
    assert_none(&faults);
}

/// The numbers of a text with their units, without dates and amounts in quoted speech.
fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut number = String::new();
    for (at, c) in text.char_indices() {
        match c {
            '「' | '【' => depth += 1,
            '」' | '】' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_ascii_digit() || (!number.is_empty() && matches!(c, '.' | ',')) {
            number.push(c);
            continue;
        }
        if !number.is_empty() {
            let unit = UNITS.iter().find(|unit| text[at..].trim_start_matches(' ').starts_with(**unit));
            found.extend(
                unit.filter(|unit| depth == 0 || !QUOTED_UNITS.contains(unit)).map(|unit| format!("{number} {unit}")),
            );
            number.clear();
        }
    }
    found
}

#[test]
fn numbers_in_prose() {
    for (text, wanted) in [
        ("15 日内，最高 24%，两次，第 5 章", &["15 日", "24 %"][..]),
        ("你说「12 月 1 日付 1,200 元」，不说「24% 以上无效」", &["24 %"]),
        ("7 个工作日、3 个月、5 万元、4 倍", &["7 个工作日", "3 个月", "5 万元", "4 倍"]),
        ("编号 3456，11:40，2026-11-22", &[]),
    ] {
        assert_eq!(numbers(text), wanted, "{text}");
    }
}
