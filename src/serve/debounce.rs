//! [`Debounce`]: decides when to build after changes on disk.

use std::time::{Duration, Instant};

/// A build starts when nothing has changed for this long, because editors save in several steps.
const BUILD_PAUSE: Duration = Duration::from_millis(30);

/// The early page is rendered when nothing has changed for this long, so that a file is not read half written.
const EARLY_PAUSE: Duration = Duration::from_millis(4);

/// A build starts at most this long after the first change, even if changes go on.
const MAX_WAIT: Duration = Duration::from_millis(300);

/// Combines changes that follow each other closely into one build.
#[derive(Debug, Default)]
pub(super) struct Debounce {
    first_and_last: Option<(Instant, Instant)>,
    /// Whether the early page was ordered since the last change.
    early_done: bool,
}

impl Debounce {
    /// Records a change.
    pub(super) fn changed(&mut self, now: Instant) {
        let first = self.first_and_last.map_or(now, |(first, _)| first);
        self.first_and_last = Some((first, now));
        self.early_done = false;
    }

    /// When to render the early page; `None` if that was done since the last change.
    pub(super) fn early_due(&self) -> Option<Instant> {
        self.first_and_last.filter(|_| !self.early_done).map(|(_, last)| last + EARLY_PAUSE)
    }

    /// Records that the early page was ordered.
    pub(super) fn early_done(&mut self) {
        self.early_done = true;
    }

    /// When to build; `None` while nothing has changed.
    pub(super) fn due(&self) -> Option<Instant> {
        self.first_and_last.map(|(first, last)| (last + BUILD_PAUSE).min(first + MAX_WAIT))
    }

    /// Records that a build has started: later changes need another one.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_gathered_until_they_pause() {
        let start = Instant::now();
        for (changes, due) in [
            (vec![], None),
            (vec![0], Some(30)),
            (vec![0, 10], Some(40)),
            (vec![0, 29, 58, 87], Some(117)),
            ((0..50).map(|n| n * 20).collect(), Some(300)),
            (vec![100, 390], Some(400)),
        ] {
            let mut debounce = Debounce::default();
            for at in &changes {
                debounce.changed(start + Duration::from_millis(*at));
            }
            assert_eq!(debounce.due(), due.map(|at| start + Duration::from_millis(at)), "{changes:?}");
            let early_due = changes.last().map(|last| start + Duration::from_millis(*last) + EARLY_PAUSE);
            assert_eq!(debounce.early_due(), early_due, "{changes:?}");
            debounce.early_done();
            assert_eq!(debounce.early_due(), None);
            debounce.clear();
            assert_eq!(debounce.due(), None);
        }
    }
}
