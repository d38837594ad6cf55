//! Alerts of one operation: errors, duration, saturation, stuck calls, idle operations, panics.

use super::examples::{GROWING, NONE, STILL, count, series};
use super::model::{Alert, Example, Rule};
use super::records::quantile_name;
use super::subject::{Default, Subject};
use crate::catalogue::{ByOutcome, bound};
use crate::config::{Alerts, Setting, Thresholds, thresholds};
use crate::error::Error;
use crate::names::Role;

/// The alerts that the operation's families support.
pub(super) fn alerts(subject: &Subject<'_>) -> Result<Vec<Rule>, Error> {
    let mut found = error_ratio(subject);
    found.extend(duration(subject)?);
    found.extend(in_flight(subject));
    found.extend(hanging(subject));
    found.extend(stuck(subject));
    found.extend(blocking(subject));
    found.extend(idle(subject));
    found.extend(panics(subject));
    Ok(found.into_iter().map(|alert| Rule::Alert(Box::new(alert))).collect())
}

/// The thresholds of an alert: those of the operation, of all operations, or the defaults; `None` if the alert is not written.
fn settled(
    subject: &Subject<'_>,
    is_default: bool,
    of: impl Fn(&Alerts) -> Option<&Setting>,
    default: Thresholds,
) -> Option<Thresholds> {
    let own = subject.config.of(&subject.operation.name).alerts;
    let (own, all) = (of(&own), of(&subject.config.alerts));
    let is_asked_for = is_default || subject.all_alerts || own.is_some() || all.is_some();
    if is_asked_for { thresholds(own, all, default) } else { None }
}

pub(super) fn for_duration(thresholds: &Thresholds) -> String {
    thresholds.for_duration.clone().unwrap_or_else(|| "10m".to_owned())
}

/// Both thresholds with their severity and the suffix of the alert's name.
pub(super) fn levels(thresholds: &Thresholds) -> impl Iterator<Item = (f64, &'static str, &'static str)> {
    let levels = [(thresholds.warning, "warning", ""), (thresholds.critical, "critical", "Critical")];
    levels.into_iter().filter_map(|(above, severity, suffix)| Some((above?, severity, suffix)))
}

fn error_ratio(subject: &Subject<'_>) -> Vec<Alert> {
    let critical = subject.all_alerts.then_some(0.5);
    let default = Thresholds { warning: Some(0.1), critical, ..Thresholds::default() };
    let is_default = subject.has_by_default(Default::ErrorRatio);
    let settled = settled(subject, is_default, |alerts| alerts.error_ratio.as_ref(), default);
    let Some(settled) = settled else { return Vec::new() };
    if subject.queries().error_ratio(&subject.scope("5m")).is_none() {
        return Vec::new();
    }
    let record = subject.recorded("error_ratio_rate5m");
    let enough = subject.and_enough(subject.queries().failed_within(&subject.scope("1h")));
    let alert = |(above, severity, suffix): (f64, &str, &str)| Alert {
        name: subject.alert(&format!("ErrorRatioHigh{suffix}")),
        expr: format!("{record} > {above}{enough}"),
        for_duration: for_duration(&settled),
        severity: severity.to_owned(),
        summary: format!("More than {} % of the calls of {} fail", percent(above), subject.shown()),
        description: "{{ $value | humanizePercentage }} of the calls of the last 5 minutes failed.".to_owned(),
        example: subject.all_fail_or_few(settled.warning.unwrap_or(1.0).min(settled.critical.unwrap_or(1.0))),
    };
    levels(&settled).map(alert).collect()
}

