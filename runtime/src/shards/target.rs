//! Where a running call is counted.

#[cfg(feature = "exporter")]
use super::block::Block;
use crate::handles::Handles;
#[cfg(feature = "exporter")]
use crate::idle::leased::Leased;
#[cfg(feature = "exporter")]
use crate::live::tracking::Tracking;

/// Where a running call is counted. A call ends on the target on which it began, even if another recorder is installed in between.
#[derive(Debug)]
pub(crate) enum CallTarget {
    /// The shards, for this crate's recorder.
    #[cfg(feature = "exporter")]
    Sharded(Block),
    /// The same, of a series that keeps more of its running calls.
    #[cfg(feature = "exporter")]
    Tracked(Box<Tracked>),
    /// The cached handles of another process-wide recorder.
    Kept(Box<Handles>),
    /// The handles of a recorder that may go away; they are stored elsewhere, for this call only.
    Transient,
}

/// A series in the shards, and what is kept of its running calls.
#[cfg(feature = "exporter")]
#[derive(Debug)]
pub(crate) struct Tracked {
    pub(crate) block: Block,
    pub(crate) tracking: Tracking,
    /// The places of its labels' values, if they can leave; each call releases them at its end.
    pub(crate) leased: Option<&'static Leased>,
}

#[cfg(feature = "exporter")]
impl CallTarget {
    /// The series in the shards.
    pub(crate) fn block(&self) -> Option<&Block> {
        match self {
            Self::Sharded(block) => Some(block),
            Self::Tracked(tracked) => Some(&tracked.block),
            Self::Kept(_) | Self::Transient => None,
        }
    }

    /// What is kept of the running calls.
    pub(crate) fn tracking(&self) -> Option<&Tracking> {
        match self {
            Self::Tracked(tracked) => Some(&tracked.tracking),
            _ => None,
        }
    }

    /// A value of its labels has left, and nobody else uses it: everything back to zero.
    pub(crate) fn reset(&self) {
        if let Self::Tracked(tracked) = self {
            tracked.block.reset();
            tracked.tracking.reset();
        }
    }
}
