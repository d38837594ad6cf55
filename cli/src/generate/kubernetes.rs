//! Metadata of Kubernetes objects.

use serde_json::{Value, json};

/// The maximum length of names and of values of labels.
const MAX_LENGTH: usize = 63;

/// The `metadata` of an object of a program.
pub(super) fn metadata(program: &str) -> Value {
    json!({ "name": name(program), "labels": labels(program) })
}

/// The label with the program's name.
pub(super) fn labels(program: &str) -> Value {
    json!({ "app.kubernetes.io/name": label_value(program) })
}

/// A name of an object, as RFC 1123 defines subdomains: lower-case letters, digits, `-` and `.`; each part begins and ends with a letter or a digit.
fn name(program: &str) -> String {
    let valid = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
    let name: String = program.chars().map(valid).take(MAX_LENGTH).collect();
    let parts = name.split('.').map(|part| part.trim_matches('-'));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "program".to_owned() } else { parts.join(".") }
}

/// A value of a label: the program's name, or the object's name if that is not a valid value.
fn label_value(program: &str) -> String {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let has_valid_ends = program.trim_matches(|c: char| !c.is_ascii_alphanumeric()) == program;
    let is_valid =
        !program.is_empty() && program.len() <= MAX_LENGTH && program.chars().all(is_inner) && has_valid_ends;
    if is_valid { program.to_owned() } else { name(program) }
}