fn duration(subject: &Subject<'_>) -> Result<Vec<Alert>, Error> {
    let Some(family) = subject.family(subject.operation.family(Role::Duration)) else { return Ok(Vec::new()) };
    let Some((highest, lower)) = family.buckets.split_last() else { return Ok(Vec::new()) };
    // `histogram_quantile` never returns more than the highest bound.
    let default = Thresholds { warning: lower.last().copied(), quantile: Some(0.95), ..Thresholds::default() };
    let is_default = subject.has_by_default(Default::Slow);
    let settled = settled(subject, is_default, |alerts| alerts.duration.as_ref(), default);
    let Some(settled) = settled else { return Ok(Vec::new()) };
    let quantile = settled.quantile.unwrap_or(0.95);
    let is_above = |(above, ..): &(f64, &str, &str)| family.native.is_none() && above >= highest;
    if let Some((above, ..)) = levels(&settled).find(is_above) {
        return Err(Error::Objective(format!(
            "the alert on the duration of `{}` above {above} s can never fire; the highest bound of `{}` is {}",
            subject.operation.name,
            family.name,
            bound(*highest)
        )));
    }
    let name = quantile_name(quantile, "5m");
    let record = subject.recorded(&name);
    let mut expr = record.clone();
    if ![0.5, 0.95, 0.99].contains(&quantile) {
        expr = subject.queries().quantile(quantile, &subject.scope("5m")).unwrap_or(record);
    }
    let alert = |(above, severity, suffix): (f64, &str, &str)| Alert {
        name: subject.alert(&format!("Slow{suffix}")),
        expr: format!("{expr} > {above}"),
        for_duration: for_duration(&settled),
        severity: severity.to_owned(),
        summary: format!(
            "{} % of the calls of {} take longer than {above} s",
            percent(1.0 - quantile),
            subject.shown()
        ),
        description: format!(
            "The {}th percentile of the last 5 minutes is {{{{ $value | humanizeDuration }}}}.",
            percent(quantile)
        ),
        example: Example { rare: Vec::new(), ..subject.all_slow_or_few() },
    };
    Ok(levels(&settled).map(alert).collect())
}

fn in_flight(subject: &Subject<'_>) -> Vec<Alert> {
    let default = Thresholds { warning: Some(100.0), ..Thresholds::default() };
    let Some(settled) = settled(subject, false, |alerts| alerts.in_flight.as_ref(), default) else { return Vec::new() };
    let Some(family) = subject.family(subject.operation.family(Role::InFlight)) else { return Vec::new() };
    let Some(expr) = subject.queries().in_flight(&subject.scope("5m")) else { return Vec::new() };
    let alert = |(above, severity, suffix): (f64, &str, &str)| Alert {
        name: subject.alert(&format!("Saturated{suffix}")),
        expr: format!("{expr} > {above}"),
        for_duration: for_duration(&settled),
        severity: severity.to_owned(),
        summary: format!("More than {above} calls of {} run at a time", subject.shown()),
        description: "{{ $value }} calls are in flight.".to_owned(),
        example: example((series(family, "", &[]), (above + 1.0).to_string()), (series(family, "", &[]), NONE.text())),
    };
    levels(&settled).map(alert).collect()
}

/// A call has been running for much longer than calls take.
fn hanging(subject: &Subject<'_>) -> Vec<Alert> {
    let default = Thresholds {
        warning: Some(long_minutes(subject) * 60.0),
        for_duration: Some("1m".to_owned()),
        ..Thresholds::default()
    };
    let is_default = subject.has_by_default(Default::Hanging);
    let Some(settled) = settled(subject, is_default, |alerts| alerts.oldest.as_ref(), default) else {
        return Vec::new();
    };
    let Some(family) = subject.family(subject.operation.family(Role::Oldest)) else { return Vec::new() };
    let Some(expr) = subject.queries().oldest(&subject.scope("5m")) else { return Vec::new() };
    let alert = |(above, severity, suffix): (f64, &str, &str)| Alert {
        name: subject.alert(&format!("Hanging{suffix}")),
        expr: format!("{expr} > {above}"),
        for_duration: for_duration(&settled),
        severity: severity.to_owned(),
        summary: format!("A call of {} has been running for longer than {above} s", subject.shown()),
        description: "The oldest call began {{ $value | humanizeDuration }} ago and has not ended.".to_owned(),
        example: example((series(family, "", &[]), (above + 1.0).to_string()), (series(family, "", &[]), NONE.text())),
    };
    levels(&settled).map(alert).collect()
}

/// A part of the polls keeps a thread of the executor from everything else.
fn blocking(subject: &Subject<'_>) -> Vec<Alert> {
    let default = Thresholds { warning: Some(0.05), ..Thresholds::default() };
    let is_default = subject.has_by_default(Default::Blocking);
    let Some(settled) = settled(subject, is_default, |alerts| alerts.polls.as_ref(), default) else {
        return Vec::new();
    };
    let families = [Role::SlowPolls, Role::Polls].map(|role| subject.family(subject.operation.family(role)));
    let [Some(slow), Some(all)] = families else { return Vec::new() };
    let Some(expr) = subject.queries().slow_polls(&subject.scope("5m")) else { return Vec::new() };
    let (slow, all) = (series(slow, "", &[]), series(all, "", &[]));
    let alert = |(above, severity, suffix): (f64, &str, &str)| {
        Alert {
        name: subject.alert(&format!("Blocking{suffix}")),
        expr: format!("{expr}\n> {above}"),
        for_duration: for_duration(&settled),
        severity: severity.to_owned(),
        summary: format!("More than {} % of the polls of {} are slow", percent(above), subject.shown()),
        description: "{{ $value | humanizePercentage }} of the polls of the last 5 minutes blocked a thread of the executor for longer than their threshold."
            .to_owned(),
        example: Example {
            fires: vec![(slow.clone(), GROWING.text()), (all.clone(), GROWING.text())],
            quiet: vec![(slow.clone(), NONE.text()), (all.clone(), GROWING.text())],
            by_job: true,
            ..Example::default()
        },
    }
    };
    levels(&settled).map(alert).collect()
}

