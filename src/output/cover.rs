//! The cover of the EPUB, drawn from the title: an SVG in the book's own colour.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::icon::css_colour;
use crate::escape::attribute;

/// The picture's size; covers are 5 by 8.
const SIZE: (u32, u32) = (1000, 1600);
/// Letters in a line; a Han character counts as two.
const LINE: usize = 16;
/// Lines that are drawn at most.
const LINES: usize = 6;

/// The cover of a book.
pub(super) fn cover(title: &str, authors: &[String], language: &str) -> String {
    let (width, height) = SIZE;
    let lines = lines(title);
    let longest = lines.iter().map(|line| line.width()).max().unwrap_or(1).max(7);
    // A Han glyph is as wide as it is high, and two letters wide.
    let size = (1_600 / u32::try_from(longest).unwrap_or(1)).min(150);
    let mut words = String::new();
    for (number, line) in lines.iter().enumerate() {
        let y = 420 + u32::try_from(number).unwrap_or_default() * size * 14 / 10;
        let line = attribute(line);
        let _ = writeln!(words, "<text x=\"100\" y=\"{y}\" font-size=\"{size}\" font-weight=\"700\">{line}</text>");
    }
    let authors = attribute(&authors.join(" · "));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" xml:lang=\"{}\">\n<title>{}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n\
         <rect x=\"100\" y=\"220\" width=\"120\" height=\"10\" fill=\"#fdfcf9\"/>\n\
         <g fill=\"#fdfcf9\" font-family=\"&quot;Source Han Sans SC&quot;, &quot;Noto Sans CJK SC&quot;, &quot;PingFang SC&quot;, sans-serif\">\n\
         {words}<text x=\"100\" y=\"1480\" font-size=\"44\">{authors}</text>\n</g>\n</svg>\n",
        attribute(language),
        attribute(title),
        css_colour(title),
    )
}

/// A title in lines, broken after punctuation and spaces.
fn lines(title: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(title) {
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && (line.width() + piece.trim_end().width() > LINE || ends(line)) {
            lines.push(piece.trim_start().to_owned());
        } else {
            line.push_str(piece);
        }
    }
    let over = lines.len() > LINES;
    lines.truncate(LINES);
    if let Some(last) = lines.last_mut().filter(|_| over) {
        last.push('…');
    }
    lines.into_iter().map(|line| line.trim().to_owned()).collect()
}

/// Whether a line ends with a clause.
fn ends(line: &str) -> bool {
    line.ends_with(['，', '：', '；', '、', ':', '—'])
}

/// Pieces that are not broken: words with the space after them, and single characters with the punctuation after them.
fn pieces(title: &str) -> Vec<&str> {
    let mut cuts = vec![0];
    let mut before: Option<char> = None;
    for (at, c) in title.char_indices() {
        let is_wide = |c: char| c.len_utf8() == 3 && c as u32 >= 0x2e80;
        let closes = matches!(c, '，' | '：' | '；' | '、' | '。' | '！' | '？' | '》' | '」' | '）' | '”');
        if before.is_some_and(|before| before == ' ' || is_wide(before) || is_wide(c)) && !closes && c != ' ' {
            cuts.push(at);
        }
        before = Some(c);
    }
    cuts.push(title.len());
    cuts.windows(2).filter_map(|pair| title.get(pair[0]..pair[1])).filter(|piece| !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_broken_where_they_may_be() {
        for (title, expected) in [
            ("逾期之后，怎么和平台谈", &["逾期之后，", "怎么和平台谈"][..]),
            ("The Rust Programming Language", &["The Rust", "Programming", "Language"]),
            ("短", &["短"]),
            ("", &[""]),
        ] {
            assert_eq!(lines(title), expected, "{title}");
        }
    }

    #[test]
    fn covers_are_safe() {
        let picture = cover("<a> & \"b\"", &["c<d".to_owned()], "en");
        assert!(picture.contains("&lt;a&gt;") && picture.contains("c&lt;d") && !picture.contains("<a>"));
    }
}
