//! Families of a target, compared with the declared ones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::model::Allowed;
use super::rule::{Finding, Rule};
use super::series::Wrong;
use super::{histogram, series};
use crate::catalogue::{Catalogue, Family, Kind};
use crate::exposition::model::{self, Exposition};
use crate::report::finding::Rules;
use crate::suggest::nearest;

/// Returns the findings, in the order of the lines.
pub(super) fn check(target: &str, exposition: &Exposition, catalogue: &Catalogue, allowed: &Allowed) -> Vec<Finding> {
    let finding = |rule: Rule, line: usize, column: usize, message: String| Finding {
        file: Path::new(target).to_owned(),
        line,
        column,
        level: rule.level(),
        rule,
        message,
    };
    let mut findings: Vec<Finding> = exposition
        .problems
        .iter()
        .map(|problem| finding(Rule::Syntax, problem.line, problem.column, problem.message.clone()))
        .collect();
    for (rule, line, message) in families(exposition, catalogue, allowed) {
        findings.push(finding(rule, line, 1, message));
    }
    findings.sort_by_key(|finding| (finding.line, finding.column, finding.rule));
    findings
}

fn families(exposition: &Exposition, catalogue: &Catalogue, allowed: &Allowed) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let has_lines =
        |family: &model::Family| !family.samples.is_empty() || family.is_damaged || family.has_mistyped_values;
    let served = |name: &str| exposition.families.iter().any(|family| family.name == name && has_lines(family));
    let mut untyped: BTreeMap<&str, usize> = BTreeMap::new();
    for family in &exposition.families {
        if let Some(whole) = histogram_of(family, catalogue) {
            untyped.entry(&whole.name).or_insert(family.line);
        }
    }
    let is_missing = |family: &&Family| !served(&family.name) && !untyped.contains_key(family.name.as_str());
    let mut missing: Vec<&Family> = catalogue.families.iter().filter(is_missing).collect();
    let global = exposition.global_labels(|name| catalogue.family(name).is_some());
    for family in &exposition.families {
        if let Some(declared) = catalogue.family(&family.name) {
            wrong.extend(collected(compare(declared, family, exposition, allowed, &global)));
        } else if histogram_of(family, catalogue).is_none()
            && !is_start_of_declared(family, catalogue)
            && !family.is_of_the_exporter()
            && !allowed.metrics.matches(&family.name)
        {
            let near = nearest(&family.name, missing.iter().map(|family| family.name.clone()));
            let hint = match &near {
                Some(near) => format!("; the declared `{near}` is missing: rename one of them"),
                None => "; declare it, or allow it with `--allow`".to_owned(),
            };
            missing.retain(|family| Some(&family.name) != near.as_ref());
            wrong.push((
                Rule::UndeclaredFamily,
                family.line,
                format!("the code does not declare `{}`{hint}", family.name),
            ));
        }
    }
    for (name, line) in untyped {
        if exposition.families.iter().all(|family| family.name != name) {
            wrong.push((Rule::WrongKind, line, format!("`{name}` is declared as a histogram and served as untyped")));
        }
    }
    for family in missing {
        if allowed.metrics.matches(&family.name) {
            continue;
        }
        let (kind, name) = (family.kind.word(), &family.name);
        wrong.push(if family.is_zero_initialised_within(allowed.zero_series) {
            (Rule::MissingFamily, 1, format!("the target does not serve the {kind} `{name}`"))
        } else {
            (Rule::UnrecordedFamily, 1, format!("the {kind} `{name}` has no series; nothing has recorded it yet"))
        });
    }
    wrong
}

/// Returns the declared histogram of samples without a type: the target serves it as another type, or without one.
fn histogram_of<'a>(family: &model::Family, catalogue: &'a Catalogue) -> Option<&'a Family> {
    let (whole, part) = catalogue.family_of_series(&family.name)?;
    (family.kind.is_none() && !part.is_empty()).then_some(whole)
}

/// Whether these samples are the start times of a declared family that is served as another type, or without one.
fn is_start_of_declared(family: &model::Family, catalogue: &Catalogue) -> bool {
    let base = family.name.strip_suffix("_created").filter(|_| family.kind.is_none());
    base.is_some_and(|base| {
        [base.to_owned(), format!("{base}_total")].iter().any(|name| catalogue.family(name).is_some())
    })
}

fn compare(
    declared: &Family,
    served: &model::Family,
    exposition: &Exposition,
    allowed: &Allowed,
    global: &BTreeSet<String>,
) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let name = &declared.name;
    let expected = match declared.kind {
        Kind::Counter => model::Kind::Counter,
        Kind::Gauge | Kind::Info => model::Kind::Gauge,
        Kind::Histogram => model::Kind::Histogram,
    };
    let kind = served.kind.as_ref().map_or((model::Kind::Untyped, served.line), |said| (said.what, said.line));
    let is_info = declared.kind == Kind::Info && kind.0 == model::Kind::Info;
    if served.kind.is_none() && served.is_damaged {
        // The invalid type is reported already.
        return wrong;
    }
    if kind.0 != expected && !is_info {
        let text = format!("`{name}` is declared as a {} and served as {}", expected.word(), kind.0.word());
        wrong.push((Rule::WrongKind, kind.1, text));
        // Samples of another type need no further checks.
        return wrong;
    }
    if served.has_mistyped_values {
        let text = format!("`{name}` is served as a {}, but a series has no value of this type", kind.0.word());
        wrong.push((Rule::WrongKind, kind.1, text));
        return wrong;
    }
    match &served.help {
        Some(help) if help.what != declared.help => {
            let text = format!("the HELP of `{name}` is `{}`; the declared one is `{}`", help.what, declared.help);
            wrong.push((Rule::WrongHelp, help.line, text));
        }
        None if !declared.help.is_empty() => {
            let text = format!("`{name}` has no HELP; the declared one is `{}`", declared.help);
            wrong.push((Rule::WrongHelp, kind.1, text));
        }
        _ => {}
    }
    match (&served.unit, &declared.unit) {
        (Some(unit), ours) if ours.as_ref() != Some(&unit.what) => {
            let ours = ours.as_deref().unwrap_or("none");
            let text = format!("the unit of `{name}` is `{}`; the declared one is `{ours}`", unit.what);
            wrong.push((Rule::WrongUnit, unit.line, text));
        }
        // The text format has no units, and the exporter writes two of them.
        (None, Some(ours)) if exposition.has_units() && ["seconds", "bytes"].contains(&ours.as_str()) => {
            wrong.push((Rule::WrongUnit, kind.1, format!("`{name}` has no unit; the declared one is `{ours}`")));
        }
        _ => {}
    }
    series::check(declared, served, allowed, global, &mut wrong);
    histogram::check(declared, served, exposition.has_native_buckets, &mut wrong);
    series::check_count(declared, served, &mut wrong);
    wrong
}

/// Merges equal findings of several series of a family.
fn collected(wrong: Vec<Wrong>) -> Vec<Wrong> {
    let mut found: Vec<(Wrong, usize)> = Vec::new();
    for one in wrong {
        match found.iter_mut().find(|(known, _)| (known.0, &known.2) == (one.0, &one.2)) {
            Some((_, more)) => *more += 1,
            None => found.push((one, 0)),
        }
    }
    let counted = |((rule, line, text), more): (Wrong, usize)| match more {
        0 => (rule, line, text),
        more => (rule, line, format!("{text}, in {} samples", more + 1)),
    };
    found.into_iter().map(counted).collect()
}
