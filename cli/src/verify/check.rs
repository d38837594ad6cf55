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
    let has_lines = |family: &model::Family| !family.samples.is_empty() || family.is_damaged;
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
            wrong.extend(collected(compare(declared, family, allowed, &global)));
        } else if histogram_of(family, catalogue).is_none()
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
        wrong.push(if family.is_zero_initialised() {
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

fn compare(declared: &Family, served: &model::Family, allowed: &Allowed, global: &BTreeSet<String>) -> Vec<Wrong> {
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
    if let Some(help) = served.help.as_ref().filter(|help| help.what != declared.help) {
        let text = format!("the HELP of `{name}` is `{}`; the declared one is `{}`", help.what, declared.help);
        wrong.push((Rule::WrongHelp, help.line, text));
    }
    if let Some(unit) = served.unit.as_ref().filter(|unit| declared.unit.as_ref() != Some(&unit.what)) {
        let declared = declared.unit.as_deref().unwrap_or("none");
        wrong.push((
            Rule::WrongUnit,
            unit.line,
            format!("the unit of `{name}` is `{}`; the declared one is `{declared}`", unit.what),
        ));
    }
    series::check(declared, served, allowed, global, &mut wrong);
    histogram::check(declared, served, &mut wrong);
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
