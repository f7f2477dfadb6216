//! The keys of `chapbook.toml`, each documented once, here: the JSON Schema follows from it, and a test holds the manual to it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Severity;

/// The whole configuration of a book. Every key may be left out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The book itself.
    pub book: BookConfig,
    /// Where its text lies.
    pub source: SourceConfig,
    /// How its text is read.
    pub markdown: MarkdownConfig,
    /// What is numbered.
    pub numbers: NumbersConfig,
    /// Where the site goes and which parts it has.
    pub output: OutputConfig,
    /// How the site looks.
    pub theme: ThemeConfig,
    /// A line over every page.
    pub banner: BannerConfig,
    /// Values for `{{ book.NAME }}` in the text.
    pub variables: BTreeMap<String, String>,
    /// Old paths, with or without `#anchor`, and where they lead now.
    pub redirects: BTreeMap<String, String>,
    /// How grave each kind of finding is: `error`, `warning` or `off`.
    pub codes: BTreeMap<String, Severity>,
}

/// `[book]`
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BookConfig {
    /// Title; else the first heading of the first chapter.
    pub title: Option<String>,
    /// A short name that never changes; readers' ticks are kept under it. Made from the title if left out.
    pub id: Option<String>,
    /// BCP 47 language of the text: `zh-Hans`, `zh-Hant`, `en`, `ja`, …
    pub language: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// One sentence for search engines and the home page.
    pub description: Option<String>,
    /// The address it is published at, ending in `/`; needed for the sitemap, the feed and canonical links.
    pub url: Option<String>,
    /// The day the whole book was last looked through, as `YYYY-MM-DD`.
    pub revised: Option<String>,
    /// A line for the foot of every page, as plain text.
    pub footer: Option<String>,
    /// Where a page can be edited; `{path}` stands for the file's path from the book's root.
    pub edit_url: Option<String>,
    /// The chapter whose definition lists explain the book's terms; where a page uses one, its meaning is shown in place.
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
    /// Folder of the chapters, relative to `chapbook.toml`.
    pub dir: String,
    /// Files and folders to leave out, relative to `dir`.
    pub exclude: Vec<String>,
    /// Folders, relative to `chapbook.toml`, that symbolic links and includes may lead into.
    pub follow: Vec<String>,
    /// Whether the folder was not written for chapbook: then orders and boxes of other tools are read, all is published,
    /// and a link to a folder leads to its first page.
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
    /// Whether straight quotes and `--` become typographic ones; never between Han glyphs.
    pub smart_punctuation: bool,
    /// Whether `$…$` and `$$…$$` are formulas.
    pub math: bool,
    /// Whether code is highlighted.
    pub highlight: bool,
    /// What becomes of raw HTML.
    pub raw_html: RawHtml,
    /// Whether front matter may have keys of other tools, which are passed over.
    pub foreign_front_matter: bool,
    /// Whose Markdown it is: `chapbook`, or `mdbook` for a book that comes from there.
    pub dialect: Dialect,
    /// Whether a line that begins with `: ` defines the term above it.
    pub definition_lists: bool,
    /// Whether `> [!NOTE]` begins a box.
    pub alerts: bool,
    /// Whether code fences called `admonish` are boxes; in the dialect `mdbook` only.
    pub admonish: bool,
    /// Whether `\\(…\\)` and `\\[…\\]` are formulas too.
    pub tex_brackets: bool,
    /// By language of code: lines that begin with this are hidden.
    pub hidden_lines: BTreeMap<String, String>,
    /// Whether images on other hosts are shown, which readers' browsers then ask for them.
    pub external_images: bool,
    /// What becomes of a link that leads nowhere.
    pub broken_links: BrokenLinks,
    /// Whether a chapter without a heading of the first level gets its title as one.
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

/// Whose Markdown a text is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Boxes, blanks, variables and bare addresses are read; ids are GitHub's.
    #[default]
    Chapbook,
    /// What mdBook reads, and its ids.
    MdBook,
}

/// What becomes of a link that leads nowhere. It is reported all the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BrokenLinks {
    /// It is shown as text.
    #[default]
    Text,
    /// It stays a link: what it names may be put beside the site by other means.
    Keep,
}

/// What becomes of raw HTML in the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawHtml {
    /// Elements and attributes of a safe list stay; the rest is left out and reported.
    #[default]
    Safe,
    /// It is shown as text.
    Escape,
    /// All of it stays as it is written: for books whose every author is trusted.
    All,
}

/// `[numbers]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NumbersConfig {
    /// Whether chapters listed in the numbered part of `SUMMARY.md` show their number.
    pub chapters: bool,
    /// Whether second-level headings of numbered chapters show theirs (1.1).
    pub sections: bool,
    /// Whether a chapter's own heading shows its number, and not only the lists of chapters.
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
    /// Folder of the site, relative to `chapbook.toml`.
    pub dir: String,
    /// Whether `a/b.md` becomes `a/b/index.html`; such a site needs a web server.
    pub clean_urls: bool,
    /// The path of the site on its host, as `/book/`, if `url` does not say it; needed by `404.html` only.
    pub base: Option<String>,
    /// The title in the browser's tab: `{page}` and `{book}` stand for theirs.
    pub page_title: String,
    /// A domain name, written to `CNAME` for GitHub Pages.
    pub cname: Option<String>,
    /// Whether pages can be searched.
    pub search: bool,
    /// Whether checklists get pages of their own.
    pub checklists: bool,
    /// Whether the book is also written as one page for paper.
    pub print: bool,
    /// Whether each page is also published as Markdown, with `llms.txt` as their list.
    pub markdown: bool,
    /// Whether numbers before the names of files and folders (`01-setup.md`) are left out of addresses.
    pub short_paths: bool,
    /// Whether pages say when their file last changed, as git knows it.
    pub git_dates: bool,
    /// Forms in which the book is made beside the site and offered on the home page: `file`, `epub`.
    pub downloads: Vec<Download>,
    /// Whether readers may keep the site on their device for reading without a network.
    pub offline: bool,
    /// Whether `index.html` repeats the first chapter, if that has another path; else it leads there.
    pub home_copy: bool,
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
        }
    }
}

/// A form in which a book is carried away.
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
    /// Folder whose files replace those of the built-in theme, name by name.
    pub dir: String,
    /// Paper size for printing: `A4`, `A5` or `letter`.
    pub paper: Paper,
    /// Style sheets of the book's own, beside those of the theme: paths relative to `chapbook.toml`.
    pub styles: Vec<String>,
    /// Scripts of the book's own, which run on every page: paths relative to `chapbook.toml`.
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
    /// What it says, as plain text; readers can put it away until it says something else.
    pub text: Option<String>,
    /// Where it leads: a chapter, as `news.md`, or a full address.
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
