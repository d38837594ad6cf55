//! Views: what a file changes in every format, and what becomes of files that change or are wrong.

#![allow(clippy::float_cmp, reason = "counts are exact")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use metrics_instrumented::{
    Counter, Error, Exporter, Finding, Gauge, Handle, LabelValue, Recorder, doctor, exporter, instrumented,
};
use metrics_instrumented_tests::{Exposition, alone, alone_with, eventually};
use tempfile::TempDir;

use crate::get;
use crate::metrics_proto::{MetricFamily, decode};

#[derive(LabelValue, Clone, Copy)]
#[label(rename_all = "lowercase")]
enum Tier {
    Gold,
    Silver,
    Tin,
}

/// Views.
#[instrumented(name = "viewed", labels(tier: Tier = tier, route = open(route, max = 50)), buckets = [0.5, 1, 1000])]
fn view(tier: Tier, route: &str) -> Result<(), ()> {
    if route.is_empty() { Err(()) } else { Ok(()) }
}

/// Levels of water.
#[derive(Gauge)]
#[gauge(name = "viewed_level")]
struct Level {
    tier: Tier,
}

/// Drops of water.
#[derive(Counter)]
#[counter(name = "viewed_drops_total")]
struct Drops {
    tier: Tier,
}

struct Viewed {
    _directory: TempDir,
    file: PathBuf,
    recorder: Recorder,
}

impl Viewed {
    fn new(views: &str) -> Self {
        Self::of(exporter(), views)
    }

    fn of(exporter: Exporter, views: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("views.yaml");
        fs::write(&file, views).unwrap();
        let recorder = exporter.views(&file).build().unwrap();
        Self { _directory: directory, file, recorder }
    }

    fn handle(&self) -> Handle {
        self.recorder.handle()
    }

    fn record(&self) -> Exposition {
        metrics::with_local_recorder(&self.recorder, record);
        Exposition::parse(&self.handle().render()).unwrap()
    }
}

/// 3 + 2 + 1 calls, of which one fails.
fn record() {
    for (tier, route, calls) in [(Tier::Gold, "/a", 3_u32), (Tier::Silver, "/b", 2), (Tier::Tin, "", 1)] {
        for _ in 0..calls {
            let _ = view(tier, route);
        }
        Level { tier }.set(calls);
        Drops { tier }.increment(calls.into());
    }
    metrics::counter!("viewed_by_hand_total").increment(1);
}

fn labels_of<'a>(exposition: &'a Exposition, family: &str) -> Vec<Vec<(&'a str, &'a str)>> {
    let samples = &exposition.family(family).samples;
    samples
        .iter()
        .map(|sample| sample.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect())
        .collect()
}

#[test]
fn a_muted_family_is_in_no_format_and_all_others_are() {
    let viewed = Viewed::new("families: { viewed_total: { mute: true }, 'viewed_in*': { mute: true } }");
    let exposition = viewed.record();
    assert!(exposition.find("viewed_total").is_none() && exposition.find("viewed_in_flight").is_none());
    for other in ["viewed_duration_seconds", "viewed_drops_total", "viewed_by_hand_total"] {
        assert!(exposition.find(other).is_some(), "{other}");
    }
    let openmetrics = viewed.handle().render_openmetrics();
    assert!(!openmetrics.contains("# TYPE viewed counter") && openmetrics.contains("viewed_duration_seconds_count"));
}

#[test]
fn a_dropped_label_adds_the_series_up() {
    let viewed = Viewed::new(
        "families:\n  'viewed*': { drop: [tier] }\n  viewed_level: { combine: max }\n  viewed_total: { drop: [route] }",
    );
    let exposition = viewed.record();
    assert_eq!(exposition.expect_value("viewed_total", &[("outcome", "ok")]), 5.0);
    assert_eq!(exposition.expect_value("viewed_total", &[("outcome", "error")]), 1.0);
    assert_eq!(labels_of(&exposition, "viewed_drops_total"), [[]]);
    assert_eq!(exposition.expect_value("viewed_drops_total", &[]), 6.0);
    assert_eq!(exposition.expect_value("viewed_level", &[]), 3.0);
    let durations = exposition.histogram("viewed_duration_seconds", &[("route", "/a")]);
    assert_eq!((durations.count, durations.buckets.len()), (3, 4));
}

#[test]
fn merged_values_become_one() {
    let viewed = Viewed::new("families:\n  viewed_drops_total: { merge: { tier: { metal: [silver, tin] } } }");
    let exposition = viewed.record();
    assert_eq!(exposition.label_values("viewed_drops_total", "tier"), ["gold", "metal"]);
    assert_eq!(exposition.expect_value("viewed_drops_total", &[("tier", "metal")]), 3.0);
    assert_eq!(exposition.expect_value("viewed_drops_total", &[("tier", "gold")]), 3.0);
}

