//! A chapter as bytes, so that a later build need not parse it: all of it but its blocks, and what was found in it.
//!
//! In: a chapter and its findings; out: bytes, and back. Nothing here is checked as an author's text is: only what this
//! user's builds have sealed may be read back.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::model::{Chapter, SafeName, Shape};
use super::safe_list;
use crate::diagnostic::Report;
use crate::source::SourceFile;

/// What front matter holds for themes.
type Extra = BTreeMap<String, serde_json::Value>;

/// A chapter as it was parsed, and what was found in it, as bytes; none for what could not be read back as it is.
#[must_use]
pub fn to_bytes(chapter: &Chapter, report: &Report) -> Option<Vec<u8>> {
    let Chapter { front, headings, links, variables, ids, checklists, footnotes, .. } = chapter;
    let Chapter { words, passages, glosses, start, sheets, .. } = chapter;
    let gathered = (front, headings, links, variables, ids, checklists, footnotes);
    postcard::to_allocvec(&(gathered, (words, passages, glosses, start, sheets), report)).ok()
}

/// The chapter of this file, without its blocks, and what was found in it.
#[must_use]
pub fn from_bytes(bytes: &[u8], source: &SourceFile) -> Option<(Chapter, Report)> {
    let (gathered, read, report) = postcard::from_bytes(bytes).ok()?;
    let (front, headings, links, variables, ids, checklists, footnotes) = gathered;
    let (words, passages, glosses, start, sheets) = read;
    let chapter = Chapter {
        path: source.path.clone(),
        digest: source.digest,
        origin: source.origin.clone(),
        front,
        blocks: Vec::new(),
        headings,
        links,
        variables,
        ids,
        checklists,
        footnotes,
        words,
        passages,
        glosses,
        start,
        sheets,
        shape: Shape::Slim,
    };
    Some((chapter, report))
}

/// The name of an element, read back.
pub(super) fn element<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SafeName, D::Error> {
    named(deserializer, safe_list::kept_element)
}

/// The name of an attribute, read back.
pub(super) fn attribute<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SafeName, D::Error> {
    named(deserializer, safe_list::kept_attribute)
}

fn named<'de, D: Deserializer<'de>>(
    deserializer: D,
    known: fn(&str) -> Option<SafeName>,
) -> Result<SafeName, D::Error> {
    let name = <&str>::deserialize(deserializer)?;
    known(name).ok_or_else(|| D::Error::custom("no name of the safe list"))
}

/// Writes what front matter holds for themes as JSON text: a value of any type can only be read back from a format that
/// names types. Numbers that JSON cannot bring back are an error.
pub(super) fn write_extra<S: Serializer>(extra: &Extra, serializer: S) -> Result<S::Ok, S::Error> {
    let text = serde_json::to_string(extra).map_err(S::Error::custom)?;
    let comes_back = extra.is_empty() || serde_json::from_str::<Extra>(&text).is_ok_and(|read| read == *extra);
    if comes_back { text.serialize(serializer) } else { Err(S::Error::custom("does not come back")) }
}

/// Reads what front matter holds for themes, from an author's hand or as it was written.
pub(super) fn read_extra<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Extra, D::Error> {
    if deserializer.is_human_readable() {
        return Extra::deserialize(deserializer);
    }
    serde_json::from_str(<&str>::deserialize(deserializer)?).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::test_dump::{options, source};
    use crate::chapter::{ParseOptions, parse};
    use crate::config::RawHtml;

    /// A chapter reads the same whether it was parsed or brought back.
    fn check(text: &str, options: &ParseOptions) {
        let source = source(text);
        let (chapter, report) = parse(&source, options);
        let bytes = to_bytes(&chapter, &report).expect("written");
        let (read, found) = from_bytes(&bytes, &source).expect("read back");
        assert_eq!(format!("{read:?}"), format!("{:?}", chapter.slim()), "{text:?}");
        assert_eq!(format!("{found:?}"), format!("{report:?}"), "{text:?}");
    }

    #[test]
    fn chapters_come_back() {
        let trusting = ParseOptions { markdown: with_raw_html(RawHtml::All), ..options() };
        for text in [
            "",
            "---\ntitle: a\nrevised: 2026-01-02\naliases: [b]\nprint: false\nextra: {a: [1, -2, 0.1, x, null, {b: true}]}\n---\n",
            "+++\nrevised = 2026-01-02\n[extra]\na = 1.5\nb = 18446744073709551615\n+++\n# 甲\n",
            "# A *b **c `d` ~~e~~* {#x}\n\n## [f](g \"h\") ![i](j) $k$ ____<!-- l --> H~2~O x^2^\n\n## {{ book.bank }} {{ book.no }}\n",
            "# a<br>b <abbr title=c>d</abbr> <a href=e>f</a> <kbd>g</kbd> <i id=h class=\"k\">l</i> <blink>\n",
            "a[^1] b[^1] c[^2]\n\n[^1]: note\n\n- [ ] x <!-- #id -->\n  - [x] y\n<!-- pause: now -->\n- [ ] z\n",
            "<!-- checklist: id=a do=read when=\"b\" who=c -->\n- [ ] d\n\nTerm [x](y)\n: Definition [z](w)\n",
            ":::danger x\n\n[broken\n\n<script>alert(1)</script>\n\n# same {#x}\n# same {#x}\n",
        ] {
            check(text, &options());
            check(text, &trusting);
        }
    }

    fn with_raw_html(raw_html: RawHtml) -> crate::config::MarkdownConfig {
        crate::config::MarkdownConfig { raw_html, ..options().markdown }
    }

    #[test]
    fn the_deepest_headings_come_back() {
        for inside in ["*a **b ".repeat(3000), "[a](".repeat(3000), "<b>*a*<i>".repeat(2000), "~~a *b ".repeat(3000)] {
            check(&format!("# {inside}\n\n{}x", ">".repeat(5000)), &options());
        }
        let closed = (0..2000).map(|_| "*a **b ").chain((0..2000).map(|_| "b** a*")).collect::<String>();
        check(&format!("# {closed}\n"), &options());
    }

    #[test]
    fn a_number_that_json_cannot_bring_back_is_not_written() {
        let (mut chapter, report) = parse(&source("# A\n"), &options());
        let deep = (0..200).fold(serde_json::Value::Null, |inner, _| serde_json::Value::Array(vec![inner]));
        chapter.front.extra.insert("deep".to_owned(), deep);
        assert!(to_bytes(&chapter, &report).is_none());
    }

    #[test]
    fn names_are_of_the_safe_list() {
        let source = source("# a <kbd>b</kbd>\n");
        let (chapter, report) = parse(&source, &options());
        let bytes = to_bytes(&chapter, &report).unwrap();
        let at = bytes.windows(3).position(|window| window == b"kbd").unwrap();
        let mut other = bytes.clone();
        other[at..at + 3].copy_from_slice(b"xmp");
        assert!(from_bytes(&other, &source).is_none());
        assert!((0..bytes.len()).all(|cut| from_bytes(&bytes[..cut], &source).is_none()));
    }
}
