//! Names and units of OpenTelemetry and Prometheus:
//! <https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1>.

use std::collections::BTreeSet;

use crate::catalogue::{Family, Kind};
use crate::names::{Kind as OwnKind, metric_name_error};

/// Prometheus' words for units, and OpenTelemetry's.
const UNITS: &[(&str, &str)] = &[
    ("seconds", "s"),
    ("milliseconds", "ms"),
    ("bytes", "By"),
    ("celsius", "Cel"),
    ("meters", "m"),
    ("volts", "V"),
    ("amperes", "A"),
    ("joules", "J"),
    ("grams", "g"),
    ("hertz", "Hz"),
    ("percent", "%"),
];

/// The unit of a family, as OpenTelemetry writes it.
pub(super) fn unit(family: &Family) -> String {
    let base = family.name.strip_suffix("_total").unwrap_or(&family.name);
    let known = UNITS.iter().find(|(word, _)| base.strip_suffix(word).is_some_and(|rest| rest.ends_with('_')));
    match known {
        Some((_, unit)) => (*unit).to_owned(),
        None if !family.operations.is_empty() => "{call}".to_owned(),
        None => "1".to_owned(),
    }
}

/// A name with the characters of Prometheus.
pub(super) fn plain(name: &str) -> String {
    let characters = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
    let mut plain = String::new();
    for character in characters {
        if character != '_' || !plain.ends_with('_') {
            plain.push(character);
        }
    }
    plain.trim_matches('_').to_owned()
}

/// The name of a metric in Prometheus, which may be given, or why there is none.
pub(super) fn metric(name: &str, given: Option<&str>, unit: &str, kind: Kind) -> Result<String, &'static str> {
    let name = given.map_or_else(|| converted(name, unit, kind), str::to_owned);
    let own = match kind {
        Kind::Counter => OwnKind::Counter,
        Kind::Histogram => OwnKind::Histogram,
        Kind::Gauge | Kind::Info => OwnKind::Gauge,
    };
    match metric_name_error(&name, own) {
        None => Ok(name),
        Some(error) => Err(error),
    }
}

/// The name of a metric in Prometheus, by the compatibility rules.
fn converted(name: &str, unit: &str, kind: Kind) -> String {
    let mut base = plain(name);
    if let Some(rest) = base.strip_suffix("_total") {
        base.truncate(rest.len());
    }
    let counted =
        unit.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map(|thing| format!("{}s", plain(thing)));
    let word = match (unit, kind) {
        ("1", Kind::Gauge) => Some("ratio".to_owned()),
        // The name of a histogram contains what it counts.
        (_, Kind::Histogram) if counted.is_some() => counted.clone(),
        _ => UNITS.iter().find(|(_, known)| *known == unit).map(|(word, _)| (*word).to_owned()),
    };
    if let Some(word) = word.filter(|word| base != *word && !base.ends_with(&format!("_{word}"))) {
        base = format!("{base}_{word}");
    }
    // The ending is that of histograms: `connection_count` becomes `connections`.
    if let (Some(rest), Kind::Gauge) = (base.strip_suffix("_count"), kind) {
        base = if rest.ends_with('s') { rest.to_owned() } else { format!("{rest}s") };
    }
    if kind == Kind::Counter {
        base += "_total";
    }
    base
}

/// A name that is not taken: with this ending as often as necessary.
pub(super) fn unique(mut name: String, ending: &str, taken: &mut BTreeSet<String>) -> String {
    while !taken.insert(name.clone()) {
        name += ending;
    }
    name
}

/// A name of a type or a variant: `http.request.method` becomes `HttpRequestMethod`.
pub(super) fn pascal_case(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    let name: String = plain(name).split('_').map(word).collect();
    match name.as_str() {
        "" => "Empty".to_owned(),
        "Self" => "Self_".to_owned(),
        _ if name.starts_with(|c: char| c.is_ascii_digit()) => format!("V{name}"),
        _ => name,
    }
}

/// A name of a field for a label.
pub(super) fn field(label: &str) -> String {
    let name = plain(label).to_ascii_lowercase();
    match name.as_str() {
        "" => "empty".to_owned(),
        // These cannot be raw identifiers.
        "crate" | "self" | "super" => format!("{name}_"),
        // A keyword since edition 2024.
        "gen" => "r#gen".to_owned(),
        _ if name.starts_with(|c: char| c.is_ascii_digit()) => format!("v{name}"),
        _ if syn::parse_str::<syn::Ident>(&name).is_ok() => name,
        _ => format!("r#{name}"),
    }
}
