//! Parses a response into families.
//!
//! The formats: <https://prometheus.io/docs/instrumenting/exposition_formats/>,
//! <https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md>.

use std::collections::{BTreeMap, BTreeSet};

use super::line;
use super::model::{AtLine, Exposition, Family, Kind, Part, Problem, Sample};

/// Parses a response. `is_open_metrics` is set if the content type is `OpenMetrics`; for files, the format is detected.
pub(crate) fn parse(text: &str, is_open_metrics: bool) -> Exposition {
    let has_end = text.lines().rev().find(|line| !line.trim().is_empty()) == Some("# EOF");
    let looks_open = text.lines().any(|line| line.starts_with("# UNIT ")) || has_bare_counter(text);
    let mut parser = Parser { is_open_metrics: is_open_metrics || has_end || looks_open, ..Parser::default() };
    for (at, line) in text.lines().enumerate() {
        parser.line(at + 1, line);
    }
    if parser.is_open_metrics && parser.end.is_none() {
        let last = text.lines().count().max(1);
        parser.problem(last, 1, "`# EOF` is missing at the end; the response is truncated".to_owned());
    }
    parser.finish()
}

/// Whether a counter is declared without the `_total` of its samples, as in `OpenMetrics`. In the text format, a counter may be called without it, samples included.
fn has_bare_counter(text: &str) -> bool {
    let samples: BTreeSet<&str> = text.lines().filter_map(|line| line.split(['{', ' ']).next()).collect();
    text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter")).any(|name| {
        !name.ends_with("_total") && !samples.contains(name) && samples.contains(format!("{name}_total").as_str())
    })
}

type Series = (usize, Part, Vec<(String, String)>);

#[derive(Default)]
struct Parser {
    is_open_metrics: bool,
    families: Vec<Family>,
    by_name: BTreeMap<String, usize>,
    /// The family of the last line.
    current: Option<usize>,
    /// The series so far: family, part and sorted labels.
    series: BTreeSet<Series>,
    problems: Vec<Problem>,
    /// The line `# EOF`.
    end: Option<usize>,
}

impl Parser {
    fn problem(&mut self, line: usize, column: usize, message: String) {
        self.problems.push(Problem { line, column, message });
    }

    fn line(&mut self, number: usize, whole: &str) {
        let line = whole.trim_end();
        if line.is_empty() {
            return;
        }
        if self.is_open_metrics && self.end == Some(number - 1) {
            self.problem(number, 1, "unexpected text after `# EOF`".to_owned());
        }
        if line == "# EOF" {
            self.end.get_or_insert(number);
            return;
        }
        let Some(comment) = whole.strip_prefix('#') else { return self.sample(number, line) };
        let mut words = comment.trim_start().splitn(3, ' ');
        let keyword = words.next().unwrap_or_default().trim_end();
        if !["TYPE", "HELP", "UNIT"].contains(&keyword) {
            return;
        }
        let name = words.next().map(str::trim_end).filter(|name| !name.is_empty());
        let rest = words.next().unwrap_or_default();
        let Some(name) = name else {
            return self.problem(number, 1, format!("`# {keyword}` has no metric name"));
        };
        let name = name.trim_matches('"');
        // Spaces at the end belong to a HELP, but not to a type or a unit.
        let rest = if keyword == "HELP" { rest } else { rest.trim_end() };
        let at = self.family(name, keyword == "TYPE" && rest == "counter", number);
        let family = &mut self.families[at];
        let is_repeated = match keyword {
            "TYPE" => {
                let Some(kind) = Kind::parse(rest) else {
                    family.is_damaged = true;
                    return self.problem(number, 1, format!("`{name}` has the unknown type `{rest}`"));
                };
                family.kind.replace(AtLine { line: number, what: kind }).is_some()
            }
            "HELP" => family.help.replace(AtLine { line: number, what: unescaped(rest) }).is_some(),
            _ => family.unit.replace(AtLine { line: number, what: rest.to_owned() }).is_some(),
        };
        let has_samples = !family.samples.is_empty();
        if is_repeated {
            self.problem(number, 1, format!("duplicate `# {keyword} {name}`"));
        } else if has_samples {
            self.problem(number, 1, format!("`# {keyword} {name}` comes after samples of `{name}`"));
        }
        self.current = Some(at);
    }

    fn sample(&mut self, number: usize, line: &str) {
        let written = match line::parse(line) {
            Ok(written) => written,
            Err(wrong) => {
                let column = line.get(..wrong.at).unwrap_or(line).chars().count() + 1;
                self.damage(line);
                return self.problem(number, column, wrong.reason);
            }
        };
        let (at, part) = self.owner(&written.name, number);
        // Parts of a histogram without a type are families of their own here, and alternate.
        let has_type = self.families[at].kind.is_some();
        if has_type && self.current != Some(at) && !self.families[at].samples.is_empty() {
            let name = self.families[at].name.clone();
            self.problem(number, 1, format!("samples of `{name}` are not contiguous"));
        }
        self.current = Some(at);
        if let Some(begins) = written.exemplar
            && let Some(reason) = self.wrong_exemplar(at, part)
        {
            let column = line.get(..begins).unwrap_or(line).chars().count() + 1;
            self.problem(number, column, reason.to_owned());
        }
        // A label without a value is the same as no label, and a bound may be written in several ways.
        let mut labels: Vec<_> = written.labels.iter().filter(|(_, value)| !value.is_empty()).cloned().collect();
        for (_, le) in labels.iter_mut().filter(|(name, _)| part == Part::Bucket && name == "le") {
            *le = le.parse().map_or_else(|_| le.clone(), |bound: f64| bound.to_string());
        }
        labels.sort_unstable();
        if !self.series.insert((at, part, labels)) {
            self.problem(
                number,
                1,
                format!("the series `{}` is served twice", line.rsplit_once(' ').map_or(line, |(series, _)| series)),
            );
        }
        self.families[at].samples.push(Sample { line: number, part, labels: written.labels, value: written.value });
    }

