//! The facade's handles of the three kinds.

use metrics::{Key, Metadata, Recorder, Unit};

use crate::facade::{LEVEL, describe};
use crate::idle::metric::AnyHandle;
use crate::meta::{Location, MetricMeta};

/// A handle of the facade, of one of the three kinds.
pub trait Handle: Sized + Send + Sync + 'static {
    /// Registers a key of this kind.
    fn register(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self;
    /// Returns a handle that records nothing.
    fn noop() -> Self;
    /// Returns the handle if it is of this kind.
    #[doc(hidden)]
    fn of(handle: AnyHandle) -> Option<Self>;
}

impl Handle for metrics::Counter {
    fn register(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self {
        recorder.register_counter(key, metadata)
    }

    fn noop() -> Self {
        Self::noop()
    }

    fn of(handle: AnyHandle) -> Option<Self> {
        if let AnyHandle::Counter(handle) = handle { Some(handle) } else { None }
    }
}

impl Handle for metrics::Gauge {
    fn register(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self {
        recorder.register_gauge(key, metadata)
    }

    fn noop() -> Self {
        Self::noop()
    }

    fn of(handle: AnyHandle) -> Option<Self> {
        if let AnyHandle::Gauge(handle) = handle { Some(handle) } else { None }
    }
}

impl Handle for metrics::Histogram {
    fn register(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self {
        recorder.register_histogram(key, metadata)
    }

    fn noop() -> Self {
        Self::noop()
    }

    fn of(handle: AnyHandle) -> Option<Self> {
        if let AnyHandle::Histogram(handle) = handle { Some(handle) } else { None }
    }
}

/// Registers a series with a recorder, and describes its family.
#[cold]
pub(super) fn register<H: Handle>(meta: &MetricMeta, key: &Key, recorder: &dyn Recorder) -> H {
    describe_metric(meta, recorder);
    let module = Location::parse(meta.location).module;
    H::register(recorder, key, &Metadata::new(module, LEVEL, Some(module)))
}

/// Passes the HELP and the unit of a family to a recorder.
pub(super) fn describe_metric(meta: &MetricMeta, recorder: &dyn Recorder) {
    describe(recorder, meta.kind, &meta.family, unit(meta.family.name));
}

/// The unit at the end of a name, if the facade supports it.
fn unit(name: &str) -> Option<Unit> {
    if name.ends_with("_seconds") {
        Some(Unit::Seconds)
    } else if name.ends_with("_bytes") {
        Some(Unit::Bytes)
    } else {
        None
    }
}
