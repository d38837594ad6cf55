//! A collector that is ill, away, or overloaded.

use std::time::{Duration, Instant};

use metrics_instrumented::{Finding, Histogram, Otlp, Recorder, doctor, exporter};
use metrics_instrumented_tests::{alone, alone_with, eventually, failing_pushes};

use crate::collector::Answer::{Body, Close, Redirect, Refusal, RetryAfter, Status};
use crate::collector::Collector;
use crate::proto::Request;
use crate::{Weight, at_the_end, send};

/// Successful calls in a request.
fn letters(request: &Request) -> i64 {
    let points =
        request.metric("otlp_letters_total").and_then(|metric| metric.sum.as_ref()).map(|sum| &sum.data_points);
    points.into_iter().flatten().filter_map(|point| point.as_int).sum()
}

fn weights(request: &Request) -> u64 {
    let metric = request.metric("otlp_weight_grams").and_then(|metric| metric.histogram.as_ref());
    metric.into_iter().flat_map(|histogram| &histogram.data_points).map(|point| point.count).sum()
}

#[test]
fn temporary_failures_are_retried_with_the_same_request() {
    let collector = Collector::with(&[Status(503), Close, RetryAfter(429, "1"), Status(502)]);
    let recorder = exporter().otlp(at_the_end(&collector.url()).delta()).build().unwrap();
    metrics::with_local_recorder(&recorder, || send(true).unwrap());
    recorder.handle().shutdown();
    let received = collector.received();
    assert!(received.len() >= 4, "{}", received.len());
    assert!(received.iter().all(|one| one.request == received[0].request));
    assert!(received[3].at - received[2].at >= Duration::from_millis(950));
    assert!(received[1].at - received[0].at >= Duration::from_millis(450));
}

/// Makes calls and records their numbers until the collector has received this many requests, and shuts down; returns how many calls there were.
fn calls_during(recorder: &Recorder, collector: &Collector, requests: usize) -> u32 {
    let mut calls = 0u32;
    metrics::with_local_recorder(recorder, || {
        eventually(Duration::from_secs(30), || {
            send(true).unwrap();
            Weight.record(calls);
            calls += 1;
            std::thread::sleep(Duration::from_millis(5));
            collector.received().len() >= requests
        });
    });
    recorder.handle().shutdown();
    calls
}

#[test]
fn deltas_are_kept_until_they_are_acknowledged() {
    let collector =
        Collector::with(&[Status(400), Status(500), Close, Status(200), Status(401), RetryAfter(503, "3600")]);
    let otlp = Otlp::new(collector.url()).delta().interval(Duration::from_millis(100));
    let recorder = exporter().otlp(otlp).build().unwrap();
    let calls = calls_during(&recorder, &collector, 9);
    let accepted = collector.accepted();
    assert!(accepted.len() >= 2);
    assert_eq!(accepted.iter().map(letters).sum::<i64>(), i64::from(calls));
    assert_eq!(accepted.iter().map(weights).sum::<u64>(), u64::from(calls));
    let counted = recorder.handle().render();
    assert!(counted.contains("metrics_instrumented_pushes_total{result=\"error\"} 5"), "{counted}");
}

/// The page that the collector's proxy redirects to is answered with 200, which was taken for an acknowledgement.
#[test]
fn deltas_are_kept_if_the_push_was_redirected() {
    let collector =
        Collector::with(&[Redirect(302), Status(200), Redirect(303), Status(200), Redirect(308), Status(200)]);
    let otlp = Otlp::new(collector.url()).delta().interval(Duration::from_millis(50));
    let recorder = exporter().otlp(otlp).build().unwrap();
    let calls = calls_during(&recorder, &collector, 7);
    let accepted = collector.accepted();
    assert_eq!(accepted.iter().map(letters).sum::<i64>(), i64::from(calls));
    assert_eq!(accepted.iter().map(weights).sum::<u64>(), u64::from(calls));
    assert!(collector.received().iter().all(|one| one.head.starts_with("post /v1/metrics ")));
    let counted = recorder.handle().render();
    assert!(counted.contains("metrics_instrumented_pushes_total{result=\"error\"} 3"), "{counted}");
}

