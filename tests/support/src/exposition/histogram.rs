//! The samples of a histogram, put together again.

use std::collections::HashMap;

use super::{Family, Labels, Problem, Sample, line::number, series as render};

/// One series of a histogram family.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// The bounds in increasing order, `+Inf` last, each with the number of values up to and with it.
    pub buckets: Vec<(f64, u64)>,
    /// The sum of all values.
    pub sum: f64,
    /// How many values there are.
    pub count: u64,
}

/// What is there of one series, by the index of each sample.
#[derive(Debug)]
pub(super) struct Series<'a> {
    family: &'a Family,
    pub(super) labels: Labels,
    /// The index of the first sample, whichever part it is.
    first: usize,
    buckets: Vec<usize>,
    sum: Option<usize>,
    count: Option<usize>,
}

/// The series of a histogram family, in the order in which they begin.
pub(super) fn series(family: &Family) -> Vec<Series<'_>> {
    let mut all: Vec<Series<'_>> = Vec::new();
    let mut known: HashMap<Labels, usize> = HashMap::new();
    for (index, sample) in family.samples.iter().enumerate() {
        let mut labels = sample.labels.clone();
        labels.remove("le");
        let position = *known.entry(labels).or_insert_with_key(|labels| {
            let labels = labels.clone();
            all.push(Series { family, labels, first: index, buckets: Vec::new(), sum: None, count: None });
            all.len() - 1
        });
        let series = &mut all[position];
        match &sample.name[family.name.len()..] {
            "_bucket" => series.buckets.push(index),
            "_sum" => series.sum = Some(index),
            _ => series.count = Some(index),
        }
    }
    all
}

/// A value as a count, if it is a whole number.
pub(super) fn count(value: f64) -> Option<u64> {
    // Without an exponent, whatever the size, so this is exact.
    value.to_string().parse().ok()
}

impl Series<'_> {
    /// Checks that it is complete and adds up; an error names the sample where it shows.
    pub(super) fn check(&self) -> Result<(), (usize, Problem)> {
        let name = render(&self.family.name, &self.labels);
        let mut before: Option<(f64, u64)> = None;
        for &index in &self.buckets {
            let (bound, count) = self.bucket(index);
            let le = || self.family.samples[index].labels["le"].clone();
            if let Some((lower, in_lower)) = before {
                if bound <= lower {
                    return Err((index, Problem::UnorderedBuckets { series: name, le: le() }));
                }
                if count < in_lower {
                    let problem = Problem::DecreasingBuckets { series: name, le: le(), count, before: in_lower };
                    return Err((index, problem));
                }
            }
            before = Some((bound, count));
        }
        let Some((f64::INFINITY, buckets)) = before else {
            return Err((self.first, Problem::MissingInfBucket(name)));
        };
        if self.sum.is_none() {
            return Err((self.first, Problem::MissingPart { series: name, part: "_sum" }));
        }
        let Some(index) = self.count else {
            return Err((self.first, Problem::MissingPart { series: name, part: "_count" }));
        };
        let count = self.count_at(index);
        if count != buckets {
            return Err((index, Problem::CountMismatch { series: name, count, buckets }));
        }
        Ok(())
    }

    /// The values of a series that has passed its check.
    pub(super) fn values(&self) -> Histogram {
        Histogram {
            buckets: self.buckets.iter().map(|&index| self.bucket(index)).collect(),
            sum: self.sum.map_or(f64::NAN, |index| self.sample(index).value),
            count: self.count.map_or(0, |index| self.count_at(index)),
        }
    }

    fn sample(&self, index: usize) -> &Sample {
        &self.family.samples[index]
    }

    /// Bound and count; both were checked when the sample was read.
    fn bucket(&self, index: usize) -> (f64, u64) {
        let bound = self.sample(index).labels.get("le").and_then(|le| number(le));
        (bound.unwrap_or(f64::NAN), self.count_at(index))
    }

    fn count_at(&self, index: usize) -> u64 {
        count(self.sample(index).value).unwrap_or_default()
    }
}
