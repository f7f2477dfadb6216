//! The targets of all links.
//!
//! In: the links of the chapters, as written. Out: a [`Target`] for each. A broken link is reported with a suggestion. Only
//! schemes of a short list are allowed, so that no link can run a script.

use rayon::prelude::*;

use super::model::{Page, PageId, Target};
use super::places::{Absence, Lookup, Places};
use super::suggest::Wanted;
use super::{elsewhere, suggest};
use crate::chapter::{Link, LinkKind};
use crate::config::BrokenLinks;
use crate::diagnostic::{Code, Diagnostic, Report, codes};
use crate::path::{ContentPath, decode};

/// What relative paths and `#anchors` of a link are relative to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Base<'a> {
    /// The folder in the content, "" for the root.
    pub folder: &'a str,
    /// The page that contains the link, if any.
    pub page: Option<PageId>,
}

impl Base<'_> {
    /// The root of the content: for `SUMMARY.md` and redirects.
    pub(super) const ROOT: Self = Self { folder: "", page: None };
}

/// A broken link.
struct Broken {
    diagnostic: Diagnostic,
    /// What a suggestion is searched for.
    wanted: Option<Wanted>,
}

impl From<Diagnostic> for Broken {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, wanted: None }
    }
}

impl Broken {
    /// The diagnostic, with a suggestion if there is one.
    fn with_suggestion(self, base: Base<'_>, places: &Places<'_>) -> Diagnostic {
        let Self { diagnostic, wanted } = self;
        let Some(wanted) = wanted else { return diagnostic };
        let meant = match (places.suggestion(&wanted, base.page), &wanted) {
            (Some(near), Wanted::Anchor(..)) => Some(format!("#{near}")),
            (Some(near), _) => Some(suggest::relative(base.folder, &near)),
            (None, _) => None,
        };
        match (meant, places.suggestions_spent()) {
            (Some(meant), _) => diagnostic.help(format!("did you mean `{meant}`?")),
            (None, Some(spent)) => {
                let help = format!("{}; {spent}", diagnostic.help.as_deref().unwrap_or_default());
                diagnostic.help(help)
            }
            (None, None) => diagnostic,
        }
    }
}

/// Resolves all links of all pages, in parallel; the result is in the order of the pages.
pub(super) fn resolve_all(places: &Places<'_>, report: &mut Report) -> Vec<Vec<Target>> {
    let resolve = |(index, page)| resolve_page(PageId(index), page, places);
    let resolved: Vec<_> = places.pages.par_iter().enumerate().map(resolve).collect();
    let mut targets = Vec::with_capacity(resolved.len());
    for (index, (of_page, broken)) in resolved.into_iter().enumerate() {
        let page = &places.pages[index].chapter;
        for (link, broken) in broken {
            let diagnostic = broken.with_suggestion(base_of(PageId(index), places), places);
            report.add(diagnostic.at(page.place(page.links[link].span)));
        }
        targets.push(of_page);
    }
    targets
}

fn base_of<'a>(id: PageId, places: &Places<'a>) -> Base<'a> {
    Base { folder: places.pages[id.0].chapter.path.folder(), page: Some(id) }
}

/// The targets of the links of a page, and those that are broken, by their number.
fn resolve_page(id: PageId, page: &Page, places: &Places<'_>) -> (Vec<Target>, Vec<(usize, Broken)>) {
    let mut all_broken = Vec::new();
    let mut targets = Vec::with_capacity(page.chapter.links.len());
    for (number, link) in page.chapter.links.iter().enumerate() {
        let (target, broken) = resolve_link(link, base_of(id, places), places);
        all_broken.extend(broken.map(|broken| (number, broken)));
        targets.push(target);
    }
    (targets, all_broken)
}

/// Resolves a link. The caller adds the place to the diagnostic, if there is one.
///
/// An anchor that its page does not have is reported too, and the target is then the page. Relative paths are resolved as
/// in RFC 3986, section 5.2; a query is removed.
pub(super) fn resolve(link: &Link, base: Base<'_>, places: &Places<'_>) -> (Target, Option<Diagnostic>) {
    let (target, broken) = resolve_link(link, base, places);
    (target, broken.map(|broken| broken.with_suggestion(base, places)))
}

