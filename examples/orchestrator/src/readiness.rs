//! Readiness: each component registers itself and reports on request whether it is ready, and if not, why.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use serde::Serialize;

use example_shared::sync::lock;

/// What tells whether a component is ready.
type Check = Box<dyn Fn() -> Result<(), String> + Send>;

/// The components of a program.
#[derive(Default)]
pub struct Readiness {
    components: Mutex<BTreeMap<String, Check>>,
}

/// What `/ready` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether all components are.
    pub ready: bool,
    /// Each component: `ready`, or the reason why it is not.
    pub components: BTreeMap<String, String>,
}

impl Readiness {
    /// Registers a component. A name that is there already gets the new check.
    pub fn register<E: fmt::Display>(&self, component: &str, check: impl Fn() -> Result<(), E> + Send + 'static) {
        let check = move || check().map_err(|reason| reason.to_string());
        lock(&self.components).insert(component.to_owned(), Box::new(check));
    }

    /// Asks every component.
    #[must_use]
    pub fn report(&self) -> Report {
        let components = lock(&self.components);
        let answers = components.iter().map(|(name, check)| (name.clone(), check()));
        let answers: BTreeMap<_, _> = answers.collect();
        Report {
            ready: answers.values().all(Result::is_ok),
            components: answers
                .into_iter()
                .map(|(name, answer)| (name, answer.err().unwrap_or_else(|| "ready".to_owned())))
                .collect(),
        }
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(lock(&self.components).keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn all_components_have_to_be_ready() {
        let readiness = Readiness::default();
        let warm = Arc::new(AtomicBool::new(false));
        let is_warm = Arc::clone(&warm);
        readiness.register("engine", move || if is_warm.load(Ordering::Relaxed) { Ok(()) } else { Err("it is cold") });
        readiness.register("brakes", || Ok::<_, String>(()));
        let report = readiness.report();
        assert!(!report.ready);
        assert_eq!((&*report.components["engine"], &*report.components["brakes"]), ("it is cold", "ready"));
        warm.store(true, Ordering::Relaxed);
        assert!(readiness.report().ready);
    }
}
