//! What is noted while a build runs.

use std::time::{Duration, Instant};

use crate::diagnostic::Report;

/// What was found so far, and how long each step took.
pub(super) struct Progress {
    pub(super) report: Report,
    pub(super) times: Vec<(&'static str, Duration)>,
    last: Instant,
}

impl Progress {
    /// Starts with what is known already.
    pub(super) fn new(report: Report) -> Self {
        Self { report, times: Vec::new(), last: Instant::now() }
    }

    /// Notes that a step has ended.
    pub(super) fn mark(&mut self, step: &'static str) {
        let now = Instant::now();
        self.times.push((step, now - self.last));
        self.last = now;
    }
}
