//! The real Prometheus, as the judge of what it scrapes.
//!
//! ```no_run
//! use std::time::Duration;
//! use metrics_instrumented_test_support::{eventually, prometheus::Prometheus};
//!
//! # let address = ([127, 0, 0, 1], 9000).into();
//! let prometheus = Prometheus::start(&[("storage_driver", address)], &[]);
//! prometheus.wait_until_up(Duration::from_secs(60));
//! eventually(Duration::from_secs(60), || prometheus.value("sum(rds_csi_volume_operations_total)") == Some(3.0));
//! assert_eq!(prometheus.metadata("rds_csi_volume_operations_total").unwrap().kind, "counter");
//! ```

mod alertmanager;
mod answer;
mod config;
mod gateway;
mod promtool;
mod tool;

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

pub use alertmanager::Alertmanager;
pub use answer::{Metadata, QueryValue, Target};
pub use gateway::Pushgateway;
pub use promtool::{promtool, promtool_check_metrics};
pub use tool::{MissingTool, Tool};

use crate::{child::OwnedChild, eventually, exposition::Labels, http};

/// How long the server may take to start on a busy machine.
const START: Duration = Duration::from_secs(60);

/// A running Prometheus server with data of its own. Dropped, it is ended and its data are gone.
///
/// It scrapes twice a second, but the first time only some 6 seconds after its start: wait with [`eventually`].
#[derive(Debug)]
pub struct Prometheus {
    // Ended before its directory goes: fields are dropped in this order.
    _server: OwnedChild,
    address: SocketAddr,
    directory: TempDir,
}

impl Prometheus {
    /// Starts the server on a free loopback port and waits until it is ready. It scrapes `/metrics` of each target, a job's name
    /// with an address, and evaluates the rule files.
    ///
    /// # Panics
    /// When it is not installed or does not start, with its log.
    #[must_use]
    #[track_caller]
    pub fn start(targets: &[(&str, SocketAddr)], rule_files: &[&Path]) -> Self {
        Self::start_with(&config::render(targets, rule_files, None), &[])
    }

    /// Starts it as [`start`](Self::start) does, with alerts sent to an Alertmanager.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    #[must_use]
    #[track_caller]
    pub fn start_alerting(targets: &[(&str, SocketAddr)], rule_files: &[&Path], alertmanager: SocketAddr) -> Self {
        Self::start_with(&config::render(targets, rule_files, Some(alertmanager)), &[])
    }

    /// Starts it with a configuration, JSON or YAML, and with arguments such as `--enable-feature=exemplar-storage`.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    #[must_use]
    #[track_caller]
    pub fn start_with(configuration: &str, arguments: &[&str]) -> Self {
        Self::start_program(Tool::PROMETHEUS, configuration, arguments)
    }

    /// The same with another program, [`Tool::PROMETHEUS_3`] for instance.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    #[must_use]
    #[track_caller]
    pub fn start_program(program: Tool, configuration: &str, arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let config = directory.path().join("prometheus.yml");
        fs::write(&config, configuration).expect("the configuration is written");
        let mut command = Command::new(program.find().unwrap_or_else(|missing| panic!("{missing}")));
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", directory.path().join("data").display()))
            .args(arguments);
        let (server, address) = start(&mut command, directory.path());
        Self { _server: server, address, directory }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        read_log(self.directory.path())
    }

    /// What a query gives at this moment: a vector's values, or the one of a scalar.
    ///
    /// # Panics
    /// When Prometheus refuses the query, with its words.
    #[must_use]
    #[track_caller]
    pub fn query(&self, promql: &str) -> Vec<QueryValue> {
        self.try_query(promql).unwrap_or_else(|error| panic!("`{promql}`: {error}"))
    }

    /// As [`query`](Self::query).
    ///
    /// # Errors
    /// When Prometheus refuses the query, with its words.
    pub fn try_query(&self, promql: &str) -> Result<Vec<QueryValue>, String> {
        answer::query(&self.api("query", &[("query", promql)])?)
    }

    /// What Prometheus remarks on a query: its `warnings`, and from version 3 on its `infos`.
    ///
    /// # Errors
    /// When Prometheus refuses the query, with its words.
    pub fn remarks(&self, promql: &str) -> Result<Vec<String>, String> {
        Ok(answer::remarks(&self.answer("query", &[("query", promql)])?))
    }

    /// The value of a query that gives exactly one; `None` where there is none, or more.
    ///
    /// # Panics
    /// When Prometheus refuses the query, with its words.
    #[must_use]
    #[track_caller]
    pub fn value(&self, promql: &str) -> Option<f64> {
        match self.query(promql).as_slice() {
            [only] => Some(only.value),
            _ => None,
        }
    }

    /// Type and help of a metric as scraped, if it was.
    ///
    /// # Panics
    /// When Prometheus does not answer.
    #[must_use]
    #[track_caller]
    pub fn metadata(&self, name: &str) -> Option<Metadata> {
        answer::metadata(&self.expect_api("metadata", &[("metric", name)]), name)
    }

