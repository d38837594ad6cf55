//! What the values of a series come from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::cells::Buckets;
use crate::shards::{Block, Shards};

/// Where a part of a series' value comes from; the parts are added up.
pub(super) enum Source {
    Counter(Arc<AtomicU64>),
    /// The bits of an `f64`.
    Gauge(Arc<AtomicU64>),
    Histogram(Arc<Buckets>),
    Outcome(&'static Block, usize),
    Errors(&'static Block, usize),
    Begun(&'static Block),
    InFlight(&'static Block),
    Duration(&'static Block),
}

impl Source {
    pub(super) fn count(&self, shards: &Shards) -> u64 {
        match self {
            Self::Counter(cell) => cell.load(Relaxed),
            Self::Outcome(block, outcome) => block.outcome(shards, *outcome),
            Self::Errors(block, kind) => block.errors(shards, *kind),
            Self::Begun(block) => block.begun(shards),
            _ => 0,
        }
    }

    pub(super) fn level(&self, shards: &mut Shards) -> f64 {
        match self {
            Self::Gauge(cell) => f64::from_bits(cell.load(Relaxed)),
            #[allow(clippy::cast_precision_loss, reason = "calls in flight are far fewer than 2^52")]
            Self::InFlight(block) => block.in_flight(shards) as f64,
            _ => 0.0,
        }
    }
}
