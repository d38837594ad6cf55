//! Exemplars: which trace a call was a part of.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

use metrics_instrumented::{exporter, instrumented};
use metrics_instrumented_tests::{Exposition, alone};
use openmetrics_parser::{OpenMetricsValue, openmetrics::parse_openmetrics};

/// Reads.
#[instrumented(name = "exemplar_reads", buckets = [0.000_001, 0.05, 100])]
fn read(time: Duration) {
    std::thread::sleep(time);
}

/// An exemplar's labels, and its value.
pub(crate) type Shown = (Vec<(String, String)>, f64);

/// The exemplars of the three buckets and of `+Inf`.
fn exemplars(openmetrics: &str) -> Vec<Option<Shown>> {
    exemplars_of("exemplar_reads_duration_seconds", openmetrics)
}

/// The exemplars of each bucket of a family that has one series.
pub(crate) fn exemplars_of(family: &str, openmetrics: &str) -> Vec<Option<Shown>> {
    let lines: Vec<&str> = openmetrics.split_inclusive('\n').filter(|line| !line.starts_with("# UNIT ")).collect();
    let exposition = parse_openmetrics(&lines.concat()).unwrap_or_else(|error| panic!("{error:?}\n{openmetrics}"));
    let family = &exposition.families[family];
    let samples: Vec<_> = family.iter_samples().collect();
    let [sample] = samples.as_slice() else { panic!("one series: {samples:?}") };
    let OpenMetricsValue::Histogram(histogram) = &sample.value else { panic!("a histogram: {sample:?}") };
    let mut buckets: Vec<_> = histogram.buckets.iter().collect();
    buckets.sort_by(|one, other| one.upper_bound.total_cmp(&other.upper_bound));
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    let exemplar = |exemplar: &openmetrics_parser::Exemplar| {
        assert!(exemplar.timestamp.is_some_and(|at| (now - at).abs() < 600.0), "{exemplar:?}");
        let mut labels: Vec<_> = exemplar.labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        labels.sort();
        (labels, exemplar.id)
    };
    buckets.iter().map(|bucket| bucket.exemplar.as_ref().map(exemplar)).collect()
}

#[test]
fn the_bucket_of_a_call_shows_its_trace_in_openmetrics_only() {
    alone(|| {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        let ask = || Some([("trace_id", format!("t\"{}", CALLS.fetch_add(1, Relaxed))), ("span_id", "s".to_owned())]);
        let handle = exporter().exemplars(ask).install_recorder().unwrap();
        read(Duration::from_millis(1));
        read(Duration::from_millis(60));
        let found = exemplars(&handle.render_openmetrics());
        assert_eq!((found.len(), &found[0], &found[3]), (4, &None, &None));
        for (bucket, trace, at_least) in [(1, "t\"0", 0.001), (2, "t\"1", 0.06)] {
            let (labels, value) = found[bucket].clone().expect("an exemplar");
            let expected =
                [("span_id", "s"), ("trace_id", trace)].map(|(name, value)| (name.to_owned(), value.to_owned()));
            assert_eq!(labels, expected);
            assert!(value >= at_least && value < 50.0, "{value}");
        }
        let text = handle.render();
        Exposition::parse(&text).unwrap();
        assert!(!text.contains("trace_id"));
    });
}

#[test]
fn many_calls_ask_for_few_exemplars() {
    alone(|| {
        static ASKED: AtomicU32 = AtomicU32::new(0);
        let ask = || {
            ASKED.fetch_add(1, Relaxed);
            // A call inside, whose exemplar would be asked for here.
            read(Duration::ZERO);
            Some([("trace_id", "x")])
        };
        let _handle = exporter().exemplars(ask).install_recorder().unwrap();
        let begun = std::time::Instant::now();
        for _ in 0..20_000 {
            read(Duration::ZERO);
        }
        // One for each of 64 magnitudes and second, at most.
        let most = 64 * (begun.elapsed().as_secs() + 1);
        assert!(u64::from(ASKED.load(Relaxed)) <= most, "asked {} times", ASKED.load(Relaxed));
    });
}

#[test]
fn values_that_cannot_be_shown_are_left_out_and_a_panic_is_not_counted_as_a_call() {
    alone(|| {
        static TURN: AtomicU32 = AtomicU32::new(0);
        let ask = || match TURN.load(Relaxed) {
            0 => None,
            1 => Some(vec![("trace-id", "x".to_owned())]),
            2 => Some(vec![("trace_id", "x".repeat(121))]),
            3 => panic!("as planned"),
            _ => Some(vec![("trace_id", "x".repeat(120))]),
        };
        let handle = exporter().exemplars(ask).install_recorder().unwrap();
        for turn in 0..5 {
            TURN.store(turn, Relaxed);
            read(Duration::from_millis(1));
            let is_there = exemplars(&handle.render_openmetrics())[1].is_some();
            assert_eq!(is_there, turn == 4, "{turn}");
        }
        let exposition = Exposition::parse(&handle.render()).unwrap();
        assert_eq!(exposition.value("exemplar_reads_total", &[("outcome", "ok")]), Some(5.0));
    });
}

#[test]
fn only_the_labels_that_cannot_be_shown_are_left_out() {
    alone(|| {
        let ask = || Some([("trace_id", "x".to_owned()), ("not-valid", "y".repeat(200)), ("trace_id", "z".to_owned())]);
        let handle = exporter().exemplars(ask).install_recorder().unwrap();
        read(Duration::from_millis(1));
        let openmetrics = handle.render_openmetrics();
        let (labels, _) = exemplars(&openmetrics)[1].clone().expect("an exemplar");
        assert_eq!(labels, [("trace_id".to_owned(), "x".to_owned())]);
        assert!(openmetrics.contains(" # {trace_id=\"x\"} "), "{openmetrics}");
    });
}
