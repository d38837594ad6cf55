//! The table of the attributes' keys: known keys with their usage, and the names that other crates use for them.

use crate::names::Role;
use crate::suggest::did_you_mean;

/// The attribute that is parsed. The attributes share most keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// `#[instrumented(..)]`
    Instrumented,
    /// `#[operation(..)]`
    Operation,
    /// `#[counter(..)]` and `#[gauge(..)]`
    Metric,
    /// `#[histogram(..)]`
    Histogram,
}

/// A key, its usage, and the attributes that allow it.
struct Key {
    word: &'static str,
    usage: &'static str,
    languages: &'static [Language],
}

use Language::{Histogram, Instrumented, Metric, Operation};

const EVERYWHERE: &[Language] = &[Instrumented, Operation, Metric, Histogram];
const OPERATIONS: &[Language] = &[Instrumented, Operation];

const KEYS: &[Key] = &[
    Key { word: "name", usage: "`name = \"orders\"`", languages: EVERYWHERE },
    Key { word: "namespace", usage: "`namespace = \"shop\"`", languages: EVERYWHERE },
    Key { word: "subsystem", usage: "`subsystem = \"checkout\"`", languages: EVERYWHERE },
    Key {
        word: "calls",
        usage: "`calls = \"orders_total\"` or `calls(name = \"..\", help = \"..\", labels(a, b), ok = \"..\", error = \"..\")`",
        languages: OPERATIONS,
    },
    Key {
        word: "duration",
        usage: "`duration = \"orders_duration_seconds\"` or `duration(name = \"..\", help = \"..\", labels(a, b), sample = 100, outcome)`",
        languages: OPERATIONS,
    },
    Key {
        word: "in_flight",
        usage: "`in_flight = \"orders_in_flight\"` or `in_flight(name = \"..\", help = \"..\", labels(a, b), peak, oldest)`",
        languages: OPERATIONS,
    },
    Key { word: "polls", usage: "`polls` or `polls(slow = 0.01, labels(a, b))`", languages: OPERATIONS },
    Key { word: "only", usage: "`only(calls, duration)`", languages: OPERATIONS },
    Key {
        word: "labels",
        usage: "`labels(tier = order.tier(), kind: Kind = order.kind(), region)`",
        languages: &[Instrumented],
    },
    Key { word: "exported", usage: "`exported(job)`", languages: EVERYWHERE },
    Key {
        word: "outcome",
        usage: "`outcome(label = \"status\", ok = \"success\", error = \"failure\")`, `outcome = Type` or `outcome = none`",
        languages: OPERATIONS,
    },
    Key {
        word: "errors",
        usage: "`errors = \"orders_errors_total\"` or `errors(name = \"..\", label = \"reason\", type = OrderError)`",
        languages: OPERATIONS,
    },
    Key { word: "objective", usage: "`objective(success = 99.9, latency = 0.25 @ 99)`", languages: OPERATIONS },
    Key { word: "started", usage: "`started`", languages: OPERATIONS },
    Key {
        word: "buckets",
        usage: "`buckets = [0.1, 0.5, 1.0]`, `buckets = exponential(0.001, 2.0, 15)`, `buckets = linear(0.1, 0.1, 10)` or `buckets = native(factor = 1.1)`",
        languages: &[Instrumented, Operation, Histogram],
    },
    Key { word: "help", usage: "`help = \"Orders placed.\"`", languages: EVERYWHERE },
    Key { word: "max_series", usage: "`max_series = 5000`", languages: EVERYWHERE },
    Key { word: "crate", usage: "`crate = path::to::metrics_instrumented`", languages: EVERYWHERE },
    Key { word: "of", usage: "`of = Db` or `of = <Db as Display>`", languages: &[Instrumented] },
    Key { word: "at_return", usage: "`at_return`", languages: &[Instrumented] },
    Key { word: "docs", usage: "`docs = false`", languages: &[Instrumented] },
    Key { word: "skip", usage: "`skip`", languages: &[Instrumented] },
];

/// Keys of other crates that are not needed here, and what to do instead.
const NEEDLESS: &[(&str, &str)] = &[
    ("skip_all", "arguments are never recorded here; remove it"),
    ("err", "a returned `Err` is always counted as `error`; remove it, or use `outcome = Type` for more outcomes"),
    ("ret", "returned values are never recorded here; remove it, or use `outcome = Type` to classify them"),
    ("level", "metrics have no level; remove it"),
    ("target", "metrics have no target; remove it (functions without a `name` have the label `module`)"),
    ("parent", "metrics have no parent; remove it"),
    ("follows_from", "metrics have no causal relations; remove it"),
];

