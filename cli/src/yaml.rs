//! Reads YAML into a type, with line numbers in errors, and writes YAML.

use std::fmt;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, ScalarStyle, Yaml, YamlData, YamlEmitter};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a YAML document is invalid.
#[derive(Debug)]
pub(crate) struct Invalid {
    /// From 1.
    line: usize,
    reason: String,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// Reads the first document of a text; an empty text is an empty mapping.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Invalid> {
    let documents = MarkedYaml::load_from_str(text)
        .map_err(|error| Invalid { line: error.marker().line(), reason: error.info().to_owned() })?;
    let Some(root) = documents.first() else {
        return serde_json::from_value(Value::Object(serde_json::Map::new()))
            .map_err(|error| Invalid { line: 1, reason: error.to_string() });
    };
    if !root.data.is_mapping() {
        return Err(Invalid {
            line: root.span.start.line(),
            reason: "expected a mapping, such as `key: value`".to_owned(),
        });
    }
    serde_path_to_error::deserialize(value(root)?).map_err(|error| {
        let reason = error.inner().to_string();
        let line = line_of(root, error.path(), &reason);
        Invalid { line, reason: with_key(&error.path().to_string(), reason) }
    })
}

/// Writes a value as a document.
pub(crate) fn write(value: &Value) -> String {
    let mut text = String::new();
    let mut emitter = YamlEmitter::new(&mut text);
    emitter.multiline(true);
    // Writing to a string fails only for values that the conversion below does not create.
    if let Err(error) = emitter.dump(&node(value)) {
        text = format!("# {error}");
    }
    format!("{}\n", text.trim_start_matches("---\n"))
}

fn value(node: &MarkedYaml<'_>) -> Result<Value, Invalid> {
    let invalid = |reason: &str| Invalid { line: node.span.start.line(), reason: reason.to_owned() };
    Ok(match &node.data {
        YamlData::Value(Scalar::Null) => Value::Null,
        YamlData::Value(Scalar::Boolean(value)) => (*value).into(),
        YamlData::Value(Scalar::Integer(value)) => (*value).into(),
        YamlData::Value(Scalar::FloatingPoint(value)) if !value.is_finite() => {
            return Err(invalid("expected a finite number"));
        }
        YamlData::Value(Scalar::FloatingPoint(value)) => (**value).into(),
        YamlData::Value(Scalar::String(value)) => value.as_ref().into(),
        YamlData::Sequence(items) => items.iter().map(value).collect::<Result<_, _>>()?,
        YamlData::Mapping(entries) => {
            let mut object = serde_json::Map::new();
            for (key, entry) in entries {
                let Some(key) = key.data.as_str() else { return Err(invalid("expected a string as key")) };
                object.insert(key.to_owned(), value(entry)?);
            }
            object.into()
        }
        YamlData::Tagged(_, inner) => value(inner)?,
        YamlData::Alias(_) | YamlData::BadValue | YamlData::Representation(..) => {
            return Err(invalid("unsupported YAML: aliases and custom tags cannot be used here"));
        }
    })
}

/// The reason after the key that it is about, such as `alerts.idle.for`.
fn with_key(path: &str, reason: String) -> String {
    // An unknown key is in the reason.
    let unknown = reason.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let path = unknown.and_then(|key| path.strip_suffix(key)).unwrap_or(path).trim_end_matches('.');
    if path.is_empty() { reason } else { format!("`{path}`: {reason}") }
}

/// The line of the node at a path, or of the key in it that the error names.
fn line_of(root: &MarkedYaml<'_>, path: &serde_path_to_error::Path, reason: &str) -> usize {
    let mut node = root;
    let mut line = root.span.start.line();
    for segment in path {
        let next = match segment {
            serde_path_to_error::Segment::Seq { index } => node.data.as_sequence().and_then(|items| items.get(*index)),
            serde_path_to_error::Segment::Map { key } => entry(node, key).map(|(at, value)| {
                line = at;
                value
            }),
            _ => None,
        };
        let Some(next) = next else { break };
        node = next;
        line = line.max(if node.data.is_mapping() { line } else { node.span.start.line() });
    }
    let named = reason.split('`').nth(1).and_then(|name| entry(node, name));
    named.map_or(line, |(at, _)| at).max(1)
}

fn entry<'a, 'i>(node: &'a MarkedYaml<'i>, name: &str) -> Option<(usize, &'a MarkedYaml<'i>)> {
    let mapping = node.data.as_mapping()?;
    let (key, value) = mapping.iter().find(|(key, _)| key.data.as_str() == Some(name))?;
    Some((key.span.start.line(), value))
}

fn node(value: &Value) -> Yaml<'_> {
    match value {
        Value::Null => Yaml::Value(Scalar::Null),
        Value::Bool(value) => Yaml::Value(Scalar::Boolean(*value)),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Yaml::Value(Scalar::Integer(integer)),
            None => Yaml::Value(Scalar::FloatingPoint(number.as_f64().unwrap_or_default().into())),
        },
        // `PromQL` contains many double quotes, which need no escaping in single quotes.
        Value::String(text) if text.contains('"') && !text.contains(char::is_control) => {
            Yaml::Representation(text.replace('\'', "''").into(), ScalarStyle::SingleQuoted, None)
        }
        Value::String(text) => Yaml::Value(Scalar::String(text.as_str().into())),
        Value::Array(items) => Yaml::Sequence(items.iter().map(node).collect()),
        Value::Object(entries) => Yaml::Mapping(
            entries
                .iter()
                .map(|(key, value)| (Yaml::Value(Scalar::String(key.as_str().into())), node(value)))
                .collect(),
        ),
    }
}
