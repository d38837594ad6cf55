//! The rules of the linter.

use crate::report::finding::rules;

/// A finding of the linter.
pub(crate) type Finding = crate::report::finding::Finding<Rule>;

rules! {
    File Error "file" "The file is invalid.",
    Syntax Error "syntax" "The query is not PromQL.",
    TooLarge Warning "too-large" "The query is too large to check.",
    RangeVector Error "range-vector" "The result is a range of values where one value is needed.",
    UnknownMetric Error "unknown-metric" "No series has this name.",
    UnknownName Warning "unknown-name" "The text mentions a metric that does not exist.",
    UnknownLabel Error "unknown-label" "The series have no label of this name.",
    UnknownValue Error "unknown-value" "The label never has this value.",
    UnknownBucket Error "unknown-bucket" "The histogram has no bucket with this bound.",
    Contradiction Error "contradiction" "The matchers of a label contradict each other.",
    RateOnGauge Error "rate-on-gauge" "A function for counters is applied to a gauge.",
    RateOfRate Error "rate-of-rate" "A function for counters is applied to a rate.",
    DeltaOnCounter Warning "delta-on-counter" "A function for gauges is applied to a counter and treats its resets as changes.",
    DifferenceOfCounter Warning "difference-of-counter" "A difference of a counter at two times is wrong after a restart.",
    RateAfterSum Error "rate-after-sum" "A rate of a sum treats the restart of one process as a reset of the sum.",
    QuantileWithoutLe Error "quantile-without-le" "A quantile is computed from series without buckets.",
    QuantileWithoutRate Warning "quantile-without-rate" "A quantile is computed from everything since the start of the processes.",
    QuantileRange Error "quantile-range" "A quantile is not between 0 and 1.",
    ScalarOfMany Error "scalar-of-many" "`scalar` is applied to several series and returns NaN.",
    NeverMatches Error "never-matches" "The two sides cannot have matching series.",
    ManyMatches Error "many-matches" "Several series of one side match one series of the other side, which Prometheus rejects.",
    AlwaysOne Error "always-one" "Each series is divided by itself.",
    AbsentValue Warning "absent-value" "The alert fires for each value of a label that was idle, because such values expire.",
    ZeroOfEachSeries Error "zero-of-each-series" "The alert fires for each series that is idle, however busy the others are.",
    BoolInAlert Error "bool-in-alert" "The alert fires whether its comparison is true or false.",
    RawCounter Warning "raw-counter" "The alert compares a counter, which only increases, so it fires until the process restarts.",
    SumOfAges Warning "sum-of-ages" "A sum of ages or peaks, or an average of ages, has no meaning.",
    TemplateLabel Error "template-label" "A template names a label that the alert does not have.",
    MisplacedRules Error "misplaced-rules" "Rules are at a place where Prometheus rejects them.",
    PanelLegend Warning "panel-legend" "A panel's query has no legend.",
    PanelUnit Warning "panel-unit" "A panel has no unit.",
    PanelDatasource Warning "panel-datasource" "A panel has no data source.",
}