#[test]
fn buckets_that_are_left_out_are_counted_in_the_next_one() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("views.yaml");
    fs::write(&file, "families: { viewed_duration_seconds: { buckets: [1] } }").unwrap();
    let recorder = exporter().views(&file).build().unwrap();
    let whole = exporter().build().unwrap();
    for recorder in [&recorder, &whole] {
        metrics::with_local_recorder(recorder, || {
            let key = metrics::Key::from_parts("viewed_duration_seconds", vec![metrics::Label::new("tier", "gold")]);
            let metadata = metrics::Metadata::new("", metrics::Level::INFO, None);
            metrics::with_recorder(|recorder| {
                let durations = recorder.register_histogram(&key, &metadata);
                for value in [0.1, 0.2, 0.7, 5.0, 5.0, 2000.0] {
                    durations.record(value);
                }
            });
        });
    }
    let durations = |recorder: &Recorder| {
        let exposition = Exposition::parse(&recorder.handle().render()).unwrap();
        exposition.histogram("viewed_duration_seconds", &[("tier", "gold")])
    };
    let (whole, fewer) = (durations(&whole), durations(&recorder));
    assert_eq!(whole.buckets, [(0.5, 2), (1.0, 3), (1000.0, 5), (f64::INFINITY, 6)]);
    assert_eq!(fewer.buckets, [(1.0, 3), (f64::INFINITY, 6)]);
    assert_eq!((fewer.count, fewer.sum), (whole.count, whole.sum));
}

#[test]
fn a_capped_family_keeps_its_series_and_counts_the_rest_as_other() {
    let exporter = exporter().global_label("zone", "eu");
    let viewed = Viewed::of(exporter, "families: { viewed_total: { drop: [tier, outcome], max_series: 2 } }");
    let call = |route: &str, calls: u32| {
        metrics::with_local_recorder(&viewed.recorder, || {
            for _ in 0..calls {
                let _ = view(Tier::Gold, route);
            }
        });
        Exposition::parse(&viewed.handle().render()).unwrap()
    };
    call("/m", 1);
    call("/n", 2);
    // Before the others in the order of labels.
    call("/a", 4);
    let exposition = call("/b", 8);
    assert_eq!(exposition.label_values("viewed_total", "route"), ["/m", "/n", "other"]);
    let value = |route| exposition.expect_value("viewed_total", &[("route", route), ("zone", "eu")]);
    assert_eq!([value("/m"), value("/n"), value("other")], [1.0, 2.0, 12.0]);
}

#[test]
fn all_formats_contain_the_same_data() {
    let views = "families: { 'viewed*': { drop: [tier] }, viewed_level: { combine: sum }, viewed_duration_seconds: { buckets: [1000] } }";
    let viewed = Viewed::new(views);
    let text = viewed.record();
    let address = viewed.handle().listen("127.0.0.1:0").unwrap();
    let accept = "accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
    let families = decode(&get(address, "/metrics", &[accept]).body);
    let of = |name: &str| -> MetricFamily { families.iter().find(|family| family.name() == name).unwrap().clone() };
    for (name, value) in [("viewed_drops_total", 6.0), ("viewed_level", 6.0)] {
        let metric = &of(name).metric[0];
        let counter = metric.counter.as_ref().and_then(|counter| counter.value);
        assert_eq!(counter.or(metric.gauge.as_ref().and_then(|gauge| gauge.value)), Some(value), "{name}");
        assert_eq!(text.expect_value(name, &[]), value);
    }
    let durations = of("viewed_duration_seconds");
    let histogram = durations.metric.iter().find(|metric| metric.label.iter().any(|label| label.value == "/b"));
    let histogram = histogram.unwrap().histogram.as_ref().unwrap();
    assert_eq!((histogram.sample_count(), histogram.bucket[0].cumulative_count()), (2, 2));
    assert_eq!(text.histogram("viewed_duration_seconds", &[("route", "/b")]).count, 2);
    let openmetrics = get(address, "/metrics", &["accept: application/openmetrics-text;version=1.0.0"]);
    assert!(openmetrics.text().contains("viewed_drops_total 6\n"), "{}", openmetrics.text());
    let bounds: Vec<&str> = openmetrics
        .text()
        .lines()
        .filter(|line| line.starts_with("viewed_duration_seconds_bucket{") && line.contains("route=\"/a\""))
        .filter_map(|line| line.split("le=\"").nth(1)?.split('"').next())
        .collect();
    assert_eq!(bounds, ["1000.0", "+Inf"]);
}

