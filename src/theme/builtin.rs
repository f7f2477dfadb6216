//! The built-in theme: its files, embedded in the program, and the order in which pages load styles and scripts.

use super::directive;

/// Every file of the folder `theme/` but the templates of directives, sorted by path.
const BUILTIN: &[(&str, &[u8])] = &[
    ("404.html", include_bytes!("../../theme/404.html")),
    ("assets/favicon.svg", include_bytes!("../../theme/assets/favicon.svg")),
    ("book.html", include_bytes!("../../theme/book.html")),
    ("checklists.html", include_bytes!("../../theme/checklists.html")),
    ("css/base.css", include_bytes!("../../theme/css/base.css")),
    ("css/blank.css", include_bytes!("../../theme/css/blank.css")),
    ("css/checklist.css", include_bytes!("../../theme/css/checklist.css")),
    ("css/content.css", include_bytes!("../../theme/css/content.css")),
    ("css/directives.css", include_bytes!("../../theme/css/directives.css")),
    ("css/epub.css", include_bytes!("../../theme/css/epub.css")),
    ("css/formula.css", include_bytes!("../../theme/css/formula.css")),
    ("css/image.css", include_bytes!("../../theme/css/image.css")),
    ("css/kept.css", include_bytes!("../../theme/css/kept.css")),
    ("css/layout.css", include_bytes!("../../theme/css/layout.css")),
    ("css/leaves.css", include_bytes!("../../theme/css/leaves.css")),
    ("css/print.css", include_bytes!("../../theme/css/print.css")),
    ("css/reader.css", include_bytes!("../../theme/css/reader.css")),
    ("css/search.css", include_bytes!("../../theme/css/search.css")),
    ("css/start.css", include_bytes!("../../theme/css/start.css")),
    ("css/tokens.css", include_bytes!("../../theme/css/tokens.css")),
    ("css/unscripted.css", include_bytes!("../../theme/css/unscripted.css")),
    ("directives/checklist.html", include_bytes!("../../theme/directives/checklist.html")),
    ("feed.xml", include_bytes!("../../theme/feed.xml")),
    ("js/ask.js", include_bytes!("../../theme/js/ask.js")),
    ("js/backup.js", include_bytes!("../../theme/js/backup.js")),
    ("js/blank.js", include_bytes!("../../theme/js/blank.js")),
    ("js/changed.js", include_bytes!("../../theme/js/changed.js")),
    ("js/checklist.js", include_bytes!("../../theme/js/checklist.js")),
    ("js/copies.js", include_bytes!("../../theme/js/copies.js")),
    ("js/copy.js", include_bytes!("../../theme/js/copy.js")),
    ("js/early.js", include_bytes!("../../theme/js/early.js")),
    ("js/find-root.js", include_bytes!("../../theme/js/find-root.js")),
    ("js/identity.js", include_bytes!("../../theme/js/identity.js")),
    ("js/keys.js", include_bytes!("../../theme/js/keys.js")),
    ("js/lazy-load.js", include_bytes!("../../theme/js/lazy-load.js")),
    ("js/leaves.js", include_bytes!("../../theme/js/leaves.js")),
    ("js/list-open.js", include_bytes!("../../theme/js/list-open.js")),
    ("js/marks.js", include_bytes!("../../theme/js/marks.js")),
    ("js/merge.js", include_bytes!("../../theme/js/merge.js")),
    ("js/moved-anchors.js", include_bytes!("../../theme/js/moved-anchors.js")),
    ("js/namespace.js", include_bytes!("../../theme/js/namespace.js")),
    ("js/nav.js", include_bytes!("../../theme/js/nav.js")),
    ("js/notes.js", include_bytes!("../../theme/js/notes.js")),
    ("js/offline.js", include_bytes!("../../theme/js/offline.js")),
    ("js/outline.js", include_bytes!("../../theme/js/outline.js")),
    ("js/overview.js", include_bytes!("../../theme/js/overview.js")),
    ("js/pack.js", include_bytes!("../../theme/js/pack.js")),
    ("js/place.js", include_bytes!("../../theme/js/place.js")),
    ("js/places.js", include_bytes!("../../theme/js/places.js")),
    ("js/print.js", include_bytes!("../../theme/js/print.js")),
    ("js/reading.js", include_bytes!("../../theme/js/reading.js")),
    ("js/redirect.js", include_bytes!("../../theme/js/redirect.js")),
    ("js/relocate.js", include_bytes!("../../theme/js/relocate.js")),
    ("js/schema.js", include_bytes!("../../theme/js/schema.js")),
    ("js/search-ask.js", include_bytes!("../../theme/js/search-ask.js")),
    ("js/search-dialog.js", include_bytes!("../../theme/js/search-dialog.js")),
    ("js/search-filters.js", include_bytes!("../../theme/js/search-filters.js")),
    ("js/search-open.js", include_bytes!("../../theme/js/search-open.js")),
    ("js/search-page.js", include_bytes!("../../theme/js/search-page.js")),
    ("js/search-recent.js", include_bytes!("../../theme/js/search-recent.js")),
    ("js/search-results.js", include_bytes!("../../theme/js/search-results.js")),
    ("js/search.js", include_bytes!("../../theme/js/search.js")),
    ("js/share.js", include_bytes!("../../theme/js/share.js")),
    ("js/state.js", include_bytes!("../../theme/js/state.js")),
    ("js/storage.js", include_bytes!("../../theme/js/storage.js")),
    ("js/tabs.js", include_bytes!("../../theme/js/tabs.js")),
    ("js/terms.js", include_bytes!("../../theme/js/terms.js")),
    ("js/text.js", include_bytes!("../../theme/js/text.js")),
    ("js/zoom.js", include_bytes!("../../theme/js/zoom.js")),
    ("layout.html", include_bytes!("../../theme/layout.html")),
    ("offline/end.js", include_bytes!("../../theme/offline/end.js")),
    ("offline/worker.js", include_bytes!("../../theme/offline/worker.js")),
    ("opensearch.xml", include_bytes!("../../theme/opensearch.xml")),
    ("page.html", include_bytes!("../../theme/page.html")),
    ("partials/about-page.html", include_bytes!("../../theme/partials/about-page.html")),
    ("partials/banner.html", include_bytes!("../../theme/partials/banner.html")),
    ("partials/box.html", include_bytes!("../../theme/partials/box.html")),
    ("partials/breadcrumbs.html", include_bytes!("../../theme/partials/breadcrumbs.html")),
    ("partials/cover.html", include_bytes!("../../theme/partials/cover.html")),
    ("partials/dialogs.html", include_bytes!("../../theme/partials/dialogs.html")),
    ("partials/home.html", include_bytes!("../../theme/partials/home.html")),
    ("partials/footer.html", include_bytes!("../../theme/partials/footer.html")),
    ("partials/head.html", include_bytes!("../../theme/partials/head.html")),
    ("partials/header.html", include_bytes!("../../theme/partials/header.html")),
    ("partials/icon-search.html", include_bytes!("../../theme/partials/icon-search.html")),
    ("partials/keys.html", include_bytes!("../../theme/partials/keys.html")),
    ("partials/linked-data.html", include_bytes!("../../theme/partials/linked-data.html")),
    ("partials/marks.html", include_bytes!("../../theme/partials/marks.html")),
    ("partials/nav.html", include_bytes!("../../theme/partials/nav.html")),
    ("partials/over-text.html", include_bytes!("../../theme/partials/over-text.html")),
    ("partials/overview.html", include_bytes!("../../theme/partials/overview.html")),
    ("partials/pager.html", include_bytes!("../../theme/partials/pager.html")),
    ("partials/print-menu.html", include_bytes!("../../theme/partials/print-menu.html")),
    ("partials/resume.html", include_bytes!("../../theme/partials/resume.html")),
    ("partials/search-asked.html", include_bytes!("../../theme/partials/search-asked.html")),
    ("partials/search-page.html", include_bytes!("../../theme/partials/search-page.html")),
    ("partials/search.html", include_bytes!("../../theme/partials/search.html")),
    ("partials/sheet.html", include_bytes!("../../theme/partials/sheet.html")),
    ("partials/terms.html", include_bytes!("../../theme/partials/terms.html")),
    ("partials/toc.html", include_bytes!("../../theme/partials/toc.html")),
    ("prefetch.json", include_bytes!("../../theme/prefetch.json")),
    ("print.html", include_bytes!("../../theme/print.html")),
    ("redirect.html", include_bytes!("../../theme/redirect.html")),
    ("search.html", include_bytes!("../../theme/search.html")),
    ("search/codec.js", include_bytes!("../../theme/search/codec.js")),
    ("search/engine.js", include_bytes!("../../theme/search/engine.js")),
    ("search/field.js", include_bytes!("../../theme/search/field.js")),
    ("search/matchers.js", include_bytes!("../../theme/search/matchers.js")),
    ("search/rank.js", include_bytes!("../../theme/search/rank.js")),
    ("search/ranking.js", include_bytes!("../../theme/search/ranking.js")),
    ("search/shards.js", include_bytes!("../../theme/search/shards.js")),
    ("search/sound.js", include_bytes!("../../theme/search/sound.js")),
    ("search/terms.js", include_bytes!("../../theme/search/terms.js")),
    ("search/text.js", include_bytes!("../../theme/search/text.js")),
    ("search/whole.js", include_bytes!("../../theme/search/whole.js")),
    ("search/worker.js", include_bytes!("../../theme/search/worker.js")),
    ("sheet.html", include_bytes!("../../theme/sheet.html")),
    ("sheets.html", include_bytes!("../../theme/sheets.html")),
    ("sitemap.xml", include_bytes!("../../theme/sitemap.xml")),
    ("start.html", include_bytes!("../../theme/start.html")),
    ("strings/en.toml", include_bytes!("../../theme/strings/en.toml")),
    ("strings/ja.toml", include_bytes!("../../theme/strings/ja.toml")),
    ("strings/zh-Hans.toml", include_bytes!("../../theme/strings/zh-Hans.toml")),
    ("strings/zh-Hant.toml", include_bytes!("../../theme/strings/zh-Hant.toml")),
];

