//! The guide covers every point of the article that it is based on: compares `tests/guide/coverage.toml` with the built book
//! and with the manual's page.
//!
//! `UPDATE_COVERAGE=1 cargo test --test guide coverage` generates the page again.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::page::Heading;
use super::{assert_none, guide, guide_file, shape};
use crate::book::{repository, write};

/// The rows: one for each part, section, list item and idea of the article.
const ROWS: &[&str] = &[
    "S00", "S01", "S02", "S03", "S04", "S10", "S11", "S12", "S13", "S14", "S14a", "S14b", "S14c", "S14d", "S20", "S21",
    "S21a", "S21b", "S21c", "S22", "S23a", "S23b", "S30", "S31", "S32", "S33", "S34", "S40", "S41", "S42", "S43",
    "S44", "S50", "S51", "S52", "S53", "S60", "S61", "S62", "S63", "S70", "S71", "S72", "S73", "S80", "S81", "S82",
    "S83", "S84",
];

/// Rows where the article is wrong and the guide corrects it.
const CORRECTED: &[&str] = &["S02", "S13", "S14a", "S14b", "S53", "S73"];

/// Rows without tools: titles, introductions, conclusions.
const WITHOUT_TOOLS: &[&str] = &["S00", "S04", "S11", "S80", "S82", "S84"];

const HEAD: &str = "\
---
description: The points of the article that the shipped guide is based on, and where the guide covers them.
---

# What the guide covers

The guide in `content` is based on a short article on negotiating with a platform when a payment is overdue. Each part,
section, list item and idea of that article is a row here, in our own words. The third column lists chapters and sections of
the guide. The letters of tools: C checklist, W form, L log, T template, D figure, 表 table.

The table is generated from `tests/guide/coverage.toml`. `cargo test --test guide` fails if a chapter, section or tool is not in
the built guide, or if this page differs; `UPDATE_COVERAGE=1 cargo test --test guide coverage` generates it again.

| Row | What the article says | Where the guide covers it | Tools |
| --- | --- | --- | --- |
";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    row: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    point: String,
    corrected: Option<String>,
    places: Vec<String>,
    tools: Vec<String>,
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(guide_file("coverage.toml")).unwrap();
    toml::from_str::<Coverage>(&text).unwrap().row
}

/// The displayed name of every heading of the guide, by page and id: `know.html#什么算逾期` is `1.1 什么算逾期`.
fn names() -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (path, page) in &guide().pages {
        let mut trail: Vec<Heading> = Vec::new();
        for heading in page.headings() {
            trail.truncate(trail.iter().take_while(|above| above.level < heading.level).count());
            trail.push(heading.clone());
            // The name begins at the nearest heading with a number.
            let from = trail.iter().rposition(|part| !part.number.is_empty()).unwrap_or(0);
            let words: Vec<String> = trail[from..].iter().map(Heading::words).collect();
            names.insert(format!("{path}#{}", heading.id), words.join(" › "));
        }
    }
    names
}

#[test]
fn every_row_of_the_article_is_covered_by_places_and_tools_that_exist() {
    let (rows, names, tools) = (rows(), names(), shape::tools());
    assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ROWS);
    let mut faults = Vec::new();
    for row in &rows {
        let id = &row.id;
        faults.extend(row.places.is_empty().then(|| format!("{id} has no place")));
        let missing = row.places.iter().filter(|place| !names.contains_key(*place));
        faults.extend(missing.map(|place| format!("{id}: no place `{place}`")));
        let missing = row.tools.iter().filter(|tool| !tools.contains(*tool));
        faults.extend(missing.map(|tool| format!("{id}: no tool `{tool}`")));
        if row.tools.is_empty() != WITHOUT_TOOLS.contains(&id.as_str()) {
            faults.push(format!("{id}: tools {:?}", row.tools));
        }
        if row.corrected.is_some() != CORRECTED.contains(&id.as_str()) {
            faults.push(format!("{id}: `corrected` differs from CORRECTED"));
        }
    }
    assert_none(&faults);
}

#[test]
fn the_manual_shows_what_the_guide_covers() {
    let page = repository().join("docs/guide-coverage.md");
    let table = rendered(&rows(), &names());
    if std::env::var_os("UPDATE_COVERAGE").is_some_and(|value| value == "1") {
        write(&page, table.as_bytes());
    }
    let shown = std::fs::read_to_string(&page).unwrap_or_default();
    assert_eq!(shown, table, "run `UPDATE_COVERAGE=1 cargo test --test guide coverage`");
}

fn rendered(rows: &[Row], names: &BTreeMap<String, String>) -> String {
    let mut page = HEAD.to_owned();
    for row in rows {
        let corrected = row.corrected.as_ref().map(|instead| format!(". **Corrected.** {instead}")).unwrap_or_default();
        let places = row.places.iter().map(|place| names.get(place).unwrap_or(place).as_str());
        let places = places.collect::<Vec<_>>().join("; ");
        let tools = if row.tools.is_empty() { "none".to_owned() } else { row.tools.join(", ") };
        page.push_str(&format!("| {} | {}{corrected} | {places} | {tools} |\n", row.id, row.point));
    }
    page
}
