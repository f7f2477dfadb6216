//! The kinds of box that other tools have, and the directive that shows each. They are read in folders of those tools only.

use super::directive::LANGUAGES;

/// A kind of box of other tools.
#[derive(Debug, PartialEq, Eq)]
pub struct BoxKind {
    /// Its names, in lower case.
    names: &'static [&'static str],
    /// The directive that shows it.
    pub directive: &'static str,
    /// The string of the interface that is its title, unless it has that of the directive.
    pub string: Option<&'static str>,
    /// That string, in each of [`super::directive::LANGUAGES`].
    titles: [&'static str; 4],
}

const fn titled(
    names: &'static [&'static str],
    directive: &'static str,
    string: &'static str,
    titles: [&'static str; 4],
) -> BoxKind {
    BoxKind { names, directive, string: Some(string), titles }
}

const fn alias(names: &'static [&'static str], directive: &'static str) -> BoxKind {
    BoxKind { names, directive, string: None, titles: [""; 4] }
}

/// Every kind.
const KINDS: &[BoxKind] = &[
    alias(&["notes", "notice", "admonition", "aside", "callout", "memo", "pageinfo"], "note"),
    titled(
        &["info", "information", "message", "primary", "secondary"],
        "note",
        "box_info",
        ["Info", "情報", "信息", "資訊"],
    ),
    titled(&["abstract", "summary", "tldr"], "note", "box_abstract", ["Summary", "概要", "摘要", "摘要"]),
    titled(&["todo"], "note", "box_todo", ["To do", "やること", "待办", "待辦"]),
    titled(&["question", "help", "faq"], "note", "box_question", ["Question", "質問", "问题", "問題"]),
    titled(&["example"], "note", "box_example", ["Example", "例", "示例", "範例"]),
    titled(&["quote", "cite"], "note", "box_quote", ["Quote", "引用", "引用", "引用"]),
    titled(&["seealso"], "note", "box_see_also", ["See also", "関連項目", "另见", "參見"]),
    alias(&["hint"], "tip"),
    titled(&["success", "check", "done"], "tip", "box_success", ["Success", "成功", "成功", "成功"]),
    titled(&["caution"], "warning", "box_caution", ["Caution", "注意", "小心", "小心"]),
    alias(&["warn", "attention", "alert"], "warning"),
    alias(&["error"], "danger"),
    titled(&["failure", "fail", "missing"], "danger", "box_failure", ["Failure", "失敗", "失败", "失敗"]),
    titled(&["bug"], "danger", "box_bug", ["Bug", "不具合", "缺陷", "錯誤"]),
    alias(&["spoiler", "expand", "collapse", "accordion", "toggle"], "details"),
];

/// The kind of a name in any letter case; `None` for a directive's own name and for an unknown one.
///
/// ```
/// use chapbook::theme::box_kind;
///
/// assert_eq!(box_kind("FAQ").map(|kind| kind.directive), Some("note"));
/// assert_eq!(box_kind("note"), None);
/// ```
#[must_use]
pub fn box_kind(name: &str) -> Option<&'static BoxKind> {
    KINDS.iter().find(|kind| kind.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

/// The titles of all kinds in a language of the interface, by the key of the string.
pub(super) fn titles(language: &str) -> impl Iterator<Item = (String, String)> {
    let at = LANGUAGES.iter().position(|known| known.eq_ignore_ascii_case(language));
    KINDS.iter().filter_map(move |kind| Some((kind.string?.to_owned(), kind.titles[at?].to_owned())))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::theme::directive;

    #[test]
    fn a_name_has_one_kind() {
        let names: Vec<&str> = KINDS.iter().flat_map(|kind| kind.names).copied().collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        for kind in KINDS {
            assert!(directive(kind.directive).is_some(), "{}", kind.directive);
            assert!(kind.names.iter().all(|name| directive(name).is_none() && name.to_lowercase() == *name));
        }
    }

    #[test]
    fn titles_are_in_every_language() {
        for language in LANGUAGES {
            assert!(titles(language).all(|(_, title)| !title.is_empty()));
        }
    }
}
