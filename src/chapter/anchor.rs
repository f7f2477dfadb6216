//! Ids inside a chapter: written ones are unique or reported, those of headings follow from their text.

use std::collections::BTreeMap;
use std::ops::Range;

use super::findings::Findings;
use super::model::Heading;
use super::tree::{Gathered, Written};
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::path::Anchor;

/// Makes the anchors of headings unique, reports written ids that are not, and returns those not of headings.
///
/// Repeats of a heading's text get `-1`, `-2`, …, as on GitHub; a number that is taken is passed over.
pub(super) fn settle(gathered: &mut Gathered, findings: &mut Findings<'_>) -> Vec<Anchor> {
    let places: Vec<Written<Anchor>> = gathered.heading_ids.iter().flatten().chain(&gathered.ids).cloned().collect();
    let mut taken = first_places(places, &codes::DUPLICATE_ANCHOR, findings);
    let lists = first_places(gathered.list_ids.clone(), &codes::DUPLICATE_ID, findings);
    let list_anchors: Vec<Anchor> = lists.keys().filter_map(|id| Anchor::written(id)).collect();
    for anchor in &list_anchors {
        taken.entry(anchor.clone()).or_insert(0..0);
    }
    number(&mut gathered.headings, &gathered.heading_ids, &mut taken);
    let mut ids: Vec<Anchor> = gathered.ids.iter().map(|id| id.what.clone()).chain(list_anchors).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// The first place of each id. Later ones are reported.
fn first_places<T: Ord + AsRefStr>(
    mut places: Vec<Written<T>>,
    code: &'static Code,
    findings: &mut Findings<'_>,
) -> BTreeMap<T, Range<usize>> {
    places.sort_by_key(|id| id.range.start);
    let mut first: BTreeMap<T, Range<usize>> = BTreeMap::new();
    for id in places {
        match first.get(&id.what) {
            Some(place) => report(id.what.text(), id.range, place.clone(), code, findings),
            None => {
                first.insert(id.what, id.range);
            }
        }
    }
    first
}

/// What an id is as text.
trait AsRefStr {
    fn text(&self) -> &str;
}

impl AsRefStr for Anchor {
    fn text(&self) -> &str {
        self.as_str()
    }
}

impl AsRefStr for String {
    fn text(&self) -> &str {
        self
    }
}

fn report(id: &str, range: Range<usize>, first: Range<usize>, code: &'static Code, findings: &mut Findings<'_>) {
    let first = findings.place(first);
    let finding = Diagnostic::new(code, format!("the id `{id}` stands twice in this chapter"));
    findings.add(range, finding.also(first, "first here").help("give one of the two another id"));
}

fn number(headings: &mut [Heading], written: &[Option<Written<Anchor>>], taken: &mut BTreeMap<Anchor, Range<usize>>) {
    let mut counts: BTreeMap<Anchor, usize> = BTreeMap::new();
    for (heading, id) in headings.iter_mut().zip(written) {
        let range = heading.span.range();
        if let Some(id) = id {
            heading.anchor = id.what.clone();
            if taken.get(&id.what) == Some(&id.range) {
                continue;
            }
        }
        heading.anchor = free(&heading.anchor, &mut counts, taken);
        taken.insert(heading.anchor.clone(), range);
    }
}

fn free(anchor: &Anchor, counts: &mut BTreeMap<Anchor, usize>, taken: &BTreeMap<Anchor, Range<usize>>) -> Anchor {
    if !taken.contains_key(anchor) {
        return anchor.clone();
    }
    let count = counts.entry(anchor.clone()).or_default();
    loop {
        *count += 1;
        let numbered = anchor.numbered(*count);
        if !taken.contains_key(&numbered) {
            return numbered;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::shown::{chapter, found};

    #[test]
    fn anchors() {
        for (text, expected) in [
            ("# a\n# a\n# a 1\n# a\n", &["a", "a-1", "a-1-1", "a-2"][..]),
            ("# a\n# b {#a}\n", &["a-1", "a"]),
            ("# b {#a}\n# c {#a}\n", &["a", "a-1"]),
            ("<a id=a></a>\n\n# a\n", &["a-1"]),
            ("# !\n# ？\n", &["section", "section-1"]),
        ] {
            let (chapter, _) = chapter(text);
            let anchors: Vec<&str> = chapter.headings.iter().map(|heading| heading.anchor.as_str()).collect();
            assert_eq!(anchors, expected, "{text:?}");
        }
    }

    #[test]
    fn written_ids_are_unique() {
        for (text, expected) in [
            ("# b {#a}\n# c {#a}\n", &["duplicate-anchor @#a"][..]),
            ("# b {#a}\n\n<a id=a></a>\n", &["duplicate-anchor @id=a"]),
            ("<!-- checklist: id=a -->\n- [ ] b\n\n<!-- log: id=a -->\n| c |\n|-|\n", &["duplicate-id @a"]),
            ("# a\n# a\n", &[]),
        ] {
            assert_eq!(found(text), expected, "{text:?}");
        }
        let (chapter, _) = chapter("<i id=c></i>\n\n:::note{#b}\n:::\n\n<!-- checklist: id=a -->\n- [ ] x\n");
        assert_eq!(chapter.ids.iter().map(Anchor::as_str).collect::<Vec<_>>(), ["a", "b", "c"]);
    }
}
