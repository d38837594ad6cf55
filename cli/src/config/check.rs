//! Checks the values of the configuration: none may be without effect, or be one that Prometheus rejects.

use std::collections::BTreeMap;

use super::model::{Alerts, Config, OperationConfig, ProgramAlerts};
use super::setting::{Setting, Thresholds};
use crate::number::is_percentage;
use crate::promql::duration::milliseconds;

/// The meaning of an alert's thresholds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// A ratio from 0 to 1.
    Ratio,
    /// A number that is never negative.
    Number,
    /// A quantile of a duration.
    Quantile,
    /// Any number.
    Gauge,
    /// The alert has one level and no threshold.
    OneLevel,
}

/// Returns what is wrong with a value, with its key.
pub(super) fn check(config: &Config) -> Result<(), String> {
    for label in config.labels.keys() {
        check_label(label)?;
    }
    check_alerts("alerts", &config.alerts)?;
    for (name, of) in &config.operations {
        check_alerts(&format!("operations.{name}.alerts"), &of.alerts)?;
        check_classes(name, of)?;
        let days = of.objective.as_ref().and_then(|objective| objective.days);
        if let Some(days) = days.filter(|days| *days <= 0.0) {
            return Err(format!(
                "`operations.{name}.objective.days` is {days}; write a number of days above 0, such as 30"
            ));
        }
    }
    for (name, thresholds) in &config.gauges {
        let key = format!("gauges.{name}");
        check_thresholds(&key, thresholds, Meaning::Gauge)?;
        if thresholds.warning.or(thresholds.critical).is_none() {
            return Err(format!("`{key}` has no threshold; write `warning` or `critical`"));
        }
    }
    check_percentage("audit.min", config.audit.min)?;
    let ProgramAlerts { target_down, absent, metrics_absent, label_overflow } = &config.program.alerts;
    for (name, setting) in [
        ("target_down", target_down),
        ("absent", absent),
        ("metrics_absent", metrics_absent),
        ("label_overflow", label_overflow),
    ] {
        check_setting(&format!("program.alerts.{name}"), setting.as_ref(), Meaning::OneLevel)?;
    }
    Ok(())
}

/// Each outcome has one class.
fn check_classes(operation: &str, of: &OperationConfig) -> Result<(), String> {
    let lists = [("ok", &of.ok), ("error", &of.error), ("ignored", &of.ignored)];
    let mut listed: BTreeMap<&str, &str> = BTreeMap::new();
    for (class, value) in lists.iter().flat_map(|(class, values)| values.iter().flatten().map(move |one| (class, one)))
    {
        if let Some(earlier) = listed.insert(value, class) {
            return Err(format!(
                "`{value}` is in `operations.{operation}.{earlier}` and again in `operations.{operation}.{class}`; remove it from one of them"
            ));
        }
    }
    Ok(())
}

/// A percentage from 0 to 100.
fn check_percentage(key: &str, percent: Option<f64>) -> Result<(), String> {
    match percent.filter(|percent| !is_percentage(*percent)) {
        Some(percent) => Err(format!("`{key}` is {percent}; write a percentage from 0 to 100")),
        None => Ok(()),
    }
}

fn check_label(name: &str) -> Result<(), String> {
    let is_valid = |at: usize, c: char| c == '_' || c.is_ascii_alphabetic() || (at > 0 && c.is_ascii_digit());
    if name.is_empty() || !name.chars().enumerate().all(|(at, c)| is_valid(at, c)) {
        return Err(format!(
            "`labels` has the name `{name}`; write a name of letters, digits and underscores, such as `team`"
        ));
    }
    if name.starts_with("__") || ["alertname", "severity"].contains(&name) {
        return Err(format!("`labels` has the name `{name}`, which is reserved; choose another name"));
    }
    Ok(())
}

fn check_alerts(key: &str, alerts: &Alerts) -> Result<(), String> {
    let Alerts { error_ratio, duration, in_flight, stuck, oldest, polls, idle, panics, min_failures: _ } = alerts;
    for (name, setting, meaning) in [
        ("error_ratio", error_ratio, Meaning::Ratio),
        ("duration", duration, Meaning::Quantile),
        ("in_flight", in_flight, Meaning::Number),
        ("stuck", stuck, Meaning::OneLevel),
        ("oldest", oldest, Meaning::Number),
        ("polls", polls, Meaning::Ratio),
        ("idle", idle, Meaning::OneLevel),
        ("panics", panics, Meaning::OneLevel),
    ] {
        check_setting(&format!("{key}.{name}"), setting.as_ref(), meaning)?;
    }
    Ok(())
}

fn check_setting(key: &str, setting: Option<&Setting>, meaning: Meaning) -> Result<(), String> {
    match setting {
        Some(Setting::Thresholds(thresholds)) => check_thresholds(key, thresholds, meaning),
        Some(Setting::Switch(_)) | None => Ok(()),
    }
}

fn check_thresholds(key: &str, thresholds: &Thresholds, meaning: Meaning) -> Result<(), String> {
    let Thresholds { warning, critical, quantile, for_duration, severity } = thresholds;
    let (has_levels, has_quantile) = (meaning != Meaning::OneLevel, meaning == Meaning::Quantile);
    for (name, is_set, has_effect) in [
        ("warning", warning.is_some(), has_levels),
        ("critical", critical.is_some(), has_levels),
        ("quantile", quantile.is_some(), has_quantile),
        ("severity", severity.is_some(), !has_levels),
    ] {
        if is_set && !has_effect {
            return Err(format!("`{key}.{name}` has no effect; write {}", meaning.keys()));
        }
    }
    for (name, value) in [("warning", warning), ("critical", critical)] {
        if let Some((value, expected)) = value.and_then(|value| Some((value, meaning.violated_by(value)?))) {
            return Err(format!("`{key}.{name}` is {value}; write {expected}"));
        }
    }
    if let Some(quantile) = quantile.filter(|quantile| *quantile <= 0.0 || *quantile >= 1.0) {
        return Err(format!("`{key}.quantile` is {quantile}; write a number above 0 and below 1, such as 0.95"));
    }
    match for_duration {
        Some(text) if milliseconds(text).is_none() => {
            Err(format!("`{key}.for` is `{text}`; write a duration such as `10m` or `1h30m`"))
        }
        _ => Ok(()),
    }
}

impl Meaning {
    /// The keys with an effect.
    const fn keys(self) -> &'static str {
        match self {
            Self::Ratio | Self::Number | Self::Gauge => "`warning`, `critical` or `for`",
            Self::Quantile => "`quantile`, `warning`, `critical` or `for`",
            Self::OneLevel => "`for` or `severity`",
        }
    }

    /// What a threshold must be, if this value is not: an alert above it could fire always, or never.
    fn violated_by(self, value: f64) -> Option<&'static str> {
        match self {
            Self::Ratio => (!(0.0..1.0).contains(&value)).then_some("a ratio from 0 to below 1, such as 0.1"),
            Self::Number | Self::Quantile => (value < 0.0).then_some("a number of at least 0"),
            Self::Gauge | Self::OneLevel => None,
        }
    }
}
