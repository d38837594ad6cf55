//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, CommandFactory, Parser, Subcommand};

use crate::generate::rules::write::Kind as RulesKind;
use crate::generate::scraping::Scrape;
use crate::lint::Server;
use crate::report::Format;
use crate::verify::Credentials;

const EXIT_CODES: &str = "Exit codes:
  0  no problems found
  1  problems found: a finding, a file that is out of date, a change that breaks queries, too little instrumented or recorded
  2  the command failed: an argument, a file or a catalogue is invalid";

/// Catalogue, documents, alert rules, dashboards, a linter, a verifier and an audit for the metrics that code declares.
#[derive(Parser, Debug)]
#[command(name = "cargo-metrics-instrumented", bin_name = "cargo metrics-instrumented", version, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Show the catalogue as JSON
    #[command(after_help = "Examples:
  cargo metrics-instrumented catalog target/release/storage-driver
  storage-driver --catalog > declarations.jsonl && cargo metrics-instrumented catalog declarations.jsonl
  cargo metrics-instrumented catalog --package storage-driver")]
    Catalog {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        output: Output,
    },
    /// Write the catalogue as Markdown: families, labels, buckets, queries, source locations
    #[command(after_help = "Examples:
  cargo metrics-instrumented docs target/release/storage-driver --output docs/metrics.md
  cargo metrics-instrumented docs target/release/storage-driver --check docs/metrics.md   # in CI")]
    Docs {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        output: Output,
    },
    /// Check rule files, Grafana dashboards and Markdown with PromQL against the catalogue
    #[command(after_help = "Examples:
  cargo metrics-instrumented lint --catalog target/release/storage-driver alerts.yaml dashboard.json docs/*.md
  cargo metrics-instrumented lint --catalog a.jsonl --catalog b.jsonl --allow 'node_*' --format github rules/*.yaml
  cargo metrics-instrumented lint --catalog a.jsonl --format sarif alerts.yaml > lint.sarif")]
    Lint {
        /// Binary, declarations or catalogue to check against; several are merged
        #[arg(long, value_name = "SOURCE", required = true)]
        catalog: Vec<PathBuf>,
        /// Metric of another program; `*` matches any characters
        #[arg(long, value_name = "METRIC")]
        allow: Vec<String>,
        /// Label that the scrape adds, in addition to `job`, `instance` and those of the Prometheus operator
        #[arg(long, value_name = "LABEL")]
        label: Vec<String>,
        /// Version of Prometheus that evaluates the queries; version 3 has functions and syntax that version 2 rejects
        #[arg(long, value_enum, value_name = "VERSION", default_value_t)]
        prometheus: Server,
        /// Output format
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
        /// Fail on warnings too
        #[arg(long)]
        strict: bool,
        /// Files to check
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Write recording rules and alerts, or tests of the alerts
    #[command(after_help = "Examples:
  cargo metrics-instrumented rules target/release/storage-driver --output rules.yaml && promtool check rules rules.yaml
  cargo metrics-instrumented rules target/release/storage-driver --tests rules.yaml --output rules.test.yaml && promtool test rules rules.test.yaml
  cargo metrics-instrumented rules target/release/storage-driver --kind kubernetes --config metrics-instrumented.yaml | kubectl apply -f -")]
    Rules {
        #[command(flatten)]
        source: Source,
        /// Configuration file with thresholds, objectives, the job and runbooks; see docs/cli.md
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Kind of file
        #[arg(long, value_enum, default_value_t = RulesKind::Prometheus)]
        kind: RulesKind,
        /// Write all alerts; by default at most three for each operation, and those of the program
        #[arg(long)]
        all_alerts: bool,
        /// Write tests for promtool instead; they read the rules from this file
        #[arg(long, value_name = "RULES", conflicts_with = "kind")]
        tests: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// Write a Grafana dashboard: rate, errors, duration and in-flight of each operation
    #[command(after_help = "Example:
  cargo metrics-instrumented dashboard target/release/storage-driver --output dashboard.json")]
    Dashboard {
        #[command(flatten)]
        source: Source,
        /// Classes of outcomes; the same file as for `rules`
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// Write a ServiceMonitor for the Prometheus operator
    #[command(
        name = "servicemonitor",
        after_help = "Example:
  cargo metrics-instrumented servicemonitor target/release/storage-driver --port metrics | kubectl apply -f -"
    )]
    ServiceMonitor {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        scrape: Scrape,
        /// Name of the service's port
        #[arg(long, default_value = "metrics")]
        port: String,
        #[command(flatten)]
        output: Output,
    },
    /// Write a scrape job for Prometheus' configuration
    #[command(after_help = "Example:
  cargo metrics-instrumented scrape-config target/release/storage-driver --target 10.0.0.1:9000 --target 10.0.0.2:9000")]
    ScrapeConfig {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        scrape: Scrape,
        /// Name of the job [default: the program's name]
        #[arg(long)]
        job: Option<String>,
        /// Address of the program
        #[arg(long = "target", value_name = "HOST:PORT", default_value = "localhost:9000")]
        targets: Vec<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Show what changed between two catalogues, and which changes break queries
    #[command(after_help = "Examples:
  cargo metrics-instrumented diff v1/storage-driver v2/storage-driver
  cargo metrics-instrumented diff --json released.json target/release/storage-driver")]
    Diff {
        /// Old binary, declarations or catalogue
        old: PathBuf,
        /// New binary, declarations or catalogue
        new: PathBuf,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Compare what a running program serves, or a saved scrape, with what its code declares
    #[command(after_help = "Examples:
  cargo metrics-instrumented verify http://localhost:9000/metrics --catalog target/release/storage-driver
  curl -s localhost:9000/metrics > scrape.txt && cargo metrics-instrumented verify scrape.txt --catalog storage-driver.jsonl
  cargo metrics-instrumented verify http://localhost:9000/metrics --catalog a.jsonl --min-coverage 80 --format github   # after a load test, in CI")]
    Verify {
        /// `http://` or `https://` address, or file in the text format or `OpenMetrics`, which may be compressed by gzip
        #[arg(value_name = "URL|FILE")]
        target: String,
        /// Binary, declarations or catalogue to compare with; several are merged
        #[arg(long, value_name = "SOURCE", required = true)]
        catalog: Vec<PathBuf>,
        /// Family that may be undeclared or missing; `*` matches any characters
        #[arg(long, value_name = "METRIC")]
        allow: Vec<String>,
        /// Label that every series may have; global labels of the exporter are recognised
        #[arg(long, value_name = "LABEL")]
        label: Vec<String>,
        /// Fail if less than this percentage of the declared series recorded anything
        #[arg(long, value_name = "PERCENT")]
        min_coverage: Option<f64>,
        /// Output format
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
        /// Fail on warnings too
        #[arg(long)]
        strict: bool,
        /// Timeout in seconds
        #[arg(long, value_name = "SECONDS", default_value_t = 10)]
        timeout: u64,
        #[command(flatten)]
        credentials: Credentials,
    },
    /// Show which functions of a source tree are instrumented, which are not, and which declarations are unused
    #[command(
        after_help = "Functions that can fail, are async, or do I/O count: public, fallible and async weigh 1 each, I/O weighs 2. Exclude a function with
`#[instrumented(skip)]`, with the comment `// metrics-instrumented: ignore` above it, or with `--ignore`.

Examples:
  cargo metrics-instrumented audit
  cargo metrics-instrumented audit --min 80 --ignore 'my_crate::cli*'   # in CI
  cargo metrics-instrumented audit ../other --json"
    )]
    Audit {
        /// Folder of a package or a workspace
        #[arg(default_value = ".", value_name = "FOLDER")]
        root: PathBuf,
        /// Fail if less than this percentage of the weight is instrumented
        #[arg(long, value_name = "PERCENT")]
        min: Option<f64>,
        /// Module or function that needs no metrics; `*` matches any characters
        #[arg(long, value_name = "PATH")]
        ignore: Vec<String>,
        /// Configuration file; `audit` in it sets `min` and `ignore`
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Number of functions without metrics to list
        #[arg(long, value_name = "N", default_value_t = 20)]
        most: usize,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Write a script that completes commands and arguments in a shell
    #[command(after_help = "Example:
  cargo-metrics-instrumented completions bash > ~/.local/share/bash-completion/completions/cargo-metrics-instrumented")]
    Completions {
        /// Shell
        shell: clap_complete::Shell,
    },
}

/// The source of the catalogue.
#[derive(ClapArgs, Debug)]
pub(crate) struct Source {
    /// Binary, declarations (the output of `metrics_instrumented::catalog()`) or catalogue (the output of `catalog`); several are merged
    #[arg(value_name = "SOURCE", required_unless_present = "package")]
    pub(crate) sources: Vec<PathBuf>,
    /// Build this package of the workspace and read its binaries
    #[arg(long, value_name = "NAME", conflicts_with = "sources")]
    pub(crate) package: Option<String>,
    /// Build it with `--release`
    #[arg(long, requires = "package")]
    pub(crate) release: bool,
    /// Name of the program [default: that of the file]
    #[arg(long, value_name = "NAME")]
    pub(crate) program: Option<String>,
}

/// The destination of generated text.
#[derive(ClapArgs, Debug)]
pub(crate) struct Output {
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write nothing; fail if this file is out of date
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    pub(crate) check: Option<PathBuf>,
}

/// Parses the arguments of `cargo metrics-instrumented`, or of the binary by its own name.
pub(crate) fn parse() -> Args {
    let mut words: Vec<_> = std::env::args_os().collect();
    if words.get(1).is_some_and(|word| word == "metrics-instrumented") {
        words.remove(1);
    }
    Args::parse_from(words)
}

/// The completions of a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "cargo-metrics-instrumented", &mut script);
    script
}
