//! Made-up views, one for each template, and what must hold of the theme's pages whatever they show.

use super::template::Templates;
use super::view::*;
use crate::theme::{DIRECTIVES, Theme};
use std::collections::{BTreeMap, BTreeSet};

/// Text that would break out of any place where escaping was forgotten.
const NASTY: &str = r#"<b>"'&</b>"#;

pub(super) fn site(root: &str) -> SiteView {
    let theme = Theme::with_overrides(BTreeMap::new());
    let placed = |paths: Vec<&str>| paths.into_iter().map(|path| format!("{root}{path}")).collect();
    SiteView {
        title: format!("债务自救手册 {NASTY}"),
        id: "sample".to_owned(),
        language: "zh-Hans".to_owned(),
        direction: "ltr",
        description: Some("遇到催收时，照着做。".to_owned()),
        authors: vec!["甲".to_owned(), "乙".to_owned()],
        footer: Some("可以自由复制。".to_owned()),
        root: root.to_owned(),
        home: format!("{root}index.html"),
        styles: placed(theme.styles()),
        inline_html: "<script>document.documentElement.dataset.js = \"\"</script>\n".into(),
        scripts: placed(theme.scripts()),
        lists: true,
        list_tools: Some(format!("{root}assets/list-tools.js")),
        search_index: Some(format!("{root}search/index.js")),
        finder: Some(format!("{root}assets/search.js")),
        search: Some(format!("{root}search.html")),
        opensearch: Some(format!("{root}opensearch.xml")),
        outline: Some(format!("{root}outline.js")),
        checklists: Some(format!("{root}checklists.html")),
        sheets: Some(format!("{root}checklists/all.html")),
        print: Some(format!("{root}print.html")),
        feed: Some(format!("{root}feed.xml")),
        banner: Some(BannerView { text: format!("搬家了 {NASTY}"), href: Some("new.html".to_owned()), key: "1a2b3c4d".to_owned() }),
        pages: 3,
        downloads: ["file", "epub"].into_iter().map(|kind| download(root, kind)).collect(),
        offline: Some(OfflineView {
            manifest: format!("{root}manifest.webmanifest"),
            worker: format!("{root}sw.js"),
            list: format!("{root}offline.json"),
            icon: format!("{root}assets/icon-180.png"),
            scripts: vec![format!("{root}assets/offline.js")],
        }),
        icon: format!("{root}assets/favicon.svg"),
        csp: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'".to_owned(),
        paper: "A4",
        generator: "chapbook 0.1.0",
    }
}

fn download(root: &str, kind: &'static str) -> DownloadView {
    DownloadView { kind, href: format!("{root}book.{kind}"), name: format!("sample.{kind}") }
}

fn head() -> HeadView {
    HeadView {
        title: format!("打电话之前 {NASTY}"),
        description: Some("准备好再打。".to_owned()),
        canonical: Some("https://example.org/book/guide/call.html".to_owned()),
        noindex: true,
        markdown: Some("call.md".to_owned()),
    }
}

fn crumb(title: &str, href: &str) -> Crumb {
    Crumb { title: title.to_owned(), number: Some("第 3 章".to_owned()), href: href.to_owned() }
}

fn nav_item(kind: &'static str, title: &str, href: Option<&str>, children: Vec<NavItem>) -> NavItem {
    let current = title == "打电话之前";
    let open = current || children.iter().any(|child| child.open);
    let number = (kind == "page").then(|| "3".to_owned());
    NavItem { number, href: href.map(str::to_owned), current, open, children, ..NavItem::bare(kind, title) }
}

fn nav_html(nav: &[NavItem]) -> String {
    templates().fill("partials/nav.html", &SidebarView { site: site("../"), nav, tool: "" }).unwrap()
}

fn nav() -> Vec<NavItem> {
    vec![
        nav_item("page", "怎么用这本书", Some("../index.html"), vec![]),
        nav_item("part", "第一部分　先稳住", None, vec![nav_item("page", "打电话之前", Some("call.html"), vec![])]),
        nav_item("page", "与银行协商", Some("bank.html"), vec![nav_item("draft", "分期", None, vec![])]),
        nav_item("separator", "", None, vec![]),
        nav_item("link", "法律援助", Some("https://example.org/"), vec![]),
    ]
}

