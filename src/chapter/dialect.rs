//! What of Markdown a text has: the one table of what each dialect reads, from `[markdown]` of the configuration.

use crate::config::{Dialect, MarkdownConfig, RawHtml};

/// Which rules hold for a text.
#[expect(clippy::struct_excessive_bools, reason = "each is an extension of Markdown, independent of the others")]
#[derive(Debug, Clone)]
pub(super) struct DialectRules {
    /// Whether straight quotes and `--` become typographic ones.
    pub(super) smart_punctuation: bool,
    /// Whether `$…$` are formulas; `$$…$$` are with this or the next.
    pub(super) dollars: bool,
    /// Whether formulas stand between `\\(` and `\\)` or `\\[` and `\\]`.
    pub(super) tex_brackets: bool,
    /// Whether a line that begins with `: ` defines the term above it.
    pub(super) definition_lists: bool,
    /// Whether blanks, variables and bare addresses are more than text.
    pub(super) marks: bool,
    /// What begins a box.
    pub(super) directives: DirectiveSyntax,
    /// What of quotations is a box.
    pub(super) alerts: Alerts,
    /// How headings get their ids.
    pub(super) ids: IdRule,
    /// Which keys front matter may have.
    pub(super) front_matter: Keys,
    /// What becomes of raw HTML.
    pub(super) raw_html: RawHtml,
    /// What elements are that HTML does not know.
    pub(super) unknown_elements: Unknown,
    /// What becomes of comments.
    pub(super) comments: Comments,
}

/// What begins a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DirectiveSyntax {
    /// `:::name`.
    Colons,
    /// A code fence called `admonish`.
    Admonish,
    /// Nothing.
    None,
}

/// What of quotations is a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alerts {
    /// `[!NOTE]`, perhaps with a title behind it.
    Titled,
    /// `[!NOTE]` alone on its line, as GitHub has it.
    Bare,
    /// None.
    None,
}

/// How headings get their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdRule {
    /// GitHub's.
    GitHub,
    /// mdBook's.
    MdBook,
}

/// What elements are that HTML does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// Text, as the author surely meant it: `Vec<T>`.
    Text,
    /// Text if they stand alone and bare; else components of another tool, whose tags are passed over.
    Components,
}

/// What becomes of comments in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comments {
    /// They are the author's own, and left out.
    Drop,
    /// They are published where they stand.
    Keep,
}

/// Which keys front matter may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// Those that are known.
    Known,
    /// Any: what is not known is another tool's.
    Any,
}

impl DialectRules {
    /// The rules a configuration asks for.
    pub(super) fn of(markdown: &MarkdownConfig) -> Self {
        let rules = Self {
            smart_punctuation: markdown.smart_punctuation,
            dollars: markdown.math,
            tex_brackets: markdown.tex_brackets,
            definition_lists: markdown.definition_lists,
            marks: true,
            directives: DirectiveSyntax::Colons,
            alerts: if markdown.alerts { Alerts::Titled } else { Alerts::None },
            ids: IdRule::GitHub,
            front_matter: if markdown.foreign_front_matter { Keys::Any } else { Keys::Known },
            raw_html: markdown.raw_html,
            unknown_elements: Unknown::Text,
            comments: Comments::Drop,
        };
        match markdown.dialect {
            Dialect::Chapbook => rules,
            Dialect::MdBook => Self {
                marks: false,
                directives: if markdown.admonish { DirectiveSyntax::Admonish } else { DirectiveSyntax::None },
                alerts: if markdown.alerts { Alerts::Bare } else { Alerts::None },
                ids: IdRule::MdBook,
                unknown_elements: Unknown::Components,
                comments: Comments::Keep,
                ..rules
            },
        }
    }
}
