//! From a catalogue to a registry.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::naming::unit;
use crate::catalogue::{Catalogue, Family, Kind, Label, LabelValues};
use crate::yaml;

/// Everything that code declares may change with its next version.
const STABILITY: &str = "development";

/// Returns the registry as YAML: a group with all attributes, and a group for each metric.
pub(crate) fn registry(catalogue: &Catalogue) -> String {
    let mut by_label: BTreeMap<&str, Vec<(&Family, &Label)>> = BTreeMap::new();
    for family in &catalogue.families {
        for label in &family.labels {
            by_label.entry(&label.name).or_default().push((family, label));
        }
    }
    let mut attributes: BTreeMap<String, Value> = BTreeMap::new();
    let mut ids: BTreeMap<(&str, &str), String> = BTreeMap::new();
    for (name, uses) in &by_label {
        // Labels of one name with different values are different attributes.
        let is_one = uses.iter().all(|(_, label)| label.values == uses[0].1.values);
        for (family, label) in uses {
            let id = if is_one { (*name).to_owned() } else { format!("{}.{name}", family.name) };
            attributes.entry(id.clone()).or_insert_with(|| attribute(&id, label));
            ids.insert((&family.name, name), id);
        }
    }
    let program = &catalogue.program;
    let mut groups: Vec<Value> = Vec::new();
    if !attributes.is_empty() {
        groups.push(json!({
            "id": format!("registry.{program}"),
            "type": "attribute_group",
            "display_name": format!("Attributes of {program}"),
            "brief": format!("The labels of the metrics of {program}."),
            "attributes": attributes.into_values().collect::<Vec<_>>(),
        }));
    }
    groups.extend(catalogue.families.iter().map(|family| metric(family, &ids)));
    yaml::write(&json!({ "groups": groups }))
}

fn attribute(id: &str, label: &Label) -> Value {
    let mut attribute = json!({ "id": id, "stability": STABILITY, "brief": format!("The label `{}`.", label.name) });
    match &label.values {
        LabelValues::Listed(values) => {
            let mut members: Vec<Value> = Vec::new();
            for value in values {
                let mut id = member_id(value);
                while members.iter().any(|member| member["id"] == id.as_str()) {
                    id.push('_');
                }
                members.push(json!({ "id": id, "value": value, "stability": STABILITY }));
            }
            attribute["type"] = json!({ "members": members });
        }
        LabelValues::Open(cap) => {
            attribute["type"] = "string".into();
            attribute["note"] = format!("At most {cap} values; others are `other`.").into();
            attribute["examples"] = json!(["other"]);
        }
        LabelValues::Fact(value) => {
            attribute["type"] = "string".into();
            attribute["examples"] = json!([value]);
        }
        LabelValues::Closed(_) => {
            attribute["type"] = "string".into();
            attribute["examples"] = json!(["other"]);
        }
    }
    attribute
}

/// A name of lower-case letters, digits and `_` that begins with a letter.
fn member_id(value: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let id: String = value.chars().map(plain).collect();
    if id.starts_with(|c: char| c.is_ascii_lowercase()) { id } else { format!("v{id}") }
}

fn metric(family: &Family, ids: &BTreeMap<(&str, &str), String>) -> Value {
    let instrument = match family.kind {
        Kind::Counter => "counter",
        Kind::Histogram => "histogram",
        // The only gauges of operations are numbers of calls, which go up and down by one.
        Kind::Gauge if !family.operations.is_empty() => "updowncounter",
        Kind::Gauge | Kind::Info => "gauge",
    };
    let reference = |label: &Label| {
        let id = ids.get(&(family.name.as_str(), label.name.as_str())).unwrap_or(&label.name);
        json!({ "ref": id, "requirement_level": "required" })
    };
    let mut prometheus = json!({ "name": family.name, "type": family.kind.word() });
    let renamed = family.labels.iter().filter_map(|label| {
        let id = ids.get(&(family.name.as_str(), label.name.as_str()))?;
        (*id != label.name).then(|| (id.clone(), Value::from(label.name.as_str())))
    });
    let renamed: serde_json::Map<String, Value> = renamed.collect();
    if !renamed.is_empty() {
        prometheus["labels"] = renamed.into();
    }
    if !family.buckets.is_empty() {
        prometheus["buckets"] = json!(family.buckets);
    }
    if let Some(native) = family.native {
        prometheus["native"] = json!(native);
    }
    for label in &family.labels {
        let LabelValues::Open(cap) = label.values else { continue };
        let id = ids.get(&(family.name.as_str(), label.name.as_str())).unwrap_or(&label.name);
        prometheus["open"][id]["max"] = cap.into();
        if let Some(idle) = label.idle {
            prometheus["open"][id]["idle"] = idle.into();
        }
    }
    json!({
        "id": format!("metric.{}", family.name),
        "type": "metric",
        "metric_name": family.name,
        "brief": family.help,
        "instrument": instrument,
        "unit": unit(family),
        "stability": STABILITY,
        "attributes": family.labels.iter().map(reference).collect::<Vec<_>>(),
        "annotations": { "prometheus": prometheus },
    })
}
