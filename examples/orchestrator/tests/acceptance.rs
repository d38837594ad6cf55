//! The orchestrator against its table: driven from outside, read from the live `/metrics`.
//!
//! The metrics are the process's, so the tests take turns and compare before and after.

#![allow(clippy::float_cmp, reason = "counts are integers")]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use axum::http::Method;
use example_acceptance::Values::{Only, Open, With};
use example_acceptance::{Row, Values, changes, check, counter, gauge, histogram};
use metrics_instrumented_test_support::exposition::Exposition;
use metrics_instrumented_test_support::{eventually, http};
use orchestrator::client::call;
use orchestrator::{Config, Orchestrator};
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, Question, RCODE, TYPE};
use tokio::net::UdpSocket;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

static TURN: Mutex<()> = Mutex::const_new(());

/// For what takes a moment.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a container is given to run where it is to serve HTTP.
const WEB: &str = env!("CARGO_BIN_EXE_orchestrator");

const DEFAULT: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

const TYPES: (&str, Values) = ("type", Only(&["A", "AAAA", "SRV", "PTR"]));
const METHODS: (&str, Values) = ("method", With(&["GET", "POST", "PUT", "DELETE"]));
const ROUTE: &[(&str, Values)] = &[("host", Open), ("backend", Open)];

/// Section 4 of the systems to be instrumented.
const TABLE: &[Row] = &[
    gauge("warren_nodes", &[("role", Only(&["manager", "worker"])), ("status", Only(&["ready", "down"]))]),
    gauge("warren_services", &[]),
    gauge("warren_secrets", &[]),
    gauge("warren_volumes", &[]),
    gauge("warren_containers", &[("state", Only(&["created", "running", "completed", "failed", "stopped"]))]),
    gauge("warren_raft_is_leader", &[]),
    gauge("warren_raft_peers", &[]),
    gauge("warren_raft_log_index", &[]),
    gauge("warren_raft_applied_index", &[]),
    counter("warren_api_requests_total", &[METHODS, ("status", With(&["200", "201", "204", "404", "503"]))]),
    histogram("warren_api_request_duration_seconds", &[METHODS], DEFAULT),
    histogram("warren_scheduling_latency_seconds", &[], DEFAULT),
    counter("warren_containers_scheduled_total", &[]),
    counter("warren_containers_failed_total", &[]),
    histogram("warren_service_create_duration_seconds", &[], DEFAULT),
    histogram("warren_service_update_duration_seconds", &[], DEFAULT),
    histogram("warren_service_delete_duration_seconds", &[], DEFAULT),
    histogram("warren_container_create_duration_seconds", &[], DEFAULT),
    histogram("warren_container_start_duration_seconds", &[], DEFAULT),
    histogram("warren_container_stop_duration_seconds", &[], DEFAULT),
    histogram("warren_raft_apply_duration_seconds", &[], DEFAULT),
    histogram("warren_raft_commit_duration_seconds", &[], DEFAULT),
    // Without a majority, an entry waits for ever, and the histogram does not know it.
    gauge("warren_raft_commits_in_flight", &[]),
    gauge("warren_raft_commits_in_flight_oldest_seconds", &[]),
    histogram("warren_reconciliation_duration_seconds", &[], DEFAULT),
    counter("warren_reconciliation_cycles_total", &[]),
    histogram("warren_ingress_create_duration_seconds", &[], DEFAULT),
    histogram("warren_ingress_update_duration_seconds", &[], DEFAULT),
    counter("warren_ingress_requests_total", ROUTE),
    histogram("warren_ingress_request_duration_seconds", ROUTE, DEFAULT),
    counter("warren_dns_queries_total", &[TYPES]),
    histogram("warren_dns_query_duration_seconds", &[TYPES], DEFAULT),
    counter("warren_dns_failures_total", &[TYPES]),
];

/// An orchestrator in this process, asked as its clients ask it.
struct Warren {
    orchestrator: Orchestrator,
    metrics: SocketAddr,
}

