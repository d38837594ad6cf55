//! An expression from the outside in: what each function, aggregation and operator is given.

use promql_parser::parser::value::ValueType;
use promql_parser::parser::{self, AggregateExpr, Call, Expr, LabelModifier};

use super::known::Known;
use super::shape::{Labels, Shape, Values};
use crate::lint::document::{Document, Expression, Purpose};
use crate::lint::finding::{Finding, Rule};
use crate::lint::promql::literals::without_backticks;
use crate::lint::promql::variables::{PLACEHOLDER, substitute};

/// Functions that take resets into account, which only counters have.
const FOR_COUNTERS: &[&str] = &["rate", "irate", "increase", "resets"];

/// Functions that take a reset for a change.
const FOR_GAUGES: &[&str] =
    &["delta", "idelta", "deriv", "predict_linear", "holt_winters", "double_exponential_smoothing"];

/// Aggregations that keep the series that they choose.
const CHOOSING: &[&str] = &["topk", "bottomk", "limitk", "limit_ratio"];

/// Checks one expression.
#[derive(Debug)]
pub(in crate::lint) struct Checker<'a> {
    pub(in crate::lint) known: &'a Known<'a>,
    found: Vec<(Rule, String, String)>,
}

impl<'a> Checker<'a> {
    pub(in crate::lint) fn new(known: &'a Known<'a>) -> Self {
        Self { known, found: Vec::new() }
    }

    /// What an expression gives, and nothing of what is wrong with it.
    pub(in crate::lint) fn shape(mut self, expression: &Expression) -> Shape {
        parse(expression).map_or_else(|_| Shape::unknown(), |parsed| self.expr(&parsed))
    }

    /// Looks for everything that is wrong.
    pub(in crate::lint) fn check(&mut self, expression: &Expression) {
        let parsed = match parse(expression) {
            Ok(parsed) => parsed,
            Err(error) => return self.report(Rule::Syntax, "", format!("not PromQL: {error}")),
        };
        let shape = self.expr(&parsed);
        if parsed.value_type() == ValueType::Matrix && !matches!(expression.purpose, Purpose::Example) {
            let message = "a range of values comes out, and rules and panels take one at a time; put it into `rate(..)` or the like";
            self.report(Rule::RangeVector, "", message.to_owned());
        }
        if let Purpose::Alert { templates } = &expression.purpose {
            self.idle_series(&parsed);
            self.templates(&shape.labels, templates);
        }
    }

    pub(in crate::lint) fn into_findings(self, document: &Document, expression: &Expression) -> Vec<Finding> {
        let finding =
            |(rule, word, message): (Rule, String, String)| document.finding(expression.lines, &word, rule, message);
        self.found.into_iter().map(finding).collect()
    }

    pub(in crate::lint) fn report(&mut self, rule: Rule, word: &str, message: String) {
        self.found.push((rule, word.to_owned(), message));
    }

