//! Operators between two vectors: whether their series can ever match.

use std::collections::BTreeSet;
use std::fmt::Write;

use promql_parser::parser::{BinaryExpr, Expr, LabelModifier, VectorMatchCardinality};

use super::expression::Checker;
use super::shape::{Labels, Shape, Values};
use crate::lint::finding::Rule;

impl Checker<'_> {
    /// What an operator gives.
    pub(in crate::lint) fn binary(&mut self, binary: &BinaryExpr) -> Shape {
        let (left, right) = (self.expr(&binary.lhs), self.expr(&binary.rhs));
        let operator = binary.op.to_string();
        let compares = ["==", "!=", "<", "<=", ">", ">="].contains(&operator.as_str());
        match (left.scalar, right.scalar) {
            (true, true) => return Shape::scalar(),
            (false, true) if compares => return left,
            (true, false) if compares => return right,
            (false, true) => return Shape { values: arithmetic(left.values), ..left },
            (true, false) => return Shape { values: arithmetic(right.values), ..right },
            (false, false) => {}
        }
        let matching = binary.modifier.as_ref().and_then(|modifier| modifier.matching.as_ref());
        let cardinality = binary.modifier.as_ref().map(|modifier| &modifier.card);
        if !left.labels.unknown && !right.labels.unknown {
            if operator == "/" && is_same_query(binary) && is_part_of_itself(&left, &right, matching) {
                let metric = left.metric.clone().unwrap_or_default();
                let message = format!(
                    "each series of `{metric}` is divided by itself, which is always 1; aggregate both sides: `sum(..) / sum(..)`"
                );
                self.report(Rule::AlwaysOne, &metric, message);
            } else {
                self.sides(&operator, &left, &right, matching, cardinality);
            }
        }
        let values =
            if ["and", "or", "unless"].contains(&operator.as_str()) || compares { left.values } else { Values::Gauge };
        let aggregated = left.aggregated || right.aggregated;
        let metric = if left.metric == right.metric { left.metric.clone() } else { None };
        Shape {
            labels: result(&operator, &left, &right, matching, cardinality),
            values,
            metric,
            aggregated,
            scalar: false,
        }
    }

    fn sides(
        &mut self,
        operator: &str,
        left: &Shape,
        right: &Shape,
        matching: Option<&LabelModifier>,
        cardinality: Option<&VectorMatchCardinality>,
    ) {
        let word = operator;
        if let Some(LabelModifier::Include(on)) = matching {
            for (side, shape) in [("left", left), ("right", right)] {
                let lacks = |label: &&String| !shape.labels.may_have(label, &self.known.of_the_scrape);
                let lacking: Vec<String> = on.labels.iter().filter(lacks).cloned().collect();
                for label in lacking {
                    self.unknown_label(&format!("the {side} side of `{word}`"), &label, &shape.labels);
                }
            }
        } else if operator != "or"
            && let Some(message) = never(operator, &left.labels, &right.labels, matching)
        {
            return self.report(Rule::NeverMatches, word, message);
        }
        if operator != "or"
            && let Some(message) = different_values(&left.labels, &right.labels, matching)
        {
            return self.report(Rule::NeverMatches, word, message);
        }
        if ["and", "or", "unless"].contains(&operator) {
            return;
        }
        self.cardinality(word, left, right, matching, cardinality);
    }

    /// Several series on a side that may have only one for each match.
    fn cardinality(
        &mut self,
        word: &str,
        left: &Shape,
        right: &Shape,
        matching: Option<&LabelModifier>,
        cardinality: Option<&VectorMatchCardinality>,
    ) {
        let Some(matching) = matching else { return };
        let (may_left, may_right) = match cardinality {
            Some(VectorMatchCardinality::ManyToOne(_)) => (true, false),
            Some(VectorMatchCardinality::OneToMany(_)) => (false, true),
            _ => (false, false),
        };
        let listed: BTreeSet<String> = matching.labels().labels.iter().cloned().collect();
        for (side, shape, may, group) in
            [("left", left, may_left, "group_left"), ("right", right, may_right, "group_right")]
        {
            let many = match matching {
                LabelModifier::Include(_) => shape.labels.varying(&listed),
                LabelModifier::Exclude(_) => {
                    shape.labels.varying(&BTreeSet::new()).into_iter().filter(|label| listed.contains(*label)).collect()
                }
            };
            if !may && !many.is_empty() {
                let message = format!(
                    "the {side} side has several series for each match, by `{}`, and Prometheus refuses that; aggregate it, or say `{group}`",
                    many.join("`, `")
                );
                self.report(Rule::ManyMatches, word, message);
            }
        }
    }
}

const fn arithmetic(values: Values) -> Values {
    match values {
        // `rate(..) * 60` is a rate as well.
        Values::Rate => Values::Rate,
        _ => Values::Gauge,
    }
}

