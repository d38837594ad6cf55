//! The bounds of a histogram's buckets, and how they are written.

/// Bounds without the implied `+Inf`, and their text in each format, made once for all series.
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
            // `OpenMetrics` wants whole numbers to look like floats, as Rust's `Debug` does.
            openmetrics: values.iter().map(|bound| format!("{bound:?}")).collect(),
        }
    }

    pub(in crate::exporter) fn values(&self) -> &[f64] {
        &self.values
    }

    /// As Prometheus' text format has them, `+Inf` last.
    pub(in crate::exporter) fn text(&self) -> impl Iterator<Item = &str> {
        self.text.iter().map(String::as_str).chain(["+Inf"])
    }

    /// As `OpenMetrics` has them, `+Inf` last.
    pub(in crate::exporter) fn openmetrics(&self) -> impl Iterator<Item = &str> {
        self.openmetrics.iter().map(String::as_str).chain(["+Inf"])
    }
}
