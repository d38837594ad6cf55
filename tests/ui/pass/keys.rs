//! Every key of the attribute, in every form that it has.

#[path = "../support.rs"]
mod support;

use metrics_instrumented::{LabelValue, instrumented};
use metrics_instrumented_test_support::exposition::Exposition;
use support::{assert_ended, recorded};

#[derive(Clone, Copy, Debug, LabelValue, PartialEq)]
#[label(rename_all = "snake_case")]
enum Problem {
    NotFound,
    Denied,
}

#[instrumented(name = "named")]
fn name() {}

const PROMISED: &[f64] = &[0.1, 1.0];

#[instrumented(name = "promised", objective(success = 99.9, latency = 0.25 @ 99))]
fn objective() {}

#[instrumented(name = "promised_by_constant", buckets = PROMISED, objective(latency = (1) @ 99.5,))]
fn objective_of_a_constant() {}

/// Is shown with its metrics.
#[instrumented(name = "documented", docs = true)]
fn documented() {}

/// Is shown as it is.
#[instrumented(name = "plainly_documented", docs = false)]
fn plainly_documented() {}

#[instrumented(name = "with:colon_1")]
fn name_with_a_colon() {}

#[instrumented(namespace = "shop", name = "orders")]
fn namespace() {}

#[instrumented(subsystem = "checkout", name = "payments")]
fn subsystem() {}

#[instrumented(name = "refunds", subsystem = "checkout", namespace = "shop")]
fn both_prefixes() {}

#[instrumented(namespace = "app")]
fn namespace_of_the_unnamed() {}

#[instrumented(calls = "only_calls_total")]
fn only_calls() {}

#[instrumented(duration = "only_duration_seconds", in_flight = "only_in_flight", namespace = "shop")]
fn two_families() {}

#[instrumented(name = "partly", calls = "partly_renamed_total")]
fn name_and_calls() {}

#[instrumented(name = "restricted", only(calls, duration))]
fn only_two() {}

#[instrumented(only(in_flight))]
fn only_unnamed() {}

#[instrumented(
    name = "detailed",
    labels(flag = flag, problem: Problem = problem),
    calls(name = "detailed_calls_total", help = "Its calls.", labels(problem)),
    duration(help = "Its duration.", labels(flag, problem),),
    in_flight(labels()),
    help = "Its help."
)]
fn detailed(flag: bool, problem: Problem) {}

#[instrumented(name = "outcomes", outcome(label = "status", ok = "success", error = "failure", panic = "panicked", cancelled = "left"))]
fn outcomes(fail: bool) -> Result<(), ()> {
    if fail { Err(()) } else { Ok(()) }
}

#[instrumented(name = "merged", outcome(panic = "error", cancelled = "error"))]
fn merged(fail: bool) -> Result<(), ()> {
    if fail {
        std::panic::resume_unwind(Box::new("without a message"));
    }
    Err(())
}

/// What a lookup came to.
#[derive(LabelValue)]
#[label(rename_all = "lowercase")]
enum Lookup {
    Hit,
    Miss,
    Broken,
}

impl From<&Result<Option<u32>, String>> for Lookup {
    fn from(found: &Result<Option<u32>, String>) -> Self {
        match found {
            Ok(Some(_)) => Self::Hit,
            Ok(None) => Self::Miss,
            Err(_) => Self::Broken,
        }
    }
}

#[instrumented(name = "lookups", outcome = Lookup)]
fn lookup(key: Option<u32>) -> Result<Option<u32>, String> {
    Ok(key)
}

#[instrumented(name = "later_lookups", outcome(type = Lookup, label = "result", panic = "broken", cancelled = "miss", started = "begun"), started)]
async fn later_lookup(fail: bool) -> Result<Option<u32>, String> {
    if fail { Err(String::new()) } else { Ok(None) }
}

#[derive(LabelValue)]
enum Size {
    Small,
    Large,
}