pub(super) fn page(body_html: &str) -> PageView {
    let child = TocItem { title: "信息卡".to_owned(), number: None, href: "#card".to_owned(), children: vec![] };
    PageView {
        site: site("../"),
        head: head(),
        title: "打电话之前".to_owned(),
        number: Some("第 3 章".to_owned()),
        is_home: false,
        body_html: body_html.to_owned(),
        toc: vec![TocItem {
            title: "准备".to_owned(),
            number: Some("3.1".to_owned()),
            href: "#ready".to_owned(),
            children: vec![child],
        }],
        nav_html: nav_html(&nav()),
        nav: nav(),
        breadcrumbs: vec![crumb("第一部分", "first.html")],
        previous: Some(crumb("什么算逾期", "overdue.html")),
        next: Some(crumb(NASTY, "after.html")),
        edit: Some("https://example.org/edit/call.md".to_owned()),
        revised: Some("2026-11-02".to_owned()),
        changed: Some("2026-11-20".to_owned()),
        address: Some("https://example.org/book/guide/call.html".to_owned()),
        minutes: 6,
        language: None,
        direction: None,
        tags: vec!["电话".to_owned()],
        extra: serde_json::Value::Null,
        terms: vec![TermView {
            word: "逾期".to_owned(),
            forms: vec!["逾期".to_owned()],
            href: "glossary.html#逾期".to_owned(),
            meaning: format!("到了时间没有做。{NASTY}"),
        }],
        anchor_redirects: vec![("old".to_owned(), "#ready".to_owned())],
    }
}

fn entry() -> ChecklistEntry {
    ChecklistEntry {
        id: "C3".to_owned(),
        title: format!("通话前 {NASTY}"),
        href: "guide/call.html#ready".to_owned(),
        sheet: "checklists/C3.html".to_owned(),
        items: 2,
        item_ids: vec!["card".to_owned(), "floor".to_owned()],
        done_ids: vec!["floor".to_owned()],
        when: Some("通话前 10 分钟".to_owned()),
        who: None,
    }
}

fn checklists() -> ChecklistsView {
    let groups = vec![ChecklistGroup {
        page: crumb("打电话之前", "guide/call.html"),
        tags: vec!["电话".to_owned()],
        lists: vec![entry()],
    }];
    ChecklistsView {
        site: site(""),
        head: head(),
        nav_html: nav_html(&nav()),
        groups,
        count: 1,
        tags: vec!["电话".to_owned()],
    }
}

pub(super) fn sheet(body_html: &str) -> SheetView {
    SheetView { site: site("../"), head: head(), list: entry(), sheet: card(body_html) }
}

fn card(body_html: &str) -> SheetCard {
    SheetCard {
        title: format!("打电话之前 {NASTY}"),
        kind: Some("read-do"),
        landscape: true,
        when: Some(format!("通话前 10 分钟 {NASTY}")),
        who: Some("本人".to_owned()),
        body_html: body_html.to_owned(),
        page: crumb("打电话之前", "../guide/call.html"),
        revised: Some("2026-11-02".to_owned()),
        address: Some("https://example.org/book/checklists/C3.html".to_owned()),
        qr: Some(QrView { size: 29, path: "M4 4h7v1h-7z".to_owned() }),
    }
}

fn sheets() -> SheetsView {
    SheetsView { site: site("../"), head: head(), sheets: vec![card("<ul><li>一</li></ul>"), card("<p>二</p>")] }
}

pub(super) fn print(body_html: &str) -> PrintView {
    let chapter =
        PrintChapter { id: "call".to_owned(), title: "打电话之前".to_owned(), body_html: body_html.to_owned() };
    PrintView {
        site: site(""),
        head: head(),
        contents: nav(),
        parts: vec![crumb(NASTY, "print/1.html")],
        chapters: vec![chapter],
        revised: Some("2026-11-02".to_owned()),
        address: Some("https://example.org/book/".to_owned()),
    }
}

