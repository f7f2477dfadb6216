//! The rules of each Markdown dialect. In: `[markdown]` of the configuration. Out: [`DialectRules`]. Other files use these
//! rules and do not test for dialects.

use crate::config::{Dialect, MarkdownConfig, RawHtml};

/// Which syntax is recognised, and how.
#[expect(clippy::struct_excessive_bools, reason = "each is an extension of Markdown, independent of the others")]
#[derive(Debug, Clone)]
pub(super) struct DialectRules {
    /// Whether straight quotes, `--` and `...` become typographic ones.
    pub(super) smart_punctuation: bool,
    /// When `$…$` is a formula. `$$…$$` is one then, and where `tex_brackets` is true.
    pub(super) dollars: Dollars,
    /// Which attribute lists are read.
    pub(super) attribute_lists: AttributeLists,
    /// Whether code with the language `math` is a formula.
    pub(super) math_fences: bool,
    /// Whether `\\(…\\)` and `\\[…\\]` are formulas.
    pub(super) tex_brackets: bool,
    /// Whether a line that begins with `: ` defines the term above it.
    pub(super) definition_lists: bool,
    /// Whether a colon without a space after it defines a term too, as in mdBook.
    pub(super) tight_definitions: bool,
    /// Whether the boxes, callouts and emoji codes of other tools are read.
    pub(super) foreign: bool,
    /// Whether blanks, variables and bare addresses are recognised.
    pub(super) marks: bool,
    /// How directives are written.
    pub(super) directives: DirectiveSyntax,
    /// Which quotations are alerts.
    pub(super) alerts: Alerts,
    /// How ids of headings are derived from their text.
    pub(super) ids: IdRule,
    /// Which keys front matter may have.
    pub(super) front_matter: FrontMatterKeys,
    /// How raw HTML is treated.
    pub(super) raw_html: RawHtml,
    /// How elements are treated that HTML does not define.
    pub(super) unknown_elements: UnknownElements,
    /// How comments are treated.
    pub(super) comments: Comments,
    /// Which near misses of syntax are reported.
    pub(super) near_misses: NearMisses,
}

/// How directives are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DirectiveSyntax {
    /// `:::name`.
    Colons,
    /// `:::name`, and as other tools write it.
    ForeignColons,
    /// A code fence with the language `admonish` (mdbook-admonish).
    Admonish,
    /// There are none.
    None,
}

/// Which attribute lists are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AttributeLists {
    /// None.
    None,
    /// Those after images.
    Images,
    /// All.
    All,
}

/// When dollar signs enclose a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dollars {
    /// Never: they are text.
    Text,
    /// By the rules of Pandoc.
    Formulas,
    /// By these rules, if they are also apart from words. For folders whose authors may mean shell variables and prices.
    Apart,
}

/// Which quotations are alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alerts {
    /// Those that begin with `[!NOTE]`, which a title may follow.
    Titled,
    /// Those that begin with `[!name]`, which may fold and have a title, as in Obsidian.
    Callouts,
    /// Those that begin with `[!NOTE]` alone on its line, as on GitHub.
    Bare,
    /// None.
    None,
}

/// How ids of headings are derived from their text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdRule {
    /// As on GitHub.
    GitHub,
    /// As in mdBook.
    MdBook,
}

/// How elements are treated that HTML does not define.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnknownElements {
    /// As text, as in `Vec<T>`.
    Text,
    /// As text if they have neither attributes nor an end tag. Others are components of another tool: their tags are
    /// skipped.
    Components,
}

/// How comments are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comments {
    /// They are not published.
    Drop,
    /// They are published.
    Keep,
}

/// Which keys front matter may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrontMatterKeys {
    /// The keys of chapbook; others are errors.
    Known,
    /// Any keys. Only the title is used.
    Title,
    /// Any keys. Those of other tools that have a meaning in chapbook are used.
    Foreign,
}

/// Which near misses are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NearMisses {
    /// All of them: the text is written for chapbook.
    All,
    /// Those that no other program reads either: the text was written for another program.
    Common,
    /// None: the text follows the rules of another program.
    None,
}

impl DialectRules {
    /// The rules that a configuration selects.
    pub(super) fn of(markdown: &MarkdownConfig) -> Self {
        let rules = Self {
            smart_punctuation: markdown.smart_punctuation,
            dollars: match (markdown.math, markdown.foreign_syntax) {
                (false, _) => Dollars::Text,
                (true, false) => Dollars::Formulas,
                (true, true) => Dollars::Apart,
            },
            math_fences: true,
            attribute_lists: if markdown.foreign_syntax { AttributeLists::All } else { AttributeLists::Images },
            tex_brackets: markdown.tex_brackets,
            definition_lists: markdown.definition_lists,
            tight_definitions: false,
            foreign: markdown.foreign_syntax,
            marks: true,
            directives: if markdown.foreign_syntax { DirectiveSyntax::ForeignColons } else { DirectiveSyntax::Colons },
            alerts: match (markdown.alerts, markdown.foreign_syntax) {
                (false, _) => Alerts::None,
                (true, false) => Alerts::Titled,
                (true, true) => Alerts::Callouts,
            },
            ids: IdRule::GitHub,
            front_matter: match (markdown.foreign_front_matter, markdown.foreign_syntax) {
                (false, _) => FrontMatterKeys::Known,
                (true, false) => FrontMatterKeys::Title,
                (true, true) => FrontMatterKeys::Foreign,
            },
            raw_html: markdown.raw_html,
            unknown_elements: UnknownElements::Text,
            comments: Comments::Drop,
            near_misses: if markdown.foreign_front_matter || markdown.foreign_syntax {
                NearMisses::Common
            } else {
                NearMisses::All
            },
        };
        match markdown.dialect {
            Dialect::Chapbook => rules,
            Dialect::MdBook => Self {
                marks: false,
                math_fences: false,
                attribute_lists: AttributeLists::None,
                foreign: false,
                tight_definitions: true,
                directives: if markdown.admonish { DirectiveSyntax::Admonish } else { DirectiveSyntax::None },
                alerts: if markdown.alerts { Alerts::Bare } else { Alerts::None },
                ids: IdRule::MdBook,
                unknown_elements: UnknownElements::Components,
                comments: Comments::Keep,
                near_misses: NearMisses::None,
                ..rules
            },
        }
    }
}
