//! Checks at compile time of what the macros cannot see: the values behind labels' types, and constants.

use super::family::Family;
use super::label::LabelMeta;
use crate::names::buckets_error;

/// The bounds of a constant, checked.
///
/// # Panics
/// At compile time, if they are not valid bucket bounds.
#[must_use]
#[track_caller]
pub const fn bounds(bounds: &'static [f64]) -> &'static [f64] {
    if let Some((_, error)) = buckets_error(bounds) {
        panic!("{}", error);
    }
    bounds
}

/// Checks that an objective's latency is one of a constant's bounds; others the macro sees.
#[track_caller]
pub(super) const fn check_latency(seconds: f64, bounds: &[f64]) {
    let mut at = 0;
    while at < bounds.len() {
        if bounds[at].to_bits() == seconds.to_bits() {
            return;
        }
        at += 1;
    }
    assert!(
        seconds == 0.0,
        "the latency of `objective` must be one of the histogram's bucket bounds; use one of `buckets`, or add it there"
    );
}

/// Checks the number of series of a family, whose own label has this number of values.
#[track_caller]
pub(super) const fn check_series(family: &Family, labels: &[LabelMeta], own: usize, max: usize) {
    let mut series = own;
    let mut at = 0;
    while at < labels.len() {
        if family.carries(at) {
            series = series.saturating_mul(labels[at].count());
        }
        at += 1;
    }
    assert!(
        series <= max,
        "this family has more series than it may: the product of its labels' values is above `max_series` (1000 where nothing is said); \
         drop a label, or say `max_series = n`"
    );
}
