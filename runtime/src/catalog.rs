//! What the program's metrics are, known before `main`: what is declared is found where it is linked, and the exporter, the
//! tests and the tool read it here. It knows neither recorder nor exporter.

// First, for its macro.
#[macro_use]
mod section;

mod conflict;
mod entry;
#[cfg(feature = "catalog")]
mod json;
mod layout;
mod linked;
mod registration;

use metrics::Recorder;

use crate::meta::{Family, LabelMeta, MetricMeta, Objective, Place};
use crate::names::{Kind, ZERO_SERIES_LIMIT};
use crate::operation::Families;
pub use conflict::{Conflict, Conflicts, Difference, check_catalog};
pub use entry::Entry;
#[cfg(feature = "catalog")]
pub use json::catalog;
#[cfg(feature = "exporter")]
pub(crate) use linked::is_intact;
use linked::registrations;
pub use registration::{Registration, Site};

/// One family as one place declares it, with everything that has to agree between places.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    pub(crate) family: Family,
    pub(crate) kind: Kind,
    pub(crate) place: Place,
    /// Names, sorted.
    pub(crate) labels: Vec<&'static str>,
    pub(crate) buckets: &'static [f64],
    /// Whether each site has a label with its own name, so that its other labels are its own affair.
    pub(crate) told_apart: bool,
    /// What is promised of its operation; of one family only, so that it is held against others once.
    pub(crate) objective: Option<&'static Objective>,
}

/// Every family of every linked declaration, ordered by name and place.
pub(crate) fn declarations() -> Vec<Declaration> {
    let mut all = Vec::new();
    for registration in registrations() {
        match registration {
            Registration::Operation(families) => operation_declarations(families, &mut all),
            Registration::Counter(family) => all.push(metric_declaration(family.meta())),
            Registration::Gauge(family) => all.push(metric_declaration(family.meta())),
            Registration::Histogram(family) => all.push(metric_declaration(family.meta())),
            Registration::Info(info) => all.push(metric_declaration(info.meta())),
            Registration::Site(_) => {}
        }
    }
    all.sort_by_key(|declaration| (declaration.family.name, declaration.place.file, declaration.place.line));
    all
}

fn operation_declarations(families: &'static Families, all: &mut Vec<Declaration>) {
    let (meta, place) = (families.meta(), families.place());
    let fixed = meta.fixed.labels(place);
    let mut objective = meta.objective;
    let mut push = |family: &Family, kind, extra: Option<&'static str>, buckets| {
        let labels = label_names(family, &fixed, meta.labels, extra);
        let (told_apart, objective) = (!fixed.is_empty(), objective.take());
        all.push(Declaration { family: *family, kind, place, labels, buckets, told_apart, objective });
    };
    if let Some(family) = &meta.calls {
        push(family, Kind::Counter, meta.outcome.label, &[]);
    }
    if let Some(family) = &meta.duration {
        push(family, Kind::Histogram, None, meta.buckets);
    }
    if let Some(family) = &meta.in_flight {
        push(family, Kind::Gauge, None, &[]);
    }
    for family in [&meta.ok, &meta.error].into_iter().flatten() {
        push(family, Kind::Counter, None, &[]);
    }
    if let Some(errors) = &meta.errors {
        push(&errors.family, Kind::Counter, Some(errors.label), &[]);
    }
}

fn metric_declaration(meta: &'static MetricMeta) -> Declaration {
    let labels = label_names(&meta.family, meta.fixed, meta.labels, None);
    Declaration {
        family: meta.family,
        kind: meta.kind,
        place: Place::parse(meta.place),
        labels,
        buckets: meta.buckets,
        told_apart: false,
        objective: None,
    }
}

fn label_names(
    family: &Family,
    fixed: &[(&'static str, &'static str)],
    labels: &'static [LabelMeta],
    extra: Option<&'static str>,
) -> Vec<&'static str> {
    let carried = labels.iter().enumerate().filter(|(at, _)| family.labels & (1 << at) != 0);
    let mut names: Vec<_> =
        fixed.iter().map(|(name, _)| *name).chain(carried.map(|(_, label)| label.name)).chain(extra).collect();
    names.sort_unstable();
    names
}

/// The bucket bounds of every histogram that this program declares, for an exporter that has to be told before it starts.
///
/// ```
/// for (family, bounds) in metrics_instrumented::buckets() {
///     // builder = builder.set_buckets_for_metric(Matcher::Full(family.to_owned()), bounds)?;
/// #   let _ = (family, bounds);
/// }
/// ```
pub fn buckets() -> impl Iterator<Item = (&'static str, &'static [f64])> {
    let mut found: Vec<_> = declarations()
        .into_iter()
        .filter(|declaration| declaration.kind == Kind::Histogram)
        .map(|declaration| (declaration.family.name, declaration.buckets))
        .collect();
    found.dedup_by_key(|(name, _)| *name);
    found.into_iter()
}

/// Shows a recorder every family of every linked declaration, with HELP, unit and, for labels whose values are known, its series at
/// zero; info gauges get their value.
///
/// The exporter of this crate does it by itself; with another recorder, call it once after that is installed (`metrics` is then a dependency of
/// yours):
///
/// ```
/// metrics::with_recorder(|recorder| metrics_instrumented::announce(recorder));
/// ```
pub fn announce(recorder: &dyn Recorder) {
    announce_apart(recorder, recorder, ZERO_SERIES_LIMIT);
}

/// The same, with the operations' families shown to a recorder of their own.
pub(crate) fn announce_apart(operations: &dyn Recorder, recorder: &dyn Recorder, limit: usize) {
    for registration in registrations() {
        match registration {
            Registration::Operation(families) => families.announce(operations, limit),
            Registration::Counter(family) => family.announce(recorder, limit),
            Registration::Gauge(family) => family.announce(recorder, limit),
            Registration::Histogram(family) => family.announce(recorder, limit),
            Registration::Info(info) => info.announce(recorder),
            Registration::Site(_) => {}
        }
    }
}
