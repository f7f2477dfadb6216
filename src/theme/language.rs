//! Fallback of languages: which strings files are used for a language.

/// The names of strings files for a BCP 47 tag, from the most specific to `en`.
///
/// Subtags are removed from the right (RFC 4647, section 3.4). Chinese without a script gets that of its region.
pub(crate) fn candidates(language: &str) -> Vec<String> {
    let subtags: Vec<&str> = language.split(['-', '_']).filter(|subtag| !subtag.is_empty()).collect();
    let mut names: Vec<String> = (1..=subtags.len()).rev().map(|count| subtags[..count].join("-")).collect();
    if subtags.first().is_some_and(|first| first.eq_ignore_ascii_case("zh")) {
        let script = chinese_script(&subtags).to_owned();
        if !names.iter().any(|name| name.eq_ignore_ascii_case(&script)) {
            names.push(script);
        }
    }
    if !names.iter().any(|name| name.eq_ignore_ascii_case("en")) {
        names.push("en".to_owned());
    }
    names
}

/// The strings file for Chinese with these subtags.
fn chinese_script(subtags: &[&str]) -> &'static str {
    let has = |names: &[&str]| subtags.iter().any(|tag| names.iter().any(|name| tag.eq_ignore_ascii_case(name)));
    if has(&["Hans"]) || !has(&["Hant", "TW", "HK", "MO"]) { "zh-Hans" } else { "zh-Hant" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_fall_back() {
        for (language, names) in [
            ("en", "en"),
            ("en-GB", "en-GB en"),
            ("zh", "zh zh-Hans en"),
            ("zh-CN", "zh-CN zh zh-Hans en"),
            ("zh-SG", "zh-SG zh zh-Hans en"),
            ("zh-TW", "zh-TW zh zh-Hant en"),
            ("zh_HK", "zh-HK zh zh-Hant en"),
            ("zh-Hant-HK", "zh-Hant-HK zh-Hant zh en"),
            ("zh-Hans-HK", "zh-Hans-HK zh-Hans zh en"),
            ("ja-JP", "ja-JP ja en"),
            ("", "en"),
        ] {
            assert_eq!(candidates(language).join(" "), names, "language {language:?}");
        }
    }
}