fn leaf(body_html: &str, is_home: bool) -> LeafView {
    LeafView {
        id: if is_home { "index.html" } else { "guide/call.html" }.to_owned(),
        head_title: format!("打电话之前 {NASTY}"),
        title: format!("打电话之前 {NASTY}"),
        is_home,
        printed: is_home,
        body_html: body_html.to_owned(),
        toc: page("").toc,
        breadcrumbs: vec![crumb("第一部分", "#first.html")],
        previous: Some(crumb("什么算逾期", "#overdue.html")),
        next: Some(crumb(NASTY, "#after.html")),
        revised: Some("2026-11-02".to_owned()),
        minutes: 6,
        tags: vec!["电话".to_owned()],
        anchor_redirects: vec![("guide/call.html#old".to_owned(), "#guide/call.html%23ready".to_owned())],
    }
}

pub(super) fn book() -> BookView {
    let site = SiteView {
        styles: vec![],
        inline_html: "".into(),
        scripts: vec![],
        downloads: vec![],
        offline: None,
        ..site("")
    };
    BookView {
        site,
        head: head(),
        style: "p{margin:0}".to_owned(),
        unscripted_style: "p{margin:1px}".to_owned(),
        early_script: "0;".to_owned(),
        script: "1;".to_owned(),
        nav: nav(),
        contents: nav(),
        chapters: vec![leaf("<h1>一</h1>", true), leaf("<h1>二</h1>", false)],
        overview: checklists().groups,
        count: 1,
        tags: vec!["电话".to_owned()],
        sheets: vec![SheetLeafView { id: "checklists/C3.html".to_owned(), sheet: card("<ul><li>一</li></ul>") }],
        index: vec![("index".to_owned(), "{}".to_owned())],
        revised: Some("2026-11-02".to_owned()),
        address: Some("https://example.org/book/".to_owned()),
    }
}

fn start() -> StartView {
    StartView { site: site("book/"), head: head(), style: "p{margin:0}".to_owned() }
}

fn search_page() -> SearchPageView {
    let section = SectionEntry { title: NASTY.to_owned(), href: "guide/call.html#ready".to_owned() };
    let page = crumb(NASTY, "guide/call.html");
    SearchPageView {
        site: site(""),
        head: head(),
        nav_html: nav_html(&nav()),
        pages: vec![SectionGroup { page, sections: vec![section] }],
    }
}

fn opensearch() -> OpenSearchView {
    OpenSearchView {
        short_name: NASTY.to_owned(),
        description: NASTY.to_owned(),
        language: "zh-Hans".to_owned(),
        results: "https://example.org/book/search.html?q={searchTerms}".to_owned(),
        self_url: "https://example.org/book/opensearch.xml".to_owned(),
        icon: Some("https://example.org/book/assets/favicon.svg".to_owned()),
    }
}

fn dated() -> DatedPage {
    DatedPage {
        title: NASTY.to_owned(),
        url: "https://example.org/book/?a&b".to_owned(),
        day: Some("2026-11-02".to_owned()),
        changed: Some("2026-11-20".to_owned()),
        summary: Some("一句话。".to_owned()),
    }
}

fn feed() -> FeedView {
    FeedView {
        title: NASTY.to_owned(),
        url: "https://example.org/book/".to_owned(),
        self_url: "https://example.org/book/feed.xml".to_owned(),
        language: "zh-Hans".to_owned(),
        authors: vec![],
        updated: "2026-11-02T00:00:00Z".to_owned(),
        entries: vec![dated()],
    }
}

pub(super) fn views() -> Vec<(&'static str, View)> {
    let body = r#"<h1 id="top">打电话之前</h1><p>正文。</p>"#;
    let home = PageView { is_home: true, tags: vec![], breadcrumbs: vec![], ..page(body) };
    let redirect = RedirectView {
        site: site(""),
        head: head(),
        href: "new.html".to_owned(),
        script: Some("redirect.js".to_owned()),
    };
    let missing = NotFoundView {
        site: site("/book/"),
        head: head(),
        pages: vec![crumb("首章", "/book/a.html")],
        find_root_html: "<script>root</script>".to_owned(),
    };
    vec![
        ("page.html", View::Page(Box::new(page(body)))),
        ("page.html", View::Page(Box::new(home))),
        ("checklists.html", View::Checklists(Box::new(checklists()))),
        ("sheet.html", View::Sheet(Box::new(sheet("<ul><li>一</li></ul>")))),
        ("sheets.html", View::Sheets(Box::new(sheets()))),
        ("print.html", View::Print(Box::new(print(body)))),
        ("book.html", View::Book(Box::new(book()))),
        ("start.html", View::Start(Box::new(start()))),
        ("404.html", View::NotFound(Box::new(missing))),
        ("search.html", View::SearchPage(Box::new(search_page()))),
        ("opensearch.xml", View::OpenSearch(opensearch())),
        ("redirect.html", View::Redirect(Box::new(redirect))),
        ("sitemap.xml", View::Sitemap(SitemapView { pages: vec![dated()] })),
        ("feed.xml", View::Feed(feed())),
    ]
}

