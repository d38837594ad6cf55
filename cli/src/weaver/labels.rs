//! The labels of a metric, from the attributes of a registry.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

use super::naming::{field, pascal_case, plain, unique};
use super::registry::{Attribute, Group, Member, Type};
use super::text::doc;
use super::writer::Writer;
use crate::names::{MAX_CAP, MAX_LABELS, TARGET_LABELS, label_name_error};

/// The cap of an open label: of one, and of one among several.
const CAPS: [usize; 2] = [100, 10];

/// The label of an operation's outcomes.
pub(super) const OUTCOME: &str = "outcome";

/// The outcomes of an operation by default.
const OUTCOMES: [&str; 4] = ["ok", "error", "panic", "cancelled"];

/// The labels of a metric.
#[derive(Default)]
pub(super) struct Labels {
    pub(super) fields: Vec<LabelField>,
    /// The labels that Prometheus renames.
    pub(super) exported: Vec<String>,
    /// The number of outcomes, if an attribute is the operation's own outcome.
    pub(super) outcome: Option<usize>,
    /// What is not declared, and why.
    pub(super) notes: Vec<String>,
}

/// A label of a metric: its lines in the struct, how many values it has, whether it borrows.
pub(super) struct LabelField {
    pub(super) label: String,
    pub(super) lines: String,
    pub(super) values: usize,
    pub(super) is_open: bool,
}

/// An attribute that becomes a label.
struct Chosen {
    label: String,
    attribute: Attribute,
    kind: Type,
}

