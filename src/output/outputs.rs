//! The table of all outputs.

use super::artifact::Output;
use super::checklists::CHECKLISTS;
use super::feeds::FEEDS;
use super::files::FILES;
use super::host::HOST;
use super::markdown::MARKDOWN;
use super::not_found::NOT_FOUND;
use super::offline::OFFLINE;
use super::one_file::ONE_FILE;
use super::opensearch::OPENSEARCH;
use super::outline::OUTLINE;
use super::pages::PAGES;
use super::print::PRINT;
use super::redirects::REDIRECTS;
use super::search_page::SEARCH_PAGE;
use super::sheets::SHEETS;

/// Every output, in the order of composition. The first output that claims a path gets it.
pub const OUTPUTS: &[Output] = &[
    PAGES,
    CHECKLISTS,
    SHEETS,
    PRINT,
    ONE_FILE,
    NOT_FOUND,
    SEARCH_PAGE,
    OPENSEARCH,
    OUTLINE,
    FEEDS,
    MARKDOWN,
    HOST,
    OFFLINE,
    FILES,
    REDIRECTS,
];
