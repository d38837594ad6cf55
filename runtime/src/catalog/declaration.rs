//! Declarations as families, one for each location that declares one: conflicts, HELP and buckets are derived from these.

use super::linked::registrations;
use super::registration::Registration;
#[cfg(feature = "exporter")]
use crate::meta::OperationMeta;
use crate::meta::{Family, LabelMeta, Location, MetricMeta, Native, Objective, ValueSet};
use crate::names::{Kind, Never};
use crate::series::families::Families;

/// One family as one location declares it, with everything that all its locations must agree on.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    pub(crate) family: Family,
    pub(crate) kind: Kind,
    pub(crate) location: Location,
    /// Names, sorted.
    pub(crate) labels: Vec<&'static str>,
    /// The labels whose values expire, and after how many seconds without a call.
    pub(crate) idle: Vec<(&'static str, usize)>,
    pub(crate) buckets: &'static [f64],
    pub(crate) native: Option<&'static Native>,
    /// Whether each site is distinguished by a label, so that the other labels may differ between sites.
    pub(crate) has_site_labels: bool,
    /// Whether only a recorder of this crate can show it.
    #[cfg_attr(not(feature = "exporter"), allow(dead_code, reason = "the exporter reads it"))]
    pub(crate) needs_own_recorder: bool,
    /// Whether its series are shown only once something was recorded in them.
    #[cfg_attr(not(feature = "exporter"), allow(dead_code, reason = "the exporter reads it"))]
    pub(crate) hides_empty: bool,
    /// The operation's objective; only in one of its families, so that it is compared once.
    pub(crate) objective: Option<&'static Objective>,
}

/// Every family of every linked declaration, ordered by name and location.
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
    all.sort_by_key(|declaration| (declaration.family.name, declaration.location.file, declaration.location.line));
    all
}

/// Every linked operation and its location.
#[cfg(feature = "exporter")]
pub(crate) fn operations() -> impl Iterator<Item = (&'static OperationMeta, Location)> {
    registrations().filter_map(|registration| match registration {
        Registration::Operation(families) => Some((families.meta(), families.location())),
        _ => None,
    })
}

fn operation_declarations(families: &'static Families, all: &mut Vec<Declaration>) {
    let (meta, location) = (families.meta(), families.location());
    let const_labels = meta.const_labels.labels(location);
    let mut objective = meta.objective;
    for (role, family) in meta.families {
        let own = meta.own_label(*role, Never::default()).map(|label| label.name);
        all.push(Declaration {
            family: *family,
            kind: role.kind(),
            location,
            labels: label_names(family, &const_labels, meta.labels, own),
            idle: idle_labels(family, meta.labels),
            buckets: if role.kind() == Kind::Histogram { meta.buckets } else { &[] },
            native: meta.native.filter(|_| role.kind() == Kind::Histogram),
            has_site_labels: !const_labels.is_empty(),
            needs_own_recorder: role.needs_own_recorder(),
            hides_empty: meta.hides_empty(*role),
            objective: objective.take(),
        });
    }
}

fn metric_declaration(meta: &'static MetricMeta) -> Declaration {
    let labels = label_names(&meta.family, meta.const_labels, meta.labels, None);
    Declaration {
        family: meta.family,
        kind: meta.kind,
        location: Location::parse(meta.location),
        labels,
        idle: idle_labels(&meta.family, meta.labels),
        buckets: meta.buckets,
        native: meta.native,
        has_site_labels: false,
        needs_own_recorder: false,
        hides_empty: false,
        objective: None,
    }
}

fn label_names(
    family: &Family,
    const_labels: &[(&'static str, &'static str)],
    labels: &'static [LabelMeta],
    own: Option<&'static str>,
) -> Vec<&'static str> {
    let carried = labels.iter().enumerate().filter(|(at, _)| family.carries(*at));
    let mut names: Vec<_> =
        const_labels.iter().map(|(name, _)| *name).chain(carried.map(|(_, label)| label.name)).chain(own).collect();
    names.sort_unstable();
    names
}

fn idle_labels(family: &Family, labels: &'static [LabelMeta]) -> Vec<(&'static str, usize)> {
    let carried = labels.iter().enumerate().filter(|(at, _)| family.carries(*at));
    let idle = |label: &LabelMeta| match label.values {
        ValueSet::Open { idle: seconds @ 1.., .. } => Some((label.name, seconds)),
        _ => None,
    };
    let mut found: Vec<_> = carried.filter_map(|(_, label)| idle(label)).collect();
    found.sort_unstable();
    found
}

/// Returns the bucket bounds of every histogram that this program declares, for exporters that need them before they start.
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
