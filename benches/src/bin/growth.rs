//! How the time of a scrape and the stored memory grow with series, threads and buckets.

use std::env;
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use metrics_instrumented::{LabelValue, instrumented};
use metrics_instrumented_benches::counting::{Counting, counted};
use metrics_instrumented_benches::scrape::{Stock, compare};
use metrics_instrumented_benches::{BOUNDS, Outcome, work};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Together with an open label of 10,000 values, 100,000 series.
#[derive(LabelValue, Clone, Copy)]
enum Zone {
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
}

const ZONES: [Zone; 10] =
    [Zone::A, Zone::B, Zone::C, Zone::D, Zone::E, Zone::F, Zone::G, Zone::H, Zone::I, Zone::J];

macro_rules! operations {
    ($($function:ident $name:literal $buckets:expr,)*) => {
        $(
            #[instrumented(name = $name, labels(key = open(key, max = 10_000), zone), buckets = $buckets, max_series = 400_040)]
            fn $function(key: &str, zone: Zone) -> Outcome {
                work(key.len() as u64, 1)
            }
        )*
    };
}

const FIVE: &[f64] = &[0.005, 0.05, 0.5, 5.0, 50.0];
const SIXTY_FOUR: &[f64] = &{
    let mut bounds = [0.0; 64];
    let mut at = 0;
    while at < 64 {
        bounds[at] = 0.001 * (at + 1) as f64;
        at += 1;
    }
    bounds
};

operations! {
    few "few" FIVE,
    usual "usual" BOUNDS,
    many "many" SIXTY_FOUR,
}

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize| words[at].parse::<usize>().expect("a number");
    let (series, threads, buckets, rounds) = (number(0), number(1), number(2), number(3));
    let (name, bounds, function): (&str, &[f64], fn(&str, Zone) -> Outcome) = match buckets {
        5 => ("few", FIVE, few),
        15 => ("usual", BOUNDS, usual),
        _ => ("many", SIXTY_FOUR, many),
    };
    let ours = metrics_instrumented::exporter().install_recorder().expect("nothing is installed yet");
    let stock = Stock::new(bounds);
    stock.describe(name);
    let keys: Vec<String> = (0..series.div_ceil(10)).map(|n| format!("key-{n:06}")).collect();
    let all = || keys.iter().flat_map(|key| ZONES.iter().map(move |zone| (key, *zone))).take(series);
    let ((), on_stock) = counted(|| {
        for (key, zone) in all() {
            stock.add(name, &[("key", key.clone()), ("zone", zone.value().to_owned())], 1);
        }
    });
    let call_all = || {
        for (key, zone) in all() {
            let _ = black_box(function(black_box(key), zone));
        }
    };
    // The memory of the series, and of one more thread.
    let ((), first) = counted(call_all);
    println!("kept\t{}\t{}", first.kept, on_stock.kept);
    let ((), scraped) = counted(|| drop(ours.render()));
    println!("scraped\t{}", scraped.kept);
    let resident_before = resident();
    let (ready, over) = (Barrier::new(threads), AtomicBool::new(false));
    thread::scope(|scope| {
        let (mut shard, mut shards) = (0, 0);
        for at in 1..threads {
            let (ready, over) = (&ready, &over);
            let spawned = move || {
                let ((), allocated) = counted(call_all);
                (allocated.kept, ready, over)
            };
            // One after the other, each to its end, because `counted` counts all threads.
            let (sent, received) = std::sync::mpsc::channel();
            scope.spawn(move || {
                let (kept, ready, over) = spawned();
                sent.send(kept).expect("it is waited for");
                ready.wait();
                while !over.load(Ordering::Acquire) {
                    thread::park_timeout(std::time::Duration::from_millis(50));
                }
            });
            let kept = received.recv().expect("it sends");
            if at == 1 {
                shard = kept;
            }
            shards += kept;
        }
        ready.wait();
        println!("shard\t{shard}");
        println!("shards\t{shards}");
        println!("resident\t{}", resident() - resident_before);
        compare(&ours, &stock.handle(), rounds);
        over.store(true, Ordering::Release);
    });
}

/// The resident memory of this process in KiB, the threads' stacks included.
fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("it exists on Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is reported");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
