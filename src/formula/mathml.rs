//! Draws a formula as `MathML`.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::event::{ColorChange, ColorTarget, Content, Event, StateChange};
use pulldown_latex::{Parser, Storage, push_mathml};

use super::markup::{ROLES, checked};
use super::rewrite::{Rewritten, rewrite};
use super::scan::{commands, group};

/// Whether a formula is in a line of text or on a line of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Display {
    /// In running text.
    Inline,
    /// On lines of its own.
    Block,
}

/// A formula that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// A `math` element.
    pub mathml: String,
    /// A `math` element with the number of the formula (`\\tag`), if it has one.
    pub tag: Option<String>,
}

/// The longest formula that is read, in bytes.
const LONGEST: usize = 4096;
/// Longer formulas are parsed on a larger stack: a command can be the argument of another, and arguments are parsed
/// recursively.
const SHORT: usize = 256;
const DEEP_STACK: usize = 64 << 20;

/// Draws a formula.
///
/// # Errors
/// What is wrong with the formula, in one line; a command that is not supported is named.
///
/// ```
/// use chapbook::formula::{Display, draw};
///
/// let drawn = draw(r"\frac{1}{2} \tag{3}", Display::Block).unwrap();
/// assert!(drawn.mathml.contains("<mfrac>"));
/// assert!(drawn.tag.unwrap().contains("(3)"));
/// assert_eq!(draw(r"\nothing", Display::Inline).unwrap_err(), "the command `\\nothing` is not supported");
/// ```
pub fn draw(tex: &str, display: Display) -> Result<Drawn, String> {
    on_large_stack(tex, || {
        let Rewritten { tex, tag } = rewrite(tex)?;
        let tag = tag.map(|tag| math_element(&tag, Display::Inline)).transpose()?;
        Ok(Drawn { mathml: math_element(&tex, display)?, tag })
    })
}

/// Reads a formula on a stack that is large enough for it.
pub(super) fn on_large_stack<T: Send>(
    tex: &str,
    read: impl Fn() -> Result<T, String> + Send + Sync,
) -> Result<T, String> {
    match tex.len() {
        0..SHORT => read(),
        SHORT..=LONGEST => std::thread::scope(|scope| {
            let reader = std::thread::Builder::new().stack_size(DEEP_STACK).spawn_scoped(scope, read);
            let read = reader.ok().and_then(|reader| reader.join().ok());
            read.unwrap_or_else(|| Err("it is too intricate".to_owned()))
        }),
        _ => Err(format!("it is longer than {LONGEST} bytes")),
    }
}

/// The `math` element of a formula whose commands are all known to the parser.
fn math_element(tex: &str, display: Display) -> Result<String, String> {
    let storage = Storage::new();
    let events = events(tex, &storage)?.into_iter().map(Ok::<_, std::convert::Infallible>);
    let display_mode = match display {
        Display::Inline => DisplayMode::Inline,
        Display::Block => DisplayMode::Block,
    };
    let mut html = String::new();
    push_mathml(&mut html, events, RenderConfig { display_mode, ..RenderConfig::default() })
        .map_err(|error| error.to_string())?;
    Ok(checked(&html))
}

/// The parser's events for a formula.
pub(super) fn events<'a>(tex: &'a str, storage: &'a Storage) -> Result<Vec<Event<'a>>, String> {
    let events: Result<Vec<_>, _> = Parser::new(tex, storage).collect();
    let events = events.map_err(|error| reason(tex, &error.to_string()))?;
    Ok(events.into_iter().map(safe).collect())
}

/// The event, if what it contains is escaped when it is written; otherwise one that says the same and is.
fn safe(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Content(Content::Function(name)) if name.contains(['<', '>', '&']) => {
            Event::Content(Content::Text(name))
        }
        Event::StateChange(StateChange::Color(ColorChange { color, .. }))
            if ROLES.iter().any(|role| role.colour == color) =>
        {
            Event::StateChange(StateChange::Color(ColorChange { color, target: ColorTarget::Border }))
        }
        event => event,
    }
}

/// The words of the parser for a command or an environment that it does not know.
const UNKNOWN_COMMAND: &str = "unknown primitive command";
const UNKNOWN_ENVIRONMENT: &str = "mathematical environment found";

/// What is wrong with a formula, from the message of the parser.
fn reason(tex: &str, message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let unknown = if line.contains(UNKNOWN_COMMAND) {
        unknown_command(tex).map(|name| format!("the command `\\{name}` is not supported"))
    } else if line.contains(UNKNOWN_ENVIRONMENT) {
        unknown_environment(tex).map(|name| format!("the environment `{name}` is not supported"))
    } else {
        None
    };
    unknown.unwrap_or_else(|| line.trim_start_matches("parsing error: ").to_owned())
}

fn unknown_command(tex: &str) -> Option<&str> {
    commands(tex).find(|name| fails_with(&format!("\\{name}"), UNKNOWN_COMMAND))
}

