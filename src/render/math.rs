//! Formulas: `TeX` to `MathML`. The only user of `pulldown-latex`.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};

/// Whether a formula is in a line of text or on a line of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Display {
    /// In running text.
    Inline,
    /// On lines of its own.
    Block,
}

/// The longest formula that is read, in bytes.
const LONGEST: usize = 4096;
/// Longer formulas are parsed on a larger stack: a command can be the argument of another, and arguments are parsed
/// recursively.
const SHORT: usize = 256;
const DEEP_STACK: usize = 64 << 20;

/// A formula as a `math` element.
///
/// # Errors
/// What is wrong with the formula, in one line.
pub(super) fn mathml(tex: &str, display: Display) -> Result<String, String> {
    match tex.len() {
        0..SHORT => read(tex, display),
        SHORT..=LONGEST => std::thread::scope(|scope| {
            let reader = std::thread::Builder::new().stack_size(DEEP_STACK).spawn_scoped(scope, || read(tex, display));
            let read = reader.ok().and_then(|reader| reader.join().ok());
            read.unwrap_or_else(|| Err("it is too intricate".to_owned()))
        }),
        _ => Err(format!("it is longer than {LONGEST} bytes")),
    }
}

fn read(tex: &str, display: Display) -> Result<String, String> {
    let storage = Storage::new();
    let events: Vec<_> = Parser::new(tex, &storage).collect();
    if let Some(error) = events.iter().find_map(|event| event.as_ref().err()) {
        return Err(error.to_string().lines().next().unwrap_or_default().to_owned());
    }
    let display_mode = match display {
        Display::Inline => DisplayMode::Inline,
        Display::Block => DisplayMode::Block,
    };
    let mut html = String::new();
    push_mathml(&mut html, events.into_iter(), RenderConfig { display_mode, ..RenderConfig::default() })
        .map_err(|error| error.to_string())?;
    Ok(well_formed(&html))
}

/// `MathML` that is valid in HTML and XML: the crate writes the operators `<` and `&` as they are, and a space as `&nbsp;`.
fn well_formed(mathml: &str) -> String {
    let mut out = String::with_capacity(mathml.len());
    let mut rest = mathml;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, found) = rest.split_at(at);
        let (written, length) = match &found.as_bytes()[1..] {
            _ if found.starts_with("&nbsp;") => ("\u{a0}", "&nbsp;".len()),
            _ if ["&amp;", "&lt;", "&gt;"].iter().any(|known| found.starts_with(known)) => ("&", 1),
            _ if found.starts_with('&') => ("&amp;", 1),
            [next, ..] if next.is_ascii_alphabetic() || *next == b'/' => ("<", 1),
            _ => ("&lt;", 1),
        };
        out.extend([before, written]);
        rest = &found[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas() {
        let html = mathml(r"\frac{a}{b}", Display::Block).unwrap();
        assert!(html.starts_with("<math") && html.contains("<mfrac>"), "{html}");
        assert!(mathml(r"\frac{a", Display::Inline).is_err());
        assert!(mathml(&"a".repeat(20_000), Display::Inline).unwrap_err().contains("longer than"));
        assert!(mathml(&r"\alpha\,".repeat(25), Display::Inline).is_ok());
    }

    #[test]
    fn formulas_are_xml_too() {
        for (tex, part) in [
            ("a < b", "<mo>&lt;</mo>"),
            (r"a \not< b", "&lt;"),
            (r"a \& b", "&amp;"),
            (r"\text{ a<b & c }", "\u{a0}a&lt;b &amp; c\u{a0}"),
        ] {
            let html = mathml(tex, Display::Inline).unwrap();
            let is_tag = |after: &str| after.starts_with(|c: char| c.is_ascii_lowercase() || c == '/');
            assert!(html.split('<').skip(1).all(is_tag) && html.contains(part), "{tex}: {html}");
            assert!(!html.contains("&nbsp;"), "{tex}: {html}");
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
