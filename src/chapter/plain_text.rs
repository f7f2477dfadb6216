//! The plain text of running text: for titles and search, and for ids.

use super::nodes::{Inline, RawAttribute, RawToken};
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

/// The title that running text makes: without pictures, unless it has nothing else. The spaces of HTML are single ones.
#[must_use]
pub(super) fn title_text(inlines: &[Inline]) -> String {
    let read = |purpose| {
        let mut text = String::new();
        push_plain(inlines, purpose, &mut text);
        text
    };
    let words = read(Purpose::Title);
    let text = if words.trim().is_empty() { read(Purpose::PictureTitle) } else { words };
    let text = if inlines.iter().any(is_spaced) { single_spaced(&text) } else { text };
    text.trim_matches(' ').to_owned()
}

/// Whether white space around it may be more than its author sees.
fn is_spaced(inline: &Inline) -> bool {
    matches!(inline, Inline::Html(_) | Inline::Image(_))
        || inline.inner().is_some_and(|inner| inner.iter().any(is_spaced))
}

fn single_spaced(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// The plain text with emoji as their codes and with the readings of ruby, without pictures and line breaks: the text from
/// which GitHub makes ids. A heading that is only a picture has the id of its description.
#[must_use]
pub(super) fn text_for_id(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain(inlines, Purpose::GitHubId, &mut text);
    if text.trim().is_empty() { title_text(inlines) } else { text.trim().to_owned() }
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
    let mut text = String::new();
    push_plain(&inlines.iter().filter(shown).cloned().collect::<Vec<_>>(), Purpose::MdBookId, &mut text);
    text
}

/// What a plain text is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To be shown and searched: emoji are signs, formulas are readable, and readings of ruby are left out.
    Text,
    /// To be a title: the same without pictures.
    Title,
    /// To be a title of pictures alone: the same with the descriptions of all images.
    PictureTitle,
    /// To make an id of GitHub: emoji are codes, formulas LaTeX, readings are text, pictures and line breaks are nothing.
    GitHubId,
    /// To make an id of mdBook: the same with pictures.
    MdBookId,
}

fn push_plain(inlines: &[Inline], purpose: Purpose, text: &mut String) {
    match purpose {
        Purpose::GitHubId | Purpose::MdBookId => inlines.iter().for_each(|inline| push_node(inline, purpose, text)),
        _ => ruby::base(inlines).for_each(|inline| push_node(inline, purpose, text)),
    }
}

fn push_node(inline: &Inline, purpose: Purpose, text: &mut String) {
    let for_id = matches!(purpose, Purpose::GitHubId | Purpose::MdBookId);
    match inline {
        Inline::Text(part) | Inline::Code(part) | Inline::Html(RawToken::Text(part)) => text.push_str(part),
        Inline::Math(tex) | Inline::DisplayMath(tex) if for_id => text.push_str(tex),
        Inline::Math(tex) | Inline::DisplayMath(tex) => text.push_str(&plain(tex)),
        Inline::Emoji { sign, code } => text.push_str(if for_id { code } else { sign }),
        Inline::Image(_) if matches!(purpose, Purpose::Title | Purpose::GitHubId) => {}
        Inline::Image(image) => text.push_str(&image.alt),
        Inline::Html(RawToken::Open { name: "br", .. }) if !for_id => text.push(' '),
        Inline::Html(RawToken::Open { name: "img", attributes }) if purpose == Purpose::PictureTitle => {
            text.push_str(description(attributes));
        }
        Inline::SoftBreak | Inline::HardBreak => text.push(' '),
        Inline::Blank(blank) => text.extend(std::iter::repeat_n('_', blank.width as usize)),
        inline => push_plain(inline.inner().unwrap_or_default(), purpose, text),
    }
}

/// The description of an image in raw HTML.
fn description(attributes: &[RawAttribute]) -> &str {
    let alt = |attribute: &RawAttribute| matches!(attribute, RawAttribute::Plain("alt", _));
    match attributes.iter().find(|attribute| alt(attribute)) {
        Some(RawAttribute::Plain(_, value)) => value,
        _ => "",
    }
}
