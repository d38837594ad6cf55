//! The series of operations whose only label is open, for calls that count in the shards.

use super::families::{Families, Series};
use super::interner::Entry as Known;
use super::overflow::overflow;
use crate::label::Value;
use crate::recorder::HandleCache;

impl Families {
    /// Returns this value of the only label, if that is open and the value has its own series.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn known(&'static self, text: &str) -> Option<&'static Known> {
        self.table.open()?.known(text)
    }

    /// The same for a value of up to [`SHORT`](super::interner::SHORT) bytes.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn known_short(&'static self, text: &str) -> Option<&'static Known> {
        self.table.open()?.known_short(text)
    }

    /// Returns the series of this value.
    pub(crate) fn seen(&'static self, text: &str) -> Option<(&'static Series, &'static Known)> {
        self.table.seen(text)
    }

    /// Returns the series of this value of the only label, which does not have its own series yet, for a call that counts in the shards. `None` if this thread
    /// is in a set-up.
    pub(crate) fn unseen(&'static self, text: &str) -> Option<&'static Series> {
        let Some((series, is_beyond)) = self.table.unseen(text) else { return self.valued(&[Value::Open(text)]) };
        if is_beyond {
            // The shards are those of the process-wide recorder.
            match self.table.overflow(0).and_then(HandleCache::of_process) {
                Some(counter) => counter.increment(1),
                None => overflow(&self.table, self.meta().labels, |at| self.family_with(at), 1),
            }
        }
        Some(series)
    }
}
