//! Where a running call is counted.

#[cfg(feature = "exporter")]
use super::block::Block;
use crate::handles::Handles;
#[cfg(feature = "exporter")]
use crate::idle::leased::Leased;
#[cfg(feature = "exporter")]
use crate::live::tracking::Tracking;

/// Where a running call is counted. A call ends on the target on which it began, even if another recorder is installed in between.
///
/// The alignment leaves bits of its address for the tag of a [`Place`](super::place::Place).
#[derive(Debug)]
#[repr(align(16))]
pub(crate) enum CallTarget {
    /// The shards, for this crate's recorder.
    #[cfg(feature = "exporter")]
    Sharded(Block),
    /// The shards and trackers, for a series whose running calls are tracked or whose values can expire.
    #[cfg(feature = "exporter")]
    Tracked(Box<Tracked>),
    /// The cached handles of another process-wide recorder.
    Kept(Box<Handles>),
    /// The handles of a recorder that may go away; they are stored elsewhere, for this call only.
    Transient,
    /// Nothing: the call is not counted.
    #[cfg(not(feature = "exporter"))]
    Uncounted,
    /// Another target, for a call of a scope that began while its thread was unwinding.
    WhileUnwinding(&'static CallTarget),
}

/// A series in the shards, with trackers of its running calls.
#[cfg(feature = "exporter")]
#[derive(Debug)]
pub(crate) struct Tracked {
    pub(crate) block: Block,
    pub(crate) tracking: Tracking,
    /// The places of its labels' values, if they can expire; each call releases them at its end.
    pub(crate) leased: Option<&'static Leased>,
}

#[cfg(feature = "exporter")]
impl CallTarget {
    /// The series in the shards.
    pub(crate) fn block(&self) -> Option<&Block> {
        match self {
            Self::Sharded(block) => Some(block),
            Self::Tracked(tracked) => Some(&tracked.block),
            Self::Kept(_) | Self::Transient | Self::WhileUnwinding(_) => None,
        }
    }

    /// The trackers of the running calls.
    pub(crate) fn tracking(&self) -> Option<&Tracking> {
        match self {
            Self::Tracked(tracked) => Some(&tracked.tracking),
            _ => None,
        }
    }

    /// Resets all counts after a value of its labels was removed, while no other thread uses the series.
    pub(crate) fn reset(&self) {
        if let Self::Tracked(tracked) = self {
            tracked.block.reset();
            tracked.tracking.reset();
        }
    }
}
