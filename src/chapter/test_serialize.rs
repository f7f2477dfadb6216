//! Tests that a chapter read from the cache equals the parsed one.

use crate::chapter::test_dump::{options, source};
use crate::chapter::{Chapter, ParseOptions, parse};
use crate::config::RawHtml;
use crate::diagnostic::Report;
use crate::memo::{decode, encode};

/// Checks that a chapter is the same after it was encoded and decoded.
fn check(text: &str, options: &ParseOptions) {
    let source = source(text);
    let (chapter, report) = parse(&source, options);
    let bytes = encode(&(&chapter, &report)).expect("written");
    let (read, found) = decode::<(Chapter, Report)>(&bytes).expect("read back");
    assert_eq!(format!("{read:?}"), format!("{:?}", chapter.without_blocks()), "{text:?}");
    assert_eq!(format!("{found:?}"), format!("{report:?}"), "{text:?}");
}

#[test]
fn chapters_are_read_back() {
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
fn the_most_deeply_nested_headings_are_read_back() {
    for inside in ["*a **b ".repeat(3000), "[a](".repeat(3000), "<b>*a*<i>".repeat(2000), "~~a *b ".repeat(3000)] {
        check(&format!("# {inside}\n\n{}x", ">".repeat(5000)), &options());
    }
    let closed = (0..2000).map(|_| "*a **b ").chain((0..2000).map(|_| "b** a*")).collect::<String>();
    check(&format!("# {closed}\n"), &options());
}

#[test]
fn values_that_json_cannot_restore_are_not_encoded() {
    let (mut chapter, report) = parse(&source("# A\n"), &options());
    let deep = (0..200).fold(serde_json::Value::Null, |inner, _| serde_json::Value::Array(vec![inner]));
    chapter.front.extra.insert("deep".to_owned(), deep);
    assert!(encode(&(&chapter, &report)).is_none());
}

#[test]
fn only_names_on_the_safe_list_are_decoded() {
    let source = source("# a <kbd>b</kbd>\n");
    let (chapter, report) = parse(&source, &options());
    let bytes = encode(&(&chapter, &report)).unwrap();
    let at = bytes.windows(3).position(|window| window == b"kbd").unwrap();
    let mut other = bytes.clone();
    other[at..at + 3].copy_from_slice(b"xmp");
    assert!(decode::<(Chapter, Report)>(&other).is_none());
    assert!((0..bytes.len()).all(|cut| decode::<(Chapter, Report)>(&bytes[..cut]).is_none()));
}
