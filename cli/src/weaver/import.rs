//! From a registry to declarations in Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::naming::{field, metric, pascal_case, plain};
use super::registry::{Attribute, File, Group, Member, Registry, Type};
use crate::catalogue::Kind;
use crate::error::Error;
use crate::names::{DEFAULT_MAX_SERIES, MAX_LABELS, label_name_error};
use crate::yaml;

/// The cap of an open label: of one, and of one among several.
const CAPS: [usize; 2] = [100, 10];

/// Reads the files, which may refer to each other, and writes a module.
pub(crate) fn import(files: &[PathBuf], opt_in: bool) -> Result<String, Error> {
    let mut registry = Registry::default();
    for path in files {
        let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let failed = |reason: String| Error::Registry { path: path.clone(), reason };
        let file: File = yaml::read(&text).map_err(|error| failed(error.to_string()))?;
        registry.groups.extend(file.groups().map_err(failed)?);
    }
    let mut writer =
        Writer { registry: &registry, opt_in, enums: BTreeMap::new(), used: BTreeSet::new(), items: String::new() };
    for group in registry.groups.iter().filter(|group| group.metric_name.is_some() && group.deprecated.is_none()) {
        writer.metric(group);
    }
    if writer.used.is_empty() {
        let path = files.first().cloned().unwrap_or_default();
        return Err(Error::Registry { path, reason: "it has no metrics that can be declared".to_owned() });
    }
    Ok(writer.finish())
}

struct Writer<'a> {
    registry: &'a Registry,
    opt_in: bool,
    /// Types of label values, by their attributes.
    enums: BTreeMap<String, String>,
    /// The items to import from the library.
    used: BTreeSet<&'static str>,
    items: String,
}

/// A label of a metric: its lines in the struct, how many values it has, whether it borrows.
struct LabelField {
    lines: String,
    values: usize,
    is_open: bool,
}

