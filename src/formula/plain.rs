//! The plain text of a formula, for titles, ids of no page, alternative texts and search: `x²`, `a/b`, `√(x + 1)`.

use pulldown_latex::Storage;
use pulldown_latex::event::{Content, EnvironmentFlow, Event, Grouping, ScriptPosition, ScriptType, Visual};

use super::mathml::{events, on_large_stack};
use super::rewrite::rewrite;

/// The plain text of a formula; one that cannot be read stays LaTeX, as on the page.
///
/// ```
/// use chapbook::formula::plain;
///
/// assert_eq!(plain(r"\frac{a}{b} \le x^2"), "a/b ≤ x²");
/// ```
#[must_use]
pub fn plain(tex: &str) -> String {
    let text = on_large_stack(tex, || {
        let rewritten = rewrite(tex)?;
        let body = text_of(&rewritten.tex)?;
        Ok(match rewritten.tag {
            Some(tag) => format!("{body} {}", text_of(&tag)?),
            None => body,
        })
    });
    text.unwrap_or_else(|_| tex.to_owned())
}

fn text_of(tex: &str) -> Result<String, String> {
    let storage = Storage::new();
    let events = events(tex, &storage)?;
    let mut reader = Reader { events: &events };
    let mut text = String::new();
    while !reader.events.is_empty() {
        text.push_str(&reader.element());
    }
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Reads events, one element at a time. An element may contain others.
struct Reader<'a, 'e> {
    events: &'e [Event<'a>],
}

impl Reader<'_, '_> {
    /// The text of the next element; empty for what is no text.
    fn element(&mut self) -> String {
        let Some((event, rest)) = self.events.split_first() else { return String::new() };
        self.events = rest;
        match event {
            Event::Content(content) => content_text(content),
            Event::Begin(grouping) => self.group(grouping),
            Event::Script { ty, position } => self.script(*ty, *position),
            Event::Visual(visual) => self.visual(*visual),
            Event::Space { width, .. } => " ".repeat(usize::from(width.is_some_and(|width| width.value > 0.2))),
            Event::EnvironmentFlow(EnvironmentFlow::NewLine { .. }) => "; ".to_owned(),
            Event::EnvironmentFlow(EnvironmentFlow::Alignment) => " ".to_owned(),
            Event::End | Event::StateChange(_) | Event::EnvironmentFlow(EnvironmentFlow::StartLines { .. }) => {
                String::new()
            }
        }
    }

    /// The next element that is not a change of state.
    fn part(&mut self) -> String {
        while let Some((Event::StateChange(_), rest)) = self.events.split_first() {
            self.events = rest;
        }
        self.element().trim().to_owned()
    }

    fn group(&mut self, grouping: &Grouping) -> String {
        let (open, close) = match grouping {
            Grouping::LeftRight(open, close) => (*open, *close),
            Grouping::Cases { left: true } => (Some('{'), None),
            Grouping::Cases { left: false } => (None, Some('}')),
            _ => (None, None),
        };
        let mut text: String = open.into_iter().collect();
        while let Some(event) = self.events.first() {
            if matches!(event, Event::End) {
                self.events = &self.events[1..];
                break;
            }
            text.push_str(&self.element());
        }
        text.extend(close);
        text
    }

    fn script(&mut self, ty: ScriptType, position: ScriptPosition) -> String {
        let base = self.part();
        let below = if ty == ScriptType::Superscript { String::new() } else { self.part() };
        let above = if ty == ScriptType::Subscript { String::new() } else { self.part() };
        if position == ScriptPosition::AboveBelow && is_accent(&below) && is_accent(&above) {
            return base;
        }
        base + &lowered(&below) + &raised(&above)
    }

    fn visual(&mut self, visual: Visual) -> String {
        match visual {
            Visual::SquareRoot => format!("√{}", in_brackets(&self.part())),
            Visual::Root => {
                let radicand = self.part();
                format!("{}√{}", raised(&self.part()), in_brackets(&radicand))
            }
            Visual::Fraction(_) => {
                let above = in_brackets(&self.part());
                format!("{above}/{}", in_brackets(&self.part()))
            }
            Visual::Negation => self.part() + "\u{338}",
        }
    }
}

/// Whether a script is a mark over or under its base, such as a bar or a brace.
fn is_accent(text: &str) -> bool {
    text.chars().count() <= 1 && !text.chars().any(char::is_alphanumeric)
}

fn content_text(content: &Content<'_>) -> String {
    match content {
        Content::Text(text) => text.replace("&nbsp;", " "),
        Content::Number(text) => (*text).to_owned(),
        Content::Function(name) => format!(" {name} "),
        Content::Ordinary { content, .. } | Content::LargeOp { content, .. } | Content::Delimiter { content, .. } => {
            content.to_string()
        }
        Content::Punctuation(content) => format!("{content} "),
        Content::BinaryOp { content: '⋅', .. } => "⋅".to_owned(),
        Content::BinaryOp { content, .. } => format!(" {content} "),
        Content::Relation { content, .. } => {
            let mut buffer = [0; 8];
            format!(" {} ", String::from_utf8_lossy(content.encode_utf8_to_buf(&mut buffer)))
        }
    }
}

/// A text in brackets, unless it is one word.
fn in_brackets(text: &str) -> String {
    let is_word = text.chars().all(char::is_alphanumeric);
    let has_brackets = text.starts_with('(') && text.ends_with(')');
    if is_word || has_brackets { text.to_owned() } else { format!("({text})") }
}

const DIGITS: &str = "0123456789+−-=()ni";
const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ";
const SMALL: &str = "0123456789+−-=()aehijklmnoprstuvx";
const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ";

fn raised(text: &str) -> String {
    let is_prime = !text.is_empty() && text.chars().all(|c| matches!(c, '′' | '″' | '‴'));
    if is_prime { text.to_owned() } else { moved(text, '^', DIGITS, RAISED) }
}

fn lowered(text: &str) -> String {
    moved(text, '_', SMALL, LOWERED)
}

/// A script in characters of its own, or after a sign.
fn moved(text: &str, sign: char, from: &str, to: &str) -> String {
    let compact: String = text.split_whitespace().collect();
    let character = |c: char| from.chars().zip(to.chars()).find_map(|(known, moved)| (known == c).then_some(moved));
    let moved: Option<String> = compact.chars().map(character).collect();
    moved.unwrap_or_else(|| format!("{sign}{}", in_brackets(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_readable_as_text() {
        for (tex, expected) in [
            ("E = mc^2", "E = mc²"),
            (r"\frac{a+b}{2}", "(a + b)/2"),
            (r"\sqrt{x}, \sqrt[3]{x+1}", "√x, ³√(x + 1)"),
            (r"\sum_{i=1}^{n} x_i", "∑ᵢ₌₁ⁿxᵢ"),
            (r"\vec{v} \cdot \bar w", "v⋅w"),
            (r"\alpha \in \mathbb{R}", "α ∈ R"),
            (r"50\ \text{g}", "50 g"),
            (r"f'(x) \tag{1}", "f′(x) (1)"),
            (r"\begin{cases} 1 & x \\ 0 & \text{else} \end{cases}", "{1 x; 0 else"),
            (r"\ce{H2O}", "H₂O"),
            (r"\lim_{x \to 0} \sin x", "lim_(x → 0) sin x"),
            (r"P(A|B)", "P(A|B)"),
            (r"\nothing", r"\nothing"),
        ] {
            assert_eq!(plain(tex), expected, "{tex}");
        }
    }
}
