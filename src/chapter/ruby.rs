//! Ruby: the base text of `<ruby>` elements, and the readings above it.
//!
//! In titles, contents and search, the base text is text as if it had no readings; the readings are words of their own.

use super::nodes::{Inline, RawToken};

/// What a node of running text or a token of HTML is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Text.
    Base,
    /// A reading, `<rt>`.
    Above,
    /// A bracket for browsers that do not show ruby, `<rp>`.
    Bracket,
}

/// Splits running text into base text and readings, one node after another.
#[derive(Debug, Default)]
struct Splitter {
    /// The readings so far.
    readings: Vec<String>,
    /// Readings of parts of one word, which are joined: `<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>`.
    joined: String,
    part: Option<Part>,
    in_ruby: bool,
}

impl Splitter {
    /// The part that the next node is in.
    fn part(&self) -> Part {
        self.part.unwrap_or(Part::Base)
    }

    /// Follows a tag. Returns whether the token is one.
    fn tag(&mut self, token: &RawToken) -> bool {
        match token {
            RawToken::Open { name, .. } => self.open(name),
            RawToken::Close(name) => self.close(name),
            RawToken::Markup(html) => self.markup(html),
            RawToken::Text(_) => return false,
            RawToken::Comment(_) => {}
        }
        true
    }

    fn open(&mut self, name: &str) {
        match name {
            "ruby" => self.in_ruby = true,
            "rt" => self.part = Some(Part::Above),
            "rp" => self.part = Some(Part::Bracket),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "ruby" => (self.in_ruby, self.part) = (false, None),
            "rt" | "rp" => self.part = None,
            _ => {}
        }
    }

    /// Follows the tags in markup that is kept as its author wrote it.
    fn markup(&mut self, html: &str) {
        for name in tag_names(html) {
            match name.strip_prefix('/') {
                Some(name) => self.close(name),
                None => self.open(&name),
            }
        }
    }

    /// Notes text. Text outside of ruby ends a word.
    fn text(&mut self, text: impl FnOnce() -> String) {
        match self.part() {
            Part::Above => self.joined.push_str(&text()),
            Part::Base if !self.in_ruby => self.end_word(),
            Part::Base | Part::Bracket => {}
        }
    }

    fn end_word(&mut self) {
        let reading = std::mem::take(&mut self.joined);
        if !reading.trim().is_empty() {
            self.readings.push(reading.trim().to_owned());
        }
    }
}

/// The names of the tags in markup, lower case; those of end tags begin with a slash.
pub(super) fn tag_names(html: &str) -> impl Iterator<Item = String> {
    let name =
        |tag: &str| tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '/').next().map(str::to_ascii_lowercase);
    html.split('<').skip(1).filter_map(name)
}

/// Running text without readings and their brackets; tags are not part of them.
pub(super) fn base(inlines: &[Inline]) -> impl Iterator<Item = &Inline> {
    let mut splitter = Splitter::default();
    inlines.iter().filter(move |inline| {
        let is_tag = matches!(inline, Inline::Html(token) if splitter.tag(token));
        is_tag || splitter.part() == Part::Base
    })
}

/// The tokens of HTML without readings and their brackets.
pub(super) fn base_tokens(tokens: &[RawToken]) -> impl Iterator<Item = &RawToken> {
    let mut splitter = Splitter::default();
    tokens.iter().filter(move |token| splitter.tag(token) || splitter.part() == Part::Base)
}

/// The readings in running text, without those in its containers: one for each word that has some.
/// `text` gives the text of a node.
pub(super) fn readings(inlines: &[Inline], text: impl Fn(&[Inline]) -> String) -> Vec<String> {
    let mut splitter = Splitter::default();
    for inline in inlines {
        if !matches!(inline, Inline::Html(token) if splitter.tag(token)) {
            splitter.text(|| text(std::slice::from_ref(inline)));
        }
    }
    splitter.end_word();
    splitter.readings
}

/// The readings in HTML.
pub(super) fn readings_of_tokens(tokens: &[RawToken]) -> Vec<String> {
    let mut splitter = Splitter::default();
    for token in tokens {
        match token {
            RawToken::Text(text) => splitter.text(|| text.clone()),
            token => _ = splitter.tag(token),
        }
    }
    splitter.end_word();
    splitter.readings
}

#[cfg(test)]
mod tests {
    use crate::chapter::test_dump::{chapter, source, with};
    use crate::chapter::{parse, test_dump};
    use crate::config::RawHtml;

    /// The text of the first section and its readings.
    fn section(text: &str) -> (String, Vec<String>) {
        let section = chapter(text).0.sections.swap_remove(0);
        (section.text.to_string(), section.readings)
    }

    #[test]
    fn base_text_is_whole_and_readings_are_words_of_their_own() {
        for (text, base, readings) in [
            ("<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>を読む", "漢字を読む", &["かんじ"][..]),
            (
                "<ruby>漢<rp>（</rp><rt>かん</rt><rp>）</rp></ruby><ruby>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>を",
                "漢字を",
                &["かんじ"],
            ),
            ("<ruby>漢<rt>かん<rt></ruby>字", "漢字", &["かん"]),
            ("<ruby>漢<rt>かん</ruby> と <ruby>字<rt>*じ*</ruby>", "漢 と 字", &["かん", "じ"]),
            ("*<ruby>拼音<rt>pīnyīn</rt></ruby>标注* <RUBY>a<RT>b</RT></RUBY>", "拼音标注 a", &["b", "pīnyīn"]),
            ("| <ruby>東<rt>とう</rt></ruby>京 |\n|---|\n| a |\n", "東京 a", &["とう"]),
            ("- <ruby>東<rt>とう</rt></ruby>京\n", "東京", &["とう"]),
            ("<p><ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp></ruby>京</p>\n<p>b</p>\n", "東京 b", &["とう"]),
            ("# <ruby>東<rt>とう</rt></ruby>京\n\na\n", "a", &["とう"]),
            ("<rt>x</rt> <ruby>y</ruby> plain", "y plain", &["x"]),
        ] {
            let (found, read) = section(text);
            assert_eq!((found.as_str(), read), (base, readings.iter().map(ToString::to_string).collect()), "{text:?}");
        }
    }

    #[test]
    fn titles_have_no_readings_and_ids_keep_them() {
        let heading = chapter("## <ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby>の天気\n").0.headings.swap_remove(0);
        assert_eq!((heading.title.as_str(), heading.anchor.as_str()), ("東京の天気", "東とう京きょうの天気"));
    }

    #[test]
    fn readings_in_trusted_html_are_found_too() {
        let all = with(|markdown| markdown.raw_html = RawHtml::All);
        for text in [
            "<ruby>漢<rt>かん</rt>字<rt class=x>じ</rt></ruby>",
            "<div><ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby></div>\n",
        ] {
            let section = parse(&source(text), &all).0.sections.swap_remove(0);
            assert_eq!((&*section.text, section.readings), ("漢字", vec!["かんじ".to_owned()]), "{text:?}");
        }
        assert_eq!(test_dump::dump("<ruby>a<rt>b</rt></ruby>").trim_end(), "p <ruby>a<rt>b</rt></ruby>");
    }
}
