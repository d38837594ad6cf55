//! The labels of a family's series.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Allowed;
use super::rule::Rule;
use crate::catalogue::{Family, Kind, Label, LabelValues};
use crate::exposition::model;
use crate::names::OTHER;
use crate::suggest::{did_you_mean, nearest};

/// A finding in the series of one family: the rule, the line, the message.
pub(super) type Wrong = (Rule, usize, String);

/// Compares the labels of every series with the declared ones.
pub(super) fn check(
    declared: &Family,
    served: &model::Family,
    allowed: &Allowed,
    global: &BTreeSet<String>,
    wrong: &mut Vec<Wrong>,
) {
    let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for sample in &served.samples {
        for label in &declared.labels {
            match sample.label(&label.name) {
                Some(value) => {
                    values.entry(&label.name).or_default().insert(value);
                    check_value(declared, label, value, sample.line, wrong);
                }
                // An open label may be empty; Prometheus drops empty labels.
                None if matches!(label.values, LabelValues::Open(_) | LabelValues::Closed(_)) => {}
                None if label.values.known().is_some_and(|values| values.iter().any(String::is_empty)) => {}
                None => wrong.push((
                    Rule::MissingLabel,
                    sample.line,
                    format!("a series of `{}` has no label `{}`", declared.name, label.name),
                )),
            }
        }
        for (name, value) in &sample.labels {
            // A label without a value is the same as no label.
            let is_known = value.is_empty()
                || declared.label(name).is_some()
                || allowed.labels.contains(name)
                || global.contains(name)
                || (name == "le" && declared.kind == Kind::Histogram);
            if !is_known {
                let near = nearest(name, declared.label_names().into_iter().map(str::to_owned));
                let text = format!("`{}` does not declare the label `{name}`{}", declared.name, did_you_mean(near));
                wrong.push((Rule::UndeclaredLabel, sample.line, text));
            }
        }
    }
    for label in &declared.labels {
        let LabelValues::Open(cap) = label.values else { continue };
        let distinct =
            values.get(label.name.as_str()).map_or(0, |values| values.iter().filter(|one| **one != OTHER).count());
        if distinct as u64 > cap {
            let text = format!("`{}` of `{}` has {distinct} values, above its cap of {cap}", label.name, declared.name);
            wrong.push((Rule::TooManyValues, served.line, text));
        }
    }
}

fn check_value(declared: &Family, label: &Label, value: &str, line: usize, wrong: &mut Vec<Wrong>) {
    let Some(known) = label.values.known() else { return };
    if !known.iter().any(|known| known == value) {
        let near = did_you_mean(nearest(value, known.iter().cloned()));
        let text = format!("the code never sets `{}` of `{}` to `{value}`{near}", label.name, declared.name);
        wrong.push((Rule::UndeclaredValue, line, text));
    }
}

/// Checks the number of series; only if all single labels, values and buckets are valid.
pub(super) fn check_count(declared: &Family, served: &model::Family, wrong: &mut Vec<Wrong>) {
    let is_right = !wrong.iter().any(|(rule, ..)| {
        matches!(
            rule,
            Rule::UndeclaredValue
                | Rule::UndeclaredLabel
                | Rule::TooManyValues
                | Rule::MissingLabel
                | Rule::WrongBuckets
        )
    });
    let is_counted = |part: model::Part| !matches!(part, model::Part::Created | model::Part::Native(_));
    let samples = served.samples.iter().filter(|sample| is_counted(sample.part));
    // A bound may be written in several ways.
    let le = |sample: &model::Sample| sample.label("le")?.parse().ok().map(f64::to_bits);
    let distinct: BTreeSet<_> = samples.map(|sample| (sample.part, le(sample), sample.series())).collect();
    let count = distinct.len() as u64;
    if let Some(most) = declared.series.filter(|most| is_right && count > *most) {
        let text = format!("`{}` has {count} series, more than the {most} that its labels allow", declared.name);
        wrong.push((Rule::TooManySeries, served.line, text));
    }
}
