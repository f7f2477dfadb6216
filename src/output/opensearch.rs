//! `opensearch.xml`: lets a browser search the book from its address bar. Needs the book's address.

use super::artifact::{Artifact, Composition, Output};
use super::search_page::description;
use crate::path::{SitePath, generated};
use crate::render::{OpenSearchView, View};

/// Opensearch.xml, for the browser's address bar.
pub(super) const OPENSEARCH: Output = Output { wanted: |output| output.search, compose };

/// The longest `ShortName` (`OpenSearch` 1.1, draft 6, section 4.2.1).
const SHORT_NAME: usize = 16;

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let Some(url) = edition.book.meta.url.as_deref() else { return Vec::new() };
    let icon = edition.theme.icon.as_ref().map(SitePath::encoded);
    let file = Artifact::page(generated::OPENSEARCH, "opensearch.xml", |_| {
        View::OpenSearch(OpenSearchView {
            short_name: edition.book.meta.title.chars().take(SHORT_NAME).collect(),
            description: description(edition),
            language: edition.book.meta.language.clone(),
            results: format!("{url}{}?q={{searchTerms}}", generated::SEARCH_PAGE),
            self_url: format!("{url}{}", generated::OPENSEARCH),
            icon: icon.map(|path| format!("{url}{path}")),
        })
    });
    file.into_iter().collect()
}
