//! Names of functions of newer servers, and placeholders for variables of Grafana.

use std::sync::Once;

use promql_parser::parser::function::{Function, register_extra_functions};
use promql_parser::parser::value::ValueType::{Matrix, Scalar, Vector};

/// Functions that Prometheus 2 does not have, or has behind a feature flag in its last versions.
pub(super) const FUNCTIONS_OF_3: &[&str] = &[
    "double_exponential_smoothing",
    "first_over_time",
    "histogram_avg",
    "histogram_quantiles",
    "histogram_stddev",
    "histogram_stdvar",
    "info",
    "integral",
    "mad_over_time",
    "max_of",
    "min_of",
    "sort_by_label",
    "sort_by_label_desc",
    "start_timestamp",
    "step",
    "ts_of_first_over_time",
    "ts_of_last_over_time",
    "ts_of_max_over_time",
    "ts_of_min_over_time",
];

/// Aggregations that Prometheus 2 has only behind a feature flag in its last versions.
pub(super) const AGGREGATORS_OF_3: &[&str] = &["limitk", "limit_ratio"];

/// Modifiers of Prometheus 3.
pub(super) const KEYWORDS_OF_3: &[&str] = &["anchored", "smoothed", "fill", "fill_left", "fill_right"];

/// Keywords before lists of labels.
pub(super) const LISTING: &[&str] = &["by", "without", "on", "ignoring", "group_left", "group_right"];

/// The placeholder for a variable of Grafana in names and strings.
pub(in crate::lint) const PLACEHOLDER: &str = "grafana_variable";

/// Placeholder functions for a variable of Grafana, one for each form of arguments; nothing is known about their results.
pub(in crate::lint) const VARIABLE_FUNCTIONS: &[&str] =
    &["grafana_function", "grafana_range_function", "grafana_scalar_function", "grafana_scalar_range_function"];

/// Adds functions that the parser's library does not have.
pub(super) fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let arguments = [vec![Vector], vec![Matrix], vec![Scalar, Vector], vec![Scalar, Matrix]];
        let variables = VARIABLE_FUNCTIONS.iter().zip(arguments);
        let mut functions: Vec<Function> =
            variables.map(|(name, arguments)| Function::new(name, arguments, 0, Vector, false)).collect();
        functions.push(Function::new("holt_winters", vec![Matrix, Scalar, Scalar], 0, Vector, false));
        // It fails only if the library already has the function.
        let _ = register_extra_functions(functions);
    });
}
