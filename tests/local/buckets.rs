//! Bucket bounds of durations and of histograms.

use metrics_instrumented::{Histogram, Operation, instrumented};
use metrics_instrumented_tests::{Exposition, Local};

const LOWEST: f64 = 0.25;

const BOUNDS: &[f64] = &[0.25, 0.5];

mod bounds {
    pub(super) const OF_MODULE: [f64; 3] = [1.0, 2.0, 4.0];
}

/// The texts of `le`, in their order.
fn bounds<'a>(exposition: &'a Exposition, family: &str) -> Vec<&'a str> {
    exposition.family(family).samples.iter().filter_map(|sample| sample.labels.get("le")).map(String::as_str).collect()
}

#[test]
fn buckets_are_a_list_a_constant_or_generated() {
    #[instrumented(duration = "buckets_list_seconds", buckets = [0.1, 1, 2.5, 60])]
    fn list() {}

    #[instrumented(duration = "buckets_constant_seconds", buckets = BOUNDS)]
    fn constant() {}

    #[instrumented(duration = "buckets_path_seconds", buckets = &bounds::OF_MODULE)]
    fn path() {}

    #[instrumented(duration = "buckets_mixed_seconds", buckets = [LOWEST, 3.0 * 0.5])]
    fn mixed() {}

    #[instrumented(duration = "buckets_exponential_seconds", buckets = exponential(0.001, 2.0, 5))]
    fn exponential() {}

    #[instrumented(duration = "buckets_linear_seconds", buckets = linear(0.1, 0.1, 4))]
    fn linear() {}

    #[instrumented(duration = "buckets_default_seconds")]
    fn default() {}

    let local = Local::new();
    local.run(|| [list, constant, path, mixed, exponential, linear, default].map(|function| function()));
    let exposition = local.read();
    for (family, expected) in [
        ("buckets_list_seconds", &["0.1", "1", "2.5", "60", "+Inf"][..]),
        ("buckets_constant_seconds", &["0.25", "0.5", "+Inf"]),
        ("buckets_path_seconds", &["1", "2", "4", "+Inf"]),
        ("buckets_mixed_seconds", &["0.25", "1.5", "+Inf"]),
        ("buckets_exponential_seconds", &["0.001", "0.002", "0.004", "0.008", "0.016", "+Inf"]),
        // Not 0.30000000000000004.
        ("buckets_linear_seconds", &["0.1", "0.2", "0.3", "0.4", "+Inf"]),
        (
            "buckets_default_seconds",
            &["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"],
        ),
    ] {
        assert_eq!(bounds(&exposition, family), expected, "{family}");
        assert_eq!(exposition.histogram(family, &[]).count, 1, "{family}");
    }
}

/// Steps.
#[derive(Operation)]
#[operation(name = "buckets_derived", buckets = [0.02, 30.0])]
struct Step {}

/// Sizes.
#[derive(Histogram)]
#[histogram(name = "buckets_sizes_bytes", buckets = exponential(1024.0, 4.0, 3))]
struct Size {}

/// Ratios.
#[derive(Histogram)]
#[histogram(name = "buckets_share_ratio", buckets = linear(-0.5, 0.5, 4))]
struct Share {}

#[test]
fn a_value_is_counted_in_every_bucket_that_it_is_not_above() {
    let local = Local::new();
    local.run(|| {
        Step {}.measure(|| ());
        Step {}.measure(|| std::thread::sleep(std::time::Duration::from_millis(25)));
        for bytes in [0.0, 1024.0, 1024.5, 4096.0, 1_000_000.0] {
            Size {}.record(bytes);
        }
        for share in [-1.0, 0.2, 0.5, 2.0] {
            Share {}.record(share);
        }
    });
    let exposition = local.read();
    assert_eq!(
        exposition.histogram("buckets_derived_duration_seconds", &[]).buckets,
        [(0.02, 1), (30.0, 2), (f64::INFINITY, 2)]
    );
    let sizes = exposition.histogram("buckets_sizes_bytes", &[]);
    assert_eq!(sizes.buckets, [(1024.0, 2), (4096.0, 4), (16384.0, 4), (f64::INFINITY, 5)]);
    assert!((sizes.sum - 1_006_144.5).abs() < 1e-6, "{sizes:?}");
    let shares = exposition.histogram("buckets_share_ratio", &[]);
    assert_eq!(shares.buckets, [(-0.5, 1), (0.0, 1), (0.5, 3), (1.0, 3), (f64::INFINITY, 4)]);
    assert!((shares.sum - 1.7).abs() < 1e-9, "{shares:?}");
}

#[test]
fn another_exporter_knows_the_bounds_before_the_first_call() {
    let all: Vec<_> = metrics_instrumented::buckets().collect();
    let of =
        |name| all.iter().filter(|(family, _)| *family == name).map(|(_, bounds)| bounds.to_vec()).collect::<Vec<_>>();
    assert_eq!(of("buckets_list_seconds"), [vec![0.1, 1.0, 2.5, 60.0]]);
    assert_eq!(of("buckets_constant_seconds"), [BOUNDS.to_vec()]);
    assert_eq!(of("buckets_derived_duration_seconds"), [vec![0.02, 30.0]]);
    assert_eq!(of("buckets_sizes_bytes"), [vec![1024.0, 4096.0, 16384.0]]);
}

#[test]
fn a_histogram_that_no_site_declares_has_the_default_bounds_and_is_no_summary() {
    let local = Local::new();
    local.run(|| metrics::histogram!("buckets_by_hand_seconds").record(0.3));
    assert_eq!(bounds(&local.read(), "buckets_by_hand_seconds").len(), 12);

    let chosen = metrics_instrumented::exporter().default_buckets([1.0, 2.0]).build().unwrap();
    metrics::with_local_recorder(&chosen, || metrics::histogram!("buckets_by_hand_seconds").record(1.5));
    let text = chosen.handle().render();
    let exposition = Exposition::parse(&text).unwrap();
    assert_eq!(exposition.histogram("buckets_by_hand_seconds", &[]).buckets, [(1.0, 0), (2.0, 1), (f64::INFINITY, 1)]);
    assert_eq!(bounds(&exposition, "buckets_constant_seconds"), ["0.25", "0.5", "+Inf"]);
}