/// Why no series can match, if all labels have to agree but some.
fn never(operator: &str, left: &Labels, right: &Labels, matching: Option<&LabelModifier>) -> Option<String> {
    let ignored: BTreeSet<&String> =
        matching.map(|matching| matching.labels().labels.iter().collect()).unwrap_or_default();
    let only = |one: &Labels, other: &Labels| -> Vec<String> {
        one.own.iter().filter(|label| !other.own.contains(*label) && !ignored.contains(label)).cloned().collect()
    };
    let (only_left, only_right) = (only(left, right), only(right, left));
    let mut says = Vec::new();
    for (labels, side) in [(&only_left, "left"), (&only_right, "right")] {
        if !labels.is_empty() {
            says.push(format!("`{}` is only on the {side}", labels.join("`, `")));
        }
    }
    let mut hint = String::from("aggregate both sides by the same labels");
    if left.of_the_scrape == right.of_the_scrape {
        let all: Vec<_> = only_left.into_iter().chain(only_right).collect();
        if !["and", "unless"].contains(&operator) {
            let _ = write!(hint, ", or say `ignoring ({})`", all.join(", "));
        }
    } else {
        let side = if left.of_the_scrape { "left" } else { "right" };
        says.push(format!("`job` and `instance` are only on the {side}"));
    }
    let nothing = if operator == "unless" { "nothing is ever taken away" } else { "nothing ever comes out" };
    (!says.is_empty()).then(|| format!("{nothing}: {}; {hint}", says.join(", and ")))
}

/// Why no series can match: a label has one value here and another one there.
fn different_values(left: &Labels, right: &Labels, matching: Option<&LabelModifier>) -> Option<String> {
    let compared = |label: &str| match matching {
        None => true,
        Some(LabelModifier::Include(on)) => on.labels.iter().any(|one| one == label),
        Some(LabelModifier::Exclude(ignored)) => !ignored.labels.iter().any(|one| one == label),
    };
    let (label, ours, theirs) = left.fixed.iter().find_map(|(label, ours)| {
        let theirs = right.fixed.get(label)?;
        (theirs != ours && compared(label)).then_some((label, ours, theirs))
    })?;
    Some(format!(
        "nothing ever comes out: `{label}` is `{ours}` on the left and `{theirs}` on the right; say `ignoring ({label})`, or aggregate both sides"
    ))
}

/// Whether both sides ask the same, but for their matchers: another range, function or offset gives other values.
fn is_same_query(binary: &BinaryExpr) -> bool {
    let without_matchers = |expr: &Expr| {
        let text = expr.to_string();
        let mut parts = text.split('{');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + part.split_once('}').map_or(part, |(_, after)| after))
    };
    without_matchers(&binary.lhs) == without_matchers(&binary.rhs)
}

/// Whether one side of a division has nothing but series of the other side.
fn is_part_of_itself(left: &Shape, right: &Shape, matching: Option<&LabelModifier>) -> bool {
    let same = left.metric.is_some() && left.labels.own == right.labels.own;
    let compared = same && matching.is_none() && different_values(&left.labels, &right.labels, None).is_none();
    // Summed by it, a label that one side asks for a value of has only that value on the other side as well.
    let narrowed = |a: &Shape, b: &Shape| {
        a.labels.fixed.keys().any(|label| a.labels.own.contains(label) && !b.labels.fixed.contains_key(label))
    };
    let plain = !left.aggregated && !right.aggregated;
    compared && (plain || (left.aggregated && right.aggregated && (narrowed(left, right) || narrowed(right, left))))
}

fn result(
    operator: &str,
    left: &Shape,
    right: &Shape,
    matching: Option<&LabelModifier>,
    cardinality: Option<&VectorMatchCardinality>,
) -> Labels {
    if left.labels.unknown || right.labels.unknown {
        return Labels { unknown: true, ..Labels::default() };
    }
    match operator {
        "and" | "unless" => return left.labels.clone(),
        "or" => {
            // Either side's series: only what both have is sure.
            let own = left.labels.own.intersection(&right.labels.own).cloned().collect();
            let of_the_scrape = left.labels.of_the_scrape && right.labels.of_the_scrape;
            return Labels { own, of_the_scrape, ..Labels::default() };
        }
        _ => {}
    }
    let with = |labels: &Labels, more: &[String]| {
        let mut labels = labels.clone();
        labels.own.extend(more.iter().cloned());
        labels
    };
    match cardinality {
        Some(VectorMatchCardinality::ManyToOne(more)) => return with(&left.labels, &more.labels),
        Some(VectorMatchCardinality::OneToMany(more)) => return with(&right.labels, &more.labels),
        _ => {}
    }
    match matching {
        None => left.labels.clone(),
        Some(LabelModifier::Exclude(ignored)) => left.labels.drop(&ignored.labels),
        Some(LabelModifier::Include(on)) => {
            let own: BTreeSet<String> = on.labels.iter().cloned().collect();
            let fixed = left.labels.fixed.iter().filter(|(label, _)| own.contains(*label));
            let fixed = fixed.map(|(label, value)| (label.clone(), value.clone())).collect();
            Labels { own, fixed, facts: left.labels.facts.clone(), ..Labels::default() }
        }
    }
}