    /// What it scrapes, and whether that works.
    ///
    /// # Panics
    /// When Prometheus does not answer.
    #[must_use]
    #[track_caller]
    pub fn targets(&self) -> Vec<Target> {
        answer::targets(&self.expect_api("targets", &[("state", "active")]))
    }

    /// The labels of each series that a selector finds, its name as `__name__`.
    ///
    /// # Panics
    /// When Prometheus refuses the selector, with its words.
    #[must_use]
    #[track_caller]
    pub fn series(&self, selector: &str) -> Vec<Labels> {
        answer::series(&self.expect_api("series", &[("match[]", selector)]))
    }

    /// The exemplars of the last minutes that a query's series have, as the API gives them.
    ///
    /// # Panics
    /// When Prometheus refuses the query, with its words.
    #[must_use]
    #[track_caller]
    pub fn exemplars(&self, promql: &str) -> Value {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
        let (start, end) = ((now - 600).to_string(), (now + 600).to_string());
        self.expect_api("query_exemplars", &[("query", promql), ("start", &start), ("end", &end)])
    }

    /// Its version, such as 2.42.0.
    ///
    /// # Panics
    /// When Prometheus does not answer.
    #[must_use]
    #[track_caller]
    pub fn version(&self) -> String {
        self.expect_api("status/buildinfo", &[])["version"].as_str().unwrap_or_default().to_owned()
    }

    /// Waits until every target was scraped and accepted.
    ///
    /// # Panics
    /// When that is not within `timeout`, with the targets and their errors.
    #[track_caller]
    pub fn wait_until_up(&self, timeout: Duration) {
        eventually(timeout, || {
            let targets = self.targets();
            let all_up = !targets.is_empty() && targets.iter().all(|target| target.health == "up");
            if all_up { Ok(()) } else { Err(format!("not all targets are up: {targets:#?}")) }
        });
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn api(&self, endpoint: &str, parameters: &[(&str, &str)]) -> Result<Value, String> {
        answer::data(&self.answer(endpoint, parameters)?)
    }

    fn answer(&self, endpoint: &str, parameters: &[(&str, &str)]) -> Result<String, String> {
        let response = http::request(&self.url(&format!("/api/v1/{endpoint}")), &[], parameters)
            .map_err(|error| format!("{error}\n{}", self.log()))?;
        Ok(response.body)
    }

    #[track_caller]
    fn expect_api(&self, endpoint: &str, parameters: &[(&str, &str)]) -> Value {
        self.api(endpoint, parameters).unwrap_or_else(|error| panic!("{endpoint} {parameters:?}: {error}"))
    }
}

/// Starts one of Prometheus' servers on a free loopback port and waits until it is ready.
#[track_caller]
fn start(command: &mut Command, directory: &Path) -> (OwnedChild, SocketAddr) {
    let log = File::create(directory.join(LOG)).expect("the log is created");
    command
        // The port that it chose is in its log, so no other process can take it in between.
        .arg("--web.listen-address=127.0.0.1:0")
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("the log is shared"))
        .stderr(log);
    let child = command.spawn().unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    let mut server = OwnedChild::new(child);
    let address = eventually(START, || {
        let ended = server.status();
        let log = read_log(directory);
        assert!(ended.is_none(), "{command:?} has ended:\n{log}");
        ready_address(&log).map_err(|error| format!("{error}\n{log}"))
    });
    (server, address)
}

/// The log's name in the server's directory.
const LOG: &str = "prometheus.log";

fn read_log(directory: &Path) -> String {
    fs::read_to_string(directory.join(LOG)).unwrap_or_else(|error| format!("no log: {error}"))
}

/// Where a server that logs this listens, if it is ready.
fn ready_address(log: &str) -> Result<SocketAddr, String> {
    let address = listening_address(log).ok_or("it does not listen")?;
    let response = http::get(&format!("http://{address}/-/ready"))?;
    if response.status == 200 { Ok(address) } else { Err(format!("it is not ready: {}", response.body)) }
}

/// The address in `.. msg="Listening on" address=127.0.0.1:33333`, which all versions write in one order or another.
fn listening_address(log: &str) -> Option<SocketAddr> {
    // A line that is still being written has no newline yet.
    let complete = log.rsplit_once('\n')?.0;
    let line = complete.lines().find(|line| line.contains("msg=\"Listening on\""))?;
    line.split_whitespace().find_map(|word| word.strip_prefix("address="))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::listening_address;

    #[test]
    fn finds_the_address_in_the_log_of_every_version() {
        let version_2 = "ts=2026 level=info msg=\"Starting\" address=127.0.0.1:0\n\
                         ts=2026 component=web msg=\"Listening on\" address=127.0.0.1:34879\n";
        let version_3 = "time=2026 level=INFO msg=\"Listening on\" component=web address=127.0.0.1:34879\n";
        for log in [version_2, version_3] {
            assert_eq!(listening_address(log), Some(([127, 0, 0, 1], 34879).into()));
            assert_eq!(listening_address(&log[..log.len() - 2]), None);
        }
    }
}