/// Every built-in file with its path; a test compares them with the folder `theme/`.
pub(crate) fn builtin() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    BUILTIN.iter().chain(directive::templates()).copied()
}

/// The style sheets of all pages, in order. `tokens.css` declares the order of the cascade layers.
pub(crate) const STYLES: &[&str] = &[
    "css/tokens.css",
    "css/base.css",
    "css/layout.css",
    "css/content.css",
    "css/image.css",
    "css/directives.css",
    "css/search.css",
    "css/reader.css",
    "css/print.css",
];

/// The additional style sheets of pages with formulas.
pub(crate) const FORMULA_STYLES: &[&str] = &["css/formula.css"];

/// The additional style sheets of pages with checklists or blanks.
pub(crate) const LIST_STYLES: &[&str] = &["css/checklist.css", "css/blank.css", "css/kept.css"];

/// The scripts that run before the page is drawn.
pub(crate) const EARLY_SCRIPTS: &[&str] = &["js/namespace.js", "js/storage.js", "js/early.js"];

/// The scripts that run after the page is parsed, in order. Each uses only those before it.
pub(crate) const SCRIPTS: &[&str] = &[
    "js/ask.js",
    "js/lazy-load.js",
    "js/reading.js",
    "js/place.js",
    "js/nav.js",
    "js/moved-anchors.js",
    "js/search-open.js",
    "js/tabs.js",
    "js/copy.js",
    "js/print.js",
    "js/keys.js",
    "js/terms.js",
    "js/notes.js",
    "js/zoom.js",
];

