//! Parts that the text formats share: a sample's name and labels, and its numbers.

use std::io::Write;

use super::escaping::is_metric_name;
use super::labels::quote_name;
use super::model::{Exemplar, Sum, Timestamp};

/// The name of a family, escaped for a format.
#[derive(Debug, Default)]
pub(super) struct Name {
    text: String,
    /// Whether it is a classic name, which is written before the braces; any other one is written inside them, quoted.
    is_classic: bool,
}

impl Name {
    pub(super) fn new(text: String) -> Self {
        Self { is_classic: is_metric_name(&text), text }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The quoted name with a suffix.
    pub(super) fn quoted(&self, suffix: &str) -> String {
        let mut quoted = String::new();
        quote_name(&mut quoted, &self.text, suffix);
        quoted
    }
}

/// Writes the name and the labels of a sample, and the space before its value.
pub(super) fn sample(output: &mut Vec<u8>, name: &Name, suffix: &str, labels: &str, le: Option<&str>) {
    if name.is_classic {
        output.extend_from_slice(name.text.as_bytes());
        output.extend_from_slice(suffix.as_bytes());
        if labels.is_empty() && le.is_none() {
            output.push(b' ');
            return;
        }
        output.push(b'{');
    } else {
        output.push(b'{');
        output.extend_from_slice(name.quoted(suffix).as_bytes());
        if !labels.is_empty() || le.is_some() {
            output.push(b',');
        }
    }
    output.extend_from_slice(labels.as_bytes());
    if let Some(le) = le {
        output.extend_from_slice(if labels.is_empty() { b"le=\"" } else { b",le=\"" });
        output.extend_from_slice(le.as_bytes());
        output.push(b'"');
    }
    output.extend_from_slice(b"} ");
}

/// Writes HELP; quotes are escaped in `OpenMetrics` only.
pub(super) fn escape_help(output: &mut Vec<u8>, help: &str, quotes: bool) {
    for byte in help.bytes() {
        match byte {
            b'\\' => output.extend_from_slice(b"\\\\"),
            b'\n' => output.extend_from_slice(b"\\n"),
            b'"' if quotes => output.extend_from_slice(b"\\\""),
            other => output.push(other),
        }
    }
}

pub(super) fn integer(output: &mut Vec<u8>, value: u64) {
    output.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

pub(super) fn signed(output: &mut Vec<u8>, value: i32) {
    output.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

pub(super) fn float(output: &mut Vec<u8>, value: f64) {
    if value.is_infinite() {
        output.extend_from_slice(if value > 0.0 { b"+Inf" } else { b"-Inf" });
    } else {
        // Writing to a vector cannot fail.
        let _ = write!(output, "{value}");
    }
}

pub(super) fn sum(output: &mut Vec<u8>, sum: Sum) {
    match sum {
        Sum::Nanoseconds(value) => nanoseconds(output, value),
        Sum::Float(value) => float(output, value),
    }
}

/// Writes nanoseconds as seconds, exactly.
pub(super) fn nanoseconds(output: &mut Vec<u8>, nanoseconds: u64) {
    integer(output, nanoseconds / 1_000_000_000);
    let fraction = nanoseconds % 1_000_000_000;
    if fraction > 0 {
        let digits = format!("{fraction:09}");
        output.push(b'.');
        output.extend_from_slice(digits.trim_end_matches('0').as_bytes());
    }
}

/// Writes an exemplar after the value of a sample, as both versions of `OpenMetrics` do.
pub(super) fn exemplar(output: &mut Vec<u8>, exemplar: &Exemplar) {
    output.extend_from_slice(b" # {");
    output.extend_from_slice(exemplar.labels.as_bytes());
    output.extend_from_slice(b"} ");
    nanoseconds(output, exemplar.nanoseconds);
    if let Some(at) = exemplar.at {
        output.push(b' ');
        timestamp(output, at);
    }
}

/// Writes a point in time as seconds since the Unix epoch.
pub(super) fn timestamp(output: &mut Vec<u8>, at: Timestamp) {
    // Writing to a vector cannot fail.
    let _ = write!(output, "{}.{:03}", at.milliseconds / 1000, at.milliseconds % 1000);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_exact_to_the_nanosecond() {
        for (value, expected) in [
            (0, "0"),
            (1, "0.000000001"),
            (1_500_000_000, "1.5"),
            (u64::MAX, "18446744073.709551615"),
            (10_000_000_000, "10"),
            (100, "0.0000001"),
        ] {
            let mut output = Vec::new();
            nanoseconds(&mut output, value);
            assert_eq!(String::from_utf8(output).unwrap(), expected);
        }
    }
}
