//! The limits, and the measured values.

use crate::calls::HAND_WRITTEN;
use crate::compile::BUILDS;
use crate::debug::{self, Build};
use crate::instructions;
use crate::results::Results;

/// One limit.
#[derive(Clone, Debug)]
pub struct Limit {
    pub what: String,
    pub value: f64,
    pub limit: f64,
    pub unit: &'static str,
}

impl Limit {
    /// Whether the value is within the limit.
    pub fn holds(&self) -> bool {
        self.value <= self.limit
    }

    /// A value with its unit.
    pub fn text(&self, value: f64) -> String {
        let digits = if self.unit.is_empty() || self.unit == " s" { 2 } else { 0 };
        format!("{value:.digits$}{}", self.unit)
    }
}

/// The growth of memory that counts as none: a page of a stack, a buffer of the allocator.
const NO_GROWTH_KIB: f64 = 128.0;

/// All limits whose values were measured.
pub fn all(results: &Results) -> Vec<Limit> {
    let mut limits = Vec::new();
    for (what, value, limit) in instructions::limited(results) {
        add(&mut limits, what, value, limit, "");
    }
    calls(results, &mut limits);
    recorders(results, &mut limits);
    allocations(results, &mut limits);
    others(results, &mut limits);
    requests(results, &mut limits);
    limits
}

fn add(limits: &mut Vec<Limit>, what: impl Into<String>, value: Option<f64>, limit: f64, unit: &'static str) {
    if let Some(value) = value {
        limits.push(Limit { what: what.into(), value, limit, unit });
    }
}

/// The ratio of two values, if both were measured.
fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    Some(one? / other?)
}

fn calls(results: &Results, limits: &mut Vec<Limit>) {
    // What hides behind the clock's latency on one kind of processor is paid on the other.
    let full = if results.text("machine/processor").contains("Intel") { 1.5 } else { 1.10 };
    let untimed = ratio(results.call("ours", 1, "ours untimed"), results.call("ours", 1, "store"));
    add(limits, "a call without the clock, divided by a call with a single store to a thread's own cache line", untimed, 4.0, "");
    for (what, recorder, limit) in [("", "ours", 60.0), (", no recorder installed", "none", 15.0)] {
        add(limits, format!("a full call in a debug build, net of bare{what}"), debug::net(results, Build::Plain, recorder, "full"), limit, " ns");
    }
    for (what, case) in [
        ("ok", "ours"),
        ("error", "ours error"),
        ("without an outcome", "ours plain"),
        ("async, ok", "ours async"),
        ("async, error", "ours async error"),
        ("boxed future", "ours boxed"),
    ] {
        let value = results.in_readings("ours", 1, case);
        add(limits, format!("a full call minus the bare one, divided by two clock readings: {what}"), value, full, "");
    }
    for (what, case) in
        [("static", "ours"), ("closed label", "ours closed"), ("open label", "ours open"), ("async", "ours async")]
    {
        let value = ratio(results.call("ours", 2, case), results.call("ours", 1, case));
        add(limits, format!("two threads on one function, time of each divided by that of one thread: {what}"), value, 1.15, "");
    }
    let fixed = results.net("ours", 1, "ours");
    for (what, case, limit) in [
        ("closed label, an enum for each call", "ours closed", 1.25),
        ("two closed labels", "ours closed two", 1.25),
        ("declared operation with a closed label", "ours declared", 1.25),
        ("open label that was seen before", "ours open", 2.5),
    ] {
        add(limits, format!("{what}, divided by a call without labels"), ratio(results.net("ours", 1, case), fixed), limit, "");
    }
    let past_cap = ratio(results.net("ours", 1, "ours open past the cap"), results.net("ours", 1, "ours open"));
    add(limits, "open label past its cap, divided by one below its cap", past_cap, 1.5, "");
}

fn recorders(results: &Results, limits: &mut Vec<Limit>) {
    for (state, words) in [("alone", "alone"), ("scraped", "during a scrape of 100,000 series")] {
        for case in HAND_WRITTEN {
            let of = |recorder: &str| results.get(&format!("hand-written/{state}/{recorder}/{case}/median"));
            let what = format!("hand-written `{case}`, divided by the same under the stock recorder: {words}");
            add(limits, what, ratio(of("ours"), of("stock")), 1.05, "");
        }
    }
    for (what, threads, case, by_hand) in [
        ("ok", 1, "ours", "by hand"),
        ("error", 1, "ours error", "by hand error"),
        ("async", 1, "ours async", "by hand async"),
        ("boxed future", 1, "ours boxed", "by hand boxed"),
        ("ok, two threads", 2, "ours", "by hand"),
    ] {
        let value = ratio(results.net("stock", threads, case), results.net("stock", threads, by_hand));
        add(limits, format!("under the stock recorder, divided by handles that are kept by hand: {what}"), value, 1.10, "");
    }
}

/// Our cases whose allocations are shown.
pub const OURS: [&str; 17] = [
    "ours",
    "ours error",
    "ours plain",
    "ours untimed",
    "ours closed",
    "ours closed two",
    "ours declared",
    "ours open",
    "ours open past the cap",
    "ours async",
    "ours async error",
    "ours boxed",
    "ours above 5 buckets",
    "ours above 15 buckets",
    "ours above 30 buckets",
    "ours above 64 buckets",
    "ours, 1000 in turn",
];

fn allocations(results: &Results, limits: &mut Vec<Limit>) {
    let over_bare = |case: &&str| {
        let bare = format!("allocations/ours/{}", crate::results::bare_of(case));
        Some(results.get(&format!("allocations/ours/{case}"))? - results.get(&bare)?)
    };
    let most = OURS.iter().filter_map(over_bare).max_by(f64::total_cmp);
    add(limits, format!("allocations of a call minus the bare one: maximum of {} cases of ours", OURS.len()), most, 0.0, "");
}

