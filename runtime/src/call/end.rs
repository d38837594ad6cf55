//! How a call ends: where it began, even if another recorder is installed in between.

use super::transient;
#[cfg(feature = "exporter")]
use crate::shards::calls;
use crate::shards::place::Place;
use crate::shards::target::CallTarget;

/// Ends a call in a place of this thread.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn end(place: Place, since: u64, outcome: usize, error: Option<usize>) {
    #[cfg(feature = "exporter")]
    calls::end(place, since, outcome, error, || end_rarely(place, since, outcome, error));
    #[cfg(not(feature = "exporter"))]
    end_without_slots(place, since, outcome, error);
}

#[cfg(feature = "exporter")]
#[inline(never)]
fn end_rarely(place: Place, since: u64, outcome: usize, error: Option<usize>) {
    if !calls::end_in_any_mode(place, since, outcome, error) {
        end_without_slots(place, since, outcome, error);
    }
}

#[cold]
#[inline(never)]
fn end_without_slots(place: Place, since: u64, outcome: usize, error: Option<usize>) {
    match place.target() {
        None => {}
        Some(CallTarget::Kept(handles)) => handles.end(since, outcome, error),
        #[cfg(feature = "exporter")]
        Some(target @ CallTarget::Sharded(block)) => calls::end_anywhere(target, block, since, outcome, error),
        #[cfg(feature = "exporter")]
        Some(target @ CallTarget::Tracked(tracked)) => calls::end_tracked(target, tracked, since, outcome, error),
        Some(CallTarget::Transient) => transient::end(since, outcome, error),
    }
}
