//! Escaping of names with characters outside the classic data model (letters, digits, underscores), for formats that allow only these.
//!
//! The schemes are those of <https://prometheus.io/docs/instrumenting/escaping_schemes/>.

use std::borrow::Cow;
use std::fmt::Write;

/// The escaping scheme that a client requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::exporter) enum Escaping {
    /// Every other character is replaced with an underscore.
    #[default]
    Underscores,
    /// Names are not escaped, but quoted.
    AllowUtf8,
    /// `.` is `_dot_`, `_` is `__`.
    Dots,
    /// `U__`, and every other character replaced with its code point; it is reversible.
    Values,
}

impl Escaping {
    /// All schemes, with the value of `escaping` in `Accept` and `Content-Type`.
    pub(in crate::exporter) const ALL: [(Self, &'static str); 4] = [
        (Self::Underscores, "underscores"),
        (Self::AllowUtf8, "allow-utf-8"),
        (Self::Dots, "dots"),
        (Self::Values, "values"),
    ];

    /// The name of a family in this scheme.
    pub(in crate::exporter) fn metric(self, name: &str) -> Cow<'_, str> {
        // Prometheus' parsers end at U+0000 in a name, but not in a value.
        if name.contains('\0') {
            return Cow::Owned(self.escape(&name.replace('\0', "\u{fffd}"), is_metric_character).into_owned());
        }
        self.escape(name, is_metric_character)
    }

    /// The name of a label in this scheme.
    pub(in crate::exporter) fn label(self, name: &str) -> Cow<'_, str> {
        self.escape(name, is_label_character)
    }

    fn escape(self, name: &str, is_allowed: fn(usize, char) -> bool) -> Cow<'_, str> {
        let is_plain = is_classic(name, is_allowed);
        match self {
            Self::AllowUtf8 => Cow::Borrowed(name),
            Self::Underscores | Self::Values if is_plain => Cow::Borrowed(name),
            Self::Underscores => name.char_indices().map(|(at, c)| if is_allowed(at, c) { c } else { '_' }).collect(),
            Self::Dots if !name.contains(['_', '.']) && is_plain => Cow::Borrowed(name),
            Self::Dots => Cow::Owned(dots(name, is_allowed)),
            Self::Values => Cow::Owned(values(name, is_allowed)),
        }
    }
}

/// The prefix of names in the scheme `values`.
const PREFIX: &str = "U__";

fn dots(name: &str, is_allowed: fn(usize, char) -> bool) -> String {
    let mut output = String::with_capacity(name.len() + 8);
    for (at, character) in name.char_indices() {
        match character {
            '_' => output.push_str("__"),
            '.' => output.push_str("_dot_"),
            allowed if is_allowed(at, allowed) => output.push(allowed),
            _ => output.push_str("__"),
        }
    }
    output
}

fn values(name: &str, is_allowed: fn(usize, char) -> bool) -> String {
    let mut output = String::from(PREFIX);
    for (at, character) in name.char_indices() {
        match character {
            '_' => output.push_str("__"),
            allowed if is_allowed(at, allowed) => output.push(allowed),
            // Writing to a string cannot fail.
            other => _ = write!(output, "_{:X}_", u32::from(other)),
        }
    }
    output
}

/// Whether this is a metric name of the classic data model.
pub(in crate::exporter) fn is_metric_name(name: &str) -> bool {
    is_classic(name, is_metric_character)
}

/// Whether this is a label name of the classic data model.
pub(in crate::exporter) fn is_label_name(name: &str) -> bool {
    is_classic(name, is_label_character)
}

fn is_classic(name: &str, is_allowed: fn(usize, char) -> bool) -> bool {
    !name.is_empty() && name.char_indices().all(|(at, character)| is_allowed(at, character))
}

fn is_label_character(at: usize, character: char) -> bool {
    character.is_ascii_alphabetic() || character == '_' || (at > 0 && character.is_ascii_digit())
}

fn is_metric_character(at: usize, character: char) -> bool {
    is_label_character(at, character) || character == ':'
}

#[cfg(test)]
mod tests {
    use super::Escaping::{AllowUtf8, Dots, Underscores, Values};

    #[test]
    fn names_are_escaped_by_each_scheme() {
        for (name, underscores, dots, values) in [
            ("plain", "plain", "plain", "plain"),
            ("with_underscore", "with_underscore", "with__underscore", "with_underscore"),
            ("http.status:sum", "http_status:sum", "http_dot_status:sum", "U__http_2E_status:sum"),
            ("a_b.c", "a_b_c", "a__b_dot_c", "U__a__b_2E_c"),
            ("1st", "_st", "__st", "U___31_st"),
            ("label with 😱", "label_with__", "label__with____", "U__label_20_with_20__1F631_"),
        ] {
            assert_eq!(Underscores.metric(name), underscores);
            assert_eq!(Dots.metric(name), dots);
            assert_eq!(Values.metric(name), values);
            assert_eq!(AllowUtf8.metric(name), name);
        }
        assert_eq!(Underscores.label("a:b"), "a_b");
        for (scheme, expected) in [(AllowUtf8, "a\u{fffd}"), (Values, "U__a_FFFD_"), (Underscores, "a_"), (Dots, "a__")]
        {
            assert_eq!(scheme.metric("a\0"), expected);
        }
    }
}
