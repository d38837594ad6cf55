//! A scrape as lines, and its changes.

use std::collections::BTreeMap;

/// A scrape as lines, and what its metadata says.
pub(crate) struct Scrape {
    pub(crate) lines: Vec<String>,
    pub(crate) kinds: BTreeMap<String, String>,
}

impl Scrape {
    pub(crate) fn new(text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let kind = |line: &String| {
            let (name, kind) = line.strip_prefix("# TYPE ")?.split_once(' ')?;
            Some((name.to_owned(), kind.to_owned()))
        };
        let kinds = lines.iter().filter_map(kind).collect();
        Self { lines, kinds }
    }

    /// The family of a line, by its metadata or its sample; none of the exporter's.
    pub(crate) fn family(&self, line: &str) -> Option<&str> {
        let name = match line.strip_prefix("# ") {
            Some(rest) => rest.split(' ').nth(1)?,
            None => line.split(['{', ' ']).next()?,
        };
        let suffixes = ["", "_total", "_bucket", "_sum", "_count", "_created"].iter();
        let mut names = suffixes.filter_map(|suffix| name.strip_suffix(suffix));
        let (name, _) = names.find_map(|name| self.kinds.get_key_value(name))?;
        (!name.starts_with("metrics_instrumented_") && !name.starts_with("process_")).then_some(name)
    }

    pub(crate) fn kind(&self, line: &str) -> &str {
        self.family(line).map_or("", |family| &self.kinds[family])
    }

    /// Whether it is a sample of a family of this kind with this suffix, and has these characters.
    pub(crate) fn is_sample(&self, line: &str, kind: &str, suffix: &str, with: &str) -> bool {
        let name = line.split(['{', ' ']).next().unwrap_or_default();
        !line.starts_with('#') && self.kind(line) == kind && name.ends_with(suffix) && line.contains(with)
    }

    /// The text with the first line that fits replaced by something; `None` if no line fits.
    pub(crate) fn replace(&self, fits: impl Fn(&str) -> bool, by: impl Fn(&str) -> String) -> Option<String> {
        let at = self.lines.iter().position(|line| self.family(line).is_some() && fits(line))?;
        let mut lines = self.lines.clone();
        lines[at] = by(&lines[at]);
        Some(lines.into_iter().filter(|line| !line.is_empty()).map(|line| line + "\n").collect())
    }

    /// The text without all lines of the first family of a kind.
    pub(crate) fn without(&self, kind: &str) -> Option<String> {
        let line = self.lines.iter().find(|line| self.kind(line) == kind && self.has_samples(line))?;
        self.without_family(self.family(line)?)
    }

    pub(crate) fn without_family(&self, family: &str) -> Option<String> {
        self.kinds.get(family)?;
        let kept = self.lines.iter().filter(|line| self.family(line) != Some(family));
        Some(kept.map(|line| line.clone() + "\n").collect())
    }

    /// The text with lines before its end.
    pub(crate) fn before_end(&self, more: &str) -> String {
        let end = |line: &String| if line == "# EOF" { format!("{more}# EOF\n") } else { line.clone() + "\n" };
        self.lines.iter().map(end).collect()
    }

    pub(crate) fn has_samples(&self, line: &str) -> bool {
        let family = self.family(line);
        self.lines.iter().any(|line| !line.starts_with('#') && self.family(line) == family)
    }
}
