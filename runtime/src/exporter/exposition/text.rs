//! The words of Prometheus' text format 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>) and of `OpenMetrics` 1.0
//! (<https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md>).

use std::fmt::Write;

use crate::names::Kind;

/// An exposition's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::exporter) enum Format {
    /// Prometheus' text format 0.0.4.
    Text,
    /// `OpenMetrics` 1.0.
    OpenMetrics,
}

impl Format {
    /// Its media type, as `Content-Type` says it.
    pub(in crate::exporter) fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// What stands behind a family.
    pub(in crate::exporter) fn family_end(self) -> &'static str {
        match self {
            Self::Text => "\n",
            Self::OpenMetrics => "",
        }
    }

    /// A bucket's bound as it stands in `le`; `OpenMetrics` wants whole numbers to look like floats.
    pub(in crate::exporter) fn bound(self, bound: f64) -> String {
        match self {
            Self::Text => bound.to_string(),
            Self::OpenMetrics => format!("{bound:?}"),
        }
    }
}

/// The comments in front of a family.
pub(in crate::exporter) fn head(output: &mut String, format: Format, name: &str, help: &str, kind: Kind) {
    // In `OpenMetrics` a counter's family is named without the ending of its samples.
    let family = match (format, kind) {
        (Format::OpenMetrics, Kind::Counter) => name.strip_suffix("_total").unwrap_or(name),
        _ => name,
    };
    for (comment, text) in [("# HELP ", help), ("# TYPE ", kind.word())] {
        output.push_str(comment);
        output.push_str(family);
        output.push(' ');
        escape(output, text, format == Format::OpenMetrics);
        output.push('\n');
    }
    let unit =
        ["seconds", "bytes"].into_iter().find(|unit| family.strip_suffix(unit).is_some_and(|rest| rest.ends_with('_')));
    if let (Format::OpenMetrics, Some(unit)) = (format, unit) {
        // Writing to a string cannot fail.
        let _ = writeln!(output, "# UNIT {family} {unit}");
    }
}

