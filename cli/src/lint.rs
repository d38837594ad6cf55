//! The linter: rule files, dashboards and Markdown, held against a catalogue.

mod dashboard;
mod document;
mod expression;
mod known;
mod literals;
mod markdown;
mod matching;
mod prose;
mod report;
mod rules_file;
mod sarif;
mod selector;
mod shape;
mod variables;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::error::Error;
use document::{Document, Extracted};
use expression::Checker;
pub(crate) use known::Allowed;
use known::Known;
pub(crate) use report::{Format, report};

/// What is wrong at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) file: PathBuf,
    /// From 1.
    pub(crate) line: usize,
    /// From 1.
    pub(crate) column: usize,
    pub(crate) level: Level,
    pub(crate) rule: Rule,
    pub(crate) message: String,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// It does not do what it says.
    Error,
    /// It works, and who reads it is left alone.
    Warning,
}

macro_rules! rules {
    ($($variant:ident $level:ident $name:literal $says:literal,)*) => {
        /// What is looked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub(crate) enum Rule {
            $(#[serde(rename = $name)] $variant,)*
        }

        impl Rule {
            /// All of them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in every output.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it means.
            pub(crate) const fn says(self) -> &'static str {
                match self { $(Self::$variant => $says,)* }
            }

            pub(crate) const fn level(self) -> Level {
                match self { $(Self::$variant => Level::$level,)* }
            }
        }
    };
}

rules! {
    File Error "file" "The file is not what it should be.",
    Syntax Error "syntax" "It is not PromQL.",
    RangeVector Error "range-vector" "A range of values stands where one value is wanted.",
    UnknownMetric Error "unknown-metric" "No series has this name.",
    UnknownName Warning "unknown-name" "The text names a metric that is not there.",
    UnknownLabel Error "unknown-label" "The series have no label of this name.",
    UnknownValue Error "unknown-value" "The label never has this value.",
    UnknownBucket Error "unknown-bucket" "The histogram has no bucket with this bound.",
    RateOnGauge Error "rate-on-gauge" "A function for counters is given a gauge.",
    DeltaOnCounter Warning "delta-on-counter" "A function for gauges is given a counter, whose resets it takes for changes.",
    RateAfterSum Error "rate-after-sum" "A rate of a sum takes the restart of one process for a reset of all.",
    QuantileWithoutLe Error "quantile-without-le" "A quantile is asked of what has no buckets.",
    NeverMatches Error "never-matches" "The two sides have no labels in common that could match, so nothing ever comes out.",
    ManyMatches Error "many-matches" "Several series of one side match one of the other, which Prometheus refuses.",
    AlwaysOne Error "always-one" "Each series is divided by itself.",
    ZeroOfEachSeries Error "zero-of-each-series" "The alert fires for each series that is idle, however busy the others are.",
    TemplateLabel Error "template-label" "A template names a label that the alert does not have.",
    MisplacedRules Error "misplaced-rules" "Rules stand where Prometheus refuses them.",
    PanelLegend Warning "panel-legend" "A panel's query has no legend.",
    PanelUnit Warning "panel-unit" "A panel has no unit.",
    PanelDatasource Warning "panel-datasource" "A panel has no data source.",
}

/// Everything that is wrong in these files, in their order.
pub(crate) fn lint(files: &[PathBuf], catalogue: &Catalogue, allowed: &Allowed) -> Result<Vec<Finding>, Error> {
    let documents: Vec<Document> = files.iter().map(|path| Document::read(path)).collect::<Result<_, _>>()?;
    Ok(lint_documents(&documents, catalogue, allowed))
}

fn lint_documents(documents: &[Document], catalogue: &Catalogue, allowed: &Allowed) -> Vec<Finding> {
    let extracted: Vec<Extracted> = documents.iter().map(extract).collect();
    let mut known = Known::new(catalogue, allowed);
    // Rules may name what rules in other files record, so all names are there before the first expression is judged.
    for rule in extracted.iter().flat_map(|extracted| &extracted.expressions) {
        if let Some((name, labels)) = rule.records() {
            let mut shape = Checker::new(&known).shape(rule);
            shape.labels.own.extend(labels.iter().cloned());
            known.add_record(name, shape);
        }
    }
    let mut findings = Vec::new();
    for (document, extracted) in documents.iter().zip(extracted) {
        let mut found = extracted.findings;
        for expression in &extracted.expressions {
            let mut checker = Checker::new(&known);
            checker.check(expression);
            found.extend(checker.into_findings(document, expression));
        }
        found.extend(extracted.mentions.iter().filter_map(|mention| prose::check(document, mention, &known)));
        found.sort_by_key(|finding| (finding.line, finding.column, finding.rule));
        found.dedup();
        findings.extend(found);
    }
    findings
}

fn extract(document: &Document) -> Extracted {
    if document.path.extension().is_some_and(|extension| extension == "md" || extension == "markdown") {
        markdown::extract(document)
    } else {
        document::extract_yaml(document)
    }
}

/// Whether anything is wrong that `strict` does not let pass.
pub(crate) fn fails(findings: &[Finding], strict: bool) -> bool {
    findings.iter().any(|finding| strict || finding.level == Level::Error)
}

/// The path as it is shown.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