/// Keys of other crates, and their names here.
const FOREIGN: &[(&str, &str)] = &[
    ("tags", "labels"),
    ("tag", "labels"),
    ("fields", "labels"),
    ("label", "labels"),
    ("attributes", "labels"),
    ("histogram", "duration"),
    ("timer", "duration"),
    ("latency", "duration"),
    ("time", "duration"),
    ("counter", "calls"),
    ("count", "calls"),
    ("total", "calls"),
    ("hits", "calls"),
    ("concurrency", "in_flight"),
    ("track_concurrency", "in_flight"),
    ("inflight", "in_flight"),
    ("gauge", "in_flight"),
    ("active", "in_flight"),
    ("result", "outcome"),
    ("status", "outcome"),
    ("ok_if", "outcome"),
    ("error_if", "outcome"),
    ("error", "errors"),
    ("description", "help"),
    ("describe", "help"),
    ("doc", "help"),
    ("bounds", "buckets"),
    ("prefix", "namespace"),
    ("metric", "name"),
    ("ignore", "skip"),
    ("disable", "skip"),
    ("krate", "crate"),
    ("slo", "objective"),
    ("sla", "objective"),
];

/// The same for keys in another key's parentheses.
const INNER_FOREIGN: &[(&str, &str)] = &[
    ("success", "ok"),
    ("failure", "error"),
    ("err", "error"),
    ("abort", "cancelled"),
    ("kind", "label"),
    ("of", "type"),
    ("description", "help"),
    ("availability", "success"),
    ("duration", "latency"),
    ("threshold", "slow"),
    ("max", "peak"),
    ("maximum", "peak"),
    ("high_water", "peak"),
    ("age", "oldest"),
    ("hung", "oldest"),
    ("stuck", "oldest"),
];

/// The keys in the parentheses of a family: its own, and those of its parts.
pub(super) fn inner_keys(role: Role) -> Vec<&'static str> {
    let own: &[&str] = match role {
        // Its other families have no keys: they are always there.
        Role::Polls => return vec!["slow", "labels"],
        Role::Duration => &["sample", "outcome"],
        // `of` is another spelling of `type`.
        Role::Errors => &["label", "type", "of"],
        _ => &[],
    };
    let parts = Role::ALL.iter().filter(|part| part.whole() == role && **part != role).map(|part| part.word());
    ["name", "help", "labels"].into_iter().chain(own.iter().copied()).chain(parts).collect()
}

/// The name of another crate's inner key here, if it is one.
pub(super) fn inner_foreign(word: &str) -> Option<&'static str> {
    INNER_FOREIGN.iter().find(|(foreign, _)| *foreign == word).map(|(_, ours)| *ours)
}

/// The usage of a known key.
pub(super) fn usage(word: &str) -> &'static str {
    if word == "label" {
        return "`#[label(rename = \"..\")]`";
    }
    KEYS.iter().find(|key| key.word == word).map_or("", |key| key.usage)
}

/// Whether this is a key of the attribute.
pub(super) fn is_known(word: &str, language: Language) -> bool {
    KEYS.iter().any(|key| key.word == word && key.languages.contains(&language))
}

/// The error for a word that is not a key of the attribute.
pub(super) fn unknown(word: &str, language: Language) -> String {
    if let Some(key) = KEYS.iter().find(|key| key.word == word) {
        return match (key.word, language) {
            ("labels", _) => {
                "`labels` is only allowed in `#[instrumented(..)]`; declare labels as fields of the struct".to_owned()
            }
            ("skip", _) => "`skip` is only allowed in `#[instrumented(..)]`; remove the derive instead".to_owned(),
            ("of", _) => "`of` is only allowed in `#[instrumented(..)]`; remove it".to_owned(),
            ("at_return", _) => {
                "`at_return` is only allowed in `#[instrumented(..)]`; move it to the functions".to_owned()
            }
            ("docs", _) => "`docs` is only allowed in `#[instrumented(..)]`; remove it".to_owned(),
            ("buckets", _) => "`buckets` is only allowed on histograms; remove it".to_owned(),
            (word, _) => format!("`{word}` is only allowed on operations; remove it"),
        };
    }
    if let Some((_, answer)) = NEEDLESS.iter().find(|(foreign, _)| *foreign == word) {
        return format!("unknown key `{word}`; {answer}");
    }
    if let Some((_, ours)) = FOREIGN.iter().find(|(foreign, _)| *foreign == word) {
        return if is_known(ours, language) {
            let (usage, ours) = (usage(ours), format!("`{ours}`"));
            let usage = if usage == ours { String::new() } else { format!(": {usage}") };
            format!("unknown key `{word}`; use {ours}{usage}")
        } else {
            unknown(ours, language)
        };
    }
    let known = KEYS.iter().filter(|key| key.languages.contains(&language)).map(|key| key.word);
    let suggestion = did_you_mean(word, known.clone());
    if suggestion.is_empty() {
        let all: Vec<String> = known.map(|word| format!("`{word}`")).collect();
        return format!("unknown key `{word}`; expected one of {}", all.join(", "));
    }
    format!("unknown key `{word}`{suggestion}")
}
