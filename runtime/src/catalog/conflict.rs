//! Locations that declare one family differently.

use std::fmt;

use super::declaration::{Declaration, declarations};
use crate::meta::{Help, Location, Native, Objective};

/// Two places that declare one family differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The family's name.
    pub family: &'static str,
    /// What they disagree about.
    pub difference: Difference,
    /// The place that comes first in the order of files and lines.
    pub first: Location,
    /// The other one.
    pub second: Location,
}

/// What two places disagree about, and what each of them says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The kind of metric.
    Kind(&'static str, &'static str),
    /// The names of the labels.
    Labels(Vec<&'static str>, Vec<&'static str>),
    /// The text of `help`.
    Help(&'static str, &'static str),
    /// The bucket bounds, as text.
    Buckets(String, String),
    /// What is promised of the operation, as text.
    Objective(String, String),
}

/// Every family that two places declare differently.
///
/// `Debug` shows what `Display` does: it is what `check_catalog().unwrap()` prints in a test.
#[derive(Clone, PartialEq, Eq)]
pub struct Conflicts(pub Vec<Conflict>);

/// Checks that no two places of the linked program declare one family with different kinds, labels, buckets or HELP.
///
/// The exporter checks it when it is installed. As a test of your own crate it says so earlier:
///
/// ```
/// metrics_instrumented::check_catalog().unwrap();
/// ```
///
/// # Errors
/// [`Conflicts`], which names both places of each.
pub fn check_catalog() -> Result<(), Conflicts> {
    let all = declarations();
    let mut found = Vec::new();
    for same in all.chunk_by(|a, b| a.family.name == b.family.name) {
        let first = &same[0];
        // The first text that was asked for, wherever it stands: derived ones give way.
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
            if first.buckets != second.buckets || first.native != second.native {
                report(first, Difference::Buckets(buckets(first), buckets(second)));
            }
            if let (Some((first, one)), Some(other)) = (promising, second.objective)
                && one != other
            {
                report(first, Difference::Objective(promise(one), promise(other)));
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
        };
        write!(
            f,
            "`{family}` is declared with different {what}: {one} by `{}` at {}:{}, {other} by `{}` at {}:{}",
            first.item, first.file, first.line, second.item, second.file, second.line
        )
    }
}

/// A promise as the attribute says it.
fn promise(objective: &Objective) -> String {
    let Objective { success, latency, percent } = objective;
    let success = (*success > 0.0).then(|| format!("success = {success}"));
    let latency = (*latency > 0.0).then(|| format!("latency = {latency} @ {percent}"));
    let promised: Vec<String> = success.into_iter().chain(latency).collect();
    format!("`{}`", promised.join(", "))
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
