//! The queries about operations, which documents, rules and dashboards share.

use super::bounds::le;
use super::matcher::{equals, matcher, quoted};
use crate::catalogue::{ByOutcome, Catalogue, Family, Kind, Operation, Outcome};
use crate::names::Role;

/// The scope of a query: matchers, grouping and range.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'a> {
    /// Matchers of every selector, such as `job=~"$job"`.
    pub(crate) matchers: &'a [String],
    /// Labels to group by; those that a family does not have are omitted.
    pub(crate) by: &'a [String],
    /// The range of rates.
    pub(crate) range: &'a str,
}

/// Labels that Prometheus adds to all series of a target.
const TARGET_LABELS: &[&str] = &["job", "instance"];

/// The queries of one operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queries<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) operation: &'a Operation,
}

impl Queries<'_> {
    /// Ended calls per second.
    pub(crate) fn throughput(&self, scope: &Scope<'_>) -> Option<String> {
        let operation = self.operation;
        if let Some(calls) = operation.family(Role::Calls) {
            return Some(self.rate(calls, &self.ended(), scope));
        }
        match (operation.family(Role::Ok), operation.family(Role::Error), operation.family(Role::Duration)) {
            (Some(ok), Some(error), _) => {
                Some(format!("{}\n+\n{}", self.rate(ok, &[], scope), self.rate(error, &[], scope)))
            }
            (_, _, Some(duration)) => Some(count(self.catalogue.family(duration)?, "rate", &[], scope)),
            (Some(one), None, None) | (None, Some(one), None) => Some(self.rate(one, &[], scope)),
            (None, None, None) => None,
        }
    }

    /// The ratio of failed calls, from 0 to 1; `None` if it is unknown which calls fail. Ignored calls are excluded.
    pub(crate) fn error_ratio(&self, scope: &Scope<'_>) -> Option<String> {
        let Some(told) = self.catalogue.by_outcome(self.operation) else {
            let throughput = self.throughput(scope)?;
            let throughput = if throughput.contains('\n') { format!("(\n{throughput}\n)") } else { throughput };
            return Some(format!("{}\n/\n{throughput}", self.error_rate(scope)?));
        };
        let ByOutcome { outcome, .. } = told;
        if !outcome.says_what_fails() {
            return None;
        }
        let rate = |matcher: Option<String>| count(told.family, "rate", matcher.as_slice(), scope);
        let throughput = rate(counted(outcome));
        let failures = match matcher(&outcome.label, ["=", "=~"], &outcome.error) {
            None => self.error_rate(scope)?,
            Some(error) if told.creates_all_outcomes() => rate(Some(error)),
            // Before the first failure, there is no series of failures: the ratio is 0, and not missing.
            Some(error) => format!("(\n{}\nor\n{throughput} * 0\n)", rate(Some(error))),
        };
        Some(format!("{failures}\n/\n{throughput}"))
    }

    /// The number of calls that failed within the range; `None` if it is unknown which calls fail.
    pub(crate) fn failed_within(&self, scope: &Scope<'_>) -> Option<String> {
        let told = self.catalogue.by_outcome(self.operation);
        let error = told.and_then(|ByOutcome { family, outcome }| {
            Some((family, matcher(&outcome.label, ["=", "=~"], &outcome.error)?))
        });
        if let Some((family, error)) = error {
            return Some(count(family, "increase", &[error], scope));
        }
        let error = self.catalogue.family(self.operation.family(Role::Error)?)?;
        Some(count(error, "increase", &[], scope))
    }

    /// The rate of the family that counts failed calls.
    fn error_rate(&self, scope: &Scope<'_>) -> Option<String> {
        self.operation.family(Role::Error).map(|error| self.rate(error, &[], scope))
    }

    /// A quantile of the duration, in the family's unit.
    pub(crate) fn quantile(&self, quantile: f64, scope: &Scope<'_>) -> Option<String> {
        let duration = self.operation.family(Role::Duration)?;
        Some(histogram_quantile(self.catalogue.family(duration)?, quantile, scope))
    }

    /// A quantile of the durations of each outcome, if they are recorded by outcome.
    pub(crate) fn quantile_by_outcome(&self, quantile: f64, scope: &Scope<'_>) -> Option<(String, &str)> {
        let duration = self.catalogue.family(self.operation.family(Role::Duration)?)?;
        let label = &self.operation.outcome.as_ref().filter(|outcome| duration.label(&outcome.label).is_some())?.label;
        let by = std::slice::from_ref(label);
        Some((histogram_quantile(duration, quantile, &Scope { by, ..scope.clone() }), label))
    }

    /// The ratio of calls that took longer than one of the bounds, from 0 to 1.
    pub(crate) fn slower_than(&self, seconds: f64, scope: &Scope<'_>) -> Option<String> {
        let duration = self.operation.family(Role::Duration)?;
        if let Some(family) = self.native(duration) {
            return Some(format!("1 - histogram_fraction(0, {seconds}, {})", native("rate", family, scope)));
        }
        let within = self.rate_of_series(duration, "_bucket", &[le(seconds)], scope);
        Some(format!("1 - (\n{within}\n/\n{}\n)", self.rate_of_series(duration, "_count", &[], scope)))
    }

    /// The number of calls within the range that took longer than one of the bounds.
    pub(crate) fn slower_within(&self, seconds: f64, scope: &Scope<'_>) -> Option<String> {
        let family = self.catalogue.family(self.operation.family(Role::Duration)?)?;
        let all = count(family, "increase", &[], scope);
        if family.native.is_some() {
            let fraction = format!("histogram_fraction(0, {seconds}, {})", native("increase", family, scope));
            return Some(format!("((1 - {fraction}) * {all})"));
        }
        let within = summed("increase", Some(family), &format!("{}_bucket", family.name), &[le(seconds)], scope);
        Some(format!("({all} - {within})"))
    }

    /// Calls in flight.
    pub(crate) fn in_flight(&self, scope: &Scope<'_>) -> Option<String> {
        let gauge = self.operation.family(Role::InFlight)?;
        Some(sum(self.catalogue.family(gauge), &selector(gauge, &[], scope), scope))
    }

    /// The most calls at once of a process in the last one to two minutes.
    pub(crate) fn peak(&self, scope: &Scope<'_>) -> Option<String> {
        self.maximum(Role::Peak, scope)
    }

    /// The age of the oldest running call in seconds.
    pub(crate) fn oldest(&self, scope: &Scope<'_>) -> Option<String> {
        self.maximum(Role::Oldest, scope)
    }

    /// Seconds a second inside of polls: how many threads of an executor the operation keeps busy.
    pub(crate) fn busy(&self, scope: &Scope<'_>) -> Option<String> {
        self.operation.family(Role::Busy).map(|busy| self.rate(busy, &[], scope))
    }

    /// The share of the polls that are slow, from 0 to 1.
    pub(crate) fn slow_polls(&self, scope: &Scope<'_>) -> Option<String> {
        let (slow, all) = (self.operation.family(Role::SlowPolls)?, self.operation.family(Role::Polls)?);
        Some(format!("{}\n/\n{}", self.rate(slow, &[], scope), self.rate(all, &[], scope)))
    }

    /// The largest value of a gauge whose values cannot be added up.
    fn maximum(&self, role: Role, scope: &Scope<'_>) -> Option<String> {
        let gauge = self.operation.family(role)?;
        Some(aggregated("max", self.catalogue.family(gauge), &selector(gauge, &[], scope), scope))
    }

    /// The number of calls that ended within the range.
    pub(crate) fn ended_within(&self, scope: &Scope<'_>) -> Option<String> {
        let Some(calls) = self.operation.family(Role::Calls) else {
            let duration = self.catalogue.family(self.operation.family(Role::Duration)?)?;
            return Some(count(duration, "increase", &[], scope));
        };
        Some(summed("increase", self.catalogue.family(calls), calls, &self.ended(), scope))
    }

    /// The number of calls that panicked within the range, if panics have their own outcome.
    pub(crate) fn panics_within(&self, scope: &Scope<'_>) -> Option<String> {
        let ByOutcome { family, outcome } = self.catalogue.by_outcome(self.operation)?;
        let panic =
            outcome.panic.as_ref().filter(|panic| *panic == "panic" && outcome.cancelled.as_ref() != Some(panic))?;
        Some(count(family, "increase", &[equals(&outcome.label, panic)], scope))
    }

    /// Matchers for ended calls: with `started`, calls that began are counted in the same family.
    fn ended(&self) -> Vec<String> {
        let outcome = self.operation.outcome.as_ref();
        let started = outcome.and_then(|outcome| Some((&outcome.label, outcome.started.as_ref()?)));
        started.map(|(label, value)| format!("{label}!={}", quoted(value))).into_iter().collect()
    }

    /// The family, if the server has native histograms of it.
    fn native(&self, name: &str) -> Option<&Family> {
        self.catalogue.family(name).filter(|family| family.native.is_some())
    }

    fn rate(&self, family: &str, matchers: &[String], scope: &Scope<'_>) -> String {
        self.rate_of_series(family, "", matchers, scope)
    }

    fn rate_of_series(&self, family: &str, suffix: &str, matchers: &[String], scope: &Scope<'_>) -> String {
        summed("rate", self.catalogue.family(family), &format!("{family}{suffix}"), matchers, scope)
    }
}

