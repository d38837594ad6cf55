//! The catalogue: everything that a program declares, known before `main` and without running it. The exporter, the tests and the tool read
//! it here; it depends on neither recorder nor exporter.
//!
//! # How a declaration gets here
//!
//! Each declaration is a static that the program counts with anyway. [`__declare!`](crate::__declare) puts it into a section of the program's file, and
//! the linker places all statics of one section one after the other:
//!
//! ```text
//! section  metrics_instrumented_<build>          (PE: .mi$<build>b, Mach-O: __DATA,__mi<build>)
//!          ┌──────┬────────┬──────┬───────────┬─────┬──────┬──────┬──────┬──────────┐
//! first -> │ head │ Layout │ head │ Families  │ gap │ head │ Site │ head │ Families │ <- last
//!          └──────┴────────┴──────┴───────────┴─────┴──────┴──────┴──────┴──────────┘
//! head     stamp: u32 | size: u16 | kind: u8 | reserved: u8          gap: zeros
//! ```
//!
//! [`linked`] walks from the first to the last and yields a [`Registration`] for each entry. A site costs the eight bytes of its head, and nothing
//! at run time. Where linkers do not gather sections, `inventory` runs a constructor for each declaration before `main`.
//!
//! # Why it is sound
//!
//! A program may contain several builds of this crate, whose types differ. So the section's name contains a number of the build (`build.rs`),
//! and every entry is verified before a reference to it exists: the stamp is a hash of the build and of the layout of its types, the size is that of the
//! kind's type, and all of it is before the section's end. The first entry that fails ends the walk; [`doctor`](crate::doctor) reports it.
//!
//! # Limits
//!
//! What the linker removes because nothing calls it is not found. A shared library has a section of its own: a program that is linked with this crate as
//! a Rust `dylib` does not see the declarations of the executable.

// First, for its macro.
#[macro_use]
mod section;

mod conflict;
mod entry;
#[cfg(feature = "catalog")]
mod json;
mod layout;
mod linked;
mod numbers;
mod registration;

use metrics::Recorder;

#[cfg(feature = "exporter")]
use crate::meta::OperationMeta;
use crate::meta::{Family, LabelMeta, Location, MetricMeta, Objective};
use crate::names::{Kind, ZERO_SERIES_LIMIT};
use crate::series::families::Families;
pub use conflict::{Conflict, Conflicts, Difference, check_catalog};
pub use entry::Entry;
#[cfg(feature = "catalog")]
pub use json::catalog;
#[cfg(feature = "exporter")]
pub(crate) use linked::is_intact;
use linked::registrations;
pub use registration::{Registration, Site};
pub use section::section;

/// One family as one place declares it, with everything that has to agree between places.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    pub(crate) family: Family,
    pub(crate) kind: Kind,
    pub(crate) location: Location,
    /// Names, sorted.
    pub(crate) labels: Vec<&'static str>,
    pub(crate) buckets: &'static [f64],
    /// Whether each site has a label with its own name, so that its other labels are its own affair.
    pub(crate) has_site_labels: bool,
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
    all.sort_by_key(|declaration| (declaration.family.name, declaration.location.file, declaration.location.line));
    all
}

/// Every linked operation, with where it is declared.
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
        let own = meta.own_label(*role).map(|label| label.name);
        all.push(Declaration {
            family: *family,
            kind: role.kind(),
            location,
            labels: label_names(family, &const_labels, meta.labels, own),
            buckets: if role.kind() == Kind::Histogram { meta.buckets } else { &[] },
            has_site_labels: !const_labels.is_empty(),
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
        buckets: meta.buckets,
        has_site_labels: false,
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