    /// Marks the family of an invalid sample.
    fn damage(&mut self, line: &str) {
        let name = line.split(['{', ' ']).next().unwrap_or_default();
        let suffixes = ["", "_bucket", "_sum", "_count", "_created", "_total"];
        let mut bases = suffixes.iter().filter_map(|suffix| name.strip_suffix(suffix));
        if let Some(at) = bases.find_map(|base| self.by_name.get(base).copied()) {
            self.families[at].is_damaged = true;
        }
    }

    /// Why a sample cannot have an exemplar.
    fn wrong_exemplar(&self, family: usize, part: Part) -> Option<&'static str> {
        let is_counter = self.families[family].kind.as_ref().is_some_and(|said| said.what == Kind::Counter);
        if !self.is_open_metrics {
            return Some("the text format has no exemplars; request OpenMetrics");
        }
        let may_have_one = part == Part::Bucket || (is_counter && part == Part::Value);
        (!may_have_one).then_some("only counters and buckets have exemplars")
    }

    /// The family of a sample, by its name and the families so far.
    fn owner(&mut self, name: &str, number: usize) -> (usize, Part) {
        if let Some(at) = self.by_name.get(name) {
            return (*at, Part::Value);
        }
        let parts =
            [("_bucket", Part::Bucket), ("_sum", Part::Sum), ("_count", Part::Count), ("_created", Part::Created)];
        for (suffix, part) in parts {
            let Some(base) = name.strip_suffix(suffix) else { continue };
            let total = format!("{base}_total");
            let known = [Some(base), (part == Part::Created).then_some(total.as_str())];
            for base in known.into_iter().flatten() {
                if let Some(at) = self.by_name.get(base).copied()
                    && self.families[at].may_have(part)
                {
                    return (at, part);
                }
            }
        }
        if let Some(base) = name.strip_suffix("_total")
            && self.is_open_metrics
            && let Some(at) = self.by_name.remove(base)
        {
            // A counter by its name, independent of its metadata.
            self.by_name.insert(name.to_owned(), at);
            name.clone_into(&mut self.families[at].name);
            return (at, Part::Value);
        }
        if let Some(base) = name.strip_suffix("_info")
            && let Some(at) = self.by_name.get(base).copied()
            && self.families[at].is(Kind::Info)
        {
            return (at, Part::Value);
        }
        let at = self.family(name, false, number);
        if self.families[at].name != name {
            self.problem(number, 1, format!("a sample of the counter `{name}` has no `_total` in its name"));
        }
        (at, Part::Value)
    }

    /// The family of a metadata line, added if it is new. In `OpenMetrics`, the name of a counter has no `_total`.
    fn family(&mut self, name: &str, is_counter: bool, line: usize) -> usize {
        let total = format!("{name}_total");
        if let Some(at) = self.by_name.get(name).or_else(|| self.by_name.get(&total).filter(|_| self.is_open_metrics)) {
            let at = *at;
            if is_counter && self.is_open_metrics && self.families[at].name == name && !name.ends_with("_total") {
                self.by_name.remove(name);
                self.by_name.insert(total.clone(), at);
                self.families[at].name = total;
            }
            return at;
        }
        let is_total = is_counter && self.is_open_metrics && !name.ends_with("_total");
        let name = if is_total { total } else { name.to_owned() };
        let family = Family {
            name: name.clone(),
            line,
            kind: None,
            help: None,
            unit: None,
            samples: Vec::new(),
            is_damaged: false,
            has_mistyped_values: false,
        };
        self.families.push(family);
        self.by_name.insert(name, self.families.len() - 1);
        self.families.len() - 1
    }

    fn finish(mut self) -> Exposition {
        for family in self.families.iter_mut().filter(|family| family.is(Kind::Info) && !family.name.ends_with("_info"))
        {
            family.name += "_info";
        }
        Exposition { families: self.families, problems: self.problems, has_native_buckets: false }
    }
}

impl Family {
    fn is(&self, kind: Kind) -> bool {
        self.kind.as_ref().is_some_and(|said| said.what == kind)
    }

    fn may_have(&self, part: Part) -> bool {
        let kind = self.kind.as_ref().map(|said| said.what);
        match part {
            Part::Value => true,
            // Only protobuf has them.
            Part::Native(_) => false,
            // Buckets of a summary show that it is a histogram; its type is reported, and not each bucket.
            Part::Bucket => matches!(kind, Some(Kind::Histogram | Kind::GaugeHistogram | Kind::Summary)),
            Part::Sum | Part::Count => matches!(kind, Some(Kind::Histogram | Kind::GaugeHistogram | Kind::Summary)),
            Part::Created => matches!(kind, Some(Kind::Histogram | Kind::Summary | Kind::Counter)),
        }
    }
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some('n')) => {
                plain.push('\n');
                chars.next();
            }
            ('\\', Some(escaped @ ('\\' | '"'))) => {
                plain.push(escaped);
                chars.next();
            }
            _ => plain.push(c),
        }
    }
    plain
}
