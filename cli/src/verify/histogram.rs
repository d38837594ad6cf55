//! Checks of buckets, sums and counts, and of values that are invalid for a type.

use std::collections::BTreeMap;

use super::rule::Rule;
use super::series::Wrong;
use crate::catalogue::{Family, Kind, bound};
use crate::exposition::model::{self, Part, Sample};

/// Checks the value of every sample against the type.
pub(super) fn check(declared: &Family, served: &model::Family, has_native_buckets: bool, wrong: &mut Vec<Wrong>) {
    for sample in &served.samples {
        if let Some(reason) = impossible(declared, sample) {
            wrong.push((
                Rule::ImpossibleValue,
                sample.line,
                format!("`{}` is {}, {reason}", declared.name, sample.value),
            ));
        }
    }
    // With a wrong label, a sample seems to be of another series; with an impossible value, it contradicts the others.
    let has_wrong_sample = wrong.iter().any(|(rule, ..)| {
        matches!(rule, Rule::MissingLabel | Rule::UndeclaredLabel | Rule::UndeclaredValue | Rule::ImpossibleValue)
    });
    if declared.kind == Kind::Histogram && !has_wrong_sample && !served.is_damaged {
        let mut series: BTreeMap<Vec<(&str, &str)>, Vec<&Sample>> = BTreeMap::new();
        for sample in &served.samples {
            series.entry(sample.series()).or_default().push(sample);
        }
        for samples in series.values() {
            check_series(declared, samples, has_native_buckets, wrong);
        }
    }
}

fn impossible(declared: &Family, sample: &Sample) -> Option<&'static str> {
    match sample.part {
        Part::Created if sample.value.is_finite() && sample.value >= 0.0 => return None,
        Part::Created => return Some("but a start time must be finite and at least 0"),
        // Compared with the count.
        Part::Native(_) => return None,
        _ => {}
    }
    let counts = declared.kind == Kind::Counter || matches!(sample.part, Part::Bucket | Part::Count);
    if counts && !(sample.value >= 0.0 && sample.value.is_finite()) {
        return Some("but a count must be finite and at least 0");
    }
    let is_time = sample.part == Part::Value && declared.unit.as_deref() == Some("seconds");
    if counts && !is_time && sample.value.fract() != 0.0 {
        return Some("but a count must be a whole number");
    }
    let is_duration = declared.kind == Kind::Histogram && !declared.operations.is_empty();
    if is_duration && sample.part == Part::Sum && !(sample.value >= 0.0 && sample.value.is_finite()) {
        return Some("but a sum of durations must be finite and at least 0");
    }
    if declared.kind == Kind::Info && sample.value.to_bits() != 1.0_f64.to_bits() {
        return Some("but an info gauge must be 1");
    }
    // The only gauges of operations are calls in flight.
    let is_in_flight = declared.kind == Kind::Gauge && !declared.operations.is_empty();
    let is_number = sample.value >= 0.0 && sample.value.is_finite();
    (is_in_flight && !is_number).then_some("but calls in flight must be finite and at least 0")
}

