//! Native buckets of a histogram.

/// Buckets that grow by the factor 2^(2^-schema).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Native {
    /// The resolution of Prometheus' standard schemas, from -4 to 8.
    pub schema: i8,
    /// Whether formats that have native buckets show the classic ones beside them.
    pub classic: bool,
}
