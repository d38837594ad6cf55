//! The cost of a call: time, allocations, and memory after very many calls.

use metrics_instrumented_benches::random::Random;

use crate::Effort;
use crate::programs::{Worker, ask, number};
use crate::results::Results;

/// The two processes: one with our recorder, one with the stock exporter's.
const RECORDERS: [&str; 2] = ["ours", "stock"];

/// Numbers of threads that share one function, to show how the cost grows.
pub const THREADS: [usize; 6] = [1, 2, 4, 8, 16, 64];

/// The cases whose cost is shown by the number of threads.
pub const GROWN: [(&str, &str); 5] =
    [("ours", "ours"), ("stock", "by hand"), ("ours", "prometheus-client"), ("ours", "metered"), ("ours", "autometrics")];

/// Undeclared metrics: the cases that are measured alone and during scrapes, and the number of series of these scrapes.
pub const HAND_WRITTEN: [&str; 2] = ["counter!", "histogram!"];
const SCRAPED_SERIES: u32 = 100_000;

/// Hand-written metrics under our recorder and under the stock one alone, each without scrapes and during one, in a random order in each round.
pub fn hand_written(effort: Effort, results: &mut Results) {
    let mut workers: Vec<(String, Worker)> = Vec::new();
    for recorder in RECORDERS {
        workers.push((format!("hand-written/alone/{recorder}"), Worker::start(recorder)));
        workers.push((format!("hand-written/scraped/{recorder}"), Worker::start_scraped(recorder, SCRAPED_SERIES)));
    }
    let asked: Vec<_> = (0..workers.len()).flat_map(|at| HAND_WRITTEN.map(|case| (at, case))).collect();
    let mut taken = vec![Vec::new(); asked.len()];
    let mut order: Vec<usize> = (0..asked.len()).collect();
    let mut random = Random::default();
    for _ in 0..effort.pick(10, 30) {
        random.shuffle(&mut order);
        for at in &order {
            let (worker, case) = asked[*at];
            // Processor time, because on a machine with few cores a scrape may pause the call.
            taken[*at].push(workers[worker].1.measure("processor", 1, case).0);
        }
    }
    for ((worker, case), taken) in asked.into_iter().zip(taken) {
        keep(&format!("{}/{case}", workers[worker].0), taken, results);
    }
}

/// All cases of both processes, on one thread and on two, in a random order in each round.
pub fn run(effort: Effort, results: &mut Results) {
    let rounds = effort.pick(10, 30);
    let mut workers = RECORDERS.map(Worker::start);
    let mut asked: Vec<(usize, usize, String)> = Vec::new();
    for (at, worker) in workers.iter().enumerate() {
        for case in &worker.cases {
            asked.extend([1, 2].map(|threads| (at, threads, case.clone())));
        }
    }
    let mut taken = vec![Vec::new(); asked.len()];
    let mut apart = 0;
    let mut order: Vec<usize> = (0..asked.len()).collect();
    let mut random = Random::default();
    for _ in 0..rounds {
        random.shuffle(&mut order);
        for at in &order {
            let (worker, threads, case) = &asked[*at];
            let (nanoseconds, at_once) = workers[*worker].measure("wall", *threads, case);
            if at_once {
                taken[*at].push(nanoseconds);
            } else {
                apart += 1;
            }
        }
    }
    results.set("wall/rounds", f64::from(rounds));
    results.set("wall/left out", f64::from(apart));
    for ((worker, threads, case), taken) in asked.iter().zip(taken) {
        let name = format!("wall/{}/{threads}/{case}", RECORDERS[*worker]);
        keep(&name, taken, results);
    }
    with_threads(effort, &mut workers, results);
}

/// Processor time of a call by the number of threads on one function.
fn with_threads(effort: Effort, workers: &mut [Worker; 2], results: &mut Results) {
    let asked: Vec<_> = GROWN.iter().flat_map(|case| THREADS.map(|threads| (*case, threads))).collect();
    let mut taken = vec![Vec::new(); asked.len()];
    let mut order: Vec<usize> = (0..asked.len()).collect();
    let mut random = Random::default();
    for _ in 0..effort.pick(3, 15) {
        random.shuffle(&mut order);
        for at in &order {
            let ((recorder, case), threads) = asked[*at];
            let worker = &mut workers[usize::from(recorder == "stock")];
            taken[*at].push(worker.measure("processor", threads, case).0);
        }
    }
    for (((recorder, case), threads), taken) in asked.into_iter().zip(taken) {
        keep(&format!("processor/{recorder}/{threads}/{case}"), taken, results);
    }
}

fn keep(name: &str, mut taken: Vec<f64>, results: &mut Results) {
    taken.sort_by(f64::total_cmp);
    if let Some(least) = taken.first() {
        results.set(format!("{name}/median"), taken[taken.len() / 2]);
        results.set(format!("{name}/minimum"), *least);
    }
}

/// Allocations of a call in every case.
pub fn allocations(_: Effort, results: &mut Results) {
    for recorder in RECORDERS {
        for line in ask("worker", [recorder, "allocations"]) {
            results.set(format!("allocations/{recorder}/{}", line[0]), number(&line[1]));
        }
    }
}

/// Memory before and after many calls without a scrape.
pub fn memory(effort: Effort, results: &mut Results) {
    let calls = [effort.pick(5_000_000u32, 50_000_000), effort.pick(1_000_000, 5_000_000)];
    for (recorder, calls) in RECORDERS.into_iter().zip(calls) {
        let printed = ask("worker", [recorder, "memory", &calls.to_string()]);
        results.set(format!("memory/{recorder}/calls"), f64::from(calls));
        let words = printed[0][0].split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (name, word) in ["before", "after", "scraped"].into_iter().zip(words) {
            results.set(format!("memory/{recorder}/{name}"), number(&word));
        }
    }
}
