//! The rules of the linter.

use crate::report::finding::rules;

/// What the linter reports.
pub(crate) type Finding = crate::report::finding::Finding<Rule>;

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
