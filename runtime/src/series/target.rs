//! What a running call counts on.

use super::handles::Handles;
#[cfg(feature = "exporter")]
use crate::shards::block::Block;

/// What a running call counts on. It finishes on what it started on, whatever is installed meanwhile.
#[derive(Debug)]
pub(crate) enum CallTarget {
    /// The shards of our own recorder.
    #[cfg(feature = "exporter")]
    Sharded(Block),
    /// The handles of another recorder that stays.
    Kept(Box<Handles>),
    /// The handles of a recorder that does not stay: kept for this call alone, elsewhere.
    Transient,
}
