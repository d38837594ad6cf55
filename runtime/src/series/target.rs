//! Where a running call is counted.

use super::handles::Handles;
#[cfg(feature = "exporter")]
use crate::shards::block::Block;

/// Where a running call is counted. A call ends on the target on which it began, even if another recorder is installed in between.
#[derive(Debug)]
pub(crate) enum CallTarget {
    /// The shards, for this crate's recorder.
    #[cfg(feature = "exporter")]
    Sharded(Block),
    /// The cached handles of another process-wide recorder.
    Kept(Box<Handles>),
    /// The handles of a recorder that may go away; they are stored elsewhere, for this call only.
    Transient,
}