/// A site that has nothing that may be absent.
fn bare_site() -> SiteView {
    SiteView {
        description: None,
        authors: vec![],
        footer: None,
        list_tools: None,
        search_index: None,
        finder: None,
        search: None,
        opensearch: None,
        outline: None,
        checklists: None,
        sheets: None,
        print: None,
        feed: None,
        banner: None,
        downloads: vec![],
        offline: None,
        ..site("")
    }
}

/// The same views with all that may be absent absent.
fn bare_views() -> Vec<(&'static str, View)> {
    let site = bare_site();
    let head = HeadView { description: None, canonical: None, noindex: false, markdown: None, ..head() };
    let list = ChecklistEntry { when: None, ..entry() };
    let page = PageView {
        site: site.clone(),
        head: head.clone(),
        number: None,
        toc: vec![],
        nav_html: String::new(),
        nav: vec![],
        previous: None,
        next: None,
        edit: None,
        revised: None,
        changed: None,
        terms: vec![],
        address: None,
        tags: vec![],
        anchor_redirects: vec![],
        minutes: 1,
        ..page("<h1>一</h1>")
    };
    let bare_card = SheetCard {
        kind: None,
        landscape: false,
        when: None,
        who: None,
        revised: None,
        address: None,
        qr: None,
        ..card("")
    };
    let print = PrintView {
        site: site.clone(),
        head: head.clone(),
        contents: vec![],
        parts: vec![],
        chapters: vec![],
        revised: None,
        address: None,
    };
    let day = DatedPage { day: None, changed: None, summary: None, ..dated() };
    vec![
        ("page.html", View::Page(Box::new(page))),
        (
            "checklists.html",
            View::Checklists(Box::new(ChecklistsView {
                site: site.clone(),
                head: head.clone(),
                groups: vec![],
                count: 0,
                ..checklists()
            })),
        ),
        (
            "sheet.html",
            View::Sheet(Box::new(SheetView { site: site.clone(), head: head.clone(), list, sheet: bare_card.clone() })),
        ),
        (
            "sheets.html",
            View::Sheets(Box::new(SheetsView { site: site.clone(), head: head.clone(), sheets: vec![bare_card] })),
        ),
        ("print.html", View::Print(Box::new(print))),
        (
            "book.html",
            View::Book(Box::new(BookView {
                site: site.clone(),
                head: head.clone(),
                overview: vec![],
                sheets: vec![],
                index: vec![],
                revised: None,
                address: None,
                ..book()
            })),
        ),
        ("start.html", View::Start(Box::new(StartView { site: site.clone(), head: head.clone(), ..start() }))),
        (
            "404.html",
            View::NotFound(Box::new(NotFoundView {
                site: site.clone(),
                head: head.clone(),
                pages: vec![],
                find_root_html: String::new(),
            })),
        ),
        // A book that wants no search has no such page, so only what is in it may be absent.
        (
            "search.html",
            View::SearchPage(Box::new(SearchPageView { pages: vec![], nav_html: String::new(), ..search_page() })),
        ),
        ("opensearch.xml", View::OpenSearch(OpenSearchView { icon: None, ..opensearch() })),
        (
            "redirect.html",
            View::Redirect(Box::new(RedirectView { site, head, href: "new.html".to_owned(), script: None })),
        ),
        ("sitemap.xml", View::Sitemap(SitemapView { pages: vec![] })),
        ("feed.xml", View::Feed(FeedView { entries: vec![day], ..feed() })),
    ]
}

