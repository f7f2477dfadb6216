//! The keys of `chapbook.toml`. The JSON Schema is generated from these types and their comments; a test checks that the
//! manual documents every key.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::path::AddressStyle;

/// The configuration of a book. Every key is optional.
///
/// ```
/// use chapbook::config::Config;
///
/// let config = Config::default();
/// assert_eq!((config.source.dir.as_str(), config.output.dir.as_str()), ("content", "public"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The book itself.
    pub book: BookConfig,
    /// Where the chapters are.
    pub source: SourceConfig,
    /// How Markdown is read.
    pub markdown: MarkdownConfig,
    /// Which numbers are shown.
    pub numbers: NumbersConfig,
    /// Where the site is written, and which parts it has.
    pub output: OutputConfig,
    /// How the site looks.
    pub theme: ThemeConfig,
    /// A notice at the top of every page.
    pub banner: BannerConfig,
    /// Values for `{{ book.NAME }}` in chapters, by name.
    pub variables: BTreeMap<String, String>,
    /// New paths by old paths; an old path may have an `#anchor`.
    pub redirects: BTreeMap<String, String>,
    /// Severity by code: `error`, `warning` or `off`.
    pub codes: BTreeMap<String, Severity>,
}

/// `[book]`
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BookConfig {
    /// The title. Default: the first heading of the first chapter.
    pub title: Option<String>,
    /// A short name that must not change, because readers' ticks are stored under it. Default: made from the title.
    pub id: Option<String>,
    /// The language of the text as a BCP 47 tag: `en`, `ja`, `zh-Hans`, `zh-Hant`, …
    pub language: String,
    /// The names of the authors.
    pub authors: Vec<String>,
    /// One sentence about the book, for search engines and the home page.
    pub description: Option<String>,
    /// The URL of the published site, ending in `/`. Required for the sitemap, the feed and canonical links.
    pub url: Option<String>,
    /// The date of the last review of the whole book, as `YYYY-MM-DD`.
    pub revised: Option<String>,
    /// Plain text for the footer of every page.
    pub footer: Option<String>,
    /// The URL for editing a page. `{path}` is replaced by the path of its file from the book's root.
    pub edit_url: Option<String>,
    /// The chapter whose definition lists explain terms. Pages show the definition where they use a term.
    pub glossary: Option<String>,
}

impl Default for BookConfig {
    fn default() -> Self {
        Self {
            title: None,
            id: None,
            language: "en".to_owned(),
            authors: Vec::new(),
            description: None,
            url: None,
            revised: None,
            footer: None,
            edit_url: None,
            glossary: None,
        }
    }
}

/// `[source]`
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SourceConfig {
    /// The folder of the chapters, relative to `chapbook.toml`.
    pub dir: String,
    /// Files and folders to ignore, relative to `dir`.
    pub exclude: Vec<String>,
    /// Folders outside `dir` that symbolic links and includes may refer to, relative to `chapbook.toml`.
    pub follow: Vec<String>,
    /// Whether the folder was written for another tool. Then that tool's order of pages and its admonitions are read, all
    /// chapters are published, and a link to a folder leads to its first page.
    pub foreign: bool,
}

impl Default for SourceConfig {
    fn default() -> Self {
        Self { dir: "content".to_owned(), exclude: Vec::new(), follow: Vec::new(), foreign: false }
    }
}

/// `[markdown]`
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file, independent of the others")]
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MarkdownConfig {
    /// Whether straight quotes, `--` and `...` become typographic ones, except between Han characters.
    pub smart_punctuation: bool,
    /// Whether `$…$` and `$$…$$` are LaTeX formulas.
    pub math: bool,
    /// Whether code blocks are highlighted.
    pub highlight: bool,
    /// How raw HTML is treated.
    pub raw_html: RawHtml,
    /// Whether front matter may have keys of other tools, which are ignored.
    pub foreign_front_matter: bool,
    /// Whether boxes, callouts and emoji codes of other tools are read: `:::info`, `> [!faq]-`, `:rocket:`.
    pub foreign_syntax: bool,
    /// The dialect of Markdown: `chapbook`, or `mdbook` for a book that was written for mdBook.
    pub dialect: Dialect,
    /// Whether a line that begins with `: ` defines the term in the line above it.
    pub definition_lists: bool,
    /// Whether `> [!NOTE]` begins an alert.
    pub alerts: bool,
    /// Whether code blocks with the language `admonish` are alerts; only in the dialect `mdbook`.
    pub admonish: bool,
    /// Whether `\\(…\\)` and `\\[…\\]` are LaTeX formulas.
    pub tex_brackets: bool,
    /// By the language of a code block: the prefix of lines that are hidden.
    pub hidden_lines: BTreeMap<String, String>,
    /// Whether images on other hosts are shown. Readers' browsers then send requests to those hosts.
    pub external_images: bool,
    /// How a broken link is shown.
    pub broken_links: BrokenLinks,
    /// Whether a chapter without a first-level heading gets one from its title.
    pub add_titles: bool,
}

