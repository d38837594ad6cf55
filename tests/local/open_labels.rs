//! Open labels: values up to the cap have series, all others are counted as `other`.

use metrics_instrumented::{Counter, Gauge, Histogram, Open, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Local};

const OVERFLOW: &str = "metrics_instrumented_label_overflow_total";

struct Request {
    host: String,
}

#[test]
fn values_up_to_the_cap_have_series_and_later_ones_are_other() {
    #[instrumented(name = "open_cap", labels(host = open(request.host, max = 2)))]
    fn handle(request: &Request) {
        std::hint::black_box(&request.host);
    }

    let local = Local::new();
    assert_eq!(local.read().value(OVERFLOW, &[("metric", "open_cap_total"), ("label", "host")]), Some(0.0));
    local.run(|| {
        for host in ["a", "b", "c", "a", "d", "b", "c"] {
            handle(&Request { host: host.to_owned() });
        }
    });
    assert_eq!(local.calls_with("open_cap", &[("host", "a")]), Calls { ok: 2, ..Calls::NONE });
    assert_eq!(local.calls_with("open_cap", &[("host", "b")]), Calls { ok: 2, ..Calls::NONE });
    assert_eq!(local.calls_with("open_cap", &[("host", "other")]), Calls { ok: 3, ..Calls::NONE });
    let exposition = local.read();
    assert_eq!(exposition.label_values("open_cap_total", "host"), ["a", "b", "other"]);
    assert_eq!(exposition.value(OVERFLOW, &[("metric", "open_cap_total"), ("label", "host")]), Some(3.0));
}

#[test]
fn a_value_called_other_is_other_and_no_overflow() {
    #[instrumented(name = "open_called_other", labels(host = open(host, max = 1)))]
    fn handle(host: &str) {
        std::hint::black_box(host);
    }

    let local = Local::new();
    local.run(|| ["other", "a", "other", "b"].map(handle));
    assert_eq!(local.read().label_values("open_called_other_total", "host"), ["a", "other"]);
    assert_eq!(local.calls_with("open_called_other", &[("host", "other")]), Calls { ok: 3, ..Calls::NONE });
    let labels = [("metric", "open_called_other_total"), ("label", "host")];
    assert_eq!(local.read().value(OVERFLOW, &labels), Some(1.0));
}

#[test]
fn the_default_cap_is_100() {
    #[instrumented(name = "open_default", labels(host = open(host)), only(calls))]
    fn handle(host: String) {
        drop(host);
    }

    let local = Local::new();
    local.run(|| {
        for host in 0..120 {
            handle(host.to_string());
        }
    });
    let exposition = local.read();
    assert_eq!(exposition.label_values("open_default_total", "host").len(), 101);
    assert_eq!(exposition.value("open_default_total", &[("host", "other"), ("outcome", "ok")]), Some(20.0));
    assert_eq!(exposition.value(OVERFLOW, &[("metric", "open_default_total"), ("label", "host")]), Some(20.0));
}

#[test]
fn every_open_label_has_its_own_cap_and_its_own_overflow() {
    #[instrumented(name = "open_two", labels(from = open(from, max = 1), to = open(to, max = 1)))]
    fn send(from: &str, to: &str) {
        std::hint::black_box((from, to));
    }

    let local = Local::new();
    local.run(|| [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "z")].map(|(from, to)| send(from, to)));
    let exposition = local.read();
    let count = |from, to| exposition.value("open_two_total", &[("from", from), ("to", to), ("outcome", "ok")]);
    assert_eq!(
        [count("a", "x"), count("a", "other"), count("other", "x"), count("other", "other")],
        [Some(1.0), Some(1.0), Some(1.0), Some(2.0)]
    );
    let overflow = |label| exposition.value(OVERFLOW, &[("metric", "open_two_total"), ("label", label)]);
    assert_eq!((overflow("from"), overflow("to")), (Some(3.0), Some(3.0)));
}