/// Labels as they stand between the braces, ordered by name.
pub(in crate::exporter) fn labels<'a>(labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
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
pub(in crate::exporter) fn series(output: &mut String, name: &str, suffix: &str, labels: &str, le: Option<&str>) {
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

/// Since when a series counts; the name is that of its family or, for a counter, its sample.
pub(in crate::exporter) fn created(output: &mut String, name: &str, labels: &str, created: &str) {
    series(output, name.strip_suffix("_total").unwrap_or(name), "_created", labels, None);
    output.push_str(created);
    output.push('\n');
}

pub(in crate::exporter) fn integer(output: &mut String, value: u64) {
    output.push_str(itoa::Buffer::new().format(value));
}

pub(in crate::exporter) fn float(output: &mut String, value: f64) {
    if value.is_infinite() {
        output.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else {
        // Writing to a string cannot fail.
        let _ = write!(output, "{value}");
    }
}

/// Nanoseconds as seconds, to the last digit.
pub(in crate::exporter) fn seconds(output: &mut String, nanoseconds: u64) {
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
pub(in crate::exporter) fn ordered(exposition: &str) -> String {
    let mut families: Vec<&str> =
        exposition.split("\n\n").map(str::trim_end).filter(|family| !family.is_empty()).collect();
    families.sort_by_key(|family| family.lines().find_map(|line| line.strip_prefix("# TYPE ")).unwrap_or_default());
    let mut output = String::with_capacity(exposition.len());
    for family in families {
        let (comments, mut samples): (Vec<&str>, Vec<&str>) = family.lines().partition(|line| line.starts_with("# "));
        if is_single(family) {
            samples.sort_unstable();
        }
        for line in comments {
            output.push_str(line);
            output.push('\n');
        }
        for line in samples {
            // Rust's word for it is not Prometheus'.
            let infinite = line.strip_suffix(" inf").map(|rest| (rest, " +Inf"));
            let infinite = infinite.or_else(|| line.strip_suffix(" -inf").map(|rest| (rest, " -Inf")));
            let (rest, value) = infinite.unwrap_or((line, ""));
            output.push_str(rest);
            output.push_str(value);
            output.push('\n');
        }
        output.push('\n');
    }
    output
}

/// How many series such an exposition has; a histogram or summary is one.
pub(in crate::exporter) fn series_of(exposition: &str) -> usize {
    let families = exposition.split("\n\n").map(|family| {
        let samples = family.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
        if is_single(family) {
            return samples.count();
        }
        let name = |line: &str| line.find(['{', ' ']).map_or(0, |end| usize::from(line[..end].ends_with("_count")));
        samples.map(name).sum()
    });
    families.sum()
}

/// Whether each sample of a family is a series of its own.
fn is_single(family: &str) -> bool {
    let is_single = |line: &str| line.ends_with(" counter") || line.ends_with(" gauge");
    family.lines().any(|line| line.starts_with("# TYPE ") && is_single(line))
}

/// The same in `OpenMetrics`, with the time since when it counts if there is one.
pub(in crate::exporter) fn to_openmetrics(exposition: &str, created_at: Option<&str>) -> String {
    let mut output = String::with_capacity(exposition.len());
    for family in exposition.split("\n\n") {
        let kind = family.lines().find_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
        let counter = kind.filter(|(_, kind)| *kind == "counter").map(|(name, _)| name);
        for line in family.lines().filter(|line| !line.is_empty()) {
            match counter {
                Some(name) => counter_line(&mut output, line, name),
                None => canonical_line(&mut output, line),
            }
            output.push('\n');
            if let (Some((name, kind)), Some(at)) = (kind, created_at)
                && let Some(labels) = last_of_series(line, name, kind)
            {
                created(&mut output, name, labels, at);
            }
        }
    }
    output
}

/// The labels of a series that counts, if this line is its last one.
fn last_of_series<'a>(line: &'a str, name: &str, kind: &str) -> Option<&'a str> {
    let suffix = match kind {
        "counter" => "",
        "histogram" | "summary" => "_count",
        _ => return None,
    };
    let rest = line.strip_prefix(name)?.strip_prefix(suffix)?;
    match rest.strip_prefix('{') {
        Some(rest) => rest.rsplit_once("} ").map(|(labels, _)| labels),
        None => rest.starts_with(' ').then_some(""),
    }
}

/// A line of a counter: the family without `_total`, its samples with it.
fn counter_line(output: &mut String, line: &str, name: &str) {
    let base = name.strip_suffix("_total").unwrap_or(name);
    let comment = ["# HELP ", "# TYPE "].into_iter().find(|comment| line.starts_with(comment));
    let rest = &line[comment.unwrap_or_default().len() + name.len()..];
    output.push_str(comment.unwrap_or_default());
    output.push_str(base);
    if comment.is_none() {
        output.push_str("_total");
    }
    output.push_str(rest);
}

/// A line whose `le` or `quantile`, if it has one, is made to look like a float.
fn canonical_line(output: &mut String, line: &str) {
    let bound = ["le=\"", "quantile=\""].into_iter().find_map(|label| {
        let begin = line.rfind(label)? + label.len();
        let end = begin + line[begin..].find('"')?;
        let bound = line[begin..end].parse::<f64>().ok().filter(|bound| bound.is_finite())?;
        line[end..].starts_with("\"}").then_some((begin, end, bound))
    });
    match bound {
        Some((begin, end, bound)) if !line.starts_with('#') => {
            let _ = write!(output, "{}{bound:?}{}", &line[..begin], &line[end..]);
        }
        _ => output.push_str(line),
    }
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
    fn another_recorders_exposition_in_openmetrics() {
        let exposition = "# HELP b_total B.\n# TYPE b_total counter\nb_total{x=\"2\"} 1\n\n# TYPE c counter\nc 2\n\n# TYPE a histogram\na_bucket{le=\"2\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n\n";
        assert_eq!(
            to_openmetrics(exposition, None),
            "# HELP b B.\n# TYPE b counter\nb_total{x=\"2\"} 1\n# TYPE c counter\nc_total 2\n# TYPE a histogram\na_bucket{le=\"2.0\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n"
        );
    }

    #[test]
    fn another_recorders_series_have_their_time_in_openmetrics() {
        let exposition = "# TYPE b_total counter\nb_total{x=\"} 2\"} 1\nb_total 3\n\n# TYPE c gauge\nc 2\n\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n\n";
        assert_eq!(
            to_openmetrics(exposition, Some("5.5")),
            "# TYPE b counter\nb_total{x=\"} 2\"} 1\nb_created{x=\"} 2\"} 5.5\nb_total 3\nb_created 5.5\n# TYPE c gauge\nc 2\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\na_created 5.5\n"
        );
    }

    #[test]
    fn another_recorders_exposition_is_ordered_by_family_and_series() {
        let exposition = "# TYPE b counter\nb{x=\"2\"} 1\nb{x=\"1\"} 2\n\n# HELP a A.\n# TYPE a histogram\na_bucket{le=\"2\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n\n";
        assert_eq!(
            ordered(exposition),
            "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"2\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n\n# TYPE b counter\nb{x=\"1\"} 2\nb{x=\"2\"} 1\n\n"
        );
        assert_eq!(series_of(exposition), 3);
    }
}