fn resolve_link(link: &Link, base: Base<'_>, places: &Places<'_>) -> (Target, Option<Broken>) {
    match aim(link, base, places) {
        Ok(Aim { target: Target::Page(page, anchor), fragment: Some(fragment) }) if !fragment.is_empty() => {
            match places.anchor(page, &fragment) {
                Some(anchor) => (Target::Page(page, Some(anchor)), None),
                // Browsers take this for the top of the page (HTML, section 7.4.6.4).
                None if fragment == "top" => (Target::Page(page, anchor), None),
                None => {
                    let meant = places.anchor_like(page, &fragment);
                    (Target::Page(page, meant), Some(broken_anchor(page, &fragment, places)))
                }
            }
        }
        Ok(Aim { target: Target::External(href), .. }) if link.kind == LinkKind::Media => {
            let broken = Some(external_media(&href).into());
            (Target::External(href), broken)
        }
        Ok(Aim { target: Target::External(href), .. }) if link.kind == LinkKind::Image && !is_data(&href) => {
            if let Some(own) = elsewhere::of_repository(&href, places.edit_url, places) {
                return (own, None);
            }
            let broken = (!places.external_images).then(|| external_image(&href).into());
            (Target::External(href), broken)
        }
        Ok(aim) => (aim.target, None),
        Err(Trouble::New(broken)) if broken.diagnostic.code == &codes::UNSAFE_LINK => (Target::Broken, Some(*broken)),
        Err(Trouble::New(broken)) => match elsewhere::without_scheme(link.href.trim()) {
            Some(url) if link.kind == LinkKind::Link => {
                let help = format!("did you mean `{}`?", suggest::excerpt(&url));
                (Target::External(url), Some(broken.diagnostic.help(help).into()))
            }
            _ => (fallback(link, base, places), Some(*broken)),
        },
        Err(Trouble::Known) => (fallback(link, base, places), None),
    }
}

/// The target of a broken link.
fn fallback(link: &Link, base: Base<'_>, places: &Places<'_>) -> Target {
    match (places.broken_links, base.page) {
        (BrokenLinks::Text, _) => Target::Broken,
        (BrokenLinks::Keep, Some(page)) if link.href.trim().is_empty() => Target::Page(page, None),
        (BrokenLinks::Keep, _) => Target::OutsideBook(from_root(&link.href, base.folder)),
    }
}

/// The destination of a link, relative to the site's root; `.md` becomes `.html`, as it does for chapters.
fn from_root(href: &str, folder: &str) -> String {
    // Browsers read a backslash as a slash, and two slashes as the start of another host.
    let href: String = href.trim().chars().filter(|c| !c.is_control()).collect::<String>().replace('\\', "%5C");
    let (path, rest) = match href.rfind(".md") {
        Some(at) => (format!("{}.html", &href[..at]), href[at..].find('#').map_or("", |hash| &href[at + hash..])),
        None => href.find(['?', '#']).map_or((href.clone(), ""), |at| (href[..at].to_owned(), &href[at..])),
    };
    if path.starts_with('/') {
        return format!("{path}{rest}");
    }
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "." | "" => {}
            ".." if names.last().is_some_and(|last| *last != "..") => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    // A first name with a colon would be read as a scheme (RFC 3986, section 4.2).
    let start = if names.first().is_some_and(|name| name.contains(':')) { "./" } else { "" };
    let end = if path.ends_with('/') && !names.is_empty() { "/" } else { "" };
    format!("{start}{}{end}{rest}", names.join("/"))
}

struct Aim {
    target: Target,
    fragment: Option<String>,
}

impl Aim {
    fn external(href: &str) -> Self {
        Self { target: Target::External(href.to_owned()), fragment: None }
    }
}

/// Why a link is broken.
enum Trouble {
    /// A new diagnostic.
    New(Box<Broken>),
    /// It is already reported.
    Known,
}

fn aim(link: &Link, base: Base<'_>, places: &Places<'_>) -> Result<Aim, Trouble> {
    // Browsers remove these before they look for a scheme (WHATWG URL, section 4.4).
    let clean: String = link.href.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    if let Some(scheme) = scheme(clean) {
        return if is_allowed(&scheme, clean, link.kind) {
            Ok(Aim::external(clean))
        } else {
            Err(unsafe_link(&scheme))
        };
    }
    if clean.starts_with("//") {
        return Ok(Aim::external(clean));
    }
    // Relative to the root of the host, which may not be that of the site.
    if places.broken_links == BrokenLinks::Keep
        && clean.starts_with('/')
        && !clean.contains(".md")
        && !clean.contains('\\')
    {
        return Ok(Aim { target: Target::OutsideBook(clean.to_owned()), fragment: None });
    }
    let (path, fragment) = split(clean);
    let path = decode(path);
    let target = if path.is_empty() {
        own_page(clean, base, link.kind)
    } else {
        at_path(&path, base, link, places).or_else(|trouble| in_another_tool(&path, base, link, places).ok_or(trouble))
    }?;
    Ok(Aim { target, fragment: fragment.map(decode) })
}

