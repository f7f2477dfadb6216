//! The language of a chapter, read off its text: by its script, and within a script by its words.
//!
//! Used in folders that do not say in which language they are. A text that is too short to be sure of has no language here.

use whatlang::{Detector, Lang};

use super::model::SectionText;

/// The most bytes of a chapter that are looked at.
const SAMPLE: usize = 16 * 1024;
/// How many letters a text in another script must have; a Han character counts as three.
const FEW_LETTERS: usize = 12;
/// How many letters a text must have whose language follows from its words.
const LETTERS: usize = 200;

/// Characters of simplified and of traditional Chinese that are frequent, and are not in the other.
const SIMPLIFIED: &str =
    "这们说时对会国来为个过还发开关动问经现应实见长门马单书东车头学样点进无从给让请认识话间气电么两";
const TRADITIONAL: &str =
    "這們說時對會國來為個過還發開關動問經現應實見長門馬單書東車頭學樣點進無從給讓請認識話間氣電麼兩";

/// A script, or scripts that one language mixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Han,
    Hangul,
    Arabic,
    Cyrillic,
    Hebrew,
    Greek,
    Thai,
    Devanagari,
}

const SCRIPTS: [Script; 9] = [
    Script::Latin,
    Script::Han,
    Script::Hangul,
    Script::Arabic,
    Script::Cyrillic,
    Script::Hebrew,
    Script::Greek,
    Script::Thai,
    Script::Devanagari,
];

impl Script {
    fn of(c: char) -> Option<Self> {
        match c {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(Self::Latin),
            '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => Some(Self::Han),
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => Some(Self::Hangul),
            '\u{620}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => Some(Self::Arabic),
            '\u{400}'..='\u{52f}' => Some(Self::Cyrillic),
            '\u{5d0}'..='\u{5ea}' => Some(Self::Hebrew),
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Self::Greek),
            '\u{e01}'..='\u{e5b}' => Some(Self::Thai),
            '\u{900}'..='\u{97f}' => Some(Self::Devanagari),
            _ => None,
        }
    }

    /// How many letters one of its characters counts as: a Han character is a word or half of one.
    fn worth(self) -> usize {
        if matches!(self, Self::Han | Self::Hangul) { 3 } else { 1 }
    }
}

/// The language of a text as a BCP 47 tag; `None` if it is too short, or none that is known.
pub(super) fn detect(sections: &[SectionText]) -> Option<&'static str> {
    let sample = sample(sections);
    let (script, letters) = main_script(&sample)?;
    let words: String = sample.chars().map(|c| if Script::of(c) == Some(script) { c } else { ' ' }).collect();
    match script {
        Script::Han => Some(han(&words)),
        Script::Hangul => Some("ko"),
        Script::Hebrew => Some("he"),
        Script::Greek => Some("el"),
        Script::Thai => Some("th"),
        Script::Devanagari => Some(by_words(&words, letters, &[Lang::Hin, Lang::Mar, Lang::Nep]).unwrap_or("hi")),
        Script::Arabic => Some(by_words(&words, letters, &[Lang::Ara, Lang::Pes, Lang::Urd]).unwrap_or("ar")),
        Script::Cyrillic => {
            let languages = [Lang::Rus, Lang::Ukr, Lang::Bul, Lang::Bel, Lang::Srp, Lang::Mkd];
            Some(by_words(&words, letters, &languages).unwrap_or("ru"))
        }
        Script::Latin => by_words(&words, letters, &OF_LATIN),
    }
}

/// Languages in Latin script between which the words decide.
const OF_LATIN: [Lang; 21] = [
    Lang::Eng,
    Lang::Deu,
    Lang::Fra,
    Lang::Spa,
    Lang::Por,
    Lang::Ita,
    Lang::Nld,
    Lang::Swe,
    Lang::Dan,
    Lang::Nob,
    Lang::Fin,
    Lang::Pol,
    Lang::Ces,
    Lang::Slk,
    Lang::Hun,
    Lang::Ron,
    Lang::Tur,
    Lang::Vie,
    Lang::Ind,
    Lang::Cat,
    Lang::Hrv,
];

/// The beginning of the text without code.
fn sample(sections: &[SectionText]) -> String {
    let mut sample = String::new();
    for prose in sections.iter().flat_map(SectionText::prose) {
        for word in prose.split_inclusive(' ').filter(|word| !word.contains("://")) {
            if sample.len() >= SAMPLE {
                return sample;
            }
            sample.push_str(word);
        }
        sample.push(' ');
    }
    sample
}

