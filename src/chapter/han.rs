//! Text in Han characters: which characters are set without spaces, and how emphasis and line ends work next to them.
//!
//! In `CommonMark`, spaces and punctuation decide whether `**` opens or closes emphasis, so `这是**重要：**内容` has none. The
//! rule here is that of markdown-cjk-friendly: a delimiter next to punctuation also opens or closes if the punctuation is
//! Han punctuation, or if a Han character or Han punctuation is on its other side.

use std::ops::Range;

use super::nodes::Inline;

/// Whether a character is Han or kana.
pub(super) fn is_han(c: char) -> bool {
    // The function is called for nearly every character, and this comparison is enough for most.
    c >= '\u{2E80}'
        && matches!(u32::from(c),
        0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3021..=0x3029 | 0x3031..=0x3035 | 0x3038..=0x303B | 0x3041..=0x3096
        | 0x3099..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x3105..=0x312F | 0x31A0..=0x31BF | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0xFF66..=0xFF9D | 0x1AFF0..=0x1B16F
        | 0x20000..=0x3FFFD)
}

/// Whether a character is Hangul.
pub(super) fn is_hangul(c: char) -> bool {
    c >= '\u{1100}' && matches!(u32::from(c), 0x1100..=0x11FF | 0x3131..=0x318E | 0xA960..=0xA97F | 0xAC00..=0xD7FF)
}

/// Whether a letter is of a script without spaces between words (Han, kana, Thai, Lao, Khmer, Burmese, Tibetan), or
/// Hangul, in which particles are attached to words. In such a script a term may be followed by any letter.
///
/// ```
/// use chapbook::chapter::joins_words;
///
/// assert!(joins_words('字') && joins_words('か') && joins_words('한'));
/// assert!(!joins_words('a'));
/// ```
#[must_use]
pub fn joins_words(c: char) -> bool {
    is_han(c) || is_hangul(c) || matches!(u32::from(c), 0x0E00..=0x0FFF | 0x1000..=0x109F | 0x1780..=0x17FF)
}

/// Whether a character is Han or full-width punctuation.
pub(super) fn is_wide_punctuation(c: char) -> bool {
    matches!(u32::from(c),
        0x3001..=0x3004 | 0x3008..=0x3020 | 0x3030 | 0x303C..=0x303F | 0x30A0 | 0x30FB | 0xFE10..=0xFE19
        | 0xFE30..=0xFE4F | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 | 0xFF3B..=0xFF40 | 0xFF5B..=0xFF65 | 0xFFE0..=0xFFE6)
}

/// Whether a character is set without spaces around it.
pub(super) fn is_wide(c: char) -> bool {
    is_han(c) || is_wide_punctuation(c) || matches!(u32::from(c), 0xFF10..=0xFF19 | 0xFF21..=0xFF3A | 0xFF41..=0xFF5A)
}

/// Whether Han and Latin text share this punctuation mark; it counts as Han next to a Han character.
fn is_shared_punctuation(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || is_wide_punctuation(c)
        || matches!(u32::from(c),
            0xA1..=0xA9 | 0xAB..=0xB1 | 0xB4 | 0xB6..=0xB8 | 0xBB | 0xBF | 0xD7 | 0xF7 | 0x2010..=0x2027
            | 0x2030..=0x205E | 0x20A0..=0x20CF | 0x2190..=0x245F | 0x2500..=0x27BF | 0x2900..=0x2BFF
            | 0x2E00..=0x2E7F | 0x3200..=0x33FF | 0x1F000..=0x1FAFF)
}

/// Finds the delimiter runs in a range that need a punctuation mark next to them to open or close emphasis.
///
/// Returns the offsets at which it must be inserted. `text_run` is the whole running text that contains the range.
pub(super) fn insertions(text: &str, text_run: &Range<usize>, range: Range<usize>) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        match bytes[at] {
            b'\\' => at += 2,
            mark @ (b'*' | b'~') => {
                let run = at..run_end(bytes, at, range.end);
                let strong_enough = mark == b'*' || run.len() == 2;
                found.extend(strong_enough.then(|| insertion(text, text_run, &run)).flatten());
                at = run.end;
            }
            _ => at += 1,
        }
    }
    found
}

fn run_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let length = bytes[start..end].iter().take_while(|byte| **byte == bytes[start]).count();
    start + length
}

fn insertion(text: &str, text_run: &Range<usize>, run: &Range<usize>) -> Option<usize> {
    let before = text.get(text_run.start..run.start)?.chars().next_back()?;
    let after = text.get(run.end..text_run.end)?.chars().next()?;
    if before.is_whitespace() || after.is_whitespace() {
        return None;
    }
    let cjk = |c: char| is_wide(c) || is_hangul(c);
    match (is_punctuation(before), is_punctuation(after)) {
        (true, false) if is_wide_punctuation(before) || cjk(after) => Some(run.end),
        (false, true) if is_wide_punctuation(after) || cjk(before) => Some(run.start),
        _ => None,
    }
}

