//! The declarations as JSON, in the format that `docs/catalogue-schema.md` describes.

use serde_json::{Map, Value, json};

use super::linked::registrations;
use super::registration::{Registration, Site};
use crate::meta::{Family, LabelMeta, MetricMeta, Objective, OperationMeta, OutcomeMeta, Place, Values};

/// The version of the format.
const VERSION: u32 = 1;

/// Every declaration and every site of the linked program, as JSON: one object a line, ordered by file and line.
///
/// `cargo metrics-instrumented` makes documents, alert rules and dashboards of it, and checks those that are there; its schema is in
/// `docs/catalogue-schema.md` of the repository. A program that prints it when it is asked to, has its catalogue at hand wherever it is installed:
///
/// ```
/// if std::env::args().any(|argument| argument == "--catalog") {
///     print!("{}", metrics_instrumented::catalog());
/// }
/// ```
///
/// It walks through all of them: some microseconds for each, and nothing for a program that does not call it.
#[must_use]
#[cfg_attr(docsrs, doc(cfg(feature = "catalog")))]
pub fn catalog() -> String {
    let mut all: Vec<(Place, String)> = registrations().map(record).collect();
    all.sort_by(|(a, a_text), (b, b_text)| (a.file, a.line, a_text).cmp(&(b.file, b.line, b_text)));
    all.into_iter().flat_map(|(_, text)| [text, "\n".to_owned()]).collect()
}

fn record(registration: Registration) -> (Place, String) {
    let (place, value) = match registration {
        Registration::Operation(families) => (families.place(), operation(families.meta(), families.place())),
        Registration::Site(site) => (Place::parse(site.place), described_site(site)),
        Registration::Counter(family) => metric("counter", family.meta()),
        Registration::Gauge(family) => metric("gauge", family.meta()),
        Registration::Histogram(family) => metric("histogram", family.meta()),
        Registration::Info(info) => metric("info", info.meta()),
    };
    (place, value.to_string())
}

fn operation(meta: &OperationMeta, place: Place) -> Value {
    let mut object = declaration("operation", place);
    add_labels(&mut object, &meta.fixed.labels(place), meta.labels);
    let roles = [
        ("calls", &meta.calls),
        ("duration", &meta.duration),
        ("in_flight", &meta.in_flight),
        ("ok", &meta.ok),
        ("error", &meta.error),
    ];
    for (role, declared) in roles {
        if let Some(declared) = declared {
            object.insert(role.to_owned(), family(declared));
        }
    }
    if let Some(errors) = &meta.errors {
        let mut counter = family(&errors.family);
        counter["label"] = errors.label.into();
        counter["kinds"] = errors.kinds.into();
        object.insert("errors".to_owned(), counter);
    }
    object.insert("outcome".to_owned(), outcome(&meta.outcome));
    object.insert("buckets".to_owned(), meta.buckets.into());
    object.insert("max_series".to_owned(), meta.max_series.into());
    object.insert("sample".to_owned(), meta.sample.into());
    if let Some(Objective { success, latency, percent }) = meta.objective {
        let success = (*success > 0.0).then_some(success);
        let latency = (*latency > 0.0).then(|| json!({ "seconds": latency, "percent": percent }));
        object.insert("objective".to_owned(), json!({ "success": success, "latency": latency }));
    }
    object.into()
}

fn metric(declares: &str, meta: &MetricMeta) -> (Place, Value) {
    let place = Place::parse(meta.place);
    let mut object = declaration(declares, place);
    add_labels(&mut object, meta.fixed, meta.labels);
    object.insert("family".to_owned(), family(&meta.family));
    object.insert("buckets".to_owned(), meta.buckets.into());
    object.insert("max_series".to_owned(), meta.max_series.into());
    (place, object.into())
}

fn described_site(site: &Site) -> Value {
    let mut object = declaration("site", Place::parse(site.place));
    // Behind the four parts of the place.
    object.insert("operation".to_owned(), site.place.split('\0').nth(4).into());
    object.into()
}

/// What every line begins with.
fn declaration(declares: &str, place: Place) -> Map<String, Value> {
    let at = json!([place.module, place.item, place.file, place.line]);
    [("v", VERSION.into()), ("declares", declares.into()), ("at", at)]
        .map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect()
}

fn add_labels(object: &mut Map<String, Value>, fixed: &[(&str, &str)], labels: &[LabelMeta]) {
    let labels = labels.iter().map(|label| match label.values {
        Values::Closed(values) => json!({ "name": label.name, "values": values }),
        Values::Untyped => json!({ "name": label.name }),
        Values::Open { max } => json!({ "name": label.name, "open": max }),
    });
    object.insert("labels".to_owned(), labels.collect());
    object.insert("fixed".to_owned(), fixed.iter().map(|(name, value)| json!([name, value])).collect());
}

fn family(family: &Family) -> Value {
    json!({ "name": family.name, "help": family.help.text(), "labels": family.labels })
}

fn outcome(outcome: &OutcomeMeta) -> Value {
    json!({
        "label": outcome.label,
        "finished": outcome.finished,
        "panic": outcome.panic,
        "cancelled": outcome.cancelled,
        "started": outcome.started,
    })
}
