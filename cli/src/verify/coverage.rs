//! Coverage: which declared series have recorded anything.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalogue::{Catalogue, Family, Kind, LabelValues};
use crate::exposition::model::{self, Exposition, Part};
use crate::glob::Patterns;
use crate::promql::matcher::equals;

/// The maximum number of combinations of a family that are listed.
const MOST: usize = 10_000;

/// Which declared series have recorded anything. Gauges are excluded, because 0 may be a measured value.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Coverage {
    pub(crate) declared: u64,
    pub(crate) recorded: u64,
    /// The percentage; `None` if no series is declared.
    pub(crate) percent: Option<f64>,
    pub(crate) families: Vec<FamilyCoverage>,
}

/// The coverage of one family.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FamilyCoverage {
    pub(crate) name: String,
    pub(crate) declared: u64,
    pub(crate) recorded: u64,
    /// Selectors of the series that have recorded nothing.
    pub(crate) unrecorded: Vec<String>,
}

type Labels = BTreeMap<String, String>;

/// Returns the coverage of all counters and histograms, except for those that the user ignores.
pub(super) fn coverage(exposition: &Exposition, catalogue: &Catalogue, ignored: &Patterns) -> Coverage {
    let mut coverage = Coverage::default();
    let counts = |family: &&Family| matches!(family.kind, Kind::Counter | Kind::Histogram);
    for family in catalogue.families.iter().filter(counts).filter(|family| !ignored.matches(&family.name)) {
        let served = exposition.families.iter().find(|served| served.name == family.name);
        let one = of_family(family, served);
        coverage.declared += one.declared;
        coverage.recorded += one.recorded;
        coverage.families.push(one);
    }
    coverage.percent = percent(coverage.recorded, coverage.declared);
    coverage
}

#[allow(clippy::cast_precision_loss, reason = "a percentage of counts far below 2^52")]
fn percent(part: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| (part as f64 * 1000.0 / all as f64).round() / 10.0)
}

fn of_family(declared: &Family, served: Option<&model::Family>) -> FamilyCoverage {
    let listed: Vec<(&str, &[String])> =
        declared.labels.iter().filter_map(|label| Some((label.name.as_str(), label.values.known()?))).collect();
    // `OpenMetrics` 1.0 has no count for a histogram with a bound below 0.
    let counts = |sample: &model::Sample| match sample.part {
        Part::Value => declared.kind == Kind::Counter,
        Part::Bucket => sample.label("le") == Some("+Inf"),
        part => part == Part::Count,
    };
    let samples = served.map(|served| served.samples.as_slice()).unwrap_or_default();
    let labels = |sample: &model::Sample| -> Labels {
        let value =
            |(name, _): &(&str, &[String])| ((*name).to_owned(), sample.label(name).unwrap_or_default().to_owned());
        listed.iter().map(value).collect()
    };
    let served: BTreeSet<Labels> = samples.iter().filter(|sample| counts(sample)).map(labels).collect();
    let has_counted = |sample: &&model::Sample| counts(sample) && sample.value > 0.0;
    let recorded: BTreeSet<Labels> = samples.iter().filter(has_counted).map(labels).collect();
    // Not every function has every outcome; the number of series takes that into account.
    let is_complete = declared.kind == Kind::Counter && declared.series == Some(served.len() as u64);
    let expected = if is_complete { Some(served) } else { combinations(declared, &listed) };
    let Some(expected) = expected else {
        let all = listed.iter().fold(1_u64, |all, (_, values)| all.saturating_mul(values.len() as u64));
        let recorded = recorded.len() as u64;
        return FamilyCoverage { name: declared.name.clone(), declared: all, recorded, unrecorded: Vec::new() };
    };
    let unrecorded: Vec<String> =
        expected.iter().filter(|labels| !recorded.contains(*labels)).map(|labels| selector(declared, labels)).collect();
    let all = expected.len() as u64;
    FamilyCoverage { name: declared.name.clone(), declared: all, recorded: all - unrecorded.len() as u64, unrecorded }
}

/// All combinations of the listed labels; `None` if there are too many. A function is combined only with its own module.
fn combinations(declared: &Family, listed: &[(&str, &[String])]) -> Option<BTreeSet<Labels>> {
    let sites: BTreeSet<(&str, &str)> =
        declared.sites.iter().map(|site| (site.module.as_str(), site.item.as_str())).collect();
    let of_functions = ["module", "function"].iter().all(|name| listed.iter().any(|(label, _)| label == name));
    let mut found = vec![Labels::new()];
    for (name, values) in listed {
        if found.len().saturating_mul(values.len()) > MOST * 10 {
            return None;
        }
        let with = |labels: &Labels, value: &String| {
            let mut labels = labels.clone();
            labels.insert((*name).to_owned(), value.clone());
            labels
        };
        found = found.iter().flat_map(|labels| values.iter().map(move |value| with(labels, value))).collect();
        if of_functions && !sites.is_empty() {
            let is_one = |labels: &Labels| match (labels.get("module"), labels.get("function")) {
                (Some(module), Some(function)) => sites.contains(&(module.as_str(), function.as_str())),
                _ => true,
            };
            found.retain(is_one);
        }
    }
    (found.len() <= MOST).then(|| found.into_iter().collect())
}

fn selector(family: &Family, labels: &Labels) -> String {
    let matchers: Vec<String> = labels.iter().map(|(name, value)| equals(name, value)).collect();
    let open = family.labels.iter().any(|label| !matches!(label.values, LabelValues::Listed(_)));
    match (matchers.is_empty(), open) {
        (true, _) => family.name.clone(),
        (false, _) => format!("{}{{{}}}", family.name, matchers.join(",")),
    }
}
