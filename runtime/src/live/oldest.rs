//! The start time of the oldest running call.

use std::fmt;

use metrics::{Key, KeyName, Label, Metadata, SharedString, Unit};

use super::slab::Slab;
use super::time::Time;
use crate::clock::NOT_TIMED;
use crate::facade::LEVEL;
use crate::names::{OwnMetric, UNTRACKED_CALLS};
use crate::setup::SetUp;

/// In the token of a running call, marks a slot of the slab. Tokens without this bit are clock readings, which do not reach it within a century.
const SLOT: u64 = 1 << 63;

/// Marks the slot of a timed call.
const TIMED: u64 = 1 << 62;

/// The start times of the running calls of one series, up to the slab's capacity. Further calls are counted as untracked.
pub(crate) struct Oldest {
    time: Time,
    slab: Slab,
    /// The family's name.
    family: &'static str,
}

impl Oldest {
    pub(crate) fn new(time: Time, family: &'static str) -> Self {
        Self { time, slab: Slab::new(), family }
    }

    pub(crate) fn time(&self) -> &Time {
        &self.time
    }

    /// Begins a call at this reading; returns its token, or `None` if the slab is full.
    pub(super) fn begin(&self, reading: u64, is_timed: bool) -> Option<u64> {
        let slot = self.slab.claim(reading);
        if slot.is_none() {
            self.count_untracked();
        }
        Some(SLOT | if is_timed { TIMED } else { 0 } | slot? as u64)
    }

    /// Ends a call; returns its start time by the calls' clock, or [`NOT_TIMED`].
    pub(super) fn end(&self, token: u64) -> u64 {
        if token & SLOT == 0 || token == NOT_TIMED {
            return token;
        }
        #[allow(clippy::cast_possible_truncation, reason = "a slot's number")]
        let since = self.slab.release((token & !(SLOT | TIMED)) as usize);
        if token & TIMED == 0 { NOT_TIMED } else { self.time.to_call(since) }
    }

    /// Returns the age of the oldest running call in nanoseconds; 0 if no call runs.
    #[cfg(any(feature = "exporter", feature = "testing"))]
    pub(crate) fn age(&self) -> u64 {
        self.slab.earliest().map_or(0, |since| self.time.nanoseconds_since(since))
    }

    #[cold]
    fn count_untracked(&self) {
        let Some(_set_up) = SetUp::begin() else { return };
        let OwnMetric { name, help, .. } = UNTRACKED_CALLS;
        metrics::with_recorder(|recorder| {
            recorder.describe_counter(KeyName::from_const_str(name), Some(Unit::Count), SharedString::const_str(help));
            let key = Key::from_parts(name, vec![Label::from_static_parts("metric", self.family)]);
            let metadata = Metadata::new(module_path!(), LEVEL, Some(module_path!()));
            recorder.register_counter(&key, &metadata).increment(1);
        });
    }
}

impl fmt::Debug for Oldest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oldest").field("family", &self.family).finish_non_exhaustive()
    }
}
