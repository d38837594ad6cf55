//! Merges declarations into the catalogue: declarations of the same families become one entry.

use std::collections::BTreeMap;

use super::declarations::{Declaration, DeclaredFamily, Declares};
use super::model::{Catalogue, Family, Kind, Label, LabelValues, Location, Operation, SCHEMA, Unlisted};
use super::naming::{first_family, operation_name, unit};
use super::outcome::{self, outcome};
use crate::names::{self, Role};

/// Merges declarations into a catalogue.
pub(crate) fn merge(program: &str, declarations: &[Declaration]) -> Catalogue {
    let mut merged = Merged { never: Shared::of(declarations), ..Merged::default() };
    for declaration in declarations {
        merged.add(declaration, &sites_of(declaration, declarations));
    }
    merged.finish(program)
}

/// The functions that count under a declared operation: those that name its type; if several types have this name, only those of the same crate.
fn sites_of(operation: &Declaration, all: &[Declaration]) -> Vec<Location> {
    if operation.declares != Declares::Operation {
        return Vec::new();
    }
    let named = |site: &&Declaration| {
        site.declares == Declares::Site && site.operation.as_deref() == Some(operation.at.1.as_str())
    };
    let same_crate = |site: &&Declaration| root(&site.at.0) == root(&operation.at.0);
    let mut sites: Vec<_> = all.iter().filter(named).filter(same_crate).map(Declaration::location).collect();
    if sites.is_empty() {
        sites = all.iter().filter(named).map(Declaration::location).collect();
    }
    if sites.is_empty() && is_inline(operation) { vec![operation.location()] } else { sites }
}

/// Whether a function declares the operation, which is then its own site. Otherwise a type does.
fn is_inline(operation: &Declaration) -> bool {
    let has_function = operation.fixed.iter().any(|(label, _)| label == "function");
    // Only functions have a path: `Db::open`, `<Db as Display>::fmt`.
    has_function || operation.at.1.contains("::") || !operation.at.1.starts_with(char::is_uppercase)
}

