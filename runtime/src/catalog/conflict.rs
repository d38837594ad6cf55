//! Conflicts: one family, declared differently at two locations.

use std::fmt;

use super::declaration::{Declaration, declarations};
use crate::meta::{Help, Location, Native, Objective};

/// Two different declarations of one family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The family's name.
    pub family: &'static str,
    /// The difference.
    pub difference: Difference,
    /// The location of the first declaration, in the order of files and lines.
    pub first: Location,
    /// The location of the second declaration.
    pub second: Location,
}

/// The difference between two declarations, with the value of each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The kind of metric.
    Kind(&'static str, &'static str),
    /// The names of the labels.
    Labels(Vec<&'static str>, Vec<&'static str>),
    /// The labels with `idle`, and their seconds, as text.
    Idle(String, String),
    /// The text of `help`.
    Help(&'static str, &'static str),
    /// The bucket bounds, as text.
    Buckets(String, String),
    /// The objective, as text.
    Objective(String, String),
}

/// All families with different declarations.
///
/// `Debug` prints the same as `Display`, so that `check_catalog().unwrap()` prints a readable message in a test.
#[derive(Clone, PartialEq, Eq)]
pub struct Conflicts(pub Vec<Conflict>);

/// Checks that all declarations of a family in the linked program have the same kind, names of labels, `idle`, buckets and, where they are written, the same
/// `help` and objective. The labels and `idle` of functions without a `name`, which share their families, are not compared. Everything else may differ, such as
/// the values of labels and of outcomes, caps and sampling.
///
/// The exporter checks this when it is installed. A test in your crate finds conflicts earlier:
///
/// ```standalone_crate
/// metrics_instrumented::check_catalog().unwrap();
/// ```
///
/// # Errors
/// [`Conflicts`], with both locations of each conflict.
pub fn check_catalog() -> Result<(), Conflicts> {
    let all = declarations();
    let mut found = Vec::new();
    for same in all.chunk_by(|a, b| a.family.name == b.family.name) {
        let first = &same[0];
        // The first explicit `help` counts; derived texts are replaced by it without a conflict.
        let explicit = same.iter().find(|one| matches!(one.family.help, Help::Explicit(_)));
        let promising = same.iter().find_map(|one| Some((one, one.objective?)));
        for second in &same[1..] {
            let mut report = |first: &Declaration, difference| {
                found.push(Conflict {
                    family: second.family.name,
                    difference,
                    first: first.location,
                    second: second.location,
                });
            };
            if first.kind != second.kind {
                report(first, Difference::Kind(first.kind.word(), second.kind.word()));
                continue;
            }
            if first.labels != second.labels && !(first.has_site_labels && second.has_site_labels) {
                report(first, Difference::Labels(first.labels.clone(), second.labels.clone()));
            }
            if first.idle != second.idle && !(first.has_site_labels && second.has_site_labels) {
                report(first, Difference::Idle(idle(first), idle(second)));
            }
            if first.buckets != second.buckets || first.native != second.native {
                report(first, Difference::Buckets(buckets(first), buckets(second)));
            }
            if let (Some((first, one)), Some(other)) = (promising, second.objective)
                && one != other
            {
                report(first, Difference::Objective(objective(one), objective(other)));
            }
            if let (Some(explicit), Help::Explicit(help)) = (explicit, second.family.help)
                && explicit.family.help.text() != help
            {
                report(explicit, Difference::Help(explicit.family.help.text(), help));
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Conflicts(found)) }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { family, difference, first, second } = self;
        let (what, one, other) = match difference {
            Difference::Kind(one, other) => ("kind", (*one).to_owned(), (*other).to_owned()),
            Difference::Labels(one, other) => ("labels", names(one), names(other)),
            Difference::Help(one, other) => ("help", format!("{one:?}"), format!("{other:?}")),
            Difference::Buckets(one, other) => ("buckets", one.clone(), other.clone()),
            Difference::Objective(one, other) => ("objectives", one.clone(), other.clone()),
            Difference::Idle(one, other) => ("`idle`", one.clone(), other.clone()),
        };
        write!(
            f,
            "`{family}` is declared with different {what}: {one} by `{}` at {}:{}, {other} by `{}` at {}:{}",
            first.item, first.file, first.line, second.item, second.file, second.line
        )
    }
}

/// The labels whose values expire.
fn idle(declaration: &Declaration) -> String {
    let labels: Vec<String> =
        declaration.idle.iter().map(|(label, seconds)| format!("{seconds} for `{label}`")).collect();
    if labels.is_empty() { "none".to_owned() } else { labels.join(", ") }
}

/// An objective, in the syntax of the attribute.
fn objective(objective: &Objective) -> String {
    let Objective { success, latency, percent } = objective;
    let success = (*success > 0.0).then(|| format!("success = {success}"));
    let latency = (*latency > 0.0).then(|| format!("latency = {latency} @ {percent}"));
    let parts: Vec<String> = success.into_iter().chain(latency).collect();
    format!("`{}`", parts.join(", "))
}

fn buckets(declaration: &Declaration) -> String {
    let bounds = format!("{:?}", declaration.buckets);
    match declaration.native {
        Some(Native { schema, classic: true }) => format!("{bounds} beside native buckets of schema {schema}"),
        Some(Native { schema, classic: false }) => format!("native buckets of schema {schema}, shown as {bounds}"),
        None => bounds,
    }
}

fn names(labels: &[&str]) -> String {
    if labels.is_empty() { "none".to_owned() } else { format!("`{}`", labels.join("`, `")) }
}

impl fmt::Display for Conflicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, conflict) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            conflict.fmt(f)?;
        }
        f.write_str(
            "\ngive them one declaration, for instance a struct with `#[derive(Operation)]`, or different names",
        )
    }
}

impl fmt::Debug for Conflicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Conflicts {}