pub(super) fn templates() -> Templates {
    let theme = Theme::with_overrides(BTreeMap::new());
    Templates::new(&theme, &theme.strings("zh-Hans")).unwrap()
}

pub(super) fn directive<'a>(name: &'a str, title_html: &'a str, body_html: &'a str) -> DirectiveView<'a> {
    let tab = |title: &str| TabView {
        title_html: title.to_owned(),
        key: title.to_owned(),
        body_html: format!("<p>{title}</p>"),
    };
    let tabs = if name == "tabs" { vec![tab("微信"), tab("电话")] } else { vec![] };
    DirectiveView { name, title_html, id: None, open: false, body_html, tabs, serial: "1".to_owned() }
}

pub(super) fn checklist<'a>(list_html: &'a str, sheet: Option<&'a str>) -> ChecklistView<'a> {
    let (when, who) = (Some("通话前 10 分钟"), Some("本人"));
    ChecklistView {
        id: "C3",
        anchor: Some("C3"),
        title: "通话前",
        headed: true,
        kind: Some("do-confirm"),
        when,
        who,
        items: 7,
        done: 1,
        list_html,
        sheet,
    }
}

fn filled() -> Vec<(String, String)> {
    let templates = templates();
    let fill = |(name, view): (&str, View)| (name.to_owned(), templates.fill(name, &view).unwrap());
    views().into_iter().chain(bare_views()).map(fill).collect()
}

fn filled_html() -> Vec<(String, String)> {
    filled().into_iter().filter(|(_, text)| text.starts_with("<!doctype html>")).collect()
}

/// Elements that never close (HTML standard, section 13.1.2), and those of the theme's drawings that close themselves.
const VOID: &[&str] = &["meta", "link", "br", "hr", "img", "input"];

/// Walks through the tags, checks that they nest, and hands each start tag to `seen` with its attributes.
fn walk(page: &str, text: &str, mut seen: impl FnMut(&str, &BTreeMap<String, String>)) {
    let mut open: Vec<String> = Vec::new();
    for token in html5gum::Tokenizer::new(text).map(Result::unwrap) {
        match token {
            html5gum::Token::StartTag(tag) => {
                let owned = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                let attributes = tag.attributes.iter().map(|(key, value)| (owned(key), owned(value))).collect();
                let name = owned(&tag.name);
                seen(&name, &attributes);
                if !tag.self_closing && !VOID.contains(&name.as_str()) {
                    open.push(name);
                }
            }
            html5gum::Token::EndTag(tag) => {
                assert_eq!(open.pop().unwrap_or_default().as_bytes(), &**tag.name, "{page}: tags must nest");
            }
            html5gum::Token::Error(error) => panic!("{page}: {error:?}"),
            _ => {}
        }
    }
    assert!(open.is_empty(), "{page}: {open:?} left open");
}

#[test]
fn every_page_is_balanced_and_allowed_by_the_strict_policy() {
    for (page, text) in &filled_html() {
        let mut ids = BTreeSet::new();
        // The policy knows these by their digests; data for search engines never runs.
        let text = text.replace(&*site("").inline_html, "").replace("<script>root</script>", "");
        walk(page, &text, |name, attributes| {
            // Those that hold their own scripts and styles name them by their digests.
            let holds = matches!(page.as_str(), "book.html" | "start.html");
            let is_data = attributes.get("type").is_some_and(|kind| kind == "application/ld+json");
            let runs = name == "script" && !attributes.contains_key("src") && !is_data;
            assert!(holds || name != "style" && !runs, "{page}: inline {name}");
            for (key, value) in attributes {
                assert!(key != "style" && !key.starts_with("on"), "{page}: inline {key} on {name}");
                assert!(!value.starts_with("javascript:"), "{page}: {value}");
            }
            if let Some(id) = attributes.get("id") {
                assert!(ids.insert(id.clone()), "{page}: two elements bear id {id}");
            }
        });
    }
}

#[test]
fn every_page_has_its_landmarks_and_names_its_controls() {
    for (page, text) in &filled_html() {
        let mut mains = 0;
        walk(page, text, |name, attributes| {
            mains += usize::from(name == "main");
            if matches!(name, "nav" | "aside" | "dialog") {
                assert!(attributes.contains_key("aria-label"), "{page}: a {name} without a name");
            }
            if name == "html" {
                assert_eq!((&*attributes["lang"], &*attributes["dir"]), ("zh-Hans", "ltr"), "{page}");
            }
        });
        assert_eq!(mains, 1, "{page}");
    }
}

