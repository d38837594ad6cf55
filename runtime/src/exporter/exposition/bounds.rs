//! The bounds of a histogram's buckets, with their text in each format.

/// Bounds without the implied `+Inf`, and their text in each format, which all series share.
#[derive(Debug)]
pub(in crate::exporter) struct Bounds {
    values: Box<[f64]>,
    text: Box<[String]>,
    openmetrics: Box<[String]>,
}

impl Bounds {
    pub(in crate::exporter) fn new(values: &[f64]) -> Self {
        Self {
            values: values.into(),
            text: values.iter().map(ToString::to_string).collect(),
            // `OpenMetrics` requires a decimal point, which Rust's `Debug` writes.
            openmetrics: values.iter().map(|bound| format!("{bound:?}")).collect(),
        }
    }

    pub(in crate::exporter) fn values(&self) -> &[f64] {
        &self.values
    }

    /// The bounds in Prometheus' text format, `+Inf` last.
    pub(in crate::exporter) fn text(&self) -> impl Iterator<Item = &str> {
        self.text.iter().map(String::as_str).chain(["+Inf"])
    }

    /// The bounds in `OpenMetrics`, `+Inf` last.
    pub(in crate::exporter) fn openmetrics(&self) -> impl Iterator<Item = &str> {
        self.openmetrics.iter().map(String::as_str).chain(["+Inf"])
    }
}
