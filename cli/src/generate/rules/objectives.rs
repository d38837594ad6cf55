//! Objectives: alerts on the burn rate of an error budget, each over a long and a short window.
//!
//! The windows and budget shares are those of Google's SRE workbook, chapter 5: <https://sre.google/workbook/alerting-on-slos/>.

use super::alerts::percent;
use super::model::{Alert, Example, Rule};
use super::subject::Subject;
use crate::catalogue::bound;
use crate::error::Error;
use crate::names::Role;

/// A long window, a short window (so that the alert ends soon after the problem), the hours of the long window, and the share of the budget that is spent in it.
type Window = (&'static str, &'static str, f64, f64);

const FAST: &[Window] = &[("1h", "5m", 1.0, 0.02), ("6h", "30m", 6.0, 0.05)];
const SLOW: &[Window] = &[("1d", "2h", 24.0, 0.1), ("3d", "6h", 72.0, 0.1)];

/// The default period of an objective, in days.
const DAYS: f64 = 30.0;

/// The error for an objective `success` without known failures.
fn unclassified(subject: &Subject<'_>) -> String {
    let name = &subject.operation.name;
    let unknown = subject.operation.outcome.iter().flat_map(|outcome| &outcome.unknown);
    let unknown: Vec<_> = unknown.map(|value| format!("`{value}`")).collect();
    if let Some(told) = subject.catalogue.by_outcome(subject.operation).filter(|_| unknown.is_empty()) {
        let others = told.outcome.ok.iter().chain(&told.outcome.ignored);
        let others: Vec<_> = others.map(|value| format!("`{value}`")).collect();
        return format!(
            "`{name}` has an objective `success`, but none of its outcomes {} is a failure; list the failures in `operations.{name}.error`, or remove `success`",
            others.join(", ")
        );
    }
    if unknown.is_empty() {
        return format!("`{name}` has an objective `success`, but no outcome label; remove `success`");
    }
    format!(
        "`{name}` has an objective `success`, but its outcomes {} are not classified; add `#[label(ok)]`, `#[label(error)]` or `#[label(ignored)]` to \
         each variant of the outcome's type",
        unknown.join(", ")
    )
}

/// The recording rules and alerts of an operation's objective.
pub(super) fn rules(subject: &Subject<'_>) -> Result<Vec<Rule>, Error> {
    let name = &subject.operation.name;
    let Some(objective) = &subject.operation.objective else { return Ok(Vec::new()) };
    let days = subject.config.of(name).objective.and_then(|said| said.days).unwrap_or(DAYS);
    let mut rules = Vec::new();
    let (mut slowly, mut shows) = (Vec::new(), None);
    if let Some(success) = objective.success {
        let budget = budget(name, success)?;
        if subject.queries().error_ratio(&subject.scope("5m")).is_none() {
            return Err(Error::Objective(unclassified(subject)));
        }
        let bad = |range: &str| subject.queries().failed_within(&subject.scope(range));
        let part = Part { subject, ratio: "error_ratio", alert: "ErrorBudget", what: "fail", bad: &bad, budget, days };
        let example = subject.all_fail_or_few(budget);
        rules.extend(part.rules(|range| subject.queries().error_ratio(&subject.scope(range)), &example));
        slowly.extend(part.burns(SLOW));
        shows.get_or_insert(example);
    }
    if let Some(latency) = objective.latency {
        let budget = budget(name, latency.percent)?;
        let Some(family) = subject.family(subject.operation.family(Role::Duration)) else {
            return Err(Error::Objective(format!(
                "`{name}` has an objective `latency`, but no duration histogram; add the family `duration`"
            )));
        };
        if family.native.is_none() && !family.buckets.contains(&latency.seconds) {
            let bounds: Vec<_> = family.buckets.iter().copied().map(bound).collect();
            return Err(Error::Objective(format!(
                "`{} s` is not a bucket bound of `{}`, so the objective of `{name}` cannot be measured; use one of {}",
                latency.seconds,
                family.name,
                bounds.join(", ")
            )));
        }
        let (queries, seconds) = (subject.queries(), latency.seconds);
        let bad = |range: &str| queries.slower_within(seconds, &subject.scope(range));
        let part = Part {
            subject,
            ratio: "slow_ratio",
            alert: "LatencyBudget",
            what: "are too slow",
            bad: &bad,
            budget,
            days,
        };
        let ratio = |range: &str| queries.slower_than(seconds, &subject.scope(range));
        let example = subject.all_slow_or_few();
        rules.extend(part.rules(ratio, &example));
        slowly.extend(part.burns(SLOW));
        shows.get_or_insert(example);
    }
    if let Some(example) = shows.filter(|_| !slowly.is_empty()) {
        rules.push(Rule::Alert(Box::new(Alert {
            name: subject.alert("BudgetBurnsSlowly"),
            expr: slowly.join("\nor\n"),
            for_duration: "15m".to_owned(),
            severity: "warning".to_owned(),
            summary: format!("Too many calls of {} are bad", subject.shown()),
            description: format!(
                "The budget of {days} days is spent too fast: {{{{ $value | humanizePercentage }}}} of the calls are bad."
            ),
            example,
        })));
    }
    Ok(rules)
}