#[test]
fn a_changed_file_is_loaded_and_an_invalid_one_is_not() {
    let viewed = Viewed::new("families: { viewed_drops_total: { mute: true } }");
    let shows = |name: &str| viewed.handle().render().contains(&format!("# TYPE {name} "));
    let failures = || {
        let text = viewed.handle().render();
        Exposition::parse(&text).unwrap().expect_value("metrics_instrumented_views_reload_failures_total", &[])
    };
    let eventually_is =
        |condition: &dyn Fn() -> bool| eventually(Duration::from_secs(20), || condition().then_some(()));
    viewed.record();
    assert!(!shows("viewed_drops_total") && shows("viewed_level"));
    fs::write(&viewed.file, "families: { viewed_level: { mute: true } }").unwrap();
    eventually_is(&|| shows("viewed_drops_total") && !shows("viewed_level"));
    let mut failed = 0.0;
    for (content, reason) in [
        (
            Some("families: { viewed_levle: { mute: true } }"),
            "line 1: no family `viewed_levle` is declared; did you mean `viewed_level`?",
        ),
        // As a full disk leaves it.
        (Some(""), "line 1: the key `families` is missing"),
        (None, "the file cannot be read: it does not exist; check the path"),
    ] {
        match content {
            Some(content) => fs::write(&viewed.file, content).unwrap(),
            None => fs::remove_file(&viewed.file).unwrap(),
        }
        failed += 1.0;
        eventually_is(&|| failures() == failed);
        assert!(shows("viewed_drops_total") && !shows("viewed_level"), "{content:?}");
        let address = viewed.handle().listen("127.0.0.1:0").unwrap();
        let index = get(address, "/", &[]);
        assert!(index.text().contains(&format!("not reloaded: {reason}")), "{}", index.text());
    }
    fs::write(&viewed.file, "families: {}").unwrap();
    eventually_is(&|| shows("viewed_drops_total") && shows("viewed_level"));
    assert_eq!(failures(), failed);
}

#[test]
fn a_capped_family_keeps_its_series_over_a_reload() {
    let viewed = Viewed::new("families: { viewed_drops_total: { max_series: 1 } }");
    let before = viewed.record();
    let shown = before.label_values("viewed_drops_total", "tier").join(" ");
    fs::write(&viewed.file, "families: { viewed_drops_total: { max_series: 1 }, viewed_level: { mute: true } }")
        .unwrap();
    eventually(Duration::from_secs(20), || (!viewed.handle().render().contains("# TYPE viewed_level ")).then_some(()));
    let after = Exposition::parse(&viewed.handle().render()).unwrap();
    assert_eq!(after.label_values("viewed_drops_total", "tier").join(" "), shown);
    assert_eq!(shown, "gold other");
}

#[track_caller]
fn fails(file: &Path, content: Option<&str>, expected_line: usize, expected: &str) {
    if let Some(content) = content {
        fs::write(file, content).unwrap();
    }
    let error = exporter().views(file).build().unwrap_err();
    let Error::Views { file: named, line, reason } = &error else { panic!("{error:?}") };
    assert_eq!((named.as_path(), *line), (file, expected_line), "{error}");
    assert!(reason.contains(expected), "{error}");
    assert!(error.to_string().starts_with("cannot use the views in `"), "{error}");
}

#[test]
fn an_invalid_file_is_an_error_of_the_installation() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("views.yaml");
    fails(&file, Some("families:\n  viewed_totl: { mute: true }\n"), 2, "did you mean `viewed_total`?");
    fails(&file, Some("families:\n  viewed_total:\n    drop: [teir]\n"), 3, "did you mean `tier`?");
    fails(&file, Some("families:\n  viewed_duration_seconds:\n    buckets: [2]\n"), 3, "its bounds are 0.5, 1, 1000");
    fails(
        &file,
        Some("families:\n  viewed_total:\n    merge: { outcome: { bad: [eror, pannic] } }\n"),
        3,
        "and 1 more",
    );
    fails(&file, Some("families: [\n"), 2, "");
}

/// The error of a file that does not exist once named a line in it.
#[test]
fn a_file_that_cannot_be_read_is_an_error_without_a_line() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("views.yaml");
    let fails = |path: &Path, expected: &str| {
        let error = exporter().views(path).build().unwrap_err();
        assert_eq!(error.to_string(), format!("cannot read the views in `{}`: {expected}", path.display()));
        assert!(matches!(&error, Error::ViewsUnreadable { file, .. } if file == path), "{error}");
    };
    fails(&file, "it does not exist; check the path");
    fails(directory.path(), "it is a directory; set the path of a file");
    fs::write(&file, b"families: {} # \xff\n").unwrap();
    fails(&file, "it is not valid UTF-8; save it as UTF-8");
}