fn check_series(declared: &Family, samples: &[&Sample], has_native_buckets: bool, wrong: &mut Vec<Wrong>) {
    let name = &declared.name;
    let line = samples[0].line;
    let of = |part: Part| samples.iter().find(|sample| sample.part == part);
    let mut buckets: Vec<(f64, f64)> = Vec::new();
    for sample in samples.iter().filter(|sample| sample.part == Part::Bucket) {
        match sample.label("le").map(str::parse::<f64>) {
            Some(Ok(le)) => buckets.push((le, sample.value)),
            _ => {
                let what = format!("a bucket of `{name}` has no `le` with a number");
                wrong.push((Rule::WrongBuckets, sample.line, what));
            }
        }
    }
    buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
    let native = samples.iter().find_map(|sample| match sample.part {
        Part::Native(schema) => Some((schema, sample.value)),
        _ => None,
    });
    // If a format has native buckets, the classic ones are declared separately.
    let is_native = declared.native.is_some() && has_native_buckets;
    if !is_native || !buckets.is_empty() || declared.native.is_some_and(|native| native.classic) {
        compare_bounds(declared, &buckets, line, wrong);
    }
    match (native, declared.native) {
        (Some((schema, _)), Some(native)) if schema > i32::from(native.schema) => {
            let ours = native.schema;
            let text = format!("the native buckets of `{name}` have the schema {schema}; the declared one is {ours}");
            wrong.push((Rule::WrongBuckets, line, text));
        }
        (None, Some(_)) if has_native_buckets => {
            wrong.push((Rule::WrongBuckets, line, format!("`{name}` has no native buckets")));
        }
        (Some(_), None) => {
            wrong.push((Rule::WrongBuckets, line, format!("`{name}` has native buckets, which are not declared")));
        }
        _ => {}
    }
    let mut contradicts = |text: String| wrong.push((Rule::InconsistentHistogram, line, text));
    if let Some(pair) = buckets.windows(2).find(|pair| pair[0].1 > pair[1].1) {
        contradicts(format!(
            "the buckets of `{name}` must be cumulative, but `{}` is above `{}`",
            bound(pair[0].0),
            bound(pair[1].0)
        ));
    }
    // `OpenMetrics` 1.0 allows neither with a bound below 0.
    let may_lack_both = declared.buckets.first().is_some_and(|bound| *bound < 0.0);
    if may_lack_both && of(Part::Count).is_none() && of(Part::Sum).is_none() {
        return;
    }
    // Only what is not a number is in no native bucket.
    let has_numbers = of(Part::Sum).is_some_and(|sum| !sum.value.is_nan());
    if let (Some((_, observations)), Some(count)) = (native.filter(|_| declared.native.is_some()), of(Part::Count))
        && has_numbers
        && observations.total_cmp(&count.value).is_ne()
    {
        contradicts(if observations.is_nan() {
            format!("the native buckets of `{name}` are invalid")
        } else {
            format!("the native buckets of `{name}` have {observations} observations, but its count is {}", count.value)
        });
    }
    match of(Part::Count) {
        None => contradicts(format!("a series of `{name}` has no `{name}_count`")),
        Some(count) => {
            if let Some((_, all)) =
                buckets.last().filter(|(le, all)| le.is_infinite() && all.total_cmp(&count.value).is_ne())
            {
                contradicts(format!("`{name}_count` is {}, but the bucket `+Inf` is {all}", count.value));
            }
        }
    }
    if of(Part::Sum).is_none() {
        contradicts(format!("a series of `{name}` has no `{name}_sum`"));
    }
}

/// Compares the bounds of classic buckets, sorted, with the declared ones.
fn compare_bounds(declared: &Family, buckets: &[(f64, f64)], line: usize, wrong: &mut Vec<Wrong>) {
    let name = &declared.name;
    let expected: Vec<f64> = declared.buckets.iter().copied().chain([f64::INFINITY]).collect();
    let differ = |ours: &[f64], theirs: &[f64]| -> Vec<String> {
        let lacks = |le: &&f64| !theirs.iter().any(|other| other.to_bits() == le.to_bits());
        ours.iter().filter(lacks).map(|le| format!("`{}`", bound(*le))).collect()
    };
    let served: Vec<f64> = buckets.iter().map(|(le, _)| *le).collect();
    let (missing, more) = (differ(&expected, &served), differ(&served, &expected));
    if !missing.is_empty() {
        wrong.push((Rule::WrongBuckets, line, format!("`{name}` lacks the buckets {}", missing.join(", "))));
    }
    if !more.is_empty() {
        let text = format!("`{name}` has the buckets {}, which are not declared", more.join(", "));
        wrong.push((Rule::WrongBuckets, line, text));
    }
}
