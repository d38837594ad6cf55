//! Checks an expression from the inside out: the checks of an expression use the results of its parts.

use promql_parser::parser::value::ValueType;
use promql_parser::parser::{BinaryExpr, Expr};

use super::alert::{self, Condition};
use super::checker::Checker;
use super::shape::{Shape, ValueKind};
use super::{aggregation, call, matching, selector};
use crate::lint::document::{Expression, Purpose};
use crate::lint::finding::Rule;
use crate::lint::promql::{Failure, parse};

/// Returns the result of an expression.
pub(super) fn shape(checker: &mut Checker<'_>, expression: &Expression) -> Shape {
    parsed(checker, expression).map_or_else(|_| Shape::unknown(), |expr| walk(checker, &expr, Condition::No))
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
    let shape = walk(checker, &expr, if is_alert { Condition::Whole } else { Condition::No });
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

/// Returns the result of a part.
fn walk(checker: &mut Checker<'_>, expr: &Expr, condition: Condition) -> Shape {
    match expr {
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) => Shape::scalar(),
        Expr::VectorSelector(selector) => selector::check(checker, selector),
        Expr::MatrixSelector(matrix) => selector::check(checker, &matrix.vs),
        Expr::Paren(inner) => walk(checker, &inner.expr, condition),
        Expr::Subquery(inner) => walk(checker, &inner.expr, Condition::No),
        Expr::Unary(inner) => Shape { values: ValueKind::Unknown, ..walk(checker, &inner.expr, Condition::No) },
        Expr::Aggregate(aggregate) => {
            if let Some(parameter) = &aggregate.param {
                walk(checker, parameter, Condition::No);
            }
            let of = walk(checker, &aggregate.expr, Condition::No);
            aggregation::check(checker, aggregate, of)
        }
        Expr::Binary(binary) => operators(checker, binary, condition),
        Expr::Call(call) => {
            let shapes: Vec<Shape> =
                call.args.args.iter().map(|argument| walk(checker, argument, Condition::No)).collect();
            call::check(checker, call, &shapes)
        }
        Expr::Extension(_) => Shape::unknown(),
    }
}

/// `a + b + c + ..` is a tree as deep as it is long, and so is not walked by recursion.
fn operators(checker: &mut Checker<'_>, binary: &BinaryExpr, condition: Condition) -> Shape {
    let mut chain = vec![(binary, condition)];
    let mut last = binary;
    let mut of_operands = condition.of_operands(binary);
    while let Expr::Binary(inner) = last.lhs.as_ref() {
        chain.push((inner, of_operands));
        of_operands = of_operands.of_operands(inner);
        last = inner;
    }
    let mut left = walk(checker, &last.lhs, of_operands);
    for (binary, condition) in chain.into_iter().rev() {
        let right = walk(checker, &binary.rhs, condition.of_operands(binary));
        alert::check(checker, condition, binary, &left, &right);
        left = matching::check(checker, binary, left, &right);
    }
    left
}
