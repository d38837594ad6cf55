//! Encodes names and values for `metrics-exporter-prometheus`, so that its exposition contains them as they were recorded.
//!
//! It replaces invalid characters in names with underscores, which can make two names equal. Such names are passed in the scheme `values`, which is
//! reversible. It treats a backslash before a quote, a line feed or another backslash as an escape, which changes such values. Therefore backslashes are
//! doubled.

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

/// Decodes a name, if it was encoded.
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

/// Names with the scheme's prefix are encoded, too, so that they are not decoded by mistake.
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
    fn any_name_is_decoded_to_itself() {
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
