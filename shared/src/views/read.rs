//! Reads a file of views: the syntax, without the catalogue.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

use super::entry::{Entry, Merge, Spot};
use super::model::{Combine, Mistake};
use crate::suggest::did_you_mean;

const KEYS: [&str; 6] = ["mute", "drop", "merge", "buckets", "max_series", "combine"];

/// Reads the file.
///
/// # Errors
/// Everything that is wrong with its syntax.
pub fn read(text: &str) -> Result<Vec<Entry>, Vec<Mistake>> {
    let documents = MarkedYaml::load_from_str(text)
        .map_err(|error| vec![Mistake { line: error.marker().line().max(1), reason: error.info().to_owned() }])?;
    let mut reader = Reader::default();
    let mut entries = Vec::new();
    let mut has_families = false;
    for (key, value) in documents.first().map(|root| reader.mapping(root, "the key `families`")).unwrap_or_default() {
        if key.what == "families" {
            has_families = true;
            for (family, value) in reader.mapping(value, "the names of families") {
                entries.push(reader.entry(family, value));
            }
        } else {
            reader.mistake(key.line, format!("unknown key `{}`{}", key.what, did_you_mean(&key.what, ["families"])));
        }
    }
    // An empty file is mostly one that is being written, or a full disk.
    if !has_families && reader.mistakes.is_empty() {
        reader.mistake(1, "the key `families` is missing; `families: {}` has no views");
    }
    if documents.len() > 1 {
        reader.mistake(documents[1].span.start.line(), "expected one document");
    }
    if reader.mistakes.is_empty() { Ok(entries) } else { Err(reader.mistakes) }
}

/// Collects mistakes, so that all are reported at once.
#[derive(Default)]
struct Reader {
    mistakes: Vec<Mistake>,
}

impl Reader {
    fn mistake(&mut self, line: usize, reason: impl Into<String>) {
        self.mistakes.push(Mistake { line: line.max(1), reason: reason.into() });
    }

    fn entry(&mut self, family: Spot<String>, node: &MarkedYaml<'_>) -> Entry {
        let mut entry = Entry::new(family);
        for (Spot { line, what: key }, value) in self.mapping(node, "the views of the family") {
            match key.as_str() {
                "mute" => entry.mute = self.scalar(value, "`true`", boolean),
                "drop" => {
                    entry.drop = self.list(value, "a label's name", text);
                    self.not_empty(value, "`drop` is empty; list the labels to remove, or remove the key");
                }
                "merge" => entry.merge = self.merge(value),
                "buckets" => {
                    let bounds = self.list(value, "a bucket bound", number);
                    entry.buckets = Some(Spot { line, what: bounds });
                }
                "max_series" => {
                    let most =
                        |scalar: &Scalar<'_>| usize::try_from(scalar.as_integer()?).ok().filter(|most| *most > 0);
                    entry.max_series = self.scalar(value, "a number of series, at least 1", most);
                }
                "combine" => entry.combine = self.scalar(value, "`sum`, `max` or `min`", combine),
                other => {
                    let hint = did_you_mean(other, KEYS);
                    self.mistake(line, format!("unknown key `{other}`{hint}; a family has {}", KEYS.join(", ")));
                }
            }
        }
        if matches!(&node.data, YamlData::Mapping(entries) if entries.is_empty()) {
            let reason = format!("`{}` has no views; expected {}", entry.family.what, KEYS.join(", "));
            self.mistake(entry.family.line, reason);
        }
        entry
    }

    /// `label: { new: [old, ..] }`
    fn merge(&mut self, node: &MarkedYaml<'_>) -> Vec<Merge> {
        let mut merges = Vec::new();
        for (label, values) in self.mapping(node, "labels") {
            for (into, values) in
                self.mapping(values, "new values, each with a list of the values that are merged into it")
            {
                if into.what.is_empty() {
                    self.mistake(into.line, "a label value must not be empty; name the new value");
                }
                self.not_empty(values, "no value is merged; list the values that become this one");
                merges.push(Merge { label: label.clone(), into, values: self.list(values, "a value", text) });
            }
        }
        merges
    }

    fn mapping<'a>(&mut self, node: &'a MarkedYaml<'_>, what: &str) -> Vec<(Spot<String>, &'a MarkedYaml<'a>)> {
        let line = node.span.start.line();
        let YamlData::Mapping(entries) = &node.data else {
            self.mistake(line, format!("expected a mapping with {what}"));
            return Vec::new();
        };
        let mut found = Vec::new();
        for (key, value) in entries {
            let line = key.span.start.line();
            match scalar(key).and_then(text) {
                Some(what) => found.push((Spot { line, what }, value)),
                None => self.mistake(line, "expected a string as key"),
            }
        }
        found
    }

    fn not_empty(&mut self, node: &MarkedYaml<'_>, reason: &str) {
        if matches!(&node.data, YamlData::Sequence(items) if items.is_empty()) {
            self.mistake(node.span.start.line(), reason);
        }
    }

    fn list<T>(&mut self, node: &MarkedYaml<'_>, what: &str, get: impl Fn(&Scalar<'_>) -> Option<T>) -> Vec<Spot<T>> {
        let YamlData::Sequence(items) = &node.data else {
            self.mistake(node.span.start.line(), format!("expected a list; each element is {what}"));
            return Vec::new();
        };
        items.iter().filter_map(|item| self.scalar(item, what, &get)).collect()
    }

    fn scalar<T>(
        &mut self,
        node: &MarkedYaml<'_>,
        what: &str,
        get: impl Fn(&Scalar<'_>) -> Option<T>,
    ) -> Option<Spot<T>> {
        let line = node.span.start.line();
        let found = scalar(node).and_then(get);
        if found.is_none() {
            self.mistake(line, format!("expected {what}"));
        }
        Some(Spot { line, what: found? })
    }
}

fn scalar<'a>(node: &'a MarkedYaml<'a>) -> Option<&'a Scalar<'a>> {
    match &node.data {
        YamlData::Value(scalar) => Some(scalar),
        _ => None,
    }
}

/// Strings, and what YAML takes for something else: a label's value may be `404` or `true`.
fn text(scalar: &Scalar<'_>) -> Option<String> {
    match scalar {
        Scalar::String(text) => Some(text.clone().into_owned()),
        Scalar::Integer(number) => Some(number.to_string()),
        Scalar::Boolean(value) => Some(value.to_string()),
        Scalar::FloatingPoint(_) | Scalar::Null => None,
    }
}

#[allow(clippy::cast_precision_loss, reason = "bounds are far below 2^52")]
fn number(scalar: &Scalar<'_>) -> Option<f64> {
    match scalar {
        Scalar::Integer(number) => Some(*number as f64),
        Scalar::FloatingPoint(number) => Some(number.0),
        _ => None,
    }
}

fn boolean(scalar: &Scalar<'_>) -> Option<bool> {
    scalar.as_bool()
}

fn combine(scalar: &Scalar<'_>) -> Option<Combine> {
    match scalar.as_str()? {
        "sum" => Some(Combine::Sum),
        "max" => Some(Combine::Max),
        "min" => Some(Combine::Min),
        _ => None,
    }
}
