//! The plain text of running text: for titles and search, and for ids.

use super::nodes::{Inline, RawToken};
use super::ruby;
use crate::formula::plain;

/// The plain text of inlines: without markup, footnote references and readings of ruby, with the alternative text of images.
/// Line ends become spaces, and blanks become underscores.
///
/// ```
/// use chapbook::chapter::{Inline, plain_text};
///
/// let text = |text: &str| Inline::Text(text.to_owned());
/// let inlines = [text("Press"), Inline::SoftBreak, Inline::Strong(vec![text("Start")]), text(".")];
/// assert_eq!(plain_text(&inlines), "Press Start.");
/// ```
#[must_use]
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain(inlines, Purpose::Text, &mut text);
    text
}

/// The plain text with emoji as their codes and with the readings of ruby: the text from which GitHub makes ids.
#[must_use]
pub(super) fn text_for_id(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain(inlines, Purpose::Id, &mut text);
    text
}

/// The text for an id, without alternative texts and without text that looks like a tag: the text from which mdBook makes
/// ids.
#[must_use]
pub(super) fn bare_text(inlines: &[Inline]) -> String {
    let is_tag = |text: &str| text.starts_with('<') && text.ends_with('>');
    let shown = |inline: &&Inline| match inline {
        Inline::Image(_) => false,
        Inline::Html(RawToken::Text(text)) => !is_tag(text),
        _ => true,
    };
    text_for_id(&inlines.iter().filter(shown).cloned().collect::<Vec<_>>())
}

/// What a plain text is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To be shown and searched: emoji are signs, formulas are readable, and readings of ruby are left out.
    Text,
    /// To make an id: emoji are codes, formulas LaTeX, and readings are text.
    Id,
}

fn push_plain(inlines: &[Inline], purpose: Purpose, text: &mut String) {
    match purpose {
        Purpose::Id => inlines.iter().for_each(|inline| push_node(inline, purpose, text)),
        Purpose::Text => ruby::base(inlines).for_each(|inline| push_node(inline, purpose, text)),
    }
}

fn push_node(inline: &Inline, purpose: Purpose, text: &mut String) {
    match inline {
        Inline::Text(part) | Inline::Code(part) | Inline::Html(RawToken::Text(part)) => text.push_str(part),
        Inline::Math(tex) | Inline::DisplayMath(tex) => match purpose {
            Purpose::Text => text.push_str(&plain(tex)),
            Purpose::Id => text.push_str(tex),
        },
        Inline::Emoji { sign, code } => text.push_str(if purpose == Purpose::Text { sign } else { code }),
        Inline::Image(image) => text.push_str(&image.alt),
        Inline::SoftBreak | Inline::HardBreak => text.push(' '),
        Inline::Blank(blank) => text.extend(std::iter::repeat_n('_', blank.width as usize)),
        inline => push_plain(inline.inner().unwrap_or_default(), purpose, text),
    }
}
