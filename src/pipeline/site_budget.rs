//! How large a site may become: bytes and files, which pages that repeat what others say could multiply.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::config::OutputConfig;
use crate::error::Error;

/// The bytes of a megabyte, as the configuration counts them.
const MEGABYTE: u64 = 1_000_000;

/// What is left of the size that the configuration allows; shared by the threads that fill pages in.
#[derive(Debug)]
pub(super) struct SiteBudget {
    written: AtomicU64,
    megabytes: u32,
    files: u32,
}

impl SiteBudget {
    /// The whole budget of a configuration.
    pub(super) fn of(output: &OutputConfig) -> Self {
        Self { written: AtomicU64::new(0), megabytes: output.max_megabytes, files: output.max_files }
    }

    /// Checks the number of files before the first is made.
    ///
    /// # Errors
    /// [`Error::Refused`] if there are more than the configuration allows.
    pub(super) fn check_files(&self, count: usize) -> Result<(), Error> {
        if u64::try_from(count).is_ok_and(|count| count <= u64::from(self.files)) {
            return Ok(());
        }
        let message = format!("the site would have {count} files, more than the {} that it may have", self.files);
        Err(Error::refused(message, format!("if that is meant, write `max_files = {count}` under `[output]`")))
    }

    /// Spends the bytes of a file.
    ///
    /// # Errors
    /// [`Error::Refused`] if the site is larger than the configuration allows.
    pub(super) fn spend(&self, bytes: usize) -> Result<(), Error> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let before = self.written.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) <= u64::from(self.megabytes) * MEGABYTE {
            return Ok(());
        }
        let message = format!("the site is larger than the {} MB that it may have", self.megabytes);
        let help =
            format!("if that is meant, write `max_megabytes = {}` under `[output]`", self.megabytes.saturating_mul(2));
        Err(Error::refused(message, help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_ends() {
        let budget = SiteBudget::of(&OutputConfig { max_files: 2, max_megabytes: 1, ..OutputConfig::default() });
        assert!(budget.check_files(2).is_ok() && budget.check_files(3).is_err());
        assert!(budget.spend(600_000).is_ok() && budget.spend(400_000).is_ok() && budget.spend(1).is_err());
    }
}
