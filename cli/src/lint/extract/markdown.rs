//! Markdown: fenced blocks of `promql`, fenced blocks of `yaml` or `json` with rules or dashboards, and the names of metrics in sentences.

use super::structured;
use crate::lint::document::{Document, Extracted, Mention, Purpose, Span};

/// A line without its line end, and its offset.
type Line<'a> = (usize, &'a str);

/// Extracts the queries of all blocks, and the names between them.
pub(super) fn extract(document: &Document) -> Extracted {
    let mut extracted = Extracted::default();
    let mut lines = numbered(&document.text);
    while let Some((at, line)) = lines.next() {
        let Some(fence) = Fence::open(line) else {
            let mention = |name: &str| Mention { name: name.to_owned(), span: at..at + line.len() };
            extracted.mentions.extend(names_of(line).map(mention));
            continue;
        };
        let block: Vec<Line<'_>> = lines.by_ref().take_while(|(_, line)| !fence.closes(line)).collect();
        let Some(span) = span(&block) else { continue };
        match fence.language.as_str() {
            "promql" => queries(&block, &mut extracted),
            "yaml" | "yml" | "json" if document.text[span.clone()].contains("expr") => {
                // A block without rules and dashboards is ignored.
                if let Some(inner) = structured::extract_part(&document.only(&span)) {
                    extracted.expressions.extend(inner.expressions);
                    extracted.findings.extend(inner.findings);
                }
            }
            _ => {}
        }
    }
    extracted
}

fn numbered(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

fn span(lines: &[Line<'_>]) -> Option<Span> {
    let ((first, _), (last, text)) = lines.first().zip(lines.last())?;
    Some(*first..last + text.len())
}

/// The line that begins a block.
struct Fence {
    marks: String,
    language: String,
}

impl Fence {
    fn open(line: &str) -> Option<Self> {
        let line = line.trim_start();
        let mark = line.chars().next().filter(|mark| ['`', '~'].contains(mark))?;
        let marks: String = line.chars().take_while(|c| *c == mark).collect();
        let language = line[marks.len()..].trim().split([' ', ',', '{']).next().unwrap_or_default().to_lowercase();
        (marks.len() >= 3).then_some(Self { marks, language })
    }

    fn closes(&self, line: &str) -> bool {
        line.trim().starts_with(&self.marks)
    }
}

/// Queries are separated by empty lines, or each is on a line of its own.
fn queries(block: &[Line<'_>], extracted: &mut Extracted) {
    let is_text = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    for paragraph in block.split(|(_, line)| line.trim().is_empty()) {
        let lines: Vec<Line<'_>> = paragraph.iter().copied().filter(|(_, line)| is_text(line)).collect();
        let Some(span) = span(&lines) else { continue };
        let whole = lines.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n");
        let parses = |promql: &str| promql_parser::parser::parse(promql).is_ok();
        if !parses(&whole) && lines.iter().all(|(_, line)| parses(line)) {
            for (at, line) in lines {
                extracted.push(line, at..at + line.len(), Purpose::Example);
            }
        } else {
            extracted.push(&whole, span, Purpose::Example);
        }
    }
}

/// Returns the names in single backticks in a line, without their matchers.
fn names_of(line: &str) -> impl Iterator<Item = &str> {
    let spans = line.split('`').skip(1).step_by(2);
    let names = spans.map(|span| span.split('{').next().unwrap_or_default());
    let is_name_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    names.filter(move |name| name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_name_part))
}
