//! Where a running call is counted.

use super::handles::Handles;
#[cfg(feature = "exporter")]
use crate::live::tracking::Tracking;
#[cfg(feature = "exporter")]
use crate::shards::block::Block;

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

/// The slots of a series in the shards, and what is kept of its running calls.
#[cfg(feature = "exporter")]
#[derive(Debug)]
pub(crate) struct Tracked {
    pub(crate) block: Block,
    pub(crate) tracking: Tracking,
}

#[cfg(feature = "exporter")]
impl Tracked {
    /// A call begins; returns what it has to keep. `None` if it is not counted.
    pub(crate) fn begin(&self) -> Option<u64> {
        let since = self.block.begin()?;
        Some(self.tracking.begin(since))
    }

    /// A call ends.
    pub(crate) fn end(&self, token: u64, outcome: usize, error: Option<usize>) {
        self.block.end(self.tracking.end(token), outcome, error);
    }
}

#[cfg(feature = "exporter")]
impl CallTarget {
    /// The slots in the shards.
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
}
