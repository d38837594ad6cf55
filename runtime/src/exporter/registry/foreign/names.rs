//! What `metrics-exporter-prometheus` is given, so that it comes back as it was recorded.
//!
//! It replaces what is not allowed in names by underscores, so that two names become one; such names are given to it in the scheme `values`,
//! which loses nothing. It takes a backslash in front of a quote, a line feed or another backslash for an escape that was already made, so
//! that such values arrive changed; a doubled backslash arrives as it is.

use std::borrow::Cow;

use metrics::{Key, Label, SharedString};

use crate::exporter::exposition::escaping::{PREFIX, is_label_name, is_metric_name, label_by_values, metric_by_values};

pub(super) fn encode_key(key: &Key) -> Cow<'_, Key> {
    let is_plain = |label: &Label| is_plain_label(label.key()) && !label.value().contains('\\');
    if is_plain_metric(key.name()) && key.labels().all(is_plain) {
        return Cow::Borrowed(key);
    }
    let label = |label: &Label| {
        let name = label.key();
        let name = if is_plain_label(name) { name.to_owned() } else { label_by_values(name) };
        Label::new(name, double_backslashes(label.value()).into_owned())
    };
    let labels: Vec<Label> = key.labels().map(label).collect();
    Cow::Owned(Key::from_parts(encode_metric(key.name()).into_owned(), labels))
}

pub(super) fn encode_metric(name: &str) -> Cow<'_, str> {
    if is_plain_metric(name) { Cow::Borrowed(name) } else { Cow::Owned(metric_by_values(name)) }
}

pub(super) fn encode_help(help: SharedString) -> SharedString {
    match double_backslashes(&help) {
        Cow::Borrowed(_) => help,
        Cow::Owned(doubled) => doubled.into(),
    }
}

/// The name that was encoded, if it was.
pub(super) fn decode(name: Cow<'_, str>) -> Cow<'_, str> {
    match name.strip_prefix(PREFIX) {
        Some(encoded) => Cow::Owned(decode_values(encoded)),
        None => name,
    }
}

fn decode_values(encoded: &str) -> String {
    let mut name = String::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some(at) = rest.find('_') {
        name.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(end) = rest.find('_') else { break };
        let code = &rest[..end];
        // Two underscores are one.
        let character = if code.is_empty() { Some('_') } else { char_of(code) };
        name.extend(character);
        rest = &rest[end + 1..];
    }
    name.push_str(rest);
    name
}

fn char_of(code: &str) -> Option<char> {
    u32::from_str_radix(code, 16).ok().and_then(char::from_u32)
}

/// What begins as the scheme's own names do is encoded too, so that it is not taken for one.
fn is_plain_metric(name: &str) -> bool {
    is_metric_name(name) && !name.starts_with(PREFIX)
}

fn is_plain_label(name: &str) -> bool {
    is_label_name(name) && !name.starts_with(PREFIX)
}

fn double_backslashes(text: &str) -> Cow<'_, str> {
    if text.contains('\\') { Cow::Owned(text.replace('\\', "\\\\")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_comes_back() {
        for name in
            ["a", "a_b", "a.b", "__", "_", "1st", "é 😱", "U__a", "U__", "U__a_2E_b", "a:b", "a__b.c_", "\\\"\n"]
        {
            let metric = encode_metric(name);
            assert!(is_metric_name(&metric), "{metric}");
            assert_eq!(decode(metric), name);
            let key = Key::from_parts("x", vec![Label::new(name.to_owned(), "")]);
            let encoded = encode_key(&key);
            let label = encoded.labels().next().unwrap().key();
            assert!(is_label_name(label), "{label}");
            assert_eq!(decode(label.into()), name);
        }
    }
}
