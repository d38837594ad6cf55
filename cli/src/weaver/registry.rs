//! A registry as it is written, as far as metrics need it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A file of either format. Keys that metrics do not need are ignored.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected `groups` with metrics, or `file_format: definition/2`")]
pub(super) enum File {
    /// The first format: everything is a group.
    Groups { groups: Vec<Group> },
    /// `file_format: definition/2`.
    Definitions {
        file_format: String,
        #[serde(default)]
        attributes: Vec<Attribute>,
        #[serde(default)]
        attribute_groups: Vec<Group>,
        #[serde(default)]
        metrics: Vec<Group>,
    },
}

/// The groups of all files.
#[derive(Debug, Default)]
pub(super) struct Registry {
    pub(super) groups: Vec<Group>,
}

impl File {
    /// Its groups, or why it has none.
    pub(super) fn groups(self) -> Result<Vec<Group>, String> {
        match self {
            Self::Groups { groups } => Ok(groups),
            Self::Definitions { file_format, .. } if file_format != "definition/2" => {
                Err(format!("unknown `file_format: {file_format}`; expected `definition/2`"))
            }
            Self::Definitions { attributes, attribute_groups, metrics, .. } => {
                let defined = Group { attributes, ..Group::default() };
                Ok([defined].into_iter().chain(attribute_groups).chain(metrics).collect())
            }
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Group {
    #[serde(default)]
    pub(super) id: String,
    #[serde(default)]
    pub(super) brief: String,
    #[serde(default)]
    pub(super) extends: Option<String>,
    #[serde(default)]
    pub(super) attributes: Vec<Attribute>,
    #[serde(default, alias = "name")]
    pub(super) metric_name: Option<String>,
    #[serde(default)]
    pub(super) instrument: Option<String>,
    #[serde(default)]
    pub(super) unit: Option<String>,
    #[serde(default)]
    pub(super) deprecated: Option<Value>,
    #[serde(default)]
    pub(super) annotations: Value,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Attribute {
    #[serde(default, alias = "key")]
    pub(super) id: Option<String>,
    #[serde(default, rename = "ref")]
    pub(super) reference: Option<String>,
    /// A group whose attributes stand here.
    #[serde(default)]
    pub(super) ref_group: Option<String>,
    #[serde(default)]
    pub(super) brief: Option<String>,
    #[serde(default, rename = "type")]
    pub(super) kind: Option<Type>,
    #[serde(default)]
    pub(super) requirement_level: Option<Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Type {
    Plain(String),
    Enum { members: Vec<Member> },
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Member {
    pub(super) id: String,
    pub(super) value: Value,
    #[serde(default)]
    pub(super) brief: Option<String>,
    #[serde(default)]
    pub(super) deprecated: Option<Value>,
}

impl Member {
    /// The value of the label.
    pub(super) fn text(&self) -> String {
        self.value.as_str().map_or_else(|| self.value.to_string(), str::to_owned)
    }
}

impl Attribute {
    pub(super) fn name(&self) -> &str {
        self.id.as_deref().or(self.reference.as_deref()).unwrap_or_default()
    }

    /// How much it is needed: the lower, the more.
    pub(super) fn rank(&self) -> u8 {
        match &self.requirement_level {
            Some(level) if level == "required" => 0,
            Some(level) if level.get("conditionally_required").is_some() => 1,
            Some(level) if level == "opt_in" => 3,
            _ => 2,
        }
    }

    pub(super) fn is_opt_in(&self) -> bool {
        self.requirement_level.as_ref().is_some_and(|level| level == "opt_in")
    }
}

impl Registry {
    /// The attributes that are defined, by their names.
    pub(super) fn definitions(&self) -> BTreeMap<&str, &Attribute> {
        let all = self.groups.iter().flat_map(|group| &group.attributes);
        all.filter_map(|attribute| Some((attribute.id.as_deref()?, attribute))).collect()
    }

    /// The attributes of a group: those of the groups that it extends or refers to, and its own, which win.
    pub(super) fn attributes(&self, group: &Group) -> Vec<Attribute> {
        let mut all = Vec::new();
        self.add_attributes(group, &mut Vec::new(), &mut all);
        all
    }

    fn add_attributes<'a>(&'a self, group: &'a Group, within: &mut Vec<&'a str>, all: &mut Vec<Attribute>) {
        // A circle would never end.
        if within.contains(&group.id.as_str()) {
            return;
        }
        within.push(&group.id);
        if let Some(parent) = group.extends.as_ref().and_then(|id| self.group(id)) {
            self.add_attributes(parent, within, all);
        }
        for attribute in &group.attributes {
            if let Some(other) = attribute.ref_group.as_ref().and_then(|id| self.group(id)) {
                self.add_attributes(other, within, all);
                continue;
            }
            match all.iter_mut().find(|known| known.name() == attribute.name()) {
                Some(known) => {
                    let level = attribute.requirement_level.clone().or(known.requirement_level.take());
                    *known = Attribute { requirement_level: level, ..attribute.clone() };
                }
                None => all.push(attribute.clone()),
            }
        }
        within.pop();
    }

    fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }
}

impl Type {
    /// Whether any value is possible. An enum with a fallback only, such as `error.type`, leaves the values to the program.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Plain(kind) => kind != "boolean",
            Self::Enum { members } => members.iter().filter(|member| member.deprecated.is_none()).count() < 2,
        }
    }
}