#[test]
fn totals_are_correct_after_the_collector_was_unavailable() {
    let collector = Collector::with(&[Close, Close, Status(429)]);
    let otlp = Otlp::new(collector.url()).interval(Duration::from_millis(50));
    let recorder = exporter().otlp(otlp).build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        for _ in 0..50 {
            send(true).unwrap();
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    recorder.handle().shutdown();
    assert_eq!(collector.accepted().last().map(letters), Some(50));
}

#[test]
fn a_missing_collector_does_not_delay_the_shutdown() {
    let recorder = exporter().otlp(at_the_end("http://127.0.0.1:9").timeout(Duration::from_secs(1))).build().unwrap();
    let begun = Instant::now();
    recorder.handle().shutdown();
    assert!(begun.elapsed() < Duration::from_secs(13), "{:?}", begun.elapsed());
    assert!(recorder.handle().render().contains("metrics_instrumented_pushes_total{result=\"error\"} 1"));
}

#[test]
fn points_that_the_collector_rejects_are_counted_as_partial() {
    let collector = Collector::with(&[Body(b"\x0a\x02\x08\x05")]);
    let recorder = exporter().otlp(at_the_end(&collector.url())).build().unwrap();
    recorder.handle().shutdown();
    assert!(recorder.handle().render().contains("metrics_instrumented_pushes_total{result=\"partial\"} 1"));
}

#[test]
fn a_delay_or_an_interval_of_any_length_is_accepted() {
    let collector =
        Collector::with(&[RetryAfter(429, "18446744073709551615"), RetryAfter(503, "99999999999999999999")]);
    let otlp = Otlp::new(collector.url()).interval(Duration::from_millis(20));
    let recorder = exporter().otlp(otlp).build().unwrap();
    metrics::with_local_recorder(&recorder, || send(true).unwrap());
    eventually(Duration::from_secs(30), || !collector.accepted().is_empty());
    recorder.handle().shutdown();

    let otlp = Otlp::new(collector.url()).interval(Duration::MAX).timeout(Duration::MAX);
    let recorder = exporter().otlp(otlp).build().unwrap();
    let pushed = collector.received().len();
    recorder.handle().shutdown();
    assert_eq!(collector.received().len(), pushed + 1);
}

#[test]
fn a_long_response_is_read_in_part() {
    // Three points are rejected, with a message of 8,000 bytes.
    const LONG: [u8; 8008] = {
        let mut response = [b'x'; 8008];
        let head = [0x0a, 0xc5, 0x3e, 0x08, 0x03, 0x12, 0xc0, 0x3e];
        let mut at = 0;
        while at < head.len() {
            response[at] = head[at];
            at += 1;
        }
        response
    };
    let collector = Collector::with(&[Body(&LONG)]);
    let recorder = exporter().otlp(at_the_end(&collector.url())).build().unwrap();
    recorder.handle().shutdown();
    assert!(recorder.handle().render().contains("metrics_instrumented_pushes_total{result=\"partial\"} 1"));
}

#[test]
fn shutdown_interrupts_the_delay_of_a_retry() {
    let collector = Collector::with(&[RetryAfter(503, "3000")]);
    let otlp = Otlp::new(collector.url()).interval(Duration::from_millis(20));
    let recorder = exporter().otlp(otlp).build().unwrap();
    metrics::with_local_recorder(&recorder, || send(true).unwrap());
    eventually(Duration::from_secs(30), || !collector.received().is_empty());
    let begun = Instant::now();
    recorder.handle().shutdown();
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(collector.accepted().last().map(letters), Some(1));
}

#[test]
fn the_doctor_does_not_miss_a_listener_after_the_last_push_arrived() {
    alone(|| {
        let collector = Collector::with(&[]);
        let handle = exporter().otlp(at_the_end(&collector.url())).install_recorder().unwrap();
        handle.shutdown();
        assert_eq!(collector.received().len(), 1);
        assert!(!doctor().findings().contains(&Finding::NotServed));
    });
}

#[test]
fn the_doctor_says_why_pushes_fail() {
    alone(|| {
        let collector = Collector::repeating(&[
            Redirect(307),
            Redirect(302),
            Status(404),
            Status(401),
            Body(b"\x0a\x06\x08\x02\x12\x02no"),
            // A `google.rpc.Status`.
            Refusal(400, b"\x08\x03\x12\x09bad\nlabel"),
            Refusal(404, b"<html>\n<h1>404</h1>\n</html>\n"),
        ]);
        let otlp = Otlp::new(collector.url()).interval(Duration::from_millis(100));
        // A port that was free a moment ago: nothing listens there.
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let unreachable = Otlp::new(format!("http://{closed}")).interval(Duration::from_millis(200));
        let handle = exporter().otlp(otlp).otlp(unreachable).install_recorder().unwrap();
        send(true).unwrap();
        // In the order of the answers.
        let expected = [
            format!(
                "pushing to `{}/v1/metrics` fails: the response is a redirect (307) to `/login`, which is not followed; set the endpoint to this address",
                collector.url()
            ),
            format!(
                "pushing to `{}/v1/metrics` fails: the response is a redirect (302) to `/login`, which is not followed; set the credentials in a header if this is a login page, otherwise the endpoint to this address",
                collector.url()
            ),
            format!(
                "pushing to `{}/v1/metrics` fails: the response is 404; check the path, which is `/v1/metrics` by default",
                collector.url()
            ),
            format!(
                "pushing to `{}/v1/metrics` fails: the response is 401; set the credentials in a header",
                collector.url()
            ),
            format!(
                "pushing to `{}/v1/metrics` fails: the collector rejected 2 points of the last push (no); they are not sent again",
                collector.url()
            ),
            format!(
                "pushing to `{}/v1/metrics` fails: the response is 400 (bad label); the collector's log has the reason",
                collector.url()
            ),
            format!(
                "pushing to `{}/v1/metrics` fails: the response is 404 (<html> <h1>404</h1> </html>); check the path, which is `/v1/metrics` by default",
                collector.url()
            ),
        ];
        let refused = format!("pushing to `http://{closed}/v1/metrics` fails: there was no response (");
        for text in &expected {
            eventually(Duration::from_secs(30), || failing_pushes().contains(text));
            collector.advance();
        }
        eventually(Duration::from_secs(30), || failing_pushes().iter().any(|text| text.starts_with(&refused)));
        // The next push arrives.
        eventually(Duration::from_secs(30), || failing_pushes().iter().all(|text| text.starts_with(&refused)));
        // Pushing is a way to serve metrics.
        assert!(!doctor().findings().contains(&Finding::NotServed));
        handle.shutdown();
        // The last push there failed, too.
        assert!(matches!(&*failing_pushes(), [text] if text.starts_with(&refused)), "{:?}", failing_pushes());
    });
}

/// After an earlier push had arrived, it found no problem; otherwise, it said that nothing serves the metrics.
#[test]
fn the_doctor_says_why_the_last_push_failed() {
    for answers in [&[Status(401)][..], &[Status(200), Status(401)]] {
        alone_with(&[("ANSWERS", &answers.len().to_string())], || {
            if std::env::var("ANSWERS").is_ok_and(|number| number != answers.len().to_string()) {
                return;
            }
            let collector = Collector::repeating(answers);
            let interval = Duration::from_millis(if answers.len() == 1 { 3_600_000 } else { 50 });
            let handle = exporter().otlp(Otlp::new(collector.url()).interval(interval)).install_recorder().unwrap();
            eventually(Duration::from_secs(30), || collector.received().len() + 1 >= answers.len());
            if answers.len() > 1 {
                collector.advance();
            }
            handle.shutdown();
            let expected = format!(
                "pushing to `{}/v1/metrics` fails: the response is 401; set the credentials in a header",
                collector.url()
            );
            assert_eq!(failing_pushes(), [expected]);
            assert!(!doctor().findings().contains(&Finding::NotServed));
        });
    }
}