/// How many values a counter or a histogram got, by `rate` or `increase`.
fn count(family: &Family, function: &str, matchers: &[String], scope: &Scope<'_>) -> String {
    let series = format!("{}{}", family.name, family.count_suffix());
    let sum = summed(function, Some(family), &series, matchers, scope);
    if family.native.is_some() { format!("histogram_count({sum})") } else { sum }
}

/// A quantile of a histogram.
pub(crate) fn histogram_quantile(family: &Family, quantile: f64, scope: &Scope<'_>) -> String {
    if family.native.is_some() {
        return format!("histogram_quantile({quantile}, {})", native("rate", family, scope));
    }
    let rate = format!("rate({}[{}])", selector(&format!("{}_bucket", family.name), &[], scope), scope.range);
    let mut by = groups(Some(family), scope);
    by.insert(0, "le".to_owned());
    format!("histogram_quantile({quantile}, sum by ({}) ({rate}))", by.join(", "))
}

/// The sum of a family's native histograms.
fn native(function: &str, family: &Family, scope: &Scope<'_>) -> String {
    sum(Some(family), &format!("{function}({}[{}])", selector(&family.name, &[], scope), scope.range), scope)
}

/// The increase of each bucket of a histogram, for a heatmap.
pub(crate) fn heatmap(family: &Family, scope: &Scope<'_>) -> String {
    if family.native.is_some() {
        return native("increase", family, &Scope { by: &[], ..scope.clone() });
    }
    format!("sum by (le) (increase({}[{}]))", selector(&format!("{}_bucket", family.name), &[], scope), scope.range)
}

