//! Histograms of what is no call's duration.

use super::value::Value;

/// A histogram of sizes, or of times that no function's call spans, with its labels as a struct.
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
/// Keys of `#[histogram(..)]`: `name` (ends in a unit), `buckets`, `namespace`, `subsystem`, `help`, `max_series`, `crate`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a histogram",
    note = "put `#[derive(Histogram)]` and `#[histogram(name = \".._seconds\")]` on the struct"
)]
pub trait Histogram {
    /// Hands the facade's handle for these label values to `f`.
    #[doc(hidden)]
    fn with_handle<R>(&self, f: impl FnOnce(&metrics::Histogram) -> R) -> R;

    /// Records one value, in the unit that the family's name ends in; a `Duration` is in seconds.
    fn record(&self, value: impl Into<Value>) {
        let Value(value) = value.into();
        self.with_handle(|handle| handle.record(value));
    }
}
