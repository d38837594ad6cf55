//! Determines which recorder the process has, by probing it.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use metrics::{KeyName, Unit};

/// Which recorder the process has.
pub(super) enum InstalledRecorder {
    Nothing,
    Foreign,
    Ours,
}

/// This crate's recorder recognises a description with this name; no recorder exposes it.
const PROBE: &str = "metrics_instrumented_probe";

/// Whether this crate's recorder has recognised the probe. Relaxed: it is set and read on the thread that probes.
static ANSWERED: AtomicBool = AtomicBool::new(false);

/// Must be called on a thread without a thread-local recorder.
pub(super) fn recorder() -> InstalledRecorder {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    let _one_at_a_time = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    metrics::with_recorder(|recorder| {
        // The no-op recorder of `metrics`, which is used until another one is installed, is zero-sized.
        if size_of_val(recorder) == 0 {
            return InstalledRecorder::Nothing;
        }
        ANSWERED.store(false, Relaxed);
        recorder.describe_gauge(KeyName::from_const_str(PROBE), None::<Unit>, "".into());
        if ANSWERED.load(Relaxed) { InstalledRecorder::Ours } else { InstalledRecorder::Foreign }
    })
}

/// Answers the probe of [`recorder`], if this is one.
pub(in crate::exporter) fn answers(key: &KeyName) -> bool {
    let asked = key.as_str() == PROBE;
    if asked {
        ANSWERED.store(true, Relaxed);
    }
    asked
}
