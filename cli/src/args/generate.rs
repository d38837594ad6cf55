//! Commands that write documents, rules, dashboards and scrape configurations.

use std::path::PathBuf;

use super::common::{Output, SourceArgs, Views};
use crate::generate::rules::write::Kind as RulesKind;
use crate::generate::scraping::{Scrape, Target};

/// Show the catalogue as JSON, or as a registry of OpenTelemetry's semantic conventions
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  cargo metrics-instrumented catalog target/release/storage-driver
  storage-driver --catalog > declarations.jsonl && cargo metrics-instrumented catalog declarations.jsonl
  cargo metrics-instrumented catalog --package storage-driver")]
pub(crate) struct CatalogArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: CatalogFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// How the catalogue is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum CatalogFormat {
    /// docs/catalogue-schema.md describes it.
    #[default]
    Json,
    /// A registry of semantic conventions, in YAML, for Weaver.
    Weaver,
}

/// Write declarations in Rust for the metrics of a registry of OpenTelemetry's semantic conventions
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:
  cargo metrics-instrumented import model/http/*.yaml model/error/*.yaml --output src/conventions.rs")]
pub(crate) struct ImportArgs {
    /// Files of the registry; they may refer to each other
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Include the attributes that are opt-in
    #[arg(long)]
    pub(crate) opt_in: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Write the catalogue as Markdown: families, labels, buckets, queries, source locations
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  cargo metrics-instrumented docs target/release/storage-driver --output docs/metrics.md
  cargo metrics-instrumented docs target/release/storage-driver --check docs/metrics.md   # in CI")]
pub(crate) struct DocsArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) views: Views,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Write recording rules and alerts, or their tests for promtool
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  cargo metrics-instrumented rules target/release/storage-driver --output rules.yaml && promtool check rules rules.yaml
  cargo metrics-instrumented rules target/release/storage-driver --tests rules.yaml --output rules.test.yaml && promtool test rules rules.test.yaml
  cargo metrics-instrumented rules target/release/storage-driver --kind kubernetes --config metrics-instrumented.yaml | kubectl apply -f -")]
pub(crate) struct RulesArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Configuration file with thresholds, objectives, the job and runbooks; see <https://github.com/metrics-instrumented/metrics-instrumented/blob/main/docs/cli.md#rules>
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Kind of file
    #[arg(long, value_enum, default_value_t = RulesKind::Prometheus)]
    pub(crate) kind: RulesKind,
    /// Write all alerts; by default, at most three for each operation and those on the whole program are written
    #[arg(long)]
    pub(crate) all_alerts: bool,
    /// Write tests for promtool instead, which read the rules from this file
    #[arg(long, value_name = "RULES", conflicts_with = "kind")]
    pub(crate) tests: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) views: Views,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Write a Grafana dashboard: rate, errors, duration and in-flight of each operation
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:
  cargo metrics-instrumented dashboard target/release/storage-driver --output dashboard.json")]
pub(crate) struct DashboardArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// The configuration file, as for `rules`: how outcomes are classified
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) views: Views,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Write a ServiceMonitor for the Prometheus operator; of several programs, one for each
#[derive(clap::Args, Debug)]
#[command(
    name = "servicemonitor",
    after_help = "Example:
  cargo metrics-instrumented servicemonitor target/release/storage-driver --port metrics | kubectl apply -f -"
)]
pub(crate) struct ServiceMonitorArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) scrape: Scrape,
    /// The name of the service's port
    #[arg(long, default_value = "metrics")]
    pub(crate) port: String,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Write a scrape job for Prometheus' configuration; of several programs, one for each
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  cargo metrics-instrumented scrape-config target/release/storage-driver --target 10.0.0.1:9000 --target 10.0.0.2:9000
  cargo metrics-instrumented scrape-config target/release/{orders,billing} --target orders=10.0.0.1:9000 --target billing=10.0.0.3:9000")]
pub(crate) struct ScrapeConfigArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) scrape: Scrape,
    /// The job's name, of a single program [default: the program's]
    #[arg(long)]
    pub(crate) job: Option<String>,
    /// Address on which the program listens; with its name if there are several [default: localhost:9000]
    #[arg(long = "target", value_name = "[PROGRAM=]HOST:PORT")]
    pub(crate) targets: Vec<Target>,
    #[command(flatten)]
    pub(crate) output: Output,
}
