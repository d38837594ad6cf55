//! Questions to ask of an exposition. What must be there panics when it is not, and shows what is there instead.

use std::collections::BTreeSet;

use super::{Exposition, Family, Histogram, Labels, Sample, histogram, series};

impl Exposition {
    /// The family of this name, if it is there.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.name == name)
    }

    /// The family of this name.
    ///
    /// # Panics
    /// When it is not there, with the names of those that are.
    #[must_use]
    #[track_caller]
    pub fn family(&self, name: &str) -> &Family {
        self.find(name).unwrap_or_else(|| {
            let names: Vec<_> = self.families.iter().map(|family| family.name.as_str()).collect();
            panic!("there is no family `{name}`; there are\n  {}", names.join("\n  "))
        })
    }

    /// The value of the sample with this name (of a histogram: `x_bucket`, `x_sum`, `x_count`) and exactly these labels, in any order.
    #[must_use]
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels = owned(labels);
        self.samples().find(|sample| sample.name == name && sample.labels == labels).map(|sample| sample.value)
    }

    /// As [`value`](Self::value), of a sample that must be there.
    ///
    /// # Panics
    /// When it is not there, with what is there of that name.
    #[must_use]
    #[track_caller]
    pub fn expect_value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        self.value(name, labels)
            .unwrap_or_else(|| panic!("there is no `{}`; {}", series(name, &owned(labels)), self.samples_like(name)))
    }

    /// The histogram of this family with exactly these labels, in any order, if it is there.
    #[must_use]
    pub fn find_histogram(&self, name: &str, labels: &[(&str, &str)]) -> Option<Histogram> {
        let family = self.find(name).filter(|family| family.kind == super::Kind::Histogram)?;
        let labels = owned(labels);
        histogram::series(family).iter().find(|series| series.labels == labels).map(histogram::Series::values)
    }

    /// The histogram of this family with exactly these labels, in any order.
    ///
    /// # Panics
    /// When it is not there, with what is there of that family.
    #[must_use]
    #[track_caller]
    pub fn histogram(&self, name: &str, labels: &[(&str, &str)]) -> Histogram {
        self.find_histogram(name, labels).unwrap_or_else(|| {
            panic!("there is no histogram `{}`; {}", series(name, &owned(labels)), self.samples_like(name))
        })
    }

    /// The values that a label has in a family, each once, sorted. `le` is a label too.
    ///
    /// # Panics
    /// When there is no such family.
    #[must_use]
    #[track_caller]
    pub fn label_values(&self, name: &str, label: &str) -> Vec<&str> {
        let samples = &self.family(name).samples;
        let values: BTreeSet<_> = samples.iter().filter_map(|sample| sample.labels.get(label)).collect();
        values.into_iter().map(String::as_str).collect()
    }

    /// Whether the family has samples, and all of them carry exactly these labels, `le` and `quantile` aside.
    ///
    /// # Panics
    /// When there is no such family.
    #[must_use]
    #[track_caller]
    pub fn has_labels(&self, name: &str, labels: &[&str]) -> bool {
        let family = self.family(name);
        let expected = labels.iter().copied().collect();
        !family.samples.is_empty() && family.samples.iter().all(|sample| family.label_names(sample) == expected)
    }

    /// As [`has_labels`](Self::has_labels), which must hold.
    ///
    /// # Panics
    /// When it does not hold, with the samples that are there.
    #[track_caller]
    pub fn assert_labels(&self, name: &str, labels: &[&str]) {
        assert!(
            self.has_labels(name, labels),
            "not all of `{name}` has the labels {labels:?}; {}",
            self.samples_like(name)
        );
    }

    /// All samples of all families.
    pub fn samples(&self) -> impl Iterator<Item = &Sample> {
        self.families.iter().flat_map(|family| &family.samples)
    }

    /// What is there of a family or of the family that a sample belongs to, for a message.
    fn samples_like(&self, name: &str) -> String {
        let family = self.families.iter().find(|family| {
            family.kind.suffixes().iter().chain(&[""]).any(|suffix| name.strip_suffix(suffix) == Some(&family.name))
        });
        match family {
            None => {
                let names: Vec<_> = self.families.iter().map(|family| family.name.as_str()).collect();
                format!("nor any family of that name; there are\n  {}", names.join("\n  "))
            }
            Some(family) => {
                let samples: Vec<_> = family.samples.iter().map(ToString::to_string).collect();
                format!("the {} `{}` has\n  {}", family.kind, family.name, samples.join("\n  "))
            }
        }
    }
}

impl Family {
    /// The names of a sample's labels, without `le` or `quantile`.
    fn label_names<'a>(&self, sample: &'a Sample) -> BTreeSet<&'a str> {
        let own = self.kind.own_label();
        sample.labels.keys().map(String::as_str).filter(|label| Some(*label) != own).collect()
    }
}

fn owned(labels: &[(&str, &str)]) -> Labels {
    labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
