//! Two places that declare one family differently: this program contradicts itself.

#![forbid(unsafe_code)]

use metrics_instrumented::{
    Counter, Difference, Error, Finding, Gauge, check_catalog, doctor, exporter, handle, instrumented,
};
use metrics_instrumented_tests::alone;

#[instrumented(name = "conflict_labels", labels(a: bool = true))]
fn with_a() {}

#[instrumented(name = "conflict_labels", labels(b: bool = true))]
fn with_b() {}

#[instrumented(duration = "conflict_buckets_seconds", buckets = [1.0, 2.0])]
fn two_buckets() {}

#[instrumented(duration = "conflict_buckets_seconds", buckets = [1.0, 3.0])]
fn other_buckets() {}

#[instrumented(calls = "conflict_help_total", help = "One thing.")]
fn one_thing() {}

#[instrumented(calls = "conflict_help_total", help = "Another thing.")]
fn another_thing() {}

#[instrumented(name = "conflict_objective", objective(success = 99.9, latency = 0.25 @ 99))]
fn promises() {}

/// Who promises nothing agrees with everybody.
#[instrumented(name = "conflict_objective")]
fn promises_nothing() {}

#[instrumented(name = "conflict_objective", objective(success = 99))]
fn promises_less() {}

/// One.
#[derive(Counter)]
#[counter(name = "conflict_kind_total")]
struct Counted {
    flag: bool,
}

/// The same name by namespace: no conflict, since all agree but the outcome.
#[instrumented(namespace = "conflict", calls = "kind_total", labels(flag: bool = true))]
fn kind() {}

/// A gauge.
#[derive(Gauge)]
#[gauge(name = "conflict_level")]
struct Level;

#[instrumented(in_flight = "conflict_level")]
fn same_kind() {}

/// The first of two that agree in all but the derived HELP.
#[instrumented(name = "conflict_agree", labels(a: bool = true))]
fn first_that_agrees() {}

/// The second.
#[instrumented(name = "conflict_agree", labels(a: bool = false))]
fn second_that_agrees() {}

/// The line of this file that holds a text.
fn line(of: &str) -> usize {
    let source = include_str!("main.rs");
    source.lines().position(|line| line.starts_with(of)).map(|at| at + 1).expect("it is here")
}

#[test]
fn every_conflict_names_its_family_and_both_locations() {
    let conflicts = check_catalog().unwrap_err().0;
    let families: Vec<_> = conflicts.iter().map(|conflict| conflict.family).collect();
    assert_eq!(
        families,
        [
            "conflict_buckets_seconds",
            "conflict_help_total",
            "conflict_kind_total",
            "conflict_labels_duration_seconds",
            "conflict_labels_in_flight",
            "conflict_labels_total",
            "conflict_objective_total",
        ]
    );
    for conflict in &conflicts {
        assert!(conflict.first.file.ends_with("conflict/main.rs") && conflict.second.file == conflict.first.file);
        assert!(conflict.first.line < conflict.second.line, "{conflict}");
    }
    let of = |family: &str| conflicts.iter().find(|conflict| conflict.family == family).unwrap();
    let buckets = of("conflict_buckets_seconds");
    assert_eq!(buckets.difference, Difference::Buckets("[1.0, 2.0]".to_owned(), "[1.0, 3.0]".to_owned()));
    assert_eq!((buckets.first.item, buckets.second.item), ("two_buckets", "other_buckets"));
    assert_eq!(of("conflict_help_total").difference, Difference::Help("One thing.", "Another thing."));
    assert_eq!(of("conflict_kind_total").difference, Difference::Labels(vec!["flag"], vec!["flag", "outcome"]));
    let objective = of("conflict_objective_total");
    let promised = ("`success = 99.9, latency = 0.25 @ 99`".to_owned(), "`success = 99`".to_owned());
    assert_eq!(objective.difference, Difference::Objective(promised.0, promised.1));
    assert_eq!((objective.first.item, objective.second.item), ("promises", "promises_less"));
    let labels = of("conflict_labels_in_flight");
    assert_eq!(labels.difference, Difference::Labels(vec!["a"], vec!["b"]));
    let lines = (
        line("#[instrumented(name = \"conflict_labels\", labels(a"),
        line("#[instrumented(name = \"conflict_labels\", labels(b"),
    );
    assert_eq!((labels.first.line as usize, labels.second.line as usize), lines);
}

#[test]
fn the_exporter_reports_both_source_lines_and_installs_nothing() {
    alone(|| {
        let error = exporter().listen("127.0.0.1:0").install().unwrap_err();
        assert!(matches!(&error, Error::Catalog(conflicts) if conflicts.0.len() == 7), "{error:?}");
        let text = error.to_string();
        assert!(text.starts_with("conflicting declarations of metrics: "), "{text}");
        for of in [
            "#[instrumented(calls = \"conflict_help_total\", help = \"One",
            "#[instrumented(calls = \"conflict_help_total\", help = \"Another",
        ] {
            assert!(text.contains(&format!("conflict/main.rs:{}", line(of))), "{text}");
        }
        assert!(
            text.contains("`conflict_help_total` is declared with different help: \"One thing.\" by `one_thing` at "),
            "{text}"
        );
        assert!(matches!(exporter().build(), Err(Error::Catalog(_))));
        assert!(matches!(exporter().install_recorder(), Err(Error::Catalog(_))));
        assert!(handle().is_none());
        // Nothing is recorded, and nothing breaks.
        with_a();
        with_b();
        two_buckets();
        other_buckets();
        one_thing();
        another_thing();
        promises();
        promises_nothing();
        promises_less();
        Counted { flag: true }.increment(1);
        kind();
        Level.set(1.0);
        same_kind();
        Parcels.set(1.0);
        parcel();
        first_that_agrees();
        second_that_agrees();
    });
}

/// Parcels under way, beside a counter of parcels: no conflict, since Prometheus has both names.
#[derive(Gauge)]
#[gauge(name = "conflict_parcels")]
struct Parcels;

#[instrumented(calls = "conflict_parcels_total", only(calls))]
fn parcel() {}

mod methods {
    use metrics_instrumented::instrumented;

    pub(super) struct Db;
    pub(super) struct Cache;

    impl Db {
        #[instrumented]
        pub(super) fn open() {}

        #[instrumented(of = Db)]
        pub(super) fn close() {}
    }

    impl Cache {
        #[instrumented]
        pub(super) fn open() {}

        #[instrumented(of = Cache)]
        pub(super) fn close() {}
    }
}

#[test]
fn the_doctor_names_functions_that_share_their_series() {
    std::hint::black_box([methods::Db::open as fn(), methods::Cache::open as fn()]);
    std::hint::black_box([methods::Db::close as fn(), methods::Cache::close as fn()]);
    let diagnosis = doctor();
    let mut shared = diagnosis.findings().iter().filter(|finding| matches!(finding, Finding::SharedSeries { .. }));
    let (Some(found), None) = (shared.next(), shared.next()) else { panic!("{diagnosis}") };
    let Finding::SharedSeries { function, locations } = found else { panic!("{found:?}") };
    assert_eq!((function.as_str(), locations.len()), ("open", 2));
    assert!(locations.iter().all(|location| location.contains("conflict/main.rs:")), "{locations:?}");
    assert!(found.to_string().contains("add the type to the attribute (`of = Type`)"), "{found}");
}
