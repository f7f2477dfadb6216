//! Reports bidirectional control characters of Unicode where they can deceive readers.
//!
//! They can show code in another order than it is executed in ("Trojan Source", Boucher and Anderson 2021), so all of them
//! are reported in code. In text, isolates and embeddings that are closed are the normal way to quote right-to-left
//! scripts; only overrides, and what is not closed, are reported. Marks (U+200E, U+200F, U+061C) have no effect on other
//! characters and are never reported.

use std::ops::Range;

use super::diagnostics::Diagnostics;
use crate::diagnostic::{Diagnostic, codes};
use crate::path::is_bidi_control;

/// Whether a text contains a bidirectional control character.
pub(super) fn has_bidi_control(text: &str) -> bool {
    text.contains(is_bidi_control)
}

/// Reports the control characters in a range of code, in one diagnostic.
pub(super) fn check_code(source: &str, range: Range<usize>, diagnostics: &mut Diagnostics<'_>) {
    let mut found = source[range.clone()].char_indices().filter(|(_, c)| is_bidi_control(*c));
    let Some((at, first)) = found.next() else { return };
    let message = match found.count() {
        0 => format!("this code holds {}, which shows it in another order than it is executed", name(first)),
        more => {
            format!(
                "this code holds {} characters that show it in another order, the first is {}",
                more + 1,
                name(first)
            )
        }
    };
    let help = "delete it; where code needs the character, write its escape, as in `\\u{202e}`";
    add(range.start + at, first, message, help, diagnostics);
}

/// Reports control characters outside `code`, the ranges that are checked already.
pub(super) fn check_text(source: &str, mut code: Vec<Range<usize>>, diagnostics: &mut Diagnostics<'_>) {
    code.sort_unstable_by_key(|range| range.start);
    let is_code = |place: usize| {
        let next = code.partition_point(|range| range.start <= place);
        next.checked_sub(1).and_then(|before| code.get(before)).is_some_and(|range| range.contains(&place))
    };
    let mut paragraph = Paragraph::default();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        if begins_block(line) {
            std::mem::take(&mut paragraph).report(diagnostics);
        }
        for (offset, c) in line.char_indices().filter(|(_, c)| is_bidi_control(*c)) {
            let place = at + offset;
            if !is_code(place) {
                paragraph.take(place, c);
            }
        }
        at += line.len();
    }
    paragraph.report(diagnostics);
}

/// Whether a line begins a paragraph, a list item, a heading or a row, at which a change of direction ends.
fn begins_block(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t', '>']).trim_end();
    line.is_empty()
        || line.starts_with(['-', '*', '+', '#', '|', ':', '<'])
        || line.starts_with(|c: char| c.is_numeric())
}

/// The maximum nesting depth of embeddings and isolates (UAX #9, `max_depth`).
const MAX_DEPTH: usize = 125;

/// The control characters of a paragraph with their offsets: those that are open, and the first override.
#[derive(Default)]
struct Paragraph {
    open: Vec<(usize, char)>,
    first_override: Option<(usize, char)>,
}

impl Paragraph {
    /// Applies a character as in UAX #9: U+2069 closes the innermost isolate and all inside it, U+202C the embedding or
    /// override that was opened last.
    fn take(&mut self, at: usize, c: char) {
        match c {
            '\u{202c}' => drop(self.open.pop_if(|(_, open)| !is_isolate(*open))),
            '\u{2069}' => {
                let isolate = self.open.iter().rposition(|(_, open)| is_isolate(*open));
                self.open.truncate(isolate.unwrap_or(self.open.len()));
            }
            _ => {
                if matches!(c, '\u{202d}' | '\u{202e}') && self.first_override.is_none() {
                    self.first_override = Some((at, c));
                }
                if self.open.len() < MAX_DEPTH {
                    self.open.push((at, c));
                }
            }
        }
    }

    fn report(self, diagnostics: &mut Diagnostics<'_>) {
        if let Some((at, c)) = self.first_override {
            let message = format!("the character {} shows letters in another order than they are written", name(c));
            let help = "delete it and the U+202C after it: right-to-left scripts need neither";
            add(at, c, message, help, diagnostics);
        } else if let Some((at, c)) = self.open.first() {
            let close = if is_isolate(*c) { "U+2069" } else { "U+202C" };
            let message = format!(
                "the character {} changes the text direction, and this paragraph does not end the change",
                name(*c)
            );
            add(*at, *c, message, &format!("delete it, or type {close} where its text ends"), diagnostics);
        }
    }
}

fn is_isolate(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2068}')
}

fn name(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

fn add(at: usize, c: char, message: String, help: &str, diagnostics: &mut Diagnostics<'_>) {
    diagnostics.add(at..at + c.len_utf8(), Diagnostic::new(&codes::BIDI_CONTROL, message).help(help));
}

#[cfg(test)]
mod tests {
    use crate::chapter::test_dump::{chapter, diagnostics_of};

    #[test]
    fn deceptive_controls_are_reported() {
        for (text, places) in [
            ("a\n\n```c\nif (x) /* \u{202e} */ \u{2066}a\u{2069}\n```\n", &["\u{202e}"][..]),
            ("    x \u{2067}y\u{2069}\n", &["\u{2067}"]),
            ("a `b \u{2068}c\u{2069}` d `e\u{202a}f`\n", &["\u{2068}", "\u{202a}"]),
            ("```c title=\"a\u{202e}b\"\nx\n```\n", &["\u{202e}"]),
            ("- a \u{2067}b\n- c\u{2069}\n", &["\u{2067}"]),
            ("a \u{2067}b\n\nc\u{2069}\n", &["\u{2067}"]),
            ("a \u{202b}b\u{2069}\n", &["\u{202b}"]),
            ("see \u{202e}gpj.exe\u{202c}\n", &["\u{202e}"]),
            ("# a \u{202d}b\n\n<p>c \u{202e}d</p>\n", &["\u{202d}", "\u{202e}"]),
            ("---\ntitle: \"x\u{202e}y\"\n---\na\n", &["\u{202e}"]),
        ] {
            let places: Vec<String> = places.iter().map(|it| format!("bidi-control @{it}")).collect();
            assert_eq!(diagnostics_of(text), places, "{text:?}");
        }
    }

    #[test]
    fn right_to_left_text_is_not_reported() {
        for text in [
            "کتاب \u{2068}Rust\u{2069} و \u{2066}C++\u{2069}\u{200f} است.\n",
            "می\u{200c}خواهم \u{202b}متن\u{202c} \u{61c}\u{200e}\n",
            "a \u{2067}b\nc\u{2069} d \u{2069}\u{202c}\n",
            "a \u{2067}b \u{202b}c\u{2069}\n",
            "`a\u{200f}` **\u{2067}b\u{2069}**\n",
            "| \u{2067}a\u{2069} | b |\n|---|---|\n| \u{202a}c\u{202c} | d |\n",
        ] {
            assert!(chapter(text).1.is_empty(), "{text:?}: {:?}", diagnostics_of(text));
        }
    }
}
