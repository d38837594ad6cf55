//! What the families are called, which of them exist, and which labels each carries.

use metrics_instrumented::{Operation, instrumented};
use metrics_instrumented_tests::{Calls, Exposition, Kind, Local};

/// The families whose names contain this text, with their kinds, sorted.
fn families<'a>(exposition: &'a Exposition, text: &str) -> Vec<(&'a str, Kind)> {
    let mut found: Vec<_> = exposition
        .families
        .iter()
        .filter(|family| family.name.contains(text))
        .map(|family| (family.name.as_str(), family.kind))
        .collect();
    found.sort_unstable_by_key(|(name, _)| *name);
    found
}

#[test]
fn a_name_makes_three_families() {
    #[instrumented(name = "names_base")]
    fn base() {}

    let local = Local::new();
    local.run(base);
    let expected = [
        ("names_base_duration_seconds", Kind::Histogram),
        ("names_base_in_flight", Kind::Gauge),
        ("names_base_total", Kind::Counter),
    ];
    assert_eq!(families(&local.read(), "names_base"), expected);
}

#[test]
fn namespace_and_subsystem_are_prefixes_of_every_name() {
    #[instrumented(namespace = "names_space", name = "orders")]
    fn namespace() {}

    #[instrumented(namespace = "names_both", subsystem = "shop", name = "orders", in_flight = "orders_now")]
    fn both() {}

    #[instrumented(subsystem = "names_sub", calls = "x_total", duration = "y_seconds")]
    fn subsystem() {}

    let local = Local::new();
    let exposition = local.read();
    let names = |text| families(&exposition, text).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(
        names("names_space_"),
        ["names_space_orders_duration_seconds", "names_space_orders_in_flight", "names_space_orders_total"]
    );
    assert_eq!(
        names("names_both_"),
        ["names_both_shop_orders_duration_seconds", "names_both_shop_orders_now", "names_both_shop_orders_total"]
    );
    assert_eq!(names("names_sub_"), ["names_sub_x_total", "names_sub_y_seconds"]);
    local.run(|| {
        namespace();
        both();
        subsystem();
    });
    assert_eq!(local.calls("names_space_orders"), Calls { ok: 1, ..Calls::NONE });
    let exposition = local.read();
    let ok = [("outcome", "ok")];
    assert_eq!(exposition.value("names_both_shop_orders_total", &ok), Some(1.0));
    assert_eq!(exposition.value("names_both_shop_orders_now", &[]), Some(0.0));
    assert_eq!(exposition.value("names_sub_x_total", &ok), Some(1.0));
    assert_eq!(exposition.histogram("names_sub_y_seconds", &[]).count, 1);
}

#[test]
fn one_family_named_in_full_is_the_only_one() {
    #[instrumented(calls = "names_only_calls_total")]
    fn calls() {}

    #[instrumented(duration = "names_only_duration_seconds")]
    fn duration() {}

    #[instrumented(in_flight = "names_only_running")]
    fn in_flight(look: &dyn Fn()) {
        look();
    }

    let local = Local::new();
    local.run(|| {
        calls();
        duration();
        in_flight(&|| assert_eq!(local.read().value("names_only_running", &[]), Some(1.0)));
    });
    let exposition = local.read();
    let expected = [
        ("names_only_calls_total", Kind::Counter),
        ("names_only_duration_seconds", Kind::Histogram),
        ("names_only_running", Kind::Gauge),
    ];
    assert_eq!(families(&exposition, "names_only_"), expected);
    assert_eq!(exposition.value("names_only_calls_total", &[("outcome", "ok")]), Some(1.0));
    assert_eq!(exposition.histogram("names_only_duration_seconds", &[]).count, 1);
    assert_eq!(exposition.value("names_only_running", &[]), Some(0.0));
}

#[test]
fn a_family_may_be_renamed_beside_a_name() {
    #[instrumented(
        name = "names_renamed",
        duration = "names_renamed_latency_seconds",
        calls(name = "names_renamed_done_total")
    )]
    fn renamed() {}

    let local = Local::new();
    local.run(renamed);
    let expected = [
        ("names_renamed_done_total", Kind::Counter),
        ("names_renamed_in_flight", Kind::Gauge),
        ("names_renamed_latency_seconds", Kind::Histogram),
    ];
    assert_eq!(families(&local.read(), "names_renamed"), expected);
}