/// The scripts of the search dialog and the results page, in order. `search-open.js` loads them when they are needed.
pub(crate) const SEARCH_SCRIPTS: &[&str] = &[
    "js/search.js",
    "js/search-results.js",
    "js/search-filters.js",
    "js/search-recent.js",
    "js/search-ask.js",
    "js/search-dialog.js",
    "js/search-page.js",
    "js/marks.js",
];

/// The additional scripts of pages with checklists or blanks, in order. They run after all others of the theme.
pub(crate) const LIST_SCRIPTS: &[&str] = &[
    "js/schema.js",
    "js/identity.js",
    "js/merge.js",
    "js/relocate.js",
    "js/state.js",
    "js/places.js",
    "js/text.js",
    "js/blank.js",
    "js/checklist.js",
    "js/changed.js",
    "js/list-open.js",
];

/// The scripts of the page of all checklists and of rare actions on a checklist, in order. `list-open.js` loads them when
/// they are needed.
pub(crate) const LIST_TOOLS: &[&str] = &["js/pack.js", "js/share.js", "js/copies.js", "js/backup.js", "js/overview.js"];

/// Style sheets of exports, which no page of a site loads: of the single HTML file, the EPUB, and the first page of a zip.
#[cfg(test)]
const EXPORT_STYLES: &[&str] = &["css/leaves.css", "css/unscripted.css", "css/epub.css", "css/start.css"];

/// The scripts of the export as one HTML file, in order. They run last.
pub(crate) const SINGLE_FILE_SCRIPTS: &[&str] = &["js/leaves.js"];

