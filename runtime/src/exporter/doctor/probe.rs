//! Which recorder the process has, found out by asking it.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use metrics::{KeyName, Unit};

/// Which recorder the process has.
pub(super) enum Found {
    Nothing,
    Foreign,
    Ours,
}

/// A description of this name is answered by our recorder and shown by none.
const PROBE: &str = "metrics_instrumented_probe";

/// Whether our recorder has answered.
static ANSWERED: AtomicBool = AtomicBool::new(false);

/// On a thread without a recorder of its own.
pub(super) fn recorder() -> Found {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    let _one_at_a_time = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    metrics::with_recorder(|recorder| {
        // The facade's own one, which is there until another is installed, has no size.
        if size_of_val(recorder) == 0 {
            return Found::Nothing;
        }
        ANSWERED.store(false, Relaxed);
        recorder.describe_gauge(KeyName::from_const_str(PROBE), None::<Unit>, "".into());
        if ANSWERED.load(Relaxed) { Found::Ours } else { Found::Foreign }
    })
}

/// Answers the question of [`recorder`], if this is it.
pub(in crate::exporter) fn answers(key: &KeyName) -> bool {
    let asked = key.as_str() == PROBE;
    if asked {
        ANSWERED.store(true, Relaxed);
    }
    asked
}
