//! From a registry to declarations in Rust.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::labels::{Labels, OUTCOME};
use super::naming::metric;
use super::registry::{File, Group, Registry};
use super::text::{comment, doc};
use super::writer::Writer;
use crate::catalogue::Kind;
use crate::error::Error;
use crate::names::{DEFAULT_MAX_SERIES, buckets_message, native_growth};
use crate::yaml;

/// Reads the files, which may refer to each other, and writes a module.
pub(crate) fn import(files: &[PathBuf], opt_in: bool) -> Result<String, Error> {
    let mut registry = Registry::default();
    for path in files {
        let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let failed = |reason: String| Error::Registry { path: path.clone(), reason };
        let file: File = yaml::read(&text).map_err(|error| failed(error.to_string()))?;
        registry.groups.extend(file.groups().map_err(failed)?);
    }
    let mut writer = Writer::new(&registry, opt_in);
    let groups = registry.groups.iter().filter(|group| group.metric_name.is_some() && group.deprecated.is_none());
    // The types of label values take other names than all metrics.
    let named: Vec<(&Group, String)> =
        groups.map(|group| (group, writer.type_name(name_of(group), "Metric"))).collect();
    for (group, of) in named {
        if let Err(reason) = writer.metric(group, &of) {
            let _ = writeln!(writer.items, "{}\n", comment(&format!("`{}` is left out: {reason}.", name_of(group))));
        }
    }
    if writer.used.is_empty() {
        let path = files.first().cloned().unwrap_or_default();
        let left_out =
            writer.items.lines().next().and_then(|line| line.strip_prefix("// ")).map(|line| format!(": {line}"));
        let reason = format!("it has no metrics that can be declared{}", left_out.unwrap_or_default());
        return Err(Error::Registry { path, reason: reason.trim_end_matches('.').to_owned() });
    }
    Ok(writer.finish())
}

fn name_of(group: &Group) -> &str {
    group.metric_name.as_deref().unwrap_or_default()
}

fn kind_of(group: &Group) -> Result<Kind, String> {
    match group.instrument.as_deref() {
        Some("counter") => Ok(Kind::Counter),
        Some("histogram") => Ok(Kind::Histogram),
        Some("gauge" | "updowncounter") => Ok(Kind::Gauge),
        Some(other) => {
            Err(format!("unknown `instrument: {other}`; expected `counter`, `updowncounter`, `gauge` or `histogram`"))
        }
        None => Err("it has no `instrument`".to_owned()),
    }
}

impl Writer<'_> {
    /// Writes the declaration of a metric, or returns why it has none.
    fn metric(&mut self, group: &Group, of: &str) -> Result<(), String> {
        let kind = kind_of(group)?;
        let prometheus = &group.annotations["prometheus"];
        let unit = group.unit.as_deref().unwrap_or("1");
        // A registry that this tool wrote already contains the name.
        let family = metric(name_of(group), prometheus["name"].as_str(), unit, kind)?;
        if !self.families.insert(family.clone()) {
            return Err(format!("another metric is also called `{family}`"));
        }
        let is_duration = kind == Kind::Histogram && family.ends_with("_duration_seconds");
        let Labels { fields, exported, outcome, mut notes } = self.labels(group, is_duration);
        let is_operation = is_duration && fields.iter().all(|field| field.label != OUTCOME);
        if is_duration && !is_operation {
            notes.push(format!("Not an operation, because the values of `{OUTCOME}` are not those of an operation."));
        }
        let (derive, attribute, key) = match kind {
            _ if is_operation => ("Operation", "operation", "duration"),
            Kind::Counter => ("Counter", "counter", "name"),
            Kind::Histogram => ("Histogram", "histogram", "name"),
            Kind::Gauge | Kind::Info => ("Gauge", "gauge", "name"),
        };
        self.used.insert(derive);
        let mut keys = match &outcome {
            Some(_) => format!("duration(name = {family:?}, outcome)"),
            None => format!("{key} = {family:?}"),
        };
        if !exported.is_empty() {
            let _ = write!(keys, ", exported({})", exported.join(", "));
        }
        let written = if kind == Kind::Histogram { buckets(prometheus) } else { Ok(None) };
        match written {
            Ok(Some(buckets)) => {
                let _ = write!(keys, ", buckets = {buckets}");
            }
            Err(reason) => notes.push(format!("Without the buckets of the registry: {reason}.")),
            Ok(None) => {}
        }
        if kind == Kind::Histogram && !is_duration && !keys.contains("buckets = ") {
            keys += ", buckets = exponential(1.0, 4.0, 12)";
        }
        let series = fields.iter().fold(outcome.unwrap_or(1), |product, field| product.saturating_mul(field.values));
        if series > DEFAULT_MAX_SERIES {
            let _ = write!(keys, ", max_series = {series}");
        }
        doc(&mut self.items, &group.brief, "");
        for line in notes {
            let _ = writeln!(self.items, "{}", comment(&line));
        }
        let lifetime = if fields.iter().any(|field| field.is_open) { "<'a>" } else { "" };
        let _ = writeln!(self.items, "#[derive({derive})]\n#[{attribute}({keys})]");
        let _ = write!(self.items, "pub struct {of}{lifetime}");
        if fields.is_empty() {
            self.items += ";\n\n";
        } else {
            let lines: String = fields.into_iter().map(|field| field.lines).collect();
            let _ = writeln!(self.items, " {{\n{lines}}}\n");
        }
        Ok(())
    }
}

/// The buckets in an annotation of this tool, as the attribute takes them, or what is wrong with them.
fn buckets(prometheus: &Value) -> Result<Option<String>, String> {
    let Some(bounds) = prometheus["buckets"].as_array() else { return Ok(None) };
    let bounds: Option<Vec<f64>> = bounds.iter().map(Value::as_f64).collect();
    let bounds = bounds.ok_or("a bucket bound must be a number")?;
    if let Some((_, error)) = buckets_message(&bounds) {
        return Err(error);
    }
    let bounds: Vec<String> = bounds.iter().map(|bound| format!("{bound:?}")).collect();
    let bounds = format!("[{}]", bounds.join(", "));
    let native = &prometheus["native"];
    if native.is_null() {
        return Ok(Some(bounds));
    }
    let schema = native["schema"].as_i64().filter(|schema| (-4..=8).contains(schema));
    let schema = schema.and_then(|schema| i8::try_from(schema).ok());
    let schema = schema.ok_or("the schema of native buckets must be from -4 to 8")?;
    // Rounded up, because buckets may not grow by more than the factor.
    let factor = (native_growth(schema) * 1e5).ceil() / 1e5;
    let has_classic = native["classic"].as_bool() == Some(true);
    let classic = if has_classic { format!(", classic = {bounds}") } else { String::new() };
    Ok(Some(format!("native(factor = {factor}{classic})")))
}