impl Writer<'_> {
    fn metric(&mut self, group: &Group) {
        let name = group.metric_name.as_deref().unwrap_or_default();
        let unit = group.unit.as_deref().unwrap_or("1");
        let kind = match group.instrument.as_deref() {
            Some("counter") => Kind::Counter,
            Some("histogram") => Kind::Histogram,
            _ => Kind::Gauge,
        };
        let prometheus = &group.annotations["prometheus"];
        // A registry that this tool wrote already contains the name.
        let family = prometheus["name"].as_str().map_or_else(|| metric(name, unit, kind), |name| Ok(name.to_owned()));
        let family = match family {
            Ok(family) => family,
            Err(reason) => {
                let _ = writeln!(self.items, "// `{name}` is left out: {reason}.\n");
                return;
            }
        };
        let (fields, left_out) = self.labels(group);
        let is_operation = kind == Kind::Histogram && family.ends_with("_duration_seconds");
        let (derive, attribute, key) = match kind {
            _ if is_operation => ("Operation", "operation", "duration"),
            Kind::Counter => ("Counter", "counter", "name"),
            Kind::Histogram => ("Histogram", "histogram", "name"),
            Kind::Gauge | Kind::Info => ("Gauge", "gauge", "name"),
        };
        self.used.insert(derive);
        let mut keys = format!("{key} = {family:?}");
        if let Some(buckets) = buckets(prometheus).filter(|_| kind == Kind::Histogram) {
            let _ = write!(keys, ", buckets = {buckets}");
        } else if kind == Kind::Histogram && !is_operation {
            keys += ", buckets = exponential(1.0, 4.0, 12)";
        }
        let series = fields.iter().fold(1_usize, |product, field| product.saturating_mul(field.values));
        if series > DEFAULT_MAX_SERIES {
            let _ = write!(keys, ", max_series = {series}");
        }
        doc(&mut self.items, &group.brief, "");
        for line in left_out {
            let _ = writeln!(self.items, "// {line}");
        }
        let lifetime = if fields.iter().any(|field| field.is_open) { "<'a>" } else { "" };
        let _ = writeln!(self.items, "#[derive({derive})]\n#[{attribute}({keys})]");
        let _ = write!(self.items, "pub struct {}{lifetime}", pascal_case(name));
        if fields.is_empty() {
            self.items += ";\n\n";
        } else {
            let lines: String = fields.into_iter().map(|field| field.lines).collect();
            let _ = writeln!(self.items, " {{\n{lines}}}\n");
        }
    }

    /// The fields of a metric, and comments about attributes that are left out.
    fn labels(&mut self, group: &Group) -> (Vec<LabelField>, Vec<String>) {
        let definitions = self.registry.definitions();
        let mut left_out = Vec::new();
        let mut chosen: Vec<(Attribute, Type)> = Vec::new();
        let mut attributes = self.registry.attributes(group);
        attributes.sort_by_key(Attribute::rank);
        for attribute in attributes {
            let name = attribute.name().to_owned();
            let definition = definitions.get(name.as_str());
            let kind = attribute.kind.clone().or_else(|| definition.and_then(|definition| definition.kind.clone()));
            if attribute.is_opt_in() && !self.opt_in {
                continue;
            }
            let reason = match &kind {
                None => Some("none of the files defines it".to_owned()),
                Some(Type::Plain(kind)) if kind.contains('[') => {
                    Some(format!("a label has no values of the type `{kind}`"))
                }
                _ if chosen.len() == MAX_LABELS => Some(format!("a metric has at most {MAX_LABELS} labels")),
                _ => label_name_error(&plain(&name)).map(str::to_owned),
            };
            match (reason, kind) {
                (None, Some(kind)) => {
                    let brief =
                        attribute.brief.clone().or_else(|| definition.and_then(|definition| definition.brief.clone()));
                    chosen.push((Attribute { brief, ..attribute }, kind));
                }
                (reason, _) => {
                    left_out.push(format!("Without the attribute `{name}`: {}.", reason.unwrap_or_default()));
                }
            }
        }
        let open = chosen.iter().filter(|(_, kind)| kind.is_open()).count();
        let cap = CAPS[usize::from(open > 1)];
        let fields = chosen
            .into_iter()
            .map(|(attribute, kind)| {
                let prometheus = &group.annotations["prometheus"];
                let label = prometheus["labels"][attribute.name()].as_str();
                let label = label.unwrap_or(attribute.name()).to_owned();
                let open = &prometheus["open"][attribute.name()];
                let cap = open["max"].as_u64().and_then(|cap| usize::try_from(cap).ok()).unwrap_or(cap);
                self.label(&label, &attribute, &kind, cap, open["idle"].as_u64())
            })
            .collect();
        (fields, left_out)
    }

    fn label(&mut self, label: &str, attribute: &Attribute, kind: &Type, cap: usize, idle: Option<u64>) -> LabelField {
        let mut lines = String::new();
        doc(&mut lines, attribute.brief.as_deref().unwrap_or_default(), "    ");
        let name = field(label);
        match kind {
            Type::Enum { members } if !kind.is_open() => {
                let members: Vec<&Member> = members.iter().filter(|member| member.deprecated.is_none()).collect();
                let of = self.values(attribute, &members);
                let _ = writeln!(lines, "    pub {name}: {of},");
                LabelField { lines, values: members.len().max(1), is_open: false }
            }
            Type::Plain(kind) if kind == "boolean" => {
                let _ = writeln!(lines, "    pub {name}: bool,");
                LabelField { lines, values: 2, is_open: false }
            }
            Type::Plain(_) | Type::Enum { .. } => {
                self.used.insert("Open");
                let idle = idle.map_or_else(String::new, |seconds| format!(", idle = {seconds}"));
                let _ = writeln!(lines, "    #[label(max = {cap}{idle})]\n    pub {name}: Open<'a>,");
                LabelField { lines, values: cap + 1, is_open: true }
            }
        }
    }

    /// The type of an attribute's values, written when it is first needed.
    fn values(&mut self, attribute: &Attribute, members: &[&Member]) -> String {
        if let Some(known) = self.enums.get(attribute.name()) {
            return known.clone();
        }
        self.used.insert("LabelValue");
        // A metric and an attribute may have the same name.
        let is_taken = |name: &str| {
            let metrics = self.registry.groups.iter().filter_map(|group| group.metric_name.as_deref());
            metrics.map(pascal_case).any(|metric| metric == name) || self.enums.values().any(|known| known == name)
        };
        let mut of = pascal_case(attribute.name());
        while is_taken(&of)
            || ["Counter", "Gauge", "Histogram", "LabelValue", "Open", "Operation"].contains(&of.as_str())
        {
            of += "Value";
        }
        let mut text = String::new();
        doc(&mut text, attribute.brief.as_deref().unwrap_or_default(), "");
        let _ = writeln!(text, "#[derive(Clone, Copy, Debug, LabelValue)]\npub enum {of} {{");
        let mut variants = BTreeSet::new();
        for member in members {
            let mut variant = pascal_case(&member.id);
            while !variants.insert(variant.clone()) {
                variant.push('_');
            }
            let value = member.value.as_str().map_or_else(|| member.value.to_string(), str::to_owned);
            doc(&mut text, member.brief.as_deref().unwrap_or_default(), "    ");
            let _ = writeln!(text, "    #[label(rename = {value:?})]\n    {variant},");
        }
        text += "}\n\n";
        self.items += &text;
        self.enums.insert(attribute.name().to_owned(), of.clone());
        of
    }

    fn finish(self) -> String {
        let used: Vec<&str> = self.used.into_iter().collect();
        let head = "// Written by `cargo metrics-instrumented import` from a registry of semantic conventions.\n\n";
        format!("{head}use metrics_instrumented::{{{}}};\n\n{}\n", used.join(", "), self.items.trim_end())
    }
}

/// The buckets in an annotation of this tool, as the attribute takes them.
fn buckets(prometheus: &Value) -> Option<String> {
    let bounds = prometheus["buckets"].as_array()?.iter();
    let bounds: Vec<String> = bounds.filter_map(Value::as_f64).map(|bound| format!("{bound:?}")).collect();
    let bounds = format!("[{}]", bounds.join(", "));
    let Some(schema) = prometheus["native"]["schema"].as_i64().and_then(|schema| i32::try_from(schema).ok()) else {
        return Some(bounds);
    };
    // Rounded up, because buckets may not grow by more than the factor.
    let factor = (f64::from(schema.checked_neg()?).exp2().exp2() * 1e5).ceil() / 1e5;
    let has_classic = prometheus["native"]["classic"].as_bool() == Some(true);
    let classic = if has_classic { format!(", classic = {bounds}") } else { String::new() };
    Some(format!("native(factor = {factor}{classic})"))
}

/// A doc comment with the first paragraph of a brief.
fn doc(text: &mut String, brief: &str, indent: &str) {
    for line in brief.trim().lines().take_while(|line| !line.trim().is_empty()) {
        let _ = writeln!(text, "{indent}/// {}", line.trim());
    }
}