impl From<&u32> for Size {
    fn from(size: &u32) -> Self {
        if *size < 10 { Self::Small } else { Self::Large }
    }
}

#[instrumented(name = "classified_numbers", outcome = Size)]
fn classified_number(n: u32) -> u32 {
    n
}

#[instrumented(name = "uncounted", outcome = none)]
fn no_outcome(fail: bool) -> Result<(), ()> {
    if fail { Err(()) } else { Ok(()) }
}

#[instrumented(calls(ok = "well_total", error = "badly_total"), labels(flag = fail))]
fn ok_and_error(fail: bool) -> Result<(), ()> {
    no_outcome(fail)
}

#[instrumented(name = "all_of_calls", calls(ok = "all_well_total", error = "all_badly_total", labels()), labels(flag = fail))]
fn all_of_calls(fail: bool) -> Result<(), ()> {
    no_outcome(fail)
}

#[instrumented(name = "sampled", duration(sample = 2))]
fn sampled() {}

#[instrumented(name = "counted_errors", errors = "counted_errors_errors_total")]
fn errors(fail: bool) -> Result<(), Problem> {
    if fail { Err(Problem::Denied) } else { Ok(()) }
}

#[instrumented(name = "explained_errors", errors(name = "problems_total", label = "reason", help = "Problems.", labels()), labels(flag = fail))]
fn explained_errors(fail: bool) -> Result<(), Problem> {
    errors(fail)
}

#[instrumented(name = "generic_errors", errors(of = Problem))]
fn generic_errors<T>(value: T) -> Result<T, Problem> {
    if true { Err(Problem::NotFound) } else { Ok(value) }
}

#[instrumented(name = "async_errors", errors = "async_problems_total")]
async fn async_errors() -> Result<(), Problem> {
    Err(Problem::NotFound)
}

#[instrumented(name = "future_errors", errors = "future_problems_total")]
fn future_errors() -> impl Future<Output = Result<(), Problem>> {
    std::future::ready(Err(Problem::NotFound))
}

type Fallible<T> = Result<T, Problem>;

#[instrumented(name = "aliased_errors", errors = "aliased_problems_total")]
fn aliased_errors() -> Fallible<u32> {
    Err(Problem::NotFound)
}

#[instrumented(name = "started", started)]
fn started() {}

#[instrumented(name = "begun", started, outcome(started = "begun"))]
fn begun() {}

const BOUNDS: [f64; 2] = [0.5, 1.5];
const SLICE: &[f64] = &[0.25];
mod bounds {
    pub static STATIC: [f64; 3] = [1.0, 2.0, 3.0];
}
const HALF: f64 = 0.5;

#[instrumented(name = "listed_buckets", buckets = [0.1, 1, 2.5_f64, (3.0), 1e1])]
fn listed_buckets() {}

#[instrumented(name = "negative_buckets", buckets = [-1.0, 0, 1.0])]
fn negative_buckets() {}

#[instrumented(name = "constant_buckets", buckets = &BOUNDS)]
fn constant_buckets() {}

#[instrumented(name = "slice_buckets", buckets = SLICE)]
fn slice_buckets() {}

#[instrumented(name = "static_buckets", buckets = &bounds::STATIC)]
fn static_buckets() {}

#[instrumented(name = "mixed_buckets", buckets = [HALF, 1.0, 2.0 * HALF + 1.0])]
fn mixed_buckets() {}

#[instrumented(name = "exponential_buckets", buckets = exponential(0.001, 2.0, 15))]
fn exponential_buckets() {}

#[instrumented(name = "linear_buckets", buckets = linear(0.1, 0.1, 10))]
fn linear_buckets() {}

#[instrumented(name = "borrowed_buckets", buckets = &[1.0, 2.0],)]
fn borrowed_buckets() {}

#[instrumented(name = "helped", help = "Help with \"quotes\", a \\ and\na new line.")]
fn help() {}

#[instrumented(name = "raw_help", help = r#"Raw "help"."#)]
fn raw_help() {}

