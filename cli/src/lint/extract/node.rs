//! One tree for YAML and JSON, with locations in the text.

use std::ops::Range;

/// A value and its location.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) data: Data,
    /// Bytes in the text of the document.
    pub(super) span: Range<usize>,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Data {
    String(String),
    /// Nothing.
    Null,
    /// A number or a boolean.
    Other,
    Sequence(Vec<Node>),
    /// Each key once, in the order of the text.
    Mapping(Vec<(String, Node)>),
}

impl Node {
    /// Returns the value of a key of a mapping.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Returns the value under several keys, one inside the other.
    pub(super) fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Returns the entries of a mapping; none for other values.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        match &self.data {
            Data::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the items of a sequence; none for other values.
    pub(super) fn items(&self) -> &[Self] {
        match &self.data {
            Data::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Returns the items of the sequence under a key.
    pub(super) fn items_of(&self, key: &str) -> &[Self] {
        self.get(key).map_or(&[], Self::items)
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the string under a key.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// Returns the string under a key, unless it is empty.
    pub(super) fn filled(&self, key: &str) -> Option<&str> {
        self.text(key).filter(|text| !text.is_empty())
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    pub(super) fn is_sequence(&self) -> bool {
        matches!(self.data, Data::Sequence(_))
    }
}
