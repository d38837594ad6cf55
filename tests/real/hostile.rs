//! Random metrics with hostile names, labels and HELP beside declared ones: every server stays up, and every declared sample arrives.

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder};
use metrics_instrumented::exporter;
use metrics_instrumented_test_support::prometheus::{Prometheus, Tool};
use serde_json::json;

use crate::{LONG, configuration, job, on_each, serve};

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

/// What names, labels, values and HELP are put together from.
const PARTS: [&str; 44] = [
    "",
    "",
    "a",
    "b",
    "x",
    "1",
    "_",
    "__",
    ".",
    ":",
    "-",
    " ",
    "/",
    "é",
    "😱",
    "\n",
    "\r",
    "\t",
    "\0",
    "\u{7f}",
    "\u{feff}",
    "\\",
    "\"",
    "'",
    "{",
    "}",
    ",",
    "=",
    "#",
    "# HELP x y",
    "# EOF",
    "le",
    "quantile",
    "__name__",
    "U__",
    "_total",
    "_bucket",
    "_sum",
    "_count",
    "_created",
    "_info",
    "real_orders",
    "real_orders_total",
    "real_orders_duration_seconds",
];

/// A generator of its own (xorshift64*), so that a failure can be repeated by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % end
    }

    fn text(&mut self) -> String {
        (0..=self.below(3)).map(|_| PARTS[self.below(PARTS.len())]).collect()
    }

    fn value(&mut self) -> f64 {
        [0.0, -0.0, 1.0, -1.5, 1e300, 5e-324, f64::INFINITY, f64::NEG_INFINITY, f64::NAN][self.below(9)]
    }
}

fn record(recorder: &dyn Recorder, random: &mut Random) {
    let name = random.text();
    let labels: Vec<Label> = (0..random.below(4)).map(|_| Label::new(random.text(), random.text())).collect();
    let key = Key::from_parts(name.clone(), labels);
    let (name, help) = (KeyName::from(name), random.text().into());
    match random.below(3) {
        0 => {
            recorder.describe_counter(name, None, help);
            recorder.register_counter(&key, &METADATA).increment(3);
        }
        1 => {
            recorder.describe_gauge(name, None, help);
            recorder.register_gauge(&key, &METADATA).set(random.value());
        }
        _ => {
            recorder.describe_histogram(name, None, help);
            recorder.register_histogram(&key, &METADATA).record(random.value().abs().max(0.0));
        }
    }
}

#[test]
fn hostile_metrics_beside_declared_ones_are_accepted_by_every_server() {
    let seed = std::env::var("HOSTILE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0x9E37_79B9_7F4A_7C15);
    println!("HOSTILE_SEED={seed}");
    let mut random = Random(seed);
    let (recorder, handle, address) = serve(exporter().created_timestamps().global_label("zone", "é \"1\""), 3);
    for _ in 0..3_000 {
        record(&recorder, &mut random);
    }
    let openmetrics = handle.render_openmetrics();
    assert!(openmetrics.matches("# TYPE ").count() > 100, "hostile metrics are served where they can be");
    if let Ok(folder) = std::env::var("HOSTILE_KEEP") {
        std::fs::write(format!("{folder}/hostile.om"), &openmetrics).unwrap();
        std::fs::write(format!("{folder}/hostile.txt"), handle.render()).unwrap();
    }
    on_each(|program| stays_up(program, address));
}

fn stays_up(program: Tool, address: std::net::SocketAddr) {
    let probe = Prometheus::start_program(program, "{}", &[]);
    let can_choose = !probe.version().starts_with("2.4");
    let is_3 = probe.version().starts_with('3');
    drop(probe);
    let protocols = |protocol: &str| json!({ "scrape_protocols": [protocol] });
    let mut jobs = vec![job("default", address, json!({}))];
    if can_choose {
        jobs.push(job("text0", address, protocols("PrometheusText0.0.4")));
        jobs.push(job("openmetrics", address, protocols("OpenMetricsText1.0.0")));
        jobs.push(job("protobuf", address, protocols("PrometheusProto")));
        let mut legacy = protocols("OpenMetricsText1.0.0");
        if is_3 {
            jobs.push(job("text1", address, protocols("PrometheusText1.0.0")));
            legacy["metric_name_validation_scheme"] = json!("legacy");
            legacy["metric_name_escaping_scheme"] = json!("underscores");
        }
        jobs.push(job("legacy", address, legacy));
    }
    let prometheus = Prometheus::start_program(program, &configuration(&jobs), &[]);
    for scraped in jobs.iter().map(|job| job["job_name"].as_str().unwrap()) {
        let is_up = || prometheus.value(&format!("up{{job='{scraped}'}}")) == Some(1.0);
        let deadline = std::time::Instant::now() + LONG;
        while !is_up() {
            let target = prometheus.targets().into_iter().find(|target| target.job == scraped);
            let error = target.map(|target| target.last_error).unwrap_or_default();
            // A machine that is busy may be late once.
            let is_late = error.contains("deadline exceeded");
            assert!((error.is_empty() || is_late) && std::time::Instant::now() < deadline, "{scraped}: {error}");
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        for labels in ["tier='true',outcome='ok'", "tier='false',outcome='error'"] {
            let calls = prometheus.value(&format!("real_orders_total{{job='{scraped}',zone='é \"1\"',{labels}}}"));
            assert_eq!(calls, Some(3.0), "{scraped}");
        }
        let all = prometheus.value(&format!(
            "count({{__name__=~'real_orders_(total|in_flight|duration_seconds_(bucket|sum|count))',tier!='',job='{scraped}'}})"
        ));
        // The function is not asynchronous: three outcomes for each tier.
        assert_eq!(all, Some(6.0 + 2.0 + 2.0 * 14.0), "{scraped}");
    }
}
