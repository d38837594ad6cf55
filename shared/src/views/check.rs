//! Checks a file of views against the declared families, and returns what it does with each.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Entry, Merge, Spot};
use super::model::{Combine, Known, Mistake, View};
use crate::names::Kind;
use crate::suggest::did_you_mean;

/// Returns the views by the names of their families.
///
/// # Errors
/// Everything that is wrong, ordered by line.
pub fn check(entries: &[Entry], known: &[Known]) -> Result<BTreeMap<String, View>, Vec<Mistake>> {
    let mut checker = Checker { known, mistakes: BTreeSet::new() };
    let mut views: BTreeMap<String, Building> = BTreeMap::new();
    for entry in entries {
        for family in checker.families(entry) {
            let building = views.entry(family.name.clone()).or_default();
            checker.add(entry, family, building);
        }
    }
    for family in known {
        if let Some(building) = views.get_mut(&family.name) {
            checker.finish(family, building);
        }
    }
    if checker.mistakes.is_empty() {
        Ok(views.into_iter().map(|(name, building)| (name, building.view)).collect())
    } else {
        Err(checker.mistakes.into_iter().collect())
    }
}

/// A family's view, put together from the entries that match it.
#[derive(Default)]
struct Building {
    view: View,
    /// From which line a key has its value.
    set_at: BTreeMap<&'static str, usize>,
    combine: Option<Combine>,
    /// The line of `combine` for this family alone. That of a pattern may be for other families.
    combine_at: Option<usize>,
    /// The line of what combines series.
    combines_at: Option<usize>,
    /// The line of what has no effect on a family that is muted.
    also_at: Option<usize>,
}

struct Checker<'a> {
    known: &'a [Known],
    /// Ordered, and each once: a pattern may be wrong in the same way for several families.
    mistakes: BTreeSet<Mistake>,
}

impl<'a> Checker<'a> {
    fn mistake(&mut self, line: usize, reason: String) {
        self.mistakes.insert(Mistake { line, reason });
    }

