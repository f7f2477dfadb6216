//! [`PreviewView`]: what the preview serves at one moment, which is the last good site and the errors since.
//!
//! In: the site or the errors of each build. Out: files, and for an open page the changes since the build that it came
//! from, as server-sent events (HTML Living Standard, section 9.2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;

use crate::path::SitePath;
use crate::site::{Site, SiteFile};

/// The number of builds whose changes are known. A page from an earlier build reloads in any case.
const HISTORY_LEN: usize = 64;

/// The state of the preview after a build. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct PreviewView {
    /// Distinguishes this server from an earlier one on the same port.
    session: u32,
    /// The number of different sites so far.
    generation: u64,
    site: Option<Arc<Site>>,
    /// Pages that are newer than `site`, rendered before their build has ended.
    early: BTreeMap<SitePath, SiteFile>,
    errors: Option<Arc<str>>,
    /// The paths that changed in each of the last generations, newest last.
    history: Vec<Arc<BTreeSet<String>>>,
}

impl PreviewView {
    /// The state before the first build.
    pub(super) fn empty(session: u32) -> Self {
        Self { session, generation: 0, site: None, early: BTreeMap::new(), errors: None, history: Vec::new() }
    }

    /// The state after a build without errors.
    pub(super) fn with_site(mut self, site: Site) -> Self {
        let changes = site.changes_since(self.site.as_deref().unwrap_or(&Site::default()));
        let mut paths: BTreeSet<String> =
            changes.written.iter().chain(&changes.removed).map(ToString::to_string).collect();
        for (path, file) in std::mem::take(&mut self.early) {
            match site.get(&path) {
                Some(now) if now.digest == file.digest => paths.remove(path.as_str()),
                _ => paths.insert(path.to_string()),
            };
        }
        self.errors = None;
        let first = self.site.is_none();
        self.site = Some(Arc::new(site));
        if first { self.changed(paths) } else { self.changed_if_any(paths) }
    }

    /// The state with one page replaced before the build that it belongs to has ended.
    pub(super) fn with_page(mut self, path: SitePath, file: SiteFile) -> Self {
        let known = self.file(&path).is_some_and(|before| before.digest == file.digest);
        if known || self.site.is_none() || self.errors.is_some() {
            return self;
        }
        let paths = BTreeSet::from([path.to_string()]);
        self.early.insert(path, file);
        self.changed(paths)
    }

    /// The next generation if a path has changed; otherwise pages need not reload.
    fn changed_if_any(self, paths: BTreeSet<String>) -> Self {
        if paths.is_empty() { self } else { self.changed(paths) }
    }

    fn changed(mut self, paths: BTreeSet<String>) -> Self {
        self.generation += 1;
        self.history.push(Arc::new(paths));
        self.history.drain(..self.history.len().saturating_sub(HISTORY_LEN));
        self
    }

    /// The state after a build with errors: the last good site stays.
    pub(super) fn with_errors(mut self, errors: &str) -> Self {
        self.errors = Some(errors.into());
        self
    }

    /// Whether the first build has ended, with or without errors.
    pub(super) fn is_ready(&self) -> bool {
        self.site.is_some() || self.errors.is_some()
    }

    /// The last good site.
    pub(super) fn site(&self) -> Option<&Site> {
        self.site.as_deref()
    }

    /// The newest file at a path.
    pub(super) fn file(&self, path: &SitePath) -> Option<&SiteFile> {
        self.early.get(path).or_else(|| self.site()?.get(path))
    }

    /// The errors of the last build, as text; `None` if it had none.
    pub(super) fn errors(&self) -> Option<&str> {
        self.errors.as_deref()
    }

    /// The id of this state for browsers: `SESSION-GENERATION`.
    pub(super) fn stamp(&self) -> String {
        format!("{}-{}", self.session, self.generation)
    }

    /// The events for a page that is up to date with the state `stamp`.
    pub(super) fn events_since(&self, stamp: &str) -> String {
        let mut events = String::new();
        match self.changed_since(stamp) {
            Some(paths) if paths.is_empty() => {}
            Some(paths) => events += &self.event("change", &json!({ "paths": paths })),
            None => events += &self.event("change", &json!({})),
        }
        events += &match self.errors() {
            Some(text) => self.event("errors", &json!({ "text": text })),
            None => self.event("ok", &json!({})),
        };
        events
    }