/// The only script of pages that redirect.
pub(crate) const REDIRECT_SCRIPT: &str = "js/redirect.js";

/// The inline script of the page for unknown addresses, if the book does not say where its site is on its host.
pub(crate) const ROOT_SCRIPT: &str = "js/find-root.js";

/// The scripts of sites that can be stored for reading offline.
pub(crate) const OFFLINE_SCRIPTS: &[&str] = &["js/offline.js"];

/// The script that is loaded with the complete table of contents of a large book, of which a page has only a part.
pub(crate) const OUTLINE_SCRIPTS: &[&str] = &["js/outline.js"];

/// The scripts of the search engine, in order. They are loaded with the index, at the first search.
pub(crate) const SEARCH_ENGINE: &[&str] = &[
    "search/text.js",
    "search/codec.js",
    "search/ranking.js",
    "search/field.js",
    "search/whole.js",
    "search/shards.js",
    "search/sound.js",
    "search/matchers.js",
    "search/terms.js",
    "search/rank.js",
    "search/engine.js",
    "search/worker.js",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_table_lists_the_folder() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("theme");
        let on_disk: BTreeSet<String> = walkdir::WalkDir::new(&root)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.path().strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"))
            .collect();
        let mut embedded: Vec<&str> = builtin().map(|(path, _)| path).collect();
        embedded.sort_unstable();
        assert_eq!(embedded, on_disk.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn every_style_and_script_is_in_one_list() {
        let ordered: BTreeSet<&str> = [
            STYLES,
            FORMULA_STYLES,
            LIST_STYLES,
            EXPORT_STYLES,
            EARLY_SCRIPTS,
            SCRIPTS,
            SEARCH_SCRIPTS,
            LIST_SCRIPTS,
            LIST_TOOLS,
            SINGLE_FILE_SCRIPTS,
            OFFLINE_SCRIPTS,
            OUTLINE_SCRIPTS,
            SEARCH_ENGINE,
            &[REDIRECT_SCRIPT, ROOT_SCRIPT],
        ]
        .concat()
        .into_iter()
        .collect();
        let embedded: BTreeSet<&str> = BUILTIN
            .iter()
            .map(|(path, _)| *path)
            .filter(|path| ["css/", "js/", "search/"].iter().any(|folder| path.starts_with(folder)))
            .collect();
        assert_eq!(ordered, embedded);
    }

    #[test]
    fn a_first_view_stays_small() {
        let size = |paths: &[&str]| -> usize {
            BUILTIN.iter().filter(|(path, _)| paths.contains(path)).map(|(_, bytes)| bytes.len()).sum()
        };
        for (what, paths, most) in [
            ("css", STYLES, 64_000),
            ("css of formulas", FORMULA_STYLES, 4_000),
            ("css of lists", LIST_STYLES, 16_000),
            ("js", [EARLY_SCRIPTS, SCRIPTS].concat().as_slice(), 56_000),
            ("js of the search dialog", SEARCH_SCRIPTS, 48_000),
            ("js of lists", LIST_SCRIPTS, 46_000),
            ("js of rare actions on lists", LIST_TOOLS, 20_000),
            ("js of the single HTML file", SINGLE_FILE_SCRIPTS, 10_000),
            ("js of offline sites", OFFLINE_SCRIPTS, 8_000),
            ("the search engine", SEARCH_ENGINE, 58_000),
        ] {
            assert!(size(paths) < most, "{what} is {} bytes", size(paths));
        }
    }

    #[test]
    fn comments_of_style_sheets_are_not_inside_selectors() {
        for (path, bytes) in BUILTIN.iter().filter(|(path, _)| path.starts_with("css/")) {
            let text = std::str::from_utf8(bytes).unwrap();
            for (at, _) in text.match_indices("/*") {
                let before = text[..at].trim_end();
                let is_between = before.is_empty() || before.ends_with([';', '{', '}', '/']);
                assert!(is_between, "{path}: {}", text[at..].lines().next().unwrap());
            }
        }
    }

    #[test]
    fn scripts_stay_short_and_make_no_html() {
        for (path, bytes) in
            BUILTIN.iter().filter(|(path, _)| path.rsplit_once('.').is_some_and(|(_, end)| end == "js"))
        {
            let text = std::str::from_utf8(bytes).unwrap();
            assert!(text.lines().count() < 200, "{path} has {} lines", text.lines().count());
            for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "currentScript"] {
                assert!(!text.contains(sink), "{path} uses {sink}");
            }
        }
    }
}
