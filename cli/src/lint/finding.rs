//! What the linter reports: a rule, a place, a message.

use std::path::PathBuf;

use serde::Serialize;

/// What is wrong at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) file: PathBuf,
    /// From 1.
    pub(crate) line: usize,
    /// From 1.
    pub(crate) column: usize,
    pub(crate) level: Level,
    pub(crate) rule: Rule,
    pub(crate) message: String,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// It does not do what it says.
    Error,
    /// It works, and who reads it is left alone.
    Warning,
}

macro_rules! rules {
    ($($variant:ident $level:ident $name:literal $says:literal,)*) => {
        /// What is looked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub(crate) enum Rule {
            $(#[serde(rename = $name)] $variant,)*
        }

        impl Rule {
            /// All of them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in every output.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it means.
            pub(crate) const fn says(self) -> &'static str {
                match self { $(Self::$variant => $says,)* }
            }

            pub(crate) const fn level(self) -> Level {
                match self { $(Self::$variant => Level::$level,)* }
            }
        }
    };
}

rules! {
    File Error "file" "The file is not what it should be.",
    Syntax Error "syntax" "It is not PromQL.",
    RangeVector Error "range-vector" "A range of values stands where one value is wanted.",
    UnknownMetric Error "unknown-metric" "No series has this name.",
    UnknownName Warning "unknown-name" "The text names a metric that is not there.",
    UnknownLabel Error "unknown-label" "The series have no label of this name.",
    UnknownValue Error "unknown-value" "The label never has this value.",
    UnknownBucket Error "unknown-bucket" "The histogram has no bucket with this bound.",
    RateOnGauge Error "rate-on-gauge" "A function for counters is given a gauge.",
    DeltaOnCounter Warning "delta-on-counter" "A function for gauges is given a counter, whose resets it takes for changes.",
    RateAfterSum Error "rate-after-sum" "A rate of a sum takes the restart of one process for a reset of all.",
    QuantileWithoutLe Error "quantile-without-le" "A quantile is asked of what has no buckets.",
    NeverMatches Error "never-matches" "The two sides have no labels in common that could match, so nothing ever comes out.",
    ManyMatches Error "many-matches" "Several series of one side match one of the other, which Prometheus refuses.",
    AlwaysOne Error "always-one" "Each series is divided by itself.",
    ZeroOfEachSeries Error "zero-of-each-series" "The alert fires for each series that is idle, however busy the others are.",
    TemplateLabel Error "template-label" "A template names a label that the alert does not have.",
    MisplacedRules Error "misplaced-rules" "Rules stand where Prometheus refuses them.",
    PanelLegend Warning "panel-legend" "A panel's query has no legend.",
    PanelUnit Warning "panel-unit" "A panel has no unit.",
    PanelDatasource Warning "panel-datasource" "A panel has no data source.",
}

impl Level {
    /// The word for it in every output.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}
