//! Tools for tests of instrumented code: [`Capture`] records the metrics of one test and returns them by family and labels.
//!
//! ```
//! use metrics_instrumented::instrumented;
//! use metrics_instrumented::testing::{Capture, poll_once};
//!
//! #[instrumented(name = "parse")]
//! fn parse(text: &str) -> Result<u32, std::num::ParseIntError> { text.parse() }
//!
//! #[instrumented(name = "fetch")]
//! async fn fetch() -> u32 { std::future::pending().await }
//!
//! let capture = Capture::new();
//! capture.run(|| { parse("1").ok(); parse("x").ok(); parse("2").ok() });
//! assert_eq!(capture.counter("parse_total", &[("outcome", "ok")]), 2);
//! assert_eq!(capture.counter("parse_total", &[("outcome", "error")]), 1);
//! assert_eq!(capture.histogram("parse_duration_seconds", &[]).count(), 3);
//!
//! // A client that disconnects cancels the request: the gauge goes back to zero.
//! capture.run(|| poll_once(fetch()));
//! assert_eq!(capture.gauge("fetch_in_flight", &[]), 0.0);
//! assert_eq!(capture.counter("fetch_total", &[("outcome", "cancelled")]), 1);
//! ```
//!
//! A capture records only what runs inside [`Capture::run`] and inside futures wrapped by [`Capture::wrap`], on any thread. Tests that run in parallel
//! are isolated from each other, and an installed exporter does not see their metrics.

mod helpers;
mod idle;
mod recorder;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use metrics::with_local_recorder;
use pin_project_lite::pin_project;

use crate::names::Kind;
pub use helpers::{panics, poll_once};
pub use idle::advance;
use recorder::{Series, Store};

/// The metrics of one test. Clones share the same metrics.
#[derive(Clone, Default)]
pub struct Capture(Arc<Store>);

impl Capture {
    /// Creates an empty capture.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a closure and captures what it records on this thread. Call `run` again in threads that the closure starts.
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        with_local_recorder(&*self.0, f)
    }

    /// Wraps a future, so that its polls and its drop are captured on whichever thread they run. Wrap the tasks that the future spawns as well. A request
    /// that an HTTP layer counts ends with the body of its response: read it inside the wrapped future.
    ///
    /// ```
    /// # use metrics_instrumented::{instrumented, testing::Capture};
    /// #[instrumented(name = "greet")]
    /// async fn greet() -> &'static str { "hello" }
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # runtime.block_on(async {
    /// let capture = Capture::new();
    /// let other = tokio::spawn(capture.wrap(greet()));
    /// capture.wrap(greet()).await;
    /// other.await.unwrap();
    /// assert_eq!(capture.counter("greet_total", &[("outcome", "ok")]), 2);
    /// # });
    /// ```
    pub fn wrap<F: Future>(&self, future: F) -> Captured<F> {
        Captured { future: Some(future), capture: self.clone() }
    }

    /// Moves the capture's clock forward: running calls become older, `in_flight(peak)` forgets calls of more than two minutes ago, and values of
    /// labels with `idle` expire.
    ///
    /// A call with `in_flight(oldest)` that is running meanwhile also lasts longer. All other durations are real.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # use metrics_instrumented::{instrumented, testing::{Capture, poll_once}};
    /// #[instrumented(name = "migrate", in_flight(oldest))]
    /// async fn migrate() { std::future::pending().await }
    ///
    /// let capture = Capture::new();
    /// let mut running = Box::pin(migrate());
    /// capture.run(|| poll_once(running.as_mut()));
    /// capture.advance(Duration::from_secs(3600));
    /// assert!(capture.gauge("migrate_in_flight_oldest_seconds", &[]) >= 3600.0);
    /// ```
    pub fn advance(&self, by: Duration) {
        self.0.advance(by);
    }

    /// Returns the value of the counter with these labels; it may have more labels than the given ones.
    ///
    /// # Panics
    /// Panics if no series or several series of the family match. The message lists what was recorded.
    #[must_use]
    #[track_caller]
    pub fn counter(&self, family: &str, labels: &[(&str, &str)]) -> u64 {
        self.one(Kind::Counter, family, labels).counter()
    }

    /// Returns the value of the gauge with these labels; it may have more labels than the given ones.
    ///
    /// # Panics
    /// Panics if no series or several series of the family match. The message lists what was recorded.
    #[must_use]
    #[track_caller]
    pub fn gauge(&self, family: &str, labels: &[(&str, &str)]) -> f64 {
        self.one(Kind::Gauge, family, labels).gauge()
    }

    /// Returns the observations of the histogram with these labels; it may have more labels than the given ones.
    ///
    /// # Panics
    /// Panics if no series or several series of the family match. The message lists what was recorded.
    #[must_use]
    #[track_caller]
    pub fn histogram(&self, family: &str, labels: &[(&str, &str)]) -> Recorded {
        Recorded(self.one(Kind::Histogram, family, labels).histogram())
    }

    /// Returns whether the family has a series with these labels; it may have more labels than the given ones. A function that was not called has no
    /// series. After its first call it has one for each outcome, so compare [`counter`](Self::counter) with 0 to check that an outcome did not occur.
    #[must_use]
    pub fn has(&self, family: &str, labels: &[(&str, &str)]) -> bool {
        self.0.series().iter().any(|series| series.name == family && series.has(labels))
    }

    #[track_caller]
    fn one(&self, kind: Kind, family: &str, labels: &[(&str, &str)]) -> Series {
        let all = self.0.series();
        let mut matching =
            all.iter().filter(|series| series.kind == kind && series.name == family && series.has(labels));
        match (matching.next(), matching.next()) {
            (Some(one), None) => one.clone(),
            (found, _) => panic!("{}", Missed { kind, family, labels, several: found.is_some(), all: &all }),
        }
    }
}

