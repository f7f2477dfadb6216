//! What one build makes: decided once, from the request and the book's configuration. Later steps ask the plan only.

use std::collections::BTreeSet;

use super::parse_cache::Blocks;
use super::request::Purpose;
use crate::config::{Config, Download, OutputConfig};
use crate::mdbook::MdBook;
use crate::output::{AssetNaming, Export};

/// What one build makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// What is composed.
    pub(super) product: Product,
    /// The forms in which chapters and sheets are typeset before anything is composed.
    pub(super) typeset: BTreeSet<Form>,
    /// How the theme's files are named.
    pub(super) naming: AssetNaming,
    /// Whether the chapters of a large book keep their blocks after they are parsed.
    pub(super) blocks: Blocks,
    /// Whether the files that search reads are written.
    pub(super) search_files: bool,
    /// What is made of the whole site once its files are there.
    pub(super) packing: BTreeSet<Packing>,
    /// Whether the state is kept from which a preview shows an edited chapter before the next build ends.
    pub(super) keeps_state: bool,
}

/// What is composed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Product {
    /// A site: all outputs that the configuration wants.
    Site,
    /// One form of the book.
    Export(Export),
}

/// In what chapters are typeset: it decides where links lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// The pages of a site, and its sheets.
    Site,
    /// The book in one file.
    File,
    /// The EPUB.
    Epub,
}

/// What is made of the whole site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Packing {
    /// The service worker, which names all files.
    Worker,
    /// The EPUB that the site offers.
    Epub,
    /// The site in a folder of the zip, with a first page next to it.
    Zip,
}

impl Plan {
    /// Decides what is made. What the purpose has no use for is taken out of the configuration.
    pub(super) fn of(purpose: Purpose, config: &mut Config, mdbook: Option<&MdBook>) -> Self {
        fit(&mut config.output, purpose);
        let product = match purpose {
            Purpose::Publish | Purpose::Preview | Purpose::Export(Export::Zip) => Product::Site,
            Purpose::Export(form) => Product::Export(form),
        };
        let is_preview = purpose == Purpose::Preview;
        let is_export = matches!(purpose, Purpose::Export(_));
        Self {
            product,
            typeset: forms(&config.output, product),
            naming: if is_preview { AssetNaming::Plain } else { AssetNaming::Digest },
            blocks: if is_export { Blocks::Kept } else { Blocks::Dropped },
            search_files: config.output.search && product == Product::Site,
            packing: packing(&config.output, purpose),
            // In other books a chapter's text depends on more than its file.
            keeps_state: is_preview && mdbook.is_none() && !config.source.foreign,
        }
    }

    /// Whether the build makes a site: a folder of files, or the same in a zip.
    pub(super) fn is_site(&self) -> bool {
        self.product == Product::Site
    }
}

/// Takes out of the configuration what a purpose has no use for.
fn fit(config: &mut OutputConfig, purpose: Purpose) {
    if purpose == Purpose::Preview {
        // The preview serves the site at the root of its host.
        config.base = Some("/".to_owned());
    }
    if purpose != Purpose::Publish {
        // A preview changes with every word, and an export holds no other export.
        config.downloads.clear();
        config.offline = false;
    }
    if purpose == Purpose::Export(Export::Zip) {
        // Opened from disk, a folder has no index page.
        config.clean_urls = false;
        config.cname = None;
    }
}

/// The forms in which the product needs the chapters.
fn forms(config: &OutputConfig, product: Product) -> BTreeSet<Form> {
    match product {
        Product::Export(Export::File) => BTreeSet::from([Form::File]),
        Product::Export(Export::Epub) => BTreeSet::from([Form::Epub]),
        Product::Export(_) => BTreeSet::new(),
        Product::Site => {
            let offered = config.downloads.iter().map(|download| match download {
                Download::File => Form::File,
                Download::Epub => Form::Epub,
            });
            offered.chain([Form::Site]).collect()
        }
    }
}

fn packing(config: &OutputConfig, purpose: Purpose) -> BTreeSet<Packing> {
    match purpose {
        Purpose::Publish if config.downloads.contains(&Download::Epub) => {
            BTreeSet::from([Packing::Worker, Packing::Epub])
        }
        Purpose::Publish | Purpose::Preview => BTreeSet::from([Packing::Worker]),
        Purpose::Export(Export::Zip) => BTreeSet::from([Packing::Zip]),
        Purpose::Export(_) => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(purpose: Purpose) -> (Plan, OutputConfig) {
        let downloads = vec![Download::File, Download::Epub];
        let output = OutputConfig { downloads, offline: true, clean_urls: true, ..OutputConfig::default() };
        let mut config = Config { output, ..Config::default() };
        (Plan::of(purpose, &mut config, None), config.output)
    }

    #[test]
    fn only_a_published_site_offers_downloads() {
        let (publish, config) = plan(Purpose::Publish);
        assert!(config.offline && config.clean_urls);
        assert_eq!(publish.typeset, BTreeSet::from([Form::Site, Form::File, Form::Epub]));
        assert_eq!(publish.packing, BTreeSet::from([Packing::Worker, Packing::Epub]));
        let (preview, config) = plan(Purpose::Preview);
        assert!(config.downloads.is_empty() && !config.offline);
        assert_eq!(config.base.as_deref(), Some("/"));
        assert_eq!(preview.typeset, BTreeSet::from([Form::Site]));
        assert!(preview.keeps_state && preview.naming == AssetNaming::Plain);
    }

    #[test]
    fn an_export_typesets_its_own_form_alone() {
        for (form, typeset, is_site) in [
            (Export::File, vec![Form::File], false),
            (Export::Epub, vec![Form::Epub], false),
            (Export::Markdown, vec![], false),
            (Export::Zip, vec![Form::Site], true),
        ] {
            let (plan, config) = plan(Purpose::Export(form));
            assert_eq!((plan.typeset.iter().copied().collect(), plan.is_site()), (typeset, is_site), "{form:?}");
            assert_eq!((plan.search_files, config.clean_urls), (is_site, form != Export::Zip), "{form:?}");
        }
    }
}
