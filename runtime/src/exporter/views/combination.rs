//! How a view combines the values of series.

use crate::exporter::exposition::bounds::Bounds;
use crate::views::model::{Combine, Known, View};

/// How values are combined, and which buckets they keep.
#[derive(Debug)]
pub(super) struct Combination {
    combine: Combine,
    /// The bounds that stay.
    pub(super) bounds: Bounds,
    /// The place among them of each bucket that was counted, that of `+Inf` last.
    pub(super) places: Vec<usize>,
}

impl Combination {
    pub(super) fn new(view: &View, family: &Known) -> Self {
        let kept = view.buckets.as_deref().unwrap_or(&family.buckets);
        let place = |bound: &f64| kept.partition_point(|kept| kept < bound);
        let places = family.buckets.iter().map(place).chain([kept.len()]).collect();
        Self { combine: view.combine, bounds: Bounds::new(kept), places }
    }

    /// The level of two gauges.
    pub(super) fn level(&self, one: f64, other: f64) -> f64 {
        match self.combine {
            Combine::Sum => one + other,
            Combine::Max => one.max(other),
            Combine::Min => one.min(other),
        }
    }
}
