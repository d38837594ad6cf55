//! Compile-time checks of values that the macros cannot see: the values of labels' types, and constants.

use super::family::Family;
use super::label::LabelMeta;
use super::message::Message;
use crate::label::Labels;
use crate::names::buckets_error;

/// Checks the bounds of a constant.
///
/// # Panics
/// At compile time, if they are invalid bucket bounds.
#[must_use]
#[track_caller]
pub const fn bounds(bounds: &'static [f64]) -> &'static [f64] {
    if let Some((_, error)) = buckets_error(bounds) {
        panic!("{}", error);
    }
    bounds
}

/// Checks that an objective's latency is one of a constant's bounds; the macro checks bounds that are written out.
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

/// Checks the number of series that a family may have: the product of the numbers of values of its labels, including the operation's own one.
///
/// The message names the family, each factor and the limit.
#[track_caller]
pub(super) const fn check_series(family: &Family, labels: &[LabelMeta], own: (&str, usize), max: usize) {
    let mut counted = Counted::new();
    let mut at = 0;
    while at < labels.len() {
        if family.carries(at) {
            counted = counted.times(labels[at].name, labels[at].count());
        }
        at += 1;
    }
    counted.times(own.0, own.1).check(family.name, max);
}

/// Checks the number of series if the types of labels are inferred: the number of a label's values is given, or that of its type in `L`.
///
/// # Panics
/// At compile time, if there may be more than `max` series.
#[track_caller]
pub const fn check_inferred<L: Labels>(family: &str, labels: &[(&str, Option<usize>)], own: (&str, usize), max: usize) {
    let mut counted = Counted::new();
    let mut at = 0;
    while at < labels.len() {
        let (name, values) = labels[at];
        counted = counted.times(name, if let Some(values) = values { values } else { L::COUNTS[at] });
        at += 1;
    }
    counted.times(own.0, own.1).check(family, max);
}

/// A product of numbers of values, with the text of its factors.
struct Counted {
    series: usize,
    factors: Message,
    is_empty: bool,
}

impl Counted {
    const fn new() -> Self {
        Self { series: 1, factors: Message::new(), is_empty: true }
    }

    const fn times(self, label: &str, values: usize) -> Self {
        // An unknown set, or a family without an own label.
        if values == 1 {
            return self;
        }
        let separator = if self.is_empty { "" } else { " x " };
        Self {
            series: self.series.saturating_mul(values),
            factors: self.factors.text(separator).text(label).text(" ").number(values),
            is_empty: false,
        }
    }

    #[track_caller]
    const fn check(&self, family: &str, max: usize) {
        if self.series <= max {
            return;
        }
        let message = Message::new()
            .text("`")
            .text(family)
            .text("` could have ")
            .number(self.series)
            .text(" series (")
            .text(self.factors.as_str())
            .text("), more than the limit of ")
            .number(max)
            .text("; remove a label, or raise the limit with `max_series = ")
            .number(self.series)
            .text("`");
        panic!("{}", message.as_str());
    }
}