#[test]
fn the_environment_sets_the_file_and_the_doctor_lists_its_views() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("views.yaml");
    fs::write(&file, "families:\n  viewed_total: { drop: [route], max_series: 9 }\n").unwrap();
    alone_with(&[("METRICS_INSTRUMENTED_VIEWS", file.to_str().unwrap())], || {
        let handle = exporter().environment().listen("127.0.0.1:0").install().unwrap();
        let file = std::env::var("METRICS_INSTRUMENTED_VIEWS").unwrap();
        record();
        assert!(!handle.render().contains("viewed_total{outcome=\"ok\",route="));
        let view = format!("view `viewed_total`: without the label `route`, at most 9 series, by `{file}`");
        assert_eq!(doctor().views().collect::<Vec<_>>(), [view.as_str()]);
        assert!(doctor().to_string().contains(&format!("- {view}\n")), "{}", doctor());
        let facts = get(handle.local_addr().unwrap(), "/page/facts", &[]);
        assert!(facts.text().contains("fact=view&text=view%20%60viewed_total%60"), "{}", facts.text());
        fs::write(&file, "families: []").unwrap();
        let finding = eventually(Duration::from_secs(20), || {
            let _ = handle.render();
            let is_it = |finding: &Finding| matches!(finding, Finding::ViewsNotReloaded { .. });
            doctor().findings().iter().find(|finding| is_it(finding)).map(ToString::to_string)
        });
        assert_eq!(
            finding,
            format!(
                "the views in `{file}` were not reloaded, so the previous ones stay in use: line 1: expected a mapping with the names of families"
            )
        );
    });
}

#[test]
fn calls_counted_in_shards_go_through_views_and_keep_their_exemplars() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("views.yaml");
    fs::write(&file, "families: { 'viewed_*seconds': { drop: [tier, route], buckets: [1] } }").unwrap();
    alone_with(&[("METRICS_INSTRUMENTED_VIEWS", file.to_str().unwrap())], || {
        let exporter = exporter().environment().exemplars(|| Some([("trace_id", "4bf9")]));
        let handle = exporter.install_recorder().unwrap();
        record();
        let text = handle.render_openmetrics();
        let bucket = text.lines().find(|line| line.starts_with("viewed_duration_seconds_bucket{le=\"1.0\"} 6"));
        assert!(bucket.is_some_and(|line| line.contains("# {trace_id=\"4bf9\"}")), "{text}");
        assert!(text.contains("viewed_duration_seconds_count 6\n"));
    });
}

/// Jobs.
#[instrumented(name = "viewed_jobs", labels(tier: Tier = tier), in_flight(peak, oldest))]
fn job(tier: Tier, inside: &dyn Fn()) {
    inside();
}

#[test]
fn ages_and_peaks_are_not_added_up() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("views.yaml");
    fs::write(&file, "families: { 'viewed_jobs_in_flight*': { drop: [tier] } }").unwrap();
    alone_with(&[("METRICS_INSTRUMENTED_VIEWS", file.to_str().unwrap())], || {
        let handle = exporter().environment().install_recorder().unwrap();
        let begun = Instant::now();
        job(Tier::Gold, &|| {
            std::thread::sleep(Duration::from_millis(200));
            job(Tier::Tin, &|| {
                std::thread::sleep(Duration::from_millis(200));
                let shown = Exposition::parse(&handle.render()).unwrap();
                let most = begun.elapsed().as_secs_f64();
                let oldest = shown.value("viewed_jobs_in_flight_oldest_seconds", &[]).unwrap();
                assert!((0.4..=most).contains(&oldest), "{oldest} of {most}");
                assert_eq!(shown.value("viewed_jobs_in_flight", &[]), Some(2.0));
                assert_eq!(shown.value("viewed_jobs_in_flight_peak", &[]), Some(1.0));
            });
        });
    });
}

#[test]
fn the_count_of_series_is_the_number_of_exposed_series() {
    alone(|| {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("views.yaml");
        fs::write(&file, "families: { '*': { mute: true } }").unwrap();
        let handle = exporter().views(&file).listen("127.0.0.1:0").install().unwrap();
        record();
        let answer = get(handle.local_addr().unwrap(), "/metrics", &[]);
        assert_eq!(answer.text(), "# TYPE viewed_by_hand_total counter\nviewed_by_hand_total 1\n\n");
    });
}
