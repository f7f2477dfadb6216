//! Writes a chapter as HTML: `:::` directives, by the theme's templates.

use super::body::Writer;
use super::view::{DirectiveView, TabView};
use crate::chapter::{Block, BlockKind, Directive, plain_text};
use crate::error::Error;
use crate::escape::text;

impl<'a> Writer<'a> {
    pub(super) fn directive(&mut self, directive: &'a Directive) -> Result<(), Error> {
        self.serial += 1;
        let serial = self.serial;
        let tabs = if directive.name == "tabs" { self.tabs(directive)? } else { Vec::new() };
        // Tab panels are written as panels; other blocks follow them.
        let rest = directive.body.iter().filter(|block| tabs.is_empty() || tab_of(block).is_none());
        let body_html =
            self.apart(|writer| writer.contained(|writer| rest.into_iter().try_for_each(|block| writer.block(block))))?;
        let title_html = self.title_of(directive)?;
        let id = directive.id.as_ref().filter(|id| self.claim(id.as_str()));
        let id = id.map(|id| format!("{}{id}", self.context.prefix));
        let view = DirectiveView {
            name: directive.name,
            title_html: &title_html,
            id: id.as_deref(),
            open: directive.open,
            body_html: &body_html,
            tabs,
            serial: format!("{}{serial}", self.context.prefix),
        };
        if self.is_epub() {
            self.epub_directive(&view);
            return Ok(());
        }
        let html = self.templates.fill(&format!("directives/{}.html", directive.name), &view)?;
        self.html.push_str(&html);
        Ok(())
    }

    /// The title as HTML; "" for the directive's default one.
    fn title_of(&mut self, directive: &'a Directive) -> Result<String, Error> {
        if let Some(key) = directive.kind.and_then(|kind| kind.string).filter(|_| directive.title.is_empty()) {
            return Ok(text(self.string(key)));
        }
        self.apart(|writer| {
            writer.running(|writer| writer.inlines(&directive.title));
            Ok(())
        })
    }

    fn tabs(&mut self, directive: &'a Directive) -> Result<Vec<TabView>, Error> {
        directive.body.iter().filter_map(tab_of).map(|tab| self.tab(tab)).collect()
    }

    fn tab(&mut self, tab: &'a Directive) -> Result<TabView, Error> {
        let body_html = self.apart(|writer| writer.blocks(&tab.body))?;
        let title_html = self.apart(|writer| {
            writer.inlines(&tab.title);
            Ok(())
        })?;
        Ok(TabView { title_html, key: plain_text(&tab.title), body_html })
    }
}

fn tab_of(block: &Block) -> Option<&Directive> {
    match &block.kind {
        BlockKind::Directive(directive) if directive.name == "tab" => Some(directive),
        _ => None,
    }
}
