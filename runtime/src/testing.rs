//! For the test suites of instrumented code: capture what one test caused, and look at it by family and labels.
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
//! // A request whose client goes away: the gauge comes back, the call counts as cancelled.
//! capture.run(|| poll_once(fetch()));
//! assert_eq!(capture.gauge("fetch_in_flight", &[]), 0.0);
//! assert_eq!(capture.counter("fetch_total", &[("outcome", "cancelled")]), 1);
//! ```
//!
//! A capture sees what runs in [`Capture::run`] and in futures under [`Capture::wrap`], on whatever thread, and nothing else: tests that run
//! in parallel do not see each other, and an exporter that is installed in the process sees none of it.

mod helpers;
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
use recorder::{Series, Store};

/// What one test caused. Clones are the same capture.
#[derive(Clone, Default)]
pub struct Capture(Arc<Store>);

impl Capture {
    /// A capture that has seen nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a closure; what it records on this thread is captured. A thread that it starts wants a `run` of its own.
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        with_local_recorder(&*self.0, f)
    }

    /// Makes a future's polls captured, whichever thread polls it. A task that it spawns wants a `wrap` of its own.
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

    /// Moves the time: the calls that run are older from now on, and `in_flight(peak)` forgets what was more than two minutes ago. The durations of
    /// finished calls do not depend on it, except that a call with `in_flight(oldest)` lasts as much longer as the time was moved while it ran.
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

    /// The value of the one counter of this family that has these labels, and maybe more.
    ///
    /// # Panics
    /// If none or several have them; the message shows what was recorded.
    #[must_use]
    #[track_caller]
    pub fn counter(&self, family: &str, labels: &[(&str, &str)]) -> u64 {
        self.one(Kind::Counter, family, labels).counter()
    }

    /// The value of the one gauge of this family that has these labels, and maybe more.
    ///
    /// # Panics
    /// If none or several have them; the message shows what was recorded.
    #[must_use]
    #[track_caller]
    pub fn gauge(&self, family: &str, labels: &[(&str, &str)]) -> f64 {
        self.one(Kind::Gauge, family, labels).gauge()
    }

    /// What was recorded by the one histogram of this family that has these labels, and maybe more.
    ///
    /// # Panics
    /// If none or several have them; the message shows what was recorded.
    #[must_use]
    #[track_caller]
    pub fn histogram(&self, family: &str, labels: &[(&str, &str)]) -> Recorded {
        Recorded(self.one(Kind::Histogram, family, labels).histogram())
    }

    /// Whether this family has a series with these labels, and maybe more. A function that was never called has none: unlike the exporter, a
    /// capture shows no zeros of what did not run.
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

/// What a histogram was given, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded(Vec<f64>);

impl Recorded {
    /// Every value.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Their sum.
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

/// What was looked for, and what is there instead.
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
        // The family's own series say most; where it has none, all others may show how it is really called.
        let own: Vec<&Series> = all.iter().filter(|series| series.name == *family).collect();
        let shown = if own.is_empty() { all.iter().collect() } else { own };
        if shown.is_empty() {
            return f.write_str("Nothing was recorded: was the code run in `Capture::run` or under `Capture::wrap`?");
        }
        f.write_str("Recorded:")?;
        shown.iter().try_for_each(|series| write!(f, "\n  {series}"))
    }
}
