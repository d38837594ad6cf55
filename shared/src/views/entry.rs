//! A file of views as it is written, with the line of everything in it.

use super::model::Combine;

/// Something in the file, and its line, from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot<T> {
    /// The line.
    pub line: usize,
    /// What is written there.
    pub what: T,
}

/// What the file says about the families of one name or pattern.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name of a family; `*` matches any characters.
    pub family: Spot<String>,
    /// The family is not exposed.
    pub mute: Option<Spot<bool>>,
    /// Labels to remove.
    pub drop: Vec<Spot<String>>,
    /// Label values to merge.
    pub merge: Vec<Merge>,
    /// Bucket bounds to keep.
    pub buckets: Option<Spot<Vec<Spot<f64>>>>,
    /// The cap.
    pub max_series: Option<Spot<usize>>,
    /// How gauges are combined.
    pub combine: Option<Spot<Combine>>,
}

/// Values of a label that become one value.
#[derive(Clone, Debug)]
pub struct Merge {
    /// The label.
    pub label: Spot<String>,
    /// The new value.
    pub into: Spot<String>,
    /// The values that are merged into it.
    pub values: Vec<Spot<String>>,
}

impl Entry {
    pub(super) fn new(family: Spot<String>) -> Self {
        Self { family, mute: None, drop: vec![], merge: vec![], buckets: None, max_series: None, combine: None }
    }

    /// Whether it is about several families.
    pub(super) fn is_pattern(&self) -> bool {
        self.family.what.contains('*')
    }

    /// Whether it is about the family of this name.
    pub(super) fn matches(&self, name: &str) -> bool {
        let pattern = &self.family.what;
        let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
        let Some(mut name) = name.strip_prefix(first) else { return false };
        let mut parts: Vec<&str> = rest.split('*').collect();
        let last = parts.pop().unwrap_or_default();
        for part in parts {
            let Some((_, after)) = name.split_once(part) else { return false };
            name = after;
        }
        name.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_any_characters() {
        let matches = |pattern: &str, name| Entry::new(Spot { line: 1, what: pattern.to_owned() }).matches(name);
        for (pattern, name) in
            [("a_b", "a_b"), ("*", "a_b"), ("a*", "a"), ("*_b", "a_b"), ("a*c*e", "abcde"), ("a*b*", "ab")]
        {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a_b", "a_bc"), ("a*", "ba"), ("*_b", "a_bc"), ("a*c*e", "ae"), ("ab*b", "ab")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
