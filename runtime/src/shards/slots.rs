//! Which slots are taken: numbers that are the same in every shard.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};

use super::pool::{LINE, SEGMENT, SEGMENTS};

/// The last segment, which no shard ever has, so that one look tells that a number is none.
const NO_SEGMENT: usize = SEGMENT * (SEGMENTS - 1);

/// In place of a number: no slots were taken yet.
#[allow(clippy::cast_possible_truncation, reason = "two million")]
pub(super) const UNUSED: u32 = NO_SEGMENT as u32;

/// In place of a number: no slots were left.
pub(super) const SHARED: u32 = UNUSED + 1;

/// The number of the next free slot.
static NEXT: Mutex<usize> = Mutex::new(0);

/// The first of this many slots in one segment, or `None` if none are left or a segment has fewer.
pub(super) fn allocate(slots: usize) -> Option<usize> {
    take(&mut NEXT.lock().unwrap_or_else(PoisonError::into_inner), slots)
}

/// The same, once for all threads: the number is in `place` from then on, or [`SHARED`].
pub(super) fn allocate_into(place: &AtomicU32, slots: usize) -> u32 {
    // Nothing below allocates memory, so that no annotated allocator comes back here.
    let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let taken = place.load(Relaxed);
    if taken != UNUSED {
        return taken;
    }
    let base = take(&mut next, slots).and_then(|base| u32::try_from(base).ok()).unwrap_or(SHARED);
    place.store(base, Relaxed);
    base
}

fn take(next: &mut usize, slots: usize) -> Option<usize> {
    if slots > SEGMENT {
        return None;
    }
    let base = next.next_multiple_of(LINE);
    let left = SEGMENT - base % SEGMENT;
    // A block does not go over a segment's end.
    let base = if slots > left { base + left } else { base };
    if base + slots > NO_SEGMENT {
        return None;
    }
    *next = base + slots;
    Some(base)
}
