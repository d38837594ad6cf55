//! The real Prometheus sees what a histogram cannot say: a call that hangs, a burst between two scrapes, code that blocks its executor, a tenant that leaves.

use std::fs;
use std::pin::pin;
use std::thread;
use std::time::Duration;

use metrics_instrumented::{Operation, exporter, instrumented};
use metrics_instrumented_test_support::prometheus::Prometheus;
use metrics_instrumented_tests::{alone, eventually, pending, poll_once};
use serde_json::{Value, json};

use crate::{LONG, job};

/// Migrations.
#[derive(Operation)]
#[operation(name = "live_migrations", in_flight(peak, oldest))]
struct Migration {}

#[instrumented(name = "live_blocking", polls)]
async fn blocks(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
    pending().await;
}

#[instrumented(name = "live_tenants", labels(tenant = open(tenant, max = 10, idle = 600)))]
fn request(tenant: &str) {}

/// Scraped every second; rules are evaluated as often.
fn start(rules: &str) -> (tempfile::TempDir, metrics_instrumented::Handle, Prometheus) {
    let metrics = exporter().listen("127.0.0.1:0").install().expect("nothing is installed yet");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("rules.yaml");
    fs::write(&file, rules).unwrap();
    let jobs: Vec<Value> = vec![job("live", metrics.local_addr().unwrap(), json!({}))];
    let global = json!({ "scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s" });
    let configuration = json!({ "global": global, "scrape_configs": jobs, "rule_files": [file] });
    let prometheus = Prometheus::start_with(&configuration.to_string(), &[]);
    prometheus.wait_until_up(LONG);
    (directory, metrics, prometheus)
}

#[test]
fn a_call_that_hangs_raises_the_alert_and_its_end_resolves_it() {
    alone(|| {
        // As `cargo metrics-instrumented rules` writes it, with another limit.
        let rules = json!({ "groups": [{ "name": "live", "rules": [{
            "alert": "LiveMigrationsHanging",
            "expr": "max by (job) (live_migrations_in_flight_oldest_seconds) > 2",
        }] }] });
        let (_directory, _metrics, prometheus) = start(&rules.to_string());
        let firing = || prometheus.value("count(ALERTS{alertname='LiveMigrationsHanging',alertstate='firing'})");
        assert_eq!(firing(), None);
        let call = Migration {}.start();
        eventually(LONG, || firing() == Some(1.0));
        // No histogram knows it.
        assert_eq!(prometheus.value("sum(live_migrations_duration_seconds_count)"), Some(0.0));
        call.ok();
        eventually(LONG, || firing().is_none());
        assert_eq!(prometheus.value("sum(live_migrations_duration_seconds_count)"), Some(1.0));
    });
}

#[test]
fn a_burst_between_two_scrapes_is_in_the_peak() {
    alone(|| {
        let (_directory, _metrics, prometheus) = start("groups: []");
        drop(Migration {}.start());
        eventually(LONG, || prometheus.value("live_migrations_in_flight_peak") == Some(1.0));
        let calls: Vec<_> = (0..7).map(|_| Migration {}.start()).collect();
        drop(calls);
        eventually(LONG, || prometheus.value("live_migrations_in_flight_peak") == Some(7.0));
        // The gauge shows some of it only if a scrape came in these few microseconds.
        assert_eq!(prometheus.value("live_migrations_in_flight"), Some(0.0));
        assert_eq!(prometheus.value("live_migrations_total{outcome='cancelled'}"), Some(8.0));
    });
}

#[test]
fn code_that_blocks_its_executor_is_in_the_busy_share() {
    alone(|| {
        let (_directory, _metrics, prometheus) = start("groups: []");
        let busy = || prometheus.value("rate(live_blocking_busy_seconds_total[10s])");
        // More than half of one thread's time, and every poll is slow.
        let share = eventually(LONG, || {
            for _ in 0..10 {
                let _ = poll_once(pin!(blocks(80)));
                thread::sleep(Duration::from_millis(20));
            }
            busy().filter(|share| *share > 0.5)
        });
        assert!(share < 1.0, "{share} of a thread's time");
        let slow = prometheus.value("live_blocking_slow_polls_total / live_blocking_polls_total");
        assert_eq!(slow, Some(1.0));
    });
}

#[test]
fn the_series_of_a_tenant_that_leaves_go_stale_and_return_as_a_reset() {
    alone(|| {
        let (_directory, metrics, prometheus) = start("groups: []");
        for _ in 0..3 {
            request("acme");
        }
        request("other tenant");
        let calls = || prometheus.value("live_tenants_total{tenant='acme',outcome='ok'}");
        eventually(LONG, || calls() == Some(3.0));
        assert!(metrics.retire("live_tenants_total", &[("tenant", "acme")]).unwrap());
        // Stale at the next scrape: without the marker, it would be there for five more minutes.
        eventually(Duration::from_secs(30), || calls().is_none());
        assert_eq!(prometheus.value("live_tenants_total{tenant='other tenant',outcome='ok'}"), Some(1.0));
        assert_eq!(prometheus.value("count({tenant='acme'})"), None);
        request("acme");
        eventually(LONG, || calls() == Some(1.0));
        let resets = prometheus.value("resets(live_tenants_total{tenant='acme',outcome='ok'}[5m])");
        assert_eq!(resets, Some(1.0));
    });
}
