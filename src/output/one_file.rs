//! `book.html`: the whole book in one file. It contains pages, styles, scripts, pictures and the search index, and requests
//! nothing.
//!
//! Each page of the site is a leaf; its address is its path after `#`. `theme/js/leaves.js` shows one at a time. Without
//! scripts, all are shown one after another.

use std::collections::BTreeMap;

use super::artifact::{Artifact, Composition, Output};
use super::checklists::{groups, tags};
use super::inline::{Inlining, data};
use super::pages::{minutes, toc};
use super::policy::source;
use super::sheets::card;
use crate::book::PageId;
use crate::config::Download;
use crate::escape::{RawElement, raw_element};
use crate::path::{SitePath, encode_fragment, generated};
use crate::render::{
    BookView, Crumb, Edition, HeadView, Keeps, LeafView, LinkStyle, Needs, Sheet, SheetKind, SheetLeafView, SiteView,
    View, file_place, file_prefix,
};
use crate::search::Index;

/// Book.html, the whole book in one file.
pub(super) const ONE_FILE: Output = Output { wanted: |output| output.downloads.contains(&Download::File), compose };

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let page = Artifact::page(generated::BOOK, "book.html", |path| View::Book(Box::new(view(composition, path))));
    page.into_iter().collect()
}

fn view(composition: &Composition<'_>, path: &SitePath) -> BookView {
    let (edition, typeset) = (composition.edition, composition.typeset);
    let inlining = Inlining::of(edition);
    let inline = &edition.theme.inline;
    let script = script(edition);
    let styles = inline.styles.iter().map(|(path, text)| inlining.style(path, text)).collect::<Vec<_>>().join("\n");
    let style = raw_element(&styles, RawElement::Style);
    let csp = policy(edition, &style, &script);
    BookView {
        site: site(edition, path, csp),
        // Search engines should find the site instead.
        head: HeadView { noindex: true, canonical: None, ..edition.head(&edition.book.meta.title, path) },
        style,
        unscripted_style: raw_element(&inline.unscripted_style, RawElement::Style),
        early_script: raw_element(&inline.early_script, RawElement::Script),
        nav: edition.outline(LinkStyle::File),
        contents: edition.outline(LinkStyle::File),
        chapters: chapters(edition, &typeset.file.chapters, &inlining),
        overview: if lists(edition) { groups(edition, LinkStyle::File) } else { Vec::new() },
        count: edition.book.checklists.len(),
        tags: tags(edition),
        sheets: sheets(edition, &typeset.file.sheets, &inlining),
        index: if edition.project.config.output.search { index(edition, &typeset.index) } else { Vec::new() },
        revised: edition.book.meta.revised.clone(),
        address: edition.book.meta.url.clone(),
        script,
    }
}

/// Everything that runs once the page is read. The engine is a function, which costs nothing until it is called.
fn script(edition: &Edition) -> String {
    let engine = String::from_utf8_lossy(&edition.theme.engine);
    let engine = format!("window.chapbook.searchEngine=function(){{\n{engine}}};\n");
    raw_element(&(engine + &edition.theme.inline.script), RawElement::Script)
}

/// The search index. In this file, the address of a page is that of its leaf.
fn index(edition: &Edition, index: &Index) -> Vec<(String, String)> {
    let leaves = edition.book.pages.iter().map(|page| (page.permalink.from_root(), page.permalink.file().encoded()));
    let leaves: BTreeMap<String, String> = leaves.filter(|(address, leaf)| address != leaf).collect();
    if leaves.is_empty() { index.blocks() } else { index.readdressed(&leaves).blocks() }
}

/// Only what the file contains can run or be shown; images of other hosts only if the configuration allows them.
fn policy(edition: &Edition, style: &str, script: &str) -> String {
    let inline = &edition.theme.inline;
    let scripts = [&raw_element(&inline.early_script, RawElement::Script), script].map(source).join(" ");
    let styles = [style, &raw_element(&inline.unscripted_style, RawElement::Style)].map(source).join(" ");
    // Scripts of other tools set inline styles; a digest in the same directive would disable them.
    let own = !edition.project.config.theme.scripts.is_empty();
    let styles = if own { "'unsafe-inline'".to_owned() } else { styles };
    let images = if edition.project.config.markdown.external_images { " https: http:" } else { "" };
    format!(
        "default-src 'none'; script-src {scripts}; worker-src blob:; style-src {styles}; img-src data:{images}; media-src data:; \
         font-src data:; base-uri 'none'; form-action 'none'"
    )
}