/// The target of a path in a folder of another tool, whose sites have other paths than its files.
fn in_another_tool(path: &str, base: Base<'_>, link: &Link, places: &Places<'_>) -> Option<Target> {
    let page = base.page.filter(|_| places.foreign && !path.contains(|c: char| c == '\\' || c.is_control()))?;
    elsewhere::find(path, page, link.kind, places)
}

/// The scheme of a destination in lower case, if it has one (RFC 3986, section 3.1).
pub(super) fn scheme(href: &str) -> Option<String> {
    let (scheme, _) = href.split_once(':')?;
    let is_scheme_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_scheme_char);
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

fn is_allowed(scheme: &str, href: &str, kind: LinkKind) -> bool {
    match (kind, scheme) {
        (_, "http" | "https") | (LinkKind::Link, "mailto" | "tel" | "ftp") => true,
        (LinkKind::Image, "data") => is_image_data(href),
        _ => false,
    }
}

fn is_data(href: &str) -> bool {
    href.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

fn external_image(href: &str) -> Diagnostic {
    Diagnostic::new(&codes::EXTERNAL_IMAGE, format!("the image `{href}` is on another host and is not shown"))
        .help("save it next to the chapter: then no other host is contacted and it is shown offline")
}

fn external_media(href: &str) -> Diagnostic {
    Diagnostic::new(&codes::EXTERNAL_IMAGE, format!("the film or sound `{href}` is on another host and is not played"))
        .help("save it next to the chapter, or link to it: `[…](…)` without `!`")
}

/// Pixels only: an SVG image can hold scripts.
fn is_image_data(href: &str) -> bool {
    let href = href.to_ascii_lowercase();
    let media_type = href.strip_prefix("data:image/").and_then(|rest| rest.split([';', ',']).next());
    matches!(media_type, Some("png" | "jpeg" | "gif" | "webp"))
}

/// Path and fragment. The query between them is removed: it has no meaning on a static site.
fn split(href: &str) -> (&str, Option<&str>) {
    let (path, fragment) = href.split_once('#').map_or((href, None), |(path, fragment)| (path, Some(fragment)));
    (path.split('?').next().unwrap_or_default(), fragment)
}

fn own_page(href: &str, base: Base<'_>, kind: LinkKind) -> Result<Target, Trouble> {
    match base.page {
        Some(page) if !href.is_empty() && kind == LinkKind::Link => Ok(Target::Page(page, None)),
        _ => Err(diagnostic(
            code_for("", kind),
            "a link without a destination".to_owned(),
            "write the file or URL that it links to".to_owned(),
        )),
    }
}

fn at_path(path: &str, base: Base<'_>, link: &Link, places: &Places<'_>) -> Result<Target, Trouble> {
    let shown = suggest::excerpt(&link.href);
    if path.contains(|c: char| c == '\\' || c.is_control()) {
        let help = "write `/` between the folders, and no control characters".to_owned();
        return Err(diagnostic(code_for(path, link.kind), format!("`{shown}` is not a path"), help));
    }
    // Resolving a name inside the path distinguishes the content's root from paths outside.
    let Some(inside) = ContentPath::resolve(base.folder, &format!("{path}/_")) else {
        let help = "link to a file inside the content's folder, or to a full address";
        return Err(diagnostic(code_for(path, link.kind), format!("`{shown}` leaves the book"), help.to_owned()));
    };
    let resolved = inside.folder();
    match places.find(resolved) {
        Some(Lookup::Target(Target::Page(..))) if link.kind != LinkKind::Link => {
            let help = "take the `!` away to link to it, or name an image".to_owned();
            Err(diagnostic(&codes::MISSING_FILE, format!("`{shown}` is a chapter, not an image"), help))
        }
        Some(Lookup::Target(target)) => Ok(target),
        Some(Lookup::Absent(file, absence)) => Err(absent(&shown, &file, absence)),
        Some(Lookup::Folder) => {
            let help = format!("create `{resolved}/index.md`, or link to a chapter in the folder");
            Err(diagnostic(&codes::BROKEN_LINK, format!("the folder `{shown}` has no page of its own"), help))
        }
        None => Err(missing(path, resolved, link)),
    }
}

fn missing(path: &str, resolved: &str, link: &Link) -> Trouble {
    if let Some(scheme) = scheme(path) {
        return unsafe_link(&scheme);
    }
    let code = code_for(path, link.kind);
    let is_chapter = code == &codes::BROKEN_LINK;
    let thing = if is_chapter { "chapter" } else { "file" };
    let is_hidden = resolved.split('/').any(|name| name.starts_with('.'));
    let help = if is_hidden {
        "files and folders whose names begin with `.` are not published: link to another file".to_owned()
    } else {
        format!("create `{resolved}` in the content's folder, or fix the path")
    };
    let wanted = if is_chapter { Wanted::Chapter } else { Wanted::File };
    let diagnostic = Diagnostic::new(code, format!("no {thing} at `{}`", suggest::excerpt(&link.href))).help(help);
    Trouble::New(Box::new(Broken { diagnostic, wanted: Some(wanted(resolved.to_owned())) }))
}

/// The code for a broken link: whether its path looks like that of a chapter or of another file.
fn code_for(path: &str, kind: LinkKind) -> &'static Code {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_chapter = matches!(extension, "" | "md" | "markdown" | "html" | "htm");
    if is_chapter && kind == LinkKind::Link { &codes::BROKEN_LINK } else { &codes::MISSING_FILE }
}

