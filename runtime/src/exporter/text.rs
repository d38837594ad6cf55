//! The words of Prometheus' text format 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>).

use std::fmt::Write;

/// `# HELP` and `# TYPE`.
pub(super) fn head(output: &mut String, name: &str, help: &str, kind: &str) {
    output.push_str("# HELP ");
    output.push_str(name);
    output.push(' ');
    escape(output, help, false);
    output.push_str("\n# TYPE ");
    output.push_str(name);
    output.push(' ');
    output.push_str(kind);
    output.push('\n');
}

/// Labels as they stand between the braces, ordered by name.
pub(super) fn labels<'a>(labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut sorted: Vec<_> = labels.into_iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    let mut text = String::new();
    for (name, value) in sorted {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(name);
        text.push_str("=\"");
        escape(&mut text, value, true);
        text.push('"');
    }
    text
}

/// The name and the labels of a sample, and the space in front of its value.
pub(super) fn series(output: &mut String, name: &str, suffix: &str, labels: &str, le: Option<&str>) {
    output.push_str(name);
    output.push_str(suffix);
    if !labels.is_empty() || le.is_some() {
        output.push('{');
        output.push_str(labels);
        if let Some(le) = le {
            output.push_str(if labels.is_empty() { "le=\"" } else { ",le=\"" });
            output.push_str(le);
            output.push('"');
        }
        output.push('}');
    }
    output.push(' ');
}

pub(super) fn integer(output: &mut String, value: u64) {
    output.push_str(itoa::Buffer::new().format(value));
}

pub(super) fn float(output: &mut String, value: f64) {
    if value.is_infinite() {
        output.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else {
        // Writing to a string cannot fail.
        let _ = write!(output, "{value}");
    }
}

/// Nanoseconds as seconds, to the last digit.
pub(super) fn seconds(output: &mut String, nanoseconds: u64) {
    integer(output, nanoseconds / 1_000_000_000);
    let fraction = nanoseconds % 1_000_000_000;
    if fraction > 0 {
        let digits = format!("{fraction:09}");
        output.push('.');
        output.push_str(digits.trim_end_matches('0'));
    }
}

fn escape(output: &mut String, text: &str, quotes: bool) {
    for character in text.chars() {
        match character {
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '"' if quotes => output.push_str("\\\""),
            other => output.push(other),
        }
    }
}

/// An exposition of another recorder, its families ordered by name and their samples too, where their order says nothing.
pub(super) fn ordered(exposition: &str) -> String {
    let mut families: Vec<&str> =
        exposition.split("\n\n").map(str::trim_end).filter(|family| !family.is_empty()).collect();
    families.sort_by_key(|family| family.lines().find_map(|line| line.strip_prefix("# TYPE ")).unwrap_or_default());
    let mut output = String::with_capacity(exposition.len());
    for family in families {
        let is_single = family
            .lines()
            .any(|line| line.starts_with("# TYPE ") && (line.ends_with(" counter") || line.ends_with(" gauge")));
        let (comments, mut samples): (Vec<&str>, Vec<&str>) = family.lines().partition(|line| line.starts_with("# "));
        if is_single {
            samples.sort_unstable();
        }
        for line in comments.into_iter().chain(samples) {
            output.push_str(line);
            output.push('\n');
        }
        output.push('\n');
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_exact_to_the_nanosecond() {
        for (nanoseconds, expected) in [
            (0, "0"),
            (1, "0.000000001"),
            (1_500_000_000, "1.5"),
            (u64::MAX, "18446744073.709551615"),
            (10_000_000_000, "10"),
            (100, "0.0000001"),
        ] {
            let mut output = String::new();
            seconds(&mut output, nanoseconds);
            assert_eq!(output, expected);
        }
    }

    #[test]
    fn labels_are_ordered_and_escaped() {
        assert_eq!(labels([("b", "x\"y\\z\n"), ("a", "1")]), r#"a="1",b="x\"y\\z\n""#);
        assert_eq!(labels([]), "");
    }

    #[test]
    fn another_recorders_exposition_is_ordered_by_family_and_series() {
        let exposition = "# TYPE b counter\nb{x=\"2\"} 1\nb{x=\"1\"} 2\n\n# HELP a A.\n# TYPE a histogram\na_bucket{le=\"2\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n\n";
        assert_eq!(
            ordered(exposition),
            "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"2\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n\n# TYPE b counter\nb{x=\"1\"} 2\nb{x=\"2\"} 1\n\n"
        );
    }
}
