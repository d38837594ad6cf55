//! The cost of a scrape and how it grows; and the sizes of futures.

use crate::Effort;
use crate::programs::{ask, number};
use crate::results::Results;

/// Series, threads and buckets that are scraped to show the growth.
pub const SERIES: [usize; 4] = [100, 1_000, 10_000, 100_000];
pub const THREADS: [usize; 7] = [1, 2, 4, 8, 16, 64, 512];
pub const BUCKETS: [usize; 3] = [5, 15, 64];

/// Measures scrapes of functions, and then the growth.
pub fn run(effort: Effort, results: &mut Results) {
    let rounds = effort.pick("8", "30");
    for functions in ["1000", "10000"] {
        keep(&format!("scrape/{functions}"), ask(&format!("scrape_{functions}"), [rounds]), results);
    }
    let rounds = effort.pick("4", "15");
    let series = SERIES.iter().filter(|series| effort == Effort::Full || **series < 100_000);
    let asked = series
        .map(|series| (*series, 1, 15))
        .chain(THREADS[1..].iter().map(|threads| (1_000, *threads, 15)))
        .chain([(10_000, 64, 15)])
        .chain([5, 64].map(|buckets| (1_000, 1, buckets)));
    for (series, threads, buckets) in asked {
        let words = [series.to_string(), threads.to_string(), buckets.to_string(), rounds.to_owned()];
        keep(&format!("growth/{series}/{threads}/{buckets}"), ask("growth", words), results);
    }
}

fn keep(name: &str, printed: Vec<Vec<String>>, results: &mut Results) {
    for line in printed {
        let names: &[&str] = match line[0].as_str() {
            "median" | "minimum" => &["ours", "stock"],
            "http" => &["bytes", "peak", "median", "minimum"],
            "kept" => &["ours", "stock"],
            "scraped" => &["ours"],
            "shard" | "shards" => &["bytes"],
            "resident" => &["kib"],
            _ => &["bytes", "peak", "allocations", "samples"],
        };
        for (what, word) in names.iter().zip(&line[1..]) {
            results.set(format!("{name}/{}/{what}", line[0]), number(word));
        }
    }
}

/// The sizes of four nested `async fn`s.
pub fn futures(_: Effort, results: &mut Results) {
    for line in ask("worker", ["ours", "futures"]) {
        for (depth, size) in line[1..].iter().enumerate() {
            results.set(format!("futures/{}/{}", line[0], depth + 1), number(size));
        }
    }
}
