//! Addresses of links, for paper: a short one is shown after its link, a long one is numbered and listed at the end.

use super::body::Writer;
use crate::escape::push_text;

/// Addresses of this many characters and more are listed; shorter ones fit into a line.
const LONG: usize = 40;

impl<'a> Writer<'a> {
    /// What is printed after a link to another site; `None` if its text is its address.
    pub(super) fn on_paper(&mut self, href: &'a str, shown: &str) -> Option<String> {
        let address = href.strip_prefix("mailto:").or_else(|| href.strip_prefix("tel:")).unwrap_or(href);
        if [href, address].contains(&shown.trim()) {
            return None;
        }
        if address.chars().count() < LONG {
            return Some(format!(" ({address})"));
        }
        let known = self.targets.iter().position(|target| *target == href);
        let index = known.unwrap_or_else(|| {
            self.targets.push(href);
            self.targets.len() - 1
        });
        Some(format!(" [{}]", index + 1))
    }

    /// The list of the addresses that were numbered.
    pub(super) fn target_list(&mut self) {
        if self.targets.is_empty() {
            return;
        }
        let targets = std::mem::take(&mut self.targets);
        let level = self.level(2);
        self.put(format_args!("<section class=\"cb-targets\" data-chapbook=\"targets\" data-chrome><h{level}>"));
        push_text(self.string("link_targets"), &mut self.html);
        self.put(format_args!("</h{level}>\n<ol>\n"));
        for target in targets {
            self.html.push_str("<li>");
            push_text(target, &mut self.html);
            self.html.push_str("</li>\n");
        }
        self.html.push_str("</ol></section>\n");
    }
}
