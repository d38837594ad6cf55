//! Prometheus' text format.

use std::collections::BTreeMap;

use crate::{Backend, Family};

/// What renders an exposition.
pub struct Text<F>(pub F);

impl<F: Fn() -> String> Backend for Text<F> {
    fn arrived(&mut self) -> BTreeMap<String, Family> {
        let mut families: BTreeMap<String, Family> = BTreeMap::new();
        for line in (self.0)().lines() {
            if let Some((name, help)) = line.strip_prefix("# HELP ").and_then(|rest| rest.split_once(' ')) {
                families.entry(name.to_owned()).or_default().help = Some(help.to_owned());
            } else if let Some((name, unit)) = line.strip_prefix("# UNIT ").and_then(|rest| rest.split_once(' ')) {
                families.entry(name.to_owned()).or_default().unit = Some(unit.to_owned());
            } else if let Some((series, value)) = line.rsplit_once(' ').filter(|_| !line.starts_with('#')) {
                let value: f64 = value.parse().expect("a number");
                let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
                let labels = labels.trim_end_matches('}').split(',').filter_map(|label| label.split_once('='));
                let mut labels: Vec<_> =
                    labels.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())).collect();
                labels.sort();
                if let Some(name) = name.strip_suffix("_bucket") {
                    let bound: f64 =
                        labels.iter().find(|(name, _)| name == "le").expect("a bound").1.parse().expect("a number");
                    let bounds = families.entry(name.to_owned()).or_default().bounds.get_or_insert_default();
                    if bound.is_finite() {
                        bounds.push(bound);
                    }
                } else if let Some(name) = name.strip_suffix("_count") {
                    families.entry(name.to_owned()).or_default().observations += value as u64;
                } else {
                    families.entry(name.to_owned()).or_default().series.insert(labels, value);
                }
            }
        }
        families
    }
}