impl Default for MarkdownConfig {
    fn default() -> Self {
        Self {
            smart_punctuation: false,
            math: false,
            highlight: true,
            raw_html: RawHtml::Safe,
            foreign_front_matter: false,
            foreign_syntax: false,
            dialect: Dialect::Chapbook,
            definition_lists: true,
            alerts: true,
            admonish: false,
            tex_brackets: false,
            hidden_lines: BTreeMap::new(),
            external_images: false,
            broken_links: BrokenLinks::Text,
            add_titles: true,
        }
    }
}

/// A dialect of Markdown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// With directives, blanks, variables and bare URLs; headings have GitHub's ids.
    #[default]
    Chapbook,
    /// As mdBook reads it; headings have mdBook's ids.
    MdBook,
}

/// How a broken link is shown. It is reported in either case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BrokenLinks {
    /// It is shown as text.
    #[default]
    Text,
    /// It stays a link, for targets that are added to the site by other means.
    Keep,
}

/// How raw HTML in chapters is treated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawHtml {
    /// Elements and attributes of a safe list are kept; others are removed and reported.
    #[default]
    Safe,
    /// It is shown as text.
    Escape,
    /// All HTML is kept unchecked. Only for books whose authors are all trusted.
    All,
}

/// `[numbers]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NumbersConfig {
    /// Whether chapters in the numbered part of `SUMMARY.md` show their number.
    pub chapters: bool,
    /// Whether second-level headings of numbered chapters show their number (1.1).
    pub sections: bool,
    /// Whether the heading of a chapter shows its number, and not only the table of contents.
    pub headings: bool,
}

impl Default for NumbersConfig {
    fn default() -> Self {
        Self { chapters: true, sections: false, headings: true }
    }
}

/// `[output]`
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file, independent of the others")]
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OutputConfig {
    /// The folder that the site is written to, relative to `chapbook.toml`.
    pub dir: String,
    /// Whether `a/b.md` becomes `a/b/index.html` instead of `a/b.html`. Such a site needs a web server.
    pub clean_urls: bool,
    /// The path of the site on its host, such as `/book/`, for `404.html`. Default: the path of `url`.
    pub base: Option<String>,
    /// The title in the browser's tab. `{page}` and `{book}` are replaced by the titles of page and book.
    pub page_title: String,
    /// A domain name that is written to `CNAME`, for GitHub Pages.
    pub cname: Option<String>,
    /// Whether the site has a search.
    pub search: bool,
    /// Whether each checklist has a page for printing, and the site a list of all checklists.
    pub checklists: bool,
    /// Whether the site has a page with the whole book for printing.
    pub print: bool,
    /// Whether each page is also published as Markdown, and listed in `llms.txt`.
    pub markdown: bool,
    /// Whether numbers before the names of files and folders (`01-setup.md`) are left out of URLs.
    pub short_paths: bool,
    /// Whether pages show the date of the last commit that changed their file.
    pub git_dates: bool,
    /// Downloads to build with the site and to offer on the home page: `file`, `epub`.
    pub downloads: Vec<Download>,
    /// Whether readers can store the site on their device to read it offline.
    pub offline: bool,
    /// Whether `index.html` is a copy of the first chapter, if that has another path. Otherwise it redirects there.
    pub home_copy: bool,
    /// How many files the site may have.
    pub max_files: u32,
    /// How large the site may be, in megabytes.
    pub max_megabytes: u32,
}

impl OutputConfig {
    /// How addresses of pages look.
    #[must_use]
    pub fn address_style(&self) -> AddressStyle {
        if self.clean_urls { AddressStyle::Folder } else { AddressStyle::File }
    }
}

impl Default for OutputConfig {
    fn default() -> Self {
        Self {
            dir: "public".to_owned(),
            clean_urls: false,
            base: None,
            page_title: "{page} · {book}".to_owned(),
            cname: None,
            search: true,
            checklists: true,
            print: true,
            markdown: true,
            short_paths: true,
            git_dates: true,
            downloads: Vec::new(),
            offline: false,
            home_copy: false,
            max_files: 200_000,
            max_megabytes: 4_000,
        }
    }
}

/// A download that readers are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Download {
    /// `book.html`: the whole book in one HTML file.
    File,
    /// `book.epub`: EPUB 3.
    Epub,
}

/// `[theme]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ThemeConfig {
    /// The folder whose files replace those of the built-in theme with the same names.
    pub dir: String,
    /// The paper size for printing: `A4`, `A5` or `letter`.
    pub paper: Paper,
    /// Additional style sheets, as paths relative to `chapbook.toml`.
    pub styles: Vec<String>,
    /// Additional scripts that run on every page, as paths relative to `chapbook.toml`.
    pub scripts: Vec<String>,
}

impl Default for ThemeConfig {
    fn default() -> Self {
        Self { dir: "theme".to_owned(), paper: Paper::A4, styles: Vec::new(), scripts: Vec::new() }
    }
}

/// `[banner]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BannerConfig {
    /// The notice, as plain text. Readers can dismiss it until it changes.
    pub text: Option<String>,
    /// The target of the notice: a chapter, such as `news.md`, or a URL.
    pub link: Option<String>,
}

/// A paper size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, serde::Serialize)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 148 × 210 mm.
    A5,
    /// 8.5 × 11 inches.
    #[serde(rename = "letter")]
    Letter,
}