impl Warren {
    /// Waits for this test's turn and starts an orchestrator whose cycles run when they are asked for, and once before.
    async fn start() -> (MutexGuard<'static, ()>, Self) {
        let turn = TURN.lock().await;
        let config = Config {
            metrics_listen: Some((Ipv4Addr::LOCALHOST, 0).into()),
            reconcile_every: Duration::from_secs(3600),
            ..Config::default()
        };
        let orchestrator = Orchestrator::start(config).await.unwrap();
        let metrics = orchestrator.metrics_addr().unwrap();
        eventually(PATIENCE, || orchestrator.readiness().ready);
        (turn, Self { orchestrator, metrics })
    }

    fn scrape(&self) -> Exposition {
        http::scrape(self.metrics)
    }

    /// What changed of what warren publishes.
    fn since(&self, before: &Exposition) -> Vec<String> {
        changes(before, &self.scrape(), "warren_")
    }

    async fn api(&self, method: Method, path: &str) -> (u16, String) {
        call(self.orchestrator.api_addr(), method, "warren", path, "s3cret").await.unwrap()
    }

    /// Posts to one path after the other.
    async fn post<const N: usize>(&self, paths: [(&str, u16); N]) {
        for (path, status) in paths {
            let (answered, body) = self.api(Method::POST, path).await;
            assert_eq!(answered, status, "{path}: {body}");
        }
    }

    async fn reconcile(&self) -> String {
        self.api(Method::POST, "/reconcile").await.1
    }

    /// Asks the ingress for a page of a host.
    async fn visit(&self, host: &str) -> (u16, String) {
        call(self.orchestrator.ingress_addr(), Method::GET, host, "/page", "").await.unwrap()
    }

    /// Asks DNS for a name.
    async fn resolve(&self, kind: TYPE, name: &str) -> (RCODE, Vec<RData<'static>>) {
        let mut query = Packet::new_query(7);
        query.questions.push(Question::new(Name::new_unchecked(name), kind.into(), CLASS::IN.into(), false));
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        socket.connect(self.orchestrator.dns_addr()).await.unwrap();
        socket.send(&query.build_bytes_vec().unwrap()).await.unwrap();
        let mut packet = [0; 512];
        let length = timeout(PATIENCE, socket.recv(&mut packet)).await.unwrap().unwrap();
        let answer = Packet::parse(&packet[..length]).unwrap();
        assert_eq!(answer.id(), 7);
        (answer.rcode(), answer.answers.into_iter().map(|record| record.rdata.into_owned()).collect())
    }
}

