//! The book's metadata, with defaults for what is not configured.

use super::model::{Meta, Page};
use super::name::{self, fold};
use super::short_title::short_title;
use crate::config::Project;
use crate::path::{Anchor, encode_address, title_of_name};

/// Headings of `SUMMARY.md` that name the file rather than the book.
const GENERIC: [&str; 7] = ["summary", "contents", "table of contents", "目录", "目錄", "目次", "차례"];

/// Titles of home pages that say nothing about the book, in lower case.
const NAMES_OF_HOME: [&str; 8] = ["home", "index", "readme", "welcome", "首页", "主页", "首頁", "ホーム"];

/// Completes `[book]`: the title from `SUMMARY.md`, the first page or the folder's name, the id from the title.
pub(super) fn meta(project: &Project, summary_title: Option<String>, pages: &[Page]) -> Meta {
    let book = &project.config.book;
    let title = title(project, summary_title, pages);
    let id = book.id.clone().filter(|id| !id.trim().is_empty());
    Meta {
        id: id.unwrap_or_else(|| Anchor::from_heading(&title).to_string()),
        title,
        language: book.language.clone(),
        authors: book.authors.clone(),
        description: book.description.clone(),
        // Sitemaps and feeds need URLs in ASCII; browsers show them decoded.
        url: book.url.as_deref().map(encode_address),
        revised: book.revised.clone(),
        footer: book.footer.clone(),
        edit_url: book.edit_url.clone(),
    }
}

fn title(project: &Project, summary_title: Option<String>, pages: &[Page]) -> String {
    let is_own = |title: &String| !GENERIC.contains(&title.to_lowercase().as_str());
    let folder = || project.root.file_name().map(|name| title_of_name(&name.to_string_lossy()));
    let foreign = project.config.source.foreign;
    let says_nothing = |title: &str| foreign && NAMES_OF_HOME.contains(&fold(title).as_str());
    let is_home = |page: &&Page| !foreign || name::has_index_name(&page.chapter.path);
    let first = || {
        let page = pages.first().filter(is_home)?;
        let own = page.chapter.heading_title().filter(|title| !title.is_empty());
        Some(own.unwrap_or(&page.title).to_owned()).filter(|title| !says_nothing(title))
    };
    let candidates = [project.config.book.title.clone(), summary_title.filter(is_own), first(), folder()];
    let written = candidates.into_iter().flatten().find(|title| !title.trim().is_empty());
    short_title(written.unwrap_or_else(|| "Book".to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::book::testing::{Sketch, folders, project, summary};

    #[test]
    fn titles_and_ids() {
        for (configured, listed, heading, title, id) in [
            (Some("My Book"), "# Other\n", "First", "My Book", "my-book"),
            (None, "# 还债指南\n", "First", "还债指南", "还债指南"),
            (None, "# Summary\n", "First page", "First page", "first-page"),
            (None, "", "", "Title of the line", "title-of-the-line"),
        ] {
            let mut project = project();
            project.config.book.title = configured.map(str::to_owned);
            let text = format!("{listed}[Title of the line](index.md)\n");
            let chapter = Sketch::at("index.md").heading(1, heading);
            let meta = summary(&project, &text, vec![chapter], &[]).book.meta;
            assert_eq!((meta.title.as_str(), meta.id.as_str()), (title, id));
        }
    }

    #[test]
    fn a_book_without_pages() {
        let built = folders(&project(), Vec::new(), &[]);
        assert_eq!(built.book.meta.title, "My book");
        assert_eq!(built.diagnostics(), ["empty-book: no chapter was found"]);
        assert_eq!(built.help(), ["create `content/index.md` with a heading and some text"]);
        let draft = Sketch::at("a.md").front(|front| front.draft = true);
        assert_eq!(folders(&project(), vec![draft], &[]).diagnostics(), ["empty-book: every chapter is a draft"]);
    }

    #[test]
    fn addresses() {
        for (written, url) in [
            ("https://example.org/", "https://example.org/"),
            ("https://example.org/书/", "https://example.org/%E4%B9%A6/"),
            ("HTTPS://例子.cn/b/", "HTTPS://例子.cn/b/"),
        ] {
            let mut project = project();
            project.config.book.url = Some(written.to_owned());
            let built = folders(&project, vec![Sketch::at("index.md")], &[]);
            assert_eq!(built.book.meta.url.as_deref(), Some(url), "{written:?}");
        }
    }
}
