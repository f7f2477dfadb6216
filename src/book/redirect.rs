//! Redirects from old addresses: `aliases` of chapters and `[redirects]` of the configuration.

use std::collections::BTreeMap;

use super::link::{self, Base};
use super::model::{PageId, Redirect, Target};
use super::paths::{Claims, Owner};
use super::places::{Lookup, Places};
use crate::chapter::{Link, LinkKind};
use crate::config::{OutputConfig, Project};
use crate::diagnostic::{Diagnostic, Place, Report, Span, codes};
use crate::path::{AddressStyle, Permalink, SitePath, decode, generated};

/// The redirects of a book.
#[derive(Debug, Default)]
pub(super) struct Redirects {
    /// Redirects of whole pages, sorted by old path.
    pub pages: Vec<Redirect>,
    /// Redirects of anchors on pages that still exist.
    pub anchors: BTreeMap<PageId, Vec<(String, Target)>>,
}

/// Resolves all redirects. One that hides a page, or whose target does not exist, is reported as `redirect`.
///
/// Targets are pages, files or full URLs but never other redirects, so there are no loops. If no page is at the site's
/// root, a redirect from there to the first page is added.
pub(super) fn resolve(project: &Project, places: &Places<'_>, claims: &mut Claims, report: &mut Report) -> Redirects {
    let mut rules = aliases(places);
    rules.extend(configured(project, places, report));
    let mut resolver = Resolver { output: &project.config.output, places, claims, report };
    let mut redirects = Redirects::default();
    for rule in rules {
        resolver.rule(rule, &mut redirects);
    }
    redirects.pages.extend(resolver.index());
    redirects.pages.sort_by(|a, b| a.from.file().cmp(b.from.file()));
    redirects
}

/// A redirect as an author wrote it; its target is resolved.
struct Rule {
    from: String,
    to: Target,
    at: Option<Place>,
}

fn aliases(places: &Places<'_>) -> Vec<Rule> {
    let pages = places.pages.iter().enumerate().map(|(index, page)| (PageId(index), &page.chapter));
    let rules = pages.flat_map(|(id, chapter)| {
        let at = chapter.place(Span::default());
        let rule = move |from: &String| Rule { from: from.clone(), to: Target::Page(id, None), at: Some(at.clone()) };
        chapter.front.aliases.iter().map(rule)
    });
    rules.collect()
}

fn configured(project: &Project, places: &Places<'_>, report: &mut Report) -> Vec<Rule> {
    let mut rules = Vec::new();
    let written = project.redirect_places();
    for (from, to) in &project.config.redirects {
        let at = written.get(from).cloned();
        let link = Link { href: to.clone(), kind: LinkKind::Link, span: Span::default() };
        let (target, diagnostic) = link::resolve(&link, Base::ROOT, places);
        if let Some(diagnostic) = diagnostic {
            let code = &codes::REDIRECT;
            report.add(Diagnostic { code, severity: code.severity, at: at.clone(), ..diagnostic });
        }
        if target != Target::Broken {
            rules.push(Rule { from: from.clone(), to: target, at });
        }
    }
    rules
}

struct Resolver<'a, 'b> {
    output: &'a OutputConfig,
    places: &'a Places<'b>,
    claims: &'a mut Claims,
    report: &'a mut Report,
}

impl Resolver<'_, '_> {
    fn rule(&mut self, rule: Rule, redirects: &mut Redirects) {
        let at = rule.at.clone();
        let refused = match rule.from.split_once('#') {
            Some((path, anchor)) => self.anchor(path, &decode(anchor), rule.to, redirects),
            None => self.page(rule, redirects),
        };
        if let Err((message, help)) = refused {
            let diagnostic = Diagnostic::new(&codes::REDIRECT, message).help(help);
            self.report.add(Diagnostic { at, ..diagnostic });
        }
    }

    fn page(&mut self, rule: Rule, redirects: &mut Redirects) -> Result<(), Refusal> {
        let help = || "write a path of the site, as in `old/page.html`".to_owned();
        let old = old_address(&rule.from, self.output.address_style()).filter(|_| link::scheme(&rule.from).is_none());
        let from = old.ok_or_else(|| (format!("`{}` is not a path of the site", rule.from), help()))?;
        if let Some(owner) = self.claims.owner(from.file()) {
            let message = format!("a redirect from `{}` would hide `{}`", from.file(), owner.name);
            return Err((message, "take the redirect out, or name another old path".to_owned()));
        }
        let owner = Owner { name: rule.from, place: rule.at.clone() };
        if self.claims.claim(from.file(), owner, self.report) {
            redirects.pages.push(Redirect { from, to: rule.to, at: rule.at });
        }
        Ok(())
    }

    fn anchor(&mut self, path: &str, anchor: &str, to: Target, redirects: &mut Redirects) -> Result<(), Refusal> {
        let target = self.places.find(decode(path).trim_matches('/'));
        let Some(Lookup::Target(Target::Page(page, _))) = target else {
            let help = "an old anchor needs the page that contained it; write the path alone to redirect a whole page";
            return Err((format!("there is no page `{path}` to redirect `#{anchor}` from"), help.to_owned()));
        };
        if anchor.is_empty() || self.places.anchor(page, anchor).is_some() {
            let message = format!("a redirect from `{path}#{anchor}` would hide an anchor of that page");
            return Err((message, "take the redirect out, or name an anchor that is gone".to_owned()));
        }
        redirects.anchors.entry(page).or_default().push((anchor.to_owned(), to));
        Ok(())
    }

