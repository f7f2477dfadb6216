//! From site to folder: nothing is touched until the site is whole, and only our own files are ever deleted.

use std::path::Path;

use super::Site;
use crate::error::Error;

/// What publishing did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Published {
    /// Files written because they were new or had other bytes.
    pub written: usize,
    /// Files that were there already, byte for byte.
    pub unchanged: usize,
    /// Files of the site before that are gone now.
    pub removed: usize,
}

/// Writes a site into a folder.
///
/// # Errors
/// [`Error::Refused`] if the folder is not empty and not ours, lies above or at `source`, or another build holds its
/// lock; [`Error::Disk`] if a file cannot be written. The pages that stood there before are then still readable.
pub fn publish(site: &Site, out: &Path, source: &Path) -> Result<Published, Error> {
    let _ = (site, out, source);
    todo!()
}
