//! Matchers of label values.

/// `label="value"`.
pub(crate) fn equals(label: &str, value: &str) -> String {
    format!("{label}={}", quoted(value))
}

/// A matcher for these values, with the operator for one value or for a pattern; `None` if there are no values.
pub(crate) fn matcher(label: &str, [one, pattern]: [&str; 2], values: &[String]) -> Option<String> {
    match values {
        [] => None,
        [value] => Some(format!("{label}{one}{}", quoted(value))),
        many => {
            let escaped: Vec<_> = many.iter().map(|value| escape(value)).collect();
            Some(format!("{label}{pattern}{}", quoted(&escaped.join("|"))))
        }
    }
}

/// A string literal of PromQL.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// A regular expression that matches exactly this text.
fn escape(text: &str) -> String {
    let special = |c: char| ".+*?()[]{}|^$\\".contains(c);
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}
