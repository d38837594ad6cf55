//! Markdown: what stands in its fenced blocks of `promql`, and of `yaml` if that is rules; and the metrics that its sentences name.

use std::iter::Enumerate;
use std::str::Lines;

use super::structured;
use crate::lint::document::{Document, Expression, Extracted, Mention, Purpose};

/// The queries of all blocks, and the names between them.
pub(super) fn extract(document: &Document) -> Extracted {
    let mut extracted = Extracted::default();
    let mut lines = document.text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(fence) = Fence::open(line) else {
            let mention = |name: &str| Mention { name: name.to_owned(), line: at + 1 };
            extracted.mentions.extend(names_of(line).map(mention));
            continue;
        };
        let block = fence.block(&mut lines);
        match fence.language.as_str() {
            "promql" => queries(at + 2, &block, &mut extracted),
            "yaml" | "yml" | "json" if block.iter().any(|line| line.contains("expr")) => {
                rules(document, at + 1, &block, &mut extracted);
            }
            _ => {}
        }
    }
    extracted
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

    /// The lines up to the closing fence.
    fn block<'a>(&self, lines: &mut Enumerate<Lines<'a>>) -> Vec<&'a str> {
        lines.map(|(_, line)| line).take_while(|line| !line.trim().starts_with(&self.marks)).collect()
    }
}

/// Queries stand apart by empty lines, or each on a line of its own.
fn queries(first: usize, block: &[&str], extracted: &mut Extracted) {
    let numbered: Vec<(usize, &str)> = block.iter().enumerate().map(|(at, line)| (first + at, *line)).collect();
    let is_text = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    for paragraph in numbered.split(|(_, line)| line.trim().is_empty()) {
        let lines: Vec<_> = paragraph.iter().filter(|(_, line)| is_text(line)).collect();
        let Some(((from, _), (to, _))) = lines.first().zip(lines.last()) else { continue };
        let whole = lines.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n");
        let mut push = |promql: &str, lines| {
            extracted.expressions.push(Expression { promql: promql.to_owned(), lines, purpose: Purpose::Example });
        };
        let parses = |promql: &str| promql_parser::parser::parse(promql).is_ok();
        if !parses(&whole) && lines.iter().all(|(_, line)| parses(line)) {
            for (at, line) in lines {
                push(line, (*at, *at));
            }
        } else {
            push(&whole, (*from, *to));
        }
    }
}

/// A rule file, or a part of one, in a block: its lines are those of the document.
fn rules(document: &Document, before: usize, block: &[&str], extracted: &mut Extracted) {
    let mut text = "\n".repeat(before) + &block.join("\n");
    text.push('\n');
    let inner = structured::extract(&Document { path: document.path.clone(), text });
    // A block that is neither rules nor a dashboard is none of the linter's business here.
    if !inner.expressions.is_empty() {
        extracted.expressions.extend(inner.expressions);
        extracted.findings.extend(inner.findings);
    }
}

/// The names between single backticks in a line, without matchers behind them.
fn names_of(line: &str) -> impl Iterator<Item = &str> {
    let spans = line.split('`').skip(1).step_by(2);
    let names = spans.map(|span| span.split('{').next().unwrap_or_default());
    let is_name_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    names.filter(move |name| name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_name_part))
}