fn unknown_environment(tex: &str) -> Option<&str> {
    let names = tex.split("\\begin").skip(1).filter_map(|rest| group(rest.trim_start()));
    let mut names = names.map(|(name, _)| name);
    names.find(|name| fails_with(&format!("\\begin{{{name}}}\\end{{{name}}}"), UNKNOWN_ENVIRONMENT))
}

fn fails_with(tex: &str, message: &str) -> bool {
    let storage = Storage::new();
    let first = Parser::new(tex, &storage).find_map(Result::err);
    first.is_some_and(|error| error.to_string().lines().next().unwrap_or_default().contains(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mathml(tex: &str, display: Display) -> Result<String, String> {
        draw(tex, display).map(|drawn| drawn.mathml)
    }

    #[test]
    fn formulas() {
        let html = mathml(r"\frac{a}{b}", Display::Block).unwrap();
        assert!(html.starts_with("<math") && html.contains("<mfrac>"), "{html}");
        assert!(mathml(r"\frac{a", Display::Inline).is_err());
        assert!(mathml(&"a".repeat(20_000), Display::Inline).unwrap_err().contains("longer than"));
        assert!(mathml(&r"\alpha\,".repeat(25), Display::Inline).is_ok());
    }

    #[test]
    fn formulas_are_safe_in_html_and_well_formed_in_xml() {
        for (tex, part) in [
            ("a < b", "<mo>&lt;</mo>"),
            (r"a \not< b", "&lt;"),
            (r"a \& b", "&amp;"),
            (r"\text{ a<b & c }", "\u{a0}a&lt;b &amp; c\u{a0}"),
            (r"50\ \text{g}", "<mn>50</mn><mtext>\u{a0}</mtext><mtext>g</mtext>"),
            ("a~b", "<mtext>\u{a0}</mtext>"),
            (r"\Big( x \Big)", "stretchy=\"true\" minsize="),
            (r"\operatorname{<img/src=x/onerror=alert(1)//}", "<mo>&lt;</mo>"),
            (r"\mathop{<img/src=x/onerror=alert(1)//}", "<mo>&lt;</mo>"),
        ] {
            let html = mathml(tex, Display::Inline).unwrap();
            let is_tag = |after: &str| {
                let name = after.trim_start_matches('/');
                name.starts_with('m') && after.contains('>') && !after.split('>').next().unwrap().contains("on")
            };
            assert!(html.split('<').skip(1).all(is_tag) && html.contains(part), "{tex}: {html}");
            assert!(!html.contains("nbsp") && !html.contains("\"m"), "{tex}: {html}");
        }
    }

    #[test]
    fn what_is_not_supported_is_named() {
        for (tex, expected) in [
            (r"a \nothing{x} \alpha", "the command `\\nothing` is not supported"),
            (r"\begin{picture} a \end{picture}", "the environment `picture` is not supported"),
            (r"\frac{1", "a brace is not closed"),
            ("a}", "a brace is closed that is not open"),
        ] {
            assert_eq!(mathml(tex, Display::Block).unwrap_err(), expected, "{tex}");
        }
    }

    #[test]
    fn no_formula_ends_the_stack() {
        let nested = [
            r"\sqrt",
            r"\frac",
            "{",
            "^",
            "_{",
            r"\left(",
            r"\begin{matrix}",
            r"\text{",
            r"\hat",
            "a^",
            "a'",
            r"\not",
            "^{a",
            r"\sqrt[",
            r"\frac1",
            r"\overset a",
            r"\underbrace ",
            r"\color{red}",
            r"\displaystyle ",
            r"\left.\right",
            r"\big",
            r"\hat a",
            r"\mathbf",
            r"\substack{",
            r"\operatorname",
            r"\sqrt 1",
            r"\binom{a}",
            r"\def\a{",
            r"\def\a{\a}\a",
            r"\middle|",
        ];
        // Whatever comes of them, also where they just pass.
        let mut words = r"\def\zza{x}".to_owned();
        for (one, next) in ('a'..'u').zip('b'..'v') {
            words.extend([r"\def\zz".to_owned() + &next.to_string(), format!(r"{{\zz{one}\zz{one}\zz{one}}}")]);
        }
        assert!(mathml(&(words + r"\zzu"), Display::Inline).is_err());
        for (deep, count) in
            nested.iter().flat_map(|deep| [(deep, SHORT / 2 / deep.len()), (deep, LONGEST / deep.len())])
        {
            let _ = mathml(&deep.repeat(count), Display::Block);
            let half = count.min(LONGEST / 2 / deep.len());
            let _ = mathml(&format!("{}a{}", deep.repeat(half), "}".repeat(half)), Display::Block);
        }
        assert!(!mathml(r"\text{<script>}", Display::Inline).unwrap().contains("<script>"));
    }
}
