//! Registers the declared metrics with a recorder.

use metrics::Recorder;

use super::linked::registrations;
use super::registration::Registration;
use crate::names::ZERO_SERIES_LIMIT;

/// Shows a recorder every family of every linked declaration, with HELP, unit and, for labels whose values are known, its series at
/// zero; info gauges get their value.
///
/// The exporter of this crate does it by itself; with another recorder, call it once after that is installed (`metrics` is then a dependency of
/// yours):
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