fn lists(edition: &Edition) -> bool {
    edition.project.config.output.checklists && !edition.book.checklists.is_empty()
}

fn site(edition: &Edition, path: &SitePath, csp: String) -> SiteView {
    let leaf = |path: &str| Some(format!("#{path}"));
    let home = edition.book.home().map(|home| format!("#{}", encode_fragment(&file_place(home.permalink.file()))));
    SiteView {
        root: String::new(),
        home: home.unwrap_or_default(),
        styles: Vec::new(),
        inline_html: "".into(),
        scripts: Vec::new(),
        list_tools: None,
        search_index: edition.project.config.output.search.then(|| "#".to_owned()),
        finder: None,
        search: None,
        outline: None,
        opensearch: None,
        checklists: leaf(generated::CHECKLISTS).filter(|_| lists(edition)),
        sheets: leaf(generated::SHEETS).filter(|_| edition.facts.sheets),
        print: leaf(generated::PRINT),
        feed: None,
        banner: None,
        downloads: Vec::new(),
        offline: None,
        icon: data("icon.svg", &edition.theme.inline.icon),
        csp,
        ..edition.site_view(path, Needs { keeps: Keeps::Lists, ..Needs::default() })
    }
}

fn chapters(edition: &Edition, bodies: &[String], inlining: &Inlining<'_>) -> Vec<LeafView> {
    let pages = edition.book.page_ids().zip(bodies);
    pages.map(|(id, body)| leaf(edition, id, inlining.html(body))).collect()
}

fn leaf(edition: &Edition, id: PageId, body_html: String) -> LeafView {
    let page = edition.book.page(id);
    let front = &page.chapter.front;
    let (previous, next) = edition.book.neighbours(id);
    let moved = edition.book.anchor_redirects.get(&id).map(Vec::as_slice).unwrap_or_default();
    LeafView {
        id: file_place(page.permalink.file()),
        head_title: edition.head_title(&page.title),
        title: page.title.clone(),
        is_home: edition.facts.sidebars.home() == Some(id),
        printed: front.print != Some(false),
        body_html,
        toc: toc(page, &file_prefix(page.permalink.file())),
        breadcrumbs: page.parents.iter().map(|id| crumb(edition, *id)).collect(),
        previous: previous.map(|id| crumb(edition, id)),
        next: next.map(|id| crumb(edition, id)),
        revised: front.revised.clone().or_else(|| edition.book.meta.revised.clone()),
        minutes: minutes(page.chapter.words, &edition.book.meta.language),
        tags: front.tags.clone(),
        anchor_redirects: moved
            .iter()
            .filter_map(|(old, target)| {
                Some((format!("{}{old}", file_prefix(page.permalink.file())), edition.href(target, LinkStyle::File)?))
            })
            .collect(),
    }
}

fn crumb(edition: &Edition, id: PageId) -> Crumb {
    let page = edition.book.page(id);
    let href = format!("#{}", encode_fragment(&file_place(page.permalink.file())));
    Crumb { title: page.title.clone(), number: edition.number(page), href }
}

fn sheets(edition: &Edition, sheets: &[Sheet], inlining: &Inlining<'_>) -> Vec<SheetLeafView> {
    sheets.iter().enumerate().filter_map(|(number, sheet)| sheet_leaf(edition, inlining, number, sheet)).collect()
}

fn sheet_leaf(edition: &Edition, inlining: &Inlining<'_>, number: usize, sheet: &Sheet) -> Option<SheetLeafView> {
    let id = match &sheet.kind {
        SheetKind::Checklist(index, _) => file_place(&edition.book.checklists.get(*index)?.sheet),
        SheetKind::Table(_) => format!("{}#{}", generated::SHEETS, number + 1),
    };
    let mut sheet_card = card(edition, sheet, &SitePath::new(generated::BOOK)?)?;
    sheet_card.body_html = inlining.html(&sheet_card.body_html);
    sheet_card.page = crumb(edition, sheet.page);
    Some(SheetLeafView { id, sheet: sheet_card })
}
