//! What a running call counts on.

use super::handles::Handles;
#[cfg(feature = "exporter")]
use crate::live::tracking::Tracking;
#[cfg(feature = "exporter")]
use crate::shards::block::Block;

/// What a running call counts on. It finishes on what it started on, whatever is installed meanwhile.
#[derive(Debug)]
pub(crate) enum CallTarget {
    /// The shards of our own recorder.
    #[cfg(feature = "exporter")]
    Sharded(Block),
    /// The same, of a series that keeps more of its running calls.
    #[cfg(feature = "exporter")]
    Tracked(Box<Tracked>),
    /// The handles of another recorder that stays.
    Kept(Box<Handles>),
    /// The handles of a recorder that does not stay: kept for this call alone, elsewhere.
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