#[test]
fn only_keeps_the_families_that_it_names() {
    #[instrumented(name = "names_keep_one", only(duration))]
    fn one() -> Result<(), ()> {
        Err(())
    }

    #[instrumented(name = "names_keep_two", only(calls, in_flight))]
    fn two() -> Result<(), ()> {
        Err(())
    }

    let local = Local::new();
    local.run(|| (one().unwrap_err(), two().unwrap_err()));
    let exposition = local.read();
    let expected = [
        ("names_keep_one_duration_seconds", Kind::Histogram),
        ("names_keep_two_in_flight", Kind::Gauge),
        ("names_keep_two_total", Kind::Counter),
    ];
    assert_eq!(families(&exposition, "names_keep_"), expected);
    assert_eq!(exposition.histogram("names_keep_one_duration_seconds", &[]).count, 1);
    assert_eq!(exposition.value("names_keep_two_total", &[("outcome", "error")]), Some(1.0));
}

#[test]
fn every_family_carries_the_labels_that_it_chooses() {
    #[instrumented(
        name = "names_chosen",
        labels(a: bool, b: bool),
        calls(labels(b)),
        duration(labels()),
    )]
    fn chosen(a: bool, b: bool) -> Result<(), ()> {
        if a && b { Err(()) } else { Ok(()) }
    }

    let local = Local::new();
    local.run(|| {
        for (a, b) in [(false, false), (false, true), (true, false), (true, true), (true, true)] {
            _ = chosen(a, b);
        }
    });
    let exposition = local.read();
    exposition.assert_labels("names_chosen_total", &["b", "outcome"]);
    exposition.assert_labels("names_chosen_duration_seconds", &[]);
    exposition.assert_labels("names_chosen_in_flight", &["a", "b"]);
    assert_eq!(exposition.value("names_chosen_total", &[("b", "true"), ("outcome", "ok")]), Some(1.0));
    assert_eq!(exposition.value("names_chosen_total", &[("b", "true"), ("outcome", "error")]), Some(2.0));
    assert_eq!(exposition.value("names_chosen_total", &[("b", "false"), ("outcome", "ok")]), Some(2.0));
    assert_eq!(exposition.histogram("names_chosen_duration_seconds", &[]).count, 5);
}

/// A family without labels of its own, all in full.
#[derive(Operation)]
#[operation(
    namespace = "names_derived",
    calls(name = "moves_total", help = "Moves.", labels(fast)),
    in_flight(name = "moving", labels()),
    duration = "move_seconds"
)]
struct Move {
    fast: bool,
    far: bool,
}

#[test]
fn a_derived_operation_has_the_same_keys() {
    #[instrumented(Move { fast: true, far })]
    fn go(far: bool) {
        std::hint::black_box(far);
    }

    let local = Local::new();
    local.run(|| go(false));
    let exposition = local.read();
    exposition.assert_labels("names_derived_moves_total", &["fast", "outcome"]);
    exposition.assert_labels("names_derived_moving", &[]);
    exposition.assert_labels("names_derived_move_seconds", &["fast", "far"]);
    assert_eq!(exposition.family("names_derived_moves_total").help.as_deref(), Some("Moves."));
    assert_eq!(exposition.histogram("names_derived_move_seconds", &[("fast", "true"), ("far", "false")]).count, 1);
}

#[test]
fn two_sites_may_share_a_family_with_their_labels_in_any_order() {
    #[instrumented(calls = "names_shared_total", labels(a: bool = a, b: bool = b))]
    fn first(a: bool, b: bool) {}

    #[instrumented(calls = "names_shared_total", labels(b: bool = b, a: bool = a))]
    fn second(a: bool, b: bool) {}

    let local = Local::new();
    local.run(|| {
        first(true, false);
        second(true, false);
        second(false, true);
    });
    let exposition = local.read();
    let count = |a, b| exposition.value("names_shared_total", &[("a", a), ("b", b), ("outcome", "ok")]);
    assert_eq!((count("true", "false"), count("false", "true")), (Some(2.0), Some(1.0)));
}