    /// The families that an entry is about.
    fn families(&mut self, entry: &Entry) -> Vec<&'a Known> {
        let found: Vec<&Known> = self.known.iter().filter(|family| entry.matches(&family.name)).collect();
        if found.is_empty() {
            let name = &entry.family.what;
            let reason = if entry.is_pattern() {
                format!("no declared family matches `{name}`")
            } else if let Some(family) = self.histogram_of(name) {
                format!("`{name}` is a series of the histogram `{family}`; use the family's name")
            } else {
                let hint = did_you_mean(name, self.known.iter().map(|family| family.name.as_str()));
                format!("no family `{name}` is declared{hint}")
            };
            self.mistake(entry.family.line, reason);
        }
        for label in entry.drop.iter().chain(entry.merge.iter().map(|merge| &merge.label)) {
            if !found.is_empty() && !found.iter().any(|family| family.labels.contains_key(&label.what)) {
                let labels: BTreeSet<&str> =
                    found.iter().flat_map(|family| family.labels.keys()).map(String::as_str).collect();
                let hint = if labels.is_empty() {
                    "; it has no labels".to_owned()
                } else {
                    did_you_mean(&label.what, labels.iter().copied())
                };
                let name = &entry.family.what;
                self.mistake(label.line, format!("`{name}` has no label `{}`{hint}", label.what));
            }
        }
        found
    }

    fn histogram_of(&self, series: &str) -> Option<&'a str> {
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|ending| series.strip_suffix(ending))?;
        let family = self.known.iter().find(|family| family.name == base && family.kind == Kind::Histogram)?;
        Some(&family.name)
    }

    fn add(&mut self, entry: &Entry, family: &Known, building: &mut Building) {
        let Known { name, kind, .. } = family;
        if let Some(Spot { line, what }) = entry.mute {
            self.set_once("mute", line, name, building);
            building.view.is_muted = what;
        }
        for label in entry.drop.iter().filter(|label| family.labels.contains_key(&label.what)) {
            building.combines_at = Some(label.line);
            building.view.dropped.insert(label.what.clone());
        }
        for merge in entry.merge.iter().filter(|merge| family.labels.contains_key(&merge.label.what)) {
            building.combines_at = Some(merge.label.line);
            self.merge(merge, family, building);
        }
        match &entry.buckets {
            Some(bounds) if *kind == Kind::Histogram => {
                self.set_once("buckets", bounds.line, name, building);
                building.view.buckets = Some(self.buckets(&bounds.what, family));
                building.also_at = Some(bounds.line);
            }
            Some(bounds) if !entry.is_pattern() => {
                self.mistake(bounds.line, format!("`{name}` is not a histogram, so it has no buckets"));
            }
            _ => {}
        }
        if let Some(Spot { line, what }) = entry.max_series {
            self.set_once("max_series", line, name, building);
            building.view.max_series = Some(what);
            building.combines_at = Some(line);
            if family.labels.is_empty() && !entry.is_pattern() {
                self.mistake(line, format!("`{name}` has no labels, so it has one series; remove `max_series`"));
            }
        }
        match entry.combine {
            Some(Spot { line, what }) if *kind == Kind::Gauge => {
                self.set_once("combine", line, name, building);
                building.combine = Some(what);
                building.combine_at = Some(line).filter(|_| !entry.is_pattern());
            }
            Some(Spot { line, .. }) if !entry.is_pattern() => {
                self.mistake(line, format!("`combine` is for gauges, and the series of `{name}` are added; remove it"));
            }
            _ => {}
        }
        building.also_at = building.also_at.or(building.combines_at);
    }

    fn set_once(&mut self, key: &'static str, line: usize, family: &str, building: &mut Building) {
        if let Some(earlier) = building.set_at.insert(key, line) {
            self.mistake(line, format!("`{key}` of `{family}` is set in line {earlier}, too; remove one of them"));
        }
    }

    fn merge(&mut self, merge: &Merge, family: &Known, building: &mut Building) {
        let label = &merge.label.what;
        let known = family.labels.get(label).and_then(Option::as_ref);
        for value in &merge.values {
            if let Some(known) = known.filter(|known| !known.contains(&value.what)) {
                let hint = did_you_mean(&value.what, known.iter().map(String::as_str));
                let reason = format!("`{label}` of `{}` is never `{}`{hint}", family.name, value.what);
                self.mistake(value.line, reason);
            }
            let values = building.view.merged.entry(label.clone()).or_default();
            let earlier = values.insert(value.what.clone(), merge.into.what.clone());
            if let Some(earlier) = earlier.filter(|earlier| *earlier != merge.into.what) {
                let (value, into) = (&value.what, &merge.into.what);
                let reason =
                    format!("`{value}` is merged into `{earlier}` and into `{into}`; remove it from one of them");
                self.mistake(merge.into.line, reason);
            }
        }
    }

    fn buckets(&mut self, bounds: &[Spot<f64>], family: &Known) -> Vec<f64> {
        let mut kept: Vec<f64> = Vec::new();
        for bound in bounds {
            // `+Inf` always stays.
            if bound.what.to_bits() == f64::INFINITY.to_bits() {
                continue;
            }
            if !family.buckets.iter().any(|declared| declared.to_bits() == bound.what.to_bits()) {
                let declared: Vec<String> = family.buckets.iter().map(ToString::to_string).collect();
                let (name, bound_text) = (&family.name, bound.what);
                let reason =
                    format!("`{bound_text}` is not a bucket bound of `{name}`; its bounds are {}", declared.join(", "));
                self.mistake(bound.line, reason);
            }
            kept.push(bound.what);
        }
        kept.sort_by(f64::total_cmp);
        kept.dedup_by_key(|bound| bound.to_bits());
        kept
    }

    fn finish(&mut self, family: &Known, building: &mut Building) {
        let name = &family.name;
        if let Some(line) = building.also_at.filter(|_| building.view.is_muted) {
            self.mistake(
                line,
                format!("`{name}` is muted, so nothing else has an effect on it; remove one of the two"),
            );
        }
        let both = building.view.merged.keys().find(|label| building.view.dropped.contains(*label));
        if let (Some(label), Some(line)) = (both, building.combines_at) {
            self.mistake(line, format!("`{label}` of `{name}` is dropped, so its values cannot be merged"));
        }
        if let (Some(line), None, false) = (building.combine_at, building.combines_at, building.view.is_muted) {
            let reason = "has no effect without `drop`, `merge` or `max_series`; add one of them, or remove it";
            self.mistake(line, format!("`combine` of `{name}` {reason}"));
        }
        match (building.combine.or(family.combine), building.combines_at) {
            (Some(combine), _) => building.view.combine = combine,
            (None, Some(line)) if !building.view.is_muted => {
                let reason = format!(
                    "`{name}` is a gauge, and several of its series would become one; add `combine: sum`, `max` or `min`"
                );
                self.mistake(line, reason);
            }
            (None, _) => {}
        }
    }
}
