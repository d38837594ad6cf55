//! The published schema of registries.

use std::fs;

use boon::{Compiler, Schemas};
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

use crate::root;

fn json_of(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(Scalar::Boolean(value)) => json!(value),
        Yaml::Value(Scalar::Integer(value)) => json!(value),
        Yaml::Value(Scalar::FloatingPoint(value)) => json!(value.0),
        Yaml::Value(Scalar::String(value)) => json!(value),
        Yaml::Sequence(items) => items.iter().map(json_of).collect(),
        Yaml::Mapping(entries) => {
            let entry =
                |(key, value): (&Yaml<'_>, &Yaml<'_>)| (key.as_str().expect("a string").to_owned(), json_of(value));
            entries.iter().map(entry).collect::<Map<String, Value>>().into()
        }
        _ => Value::Null,
    }
}

pub(crate) fn yaml(text: &str) -> Value {
    json_of(&Yaml::load_from_str(text).expect("YAML")[0])
}

/// What the published schema says about a registry: as a whole, and about each metric, which the whole also accepts as any other group.
pub(crate) fn validate(registry: &Value) -> Result<(), String> {
    let schema = root().join("cli/tests/fixtures/semconv/semconv.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("semconv.schema.json", schema).unwrap();
    let whole = compiler.compile("semconv.schema.json", &mut schemas).unwrap();
    let metric = compiler.compile("semconv.schema.json#/$defs/MetricSemanticConvention", &mut schemas).unwrap();
    schemas.validate(registry, whole).map_err(|error| format!("{error:#}"))?;
    let mut metrics = registry["groups"].as_array().unwrap().iter().filter(|group| group["type"] == "metric");
    metrics.try_for_each(|group| schemas.validate(group, metric).map_err(|error| format!("{error:#}")))
}
