//! Alerts: conditions that hold too often, and labels that templates name.

use promql_parser::parser::{BinaryExpr, Expr};

use super::checker::Checker;
use super::shape::{Labels, Shape, ValueKind};
use super::template::labels_of;
use crate::lint::document::Span;
use crate::lint::finding::Rule;

/// The role of an operator in an alert's condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// Its result alone makes the alert fire.
    Whole,
    /// The alert fires only if another condition holds, too.
    Part,
    /// It computes something that the condition needs.
    No,
}

impl Condition {
    /// Returns the role of the operands of an operator with this role.
    pub(super) fn of_operands(self, binary: &BinaryExpr) -> Self {
        match (self, binary.op.to_string().as_str()) {
            (Self::No, _) => Self::No,
            (_, "or") => self,
            (_, "and" | "unless") => Self::Part,
            _ => Self::No,
        }
    }
}

/// Checks an operator of an alert's condition.
pub(super) fn check(checker: &mut Checker<'_>, condition: Condition, binary: &BinaryExpr, left: &Shape, right: &Shape) {
    let operator = binary.op.to_string();
    let returns_bool = binary.modifier.as_ref().is_some_and(|modifier| modifier.return_bool);
    if condition != Condition::No && returns_bool && !(left.scalar && right.scalar) {
        let message = format!(
            "with `bool` the comparison returns 0 or 1, and an alert fires for both; write `{operator}` without `bool`"
        );
        return checker.report(Rule::BoolInAlert, "bool", message);
    }
    if condition != Condition::Whole {
        return;
    }
    let sides = [(left, &binary.rhs, operator.as_str()), (right, &binary.lhs, mirrored(&operator))];
    for (shape, other, operator) in sides {
        let Some(number) = number(other) else { continue };
        let metric = shape.metric.as_deref().unwrap_or("..");
        if shape.values == ValueKind::Rate && !shape.aggregated && ["==", "<="].contains(&operator) && number == 0.0 {
            let message = format!(
                "it fires for each series of `{metric}` that is idle, however busy the others are; aggregate first: `sum(rate({metric}[..])) == 0`"
            );
            checker.report(Rule::ZeroOfEachSeries, metric, message);
        }
        // `> 0` asks whether it ever happened, which a raw counter answers.
        let is_threshold = (operator == ">" && number > 0.0) || (operator == ">=" && number > 1.0);
        if shape.values == ValueKind::Counter && is_threshold && !shape.native {
            let message = format!(
                "`{metric}` only grows, so the alert fires until the process restarts; use `increase({metric}[..])`"
            );
            checker.report(Rule::RawCounter, metric, message);
        }
    }
}

fn number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::NumberLiteral(number) => Some(number.val),
        Expr::Paren(inner) => number(&inner.expr),
        _ => None,
    }
}

/// The operator with its sides exchanged.
fn mirrored(operator: &str) -> &str {
    match operator {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        other => other,
    }
}

/// Checks the labels that annotations and labels name.
pub(super) fn templates(checker: &mut Checker<'_>, labels: &Labels, templates: &[(String, Span)]) {
    for (template, span) in templates {
        for used in labels_of(template) {
            if !labels.may_have(&used.label, &checker.known.target_labels) {
                let names = labels.names().join("`, `");
                let has = if names.is_empty() { "no labels".to_owned() } else { format!("`{names}`") };
                let message = format!("`{}` is always empty: the alert has {has}", used.text);
                checker.report_in(Rule::TemplateLabel, &used.text, message, Some(span.clone()));
            }
        }
    }
}
