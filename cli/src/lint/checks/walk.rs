//! An expression from the inside out: the results of the parts are what the checks of the whole are given.

use promql_parser::parser::value::ValueType;
use promql_parser::parser::{BinaryExpr, Expr};

use super::checker::Checker;
use super::shape::{Shape, Values};
use super::{aggregation, alert, call, matching, selector};
use crate::lint::document::{Expression, Purpose};
use crate::lint::finding::Rule;
use crate::lint::promql::{Failure, parse};

/// Returns the result of an expression.
pub(super) fn shape(checker: &mut Checker<'_>, expression: &Expression) -> Shape {
    parsed(checker, expression).map_or_else(|_| Shape::unknown(), |expr| walk(checker, &expr, false))
}

/// Reports everything that is wrong with an expression.
pub(super) fn check(checker: &mut Checker<'_>, expression: &Expression) {
    let expr = match parsed(checker, expression) {
        Ok(expr) => expr,
        Err(Failure::Syntax(error)) => {
            return checker.report(Rule::Syntax, "", format!("not PromQL: {error}"));
        }
        Err(Failure::TooLarge(reason)) => {
            return checker.report(Rule::TooLarge, "", format!("the expression is too large to check: {reason}"));
        }
    };
    let is_alert = matches!(expression.purpose, Purpose::Alert { .. });
    let shape = walk(checker, &expr, is_alert);
    if expr.value_type() == ValueType::Matrix && !matches!(expression.purpose, Purpose::Example) {
        let message = "the result is a range of values, and rules and panels need one value at a time; use `rate(..)` or another function";
        checker.report(Rule::RangeVector, "", message.to_owned());
    }
    if is_alert || matches!(expr, Expr::VectorSelector(_)) {
        selector::refuse_native(checker, &shape);
    }
    if let Purpose::Alert { templates } = &expression.purpose {
        alert::templates(checker, &shape.labels, templates);
    }
}

fn parsed(checker: &Checker<'_>, expression: &Expression) -> Result<Expr, Failure> {
    let is_grafana = matches!(expression.purpose, Purpose::Panel | Purpose::Example);
    parse(&expression.promql, is_grafana, checker.known.server)
}

/// Returns the result of a part. An operand of an alert's condition decides whether the alert fires.
fn walk(checker: &mut Checker<'_>, expr: &Expr, is_condition: bool) -> Shape {
    match expr {
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) => Shape::scalar(),
        Expr::VectorSelector(selector) => selector::check(checker, selector),
        Expr::MatrixSelector(matrix) => selector::check(checker, &matrix.vs),
        Expr::Paren(inner) => walk(checker, &inner.expr, is_condition),
        Expr::Subquery(inner) => walk(checker, &inner.expr, false),
        Expr::Unary(inner) => Shape { values: Values::Unknown, ..walk(checker, &inner.expr, false) },
        Expr::Aggregate(aggregate) => {
            if let Some(parameter) = &aggregate.param {
                walk(checker, parameter, false);
            }
            let of = walk(checker, &aggregate.expr, false);
            aggregation::check(checker, aggregate, of)
        }
        Expr::Binary(binary) => operators(checker, binary, is_condition),
        Expr::Call(call) => {
            let shapes = call.args.args.iter().map(|argument| walk(checker, argument, false)).collect();
            call::check(checker, call, shapes)
        }
        Expr::Extension(_) => Shape::unknown(),
    }
}

/// `a + b + c + ..` is a tree as deep as it is long, and so is not walked by recursion.
fn operators(checker: &mut Checker<'_>, binary: &BinaryExpr, is_condition: bool) -> Shape {
    let mut chain = vec![(binary, is_condition)];
    let mut last = binary;
    let mut is_operand = is_condition && matching::is_set(binary);
    while let Expr::Binary(inner) = last.lhs.as_ref() {
        chain.push((inner, is_operand));
        is_operand = is_operand && matching::is_set(inner);
        last = inner;
    }
    let mut left = walk(checker, &last.lhs, is_operand);
    for (binary, is_condition) in chain.into_iter().rev() {
        let right = walk(checker, &binary.rhs, is_condition && matching::is_set(binary));
        if is_condition {
            alert::condition(checker, binary, &left, &right);
        }
        left = matching::check(checker, binary, left, &right);
    }
    left
}
