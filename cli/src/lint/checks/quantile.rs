//! Quantiles of histograms.

use promql_parser::parser::Call;

use super::aggregation::quantile_parameter;
use super::checker::Checker;
use super::shape::{Presence, Shape, ValueKind};
use crate::lint::finding::Rule;

pub(super) fn check(checker: &mut Checker<'_>, call: &Call, of: Shape) -> Shape {
    let function = call.func.name;
    quantile_parameter(checker, call.args.args.first().map(AsRef::as_ref), function);
    let has_buckets = of.native || of.labels.presence("le", &checker.known.target_labels) > Presence::Never;
    if !has_buckets {
        let hint = match &of.metric {
            Some(metric) if metric.ends_with("_bucket") => "keep `le` in the aggregation: `sum by (le, ..)`".to_owned(),
            Some(metric) => format!("`{metric}` has no `le`; use the `_bucket` series of a histogram"),
            None => "use the `_bucket` series of a histogram".to_owned(),
        };
        checker.report(Rule::QuantileWithoutLe, function, format!("the result is empty without `le`: {hint}"));
    } else if of.values == ValueKind::Counter {
        let metric = of.metric.as_deref().unwrap_or("..");
        let message = format!(
            "the quantile covers all values since the start of each process; for recent values use `rate({metric}[5m])`"
        );
        checker.report(Rule::QuantileWithoutRate, function, message);
    }
    Shape { labels: of.labels.drop(&["le".to_owned()]), values: ValueKind::Gauge, native: false, ..of }
}
