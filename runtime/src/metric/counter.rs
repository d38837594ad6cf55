//! Counters of events.

/// A counter of events that are no calls, with its labels as a struct.
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
/// Keys of `#[counter(..)]`: `name` (ends in `_total`), `namespace`, `subsystem`, `help` (else the first paragraph of the doc comment),
/// `max_series`, `crate`. Costs what one call of the recorder's handle costs, and the look-up of the labels.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a counter",
    note = "put `#[derive(Counter)]` and `#[counter(name = \".._total\")]` on the struct"
)]
pub trait Counter {
    /// Hands the facade's handle for these label values to `f`.
    #[doc(hidden)]
    fn with_handle<R>(&self, f: impl FnOnce(&metrics::Counter) -> R) -> R;

    /// Adds `n` events.
    fn increment(&self, n: u64) {
        self.with_handle(|handle| handle.increment(n));
    }

    /// Raises the counter to `value`, if it is below: for totals that are kept elsewhere.
    fn absolute(&self, value: u64) {
        self.with_handle(|handle| handle.absolute(value));
    }
}
