//! A hand-written metric with any name, HELP and labels, as property tests record it.

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder};

/// What is recorded under a name.
#[derive(Clone, Debug)]
pub(crate) enum Recorded {
    Counter(u64),
    Gauge(f64),
    Histogram(Vec<f64>),
}

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

impl Recorded {
    pub(crate) fn write<'a>(
        &self,
        recorder: &dyn Recorder,
        name: &str,
        help: &str,
        labels: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) {
        let labels: Vec<Label> =
            labels.into_iter().map(|(name, value)| Label::new(name.clone(), value.clone())).collect();
        let key = Key::from_parts(name.to_owned(), labels);
        let (name, help) = (KeyName::from(name.to_owned()), help.to_owned().into());
        match self {
            Self::Counter(count) => {
                recorder.describe_counter(name, None, help);
                recorder.register_counter(&key, &METADATA).increment(*count);
            }
            Self::Gauge(level) => {
                recorder.describe_gauge(name, None, help);
                recorder.register_gauge(&key, &METADATA).set(*level);
            }
            Self::Histogram(values) => {
                recorder.describe_histogram(name, None, help);
                let histogram = recorder.register_histogram(&key, &METADATA);
                for value in values {
                    histogram.record(*value);
                }
            }
        }
    }
}