#[instrumented(name = "many", labels(a: Problem = p, b: Problem = p, c: Problem = p, d: Problem = p, e: Problem = p, f: Problem = p, g: Problem = p, h: Problem = p), max_series = 2_000)]
fn many(p: Problem) {}

fn main() {
    let exposition = recorded(|| {
        name();
        name_with_a_colon();
        objective();
        documented();
        plainly_documented();
        objective_of_a_constant();
        namespace();
        subsystem();
        both_prefixes();
        namespace_of_the_unnamed();
        only_calls();
        two_families();
        name_and_calls();
        only_two();
        only_unnamed();
        detailed(true, Problem::Denied);
        assert!(outcomes(true).is_err() && outcomes(false).is_ok());
        assert!(merged(false).is_err());
        assert!(std::panic::catch_unwind(|| merged(true)).is_err());
        assert_eq!((lookup(Some(1)), lookup(None)), (Ok(Some(1)), Ok(None)));
        futures::executor::block_on(async {
            assert_eq!(later_lookup(true).await, Err(String::new()));
            assert_eq!(async_errors().await, Err(Problem::NotFound));
            assert_eq!(future_errors().await, Err(Problem::NotFound));
        });
        for fail in [false, true, true] {
            assert_eq!(ok_and_error(fail).is_err(), fail);
            assert_eq!(all_of_calls(fail).is_err(), fail);
        }
        for _ in 0..4 {
            sampled();
        }
        assert_eq!(classified_number(3) + classified_number(30), 33);
        assert!(errors(true).is_err() && errors(false).is_ok());
        assert_eq!(explained_errors(true), Err(Problem::Denied));
        assert_eq!(generic_errors(1), Err(Problem::NotFound));
        assert_eq!(aliased_errors(), Err(Problem::NotFound));
        started();
        begun();
        listed_buckets();
        negative_buckets();
        constant_buckets();
        slice_buckets();
        static_buckets();
        mixed_buckets();
        exponential_buckets();
        linear_buckets();
        borrowed_buckets();
        help();
        raw_help();
        many(Problem::Denied);
    });
    let value = |name: &str, labels: &[(&str, &str)]| exposition.expect_value(name, labels);

    for name in ["named", "with:colon_1", "shop_orders", "checkout_payments", "shop_checkout_refunds"] {
        assert_ended(&exposition, name, [1.0, 0.0, 0.0, 0.0]);
    }
    let function = |function| [("module", module_path!()), ("function", function)];
    assert_eq!(value("app_function_calls_in_flight", &function("namespace_of_the_unnamed")), 0.0);
    assert_eq!(value("function_calls_in_flight", &function("only_unnamed")), 0.0);
    assert_eq!(exposition.value("function_calls_duration_seconds_count", &function("only_unnamed")), None);

    assert_families(&exposition, "only_calls", &["only_calls_total"]);
    assert_families(&exposition, "shop_only", &["shop_only_duration_seconds", "shop_only_in_flight"]);
    assert_families(&exposition, "partly", &["partly_duration_seconds", "partly_in_flight", "partly_renamed_total"]);
    assert_families(&exposition, "restricted", &["restricted_duration_seconds", "restricted_total"]);

    exposition.assert_labels("detailed_calls_total", &["problem", "outcome"]);
    exposition.assert_labels("detailed_duration_seconds", &["flag", "problem"]);
    exposition.assert_labels("detailed_in_flight", &[]);
    let help = |name: &str| exposition.family(name).help.clone().unwrap();
    assert_eq!(help("detailed_calls_total"), "Its calls.");
    assert_eq!(help("detailed_duration_seconds"), "Its duration.");
    assert_eq!(help("detailed_in_flight"), "Its help.");

    assert_eq!(value("outcomes_total", &[("status", "success")]), 1.0);
    assert_eq!(value("outcomes_total", &[("status", "failure")]), 1.0);
    assert_eq!(exposition.label_values("outcomes_total", "status"), ["failure", "panicked", "success"]);
    assert_eq!(value("merged_total", &[("outcome", "error")]), 2.0);
    assert_eq!(exposition.label_values("merged_total", "outcome"), ["error", "ok"]);
    assert_eq!(exposition.label_values("lookups_total", "outcome"), ["broken", "hit", "miss", "panic"]);
    assert_eq!(value("lookups_total", &[("outcome", "hit")]), 1.0);
    assert_eq!(value("later_lookups_total", &[("result", "broken")]), 1.0);
    assert_eq!(value("later_lookups_total", &[("result", "begun")]), 1.0);
    assert_eq!(value("classified_numbers_total", &[("outcome", "Small")]), 1.0);
    assert_eq!(value("classified_numbers_total", &[("outcome", "Large")]), 1.0);

    assert_eq!(value("uncounted_total", &[]), 6.0);
    assert_eq!(value("well_total", &[("flag", "false")]), 1.0);
    assert_eq!(value("badly_total", &[("flag", "true")]), 2.0);
    assert_eq!(value("all_well_total", &[]) + value("all_badly_total", &[]), 3.0);
    assert_eq!(value("all_of_calls_total", &[("outcome", "error")]), 2.0);
    assert!(exposition.find("well_duration_seconds").is_none());
    // Calls that are not timed count with the last duration.
    assert_eq!(value("sampled_duration_seconds_count", &[]), 4.0);
    assert_eq!(help("sampled_duration_seconds"), "Duration of calls in seconds. One call in 2 is timed.");

    assert_eq!(value("counted_errors_errors_total", &[("kind", "denied")]), 2.0);
    assert_eq!(value("counted_errors_errors_total", &[("kind", "not_found")]), 0.0);
    assert_eq!(value("problems_total", &[("reason", "denied")]), 1.0);
    assert_eq!(help("problems_total"), "Problems.");
    assert_eq!(value("generic_errors_errors_total", &[("kind", "not_found")]), 1.0);
    for name in ["async_problems_total", "future_problems_total", "aliased_problems_total"] {
        assert_eq!(value(name, &[("kind", "not_found")]), 1.0, "{name}");
    }

    assert_eq!(value("started_total", &[("outcome", "started")]), 1.0);
    assert_eq!(value("begun_total", &[("outcome", "begun")]), 1.0);

    let bounds = |name: &str| {
        let histogram = exposition.histogram(&format!("{name}_buckets_duration_seconds"), &[]);
        let mut bounds: Vec<f64> = histogram.buckets.iter().map(|(bound, _)| *bound).collect();
        assert_eq!(bounds.pop(), Some(f64::INFINITY));
        bounds
    };
    assert_eq!(bounds("listed"), [0.1, 1.0, 2.5, 3.0, 10.0]);
    assert_eq!(bounds("negative"), [-1.0, 0.0, 1.0]);
    assert_eq!(bounds("constant"), [0.5, 1.5]);
    assert_eq!(bounds("slice"), [0.25]);
    assert_eq!(bounds("static"), [1.0, 2.0, 3.0]);
    assert_eq!(bounds("mixed"), [0.5, 1.0, 2.0]);
    assert_eq!(bounds("exponential").last(), Some(&16.384));
    assert_eq!(bounds("linear"), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
    assert_eq!(bounds("borrowed"), [1.0, 2.0]);

    assert_eq!(help("helped_total"), "Help with \"quotes\", a \\ and\na new line.");
    assert_eq!(help("raw_help_total"), "Raw \"help\".");
    let combination = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|label| (label, "denied"));
    assert_eq!(value("many_in_flight", &combination), 0.0);
}

/// Asserts that the families whose names begin so are these.
#[track_caller]
fn assert_families(exposition: &Exposition, prefix: &str, expected: &[&str]) {
    let names = exposition.families.iter().map(|family| family.name.as_str());
    let mut found: Vec<_> = names.filter(|name| name.starts_with(prefix)).collect();
    found.sort_unstable();
    assert_eq!(found, expected);
}