/// The value of a family outside operations: the rate of a counter, the sum of a gauge, the mean of a histogram.
pub(crate) fn value(family: &Family, scope: &Scope<'_>) -> String {
    let rate = |series: &str| summed("rate", Some(family), series, &[], scope);
    match family.kind {
        Kind::Counter => rate(&family.name),
        Kind::Gauge | Kind::Info => sum(Some(family), &selector(&family.name, &[], scope), scope),
        Kind::Histogram if family.native.is_some() => {
            let all = native("rate", family, scope);
            format!("histogram_sum({all})\n/\nhistogram_count({all})")
        }
        Kind::Histogram => {
            format!("{}\n/\n{}", rate(&format!("{}_sum", family.name)), rate(&format!("{}_count", family.name)))
        }
    }
}

/// The labels that an operation's queries can be grouped by: those that all of its families have, except for the outcome. The counter of errors is not
/// considered, because it has other labels.
pub(crate) fn common_labels(catalogue: &Catalogue, operation: &Operation) -> Vec<String> {
    let counted_apart = |name: &str| operation.family(Role::Errors).map(String::as_str) == Some(name);
    let families: Vec<_> =
        operation.families().filter(|name| !counted_apart(name)).filter_map(|name| catalogue.family(name)).collect();
    let Some(first) = families.first() else { return Vec::new() };
    let is_outcome = |name: &str| operation.outcome.as_ref().is_some_and(|outcome| outcome.label == name);
    let names = first.label_names().into_iter();
    names
        .filter(|name| !is_outcome(name) && families.iter().all(|family| family.label(name).is_some()))
        .map(str::to_owned)
        .collect()
}

/// The sum of a function of the range, such as `rate`, of these series.
fn summed(function: &str, family: Option<&Family>, series: &str, matchers: &[String], scope: &Scope<'_>) -> String {
    let series = selector(series, matchers, scope);
    sum(family, &format!("{function}({series}[{}])", scope.range), scope)
}

/// `sum by (..) (of)`, with the labels that the family has.
fn sum(family: Option<&Family>, of: &str, scope: &Scope<'_>) -> String {
    aggregated("sum", family, of, scope)
}

fn aggregated(operator: &str, family: Option<&Family>, of: &str, scope: &Scope<'_>) -> String {
    let by = groups(family, scope);
    if by.is_empty() { format!("{operator}({of})") } else { format!("{operator} by ({}) ({of})", by.join(", ")) }
}

fn groups(family: Option<&Family>, scope: &Scope<'_>) -> Vec<String> {
    let has = |label: &&String| {
        TARGET_LABELS.contains(&label.as_str()) || family.is_some_and(|family| family.label(label).is_some())
    };
    scope.by.iter().filter(has).cloned().collect()
}

/// A selector with the scope's matchers and further ones.
pub(crate) fn selector(series: &str, matchers: &[String], scope: &Scope<'_>) -> String {
    let all: Vec<_> = scope.matchers.iter().chain(matchers).map(String::as_str).collect();
    if all.is_empty() { series.to_owned() } else { format!("{series}{{{}}}", all.join(",")) }
}

/// A matcher that excludes calls that only began, and ignored calls.
fn counted(outcome: &Outcome) -> Option<String> {
    let left_out: Vec<String> = outcome.started.iter().chain(&outcome.ignored).cloned().collect();
    matcher(&outcome.label, ["!=", "!~"], &left_out)
}
