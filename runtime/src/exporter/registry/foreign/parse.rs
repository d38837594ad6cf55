//! Parses the exposition of `metrics-exporter-prometheus`: its dialect of the text format 0.0.4. Each family is a block of lines. The lines of a histogram are
//! identified by their order (buckets, sum, count) and not by their suffix, because the recorder does not append `_count` to a name that ends in `count`,
//! such as `discount`.

use std::borrow::Cow;

use super::names::decode;
use crate::exporter::exposition::labels::{self, Pairs};
use crate::names::Kind;

/// A family with the lines of its samples.
pub(super) struct FamilyText<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) help: Option<String>,
    pub(super) kind: Kind,
    samples: Vec<&'a str>,
}

/// A parsed series.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The labels in canonical form.
    pub(super) labels: String,
    pub(super) value: Value,
}

/// Its value.
#[derive(Debug)]
pub(super) enum Value {
    Counter(u64),
    Gauge(f64),
    /// The index of its first bucket, and its sum.
    Histogram {
        first: usize,
        sum: f64,
    },
}

/// The families of an exposition.
pub(super) fn families(text: &str) -> impl Iterator<Item = FamilyText<'_>> {
    text.split("\n\n").filter_map(family)
}

fn family(block: &str) -> Option<FamilyText<'_>> {
    let mut help = None;
    let mut kind = None;
    let mut samples = Vec::new();
    // Not `lines`, which removes a carriage return at the end of a line.
    for line in block.split('\n').filter(|line| !line.is_empty()) {
        if let Some(comment) = line.strip_prefix("# HELP ") {
            help = comment.split_once(' ').map(|(_, text)| unescape_help(text));
        } else if let Some(comment) = line.strip_prefix("# TYPE ") {
            kind = comment.split_once(' ');
        } else {
            samples.push(line);
        }
    }
    let (name, kind) = kind?;
    let kind = [Kind::Counter, Kind::Gauge, Kind::Histogram].into_iter().find(|known| known.word() == kind)?;
    Some(FamilyText { name: decode(name.into()), help, kind, samples })
}

impl FamilyText<'_> {
    /// Parses the series, in the order of the lines. A histogram has this number of bounds; its buckets are appended to `buckets`.
    pub(super) fn series(
        &self,
        global_labels: &[(String, String)],
        bounds: usize,
        buckets: &mut Vec<u64>,
    ) -> Vec<Parsed> {
        if self.kind == Kind::Histogram {
            let lines_each = bounds + 3;
            let each = self.samples.chunks_exact(lines_each);
            return each.filter_map(|lines| histogram(lines, global_labels, buckets)).collect();
        }
        let single = |line: &&str| {
            let sample = sample(line)?;
            let value = match self.kind {
                Kind::Counter => Value::Counter(sample.value.parse().ok()?),
                _ => Value::Gauge(sample.value.parse().ok()?),
            };
            Some(Parsed { labels: canonical(&sample.labels, global_labels), value })
        };
        self.samples.iter().filter_map(single).collect()
    }
}

/// One line.
struct Sample<'a> {
    /// The labels as written.
    labels: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    value: &'a str,
}

fn sample(line: &str) -> Option<Sample<'_>> {
    let end = line.find(['{', ' '])?;
    let rest = &line[end..];
    let Some(set) = rest.strip_prefix('{') else {
        return Some(Sample { labels: Vec::new(), value: rest.strip_prefix(' ')? });
    };
    let mut pairs = Pairs::of(set);
    let labels = pairs.by_ref().collect();
    Some(Sample { labels, value: pairs.rest().strip_prefix("} ")? })
}

/// Parses a histogram from its lines: one for each bucket, then sum and count.
fn histogram(lines: &[&str], global_labels: &[(String, String)], buckets: &mut Vec<u64>) -> Option<Parsed> {
    let [below @ .., sum, count] = lines else { return None };
    let first = buckets.len();
    let mut last = 0;
    for line in below {
        let count: u64 = sample(line)?.value.parse().ok()?;
        // Rendered buckets are cumulative, those of the model are not.
        buckets.push(count.saturating_sub(last));
        last = count;
    }
    let labels = canonical(&sample(count)?.labels, global_labels);
    Some(Parsed { labels, value: Value::Histogram { first, sum: sample(sum)?.value.parse().ok()? } })
}

/// The recorded labels, and the global labels that the series does not have itself, in canonical form.
fn canonical(labels: &[(Cow<'_, str>, Cow<'_, str>)], global_labels: &[(String, String)]) -> String {
    let own: Vec<_> = labels.iter().map(|(name, value)| (decode(Cow::Borrowed(name)), value.as_ref())).collect();
    let global = global_labels.iter().filter(|(name, _)| !own.iter().any(|(own, _)| own == name));
    let global: Vec<_> = global.map(|(name, value)| (Cow::Borrowed(name.as_str()), value.as_str())).collect();
    labels::text(own.into_iter().chain(global))
}

fn unescape_help(text: &str) -> String {
    let mut help = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => help.push('\n'),
                other => help.extend(other),
            },
            other => help.push(other),
        }
    }
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_series_and_values_are_parsed() {
        let text = "# HELP b_total A \\\\ and\\n\"B\".\n# TYPE b_total counter\nb_total{x=\"} 2\",a=\"\\\"\"} 1\nb_total 3\n\n\
             # TYPE c gauge\nc{le=\"42\"} -inf\n\n\
             # TYPE U__d_2E_e histogram\nU__d_2E_e_bucket{f=\"\",le=\"2\"} 1\nU__d_2E_e_bucket{f=\"\",le=\"+Inf\"} 3\n\
             U__d_2E_e_sum{f=\"\"} 1.5\nU__d_2E_e_count{f=\"\"} 3\n\n";
        let families: Vec<_> = families(text).collect();
        let shown: Vec<_> =
            families.iter().map(|family| (&*family.name, family.help.as_deref(), family.kind)).collect();
        assert_eq!(
            shown,
            [
                ("b_total", Some("A \\ and\n\"B\"."), Kind::Counter),
                ("c", None, Kind::Gauge),
                ("d.e", None, Kind::Histogram)
            ]
        );
        let global = [("x".to_owned(), "global".to_owned()), ("g".to_owned(), "1".to_owned())];
        let mut buckets = Vec::new();
        let mut series = Vec::new();
        for family in &families {
            series.extend(family.series(&global, 1, &mut buckets).into_iter().map(|parsed| format!("{parsed:?}")));
        }
        assert_eq!(
            series,
            [
                r#"Parsed { labels: "a=\"\\\"\",g=\"1\",x=\"} 2\"", value: Counter(1) }"#,
                r#"Parsed { labels: "g=\"1\",x=\"global\"", value: Counter(3) }"#,
                r#"Parsed { labels: "g=\"1\",le=\"42\",x=\"global\"", value: Gauge(-inf) }"#,
                r#"Parsed { labels: "f=\"\",g=\"1\",x=\"global\"", value: Histogram { first: 0, sum: 1.5 } }"#,
            ]
        );
        assert_eq!(buckets, [1, 2]);
    }
}
