//! Checks language tags (BCP 47), and finds the tag that was probably meant by the name of a language or of a country.

/// The languages of ISO 639-1.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da \
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is \
    it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb \
    nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss \
    st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Names of languages and codes of countries that are written instead of tags.
const NAMES: &[(&str, &str)] = &[
    ("arabic", "ar"),
    ("chinese", "zh-Hans"),
    ("cn", "zh-Hans"),
    ("cz", "cs"),
    ("czech", "cs"),
    ("deutsch", "de"),
    ("dk", "da"),
    ("dutch", "nl"),
    ("eng", "en"),
    ("english", "en"),
    ("español", "es"),
    ("espanol", "es"),
    ("finnish", "fi"),
    ("français", "fr"),
    ("francais", "fr"),
    ("french", "fr"),
    ("german", "de"),
    ("gr", "el"),
    ("greek", "el"),
    ("hebrew", "he"),
    ("hindi", "hi"),
    ("italian", "it"),
    ("italiano", "it"),
    ("japanese", "ja"),
    ("jp", "ja"),
    ("korean", "ko"),
    ("mandarin", "zh-Hans"),
    ("persian", "fa"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("russian", "ru"),
    ("spanish", "es"),
    ("swedish", "sv"),
    ("traditional", "zh-Hant"),
    ("turkish", "tr"),
    ("ukrainian", "uk"),
    ("us", "en-US"),
    ("vietnamese", "vi"),
    ("vn", "vi"),
    ("zh-simplified", "zh-Hans"),
    ("zh-traditional", "zh-Hant"),
    ("中文", "zh-Hans"),
    ("简体中文", "zh-Hans"),
    ("繁體中文", "zh-Hant"),
    ("日本語", "ja"),
    ("한국어", "ko"),
    ("العربية", "ar"),
];

/// Whether a text is a language tag: two letters of ISO 639-1 or three letters, then subtags of 1 to 8 letters or digits.
/// No language has a tag of more letters.
pub(super) fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
    let is_known = match primary.len() {
        2 => TWO_LETTERS.split(' ').any(|known| known == primary),
        length => length == 3 && primary != "eng" && primary.bytes().all(|byte| byte.is_ascii_alphabetic()),
    };
    is_known && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The tag that was probably meant by a text that is not one.
pub(super) fn tag_meant(written: &str) -> Option<String> {
    let written = written.trim();
    let with_hyphens = written.replace(['_', ' ', '.'], "-");
    if with_hyphens != written && is_language_tag(&with_hyphens) {
        return Some(with_hyphens);
    }
    let lower = with_hyphens.to_lowercase();
    let named = |name: &str| NAMES.iter().find(|(known, _)| *known == name).map(|(_, tag)| (*tag).to_owned());
    named(&lower).or_else(|| named(lower.split(['-', '(', ',']).next()?))
}

/// Whether two tags name the same written language: the same primary subtag, and no different script. Regions, such as that of
/// `en-GB`, do not count, except that they decide between the scripts of Chinese.
///
/// ```
/// use chapbook::config::is_same_language;
///
/// assert!(is_same_language("en", "en-GB") && is_same_language("zh-Hans", "zh-CN"));
/// assert!(!is_same_language("zh-Hant", "zh-CN") && !is_same_language("en", "fr"));
/// ```
#[must_use]
pub fn is_same_language(one: &str, other: &str) -> bool {
    let ((one, script), (other, other_script)) = (language_and_script(one), language_and_script(other));
    one == other && (script == other_script || script.is_none() || other_script.is_none())
}

/// The primary subtag and the script of a tag, in lower case; without a script if the tag does not say it.
fn language_and_script(tag: &str) -> (String, Option<String>) {
    let tag = tag.to_ascii_lowercase();
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let script =
        parts.clone().next().filter(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let implied = || {
        let is_traditional = parts.any(|part| matches!(part, "tw" | "hk" | "mo"));
        (primary == "zh").then_some(if is_traditional { "hant" } else { "hans" })
    };
    (primary.to_owned(), script.or_else(implied).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_without_their_regions() {
        for (one, other, same) in [
            ("en", "en-GB", true),
            ("EN-us", "en-GB", true),
            ("zh-Hans", "zh-CN", true),
            ("zh-Hans", "zh", true),
            ("zh-Hant", "zh-TW", true),
            ("zh-Hant", "zh-Hant-HK", true),
            ("zh-Hans", "zh-Hant", false),
            ("zh-Hant", "zh-CN", false),
            ("zh-Hans", "zh-HK", false),
            ("sr", "sr-Latn", true),
            ("sr-Cyrl", "sr-Latn", false),
            ("en", "fr", false),
            ("e", "en", false),
        ] {
            assert_eq!((is_same_language(one, other), is_same_language(other, one)), (same, same), "{one} {other}");
        }
    }

    #[test]
    fn tags_meant() {
        for (written, meant) in [
            ("english", Some("en")),
            ("English", Some("en")),
            ("english please", Some("en")),
            ("zh_CN", Some("zh-CN")),
            ("cn", Some("zh-Hans")),
            ("jp", Some("ja")),
            ("中文", Some("zh-Hans")),
            ("klingonese", None),
        ] {
            assert!(!is_language_tag(written), "{written}");
            assert_eq!(tag_meant(written).as_deref(), meant, "{written}");
        }
        assert!(NAMES.iter().all(|(_, tag)| is_language_tag(tag)));
    }
}