    /// The paths that have changed since a state; `None` if that state is unknown.
    fn changed_since(&self, stamp: &str) -> Option<BTreeSet<&str>> {
        let (session, generation) = stamp.split_once('-')?;
        let generation: u64 = generation.parse().ok()?;
        if session.parse() != Ok(self.session) {
            return None;
        }
        let behind = usize::try_from(self.generation.checked_sub(generation)?).ok()?;
        let first = self.history.len().checked_sub(behind)?;
        Some(self.history[first..].iter().flat_map(|paths| paths.iter().map(String::as_str)).collect())
    }

    fn event(&self, name: &str, message: &serde_json::Value) -> String {
        // JSON has no raw line breaks, so the message always fits in one `data` line.
        format!("event: {name}\nid: {}\ndata: {message}\n\n", self.stamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::SitePath;
    use crate::site::Role;

    fn site(files: &[(&str, &str)]) -> Site {
        let mut site = Site::default();
        for (path, text) in files {
            site.insert(SitePath::new(path).unwrap(), Role::Page, text.as_bytes()).unwrap();
        }
        site
    }

    #[test]
    fn pages_get_the_changes_since_their_build() {
        let one = PreviewView::empty(7).with_site(site(&[("a", "1"), ("b", "1")]));
        let two = one.clone().with_site(site(&[("a", "2"), ("b", "1")]));
        let three = two.clone().with_site(site(&[("a", "2"), ("c", "1")]));
        let ok = "event: ok\nid: 7-3\ndata: {}\n\n";
        let change = |data: &str| format!("event: change\nid: 7-3\ndata: {data}\n\n{ok}");
        for (since, events) in [
            ("7-3", ok.to_owned()),
            ("7-2", change(r#"{"paths":["b","c"]}"#)),
            ("7-1", change(r#"{"paths":["a","b","c"]}"#)),
            ("7-0", change(r#"{"paths":["a","b","c"]}"#)),
            ("7-4", change("{}")),
            ("8-3", change("{}")),
            ("", change("{}")),
            ("7-x", change("{}")),
        ] {
            assert_eq!(three.events_since(since), events, "since {since:?}");
        }
    }

    #[test]
    fn the_same_site_again_is_no_change() {
        let one = PreviewView::empty(7).with_site(site(&[("a", "1")]));
        assert_eq!(one.clone().with_site(site(&[("a", "1")])).stamp(), one.stamp());
    }

    #[test]
    fn an_early_page_is_not_reported_twice() {
        let path = || SitePath::new("a").unwrap();
        let page = |text: &str| SiteFile::in_memory(Role::Page, text.as_bytes());
        let one = PreviewView::empty(7).with_site(site(&[("a", "1"), ("b", "1")]));
        let early = one.clone().with_page(path(), page("2"));
        assert_eq!(
            early.events_since("7-1"),
            "event: change\nid: 7-2\ndata: {\"paths\":[\"a\"]}\n\nevent: ok\nid: 7-2\ndata: {}\n\n"
        );
        assert_eq!(&*early.file(&path()).unwrap().bytes().unwrap(), b"2");
        assert_eq!(early.clone().with_page(path(), page("2")).stamp(), "7-2");
        for (built, missed) in
            [("2", r#"{"paths":["b"]}"#), ("1", r#"{"paths":["a","b"]}"#), ("3", r#"{"paths":["a","b"]}"#)]
        {
            let whole = early.clone().with_site(site(&[("a", built), ("b", "2")]));
            assert!(whole.events_since("7-2").contains(missed), "{built}");
            assert_eq!(&*whole.file(&path()).unwrap().bytes().unwrap(), built.as_bytes());
        }
    }

    #[test]
    fn errors_leave_the_last_good_site() {
        let bad = PreviewView::empty(7).with_site(site(&[("a", "1")])).with_errors("line 1\nline 2");
        assert!(bad.site().is_some());
        assert_eq!(bad.events_since("7-1"), "event: errors\nid: 7-1\ndata: {\"text\":\"line 1\\nline 2\"}\n\n");
        let good = bad.with_site(site(&[("a", "1")]));
        assert_eq!(good.events_since("7-1"), "event: ok\nid: 7-1\ndata: {}\n\n");
        assert!(!PreviewView::empty(7).is_ready());
        assert!(PreviewView::empty(7).with_errors("x").is_ready());
    }

    #[test]
    fn the_history_is_limited() {
        let mut view = PreviewView::empty(7);
        for n in 0..100 {
            view = view.with_site(site(&[("a", &n.to_string())]));
        }
        assert_eq!(view.history.len(), HISTORY_LEN);
        assert!(view.events_since("7-36").contains("paths"));
        assert!(!view.events_since("7-35").contains("paths"));
    }
}
