//! Registers the declared metrics with a recorder.

use metrics::Recorder;

use super::linked::registrations;
use super::registration::Registration;
use crate::names::ZERO_SERIES_LIMIT;

/// Describes all linked declarations to a recorder: their HELP and unit, their zero-initialised series if the values of all labels are known, and the
/// values of info gauges.
///
/// This crate's exporter does this itself. With another recorder, call it once after the installation. Your crate then depends on `metrics`, too:
///
/// ```
/// metrics::with_recorder(|recorder| metrics_instrumented::announce(recorder));
/// ```
pub fn announce(recorder: &dyn Recorder) {
    announce_apart(recorder, recorder, ZERO_SERIES_LIMIT);
}

/// The same, with a separate recorder for the families of operations.
pub(crate) fn announce_apart(operations: &dyn Recorder, recorder: &dyn Recorder, limit: usize) {
    for registration in registrations() {
        match registration {
            Registration::Operation(families) => families.announce(operations, limit),
            Registration::Counter(family) => family.announce(recorder, limit),
            Registration::Gauge(family) => family.announce(recorder, limit),
            Registration::Histogram(family) => family.announce(recorder, limit),
            Registration::Info(info) => info.announce(recorder),
            Registration::Site(_) => {}
        }
    }
}
