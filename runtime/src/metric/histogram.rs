//! Histograms of sizes, and of durations outside calls.

use super::pin::MetricHandle;
use super::value::Value;

/// A histogram of sizes, or of durations that are not the duration of a call. The fields of the struct are its labels.
///
/// ```
/// use metrics_instrumented::Histogram;
///
/// /// Size of uploaded objects.
/// #[derive(Histogram)]
/// #[histogram(name = "upload_size_bytes", buckets = exponential(1024.0, 4.0, 10))]
/// struct UploadSize {}
///
/// UploadSize {}.record(5_000);
/// ```
///
/// With `buckets = native(factor = 1.1)` it has the buckets of a native histogram; see [`instrumented`](macro@crate::instrumented#native-histograms).
///
/// Keys of `#[histogram(..)]`: `name` (must end in a unit, such as `_bytes`), `buckets`, `namespace`, `subsystem`, `help`, `max_series`, `crate`.
/// Keys of a label: `rename`, and for an [`Open`](crate::Open) label `max` and `idle`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a histogram",
    note = "put `#[derive(Histogram)]` and `#[histogram(name = \".._seconds\")]` on the struct"
)]
pub trait Histogram {
    /// Hands the facade's handle for these label values to `f`.
    #[doc(hidden)]
    fn with_handle<R>(&self, f: impl FnOnce(MetricHandle<'_, metrics::Histogram>) -> R) -> R;

    /// Records a value, in the unit at the end of the family's name. A `Duration` is recorded in seconds.
    fn record(&self, value: impl Into<Value>) {
        let Value(value) = value.into();
        self.with_handle(|handle| handle.record(value));
    }
}
