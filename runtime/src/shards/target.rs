//! What a running call counts on.

#[cfg(feature = "exporter")]
use super::block::Block;
use crate::handles::Handles;

/// What a running call counts on. A call ends on the target that it began on, even if another recorder is installed in between.
#[derive(Debug)]
pub(crate) enum CallTarget {
    /// The shards of our own recorder.
    #[cfg(feature = "exporter")]
    Sharded(Block),
    /// The handles of another process-wide recorder.
    Kept(Box<Handles>),
    /// The handles of a recorder that is not process-wide. They are stored elsewhere, for this call only.
    Transient,
}
