//! How a call ends: where it began, even if another recorder is installed in between.

use super::transient;
use crate::handles::Handles;
#[cfg(feature = "exporter")]
use crate::shards::calls;
use crate::shards::place::Place;
use crate::shards::target::CallTarget;

/// Ends a call in a place of this thread.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn end(place: Place, since: u64, outcome: usize, error: Option<usize>) {
    #[cfg(feature = "exporter")]
    if !calls::end(place, since, outcome, error) {
        end_rarely(place, since, outcome, error);
    }
    #[cfg(not(feature = "exporter"))]
    end_without_slots(place, since, outcome, error);
}

// It jumps to functions that save registers, so that it saves none.
#[cfg(feature = "exporter")]
#[inline(never)]
fn end_rarely(place: Place, since: u64, outcome: usize, error: Option<usize>) {
    calls::end_rarely(place, since, outcome, error, || match place.elsewhere() {
        Some(CallTarget::Kept(handles)) => end_kept(handles, since, outcome, error),
        Some(target) => end_on(target, since, outcome, error),
        None if calls::is_tracked(place) => calls::end_tracked_in(place, since, outcome, error),
        None => end_in_any_mode(place, since, outcome, error),
    });
}

#[cfg(feature = "exporter")]
#[inline(never)]
fn end_in_any_mode(place: Place, since: u64, outcome: usize, error: Option<usize>) {
    if !calls::end_in_any_mode(place, since, outcome, error) {
        end_without_slots(place, since, outcome, error);
    }
}

#[cold]
#[inline(never)]
fn end_without_slots(place: Place, since: u64, outcome: usize, error: Option<usize>) {
    if let Some(target) = place.target() {
        end_on(target, since, outcome, error);
    }
}

// Apart from the others, because it saves fewer registers.
#[inline(never)]
fn end_kept(handles: &'static Handles, since: u64, outcome: usize, error: Option<usize>) {
    handles.end(since, outcome, error);
}

#[inline(never)]
fn end_on(target: &'static CallTarget, since: u64, outcome: usize, error: Option<usize>) {
    match target {
        CallTarget::Kept(handles) => end_kept(handles, since, outcome, error),
        #[cfg(feature = "exporter")]
        CallTarget::Sharded(block) => calls::end_anywhere(target, block, since, outcome, error),
        #[cfg(feature = "exporter")]
        CallTarget::Tracked(tracked) => calls::end_tracked(target, tracked, since, outcome, error),
        CallTarget::Transient => transient::end(since, outcome, error),
        #[cfg(not(feature = "exporter"))]
        CallTarget::Uncounted => {}
        CallTarget::WhileUnwinding(target) => end_on(target, since, outcome, error),
    }
}
