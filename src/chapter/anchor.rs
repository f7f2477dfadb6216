//! Makes the ids of a chapter unique. Duplicate ids that authors wrote are reported; ids of headings are numbered.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::diagnostics::Diagnostics;
use super::gathered::{Gathered, Written};
use super::model::Heading;
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::path::Anchor;

/// The range of each id.
type Places = BTreeMap<Anchor, Range<usize>>;

/// Ids that the page template uses for its own labels and links. A chapter must not use them.
const RESERVED: [&str; 8] = [
    "cb-backup-title",
    "cb-main",
    "cb-nav",
    "cb-reading",
    "cb-search-all",
    "cb-search-recent",
    "cb-search-results",
    "cb-sections-title",
];

/// Whether an id is one of the page template.
pub(super) fn is_reserved(anchor: &Anchor) -> bool {
    RESERVED.contains(&anchor.as_str())
}

/// Makes the anchors of headings unique and reports duplicates of ids that authors wrote. Returns all other ids that
/// links may name, sorted.
///
/// The second heading with a text gets `-1`, the third `-2`, as on GitHub; numbers that are taken are skipped.
pub(super) fn resolve(gathered: &mut Gathered, diagnostics: &mut Diagnostics<'_>) -> Vec<Anchor> {
    let mut written: Vec<Written<Anchor>> =
        gathered.heading_ids.iter().flatten().chain(&gathered.ids).cloned().collect();
    written.sort_by_key(|id| id.range.start);
    let mut taken = Places::new();
    take(&mut taken, written, &codes::DUPLICATE_ANCHOR, diagnostics);
    let mut lists = Places::new();
    take(&mut lists, list_anchors(gathered), &codes::DUPLICATE_ID, diagnostics);
    let mut ids: Vec<Anchor> = gathered.ids.iter().map(|id| id.value.clone()).chain(lists.keys().cloned()).collect();
    let lists = lists.into_iter().map(|(value, range)| Written { value, range });
    take(&mut taken, lists.collect(), &codes::DUPLICATE_ANCHOR, diagnostics);
    number(&mut gathered.headings, &gathered.heading_ids, &mut taken);
    number_old_anchors(&mut gathered.headings, &taken);
    ids.extend(gathered.terms.iter().cloned());
    ids.extend(gathered.headings.iter().flat_map(|heading| heading.old_anchors.iter().cloned()));
    ids.sort();
    ids.dedup();
    ids
}

/// Numbers the former ids of headings and removes those that are in use otherwise.
fn number_old_anchors(headings: &mut [Heading], taken: &Places) {
    let mut counts: BTreeMap<Anchor, usize> = BTreeMap::new();
    let mut given: BTreeSet<Anchor> = BTreeSet::new();
    for heading in headings {
        for old in &mut heading.old_anchors {
            let count = counts.entry(old.clone()).or_default();
            if *count > 0 {
                *old = old.numbered(*count);
            }
            *count += 1;
        }
        heading
            .old_anchors
            .retain(|old| !old.as_str().is_empty() && !taken.contains_key(old) && given.insert(old.clone()));
    }
}

fn list_anchors(gathered: &Gathered) -> Vec<Written<Anchor>> {
    let written = |id: &Written<String>| Some(Written { value: Anchor::written(&id.value)?, range: id.range.clone() });
    gathered.list_ids.iter().filter_map(written).collect()
}

/// Adds ids to those that are taken. Reports ids of the page template and duplicates.
fn take(taken: &mut Places, ids: Vec<Written<Anchor>>, code: &'static Code, diagnostics: &mut Diagnostics<'_>) {
    for id in ids {
        if is_reserved(&id.value) {
            let diagnostic = Diagnostic::new(code, format!("the id `{}` is reserved for the page template", id.value));
            diagnostics.add(id.range, diagnostic.help("choose another id"));
            continue;
        }
        match taken.get(&id.value) {
            Some(first) => report(&id, first.clone(), code, diagnostics),
            None => {
                taken.insert(id.value, id.range);
            }
        }
    }
}

fn report(id: &Written<Anchor>, first: Range<usize>, code: &'static Code, diagnostics: &mut Diagnostics<'_>) {
    let first = diagnostics.place(first);
    let diagnostic = Diagnostic::new(code, format!("the id `{}` is used twice in this chapter", id.value));
    diagnostics.add(id.range.clone(), diagnostic.also(first, "first here").help("change one of the two"));
}

fn number(headings: &mut [Heading], written: &[Option<Written<Anchor>>], taken: &mut Places) {
    let mut counts: BTreeMap<Anchor, usize> = BTreeMap::new();
    for (heading, id) in headings.iter_mut().zip(written) {
        if let Some(id) = id {
            heading.anchor = id.value.clone();
            if taken.get(&id.value) == Some(&id.range) {
                continue;
            }
        }
        heading.anchor = unused_id(&heading.anchor, &mut counts, taken);
        taken.insert(heading.anchor.clone(), heading.span.range());
    }
}

fn unused_id(anchor: &Anchor, counts: &mut BTreeMap<Anchor, usize>, taken: &Places) -> Anchor {
    if !taken.contains_key(anchor) && !is_reserved(anchor) {
        return anchor.clone();
    }
    let count = counts.entry(anchor.clone()).or_default();
    loop {
        *count += 1;
        let numbered = anchor.numbered(*count);
        if !taken.contains_key(&numbered) && !is_reserved(&numbered) {
            return numbered;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::test_dump::{chapter, diagnostics_of};

    #[test]
    fn anchors() {
        for (text, expected) in [
            ("# a\n# a\n# a 1\n# a\n", &["a", "a-1", "a-1-1", "a-2"][..]),
            ("# a\n# b {#a}\n", &["a-1", "a"]),
            ("# b {#a}\n# c {#a}\n", &["a", "a-1"]),
            ("<a id=a></a>\n\n# a\n", &["a-1"]),
            ("# !\n# ？\n", &["section", "section-1"]),
            ("# CB nav\n# CB radio\n# CB search all\n", &["cb-nav-1", "cb-radio", "cb-search-all-1"]),
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
            ("# b {#a}\n\n<!-- checklist: id=a -->\n- [ ] b\n", &["duplicate-anchor @a"]),
            ("# a\n# a\n", &[]),
            (
                "# a {#cb-nav}\n\n:::note{#cb-search-all}\n:::\n",
                &["duplicate-anchor @#cb-nav", "duplicate-anchor @#cb-search-all"],
            ),
        ] {
            assert_eq!(diagnostics_of(text), expected, "{text:?}");
        }
        let (chapter, _) = chapter("<i id=c></i>\n\n:::note{#b}\n:::\n\n<!-- checklist: id=a -->\n- [ ] x\n");
        assert_eq!(chapter.ids.iter().map(Anchor::as_str).collect::<Vec<_>>(), ["a", "b", "c"]);
    }
}
