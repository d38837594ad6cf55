//! `in_flight(peak, oldest)` on a thread's own recorder: names, labels, blocks, and where there is nothing.

use metrics_instrumented::{LabelValue, Operation, instrumented};
use metrics_instrumented_tests::{Exposition, Local, pending, poll_once};

#[derive(LabelValue, Clone, Copy)]
enum Tier {
    Gold,
    Silver,
}

/// Places an order.
#[instrumented(name = "tracked", labels(tier, flag), in_flight(labels(tier), peak, oldest))]
async fn tracked(tier: Tier, flag: bool) {
    let _ = flag;
    pending().await;
}

fn help<'a>(exposition: &'a Exposition, family: &str) -> &'a str {
    exposition.family(family).help.as_deref().unwrap_or_default()
}

#[test]
fn both_have_the_labels_of_the_gauge_and_share_a_series_of_several_label_values() {
    let local = Local::new();
    let running: Vec<_> = [(Tier::Gold, true), (Tier::Gold, false), (Tier::Silver, true)]
        .into_iter()
        .map(|(tier, flag)| {
            let mut future = Box::pin(tracked(tier, flag));
            local.run(|| _ = poll_once(future.as_mut()));
            future
        })
        .collect();
    std::thread::sleep(std::time::Duration::from_millis(2));
    let exposition = local.read();
    for (tier, most) in [("Gold", 2.0), ("Silver", 1.0)] {
        let value = |name: &str| exposition.value(name, &[("tier", tier)]).unwrap();
        assert_eq!(value("tracked_in_flight"), most);
        assert_eq!(value("tracked_in_flight_peak"), most);
        let oldest = value("tracked_in_flight_oldest_seconds");
        assert!((0.002..60.0).contains(&oldest), "{oldest}");
    }
    local.run(|| drop(running));
    let exposition = local.read();
    let value = |name: &str| exposition.value(name, &[("tier", "Gold")]).unwrap();
    assert_eq!([value("tracked_in_flight"), value("tracked_in_flight_peak")], [0.0, 2.0]);
    assert_eq!(value("tracked_in_flight_oldest_seconds"), 0.0);
    // The duration of a tracked call is measured as that of any other.
    let sum = exposition.family("tracked_duration_seconds").samples.iter();
    let sum: f64 = sum.filter(|sample| sample.name.ends_with("_sum")).map(|sample| sample.value).sum();
    assert!((0.006..60.0).contains(&sum), "{sum}");
}

#[test]
fn their_help_describes_what_they_measure_not_the_function() {
    let exposition = Local::new().read();
    assert_eq!(help(&exposition, "tracked_in_flight"), "Places an order.");
    assert_eq!(
        help(&exposition, "tracked_in_flight_peak"),
        "Most calls in flight at once in the last one to two minutes."
    );
    assert!(help(&exposition, "tracked_in_flight_oldest_seconds").starts_with("Age of the oldest call in flight"));
    // Before the first call they are there, at zero.
    assert_eq!(exposition.value("tracked_in_flight_peak", &[("tier", "Silver")]), Some(0.0));
}

#[instrumented(in_flight = "plainly_active", calls = "plainly_total")]
fn plain() {}

/// Its gauge has a whole name.
#[instrumented(in_flight(name = "wholly_active", peak, oldest = "wholly_age_seconds"))]
fn wholly_named() {}

/// Deletions.
#[derive(Operation)]
#[operation(namespace = "shop", name = "tracked_deletions", in_flight(oldest))]
struct Deletion {
    tier: Tier,
}

#[test]
fn they_are_named_after_the_gauge_and_exist_only_where_they_are_asked_for() {
    let local = Local::new();
    local.run(|| {
        plain();
        wholly_named();
        Deletion { tier: Tier::Gold }.measure(|| ());
    });
    let exposition = local.read();
    let is_there = |name: &str| exposition.find(name).is_some();
    assert!(is_there("wholly_active") && is_there("wholly_active_peak") && is_there("wholly_age_seconds"));
    assert!(is_there("shop_tracked_deletions_in_flight_oldest_seconds"));
    assert!(!is_there("shop_tracked_deletions_in_flight_peak"));
    assert!(!is_there("plainly_active_peak") && !is_there("plainly_active_oldest_seconds"));
}

struct Db;

#[instrumented(name = "tracked_block", in_flight(oldest))]
impl Db {
    fn inherits(&self) {}

    #[instrumented(in_flight(peak), duration(sample = 2))]
    fn has_its_own(&self) {}

    #[instrumented(only(calls))]
    fn has_no_gauge(&self) {}
}

#[test]
fn in_a_block_each_function_with_a_gauge_inherits_the_settings_of_the_block_or_has_its_own() {
    let local = Local::new();
    local.run(|| {
        Db.inherits();
        Db.has_its_own();
        Db.has_no_gauge();
    });
    let exposition = local.read();
    assert_eq!(exposition.label_values("tracked_block_in_flight_oldest_seconds", "function"), ["Db::inherits"]);
    assert_eq!(exposition.label_values("tracked_block_in_flight_peak", "function"), ["Db::has_its_own"]);
    assert_eq!(exposition.label_values("tracked_block_in_flight", "function"), ["Db::has_its_own", "Db::inherits"]);
}