fn absent(shown: &str, file: &ContentPath, absence: Absence) -> Trouble {
    let (what, help) = match absence {
        Absence::Displaced => return Trouble::Known,
        Absence::Draft => {
            ("is a draft", "take `draft` out of its front matter to publish it, or take the link out".into())
        }
        Absence::Unlisted => ("is not listed in `SUMMARY.md`", format!("add a line for `{file}` to `SUMMARY.md`")),
        Absence::Excluded => ("is left out of the book", format!("`exclude` under `[source]` names `{file}`")),
    };
    diagnostic(&codes::BROKEN_LINK, format!("`{shown}` {what}"), help)
}

fn unsafe_link(scheme: &str) -> Trouble {
    let help = "links may begin with `https:`, `http:`, `mailto:` or `tel:`, or be the path of a file";
    diagnostic(&codes::UNSAFE_LINK, format!("a link with the scheme `{}:`", suggest::excerpt(scheme)), help.to_owned())
}

fn broken_anchor(page: PageId, fragment: &str, places: &Places<'_>) -> Broken {
    let help = "use an id of the page, or give the heading this id: `## Heading {#id}`";
    let file = &places.pages[page.0].chapter.path;
    let message = format!("`{file}` has no anchor `#{}`", suggest::excerpt(fragment));
    let diagnostic = Diagnostic::new(&codes::BROKEN_ANCHOR, message).help(help);
    Broken { diagnostic, wanted: Some(Wanted::Anchor(page, fragment.to_owned())) }
}