#[test]
fn what_tests_and_integrators_rely_on_is_there() {
    let pages = filled();
    let holds = |name: &str, hook: &str| {
        let text = &pages.iter().find(|(page, _)| page == name).unwrap().1;
        assert!(text.contains(hook), "{name} lacks {hook}");
    };
    holds("page.html", r#"data-book-id="sample""#);
    holds("page.html", r#"data-root="../""#);
    holds("page.html", r#"data-search-index="../search/index.js""#);
    holds("page.html", r#"data-chapbook="search-input""#);
    holds("page.html", r#"data-chapbook="search-open""#);
    holds("checklists.html", r#"data-list-id="C3" data-item-ids="card floor""#);
    holds("checklists.html", r#"data-chapbook="progress""#);
    holds("search.html", r#"data-chapbook="search-input""#);
    holds("404.html", r#"data-chapbook="search-input""#);
    holds("opensearch.xml", "template=\"https://example.org/book/search.html?q={searchTerms}\"");
    holds("redirect.html", r#"<meta http-equiv="refresh" content="0; url=new.html">"#);
    holds("redirect.html", r#"<script src="redirect.js">"#);
    holds("feed.xml", "<updated>2026-11-02T00:00:00Z</updated>");
    holds("sitemap.xml", "<loc>https://example.org/book/?a&amp;b</loc>");
}

#[test]
fn main_holds_the_chapter_and_nothing_else() {
    let body = "<h1>一</h1>\n<p>二</p>";
    let text = templates().fill("page.html", &page(body)).unwrap();
    let main = text.split_once("<main").unwrap().1.split_once('>').unwrap().1.split_once("</main>").unwrap().0;
    assert_eq!(main.trim(), body);
}

#[test]
fn text_is_escaped_once() {
    for (page, text) in filled() {
        assert!(!text.contains(NASTY), "{page} does not escape");
        assert!(!text.contains("&amp;quot;") && !text.contains("&amp;lt;"), "{page} escapes twice");
        assert!(!text.contains("None") && !text.contains("{{"), "{page}");
    }
}

#[test]
fn every_box_shows_its_body_and_title() {
    let templates = templates();
    for name in DIRECTIVES.iter().map(|directive| directive.name).filter(|name| *name != "tab") {
        let titled =
            templates.fill(&format!("directives/{name}.html"), &directive(name, "<em>一</em>", "<p>二</p>")).unwrap();
        let plain = templates.fill(&format!("directives/{name}.html"), &directive(name, "", "<p>二</p>")).unwrap();
        walk(name, &titled, |_, _| ());
        assert!(name == "tabs" || (titled.contains("<em>一</em>") && titled.contains("<p>二</p>")), "{name}: {titled}");
        assert!(matches!(name, "tabs" | "steps") || !plain.contains("<span></span>"), "{name}: {plain}");
    }
}

#[test]
fn deep_outlines_are_drawn_on_small_stacks() {
    let deep = (0..60).fold(vec![], |children, _| vec![nav_item("page", "深", Some("a.html"), children)]);
    // Two megabytes: what a worker thread of the build has.
    let worker = std::thread::Builder::new().stack_size(2 << 20);
    let text = worker.spawn(move || nav_html(&deep)).unwrap().join().unwrap();
    assert!(text.matches("data-fold").count() >= 59);
}

#[test]
fn a_checklist_bears_its_hooks() {
    let list = r#"<ul class="cb-items"></ul>"#;
    let text = templates().fill("directives/checklist.html", &checklist(list, Some("../checklists/C3.html"))).unwrap();
    walk("checklist", &text, |_, _| ());
    for hook in [
        r#"data-chapbook="checklist" data-list-id="C3""#,
        r#"<span data-chapbook="progress">1 / 7</span>"#,
        r#"data-chapbook="reset" hidden"#,
        r#"href="../checklists/C3.html""#,
        list,
    ] {
        assert!(text.contains(hook), "{hook} is missing: {text}");
    }
}
