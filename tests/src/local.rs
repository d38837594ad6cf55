//! A recorder of one's own.

use std::env;
use std::future::Future;

use metrics_instrumented::{Handle, Recorder};
use metrics_instrumented_test_support::exposition::Exposition;

use crate::Calls;

/// With this in the environment, the first [`Local`] of a process is its process-wide recorder.
pub(crate) const PROCESS_WIDE: &str = "TEST_OF_METRICS_PROCESS_WIDE";

/// The exporter's recorder for one test: what runs in it is recorded nowhere else, and nothing else in it.
#[derive(Debug)]
pub struct Local {
    handle: Handle,
    /// `None` if it is the process-wide one, which then belongs to this test alone.
    recorder: Option<Recorder>,
}

impl Default for Local {
    fn default() -> Self {
        Self::new()
    }
}

impl Local {
    /// A recorder with the series that all linked sites have beforehand.
    ///
    /// # Panics
    /// When sites of the test contradict each other.
    #[must_use]
    pub fn new() -> Self {
        let exporter = metrics_instrumented::exporter();
        if env::var_os(PROCESS_WIDE).is_some() && metrics_instrumented::handle().is_none() {
            let handle = exporter.install_recorder().expect("nothing is installed yet");
            return Self { handle, recorder: None };
        }
        let recorder = exporter.build().expect("the sites of this test agree");
        Self { handle: recorder.handle(), recorder: Some(recorder) }
    }

    /// Runs `f` with this recorder as the thread's own.
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        match &self.recorder {
            Some(recorder) => metrics::with_local_recorder(recorder, f),
            None => f(),
        }
    }

    /// Runs a future, and what it spawns, with this recorder: on a tokio runtime of this thread.
    ///
    /// # Panics
    /// When the system gives no runtime.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        self.run(|| runtime.block_on(future))
    }

    /// What was recorded.
    ///
    /// # Panics
    /// When it is not a valid exposition.
    #[must_use]
    #[track_caller]
    pub fn read(&self) -> Exposition {
        parsed(&self.handle.render())
    }

    /// The calls of the operation with this base name and no labels of its own.
    #[must_use]
    #[track_caller]
    pub fn calls(&self, base: &str) -> Calls {
        self.calls_with(base, &[])
    }

    /// The calls of the operation with this base name and these labels.
    #[must_use]
    #[track_caller]
    pub fn calls_with(&self, base: &str, labels: &[(&str, &str)]) -> Calls {
        Calls::of(&self.read_only(base), base, labels)
    }

    /// What was recorded in the families whose names begin so: the strict parser takes its time over the thousands of series of all sites.
    ///
    /// # Panics
    /// When it is not a valid exposition.
    #[must_use]
    #[track_caller]
    pub fn read_only(&self, base: &str) -> Exposition {
        let name = |line: &str| line.trim_start_matches("# HELP ").trim_start_matches("# TYPE ").starts_with(base);
        parsed(&self.handle.render().split_inclusive('\n').filter(|line| name(line)).collect::<String>())
    }
}

#[track_caller]
fn parsed(text: &str) -> Exposition {
    Exposition::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}