fn others(results: &Results, limits: &mut Vec<Limit>) {
    let kib = |when| results.get(&format!("memory/ours/{when}"));
    if let (Some(before), Some(after), Some(calls)) = (kib("before"), kib("after"), kib("calls")) {
        let what = format!("resident memory added by {:.0} million calls without a scrape", calls / 1e6);
        add(limits, what, Some((after - before).max(0.0)), NO_GROWTH_KIB, " KiB");
    }
    for (functions, name) in [("1000", "1,000"), ("10000", "10,000")] {
        let of = |what: &str| results.get(&format!("scrape/{functions}/{what}"));
        let scrape = format!("scrape of {name} functions");
        add(limits, format!("{scrape}: time, divided by the stock exporter's"), ratio(of("median/ours"), of("median/stock")), 0.333, "");
        for (when, which) in [("", "ours"), (", the first one", "first")] {
            let peak = ratio(of(&format!("{which}/peak")), of(&format!("{which}/bytes")));
            add(limits, format!("{scrape}: peak of additional memory, divided by the body{when}"), peak, 1.2, "");
        }
        add(limits, format!("{scrape} over HTTP: peak, divided by the body"), ratio(of("http/peak"), of("http/bytes")), 1.2, "");
    }
    let each = |functions: &str| {
        let of = |what: &str| results.get(&format!("scrape/{functions}/{what}"));
        ratio(of("median/ours"), of("ours/samples"))
    };
    add(limits, "scrape: time per sample with 230,000 samples, divided by that with 23,000", ratio(each("10000"), each("1000")), 1.3, "");
    let grown = |what: &str| results.get(&format!("growth/{what}"));
    let kept = grown("10000/1/15/kept/ours").zip(grown("10000/1/15/scraped/ours")).map(|(calls, scrape)| (calls + scrape) / 10_000.0);
    add(limits, "memory of a series of an operation, with 10,000 series on one thread, including that of a scrape", kept, 900.0, " B");
    let many = ratio(grown("1000/512/15/median/ours"), grown("1000/1/15/median/ours"));
    add(limits, "scrape of 1,000 series that 512 running threads called, divided by that of one thread", many, 4.0, "");
    let shards = grown("1000/512/15/shards/bytes").map(|bytes| bytes / 1_048_576.0);
    add(limits, "memory of 512 running threads that called 1,000 series each", shards, 64.0, " MiB");
    for (what, ours, bare) in [("", "ours", "bare"), (", without an outcome", "ours-plain", "bare-plain")] {
        let of = |build: &str, name: &str| results.get(&format!("compile/{build}/{name}"));
        let above = |build: &str, name: &str, bare: &str| of(build, name).zip(of(build, bare)).map(|(one, bare)| one - bare);
        for ((build, _), limit) in BUILDS.into_iter().zip([0.5, 0.8, 0.8]) {
            let ours = above(build, ours, bare);
            add(limits, format!("1,000 functions{what}: {build} build, processor time above bare"), ours, limit, " s");
            let by_tracing = ratio(ours, above(build, "tracing", "bare"));
            add(limits, format!("1,000 functions{what}: {build} build, divided by tracing's"), by_tracing, 0.25, "");
        }
        let size = above("size", ours, bare).map(|bytes| bytes / 1024.0);
        add(limits, format!("1,000 functions{what}: stripped release program above bare"), size, 200.0, " KiB");
    }
    let size = |name: &str, depth: u32| results.get(&format!("futures/{name}/{depth}"));
    if let (Some(one), Some(bare_one), Some(four), Some(bare_four)) =
        (size("ours", 1), size("bare", 1), size("ours", 4), size("bare", 4))
    {
        add(limits, "future above bare: one level", Some(one - bare_one), 64.0, " B");
        add(limits, "future above bare: each of four levels", Some((four - bare_four) / 4.0), 64.0, " B");
        add(limits, "four nested futures, divided by the bare ones", Some(four / bare_four), 1.25, "");
    }
}

/// Prints a line for each limit, and how many hold.
pub fn print(limits: &[Limit]) {
    for limit in limits {
        let verdict = if limit.holds() { "holds" } else { "FAILS" };
        println!("{verdict}  {:>9} (limit {:>7})  {}", limit.text(limit.value), limit.text(limit.limit), limit.what);
    }
    let hold = limits.iter().filter(|limit| limit.holds()).count();
    println!("{hold} limits hold, {} do not", limits.len() - hold);
}

/// HTTP requests: a plain `tower` service, and an axum router, which also boxes the layer, its future and its body.
fn requests(results: &Results, limits: &mut Vec<Limit>) {
    let above = |layer: &str, base: &str, what: &str| {
        Some(results.get(&format!("http/{layer}/{what}"))? - results.get(&format!("http/{base}/{what}"))?)
    };
    for (stack, prefix, names) in [
        ("a plain `tower` service", "tower: ", ["metrics-instrumented", "own operation"]),
        ("an axum router", "", ["metrics-instrumented", "metrics-instrumented, own operation"]),
    ] {
        let [bare, wrapper] = ["none", "a body wrapper"].map(|name| format!("{prefix}{name}"));
        for (layer, name) in ["`http::server()`", "`http::layer`"].into_iter().zip(names) {
            let name = format!("{prefix}{name}");
            let request = format!("HTTP request to {stack}, {layer}");
            add(limits, format!("{request}: time above no layer"), above(&name, &bare, "nanoseconds"), 150.0, " ns");
            let allocations = above(&name, &wrapper, "allocations");
            add(limits, format!("{request}: allocations above those of a body wrapper"), allocations, 0.0, "");
        }
    }
}