/// Sorted, as [`changes`] are.
fn sorted<const N: usize>(mut lines: [&str; N]) -> [&str; N] {
    lines.sort_unstable();
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_exists_as_specified() {
    let (_turn, warren) = Warren::start().await;
    warren.visit("nobody.example").await;
    let exposition = warren.scrape();
    check(&exposition, TABLE);
    assert_eq!(exposition.value("metrics_instrumented_collector_up", &[("collector", "cluster")]), Some(1.0));
    metrics_instrumented::check_catalog().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn services_and_their_containers_are_counted() {
    let (_turn, warren) = Warren::start().await;
    let before = warren.scrape();
    let web = format!("/services/web?command={WEB}+web&http=true&secrets=key&volumes=data&replicas=");
    warren.post([("/secrets/key", 201), ("/volumes/data", 201), (&format!("{web}2"), 201)]).await;
    assert_eq!(warren.reconcile().await, r#"{"started":2,"failed":0,"removed":0}"#);
    assert_eq!(warren.api(Method::PUT, &format!("{web}1")).await.0, 204);
    assert_eq!(warren.reconcile().await, r#"{"started":1,"failed":0,"removed":2}"#);
    assert_eq!(warren.scrape().expect_value("warren_containers", &[("state", "running")]), 1.0);
    assert_eq!(warren.api(Method::DELETE, "/services/web").await.0, 204);
    warren.post([("/services/good?command=true", 201), ("/services/bad?command=false", 201)]).await;
    warren.post([("/services/none?command=/no/such/program", 201)]).await;
    assert_eq!(warren.reconcile().await, r#"{"started":2,"failed":1,"removed":1}"#);
    eventually(PATIENCE, || {
        let now = warren.scrape();
        let state = |state| now.expect_value("warren_containers", &[("state", state)]);
        (state("completed"), state("failed"), state("running")) == (1.0, 2.0, 0.0)
    });
    // What failed gets another try.
    assert_eq!(warren.reconcile().await, r#"{"started":1,"failed":1,"removed":2}"#);
    eventually(PATIENCE, || warren.scrape().expect_value("warren_containers", &[("state", "failed")]) == 2.0);
    assert_eq!(
        warren.since(&before),
        sorted([
            r#"warren_api_requests_total{method="DELETE",status="204"} 1"#,
            r#"warren_api_requests_total{method="POST",status="200"} 4"#,
            r#"warren_api_requests_total{method="POST",status="201"} 6"#,
            r#"warren_api_requests_total{method="PUT",status="204"} 1"#,
            r#"warren_api_request_duration_seconds_count{method="DELETE"} 1"#,
            r#"warren_api_request_duration_seconds_count{method="POST"} 10"#,
            r#"warren_api_request_duration_seconds_count{method="PUT"} 1"#,
            "warren_container_create_duration_seconds_count 8",
            "warren_container_start_duration_seconds_count 8",
            "warren_container_stop_duration_seconds_count 3",
            r#"warren_containers{state="completed"} 1"#,
            r#"warren_containers{state="failed"} 2"#,
            "warren_containers_failed_total 2",
            "warren_containers_scheduled_total 6",
            "warren_raft_applied_index 8",
            "warren_raft_apply_duration_seconds_count 8",
            "warren_raft_commit_duration_seconds_count 8",
            "warren_raft_log_index 8",
            "warren_reconciliation_cycles_total 4",
            "warren_reconciliation_duration_seconds_count 4",
            "warren_scheduling_latency_seconds_count 8",
            "warren_secrets 1",
            "warren_service_create_duration_seconds_count 4",
            "warren_service_delete_duration_seconds_count 1",
            "warren_service_update_duration_seconds_count 1",
            "warren_services 3",
            "warren_volumes 1",
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_counted_by_host_and_backend() {
    let (_turn, warren) = Warren::start().await;
    let web = format!("/services/web?command={WEB}+web&http=true&replicas=2");
    let shop = "/ingresses/shop.example?service=web";
    warren.post([(&web, 201), (shop, 201), ("/ingresses/idle.example?service=web", 201), ("/reconcile", 200)]).await;
    warren.post([("/services/idle?command=true", 201)]).await;
    let before = warren.scrape();
    assert_eq!(warren.api(Method::PUT, "/ingresses/idle.example?service=idle").await.0, 204);
    assert_eq!(warren.api(Method::PUT, "/ingresses/idle.example?service=none").await.0, 404);
    warren.post([("/ingresses/more.example?service=web", 201)]).await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(warren.visit("shop.example").await);
    }
    answers.sort();
    for (number, (status, body)) in answers.iter().enumerate() {
        assert_eq!((*status, &**body), (200, &*format!("web-{} serves /page of shop.example\n", number / 2)));
    }
    assert_eq!(warren.visit("idle.example").await.0, 503);
    assert_eq!(warren.visit("nobody.example").await.0, 404);
    let changes = warren.since(&before);
    let ingress: Vec<_> = changes.iter().filter(|line| line.starts_with("warren_ingress")).collect();
    assert_eq!(
        ingress,
        [
            "warren_ingress_create_duration_seconds_count 1",
            r#"warren_ingress_request_duration_seconds_count{backend="none",host="idle.example"} 1"#,
            r#"warren_ingress_request_duration_seconds_count{backend="none",host="unknown"} 1"#,
            r#"warren_ingress_request_duration_seconds_count{backend="web-0",host="shop.example"} 2"#,
            r#"warren_ingress_request_duration_seconds_count{backend="web-1",host="shop.example"} 2"#,
            r#"warren_ingress_requests_total{backend="none",host="idle.example"} 1"#,
            r#"warren_ingress_requests_total{backend="none",host="unknown"} 1"#,
            r#"warren_ingress_requests_total{backend="web-0",host="shop.example"} 2"#,
            r#"warren_ingress_requests_total{backend="web-1",host="shop.example"} 2"#,
            "warren_ingress_update_duration_seconds_count 2",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dns_queries_are_counted_by_type() {
    let (_turn, warren) = Warren::start().await;
    let web = format!("/services/web?command={WEB}+web&http=true&replicas=2");
    warren.post([(&web, 201), ("/reconcile", 200)]).await;
    let before = warren.scrape();
    for (kind, name, answers) in [
        (TYPE::A, "web.warren.internal", 1),
        (TYPE::AAAA, "web-1.warren.internal", 1),
        (TYPE::SRV, "_http._tcp.web.warren.internal", 2),
        (TYPE::PTR, "1.0.0.127.in-addr.arpa", 2),
        (TYPE::SRV, "web.warren.internal", 0),
    ] {
        let (code, records) = warren.resolve(kind, name).await;
        assert_eq!((code, records.len()), (RCODE::NoError, answers), "{kind:?} {name}: {records:?}");
    }
    let (_, servers) = warren.resolve(TYPE::SRV, "_http._tcp.web.warren.internal").await;
    for server in servers {
        let RData::SRV(server) = server else { panic!("{server:?} is no SRV") };
        let page = call((Ipv4Addr::LOCALHOST, server.port).into(), Method::GET, "me", "/", "").await.unwrap();
        let name = server.target.to_string();
        assert!(page.1.starts_with(name.trim_end_matches(".warren.internal")), "{name}: {page:?}");
    }
    assert_eq!(warren.resolve(TYPE::A, "none.warren.internal").await.0, RCODE::NameError);
    assert_eq!(warren.resolve(TYPE::AAAA, "www.example.org").await.0, RCODE::Refused);
    assert_eq!(warren.resolve(TYPE::TXT, "web.warren.internal").await.0, RCODE::NotImplemented);
    assert_eq!(
        warren.since(&before),
        [
            r#"warren_dns_failures_total{type="A"} 1"#,
            r#"warren_dns_failures_total{type="AAAA"} 1"#,
            r#"warren_dns_queries_total{type="A"} 2"#,
            r#"warren_dns_queries_total{type="AAAA"} 2"#,
            r#"warren_dns_queries_total{type="PTR"} 1"#,
            r#"warren_dns_queries_total{type="SRV"} 3"#,
            r#"warren_dns_query_duration_seconds_count{type="A"} 2"#,
            r#"warren_dns_query_duration_seconds_count{type="AAAA"} 2"#,
            r#"warren_dns_query_duration_seconds_count{type="PTR"} 1"#,
            r#"warren_dns_query_duration_seconds_count{type="SRV"} 3"#,
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_come_and_go_and_readiness_says_why_not() {
    let (_turn, warren) = Warren::start().await;
    let probe = async |path| warren.api(Method::GET, path).await;
    assert_eq!(probe("/health").await, (200, "alive\n".to_owned()));
    let (status, ready) = probe("/ready").await;
    assert_eq!(status, 200, "{ready}");
    for component in ["api", "dns", "ingress", "raft", "reconciler", "scheduler"] {
        assert!(ready.contains(&format!("\"{component}\":\"ready\"")), "{ready}");
    }
    let before = warren.scrape();
    warren.post([("/volumes/a", 201), ("/nodes/manager-1/down", 204), ("/volumes/b", 201)]).await;
    warren.post([("/nodes/manager-3/down", 204), ("/volumes/c", 503), ("/nodes/worker-2/down", 204)]).await;
    assert_eq!(probe("/health").await.0, 200);
    let (status, ready) = probe("/ready").await;
    assert_eq!(status, 503);
    assert!(ready.contains(r#""raft":"1 of 3 managers are up and 2 are needed""#), "{ready}");
    assert_eq!(
        warren.since(&before),
        sorted([
            r#"warren_api_requests_total{method="POST",status="201"} 2"#,
            r#"warren_api_requests_total{method="POST",status="204"} 3"#,
            r#"warren_api_requests_total{method="POST",status="503"} 1"#,
            r#"warren_api_request_duration_seconds_count{method="POST"} 6"#,
            r#"warren_nodes{role="manager",status="down"} 2"#,
            r#"warren_nodes{role="manager",status="ready"} -2"#,
            r#"warren_nodes{role="worker",status="down"} 1"#,
            r#"warren_nodes{role="worker",status="ready"} -1"#,
            "warren_raft_applied_index 2",
            "warren_raft_apply_duration_seconds_count 2",
            "warren_raft_commit_duration_seconds_count 3",
            "warren_raft_is_leader -1",
            "warren_raft_log_index 2",
            "warren_volumes 2",
        ])
    );
    warren.post([("/nodes/manager-1/up", 204), ("/nodes/worker-1/down", 204)]).await;
    let (status, ready) = probe("/ready").await;
    assert!(status == 503 && ready.contains(r#""scheduler":"no worker is up""#), "{ready}");
    warren.post([("/nodes/worker-1/up", 204), ("/nodes/nobody/up", 404)]).await;
    assert_eq!(probe("/ready").await.0, 200);
    assert_eq!(warren.scrape().expect_value("warren_raft_peers", &[]), 3.0);
}

fn hangs() {
    loop {
        std::thread::park();
    }
}

fn panics() {
    // As `panic!` does, without the words.
    std::panic::resume_unwind(Box::new("as it is meant to"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_fails_or_hangs_does_not_block_the_scrape() {
    let (_turn, warren) = Warren::start().await;
    let exporter = metrics_instrumented::handle().unwrap();
    let limit = Duration::from_secs(10);
    exporter.collector("hangs", Duration::from_millis(100), hangs).unwrap();
    exporter.collector("fails", limit, || Err::<(), _>("as it is meant to")).unwrap();
    exporter.collector("panics", limit, panics).unwrap();
    warren.visit("nobody.example").await;
    for _ in 0..2 {
        let asked = Instant::now();
        let exposition = warren.scrape();
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
        check(&exposition, TABLE);
        for (collector, up) in [("hangs", 0.0), ("fails", 0.0), ("panics", 0.0), ("cluster", 1.0)] {
            let found = exposition.expect_value("metrics_instrumented_collector_up", &[("collector", collector)]);
            assert_eq!(found, up, "{collector}");
        }
    }
    let failures = |exposition: &Exposition, collector, reason| {
        let labels = [("collector", collector), ("reason", reason)];
        exposition.expect_value("metrics_instrumented_collector_failures_total", &labels)
    };
    let exposition = warren.scrape();
    for (collector, reason) in [("hangs", "timeout"), ("fails", "error"), ("panics", "panic")] {
        assert_eq!(failures(&exposition, collector, reason), 3.0, "{collector}");
    }

    // A cluster that is gone leaves its gauges as they were.
    let Warren { orchestrator, metrics } = warren;
    orchestrator.shutdown().await;
    let after = http::scrape(metrics);
    assert_eq!(after.value("metrics_instrumented_collector_up", &[("collector", "cluster")]), Some(0.0));
    assert_eq!(failures(&after, "cluster", "error"), failures(&exposition, "cluster", "error") + 1.0);
    assert_eq!(after.expect_value("warren_raft_peers", &[]), 3.0);
}
