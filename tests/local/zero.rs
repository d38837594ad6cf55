//! What is there before the first call, and what is not.

use metrics_instrumented::{Counter, Gauge, Histogram, LabelValue, Operation, exporter};
use metrics_instrumented_tests::{Calls, Exposition, Kind, Local};

#[derive(LabelValue)]
enum Ten {
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
}

const ALL: [&str; 10] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];

/// Twenty combinations: eighty series of calls.
#[derive(Operation)]
#[operation(name = "zero_twenty")]
struct Twenty {
    ten: Ten,
    flag: bool,
}

/// Forty combinations: a hundred and sixty series of calls, forty of the others.
#[derive(Operation)]
#[operation(name = "zero_forty")]
struct Forty {
    ten: Ten,
    flag: bool,
    other: bool,
}

#[test]
fn a_family_of_at_most_100_series_is_zero_initialised() {
    let local = Local::new();
    let exposition = local.read();
    assert_eq!(exposition.family("zero_twenty_total").samples.len(), 80);
    for ten in ALL {
        for flag in ["false", "true"] {
            assert_eq!(Calls::of(&exposition, "zero_twenty", &[("ten", ten), ("flag", flag)]), Calls::NONE);
        }
    }
    assert_eq!(exposition.family("zero_forty_in_flight").samples.len(), 40);
    assert_eq!(exposition.label_values("zero_forty_duration_seconds", "ten"), ALL);
}

#[test]
fn a_larger_family_has_only_the_series_that_were_used() {
    let local = Local::new();
    assert!(local.read().find("zero_forty_total").is_none());
    local.run(|| Forty { ten: Ten::B, flag: true, other: false }.measure(|| ()));
    let exposition = local.read();
    assert_eq!(exposition.family("zero_forty_total").samples.len(), 4);
    let labels = [("ten", "B"), ("flag", "true"), ("other", "false")];
    assert_eq!(Calls::of(&exposition, "zero_forty", &labels), Calls { ok: 1, ..Calls::NONE });
}

/// A single combination: four series of calls.
#[derive(Operation)]
#[operation(name = "zero_single")]
struct Single {}

#[test]
fn zero_series_shows_nothing_of_a_larger_family_also_without_labels() {
    let shown = |most: usize| {
        let handle = exporter().zero_series(most).build().unwrap().handle();
        let exposition = Exposition::parse(&handle.render()).unwrap();
        ["zero_single_total", "zero_single_in_flight", "zero_sizes_bytes"].map(|name| exposition.find(name).is_some())
    };
    assert_eq!(shown(4), [true, true, true]);
    assert_eq!(shown(3), [false, true, true]);
    assert_eq!(shown(0), [false, false, false]);
    let recorder = exporter().zero_series(0).build().unwrap();
    metrics::with_local_recorder(&recorder, || Single {}.measure(|| ()));
    let exposition = Exposition::parse(&recorder.handle().render()).unwrap();
    assert_eq!(Calls::of(&exposition, "zero_single", &[]), Calls { ok: 1, ..Calls::NONE });
}

/// Events.
#[derive(Counter)]
#[counter(name = "zero_events_total")]
struct Events {
    ten: Ten,
}

/// Sessions.
#[derive(Gauge)]
#[gauge(name = "zero_sessions")]
struct Sessions {
    flag: Option<bool>,
}

/// Sizes.
#[derive(Histogram)]
#[histogram(name = "zero_sizes_bytes", buckets = [1.0, 2.0])]
struct Sizes {}

#[test]
fn counters_gauges_and_histograms_are_zero_initialised_with_type_help_and_buckets() {
    let exposition = Local::new().read();
    for ten in ALL {
        assert_eq!(exposition.value("zero_events_total", &[("ten", ten)]), Some(0.0));
    }
    for flag in ["false", "true", "none"] {
        assert_eq!(exposition.value("zero_sessions", &[("flag", flag)]), Some(0.0));
    }
    let sizes = exposition.histogram("zero_sizes_bytes", &[]);
    assert_eq!((sizes.buckets, sizes.count), (vec![(1.0, 0), (2.0, 0), (f64::INFINITY, 0)], 0));
    for (name, kind, help) in [
        ("zero_events_total", Kind::Counter, "Events."),
        ("zero_sessions", Kind::Gauge, "Sessions."),
        ("zero_sizes_bytes", Kind::Histogram, "Sizes."),
        ("zero_twenty_duration_seconds", Kind::Histogram, "Twenty combinations: eighty series of calls."),
    ] {
        let family = exposition.family(name);
        assert_eq!((family.kind, family.help.as_deref()), (kind, Some(help)), "{name}");
    }
    // Their values are used here as well, so that no variant is dead.
    Local::new().run(|| {
        for ten in [Ten::A, Ten::B, Ten::C, Ten::D, Ten::E, Ten::F, Ten::G, Ten::H, Ten::I, Ten::J] {
            Events { ten }.increment(0);
        }
        Twenty { ten: Ten::A, flag: true }.start().ok();
        Sessions { flag: None }.set(0.0);
        Sizes {}.record(1.0);
    });
}