fn budget(name: &str, percent: f64) -> Result<f64, Error> {
    if percent > 0.0 && percent < 100.0 {
        return Ok(((100.0 - percent) * 1e9).round() / 1e11);
    }
    Err(Error::Objective(format!(
        "the objective of `{name}` is {percent} %; expected a percentage above 0 and below 100"
    )))
}

/// One part of an objective: success or latency.
struct Part<'a> {
    subject: &'a Subject<'a>,
    ratio: &'static str,
    alert: &'static str,
    what: &'static str,
    /// The number of bad calls in a range.
    bad: &'a dyn Fn(&str) -> Option<String>,
    /// The ratio of calls that may be bad.
    budget: f64,
    days: f64,
}

impl Part<'_> {
    fn rules(&self, ratio: impl Fn(&str) -> Option<String>, example: &Example) -> Vec<Rule> {
        let subject = self.subject;
        let ranges = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];
        let mut rules: Vec<Rule> = ranges
            .into_iter()
            .filter_map(|range| Some(Rule::Record { name: subject.record(&self.name(range)), expr: ratio(range)? }))
            .collect();
        let burns = self.burns(FAST);
        if burns.is_empty() {
            return rules;
        }
        rules.push(Rule::Alert(Box::new(Alert {
            name: subject.alert(&format!("{}BurnsFast", self.alert)),
            expr: burns.join("\nor\n"),
            for_duration: "2m".to_owned(),
            severity: "critical".to_owned(),
            summary: format!("Too many calls of {} {}", subject.shown(), self.what),
            description: format!(
                "The budget of {} % in {} days is spent too fast: {{{{ $value | humanizePercentage }}}} of the calls are bad.",
                percent(self.budget),
                self.days
            ),
            example: example.clone(),
        })));
        rules
    }

    /// The name of the recorded ratio, after its level and its operation.
    fn name(&self, range: &str) -> String {
        format!("{}_rate{range}", self.ratio)
    }

    /// For each pair of windows: both are above the burn rate, and the long one has enough bad calls. Pairs that could not fire even if all calls were bad are omitted.
    fn burns(&self, windows: &[Window]) -> Vec<String> {
        let burn = |(long, short, hours, part): &Window| {
            let above = self.budget * part * self.days * 24.0 / hours;
            let above = (above * 1e9).round() / 1e9;
            let enough = self.subject.and_enough((self.bad)(long));
            let (long, short) = (self.subject.recorded(&self.name(long)), self.subject.recorded(&self.name(short)));
            (above < 1.0).then(|| format!("({long} > {above} and {short} > {above}{enough})"))
        };
        windows.iter().filter_map(burn).collect()
    }
}