/// The minutes after which a call counts as hanging: three times the histogram's highest bound, because some operations take long by nature.
fn long_minutes(subject: &Subject<'_>) -> f64 {
    let buckets = subject.family(subject.operation.family(Role::Duration)).map(|family| family.buckets.as_slice());
    let longest = buckets.and_then(|buckets| buckets.last()).copied().unwrap_or(0.0);
    (longest * 3.0 / 60.0).ceil().max(15.0)
}

/// Calls are in flight and none ends: a deadlock, or a backend that does not respond.
fn stuck(subject: &Subject<'_>) -> Option<Alert> {
    let is_default = subject.has_by_default(Default::Stuck);
    let settled = settled(subject, is_default, |alerts| alerts.stuck.as_ref(), Thresholds::default())?;
    let in_flight = subject.family(subject.operation.family(Role::InFlight))?;
    let range = format!("{}m", long_minutes(subject));
    let scope = subject.scope(&range);
    let expr = format!(
        "{} > 0\nunless\n{} > 0",
        subject.queries().in_flight(&scope)?,
        subject.queries().ended_within(&scope)?
    );
    let running = (series(in_flight, "", &[]), "1".to_owned());
    Some(Alert {
        name: subject.alert("Stuck"),
        expr,
        for_duration: settled.for_duration.unwrap_or_else(|| range.clone()),
        // The time is estimated from the buckets, so the default severity is not critical.
        severity: settled.severity.unwrap_or_else(|| "warning".to_owned()),
        summary: format!("{}: calls are in flight, and none ends", subject.shown()),
        description: format!("{{{{ $value }}}} calls are in flight, and none has ended for {range}."),
        example: Example {
            fires: vec![running.clone(), subject.ended(STILL)?],
            quiet: vec![running, subject.ended(GROWING)?],
            by_job: true,
            ..Example::default()
        },
    })
}

fn idle(subject: &Subject<'_>) -> Option<Alert> {
    let default = Thresholds { for_duration: Some("2h".to_owned()), ..Thresholds::default() };
    let settled = settled(subject, false, |alerts| alerts.idle.as_ref(), default)?;
    let for_duration = for_duration(&settled);
    Some(Alert {
        name: subject.alert("Idle"),
        expr: format!("{} == 0", subject.queries().ended_within(&subject.scope("10m"))?),
        severity: settled.severity.unwrap_or_else(|| "info".to_owned()),
        summary: format!("No calls of {}", subject.shown()),
        description: format!("Nothing has ended for {for_duration}."),
        for_duration,
        example: example(subject.ended(STILL)?, subject.ended(GROWING)?),
    })
}

fn panics(subject: &Subject<'_>) -> Option<Alert> {
    let default = Thresholds { for_duration: Some("0m".to_owned()), ..Thresholds::default() };
    let settled = settled(subject, false, |alerts| alerts.panics.as_ref(), default)?;
    let ByOutcome { family, outcome } = subject.catalogue.by_outcome(subject.operation)?;
    let panics = |values| Some(count(family, &[(&outcome.label, outcome.panic.as_ref()?)], values));
    Some(Alert {
        name: subject.alert("Panics"),
        expr: format!("{} > 0", subject.queries().panics_within(&subject.scope("10m"))?),
        for_duration: for_duration(&settled),
        severity: settled.severity.unwrap_or_else(|| "warning".to_owned()),
        summary: format!("Calls of {} panic", subject.shown()),
        description: "{{ $value }} calls of the last 10 minutes panicked.".to_owned(),
        example: example(panics(GROWING)?, panics(NONE)?),
    })
}

pub(super) fn example(fires: (String, String), quiet: (String, String)) -> Example {
    Example { fires: vec![fires], quiet: vec![quiet], by_job: true, ..Example::default() }
}

/// A ratio as a percentage, without binary rounding errors.
pub(super) fn percent(part: f64) -> f64 {
    (part * 1e8).round() / 1e6
}