    pub(in crate::lint) fn expr(&mut self, expr: &Expr) -> Shape {
        match expr {
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) => Shape::scalar(),
            Expr::VectorSelector(selector) => self.selector(selector),
            Expr::MatrixSelector(matrix) => self.selector(&matrix.vs),
            Expr::Paren(inner) => self.expr(&inner.expr),
            Expr::Subquery(inner) => self.expr(&inner.expr),
            Expr::Unary(inner) => Shape { values: Values::Unknown, ..self.expr(&inner.expr) },
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Call(call) => self.call(call),
            Expr::Extension(_) => Shape::unknown(),
        }
    }

    fn aggregate(&mut self, aggregate: &AggregateExpr) -> Shape {
        let operator = aggregate.op.to_string();
        if let Some(parameter) = &aggregate.param {
            self.expr(parameter);
        }
        let of = self.expr(&aggregate.expr);
        let listed = aggregate.modifier.as_ref().map(|modifier| modifier.labels().labels.clone()).unwrap_or_default();
        for label in listed.iter().filter(|label| !label.contains(PLACEHOLDER)) {
            if !of.labels.may_have(label, &self.known.of_the_scrape) {
                let what =
                    of.metric.as_deref().map_or_else(|| "what is aggregated".to_owned(), |name| format!("`{name}`"));
                self.unknown_label(&what, label, &of.labels);
            }
        }
        if CHOOSING.contains(&operator.as_str()) {
            return of;
        }
        let is_variable = listed.iter().any(|label| label.contains(PLACEHOLDER));
        let mut labels = match &aggregate.modifier {
            _ if is_variable => Labels { unknown: true, ..Labels::default() },
            Some(LabelModifier::Exclude(_)) => of.labels.drop(&listed),
            Some(LabelModifier::Include(_)) => of.labels.keep(&listed, &self.known.of_the_scrape),
            None => of.labels.keep(&[], &self.known.of_the_scrape),
        };
        if let (true, Some(Expr::StringLiteral(label))) = (operator == "count_values", aggregate.param.as_deref()) {
            labels.own.insert(label.val.clone());
        }
        let values = match operator.as_str() {
            "sum" | "min" | "max" | "avg" => of.values,
            _ => Values::Gauge,
        };
        Shape { labels, values, metric: of.metric, aggregated: true, scalar: false }
    }

    fn call(&mut self, call: &Call) -> Shape {
        let name = call.func.name;
        let shapes: Vec<Shape> = call.args.args.iter().map(|argument| self.expr(argument)).collect();
        let vector = shapes.iter().find(|shape| !shape.scalar).cloned();
        if FOR_COUNTERS.contains(&name) {
            self.counter_function(name, call, vector.as_ref());
        }
        if let (true, Some(Shape { values: Values::Counter, metric: Some(metric), .. })) =
            (FOR_GAUGES.contains(&name), &vector)
        {
            let message =
                format!("`{name}` takes each reset of the counter `{metric}` for a change; use `rate` or `increase`");
            self.report(Rule::DeltaOnCounter, name, message);
        }
        match name {
            "time" | "pi" | "scalar" => Shape::scalar(),
            "vector" => Shape { values: Values::Gauge, aggregated: true, ..Shape::default() },
            "histogram_quantile" => self.quantile(shapes),
            "absent" | "absent_over_time" => absent(vector),
            "label_replace" | "label_join" => relabelled(call, vector),
            "rate" | "irate" | "increase" => Shape { values: Values::Rate, ..vector.unwrap_or_else(Shape::unknown) },
            "sort" | "sort_desc" | "sort_by_label" | "sort_by_label_desc" | "last_over_time" => {
                vector.unwrap_or_else(Shape::unknown)
            }
            _ => Shape { values: Values::Gauge, ..vector.unwrap_or_default() },
        }
    }

    fn counter_function(&mut self, name: &str, call: &Call, of: Option<&Shape>) {
        let Some(of) = of else { return };
        if let (Values::Gauge, Some(metric)) = (of.values, &of.metric) {
            let message = format!("`{name}` is for counters, and `{metric}` is a gauge; use `delta` or `deriv`");
            return self.report(Rule::RateOnGauge, metric, message);
        }
        let is_subquery = call.args.args.iter().any(|argument| matches!(argument.as_ref(), Expr::Subquery(_)));
        if is_subquery && of.aggregated && of.values == Values::Counter {
            let message = format!(
                "`{name}` of a sum takes the restart of one process for a reset of all; sum the `{name}` instead"
            );
            self.report(Rule::RateAfterSum, name, message);
        }
    }

    fn quantile(&mut self, mut shapes: Vec<Shape>) -> Shape {
        let of = shapes.pop().unwrap_or_else(Shape::unknown);
        if !of.labels.unknown && !of.labels.own.contains("le") {
            let hint = match &of.metric {
                Some(metric) if metric.ends_with("_bucket") => {
                    "keep `le` in the aggregation: `sum by (le, ..)`".to_owned()
                }
                Some(metric) => format!("`{metric}` has no `le`; ask for the `_bucket` series of a histogram"),
                None => "it takes the `_bucket` series of a histogram".to_owned(),
            };
            self.report(Rule::QuantileWithoutLe, "histogram_quantile", format!("no quantile comes out: {hint}"));
        }
        Shape { labels: of.labels.drop(&["le".to_owned()]), values: Values::Gauge, ..of }
    }

    /// `rate(..) == 0` of every series on its own.
    fn idle_series(&mut self, expr: &Expr) {
        match expr {
            Expr::Paren(inner) => self.idle_series(&inner.expr),
            Expr::Binary(binary) => {
                let is_zero = |expr: &Expr| matches!(expr, Expr::NumberLiteral(number) if number.val == 0.0);
                let compares = ["==", "<="].contains(&binary.op.to_string().as_str()) && is_zero(&binary.rhs);
                let of = Checker::new(self.known).expr(&binary.lhs);
                if compares && of.values == Values::Rate && !of.aggregated {
                    let metric = of.metric.unwrap_or_default();
                    let message = format!(
                        "it fires for each series of `{metric}` that is idle, however busy the others are; aggregate first: `sum(rate({metric}[..])) == 0`"
                    );
                    self.report(Rule::ZeroOfEachSeries, &metric, message);
                }
                self.idle_series(&binary.lhs);
                self.idle_series(&binary.rhs);
            }
            _ => {}
        }
    }

    /// `$labels.x`, in annotations and labels.
    fn templates(&mut self, labels: &Labels, templates: &[String]) {
        for template in templates {
            for after in template.split("$labels.").skip(1) {
                let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
                let label = &after[..end];
                if !labels.may_have(label, &self.known.of_the_scrape) {
                    let has = labels.own.iter().cloned().collect::<Vec<_>>().join("`, `");
                    let has = if has.is_empty() { "no labels".to_owned() } else { format!("`{has}`") };
                    let message = format!("`$labels.{label}` is always empty: the alert has {has}");
                    self.report(Rule::TemplateLabel, &format!("$labels.{label}"), message);
                }
            }
        }
    }
}

fn parse(expression: &Expression) -> Result<Expr, String> {
    let is_grafana = matches!(expression.purpose, Purpose::Panel | Purpose::Example);
    let promql = without_backticks(&expression.promql);
    if is_grafana { parser::parse(&substitute(&promql)) } else { parser::parse(&promql) }
}

/// `absent` gives the labels that the selector names with `=`.
fn absent(of: Option<Shape>) -> Shape {
    let fixed = of.map(|of| of.labels.fixed).unwrap_or_default();
    let own = fixed.keys().cloned().collect();
    Shape {
        labels: Labels { own, fixed, ..Labels::default() },
        values: Values::Gauge,
        aggregated: true,
        ..Shape::default()
    }
}

/// The second argument is the label that is written.
fn relabelled(call: &Call, of: Option<Shape>) -> Shape {
    let mut shape = of.unwrap_or_else(Shape::unknown);
    if let Some(Expr::StringLiteral(label)) = call.args.args.get(1).map(AsRef::as_ref) {
        shape.labels.own.insert(label.val.clone());
        shape.labels.fixed.remove(&label.val);
    }
    shape
}
