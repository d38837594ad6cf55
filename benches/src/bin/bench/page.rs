//! Writes `docs/performance.md`.

use std::fmt::Write;

use crate::calls::{GROWN, THREADS};
use crate::compile::{self, BUILDS};
use crate::instructions::above;
use crate::results::Results;
use crate::{debug, failed_sections, http, limits, processors, scrapes};

/// The rows of the peers: name, recorder, case, and the name of the case with functions in turn.
const PEERS: [(&str, &str, &str); 16] = [
    ("bare", "ours", "bare"),
    ("two clock readings (`quanta`)", "ours", "clock"),
    ("two `std::time::Instant`s", "ours", "clock std"),
    ("**metrics-instrumented**", "ours", "ours"),
    ("metrics-instrumented, under the stock recorder", "stock", "ours"),
    ("`metrics` handles kept by hand, stock recorder", "stock", "by hand"),
    ("`metrics` macros at every call, stock recorder", "stock", "macros"),
    ("function-timer (histogram only), stock recorder", "stock", "function-timer"),
    ("autometrics (`prometheus`)", "ours", "autometrics"),
    ("metered", "ours", "metered"),
    ("`prometheus-client` by hand", "ours", "prometheus-client"),
    ("fastmetrics by hand", "ours", "fastmetrics"),
    ("fast-telemetry by hand", "ours", "fast-telemetry"),
    ("measured by hand", "ours", "measured"),
    ("OpenTelemetry, bound instruments", "ours", "opentelemetry"),
    ("hotpath (durations only)", "ours", "hotpath"),
];

/// The whole page.
pub fn page(results: &Results) -> String {
    let mut text = String::from(
        "# Performance\n\nWritten by `scripts/bench`; do not edit. Run it on your machine: the ratios are what carries over.\n\n",
    );
    headline(results, &mut text);
    text.push_str("![What a call, a scrape and a build cost](performance.svg)\n\n");
    on_processors(results, &mut text);
    against_limits(results, &mut text);
    calls(results, &mut text);
    shapes(results, &mut text);
    debug_builds(results, &mut text);
    growth(results, &mut text);
    scrape(results, &mut text);
    requests(results, &mut text);
    compile_time(results, &mut text);
    futures(results, &mut text);
    beyond(results, &mut text);
    method(results, &mut text);
    text
}

/// A number with this number of digits, or a dash.
fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
}

