//! One operation with everything that its rules depend on.

use crate::catalogue::{Catalogue, Operation};
use crate::config::Config;
use crate::names::{Role, SITE_LABELS};
use crate::promql::queries::{Queries, Scope, common_labels, selector};

/// An operation and what its rules depend on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) operation: &'a Operation,
    pub(super) config: &'a Config,
    /// The labels to group rules by, `job` first.
    pub(super) by: &'a [String],
    /// The matchers of all selectors.
    pub(super) matchers: &'a [String],
    /// Whether all alerts are written.
    pub(super) all_alerts: bool,
}

/// The default alerts of an operation, the most useful first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Default {
    ErrorRatio,
    /// In place of `Stuck`, where the age of the oldest call is known.
    Hanging,
    Stuck,
    /// Polls are slow, of operations that count them.
    Blocking,
    Slow,
}

/// The maximum number of default alerts of an operation; more would be ignored by their readers.
const MOST_BY_DEFAULT: usize = 3;

/// The default minimum number of bad calls.
const MIN_FAILURES: u64 = 2;

/// Returns the labels to group an operation's rules by: those that the configuration names, or those that say what was called.
pub(super) fn grouping(catalogue: &Catalogue, operation: &Operation, config: &Config) -> Vec<String> {
    let mut by = config.of(&operation.name).by;
    if by.is_empty() {
        by = common_labels(catalogue, operation);
        by.retain(|label| SITE_LABELS.contains(&label.as_str()));
        by.sort_by_key(|label| SITE_LABELS.iter().position(|known| known == label));
    }
    by.insert(0, "job".to_owned());
    by
}

impl<'a> Subject<'a> {
    pub(super) fn queries(&self) -> Queries<'a> {
        Queries { catalogue: self.catalogue, operation: self.operation }
    }

    pub(super) fn scope<'s>(&'s self, range: &'s str) -> Scope<'s> {
        Scope { matchers: self.matchers, by: self.by, range }
    }

    /// Returns whether an alert is one of the default ones. The alerts of objectives come first.
    pub(super) fn has_by_default(&self, alert: Default) -> bool {
        let objective = self.operation.objective.as_ref();
        let (success, latency) =
            objective.map_or((false, false), |objective| (objective.success.is_some(), objective.latency.is_some()));
        // One alert for each objective with a fast burn rate, and one for both with a slow burn rate.
        let of_objectives = usize::from(success) + usize::from(latency) + usize::from(success || latency);
        let knows_oldest = self.operation.family(Role::Oldest).is_some();
        let candidates = [
            (Default::ErrorRatio, !success),
            (Default::Hanging, knows_oldest),
            (Default::Stuck, !knows_oldest),
            (Default::Blocking, self.operation.family(Role::Polls).is_some()),
            (Default::Slow, !latency),
        ];
        let mut wanted = candidates.iter().filter(|(_, is_wanted)| *is_wanted).take(MOST_BY_DEFAULT - of_objectives);
        wanted.any(|(candidate, _)| *candidate == alert)
    }

    /// The minimum number of bad calls for an alert on a ratio of them: a single one of few calls is a large ratio.
    pub(super) fn min_failures(&self) -> u64 {
        let own = self.config.of(&self.operation.name).alerts.min_failures;
        own.or(self.config.alerts.min_failures).unwrap_or(MIN_FAILURES)
    }

    /// A further condition of an alert: this number of bad calls is at least the minimum.
    pub(super) fn and_enough(&self, bad_calls: Option<String>) -> String {
        let minimum = self.min_failures();
        bad_calls.filter(|_| minimum > 0).map_or_else(String::new, |bad| format!(" and {bad} >= {minimum}"))
    }

    /// The name of a recording rule: level, metric, operation, as Prometheus recommends.
    pub(super) fn record(&self, what: &str) -> String {
        format!("{}:{}:{what}", self.by.join("_"), self.operation.name)
    }

    /// The selector of a recorded series.
    pub(super) fn recorded(&self, what: &str) -> String {
        selector(&self.record(what), &[], &self.scope("5m"))
    }

    /// The name of an alert.
    pub(super) fn alert(&self, what: &str) -> String {
        format!("{}{what}", camel_case(&self.operation.name))
    }

    /// The name of the series in annotations.
    pub(super) fn shown(&self) -> String {
        let more = self.by.iter().skip(1).map(|label| [", ", label, " {{ $labels.", label, " }}"].concat());
        let more: Vec<String> = more.collect();
        let more = more.concat();
        format!("{} of {{{{ $labels.job }}}}{more}", self.operation.name)
    }
}

/// `rds_csi_volume` as `RdsCsiVolume`.
pub(super) fn camel_case(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| word.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(word.chars().skip(1))).collect()
}