impl Writer<'_> {
    /// The labels of a metric; the outcomes of a duration are the operation's own.
    pub(super) fn labels(&mut self, group: &Group, is_duration: bool) -> Labels {
        let prometheus = &group.annotations["prometheus"];
        let mut labels = Labels::default();
        let chosen = self.chosen(group, is_duration, &mut labels);
        let open = chosen.iter().filter(|chosen| chosen.kind.is_open()).count();
        let default = CAPS[usize::from(open > 1)];
        let mut names = BTreeSet::new();
        for Chosen { label, attribute, kind } in chosen {
            let name = unique(field(&label), "_", &mut names);
            let open = Limits::of(&prometheus["open"][attribute.name()], attribute.name(), default, &mut labels.notes);
            if TARGET_LABELS.contains(&label.as_str()) {
                labels.exported.push(label.clone());
            }
            labels.fields.push(self.field(label, &name, &attribute, &kind, &open));
        }
        labels
    }

    /// The attributes that become labels.
    fn chosen(&self, group: &Group, is_duration: bool, labels: &mut Labels) -> Vec<Chosen> {
        let definitions = self.registry.definitions();
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut attributes = self.registry.attributes(group);
        attributes.sort_by_key(Attribute::rank);
        for attribute in attributes.into_iter().filter(|attribute| self.opt_in || !attribute.is_opt_in()) {
            let name = attribute.name().to_owned();
            let definition = definitions.get(name.as_str());
            let kind = attribute.kind.clone().or_else(|| definition.and_then(|definition| definition.kind.clone()));
            let renamed = group.annotations["prometheus"]["labels"][name.as_str()].as_str();
            let label = renamed.map_or_else(|| plain(&name), str::to_owned);
            let reason = match &kind {
                None => Some("none of the files defines it".to_owned()),
                Some(Type::Plain(kind)) if kind.contains('[') => {
                    Some(format!("a label has no values of the type `{kind}`"))
                }
                Some(kind) if is_duration && label == OUTCOME && is_own_outcome(kind) => {
                    labels.outcome = Some(OUTCOMES.len());
                    continue;
                }
                _ if chosen.iter().any(|known| known.label == label) => {
                    Some(format!("another attribute is also called `{label}`"))
                }
                _ if chosen.len() + usize::from(labels.outcome.is_some()) == MAX_LABELS => {
                    Some(format!("a metric has at most {MAX_LABELS} labels"))
                }
                _ => label_name_error(&label).map(str::to_owned),
            };
            match (reason, kind) {
                (None, Some(kind)) => {
                    let brief =
                        attribute.brief.clone().or_else(|| definition.and_then(|definition| definition.brief.clone()));
                    chosen.push(Chosen { label, attribute: Attribute { brief, ..attribute }, kind });
                }
                (reason, _) => {
                    labels.notes.push(format!("Without the attribute `{name}`: {}.", reason.unwrap_or_default()));
                }
            }
        }
        chosen
    }

    fn field(&mut self, label: String, name: &str, attribute: &Attribute, kind: &Type, open: &Limits) -> LabelField {
        let mut lines = String::new();
        doc(&mut lines, attribute.brief.as_deref().unwrap_or_default(), "    ");
        let mut keys = Vec::new();
        if name.trim_start_matches("r#") != label {
            keys.push(format!("rename = {label:?}"));
        }
        let (of, values, is_open) = match kind {
            Type::Enum { members } if !kind.is_open() => {
                let members: Vec<&Member> = members.iter().filter(|member| member.deprecated.is_none()).collect();
                (self.values(attribute, &members), members.len().max(1), false)
            }
            Type::Plain(kind) if kind == "boolean" => ("bool".to_owned(), 2, false),
            Type::Plain(_) | Type::Enum { .. } => {
                self.used.insert("Open");
                keys.push(format!("max = {}", open.cap));
                keys.extend(open.idle.map(|seconds| format!("idle = {seconds}")));
                ("Open<'a>".to_owned(), open.cap + 1, true)
            }
        };
        if !keys.is_empty() {
            let _ = writeln!(lines, "    #[label({})]", keys.join(", "));
        }
        let _ = writeln!(lines, "    pub {name}: {of},");
        LabelField { label, lines, values, is_open }
    }

    /// The type of an attribute's values, written when it is first needed.
    fn values(&mut self, attribute: &Attribute, members: &[&Member]) -> String {
        if let Some(known) = self.enums.get(attribute.name()) {
            return known.clone();
        }
        self.used.insert("LabelValue");
        let of = self.type_name(attribute.name(), "Value");
        let mut text = String::new();
        doc(&mut text, attribute.brief.as_deref().unwrap_or_default(), "");
        let _ = writeln!(text, "#[derive(Clone, Copy, Debug, LabelValue)]\npub enum {of} {{");
        let mut variants = BTreeSet::new();
        for member in members {
            let variant = unique(pascal_case(&member.id), "_", &mut variants);
            doc(&mut text, member.brief.as_deref().unwrap_or_default(), "    ");
            let _ = writeln!(text, "    #[label(rename = {:?})]\n    {variant},", member.text());
        }
        text += "}\n\n";
        self.items += &text;
        self.enums.insert(attribute.name().to_owned(), of.clone());
        of
    }
}

/// Whether these are the outcomes that an operation has by default.
fn is_own_outcome(kind: &Type) -> bool {
    let Type::Enum { members } = kind else { return false };
    let values: BTreeSet<String> = members.iter().map(Member::text).collect();
    values == OUTCOMES.map(str::to_owned).into()
}

/// The limits of an open label.
struct Limits {
    cap: usize,
    idle: Option<u64>,
}

impl Limits {
    /// Those in the annotation of an attribute.
    fn of(annotation: &Value, name: &str, default: usize, notes: &mut Vec<String>) -> Self {
        let mut valid = |key: &str, most: u64| {
            let value = annotation.get(key)?;
            let number = value.as_u64().filter(|number| (1..=most).contains(number));
            if number.is_none() {
                notes.push(format!("Without `{key} = {value}` of the attribute `{name}`: expected 1 to {most}."));
            }
            number
        };
        let cap = valid("max", MAX_CAP as u64).and_then(|cap| usize::try_from(cap).ok()).unwrap_or(default);
        Self { cap, idle: valid("idle", u32::MAX.into()) }
    }
}
