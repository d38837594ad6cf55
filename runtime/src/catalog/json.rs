//! The declarations as JSON, in the format that `docs/catalogue-schema.md` describes.

use serde_json::{Map, Value, json};

use super::linked::registrations;
use super::registration::{Registration, Site};
use crate::meta::{Family, LabelMeta, Location, MetricMeta, Native, Objective, OutcomeMeta, ValueSet};
use crate::names::{Never, OutcomeClass, Role};
use crate::series::families::Families;

/// The version of the format.
const VERSION: u32 = 1;

/// Returns all declarations and instrumented functions of the linked program as JSON: one object per line, ordered by file and line.
///
/// `cargo metrics-instrumented` reads it to generate documents, alert rules and dashboards, and to check existing ones.
/// [The schema](https://github.com/metrics-instrumented/metrics-instrumented/blob/main/docs/catalogue-schema.md) describes its fields. A program can print
/// it on request:
///
/// ```
/// if std::env::args().any(|argument| argument == "--catalog") {
///     print!("{}", metrics_instrumented::catalog());
/// }
/// ```
///
/// It takes some microseconds per declaration. Programs that do not call it pay nothing.
#[must_use]
#[cfg_attr(docsrs, doc(cfg(feature = "catalog")))]
pub fn catalog() -> String {
    let mut all: Vec<(Location, String)> = registrations().map(record).collect();
    all.sort_by(|(a, a_text), (b, b_text)| (a.file, a.line, a_text).cmp(&(b.file, b.line, b_text)));
    all.into_iter().flat_map(|(_, text)| [text, "\n".to_owned()]).collect()
}

fn record(registration: Registration) -> (Location, String) {
    let (location, value) = match registration {
        Registration::Operation(families) => (families.location(), operation(families)),
        Registration::Site(site) => (Location::parse(site.location), described_site(site)),
        Registration::Counter(family) => metric("counter", family.meta()),
        Registration::Gauge(family) => metric("gauge", family.meta()),
        Registration::Histogram(family) => metric("histogram", family.meta()),
        Registration::Info(info) => metric("info", info.meta()),
    };
    (location, value.to_string())
}

fn operation(families: &'static Families) -> Value {
    let (meta, location) = (families.meta(), families.location());
    let mut object = declaration("operation", location);
    add_labels(&mut object, &meta.const_labels.labels(location), meta.labels);
    for (role, declared) in meta.families {
        let mut declared = family(declared);
        if let (Role::Errors, Some(errors)) = (role, meta.errors) {
            declared["label"] = errors.label.into();
            declared["kinds"] = errors.kinds.into();
        }
        if *role == Role::Duration && meta.has_duration_by_outcome() {
            declared["outcome"] = true.into();
        }
        object.insert(role.word().to_owned(), declared);
    }
    object.insert("outcome".to_owned(), outcome(&meta.outcome, families.never()));
    add_buckets(&mut object, meta.buckets, meta.native);
    object.insert("max_series".to_owned(), meta.max_series.into());
    object.insert("sample".to_owned(), meta.sample.into());
    if let Some(Objective { success, latency, percent }) = meta.objective {
        let success = (*success > 0.0).then_some(success);
        let latency = (*latency > 0.0).then(|| json!({ "seconds": latency, "percent": percent }));
        object.insert("objective".to_owned(), json!({ "success": success, "latency": latency }));
    }
    object.into()
}

fn metric(declares: &str, meta: &MetricMeta) -> (Location, Value) {
    let location = Location::parse(meta.location);
    let mut object = declaration(declares, location);
    add_labels(&mut object, meta.const_labels, meta.labels);
    object.insert("family".to_owned(), family(&meta.family));
    add_buckets(&mut object, meta.buckets, meta.native);
    object.insert("max_series".to_owned(), meta.max_series.into());
    (location, object.into())
}

fn described_site(site: &Site) -> Value {
    let mut object = declaration("site", Location::parse(site.location));
    object.insert("operation".to_owned(), Location::appendix(site.location).into());
    object.into()
}

/// The fields at the beginning of every line.
fn declaration(declares: &str, location: Location) -> Map<String, Value> {
    let at = json!([location.module, location.item, location.file, location.line]);
    [("v", VERSION.into()), ("declares", declares.into()), ("at", at)]
        .map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect()
}

fn add_labels(object: &mut Map<String, Value>, const_labels: &[(&str, &str)], labels: &[LabelMeta]) {
    let labels = labels.iter().map(|label| match label.values {
        ValueSet::Closed(values) if label.classes.is_empty() => json!({ "name": label.name, "values": values }),
        ValueSet::Closed(values) => json!({ "name": label.name, "values": values, "classes": words(label.classes) }),
        ValueSet::Inferred => json!({ "name": label.name }),
        ValueSet::Open { max, idle: 0 } => json!({ "name": label.name, "open": max }),
        ValueSet::Open { max, idle } => json!({ "name": label.name, "open": max, "idle": idle }),
    });
    object.insert("labels".to_owned(), labels.collect());
    object.insert("fixed".to_owned(), const_labels.iter().map(|(name, value)| json!([name, value])).collect());
}

fn add_buckets(object: &mut Map<String, Value>, bounds: &[f64], native: Option<&Native>) {
    object.insert("buckets".to_owned(), bounds.into());
    if let Some(Native { schema, classic }) = native {
        object.insert("native".to_owned(), json!({ "schema": schema, "classic": classic }));
    }
}

fn family(family: &Family) -> Value {
    json!({ "name": family.name, "help": family.help.text(), "labels": family.labels })
}

fn words(classes: &[OutcomeClass]) -> Vec<&'static str> {
    classes.iter().map(|class| class.word()).collect()
}

fn outcome(outcome: &OutcomeMeta, never: Never) -> Value {
    json!({
        "label": outcome.label,
        "finished": outcome.finished,
        "classes": words(outcome.classes),
        "panic": outcome.panic,
        "cancelled": outcome.cancelled,
        "cancelled_class": outcome.cancelled_class.word(),
        "started": outcome.started,
        "never": never.words().collect::<Vec<_>>(),
    })
}
