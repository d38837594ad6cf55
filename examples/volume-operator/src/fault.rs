//! Faults on demand: which step fails, how, and how often.

use std::fmt;
use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Deserialize;

use super::Error;

/// What is to go wrong in a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub step: Step,
    /// How.
    pub how: How,
    /// In how many attempts, from the first one on.
    pub times: u32,
}

/// A step that can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Cloning the source.
    Clone,
    /// Starting the pod.
    Pod,
    /// Copying the clone into the target.
    Sync,
    /// Removing pod and clone.
    Cleanup,
}

/// How a step fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// With an error.
    #[default]
    Fail,
    /// By a bug: it panics.
    Panic,
    /// It never ends.
    Hang,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clone => "clone",
            Self::Pod => "pod",
            Self::Sync => "sync",
            Self::Cleanup => "cleanup",
        })
    }
}

/// What is left of a transfer's fault.
#[derive(Debug)]
pub(super) struct Faults {
    fault: Option<Fault>,
    left: AtomicU32,
}

impl Faults {
    pub(super) fn new(fault: Option<Fault>) -> Self {
        Self { fault, left: AtomicU32::new(fault.map_or(0, |fault| fault.times)) }
    }

    /// Goes wrong here, if it is to.
    ///
    /// # Panics
    /// If that is what was asked for.
    pub(super) async fn raise(&self, step: Step) -> Result<(), Error> {
        let Some(fault) = self.fault.filter(|fault| fault.step == step) else { return Ok(()) };
        let take = |left: u32| left.checked_sub(1);
        if self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err() {
            return Ok(());
        }
        match fault.how {
            How::Fail => Err(Error::Injected(step)),
            How::Panic => panic!("{step} panicked, as was asked for"),
            How::Hang => pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fault_strikes_its_step_as_often_as_it_is_to() {
        let faults = Faults::new(Some(Fault { step: Step::Pod, how: How::Fail, times: 2 }));
        faults.raise(Step::Clone).await.unwrap();
        for _ in 0..2 {
            assert!(matches!(faults.raise(Step::Pod).await, Err(Error::Injected(Step::Pod))));
        }
        faults.raise(Step::Pod).await.unwrap();
    }
}
