//! The text of `chapbook explain CODE`: the section on the code in the manual.

const PAGE: &str = include_str!("../../docs/reference/codes.md");

/// The section of `docs/reference/codes.md` on a code, as Markdown without its heading; `None` for an unknown code.
#[must_use]
pub fn explain(code: &str) -> Option<String> {
    // The manual is built by chapbook, so includes in examples are escaped there with a backslash.
    sections().find(|(name, _)| *name == code).map(|(_, text)| text.replace("\\{{#", "{{#"))
}

fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGE.split("\n## ")
        .skip(1)
        .filter_map(|section| section.split_once('\n'))
        .map(|(name, text)| (name.trim(), text.trim()))
}

#[cfg(test)]
mod tests {
    use super::super::code::CODES;
    use super::*;

    #[test]
    fn every_code_has_a_section() {
        let headings: Vec<&str> = sections().map(|(name, _)| name).collect();
        let names: Vec<&str> = CODES.iter().map(|code| code.name).collect();
        assert_eq!(headings, names, "docs/reference/codes.md has one `## name` for each code, in order");
    }

    #[test]
    fn every_section_shows_a_message_and_a_fix() {
        for (name, text) in sections() {
            assert!(text.contains(&format!("[{name}]: ")), "{name}: no message");
            assert!(text.contains("**How to fix it.**"), "{name}: no fix");
        }
    }

    #[test]
    fn includes_are_not_escaped() {
        let text = explain("include").unwrap();
        assert!(text.contains("\n{{#include ../") && text.contains("`\\{{#include file}}`"), "{text}");
    }

    #[test]
    fn unknown_codes_have_no_section() {
        assert_eq!(explain("no-such-code"), None);
    }
}