/// Whether a line end between two characters is removed instead of becoming a space.
pub(super) fn is_joined(before: char, after: char) -> bool {
    let (wide_before, wide_after) = (is_wide(before), is_wide(after));
    (wide_before && (wide_after || is_shared_punctuation(after))) || (wide_after && is_shared_punctuation(before))
}

/// Removes the soft breaks between two wide characters.
pub(super) fn join_lines(inlines: &mut Vec<Inline>) {
    if !has_soft_break(inlines) {
        return;
    }
    let mut scan = Scan::default();
    scan.inlines(inlines);
    remove(inlines, &mut scan.drop.into_iter());
}

/// Joins adjacent text nodes.
fn join_texts(inlines: &mut Vec<Inline>) {
    inlines.dedup_by(|next, before| match (before, next) {
        (Inline::Text(before), Inline::Text(next)) => {
            before.push_str(next);
            true
        }
        _ => false,
    });
}

fn children(inline: &Inline) -> Option<&[Inline]> {
    match inline {
        Inline::Emphasis(inner)
        | Inline::Strong(inner)
        | Inline::Strikethrough(inner)
        | Inline::Subscript(inner)
        | Inline::Superscript(inner)
        | Inline::Link { text: inner, .. } => Some(inner),
        _ => None,
    }
}

fn has_soft_break(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| *inline == Inline::SoftBreak || children(inline).is_some_and(has_soft_break))
}

/// Goes through running text and decides for each soft break, by the characters on both sides of it, whether to drop it.
#[derive(Default)]
struct Scan {
    before: Option<char>,
    open: bool,
    drop: Vec<bool>,
}

impl Scan {
    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::SoftBreak => {
                    self.drop.push(false);
                    self.open = true;
                }
                Inline::Text(text) | Inline::Code(text) => self.text(text),
                Inline::Html(_) => {}
                other => match children(other) {
                    Some(inner) => self.inlines(inner),
                    None => self.text("\0"),
                },
            }
        }
    }

    fn text(&mut self, text: &str) {
        let Some(first) = text.chars().next() else { return };
        if self.open
            && let (Some(before), Some(last)) = (self.before, self.drop.last_mut())
        {
            *last = is_joined(before, first);
        }
        self.open = false;
        self.before = text.chars().next_back();
    }
}

fn remove(inlines: &mut Vec<Inline>, drop: &mut std::vec::IntoIter<bool>) {
    inlines.retain_mut(|inline| match inline {
        Inline::SoftBreak => !drop.next().unwrap_or_default(),
        Inline::Emphasis(inner)
        | Inline::Strong(inner)
        | Inline::Strikethrough(inner)
        | Inline::Subscript(inner)
        | Inline::Superscript(inner)
        | Inline::Link { text: inner, .. } => {
            remove(inner, drop);
            true
        }
        _ => true,
    });
    join_texts(inlines);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::nodes::Blank;

    #[test]
    fn delimiters_next_to_punctuation_are_repaired() {
        for (text, offsets) in [
            ("这是**重要：**内容", &[19][..]),
            ("看**「引」**后", &[3, 16]),
            ("**「引」**后", &[13]),
            ("**`code`**后", &[10]),
            ("删~~掉。~~后", &[13]),
            ("a**b.**c", &[]),
            ("**重要**：内容", &[8]),
            (r"转\**「义」", &[]),
            ("한**(국)**어", &[3, 12]),
        ] {
            assert_eq!(insertions(text, &(0..text.len()), 0..text.len()), offsets, "{text:?}");
        }
    }

    #[test]
    fn line_ends_between_wide_characters_are_removed() {
        for (before, after, joined) in [
            ('汉', '字', true),
            ('，', '字', true),
            ('字', '「', true),
            ('”', '字', true),
            ('字', '“', true),
            ('”', '“', false),
            ('字', 'a', false),
            ('a', '字', false),
            ('か', 'ナ', true),
            ('한', '국', false),
        ] {
            assert_eq!(is_joined(before, after), joined, "{before}{after}");
        }
    }

    #[test]
    fn soft_breaks_are_removed_across_markup() {
        let text = |text: &str| Inline::Text(text.to_owned());
        let mut inlines = vec![
            Inline::Strong(vec![text("粗"), Inline::SoftBreak]),
            text("字"),
            Inline::SoftBreak,
            text("latin"),
            Inline::SoftBreak,
            Inline::Blank(Blank { width: 4, name: None }),
            Inline::SoftBreak,
            text("字"),
        ];
        join_lines(&mut inlines);
        let expected = vec![
            Inline::Strong(vec![text("粗")]),
            text("字"),
            Inline::SoftBreak,
            text("latin"),
            Inline::SoftBreak,
            Inline::Blank(Blank { width: 4, name: None }),
            Inline::SoftBreak,
            text("字"),
        ];
        assert_eq!(inlines, expected);
    }
}