/// Shows everything that was recorded.
impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.series().iter().map(|series| format!("{series}"))).finish()
    }
}

/// The observations of a histogram, in the order in which they were recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded(Vec<f64>);

impl Recorded {
    /// Returns the observed values.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// Returns the number of observations.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the sum of the observed values.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.0.iter().sum()
    }
}

pin_project! {
    /// A future whose polls and whose drop are captured; made by [`Capture::wrap`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct Captured<F> {
        // `None` when it has been dropped.
        #[pin]
        future: Option<F>,
        capture: Capture,
    }

    impl<F> PinnedDrop for Captured<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            this.capture.run(|| this.future.set(None));
        }
    }
}

impl<F: Future> Future for Captured<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(future) = this.future.as_pin_mut() else { return Poll::Pending };
        this.capture.run(|| future.poll(context))
    }
}

/// The message for a series that was not found, or not unique.
struct Missed<'a> {
    kind: Kind,
    family: &'a str,
    labels: &'a [(&'a str, &'a str)],
    several: bool,
    all: &'a [Series],
}

impl fmt::Display for Missed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, family, labels, several, all } = self;
        let what = if *several { "several series of the" } else { "no" };
        write!(f, "{what} {} `{family}`", kind.word())?;
        if !labels.is_empty() {
            let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
            write!(f, " with {}", labels.join(", "))?;
        }
        f.write_str(if *several { " match; name more labels. " } else { ". " })?;
        // If the family has no series at all, its name is probably misspelled, so every series is listed.
        let own: Vec<&Series> = all.iter().filter(|series| series.name == *family).collect();
        let shown = if own.is_empty() { all.iter().collect() } else { own };
        if shown.is_empty() {
            return f.write_str("Nothing was recorded; run the code in `Capture::run` or under `Capture::wrap`");
        }
        f.write_str("Recorded:")?;
        shown.iter().try_for_each(|series| write!(f, "\n  {series}"))
    }
}
