//! Commands that check and compare.

use std::path::PathBuf;

use super::common::Views;
use crate::exposition::target::Preferred;
use crate::fetch::Connection;
use crate::lint::Server;
use crate::names::ZERO_SERIES_LIMIT;
use crate::number::{percentage, seconds};
use crate::report::Format;

/// Check rule files, Grafana dashboards and Markdown with PromQL against the catalogue
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  cargo metrics-instrumented lint --catalog target/release/storage-driver alerts.yaml dashboard.json docs/*.md
  cargo metrics-instrumented lint --catalog a.jsonl --catalog b.jsonl --allow 'node_*' --format github rules/*.yaml
  cargo metrics-instrumented lint --catalog a.jsonl --format sarif alerts.yaml > lint.sarif")]
pub(crate) struct LintArgs {
    /// Executable, declarations or catalogue to check against; several are merged
    #[arg(long, value_name = "SOURCE", required = true)]
    pub(crate) catalog: Vec<PathBuf>,
    /// Metric of another program, or the beginning of such names with `*` at the end
    #[arg(long, value_name = "METRIC")]
    pub(crate) allow: Vec<String>,
    /// Label that the scrape adds, besides job, instance and those of the Prometheus operator
    #[arg(long, value_name = "LABEL")]
    pub(crate) label: Vec<String>,
    /// Version of Prometheus that evaluates the queries; 3 supports functions and syntax that 2 rejects
    #[arg(long, value_enum, value_name = "VERSION", default_value_t)]
    pub(crate) prometheus: Server,
    /// Output format of the findings
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Fail on warnings too
    #[arg(long)]
    pub(crate) strict: bool,
    /// Files to check
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) views: Views,
}

/// Compare what a running program serves, or a saved scrape, with what its code declares
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  cargo metrics-instrumented verify http://localhost:9000/metrics --catalog target/release/storage-driver
  curl -s localhost:9000/metrics > scrape.txt && cargo metrics-instrumented verify scrape.txt --catalog storage-driver.jsonl
  cargo metrics-instrumented verify http://localhost:9000/metrics --catalog a.jsonl --min-coverage 80 --format github   # after a load test, in CI")]
pub(crate) struct VerifyArgs {
    /// `http://` or `https://` address, or file in the text format, in `OpenMetrics` or `PrometheusProto`, which may be compressed by gzip
    #[arg(value_name = "URL|FILE")]
    pub(crate) target: String,
    /// Executable, declarations or catalogue to compare with; several are merged
    #[arg(long, value_name = "SOURCE", required = true)]
    pub(crate) catalog: Vec<PathBuf>,
    /// Family to ignore: one that the code does not declare, or that the target does not have to serve; `*` matches any characters
    #[arg(long, value_name = "METRIC")]
    pub(crate) allow: Vec<String>,
    /// Label that every series may have; global labels of the exporter are recognised
    #[arg(long, value_name = "LABEL")]
    pub(crate) label: Vec<String>,
    /// Fail if less than this percentage of the declared series has recorded a value
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    pub(crate) min_coverage: Option<f64>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Fail on warnings too
    #[arg(long)]
    pub(crate) strict: bool,
    /// Format to request from the address [default: openmetrics]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) exposition: Option<Preferred>,
    /// The exporter's `METRICS_INSTRUMENTED_ZERO_SERIES` or `zero_series`: families with more series may be missing before their first call
    #[arg(long, value_name = "N", default_value_t = ZERO_SERIES_LIMIT as u64)]
    pub(crate) zero_series: u64,
    /// Scrape the address for this time, for instance during a load test, and write one report at the end
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) watch: Option<u64>,
    /// Seconds between two scrapes of `--watch`
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = seconds, requires = "watch")]
    pub(crate) interval: u64,
    #[command(flatten)]
    pub(crate) connection: Connection,
    #[command(flatten)]
    pub(crate) views: Views,
}

/// Show which functions of a source tree are instrumented, which are not, and which declarations are unused
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Considers functions that can fail, are async or do I/O. The weight of a function is 1 each for public, fallible and async, and 2 for I/O. Exclude a function with
`#[instrumented(skip)]`, with the comment `// metrics-instrumented: ignore` above it, or with `--ignore`.

Examples:
  cargo metrics-instrumented audit
  cargo metrics-instrumented audit --min 80 --ignore 'my_crate::cli*'   # in CI
  cargo metrics-instrumented audit ../other --json"
)]
pub(crate) struct AuditArgs {
    /// The folder of a package or a workspace
    #[arg(default_value = ".", value_name = "FOLDER")]
    pub(crate) root: PathBuf,
    /// Fail if less than this percentage of the weight is instrumented
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    pub(crate) min: Option<f64>,
    /// Module or function that needs no metrics; `*` matches any characters
    #[arg(long, value_name = "PATH")]
    pub(crate) ignore: Vec<String>,
    /// The configuration file, as for `rules`; its `audit` sets `min` and `ignore`
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// How many functions without metrics to list
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) most: usize,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show declared metrics that no rule, dashboard or query uses, used metrics that no target publishes, and the number of series of each family
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  cargo metrics-instrumented unused --prometheus http://prometheus:9090 --catalog target/release/storage-driver --job storage-driver
  cargo metrics-instrumented unused --prometheus https://prometheus --ca ca.pem --catalog a.jsonl --grafana-dir dashboards/ --query-log queries.log")]
pub(crate) struct UnusedArgs {
    /// Address of Prometheus
    #[arg(long, value_name = "URL")]
    pub(crate) prometheus: String,
    /// Executable, declarations or catalogue; several are merged
    #[arg(long, value_name = "SOURCE", required = true)]
    pub(crate) catalog: Vec<PathBuf>,
    /// Folder with Grafana dashboards
    #[arg(long, value_name = "DIR")]
    pub(crate) grafana_dir: Option<PathBuf>,
    /// Query log of Prometheus, the file that its configuration names as `query_log_file`
    #[arg(long, value_name = "FILE")]
    pub(crate) query_log: Option<PathBuf>,
    /// Count the series of this job only
    #[arg(long, value_name = "JOB")]
    pub(crate) job: Option<String>,
    /// Metric that may be unused or unpublished; `*` matches any characters
    #[arg(long, value_name = "METRIC")]
    pub(crate) allow: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Fail on warnings too
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) views: Views,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
