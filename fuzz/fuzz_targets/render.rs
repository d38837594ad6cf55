//! Records metrics with arbitrary names, labels, HELP and values, and checks that the strict parser reads the exposition.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use metrics::{Key, KeyName, Label, Level, Metadata, Recorder as _};
use metrics_instrumented_test_support::exposition::Exposition;

#[derive(Arbitrary, Debug)]
struct Metric {
    kind: u8,
    name: u8,
    help: String,
    labels: Vec<(u8, String)>,
    value: f64,
}

const METADATA: Metadata<'static> = Metadata::new("fuzz", Level::INFO, None);

fuzz_target!(|metrics: Vec<Metric>| {
    let recorder = metrics_instrumented::exporter().build().expect("valid settings");
    for Metric { kind, name, help, labels, value } in metrics {
        // The macros check names at compile time; values and HELP are arbitrary.
        let kind = kind % 3;
        let name = format!("fuzz{}_{}", name % 4, ["total", "level", "seconds"][usize::from(kind)]);
        let text = |text: String| text.replace('\r', "");
        let mut labels: Vec<Label> =
            labels.into_iter().map(|(name, value)| Label::new(format!("label{}", name % 3), text(value))).collect();
        labels.sort_by(|one, other| one.key().cmp(other.key()));
        labels.dedup_by(|one, other| one.key() == other.key());
        let key = Key::from_parts(name.clone(), labels);
        let (name, help) = (KeyName::from(name), text(help).trim_start().to_owned().into());
        match kind {
            0 => {
                recorder.describe_counter(name, None, help);
                recorder.register_counter(&key, &METADATA).increment(value.abs() as u64 >> 12);
            }
            1 => {
                recorder.describe_gauge(name, None, help);
                recorder.register_gauge(&key, &METADATA).set(value);
            }
            _ if value.is_nan() => {}
            _ => {
                recorder.describe_histogram(name, None, help);
                recorder.register_histogram(&key, &METADATA).record(value);
            }
        }
    }
    let handle = recorder.handle();
    let text = handle.render();
    if let Err(error) = Exposition::parse(&text) {
        panic!("{error}\n{text}");
    }
    assert!(handle.render_openmetrics().ends_with("# EOF\n"));
});
