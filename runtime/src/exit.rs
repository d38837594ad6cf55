//! Exit paths of calls, as indices of outcomes.

/// The outcome of a call that was dropped before its end.
pub(crate) const CANCELLED: usize = usize::MAX;

/// The outcome of a call that panicked.
pub(crate) const PANIC: usize = CANCELLED - 1;

/// The slot of an outcome among `count` slots: the finished outcomes in their order, then panic, then cancelled.
#[inline]
pub(crate) fn outcome_slot(outcome: usize, count: usize) -> usize {
    // A hand-written `LabelValue` may return an index out of range; that counts as cancelled, too.
    if outcome == PANIC { count.wrapping_sub(2) } else { outcome.min(count.wrapping_sub(1)) }
}
