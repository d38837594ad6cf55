//! Faults on demand: what is to go wrong with the next calls, in order.

use std::collections::VecDeque;
use std::future::pending;
use std::iter::repeat_n;
use std::sync::Mutex;

use example_shared::sync::lock;
use serde::Deserialize;

use super::ProviderError;

/// What can go wrong with a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// A call does not get through.
    Unreachable,
    /// A call's credentials are refused.
    Unauthenticated,
    /// A call is never answered.
    Hang,
    /// A bug in the provider: it panics during a call.
    Panic,
    /// A task is begun and fails.
    TaskFails,
    /// As a task that fails; a machine that is being turned on crashes.
    Crash,
}

/// The faults that wait for their call or task.
#[derive(Debug, Default)]
pub(super) struct Faults {
    waiting: Mutex<VecDeque<Fault>>,
}

impl Faults {
    pub(super) fn inject(&self, fault: Fault, times: usize) {
        lock(&self.waiting).extend(repeat_n(fault, times));
    }

    /// Goes wrong in a call, if the next fault is one of calls.
    ///
    /// # Panics
    /// If that is what was asked for.
    pub(super) async fn strike_call(&self, provider: &str) -> Result<(), ProviderError> {
        match self.take(|fault| !matches!(fault, Fault::TaskFails | Fault::Crash)) {
            Some(Fault::Unreachable) => Err(ProviderError::ConnectionFailed(provider.to_owned())),
            Some(Fault::Unauthenticated) => Err(ProviderError::AuthenticationError(provider.to_owned())),
            Some(Fault::Hang) => pending().await,
            Some(Fault::Panic) => panic!("provider `{provider}` panicked, as was asked for"),
            Some(Fault::TaskFails | Fault::Crash) | None => Ok(()),
        }
    }

    /// Goes wrong in a task, if the next fault is one of tasks.
    pub(super) fn strike_task(&self, machine: &str, crash: impl FnOnce()) -> Result<(), ProviderError> {
        let Some(fault) = self.take(|fault| matches!(fault, Fault::TaskFails | Fault::Crash)) else { return Ok(()) };
        if fault == Fault::Crash {
            crash();
        }
        Err(ProviderError::TaskFailed(machine.to_owned()))
    }

    fn take(&self, strikes: impl FnOnce(&Fault) -> bool) -> Option<Fault> {
        let mut waiting = lock(&self.waiting);
        if waiting.front().is_some_and(strikes) { waiting.pop_front() } else { None }
    }
}
