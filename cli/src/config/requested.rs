//! What the objective and the configuration of an operation request, and whether its families suffice for it.

use super::model::Config;
use super::setting::Setting;
use crate::catalogue::{Catalogue, Operation};
use crate::promql::queries::{Queries, Scope};

/// What the code or the configuration requests of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Requested {
    /// Which calls failed.
    Errors,
    /// How long calls take.
    Duration,
    /// Calls in flight.
    InFlight,
    /// The age of the oldest call in flight.
    Oldest,
    /// Slow polls.
    Polls,
    /// Ended calls.
    Ended,
    /// Calls that panicked.
    Panics,
}

impl Config {
    /// Returns what the configuration requests of an operation, with the names of the alerts.
    pub(super) fn requested_alerts(&self, operation: &str) -> Vec<(&'static str, Requested)> {
        use Requested::{Duration, Ended, Errors, InFlight, Oldest, Panics, Polls};
        let alerts = self.of(operation).alerts;
        let all = [
            ("error_ratio", &alerts.error_ratio, Errors),
            ("duration", &alerts.duration, Duration),
            ("in_flight", &alerts.in_flight, InFlight),
            ("stuck", &alerts.stuck, InFlight),
            ("stuck", &alerts.stuck, Ended),
            ("oldest", &alerts.oldest, Oldest),
            ("polls", &alerts.polls, Polls),
            ("idle", &alerts.idle, Ended),
            ("panics", &alerts.panics, Panics),
        ];
        let is_on = |setting: &Option<Setting>| setting.as_ref().is_some_and(|setting| !setting.is_off());
        all.into_iter().filter(|(_, setting, _)| is_on(setting)).map(|(name, _, requested)| (name, requested)).collect()
    }

    /// Returns what the objective and the configuration of this operation request.
    pub(crate) fn requested(&self, operation: &Operation) -> Vec<Requested> {
        let objective = operation.objective.as_ref();
        let success = objective.and_then(|objective| objective.success).map(|_| Requested::Errors);
        let latency = objective.and_then(|objective| objective.latency).map(|_| Requested::Duration);
        let alerts = self.requested_alerts(&operation.name).into_iter().map(|(_, requested)| requested);
        success.into_iter().chain(latency).chain(alerts).collect()
    }
}

impl Requested {
    /// Whether the families of an operation suffice.
    pub(crate) fn is_met(self, catalogue: &Catalogue, operation: &Operation) -> bool {
        let queries = Queries { catalogue, operation };
        let scope = Scope { matchers: &[], by: &[], range: "5m" };
        let query = match self {
            Self::Errors => queries.error_ratio(&scope),
            Self::Duration => queries.quantile(0.5, &scope),
            Self::InFlight => queries.in_flight(&scope),
            Self::Oldest => queries.oldest(&scope),
            Self::Polls => queries.slow_polls(&scope),
            Self::Ended => queries.ended_within(&scope),
            Self::Panics => queries.panics_within(&scope),
        };
        query.is_some()
    }

    /// What an operation needs for it.
    pub(super) const fn needs(self) -> &'static str {
        match self {
            Self::Errors => "no outcome that is known as a failure; list the failures as `error`",
            Self::Duration => "no family `duration`; declare it",
            Self::InFlight => "no family `in_flight`; declare it",
            Self::Oldest => "no family `in_flight(oldest)`; declare it",
            Self::Polls => "no family `polls`; declare it",
            Self::Ended => "no family that counts ended calls; declare `calls` or `duration`",
            Self::Panics => "no outcome for panics alone; declare one",
        }
    }
}