fn diagnostic(code: &'static Code, message: String, help: String) -> Trouble {
    Trouble::New(Box::new(Diagnostic::new(code, message).help(help).into()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::book::model::Target;
    use crate::book::testing::{Sketch, folders, project, summary};
    use crate::config::BrokenLinks;

    fn book() -> Vec<Sketch> {
        vec![
            Sketch::at("index.md").heading(1, "Home"),
            Sketch::at("01-basics/02-setup.md").heading(1, "Setup").heading(2, "第一步").id("box").footnote("src"),
            Sketch::at("01-basics/README.md"),
            Sketch::at("a b/é.md").front(|front| front.slug = Some("e".to_owned())),
            Sketch::at("later.md").front(|front| front.draft = true),
            Sketch::at("moved.md").front(|front| front.aliases = vec!["old/place".to_owned()]),
            Sketch::at("lists.md").heading(1, "Lists").checklist(Some("pack")).checklist(None),
            Sketch::at("bare/x.md"),
        ]
    }

    fn check(file: &str, href: &str, target: &str, diagnostic: &str, help: &str) {
        let mut chapters = book();
        let at = chapters.len();
        chapters.push(Sketch::at(file).heading(1, "Here").link(href));
        let mut project = project();
        project.config.source.exclude = vec!["private/".to_owned()];
        let built = folders(&project, chapters, &["img/a b.png", "form.pdf"]);
        assert_eq!(built.book.pages.len(), at, "one of the chapters is a draft");
        let page = built.book.pages.iter().position(|page| page.chapter.path.as_str() == file).unwrap();
        assert_eq!(built.targets(page), [target], "{href:?}");
        assert_eq!(built.diagnostics().concat(), diagnostic, "{href:?}");
        assert!(built.help().concat().contains(help), "{href:?}: {:?}", built.help());
    }

    #[test]
    fn links_that_lead_somewhere() {
        for (href, target) in [
            ("../index.md", "index.html"),
            ("/index.md", "index.html"),
            ("/", "index.html"),
            ("..", "index.html"),
            ("#here", "guide/x.html#here"),
            ("#", "guide/x.html"),
            ("#top", "guide/x.html"),
            ("?q=1", "guide/x.html"),
            ("x.md?q=1#here", "guide/x.html#here"),
            ("../01-basics/02-setup.md#第一步", "basics/setup.html#第一步"),
            ("../01-basics/02-setup.md#%E7%AC%AC%E4%B8%80%E6%AD%A5", "basics/setup.html#第一步"),
            ("../01-basics/02-setup.html", "basics/setup.html"),
            ("../01-basics/02-setup.htm", "basics/setup.html"),
            ("../basics/setup.html#box", "basics/setup.html#box"),
            ("../basics/setup#fn-src", "basics/setup.html#fn-src"),
            ("../01-basics/02-setup", "basics/setup.html"),
            ("../01-basics/02-setup.md/#setup", "basics/setup.html#setup"),
            ("../01-basics", "basics/index.html"),
            ("../01-basics/", "basics/index.html"),
            ("../basics/index.html", "basics/index.html"),
            ("../01-basics/README.md", "basics/index.html"),
            ("../a%20b/%C3%A9.md", "a b/e.html"),
            ("../a b/e\u{301}.md", "a b/e.html"),
            ("../a b/e.html", "a b/e.html"),
            ("../old/place.html", "moved.html"),
            ("../old/place", "moved.html"),
            ("../old/place.md", "moved.html"),
            ("../lists.md#pack", "lists.html#pack"),
            ("../lists.md#lists-lists", "lists.html#lists-lists"),
            ("../form.pdf", "asset form.pdf"),
            ("../img/a%20b.png", "asset img/a b.png"),
            ("https://example.org/a.md", "external https://example.org/a.md"),
            ("HTTP://example.org", "external HTTP://example.org"),
            ("//example.org/x", "external //example.org/x"),
            ("mailto:a@example.org", "external mailto:a@example.org"),
            ("tel:12345", "external tel:12345"),
            ("ht\ntps://example.org", "external https://example.org"),
        ] {
            check("guide/x.md", href, target, "", "");
        }
    }

    #[test]
    fn links_that_lead_nowhere() {
        for (href, diagnostic, help) in [
            (
                "../basic/setup.md",
                "broken-link: no chapter at `../basic/setup.md`",
                "did you mean `../01-basics/02-setup.md`?",
            ),
            ("../indx.md", "broken-link: no chapter at `../indx.md`", "did you mean `../index.md`?"),
            ("moved.html", "broken-link: no chapter at `moved.html`", "did you mean `../moved.md`?"),
            ("../MOVED.md", "broken-link: no chapter at `../MOVED.md`", "did you mean `../moved.md`?"),
            ("../from.pdf", "missing-file: no file at `../from.pdf`", "did you mean `../form.pdf`?"),
            ("../form", "broken-link: no chapter at `../form`", "did you mean `../form.pdf`?"),
            ("y", "broken-link: no chapter at `y`", "create `guide/y`"),
            ("../.github/a.md", "broken-link: no chapter at `../.github/a.md`", "begin with `.`"),
            (
                "../../../etc/passwd",
                "broken-link: `../../../etc/passwd` leaves the book",
                "inside the content's folder",
            ),
            ("..\\index.md", "broken-link: `..\\index.md` is not a path", "write `/`"),
            ("%00.md", "broken-link: `%00.md` is not a path", "write `/`"),
            ("../later.md", "broken-link: `../later.md` is a draft", "`draft`"),
            ("../later", "broken-link: `../later` is a draft", "`draft`"),
            ("../private/x.md", "broken-link: `../private/x.md` is left out of the book", "`exclude`"),
            ("../bare/", "broken-link: the folder `../bare/` has no page of its own", "create `bare/index.md`"),
            ("", "broken-link: a link without a destination", "write"),
            ("javascript:alert(1)", "unsafe-link: a link with the scheme `javascript:`", "`https:`"),
            ("\u{1}java\tscript:alert(1)", "unsafe-link: a link with the scheme `javascript:`", "`https:`"),
            ("javascript%3Aalert(1)", "unsafe-link: a link with the scheme `javascript:`", "`https:`"),
            ("VBScript:x", "unsafe-link: a link with the scheme `vbscript:`", "`https:`"),
            ("data:text/html,x", "unsafe-link: a link with the scheme `data:`", "`https:`"),
            ("file:///etc/passwd", "unsafe-link: a link with the scheme `file:`", "`https:`"),
        ] {
            check("guide/x.md", href, "broken", diagnostic, help);
        }
    }

    #[test]
    fn paths_of_other_tools_lead_to_their_files() {
        for (href, target) in [
            ("/img/x.png", "asset static/img/x.png"),
            ("img/x.png", "asset static/img/x.png"),
            ("/y.png", "asset docs/public/y.png"),
            ("/img/z.png", "asset docs/img/z.png"),
            (".gitbook/assets/g.png", "asset gitbook/assets/g.png"),
            ("../../.gitbook/assets/g.png", "asset gitbook/assets/g.png"),
            ("../scan/", "docs/guide/scan.html"),
            ("../scan/#here", "docs/guide/scan.html#here"),
            ("../../index.md", "index.html"),
            ("https://raw.githubusercontent.com/o/r/main/docs/img/z.png", "asset docs/img/z.png"),
            (
                "https://raw.githubusercontent.com/o/r/main/none.png",
                "external https://raw.githubusercontent.com/o/r/main/none.png",
            ),
        ] {
            let mut project = project();
            project.config.source.foreign = true;
            let chapter = Sketch::at("docs/guide/a.md");
            let chapter = if href.contains("png") { chapter.image(href) } else { chapter.link(href) };
            let chapters = vec![Sketch::at("index.md"), chapter, Sketch::at("docs/guide/scan.md").heading(1, "Here")];
            let assets = ["static/img/x.png", "docs/public/y.png", "docs/img/z.png", "gitbook/assets/g.png"];
            let built = folders(&project, chapters, &assets);
            let page =
                built.book.pages.iter().position(|page| page.chapter.path.as_str() == "docs/guide/a.md").unwrap();
            assert_eq!(built.targets(page), [target], "{href:?}");
        }
    }

    #[test]
    fn an_address_without_its_scheme_is_reported_and_followed() {
        let chapter = || Sketch::at("index.md").link("desk@example.org").link("www.example.org/rules").link("main.rs");
        let built = folders(&project(), vec![chapter()], &[]);
        assert_eq!(
            built.targets(0),
            ["external mailto:desk@example.org", "external https://www.example.org/rules", "broken"]
        );
        assert!(built.help().concat().contains("did you mean `https://www.example.org/rules`?"), "{:?}", built.help());
    }

    #[test]
    fn a_wrong_anchor_is_reported_and_leads_to_the_only_one_that_may_be_meant() {
        for (href, target, diagnostic, help) in [
            ("#her", "x.html", "broken-anchor: `x.md` has no anchor `#her`", "did you mean `#here`?"),
            ("#Here", "x.html#here", "broken-anchor: `x.md` has no anchor `#Here`", "did you mean `#here`?"),
            ("#HERE", "x.html#here", "broken-anchor: `x.md` has no anchor `#HERE`", "did you mean `#here`?"),
            ("index.md#a b", "index.html", "broken-anchor: `index.md` has no anchor `#a b`", "{#id}"),
        ] {
            check("x.md", href, target, diagnostic, help);
        }
    }

    #[test]
    fn images() {
        for (href, target, diagnostic) in [
            ("img/a.png", "asset img/a.png", ""),
            (
                "https://example.org/a.png",
                "external https://example.org/a.png",
                "external-image: the image `https://example.org/a.png` is on another host and is not shown",
            ),
            ("data:image/png;base64,AA==", "external data:image/png;base64,AA==", ""),
            ("data:image/svg+xml,<svg/>", "broken", "unsafe-link: a link with the scheme `data:`"),
            ("mailto:a@example.org", "broken", "unsafe-link: a link with the scheme `mailto:`"),
            ("img/b", "broken", "missing-file: no file at `img/b`"),
            ("index.md", "broken", "missing-file: `index.md` is a chapter, not an image"),
            ("", "broken", "missing-file: a link without a destination"),
        ] {
            let built = folders(&project(), vec![Sketch::at("index.md").image(href)], &["img/a.png"]);
            assert_eq!(built.targets(0), [target], "{href:?}");
            assert_eq!(built.diagnostics().concat(), diagnostic, "{href:?}");
        }
    }

    #[test]
    fn unlisted_chapters_are_named_as_such() {
        let chapters = vec![Sketch::at("index.md").link("x.md"), Sketch::at("x.md")];
        let built = summary(&project(), "- [A](index.md)\n", chapters, &[]);
        assert!(built.diagnostics().contains(&"broken-link: `x.md` is not listed in `SUMMARY.md`".to_owned()));
    }

    #[test]
    fn diagnostics_come_in_reading_order() {
        let chapter = |name: &usize| Sketch::at(&format!("{name}.md")).link("a/no.md").link("a/nor.md");
        let names: Vec<usize> = (0..200).collect();
        let built = folders(&project(), names.iter().map(chapter).collect(), &[]);
        let places: Vec<_> = built.report.iter().map(|diagnostic| diagnostic.at.clone().unwrap()).collect();
        assert_eq!(places.len(), 400);
        let number = |file: &str| file["content/".len()..].trim_end_matches(".md").parse::<usize>().unwrap();
        let places: Vec<_> = places.iter().map(|place| (number(&place.file), place.span)).collect();
        assert!(places.is_sorted());
    }

    #[test]
    fn links_that_are_kept_stay_on_their_host() {
        let mut keeping = project();
        keeping.config.markdown.broken_links = BrokenLinks::Keep;
        for (file, href, outside) in [
            ("a.md", "gone.md", "outside gone.html"),
            ("a.md", "./javascript:alert(1)", "outside ./javascript:alert(1)"),
            ("a.md", "x/../javascript:alert(1)", "outside ./javascript:alert(1)"),
            ("b/a.md", "../javascript:alert(1)", "outside ./javascript:alert(1)"),
            ("b/a.md", "./../../code/of/", "outside ../code/of/"),
            ("b/a.md", "../c/?x#y", "outside c/?x#y"),
            ("a.md", ".//host.example/x", "outside host.example/x"),
            ("a.md", "x/..///host.example/x", "outside host.example/x"),
            ("a.md", "/\\host.example/x", "outside /%5Chost.example/x"),
        ] {
            let built = folders(&keeping, vec![Sketch::at(file).link(href)], &[]);
            assert_eq!(built.targets(0), [outside], "{href}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_runs_nothing(href in "[\\x00-\\x20]?(\\PC{0,9}|[jJ\t]?avascript|data|http|//|\\.\\./)[:/%3Aa#?.\\x00-\\x20]{0,5}\\PC{0,9}") {
            let built = folders(&project(), vec![Sketch::at("a.md").link(&href)], &[]);
            let mut keeping = project();
            keeping.config.markdown.broken_links = BrokenLinks::Keep;
            let kept = folders(&keeping, vec![Sketch::at("a.md").link(&href)], &[]);
            if let Target::OutsideBook(href) = &kept.book.pages[0].targets[0] {
                prop_assert!(super::scheme(href).is_none() && !href.starts_with("//") && !href.contains('\\'), "{href:?}");
            }
            match &built.book.pages[0].targets[0] {
                Target::External(href) => {
                    let starts = ["http:", "https:", "mailto:", "tel:", "ftp:", "//"];
                    let lower = href.to_ascii_lowercase();
                    prop_assert!(starts.iter().any(|start| lower.starts_with(start)), "{href:?}");
                    prop_assert!(!href.contains(char::is_control));
                }
                Target::Broken => prop_assert_eq!(built.diagnostics().len(), 1),
                Target::Page(..) | Target::Asset(_) | Target::OutsideBook(_) => {}
            }
        }
    }
}
