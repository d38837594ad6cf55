//! For tests of instrumented code: captures what one test records, and returns it by family and labels.
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
//! // The client of a request disconnects: the gauge is decremented, and the call counts as cancelled.
//! capture.run(|| poll_once(fetch()));
//! assert_eq!(capture.gauge("fetch_in_flight", &[]), 0.0);
//! assert_eq!(capture.counter("fetch_total", &[("outcome", "cancelled")]), 1);
//! ```
//!
//! A capture records what runs in [`Capture::run`] and in futures under [`Capture::wrap`], on any thread, and nothing else. Tests that run in
//! parallel do not affect each other, and an exporter that is installed in the process records nothing of it.

mod helpers;
mod recorder;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use metrics::with_local_recorder;
use pin_project_lite::pin_project;

use crate::names::Kind;
pub use helpers::{panics, poll_once};
use recorder::{Series, Store};

/// Captures the metrics of one test. Clones share the captured data.
#[derive(Clone, Default)]
pub struct Capture(Arc<Store>);

impl Capture {
    /// Creates an empty capture.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a closure and captures what it records on this thread. A thread that it starts needs its own `run`.
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        with_local_recorder(&*self.0, f)
    }

    /// Captures what a future records, on any thread that polls it. A task that it spawns needs its own `wrap`.
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
        Captured { future, capture: self.clone() }
    }

    /// Returns the value of the only counter of this family with these labels; it may have more labels.
    ///
    /// # Panics
    /// If no series or several series match; the message shows what was recorded.
    #[must_use]
    #[track_caller]
    pub fn counter(&self, family: &str, labels: &[(&str, &str)]) -> u64 {
        self.one(Kind::Counter, family, labels).counter()
    }

    /// Returns the value of the only gauge of this family with these labels; it may have more labels.
    ///
    /// # Panics
    /// If no series or several series match; the message shows what was recorded.
    #[must_use]
    #[track_caller]
    pub fn gauge(&self, family: &str, labels: &[(&str, &str)]) -> f64 {
        self.one(Kind::Gauge, family, labels).gauge()
    }

    /// Returns what the only histogram of this family with these labels recorded; it may have more labels.
    ///
    /// # Panics
    /// If no series or several series match; the message shows what was recorded.
    #[must_use]
    #[track_caller]
    pub fn histogram(&self, family: &str, labels: &[(&str, &str)]) -> Recorded {
        Recorded(self.one(Kind::Histogram, family, labels).histogram())
    }

    /// Returns whether this family has a series with these labels; it may have more labels. A function that was not called has none: unlike the
    /// exporter, a capture has no zero-initialised series.
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

/// The values that a histogram recorded, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded(Vec<f64>);

impl Recorded {
    /// Returns the values.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// Returns the number of values.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the sum of the values.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.0.iter().sum()
    }
}

pin_project! {
    /// A future whose polls are captured; made by [`Capture::wrap`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct Captured<F> {
        #[pin]
        future: F,
        capture: Capture,
    }
}

impl<F: Future> Future for Captured<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.capture.run(|| this.future.poll(context))
    }
}

/// The panic message of a look-up that did not find exactly one series.
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
        // The series of the family; if there are none, all series, because the name may be misspelt.
        let own: Vec<&Series> = all.iter().filter(|series| series.name == *family).collect();
        let shown = if own.is_empty() { all.iter().collect() } else { own };
        if shown.is_empty() {
            return f.write_str("Nothing was recorded; run the code in `Capture::run` or under `Capture::wrap`");
        }
        f.write_str("Recorded:")?;
        shown.iter().try_for_each(|series| write!(f, "\n  {series}"))
    }
}
