//! Runs single cases for `bench`, which controls it: one process with our recorder, another one with the stock exporter's.

mod cases;
#[allow(unused_braces, reason = "written by build.rs, and expanded by others")]
mod functions {
    include!(concat!(env!("OUT_DIR"), "/in_turn.rs"));
}
mod futures;
mod handles;
mod memory;
mod ours;
mod peers;
mod timing;

use std::env;
use std::io::{self, BufRead, Write};
use std::thread;

use autometrics::settings::AutometricsSettings;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use metrics_instrumented_benches::BOUNDS;
use metrics_instrumented_benches::counting::{Counting, counted};

use cases::{Case, Recorder};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The minimum duration of a batch.
const BATCH_NANOSECONDS: f64 = 2e6;

/// The installed recorder.
enum Installed {
    Ours(metrics_instrumented::Handle),
    Stock(PrometheusHandle),
}

impl Installed {
    fn new(recorder: Recorder) -> Self {
        AutometricsSettings::builder().histogram_buckets(BOUNDS).init();
        match recorder {
            Recorder::Ours => {
                let handle = metrics_instrumented::exporter().install_recorder().expect("nothing is installed yet");
                Self::Ours(handle)
            }
            Recorder::Stock => {
                let recorder = PrometheusBuilder::new().set_buckets(BOUNDS).expect("valid bounds").build_recorder();
                let handle = recorder.handle();
                metrics::set_global_recorder(recorder).expect("nothing is installed yet");
                Self::Stock(handle)
            }
        }
    }

    /// What a service does periodically, and what is not part of a call: otherwise the stock recorder keeps every sample.
    fn upkeep(&self) {
        if let Self::Stock(handle) = self {
            handle.run_upkeep();
        }
    }

    fn render(&self) -> String {
        match self {
            Self::Ours(handle) => handle.render(),
            Self::Stock(handle) => handle.render(),
        }
    }
}

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let recorder = match words.first() {
        Some(&"ours") => Recorder::Ours,
        Some(&"stock") => Recorder::Stock,
        _ => panic!("the first word is `ours` or `stock`"),
    };
    match words[1..] {
        ["serve"] => serve(&Installed::new(recorder), recorder),
        ["serve", "scraped", series] => {
            let installed = Installed::new(recorder);
            for number in 0..number(series) {
                metrics::counter!("scraped_series_total", "number" => number.to_string()).increment(1);
            }
            thread::scope(|scope| {
                // Until the process is killed, so that every measured call runs during a scrape.
                scope.spawn(|| loop {
                    std::hint::black_box(installed.render());
                });
                serve(&installed, recorder);
            });
        }
        ["allocations"] => allocations(&Installed::new(recorder), recorder),
        ["instructions", name, calls, threads] => {
            let _installed = Installed::new(recorder);
            instructions(cases::named(name), number(calls), number(threads));
        }
        ["memory", calls] => memory::run(&Installed::new(recorder), recorder, number(calls)),
        ["futures"] => futures::run(),
        _ => panic!("unknown arguments: {words:?}"),
    }
}

fn number(word: &str) -> u64 {
    word.parse().unwrap_or_else(|_| panic!("`{word}` is not a number"))
}

/// Answers `wall <threads> <case>` and `processor <threads> <case>` with nanoseconds a call.
fn serve(installed: &Installed, recorder: Recorder) {
    let mut calls: Vec<Option<u64>> = vec![None; cases::ALL.len()];
    let mut output = io::stdout().lock();
    let names = cases::ALL.iter().filter(|case| case.is_under(recorder)).map(|case| case.name);
    writeln!(output, "{}", names.collect::<Vec<_>>().join("\t")).expect("bench reads it");
    for line in io::stdin().lock().lines() {
        let line = line.expect("bench writes it");
        let mut words = line.splitn(3, ' ');
        let (what, threads, name) = (words.next(), words.next(), words.next());
        let (Some(what), Some(threads), Some(name)) = (what, threads, name) else { panic!("unknown request: {line}") };
        let threads = usize::try_from(number(threads)).expect("a few");
        let at = cases::ALL.iter().position(|case| case.name == name).expect("a case");
        let case = cases::ALL[at];
        let calls = *calls[at].get_or_insert_with(|| calibrated(case));
        let (nanoseconds, at_once) = match what {
            "wall" => timing::wall(case, threads, calls),
            _ => (timing::processor(case, threads, calls), true),
        };
        installed.upkeep();
        writeln!(output, "{nanoseconds} {at_once}").and_then(|()| output.flush()).expect("bench reads it");
    }
}

/// The number of calls of a batch.
fn calibrated(case: Case) -> u64 {
    (case.run)(4_000);
    let mut calls = 4_000;
    loop {
        let (nanoseconds, _) = timing::wall(case, 1, calls);
        if nanoseconds * calls as f64 >= BATCH_NANOSECONDS / 2.0 {
            return ((BATCH_NANOSECONDS / nanoseconds) as u64).max(2_000);
        }
        calls *= 2;
    }
}

/// Prints the allocations of a call for each case, after everything was created.
fn allocations(installed: &Installed, recorder: Recorder) {
    const CALLS: u64 = 20_000;
    for case in cases::ALL.iter().filter(|case| case.is_under(recorder)) {
        (case.run)(CALLS);
        installed.upkeep();
        let ((), allocated) = counted(|| (case.run)(CALLS));
        installed.upkeep();
        println!("{}\t{}", case.name, allocated.allocations as f64 / CALLS as f64);
    }
}

/// Makes calls whose instructions are counted, on the last of this number of threads, which have all made a call.
fn instructions(case: Case, calls: u64, threads: u64) {
    for _ in 1..threads {
        // They keep running, so each has its own shard.
        let (called, has_called) = std::sync::mpsc::channel();
        thread::spawn(move || {
            (case.run)(1);
            let _ = called.send(());
            loop {
                thread::park();
            }
        });
        let _ = has_called.recv();
    }
    (case.run)(calls);
    counted_by_callgrind(case.run, calls);
}

/// The function that `callgrind --toggle-collect` counts. Its name must be the same in every build.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn counted_by_callgrind(run: fn(u64), calls: u64) {
    run(calls);
}
