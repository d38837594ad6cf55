//! Recording rules: queries that dashboards and alerts evaluate repeatedly.

use super::model::Rule;
use super::subject::Subject;

/// Throughput, error ratio and quantiles, over short and long ranges.
pub(super) fn records(subject: &Subject<'_>) -> Vec<Rule> {
    let queries = subject.queries();
    let mut rules = Vec::new();
    let mut push = |what: String, expr: Option<String>| {
        rules.extend(expr.map(|expr| Rule::Record { name: subject.record(&what), expr }));
    };
    push("rate5m".to_owned(), queries.throughput(&subject.scope("5m")));
    for range in ["5m", "1h"] {
        push(format!("error_ratio_rate{range}"), queries.error_ratio(&subject.scope(range)));
    }
    for (quantile, range) in [(0.5, "5m"), (0.95, "5m"), (0.99, "5m"), (0.95, "1d")] {
        push(quantile_name(quantile, range), queries.quantile(quantile, &subject.scope(range)));
    }
    rules
}

/// The name of the recorded quantile of a duration, such as `duration_seconds_p95_rate5m`.
pub(super) fn quantile_name(quantile: f64, range: &str) -> String {
    let percent = format!("{}", (quantile * 100_000.0).round() / 1_000.0).replace('.', "_");
    format!("duration_seconds_p{percent}_rate{range}")
}
