//! Moves the time by which values of labels with `idle` expire.

use std::time::Duration;

use crate::idle::groups;

/// Moves the clock forward by which the values of labels with `idle` expire in the installed exporter, for tests of a whole program.
///
/// Only these labels are affected. It has an effect on the whole process; to move the time of one test, use [`Capture::advance`](super::Capture::advance).
///
/// ```
/// # fn main() -> Result<(), metrics_instrumented::Error> {
/// use std::time::Duration;
/// use metrics_instrumented::{instrumented, testing};
///
/// #[instrumented(name = "imports", labels(tenant = open(tenant, idle = 600)))]
/// fn import(tenant: &str) {}
///
/// let metrics = metrics_instrumented::exporter().install_recorder()?;
/// import("acme");
/// assert!(metrics.render().contains("acme"));
/// testing::advance(Duration::from_secs(600));
/// assert!(!metrics.render().contains("acme"));
/// # Ok(())
/// # }
/// ```
pub fn advance(by: Duration) {
    groups::advance(u64::try_from(by.as_nanos()).unwrap_or(u64::MAX));
}
