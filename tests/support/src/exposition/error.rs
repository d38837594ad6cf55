//! What can be wrong with an exposition.

use super::Kind;

/// What is wrong with an exposition, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct ParseError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// The ways in which an exposition can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The text contains `\r`.
    #[error("carriage return")]
    CarriageReturn,
    /// The last line is not ended.
    #[error("the last line does not end with a newline")]
    MissingFinalNewline,
    /// Blanks where there must be exactly one space, or none.
    #[error("stray white space; tokens are separated by exactly one space")]
    Spacing,
    /// Something else stands where this was expected.
    #[error("expected {expected}, found `{found}`")]
    Expected {
        /// What was expected.
        expected: &'static str,
        /// The rest of the line.
        found: String,
    },
    /// Something follows what would have been a complete line.
    #[error("trailing `{0}`")]
    Trailing(String),

    /// Not a metric name.
    #[error("`{0}` is not a metric name")]
    MetricName(String),
    /// Not a label name.
    #[error("`{0}` is not a label name")]
    LabelName(String),
    /// A label name that Prometheus keeps for itself.
    #[error("label name `{0}` is reserved; it starts with `__`")]
    ReservedLabelName(String),
    /// `le` or `quantile` where it means nothing.
    #[error("label `{label}` on `{sample}` of a {kind}")]
    MisplacedLabel {
        /// `le` or `quantile`.
        label: &'static str,
        /// The sample's name.
        sample: String,
        /// The family's type.
        kind: Kind,
    },
    /// The same label twice in one sample.
    #[error("label `{0}` is there twice")]
    DuplicateLabel(String),
    /// A backslash before something that cannot be escaped here.
    #[error("bad escape `\\{0}`")]
    Escape(String),
    /// A label value without its closing quote.
    #[error("the label value does not end")]
    UnterminatedLabelValue,
    /// Not a value.
    #[error("`{0}` is not a value")]
    Value(String),
    /// Not a time stamp.
    #[error("`{0}` is not a time stamp in milliseconds")]
    Timestamp(String),

    /// A type that does not exist.
    #[error("unknown type `{0}`")]
    UnknownKind(String),
    /// Samples, or a `HELP`, of a family without `TYPE`.
    #[error("`{0}` has no TYPE line before it")]
    MissingType(String),
    /// `TYPE` or `HELP` after the family's samples.
    #[error("{keyword} of `{family}` after its samples")]
    MetadataAfterSamples {
        /// `TYPE` or `HELP`.
        keyword: &'static str,
        /// The family.
        family: String,
    },
    /// A second `TYPE` or `HELP`.
    #[error("second {keyword} of `{family}`")]
    RepeatedMetadata {
        /// `TYPE` or `HELP`.
        keyword: &'static str,
        /// The family.
        family: String,
    },
    /// Lines of a family after lines of another one.
    #[error("`{0}` was left for another family and is resumed here; a family's lines stand together")]
    NotContiguous(String),
    /// Two families that would write samples of one name.
    #[error("family `{family}` and family `{other}` share the name `{name}`")]
    Clash {
        /// The family that begins here.
        family: String,
        /// The earlier one.
        other: String,
        /// The name of both.
        name: String,
    },
    /// A sample with the family's bare name, where the type has none.
    #[error("sample `{sample}` does not belong to a {kind}")]
    WrongSample {
        /// The sample's name.
        sample: String,
        /// The family's type.
        kind: Kind,
    },
    /// A series that was there before, whatever the order of its labels.
    #[error("duplicate series `{0}`")]
    DuplicateSeries(String),

    /// A counter below zero, or not a number.
    #[error("counter `{0}`; a counter is zero or more")]
    Counter(String),
    /// A bucket without `le`, a quantile without `quantile`.
    #[error("`{series}` has no label `{label}`")]
    MissingLabel {
        /// The series.
        series: String,
        /// `le` or `quantile`.
        label: &'static str,
    },
    /// An `le` that is not a number, a `quantile` that is not between 0 and 1.
    #[error("`{value}` is not a value of `{label}`")]
    BadBound {
        /// `le` or `quantile`.
        label: &'static str,
        /// What it is.
        value: String,
    },
    /// A bucket or count that is not a whole number.
    #[error("`{0}` is not a count")]
    NotACount(String),
    /// Buckets whose `le` do not increase.
    #[error("bucket `{le}` of `{series}` does not come in increasing order")]
    UnorderedBuckets {
        /// The series, without `le`.
        series: String,
        /// The bound that is out of order.
        le: String,
    },
    /// A bucket with less than the one before.
    #[error("bucket `{le}` of `{series}` holds {count}, less than the {before} of the bucket before it")]
    DecreasingBuckets {
        /// The series, without `le`.
        series: String,
        /// The bound of the lesser bucket.
        le: String,
        /// What it holds.
        count: u64,
        /// What the one before it holds.
        before: u64,
    },
    /// A histogram without its last bucket.
    #[error("`{0}` has no bucket `+Inf`")]
    MissingInfBucket(String),
    /// A histogram or summary without one of its parts.
    #[error("`{series}` has no `{part}`")]
    MissingPart {
        /// The series, without `le`.
        series: String,
        /// `_sum` or `_count`.
        part: &'static str,
    },
    /// `_count` is not the `+Inf` bucket.
    #[error("`{series}` counts {count}, its bucket `+Inf` {buckets}")]
    CountMismatch {
        /// The series, without `le`.
        series: String,
        /// The value of `_count`.
        count: u64,
        /// The value of the `+Inf` bucket.
        buckets: u64,
    },
}
