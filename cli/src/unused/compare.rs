//! Compares declared, published and used metrics.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde::Serialize;

use super::rule::{Finding, Rule};
use super::uses::Usage as Used;
use crate::catalogue::{Catalogue, Family, Kind};
use crate::glob::Patterns;
use crate::lint::uses::Selected;
use crate::report::finding::Rules;
use crate::suggest::{did_you_mean, nearest};

/// The result of the comparison.
#[derive(Debug, Serialize)]
pub(crate) struct Usage {
    pub(crate) findings: Vec<Finding>,
    /// The most expensive family first.
    pub(crate) families: Vec<FamilyUsage>,
}

/// A declared family, and its uses.
#[derive(Debug, Serialize)]
pub(crate) struct FamilyUsage {
    pub(crate) name: String,
    /// How many series the server has of it now.
    pub(crate) series: u64,
    pub(crate) used_by: BTreeSet<String>,
}

pub(super) fn compare(
    catalogue: &Catalogue,
    uses: &[Used],
    published: &BTreeSet<String>,
    series: &BTreeMap<String, u64>,
    allowed: &Patterns,
) -> Usage {
    let mut findings = Vec::new();
    let mut families = Vec::new();
    for family in &catalogue.families {
        let names = series_names(family);
        let used_by: BTreeSet<String> = uses
            .iter()
            .filter(|used| used.selected.iter().any(|one| names.iter().any(|name| selects(one, name))))
            .map(|used| used.by.clone())
            .collect();
        let series = names.iter().filter_map(|name| series.get(name)).sum();
        if used_by.is_empty() && !allowed.matches(&family.name) {
            findings.push(unused(family, series));
        }
        families.push(FamilyUsage { name: family.name.clone(), series, used_by });
    }
    // A rule without a result has no series; what it lacks itself is reported for that rule.
    let recorded: BTreeSet<&String> = uses.iter().filter_map(|used| used.records.as_ref()).collect();
    for used in uses.iter().filter(|used| used.must_exist) {
        for one in &used.selected {
            let Selected::Name(name) = one else { continue };
            if !published.contains(name) && !recorded.contains(name) && !allowed.matches(name) {
                findings.push(unpublished(name, used, catalogue, published));
            }
        }
    }
    families.sort_by(|a, b| b.series.cmp(&a.series).then_with(|| a.name.cmp(&b.name)));
    findings.sort_by(|a, b| (a.rule, &a.file, a.line, &a.message).cmp(&(b.rule, &b.file, b.line, &b.message)));
    findings.dedup();
    Usage { findings, families }
}

fn unused(family: &Family, series: u64) -> Finding {
    let place = family.declared.first();
    let (kind, name) = (family.kind.word(), &family.name);
    let message = format!("no rule, dashboard or query uses the {kind} `{name}`, which has {series} series");
    let file = place.map_or_else(|| "catalogue".into(), |place| place.file.clone().into());
    let line = place.map_or(1, |place| place.line as usize);
    Finding { file, line, column: 1, level: Rule::UnusedFamily.level(), rule: Rule::UnusedFamily, message }
}

fn unpublished(name: &str, used: &Used, catalogue: &Catalogue, published: &BTreeSet<String>) -> Finding {
    let hint = match catalogue.family_of_series(name) {
        Some(_) => "; the code declares it, so its target is not scraped, or runs another version".to_owned(),
        None => did_you_mean(nearest(name, published.iter().cloned())),
    };
    let message = format!("{} uses `{name}`, which no target publishes{hint}", used.by);
    let rule = Rule::UnpublishedMetric;
    Finding { file: used.file.clone(), line: used.line, column: 1, level: rule.level(), rule, message }
}

fn series_names(family: &Family) -> Vec<String> {
    match family.kind {
        // A native histogram has the family's name.
        Kind::Histogram => ["", "_bucket", "_sum", "_count"].map(|ending| format!("{}{ending}", family.name)).to_vec(),
        _ => vec![family.name.clone()],
    }
}

fn selects(selected: &Selected, name: &str) -> bool {
    match selected {
        Selected::Name(one) => one == name,
        Selected::Pattern(pattern) => {
            Regex::new(&format!("^(?s:{pattern})$")).is_ok_and(|pattern| pattern.is_match(name))
        }
    }
}