/// A row of a table.
fn row(text: &mut String, cells: &[String]) {
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

fn head(text: &mut String, cells: &[&str]) {
    let _ = writeln!(text, "| {} |", cells.join(" | "));
    let _ = writeln!(text, "| --- |{}", " --: |".repeat(cells.len() - 1));
}

fn headline(results: &Results, text: &mut String) {
    let readings = |recorder, case| number(results.in_readings(recorder, 1, case), 2);
    let shared = |recorder, case| results.call(recorder, 2, case).zip(results.call(recorder, 1, case)).map(|(two, one)| two / one);
    let of = |name: &str| results.get(name);
    let scrape = of("scrape/10000/median/stock").zip(of("scrape/10000/median/ours")).map(|(stock, ours)| stock / ours);
    let count = |case: &str, from: &str, suffix: &str| number(above(results, case, from, suffix), 0);
    let _ = writeln!(
        text,
        "A full call (in flight up and down, two clock readings, a histogram of 15 buckets, a counter by outcome) takes **{} instructions** above the bare \
         function: {} without the clock, {} more with a closed label, {} more with an open one, and {} in all if no recorder is installed. Instructions are the \
         same on every x86-64 processor. In time it is **{} times two clock readings** on the processor of this run ({}); with the `metrics` handles kept by hand \
         and the stock Prometheus recorder it is {} times, with autometrics {} times. Two threads on one function pay {} times what one pays, by hand {} times. No \
         call allocates. A scrape of 10,000 functions takes {} of the stock exporter's time.\n",
        count("full", "bare", ""),
        count("untimed", "bare", ""),
        count("closed", "full", ""),
        count("open", "full", ""),
        count("full", "bare", ", no recorder installed"),
        readings("ours", "ours"),
        results.text("machine/processor"),
        number(results.in_readings("stock", 1, "by hand"), 1),
        number(results.in_readings("ours", 1, "autometrics"), 1),
        number(shared("ours", "ours"), 2),
        number(shared("stock", "by hand"), 1),
        scrape.map_or_else(|| "–".to_owned(), |times| format!("1/{times:.0}")),
    );
}

fn on_processors(results: &Results, text: &mut String) {
    text.push_str(
        "## On different processors\n\nWhat a call costs above the bare function. The clock's latency hides other work on some processors and not on others, so a \
         figure in nanoseconds holds for one kind only. The last two columns are of an earlier version; run `scripts/bench` there for new ones.\n\n",
    );
    let here = format!("this run: {}", results.text("machine/processor"));
    head(text, &["", &here, processors::AMD, processors::INTEL]);
    for processors::Row { what, unit, here, amd, intel } in processors::rows(results) {
        let cell = |value| {
            let text = number(value, if unit == "ns" { 1 } else { 0 });
            if value.is_none() || unit.is_empty() { text } else { format!("{text} {unit}") }
        };
        row(text, &[what.to_owned(), cell(here), cell(Some(amd)), cell(Some(intel))]);
    }
    text.push('\n');
}

fn debug_builds(results: &Results, text: &mut String) {
    text.push_str("## In debug builds\n\nNanoseconds of a call above the bare function, everything built without optimisation:\n\n");
    head(text, &["", "with the recorder", "no recorder installed"]);
    for (name, case) in [
        ("nothing but the attribute", "full"),
        ("an error", "error"),
        ("`only(calls, in_flight)`", "untimed"),
        ("closed label", "closed"),
    ] {
        let cell = |recorder| number(debug::net(results, recorder, case), 1);
        row(text, &[name.to_owned(), cell("ours"), cell("none")]);
    }
    text.push('\n');
}

fn requests(results: &Results, text: &mut String) {
    text.push_str("## An HTTP request\n\nA request to an axum router in memory, and its response to the end, with each layer:\n\n");
    head(text, &["layer", "allocations", "ns", "instructions"]);
    for name in http::names(results) {
        let cell = |what: &str, digits| number(results.get(&format!("http/{name}/{what}")), digits);
        row(text, &[name.to_owned(), cell("allocations", 2), cell("nanoseconds", 0), cell("instructions", 0)]);
    }
    text.push('\n');
}

fn against_limits(results: &Results, text: &mut String) {
    let all = limits::all(results);
    let failing: Vec<&str> = all.iter().filter(|limit| !limit.holds()).map(|limit| limit.what.as_str()).collect();
    text.push_str("## The limits that were set beforehand\n\n");
    let _ = writeln!(text, "{} of {} hold.\n", all.len() - failing.len(), all.len());
    if !failing.is_empty() {
        let _ = writeln!(text, "**Broken**: {}.\n", failing.join("; "));
    }
    for (section, message) in failed_sections(results) {
        let _ = writeln!(text, "The section `{section}` failed in its last run ({message}); its figures are older, or missing.\n");
    }
    head(text, &["", "measured", "limit", "holds"]);
    for limit in &all {
        let holds = if limit.holds() { "yes" } else { "**no**" };
        row(text, &[limit.what.clone(), limit.text(limit.value), limit.text(limit.limit), holds.to_owned()]);
    }
    text.push('\n');
}

fn calls(results: &Results, text: &mut String) {
    text.push_str(
        "## A call\n\nOf `fn(u64) -> Result<u64, E>` that multiplies. The first column is nanoseconds, all of the call; the others are ratios: \
         net of the bare function, by two clock readings on one thread.\n\n",
    );
    head(
        text,
        &["", "ns", "ok", "error", "async", "boxed", "two threads, each", "1,000 functions in turn", "allocations", "instructions"],
    );
    for (name, recorder, case) in PEERS {
        let by = |threads, suffix: &str| {
            if matches!(case, "bare") { None } else { results.in_readings(recorder, threads, &format!("{case}{suffix}")) }
        };
        let instructions = results.get(&format!("instructions/{recorder}/1/{case}"));
        row(
            text,
            &[
                name.to_owned(),
                number(results.call(recorder, 1, case), 1),
                number(by(1, ""), 2),
                number(by(1, " error"), 2),
                number(by(1, " async"), 2),
                number(by(1, " boxed"), 2),
                number(by(2, ""), 2),
                number(by(1, ", 1000 in turn"), 2),
                number(results.get(&format!("allocations/{recorder}/{case}")), 0),
                number(instructions, 0),
            ],
        );
    }
    text.push_str(
        "\nA bare boxed future is one allocation, and so is a boxed future of ours. What the stock recorder allocates for its samples, a block \
         for every 64, is rounded away.\n\n",
    );
}

fn shapes(results: &Results, text: &mut String) {
    text.push_str("## Ours, by what a call looks like\n\n");
    head(text, &["", "ns", "by two clock readings: median", "minimum", "instructions"]);
    for (name, case) in [
        ("nothing but the attribute", "ours"),
        ("an error", "ours error"),
        ("returns no outcome", "ours plain"),
        ("`only(calls, in_flight)`", "ours untimed"),
        ("closed label, chosen for each call", "ours closed"),
        ("two closed labels", "ours closed two"),
        ("declared operation with a closed label", "ours declared"),
        ("open label, one of 16 values", "ours open"),
        ("the same, with `idle`", "ours open idle"),
        ("`async fn`", "ours async"),
        ("boxed future", "ours boxed"),
        ("`in_flight(oldest)`", "ours oldest"),
        ("`in_flight(peak)`", "ours peak"),
        ("`polls`, an `async fn`", "ours polls async"),
        ("10 functions in turn", "ours, 10 in turn"),
        ("100 functions in turn", "ours, 100 in turn"),
        ("1,000 functions in turn", "ours, 1000 in turn"),
        ("duration above all of 5 buckets", "ours above 5 buckets"),
        ("of 15", "ours above 15 buckets"),
        ("of 30", "ours above 30 buckets"),
        ("of 64", "ours above 64 buckets"),
    ] {
        row(
            text,
            &[
                name.to_owned(),
                number(results.call("ours", 1, case), 1),
                number(results.in_readings("ours", 1, case), 2),
                number(results.in_readings_at_best("ours", 1, case), 2),
                number(results.get(&format!("instructions/ours/1/{case}")), 0),
            ],
        );
    }
    text.push_str(
        "\nThe functions of a turn are called through a table, the bare ones that are taken off too. The highest bit of a duration \
         gives the first bound that it is compared with.\n\n",
    );
}

fn growth(results: &Results, text: &mut String) {
    text.push_str("## With threads\n\nProcessor time of a call in nanoseconds, so many threads on one function at once:\n\n");
    let threads: Vec<String> = THREADS.iter().map(ToString::to_string).collect();
    let cells: Vec<&str> = [""].into_iter().chain(threads.iter().map(String::as_str)).collect();
    head(text, &cells);
    for (recorder, case) in GROWN {
        let cell = |threads: &usize| number(results.get(&format!("processor/{recorder}/{threads}/{case}/median")), 1);
        let name = if case == "ours" { "**metrics-instrumented**" } else { case };
        row(text, &[name.to_owned()].into_iter().chain(THREADS.iter().map(cell)).collect::<Vec<_>>());
    }
    text.push_str(
        "\nOnly as many threads run at once as there are cores; what waits for a lock without spinning costs no processor time, and is \
         understated here.\n\n",
    );
}

fn scrape(results: &Results, text: &mut String) {
    let of = |name: String| results.get(&name);
    let mib = |bytes: Option<f64>| number(bytes.map(|bytes| bytes / 1_048_576.0), 1);
    text.push_str(
        "## A scrape\n\nThree families, four outcomes, 15 buckets; the stock exporter has the same series and has sorted its samples before. Memory is \
         what was there at the peak above what was there before.\n\n",
    );
    head(
        text,
        &["functions", "samples", "body, MiB", "ours, ms", "stock, ms", "ours by stock", "peak by body", "at the first scrape", "stock", "over HTTP, ms"],
    );
    for (name, functions) in [("1,000", "1000"), ("10,000", "10000")] {
        let get = |what: &str| of(format!("scrape/{functions}/{what}"));
        let ratio = |one: &str, other: &str| get(one).zip(get(other)).map(|(one, other)| one / other);
        row(
            text,
            &[
                name.to_owned(),
                number(get("ours/samples"), 0),
                mib(get("ours/bytes")),
                number(get("median/ours"), 2),
                number(get("median/stock"), 1),
                number(ratio("median/ours", "median/stock"), 3),
                number(ratio("ours/peak", "ours/bytes"), 2),
                number(ratio("first/peak", "first/bytes"), 2),
                number(ratio("stock/peak", "stock/bytes"), 2),
                number(get("http/median"), 2),
            ],
        );
    }
    text.push_str("\nHow it grows, one operation with an open label:\n\n");
    head(text, &["series of the operation", "threads that called", "buckets", "ours, ms", "stock, ms", "ours by stock", "kept for a series, bytes: ours", "by the first scrape", "stock"]);
    for (series, threads, buckets) in grown() {
        let get = |what: &str| of(format!("growth/{series}/{threads}/{buckets}/{what}"));
        if get("median/ours").is_none() {
            continue;
        }
        let each = |what: &str| number(get(what).map(|bytes| bytes / series as f64), 0);
        row(
            text,
            &[
                series.to_string(),
                threads.to_string(),
                buckets.to_string(),
                number(get("median/ours"), 2),
                number(get("median/stock"), 1),
                number(get("median/ours").zip(get("median/stock")).map(|(ours, stock)| ours / stock), 3),
                each("kept/ours"),
                each("scraped/ours"),
                each("kept/stock"),
            ],
        );
    }
    let stock = |what: &str| of(format!("memory/stock/{what}"));
    let ours = |what: &str| of(format!("memory/ours/{what}"));
    if let (Some(calls), Some(before), Some(after)) = (stock("calls"), stock("before"), stock("after")) {
        let grown = ours("after").zip(ours("before")).map(|(after, before)| after - before);
        let _ = writeln!(
            text,
            "\nNever scraped, {} million calls add {} KiB to our process. The stock recorder keeps every sample until it is scraped or its upkeep \
             runs: {:.0} million calls add {:.0} KiB.\n",
            number(ours("calls").map(|calls| calls / 1e6), 0),
            number(grown, 0),
            calls / 1e6,
            after - before,
        );
    }
}

/// The scrapes whose growth is shown.
fn grown() -> impl Iterator<Item = (usize, usize, usize)> {
    let series = scrapes::SERIES.map(|series| (series, 1, 15));
    let threads = scrapes::THREADS.map(|threads| (1_000, threads, 15));
    let buckets = scrapes::BUCKETS.map(|buckets| (1_000, 1, buckets));
    let rest = threads.into_iter().skip(1).chain([(10_000, 64, 15)]);
    series.into_iter().chain(rest).chain(buckets.into_iter().filter(|(_, _, buckets)| *buckets != 15))
}

fn compile_time(results: &Results, text: &mut String) {
    text.push_str(
        "## The compiler\n\n1,000 small functions, only their crate built again: seconds of processor time above the same functions bare, and the stripped \
         release program above the bare one, runtime and all. metrics-instrumented is without its exporter, as a library has it (`default-features = false`), \
         but where it says otherwise.\n\n",
    );
    head(text, &["", "check", "debug", "release", "size, KiB"]);
    for name in compile::names().filter(|name| !name.starts_with("bare")) {
        let bare = if name.ends_with("-plain") { "bare-plain" } else { "bare" };
        let above = |what: &str| {
            let of = |name: &str| results.get(&format!("compile/{what}/{name}"));
            of(name).zip(of(bare)).map(|(one, bare)| one - bare)
        };
        let shown = match name {
            "ours" => "**metrics-instrumented**",
            "ours-plain" => "metrics-instrumented, without an outcome",
            "ours-exporter" => "metrics-instrumented, and its exporter linked but not installed",
            other => other,
        };
        let mut cells = vec![shown.to_owned()];
        cells.extend(BUILDS.iter().map(|(build, _)| number(above(build), 2)));
        cells.push(number(above("size").map(|bytes| bytes / 1024.0), 0));
        row(text, &cells);
    }
    text.push('\n');
}

fn futures(results: &Results, text: &mut String) {
    text.push_str("## Futures\n\n`size_of_val` of an `async fn` with a 256-byte argument, alone and in others of its kind, in bytes:\n\n");
    head(text, &["", "one", "two", "three", "four", "four by bare", "a level above bare"]);
    for name in ["bare", "ours", "function-timer", "tracing", "autometrics", "fastrace"] {
        let size = |name: &str, depth: usize| results.get(&format!("futures/{name}/{depth}"));
        let shown = if name == "ours" { "**metrics-instrumented**" } else { name };
        let mut cells = vec![shown.to_owned()];
        cells.extend((1..=4).map(|depth| number(size(name, depth), 0)));
        let four = size(name, 4).zip(size("bare", 4));
        cells.push(number(four.map(|(one, bare)| one / bare), 2));
        cells.push(number(four.map(|(one, bare)| (one - bare) / 4.0), 0));
        row(text, &cells);
    }
    text.push('\n');
}

fn beyond(results: &Results, text: &mut String) {
    let one = results.get("instructions/ours/1/ours");
    let many = results.get("instructions/ours/64/ours");
    let shard = results.get("growth/1000/2/15/shard/bytes");
    let large = results.get("growth/100000/1/15/median/ours");
    let _ = writeln!(
        text,
        "## Beyond this machine\n\nWhat was not run on 64 cores follows from what can be counted:\n\n\
         - A call writes to its own thread's shard and reads nothing that another thread writes, so it takes the same instructions however many threads \
         there are: {} on the only thread, {} on the 64th of 64. No line of memory is written by two cores, but for the moment in which a scrape reads it.\n\
         - A thread that has called all of 1,000 operations with 15 buckets keeps {} KiB if it is one of the first eight, or calls often: a word for each \
         operation, and 8 bytes for each of an operation's 24 slots. A thread that calls rarely, after eight others, counts in slots that they share: 512 threads that \
         called 1,000 operations each keep {} MiB together. What ended threads counted is added up, and their slots are freed.\n\
         - A scrape reads the slots of all threads that have some: its time grows with series and threads. It is read on the scraper's thread.\n\
         - 100,000 series on one thread are rendered in {} ms, in a body of {} MiB.\n",
        number(one, 0),
        number(many, 0),
        number(shard.map(|bytes| bytes / 1024.0), 0),
        number(results.get("growth/1000/512/15/shards/bytes").map(|bytes| bytes / 1_048_576.0), 1),
        number(large, 0),
        number(results.get("growth/100000/1/15/ours/bytes").map(|bytes| bytes / 1_048_576.0), 0),
    );
}

fn method(results: &Results, text: &mut String) {
    text.push_str("## Method\n\n");
    let _ = writeln!(
        text,
        "- Machine: {}; {}; clock source {}.\n- {}; `-C codegen-units=1`, fat LTO, `opt-level=3`, no `target-cpu`.\n- {}.",
        results.text("machine/processor"),
        results.text("machine/kernel"),
        results.text("machine/clock"),
        results.text("machine/rustc"),
        results.text("machine/versions"),
    );
    let _ = writeln!(
        text,
        "- Calls: two processes of one program, one with our recorder installed, one with the stock exporter's. Each round measures every case once, in a \
         random order over both processes, in batches of about 2 ms; {} rounds, medians. Ratios are taken within one process. Batches on two threads count only if both \
         ran at the same time for nine tenths of it ({} were left out). The stock recorder's upkeep runs between the batches and is not counted. Arguments and \
         results go through `black_box`, no function is inlined.",
        number(results.get("wall/rounds"), 0),
        number(results.get("wall/left out"), 0),
    );
    let skipped = results.text("instructions/skipped");
    let instructions = if skipped.is_empty() { "`callgrind` over 10,000 calls, the loop around them counted too" } else { skipped };
    let _ = writeln!(
        text,
        "- Instructions: {instructions}. Allocations: counted by the allocator over 20,000 calls, after as many. Its counter is switched off in all other \
         measurements, at the price of a load and a branch for each allocation.\n\
         - Scrapes: ours and the stock one alternate in random order in one process, medians. Their series are the same, value by value of the labels.\n\
         - Compiler: processor time of `cargo` and its children for the library alone, dependencies built before, `CARGO_INCREMENTAL=0`; all crates and builds \
         interleaved in random order, least of {} rounds.",
        number(results.get("compile/rounds"), 0),
    );
    text.push_str("- Runs: ");
    let sections =
        ["calls", "allocations", "instructions", "instruction-limits", "memory", "scrapes", "compile", "futures", "debug", "http"];
    let runs: Vec<String> = sections
        .iter()
        .map(|section| {
            let load = results.get(&format!("load/{section}"));
            format!("{section}: {} (load {})", results.text(&format!("run/{section}")), number(load, 1))
        })
        .collect();
    let _ = writeln!(text, "{}.", runs.join("; "));
}
