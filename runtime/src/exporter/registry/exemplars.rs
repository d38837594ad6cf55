//! The exemplars of a histogram's buckets.

use crate::exemplar;
use crate::exporter::exposition::bounds::Bounds;
use crate::exporter::exposition::labels;
use crate::exporter::exposition::model::{Exemplar, Timestamp};

/// The newest exemplar of each bucket, including `+Inf`; empty if there are none.
pub(super) fn by_bucket(bounds: &Bounds, histograms: impl Iterator<Item = usize>, newest: &mut Vec<Option<Exemplar>>) {
    for histogram in histograms {
        for found in exemplar::of(histogram) {
            newest.resize(bounds.values().len() + 1, None);
            let seconds = seconds(found.nanoseconds);
            let place = &mut newest[bounds.values().partition_point(|bound| *bound < seconds)];
            let at = Timestamp::of(found.at);
            if place.as_ref().is_none_or(|other| other.at < at) {
                let labels = labels::text(found.labels.iter().map(|(name, value)| (name, value)));
                *place = Some(Exemplar { labels, nanoseconds: found.nanoseconds, at });
            }
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "as the bounds are floats")]
fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}