/// The script of at least half of the letters, with their number.
fn main_script(text: &str) -> Option<(Script, usize)> {
    let count = |script: Script| text.chars().filter(|c| Script::of(*c) == Some(script)).count() * script.worth();
    let counts = SCRIPTS.map(|script| (script, count(script)));
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    let found = counts.into_iter().max_by_key(|(_, count)| *count);
    found.filter(|(_, count)| *count >= FEW_LETTERS && count * 2 >= all)
}

/// Japanese has kana between its Han characters; Chinese is simplified or traditional.
fn han(words: &str) -> &'static str {
    let among = |set: &str| words.chars().filter(|c| set.contains(*c)).count();
    let kana = words.chars().filter(|c| ('\u{3041}'..='\u{30ff}').contains(c)).count();
    let all = words.chars().filter(|c| *c != ' ').count();
    match (kana * 10 > all, among(TRADITIONAL) > among(SIMPLIFIED)) {
        (true, _) => "ja",
        (false, true) => "zh-Hant",
        (false, false) => "zh-Hans",
    }
}

/// The language of a text among some, if its words leave no doubt.
fn by_words(words: &str, letters: usize, among: &[Lang]) -> Option<&'static str> {
    if letters < LETTERS {
        return None;
    }
    let found = Detector::with_allowlist(among.to_vec()).detect(words)?;
    // A short text in English is often not sure to be; no other language is taken for granted.
    let is_sure = found.is_reliable() || found.lang() == Lang::Eng;
    is_sure.then(|| tag(found.lang())).flatten()
}

/// The BCP 47 tag of a language.
fn tag(language: Lang) -> Option<&'static str> {
    Some(match language {
        Lang::Eng => "en",
        Lang::Deu => "de",
        Lang::Fra => "fr",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Nld => "nl",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "nb",
        Lang::Fin => "fi",
        Lang::Pol => "pl",
        Lang::Ces => "cs",
        Lang::Slk => "sk",
        Lang::Hun => "hu",
        Lang::Ron => "ro",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
        Lang::Ind => "id",
        Lang::Cat => "ca",
        Lang::Hrv => "hr",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Ara => "ar",
        Lang::Pes => "fa",
        Lang::Urd => "ur",
        Lang::Hin => "hi",
        Lang::Mar => "mr",
        Lang::Nep => "ne",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::chapter::parse::parse;
    use crate::chapter::test_dump::{source, with};

    fn language(text: &str) -> Option<String> {
        let options = with(|markdown| (markdown.foreign_syntax, markdown.foreign_front_matter) = (true, true));
        parse(&source(text), &options).0.language
    }

    #[test]
    fn languages_are_read_off_texts() {
        let english = "# Boats\n\nThis is what we know about the boats that are kept in the harbour, and about the people who \
            sail them. Before you go, ask whether the weather will stay as it is, and tell someone where you are going \
            and when you will be back. It is not safe to sail alone at night, and it is \
            not allowed during the months of winter.\n";
        let german = "# Boote\n\nDas ist alles, was wir über die Boote wissen, die im Hafen liegen, und über die Leute, die \
            mit ihnen segeln. Bevor du gehst, frage, ob das Wetter so bleibt, und sage jemandem, wohin du fährst und \
            wann du zurück bist. Es ist nicht sicher, nachts allein zu segeln, \
            und in den Monaten des Winters ist es nicht erlaubt.\n";
        for (text, expected) in [
            ("# 打电话\n\n先把要说的话写下来，再拨通银行的电话。\n", Some("zh-Hans")),
            ("# 打電話\n\n先把要說的話寫下來，再撥通銀行的電話。\n", Some("zh-Hant")),
            ("# 電話\n\nまず話すことを書いてから、銀行に電話をかけます。\n", Some("ja")),
            ("# 전화\n\n먼저 할 말을 적고 은행에 전화하세요.\n", Some("ko")),
            ("# مكالمة\n\nاكتب ما تريد قوله ثم اتصل بالبنك.\n", Some("ar")),
            ("# Звонок\n\nСначала запишите, что хотите сказать.\n", Some("ru")),
            ("# שיחה\n\nכתבו קודם מה שתרצו לומר.\n", Some("he")),
            (english, Some("en")),
            (german, Some("de")),
            ("# Short\n\nOnly some words.\n", None),
            (
                "# Kubernetes 安装\n\n先安装 kubectl，再运行 `kubectl apply -f a-long-name.yaml`，最后看看结果。\n",
                Some("zh-Hans"),
            ),
            ("# Notes\n\n> 好\n\nA text in English with one word in another script is not in that script.\n", None),
        ] {
            assert_eq!(language(text).as_deref(), expected, "{text:?}");
        }
    }
}
