//! The trackers of one series.

use std::sync::Arc;

use super::oldest::Oldest;
use super::peak::Peak;
use super::polls::Polls;
use super::seen::Seen;
use super::time::Time;
use crate::clock::NOT_TIMED;

/// The trackers of one series.
#[derive(Debug)]
pub(crate) struct Tracking {
    pub(crate) time: Time,
    pub(crate) peak: Option<Arc<Peak>>,
    pub(crate) oldest: Option<Arc<Oldest>>,
    pub(crate) polls: Option<Arc<Polls>>,
    /// The last use, for `testing::Capture`.
    pub(crate) seen: Option<Arc<Seen>>,
}

impl Tracking {
    /// No trackers.
    #[cfg(feature = "exporter")]
    pub(crate) fn nothing(time: Time) -> Self {
        Self { time, peak: None, oldest: None, polls: None, seen: None }
    }

    /// Resets the trackers, while no call runs.
    #[cfg(feature = "exporter")]
    pub(crate) fn reset(&self) {
        // The set of start times is empty, because no call runs.
        if let Some(peak) = &self.peak {
            peak.reset();
        }
        if let Some(polls) = &self.polls {
            polls.reset();
        }
    }

    /// Begins a call; `since` is its clock's reading, or [`NOT_TIMED`]. Returns the token that the call stores instead.
    #[inline]
    pub(crate) fn begin(&self, since: u64) -> u64 {
        if self.tracks_calls() { self.begin_call(since) } else { since }
    }

    /// Whether there are trackers of the beginning and the end of calls.
    #[inline]
    fn tracks_calls(&self) -> bool {
        self.oldest.is_some() || self.peak.is_some() || self.seen.is_some()
    }

    #[inline(never)]
    fn begin_call(&self, since: u64) -> u64 {
        let is_timed = since != NOT_TIMED;
        let reading = if is_timed { self.time.at_call(since) } else { self.time.now() };
        if let Some(peak) = &self.peak {
            peak.begin(reading);
        }
        if let Some(seen) = &self.seen {
            seen.begin();
        }
        self.oldest.as_ref().and_then(|oldest| oldest.begin(reading, is_timed)).unwrap_or(since)
    }

    /// Ends a call at this reading of [`Self::time`]; returns its clock's reading at the beginning, or [`NOT_TIMED`].
    #[inline]
    pub(crate) fn end(&self, token: u64, now: u64) -> u64 {
        if self.tracks_calls() { self.end_call(token, now) } else { token }
    }

    #[inline(never)]
    fn end_call(&self, token: u64, now: u64) -> u64 {
        if let Some(peak) = &self.peak {
            peak.end(now);
        }
        if let Some(seen) = &self.seen {
            seen.end();
        }
        self.oldest.as_ref().map_or(token, |oldest| oldest.end(token))
    }
}
