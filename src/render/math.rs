//! Formulas: `TeX` to `MathML`, the only room that speaks to `pulldown-latex`.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};

/// Whether a formula stands in a line or on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Display {
    /// In running text.
    Inline,
    /// On lines of its own.
    Block,
}

/// A formula as a `math` element.
///
/// # Errors
/// What is wrong with the formula, in one line.
pub(super) fn mathml(tex: &str, display: Display) -> Result<String, String> {
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
    Ok(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas() {
        let html = mathml(r"\frac{a}{b}", Display::Block).unwrap();
        assert!(html.starts_with("<math") && html.contains("<mfrac>"), "{html}");
        assert!(mathml(r"\frac{a", Display::Inline).is_err());
        assert!(!mathml(r"\text{<script>}", Display::Inline).unwrap().contains("<script>"));
    }
}