#[test]
fn an_open_label_beside_a_closed_one_keeps_both() {
    #[instrumented(name = "open_beside", labels(host = open(host, max = 1), secure))]
    async fn fetch(host: &str, secure: bool) -> Result<(), ()> {
        tokio::task::yield_now().await;
        if secure { Ok(()) } else { Err(()) }
    }

    let local = Local::new();
    local.block_on(async {
        for (host, secure) in [("a", true), ("a", false), ("b", true), ("c", true)] {
            _ = fetch(host, secure).await;
        }
    });
    let calls = |host, secure| local.calls_with("open_beside", &[("host", host), ("secure", secure)]);
    assert_eq!(calls("a", "true"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(calls("a", "false"), Calls { error: 1, ..Calls::NONE });
    assert_eq!(calls("other", "true"), Calls { ok: 2, ..Calls::NONE });
}

/// Requests passed on.
#[derive(Operation)]
#[operation(name = "open_field")]
struct Forward<'a> {
    #[label(max = 1)]
    host: Open<'a>,
}

/// Sessions.
#[derive(Counter)]
#[counter(name = "open_sessions_total")]
struct Sessions<'a> {
    #[label(max = 1, rename = "datacenter")]
    place: Open<'a>,
}

/// Domains.
#[derive(Gauge)]
#[gauge(name = "open_domains")]
struct Domains<'a> {
    #[label(max = 1)]
    host: Open<'a>,
    running: bool,
}

/// Sizes.
#[derive(Histogram)]
#[histogram(name = "open_size_bytes", buckets = [1.0, 10.0])]
struct Size<'a> {
    #[label(max = 1)]
    host: Open<'a>,
}

#[test]
fn a_field_may_be_an_open_label_in_every_derive() {
    let local = Local::new();
    local.run(|| {
        for host in ["a".to_owned(), "b".to_owned()] {
            let host = Open::new(&host);
            Forward { host }.measure(|| ());
            Sessions { place: host }.increment(2);
            Domains { host, running: true }.set(4.0);
            Size { host }.record(3.0);
        }
    });
    let exposition = local.read();
    for host in ["a", "other"] {
        assert_eq!(local.calls_with("open_field", &[("host", host)]), Calls { ok: 1, ..Calls::NONE });
        assert_eq!(exposition.value("open_sessions_total", &[("datacenter", host)]), Some(2.0));
        assert_eq!(exposition.value("open_domains", &[("host", host), ("running", "true")]), Some(4.0));
        assert_eq!(exposition.histogram("open_size_bytes", &[("host", host)]).count, 1);
    }
    for (metric, label) in [
        ("open_field_total", "host"),
        ("open_sessions_total", "datacenter"),
        ("open_domains", "host"),
        ("open_size_bytes", "host"),
    ] {
        assert_eq!(exposition.value(OVERFLOW, &[("metric", metric), ("label", label)]), Some(1.0), "{metric}");
    }
}

#[test]
fn open_values_that_were_seen_under_one_recorder_keep_their_series_under_the_next() {
    #[instrumented(name = "open_next", labels(host = open(host, max = 1)))]
    fn handle(host: &str) {
        std::hint::black_box(host);
    }

    let (first, second) = (Local::new(), Local::new());
    first.run(|| handle("a"));
    second.run(|| ["b", "a"].map(handle));
    assert_eq!(first.calls_with("open_next", &[("host", "a")]), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(second.calls_with("open_next", &[("host", "a")]), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(second.calls_with("open_next", &[("host", "other")]), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn an_open_value_with_an_inferred_type_has_the_default_cap() {
    #[instrumented(calls = "open_inferred_total", labels(host = Open::new(host)))]
    fn handle(host: &str) {
        std::hint::black_box(host);
    }

    let local = Local::new();
    local.run(|| (0..105).for_each(|host| handle(&host.to_string())));
    let exposition = local.read();
    assert_eq!(exposition.label_values("open_inferred_total", "host").len(), 101);
    assert_eq!(exposition.value("open_inferred_total", &[("host", "other"), ("outcome", "ok")]), Some(5.0));
    assert_eq!(exposition.value(OVERFLOW, &[("metric", "open_inferred_total"), ("label", "host")]), Some(5.0));
}
