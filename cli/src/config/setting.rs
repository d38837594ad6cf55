//! The setting of an alert.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The setting of an alert: `false`, or its thresholds.
#[derive(Clone, Debug)]
pub(crate) enum Setting {
    /// Whether the alert is written.
    Switch(bool),
    /// The alert is written with these thresholds.
    Thresholds(Thresholds),
}

/// The thresholds of an alert.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Thresholds {
    /// Warning above this value.
    pub(crate) warning: Option<f64>,
    /// Critical above this value.
    pub(crate) critical: Option<f64>,
    /// The quantile of a duration, from 0 to 1.
    pub(crate) quantile: Option<f64>,
    /// The duration for which the condition must hold, in Prometheus' syntax.
    #[serde(rename = "for")]
    pub(crate) for_duration: Option<String>,
    /// The severity of an alert with only one level.
    pub(crate) severity: Option<String>,
}

impl Setting {
    /// Returns whether the alert is turned off.
    pub(crate) const fn is_off(&self) -> bool {
        matches!(self, Self::Switch(false))
    }
}

/// By hand, because an untagged enum does not say which key is wrong.
impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SettingVisitor)
    }
}

struct SettingVisitor;

impl<'de> Visitor<'de> for SettingVisitor {
    type Value = Setting;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`false`, `true` or a mapping of thresholds")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Setting, E> {
        Ok(Setting::Switch(value))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Setting, A::Error> {
        Thresholds::deserialize(MapAccessDeserializer::new(map)).map(Setting::Thresholds)
    }
}

/// The thresholds of an alert: those of the operation, then those for all operations, then the default; `None` if the alert is turned off.
pub(crate) fn thresholds(of: Option<&Setting>, all: Option<&Setting>, default: Thresholds) -> Option<Thresholds> {
    let mut settled = default;
    for setting in [all, of].into_iter().flatten() {
        match setting {
            Setting::Switch(false) if of.is_none_or(Setting::is_off) => return None,
            Setting::Switch(_) => {}
            Setting::Thresholds(said) => {
                settled.warning = said.warning.or(settled.warning);
                settled.critical = said.critical.or(settled.critical);
                settled.quantile = said.quantile.or(settled.quantile);
                settled.for_duration = said.for_duration.clone().or(settled.for_duration);
                settled.severity = said.severity.clone().or(settled.severity);
            }
        }
    }
    Some(settled)
}
