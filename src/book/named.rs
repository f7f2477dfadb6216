//! What `chapbook.toml` names in the content: the target of the banner, and the chapter that is the glossary.

use super::link::{self, Base};
use super::model::{Banner, PageId, Target};
use super::places::Places;
use crate::chapter::{Link, LinkKind};
use crate::config::Project;
use crate::diagnostic::{Diagnostic, Report, Span, codes};

/// The banner, if the book has one.
pub(super) fn banner(project: &Project, places: &Places<'_>, report: &mut Report) -> Option<Banner> {
    let banner = &project.config.banner;
    let text = banner.text.as_deref().map(str::trim).filter(|text| !text.is_empty())?.to_owned();
    let to = banner.link.as_deref().and_then(|href| target(href, &["banner", "link"], project, places, report));
    Some(Banner { text, to })
}

/// The page of the glossary, if the book names one.
pub(super) fn glossary(project: &Project, places: &Places<'_>, report: &mut Report) -> Option<PageId> {
    let keys = ["book", "glossary"];
    let href = project.config.book.glossary.as_deref()?;
    let target = target(href, &keys, project, places, report)?;
    if let Target::Page(id, _) = target {
        return Some(id);
    }
    let diagnostic = Diagnostic::new(&codes::CONFIG, format!("`{href}` is not a chapter"));
    let help = "name the chapter whose definition lists explain the terms, as in `glossary.md`";
    report.add(Diagnostic { at: project.place(&keys), ..diagnostic.help(help) });
    None
}

/// The target of a link in the configuration; `None`, and a diagnostic, for a broken one.
fn target(href: &str, keys: &[&str], project: &Project, places: &Places<'_>, report: &mut Report) -> Option<Target> {
    let link = Link { href: href.to_owned(), kind: LinkKind::Link, span: Span::default() };
    let (target, diagnostic) = link::resolve(&link, Base::ROOT, places);
    if let Some(diagnostic) = diagnostic {
        report.add(Diagnostic { at: project.place(keys), ..diagnostic });
    }
    (target != Target::Broken).then_some(target)
}

#[cfg(test)]
mod tests {
    use crate::book::testing::{Sketch, folders, project};

    #[test]
    fn the_banner_and_the_glossary_lead_to_chapters() {
        let mut project = project();
        project.config.banner.text = Some(" Moved ".to_owned());
        project.config.banner.link = Some("a/b.md#here".to_owned());
        project.config.book.glossary = Some("a/b.md".to_owned());
        let chapters = || vec![Sketch::at("index.md"), Sketch::at("a/b.md").heading(2, "Here")];
        let built = folders(&project, chapters(), &["form.pdf"]);
        let banner = built.book.banner.as_ref().unwrap();
        assert_eq!(
            (banner.text.as_str(), built.target(banner.to.as_ref().unwrap())),
            ("Moved", "a/b.html#here".into())
        );
        assert_eq!(built.book.glossary.map(|id| id.0), Some(1));
        assert_eq!(built.diagnostics(), Vec::<String>::new());

        project.config.banner.link = Some("a/c.md".to_owned());
        project.config.book.glossary = Some("form.pdf".to_owned());
        let built = folders(&project, chapters(), &["form.pdf"]);
        assert_eq!(built.book.banner.as_ref().unwrap().to, None);
        assert_eq!(built.book.glossary, None);
        assert_eq!(built.diagnostics(), ["broken-link: no chapter at `a/c.md`", "config: `form.pdf` is not a chapter"]);
    }
}
