//! Gauges of state.

use std::fmt;

use super::pin::{MetricHandle, Pin};
use super::value::Value;

/// A gauge: a value that goes up and down. The fields of the struct are its labels.
///
/// ```
/// use metrics_instrumented::Gauge;
///
/// /// Connections open now.
/// #[derive(Gauge)]
/// #[gauge(name = "connections_active")]
/// struct ConnectionsActive {}
///
/// struct Connection { _counted: metrics_instrumented::GaugeGuard }
///
/// // The gauge is decremented when the connection is dropped:
/// let connection = Connection { _counted: ConnectionsActive {}.hold(1) };
/// drop(connection);
/// ```
///
/// Keys of `#[gauge(..)]`: `name`, `namespace`, `subsystem`, `help`, `max_series`, `crate`. Keys of a label: `rename`, and for an [`Open`](crate::Open)
/// label `max` and `idle`. After the `idle` time, a value that was `set` expires; one that was added with `add` stays until it is subtracted.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a gauge",
    note = "put `#[derive(Gauge)]` and `#[gauge(name = \"..\")]` on the struct"
)]
pub trait Gauge {
    /// Hands the facade's handle for these label values to `f`.
    #[doc(hidden)]
    fn with_handle<R>(&self, f: impl FnOnce(MetricHandle<'_, metrics::Gauge>) -> R) -> R;

    /// Sets the gauge to `value`.
    fn set(&self, value: impl Into<Value>) {
        let Value(value) = value.into();
        self.with_handle(|handle| handle.set(value));
    }

    /// Adds to the gauge.
    fn add(&self, value: impl Into<Value>) {
        let Value(value) = value.into();
        self.with_handle(|handle| handle.increment(value));
    }

    /// Subtracts from the gauge.
    fn sub(&self, value: impl Into<Value>) {
        let Value(value) = value.into();
        self.with_handle(|handle| handle.decrement(value));
    }

    /// Adds to the gauge until the returned guard is dropped. Use it for objects that outlive the call that created them.
    #[must_use = "the gauge goes back when the guard is dropped"]
    fn hold(&self, value: impl Into<Value>) -> GaugeGuard {
        let Value(value) = value.into();
        self.with_handle(|handle| {
            handle.increment(value);
            GaugeGuard { pin: handle.pin(), handle: handle.clone(), value }
        })
    }
}

/// An amount that was added to a [`Gauge`] by [`hold`](Gauge::hold). Dropping the guard subtracts it, on the recorder to which it was added.
#[must_use = "the gauge goes back when the guard is dropped"]
pub struct GaugeGuard {
    handle: metrics::Gauge,
    value: f64,
    /// Released after the value is subtracted.
    #[allow(dead_code, reason = "dropped with the guard")]
    pin: Option<Pin>,
}

impl Drop for GaugeGuard {
    fn drop(&mut self) {
        self.handle.decrement(self.value);
    }
}

impl fmt::Debug for GaugeGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GaugeGuard").field("value", &self.value).finish_non_exhaustive()
    }
}
