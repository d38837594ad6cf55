//! What a family's kind promises about its samples.

use super::{Family, Kind, ParseError, Problem, Sample, histogram, line::number};

/// What can be told from one sample.
pub(super) fn sample(family: &str, kind: Kind, sample: &Sample) -> Result<(), Problem> {
    // `owners` gave us the sample, so its name starts with the family's.
    let suffix = &sample.name[family.len()..];
    if !kind.suffixes().contains(&suffix) {
        return Err(Problem::WrongSample { sample: sample.name.clone(), kind });
    }
    let own_label = kind.own_label().filter(|_| suffix == part_with_own_label(kind));
    for label in Kind::ALL.into_iter().filter_map(Kind::own_label) {
        // On a counter or a gauge they are labels like any other.
        if kind.own_label().is_some() && own_label != Some(label) && sample.labels.contains_key(label) {
            return Err(Problem::MisplacedLabel { label, sample: sample.name.clone(), kind });
        }
    }
    if let Some(label) = own_label {
        let Some(value) = sample.labels.get(label) else {
            return Err(Problem::MissingLabel { series: sample.to_string(), label });
        };
        let is_valid = |bound: f64| match kind {
            Kind::Summary => (0.0..=1.0).contains(&bound),
            _ => !bound.is_nan(),
        };
        if number(value).is_none_or(|bound| !is_valid(bound)) {
            return Err(Problem::BadBound { label, value: value.clone() });
        }
    }
    let is_count = suffix == "_count" || suffix == "_bucket";
    if is_count && histogram::count(sample.value).is_none() {
        return Err(Problem::NotACount(sample.to_string()));
    }
    if kind == Kind::Counter && (sample.value.is_nan() || sample.value.is_sign_negative()) {
        return Err(Problem::Counter(sample.to_string()));
    }
    Ok(())
}

/// The suffix of the samples that carry the kind's own label.
fn part_with_own_label(kind: Kind) -> &'static str {
    if kind == Kind::Histogram { "_bucket" } else { "" }
}

/// What can be told only from all of a family's samples; `lines` has the line of each.
pub(super) fn family(family: &Family, lines: &[usize]) -> Result<(), ParseError> {
    if family.kind != Kind::Histogram {
        return Ok(());
    }
    for series in histogram::series(family) {
        series.check().map_err(|(sample, problem)| problem.at(lines[sample]))?;
    }
    Ok(())
}
