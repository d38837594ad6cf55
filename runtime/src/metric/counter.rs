//! Counters of events.

use super::pin::MetricHandle;

/// A counter of events other than calls. The fields of the struct are its labels.
///
/// ```
/// use metrics_instrumented::{Counter, LabelValue};
///
/// #[derive(LabelValue)]
/// enum Reason { VolumeCreated, VolumeDeleted }
///
/// /// Kubernetes events posted.
/// #[derive(Counter)]
/// #[counter(name = "events_posted_total")]
/// struct EventsPosted { reason: Reason }
///
/// EventsPosted { reason: Reason::VolumeCreated }.increment(1);
/// ```
///
/// Keys of `#[counter(..)]`: `name` (must end in `_total`), `namespace`, `subsystem`, `help` (by default the first paragraph of the doc comment),
/// `max_series`, `crate`. Keys of a label: `rename`, and for an [`Open`](crate::Open) label `max` and `idle`. An increment costs one look-up of the label values and one call of the recorder's handle.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a counter",
    note = "put `#[derive(Counter)]` and `#[counter(name = \".._total\")]` on the struct"
)]
pub trait Counter {
    /// Hands the facade's handle for these label values to `f`.
    #[doc(hidden)]
    fn with_handle<R>(&self, f: impl FnOnce(MetricHandle<'_, metrics::Counter>) -> R) -> R;

    /// Adds `n` to the counter.
    fn increment(&self, n: u64) {
        self.with_handle(|handle| handle.increment(n));
    }

    /// Sets the counter to `value` if `value` is greater than the counter. Use it for totals that are counted elsewhere.
    fn absolute(&self, value: u64) {
        self.with_handle(|handle| handle.absolute(value));
    }
}