fn root(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

/// Labels and their values.
type Facts = Vec<(String, String)>;

/// The outcomes that no call has, where several declarations share an operation: those that all of them exclude.
#[derive(Default)]
struct Shared {
    by_operation: BTreeMap<String, Vec<String>>,
    /// By the fixed labels too: declarations that differ in them share no series.
    by_series: BTreeMap<(String, Facts), Vec<String>>,
}

impl Shared {
    fn of(declarations: &[Declaration]) -> Self {
        let mut shared = Self::default();
        for declaration in declarations {
            let (Some(name), Some(outcome)) = (operation_name(declaration), &declaration.outcome) else { continue };
            let series = (name.clone(), declaration.fixed.clone());
            for known in [
                shared.by_operation.entry(name).or_insert_with(|| outcome.never.clone()),
                shared.by_series.entry(series).or_insert_with(|| outcome.never.clone()),
            ] {
                known.retain(|never| outcome.never.contains(never));
            }
        }
        shared
    }
}

#[derive(Default)]
struct Merged {
    never: Shared,
    families: BTreeMap<String, Family>,
    /// For each family, the number of series for each set of constant labels.
    series: BTreeMap<String, BTreeMap<Facts, Option<u64>>>,
    operations: BTreeMap<String, Operation>,
}

impl Merged {
    fn add(&mut self, declaration: &Declaration, sites: &[Location]) {
        let kind = match declaration.declares {
            Declares::Site => return,
            Declares::Operation => return self.add_operation(declaration, sites),
            Declares::Counter => Kind::Counter,
            Declares::Gauge => Kind::Gauge,
            Declares::Histogram => Kind::Histogram,
            Declares::Info => Kind::Info,
        };
        if let Some(family) = &declaration.family {
            self.add_family(declaration, family, kind, None, None, sites);
        }
    }

    fn add_operation(&mut self, declaration: &Declaration, sites: &[Location]) {
        let Some(name) = operation_name(declaration) else { return };
        let with = |never: Option<&Vec<String>>| {
            let mut declaration = declaration.clone();
            if let Some(outcome) = &mut declaration.outcome {
                outcome.never = never.cloned().unwrap_or_default();
            }
            declaration
        };
        let of_operation = with(self.never.by_operation.get(&name));
        let series = (name.clone(), declaration.fixed.clone());
        let of_series = with(self.never.by_series.get(&series));
        let outcomes =
            of_series.outcome.as_ref().and_then(|declared| Some((declared.label.clone()?, outcome::values(declared))));
        let started = declaration.outcome.as_ref().and_then(|declared| declared.started.clone());
        for (role, family) in &declaration.families {
            let own = match role {
                Role::Calls => {
                    outcomes.clone().map(|(label, values)| (label, values.into_iter().chain(started.clone()).collect()))
                }
                Role::Duration if family.outcome => outcomes.clone(),
                _ => family.label.clone().map(|label| (label, family.kinds.clone())),
            };
            self.add_family(declaration, family, kind(*role), own, Some(&name), sites);
        }
        let operation = self.operations.entry(name.clone()).or_insert_with(|| Operation {
            name,
            help: first_family(declaration).map(|family| family.help.clone()).unwrap_or_default(),
            families: declaration.families.iter().map(|(role, family)| (*role, family.name.clone())).collect(),
            outcome: outcome(&of_operation),
            sample: declaration.sample,
            objective: None,
            sites: Vec::new(),
        });
        // Different objectives of one operation are an error; see `contradiction.rs`.
        operation.objective = operation.objective.take().or_else(|| declaration.objective.clone());
        operation.sites.extend_from_slice(sites);
        operation.sites.sort();
        operation.sites.dedup();
    }

    fn add_family(
        &mut self,
        declaration: &Declaration,
        declared: &DeclaredFamily,
        kind: Kind,
        extra: Option<(String, Vec<String>)>,
        operation: Option<&str>,
        sites: &[Location],
    ) {
        let labels = labels(declaration, declared, kind, extra);
        let series = series(&labels);
        let counted = self.series.entry(declared.name.clone()).or_default();
        let known = counted.entry(key(declaration, &labels)).or_insert(Some(0));
        *known = known.zip(series).map(|(a, b)| a.max(b));
        let family = self.families.entry(declared.name.clone()).or_insert_with(|| Family {
            name: declared.name.clone(),
            kind,
            help: declared.help.clone(),
            unit: unit(&declared.name).map(str::to_owned),
            labels: labels.clone(),
            buckets: if kind == Kind::Histogram { declaration.buckets.clone() } else { Vec::new() },
            native: declaration.native.filter(|_| kind == Kind::Histogram),
            series: None,
            hides_empty: false,
            operations: Vec::new(),
            declared: Vec::new(),
            sites: Vec::new(),
        });
        family.hides_empty |= declared.outcome && declaration.outcome.as_ref().is_some_and(outcome::hides_empty);
        for label in labels {
            add_label(&mut family.labels, label);
        }
        family.operations.extend(operation.map(str::to_owned));
        family.declared.push(declaration.location());
        family.sites.extend_from_slice(sites);
        for places in [&mut family.declared, &mut family.sites] {
            places.sort();
            places.dedup();
        }
        family.operations.sort();
        family.operations.dedup();
    }

    fn finish(mut self, program: &str) -> Catalogue {
        for family in self.families.values_mut() {
            let counted = self.series.get(&family.name).into_iter().flatten();
            let all: Option<u64> = counted.map(|(_, series)| *series).sum();
            // A histogram has one series for each bound, and those of `+Inf`, the sum and the count.
            let each = if family.kind == Kind::Histogram { family.buckets.len() as u64 + 3 } else { 1 };
            family.series = all.map(|all| all.saturating_mul(each));
        }
        Catalogue {
            schema: SCHEMA,
            program: program.to_owned(),
            programs: Vec::new(),
            operations: self.operations.into_values().collect(),
            families: self.families.into_values().collect(),
        }
    }
}

/// The key that distinguishes the series of one declaration from those of another: constant labels and closed sets of values.
fn key(declaration: &Declaration, labels: &[Label]) -> Facts {
    let closed = labels.iter().filter_map(|label| Some((label.name.clone(), label.values.known()?.join(","))));
    declaration.fixed.iter().cloned().chain(closed).collect()
}

fn labels(
    declaration: &Declaration,
    family: &DeclaredFamily,
    kind: Kind,
    extra: Option<(String, Vec<String>)>,
) -> Vec<Label> {
    let fixed = declaration.fixed.iter().map(|(name, value)| Label {
        name: name.clone(),
        values: match kind {
            Kind::Info => LabelValues::Fact(value.clone()),
            _ => LabelValues::Listed(vec![value.clone()]),
        },
        idle: None,
    });
    let carried = declaration.labels.iter().enumerate().filter(|(at, _)| family.has(*at));
    let declared = carried.map(|(_, label)| Label {
        name: label.name.clone(),
        values: match (&label.values, label.open) {
            (Some(values), _) => LabelValues::Listed(values.clone()),
            (None, Some(cap)) => LabelValues::Open(cap),
            (None, None) => LabelValues::Closed(Unlisted::Unlisted),
        },
        idle: label.idle,
    });
    let extra = extra.map(|(name, values)| {
        let mut distinct: Vec<String> = Vec::new();
        for value in values {
            if !distinct.contains(&value) {
                distinct.push(value);
            }
        }
        Label { name, values: LabelValues::Listed(distinct), idle: None }
    });
    fixed.chain(declared).chain(extra).collect()
}

/// Merges a label of another declaration of the same family.
pub(super) fn add_label(labels: &mut Vec<Label>, added: Label) {
    let Some(label) = labels.iter_mut().find(|label| label.name == added.name) else {
        labels.push(added);
        return;
    };
    match (&mut label.values, added.values) {
        (LabelValues::Listed(known), LabelValues::Listed(more)) => {
            // In the order of both lists: a new value goes in front of the known one that follows it.
            for (at, value) in more.iter().enumerate().rev() {
                if !known.contains(value) {
                    let next = more[at + 1..].iter().find_map(|next| known.iter().position(|known| known == next));
                    known.insert(next.unwrap_or(known.len()), value.clone());
                }
            }
        }
        (LabelValues::Open(cap), LabelValues::Open(other)) => *cap = (*cap).max(other),
        (LabelValues::Listed(_), other) => label.values = other,
        _ => {}
    }
}

/// The number of combinations of these labels. An open label has one value in addition to its cap: `other`.
pub(crate) fn series(labels: &[Label]) -> Option<u64> {
    labels.iter().try_fold(1_u64, |product, label| {
        let values = match &label.values {
            LabelValues::Listed(values) => values.len() as u64,
            LabelValues::Open(cap) => cap + 1,
            LabelValues::Fact(_) => 1,
            LabelValues::Closed(_) => return None,
        };
        Some(product.saturating_mul(values))
    })
}

/// The kind of a family with this role.
fn kind(role: Role) -> Kind {
    match role.kind() {
        names::Kind::Counter => Kind::Counter,
        names::Kind::Gauge => Kind::Gauge,
        names::Kind::Histogram => Kind::Histogram,
    }
}