    fn index(&mut self) -> Option<Redirect> {
        let from = Permalink::of_file(SitePath::new(generated::INDEX)?, self.output.address_style());
        let first = self.places.pages.first()?;
        if !self.claims.is_free(from.file()) {
            return None;
        }
        self.claims.claim(from.file(), Owner::chapter(&first.chapter), self.report);
        (!self.output.home_copy).then_some(Redirect { from, to: Target::Page(PageId(0), None), at: None })
    }
}

/// The page at an old address as an author wrote it: `a/b`, `a/b.md` and `a/b.html` are the page `a/b`, and `a/b/` is that
/// of the folder.
fn old_address(written: &str, style: AddressStyle) -> Option<Permalink> {
    let decoded = decode(written.trim());
    let path = SitePath::new(&decoded)?;
    let (stem, extension) = path.file_name().rsplit_once('.').unwrap_or((path.file_name(), ""));
    let is_extension = extension.starts_with(|c: char| c.is_ascii_alphabetic());
    match extension {
        "md" | "markdown" => Permalink::new(&format!("{}/{stem}", path.folder()), style),
        _ if decoded.ends_with('/') => Permalink::new(&format!("{path}/index"), style),
        _ if is_extension => Some(Permalink::of_file(path, style)),
        _ => Permalink::new(path.as_str(), style),
    }
}

/// Message and help.
type Refusal = (String, String);

#[cfg(test)]
mod tests {
    use crate::book::testing::{Built, Sketch, files, folders, project, summary};

    fn redirects(built: &Built) -> Vec<String> {
        let pages = built.book.redirects.iter();
        pages.map(|redirect| format!("{} -> {}", redirect.from.file(), built.target(&redirect.to))).collect()
    }

    fn configured(from: &str, to: &str) -> Built {
        let mut project = project();
        project.config.redirects.insert(from.to_owned(), to.to_owned());
        folders(&project, vec![Sketch::at("index.md"), Sketch::at("a/b.md").heading(2, "Here")], &["form.pdf"])
    }

    #[test]
    fn aliases_become_redirects() {
        for (alias, from) in [
            ("old.html", "old.html"),
            ("/old", "old.html"),
            ("old/", "old/index.html"),
            ("a/old.md", "a/old.html"),
            ("旧 址", "旧 址.html"),
            ("%E6%97%A7.html", "旧.html"),
            ("v1.2", "v1.2.html"),
            ("old.php", "old.php"),
        ] {
            let chapter = Sketch::at("index.md").front(|front| front.aliases = vec![alias.to_owned()]);
            let built = folders(&project(), vec![chapter], &[]);
            assert_eq!(redirects(&built), [format!("{from} -> index.html")], "{alias:?}");
        }
    }

    #[test]
    fn configured_redirects() {
        for (from, to, redirect) in [
            ("old.html", "a/b.md", "old.html -> a/b.html"),
            ("/old", "/a/b.html#here", "old.html -> a/b.html#here"),
            ("old.html", "https://example.org/", "old.html -> external https://example.org/"),
            ("x/old.html", "form.pdf", "x/old.html -> asset form.pdf"),
        ] {
            let built = configured(from, to);
            assert_eq!(redirects(&built), [redirect], "{from:?}");
            assert_eq!(built.diagnostics(), [""; 0], "{from:?}");
        }
    }

    #[test]
    fn anchors_are_redirected_on_their_page() {
        for from in ["a/b.html#gone", "/a/b.md#gone", "a/b#%67one"] {
            let built = configured(from, "index.md");
            let (page, anchors) = built.book.anchor_redirects.first_key_value().unwrap();
            assert_eq!(built.book.page(*page).permalink.file().as_str(), "a/b.html");
            assert_eq!(anchors.len(), 1);
            assert_eq!((anchors[0].0.as_str(), built.target(&anchors[0].1).as_str()), ("gone", "index.html"));
            assert_eq!(built.diagnostics(), [""; 0], "{from:?}");
        }
    }

    #[test]
    fn redirects_that_cannot_be() {
        for (from, to, diagnostic) in [
            ("a/b.html", "index.md", "redirect: a redirect from `a/b.html` would hide `a/b.md`"),
            ("form.pdf", "index.md", "redirect: a redirect from `form.pdf` would hide `form.pdf`"),
            ("old", "nowhere.md", "redirect: no chapter at `nowhere.md`"),
            ("old", "a/b.md#no", "redirect: `a/b.md` has no anchor `#no`"),
            ("old", "javascript:x", "redirect: a link with the scheme `javascript:`"),
            ("../old", "index.md", "redirect: `../old` is not a path of the site"),
            ("", "index.md", "redirect: `` is not a path of the site"),
            ("gone.html#x", "index.md", "redirect: there is no page `gone.html` to redirect `#x` from"),
            (
                "a/b.html#here",
                "index.md",
                "redirect: a redirect from `a/b.html#here` would hide an anchor of that page",
            ),
        ] {
            let built = configured(from, to);
            assert_eq!(built.diagnostics(), [diagnostic], "{from:?} -> {to:?}");
        }
    }

    #[test]
    fn two_redirects_from_one_path() {
        let chapter = |file: &str| Sketch::at(file).front(|front| front.aliases = vec!["old".to_owned()]);
        let built = folders(&project(), vec![chapter("a.md"), chapter("index.md")], &[]);
        assert_eq!(redirects(&built), ["old.html -> index.html"]);
        assert_eq!(built.diagnostics().len(), 1);
    }

    #[test]
    fn the_site_has_an_index() {
        let built = summary(&project(), "- [B](a/b.md)\n- [C](c.md)\n", files(&["a/b.md", "c.md"]), &[]);
        assert_eq!(redirects(&built), ["index.html -> a/b.html"]);
        let built = summary(&project(), "- [B](b.md)\n- [I](README.md)\n", files(&["b.md", "README.md"]), &[]);
        assert_eq!(redirects(&built), [""; 0]);
    }
}
