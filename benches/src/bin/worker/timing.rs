//! The duration of calls.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

use crate::cases::Case;

/// How often threads are started again if they did not run at the same time.
const TRIES: usize = 50;

/// Returns the nanoseconds of a call by the wall clock, on one thread or on several at the same time (the mean of the threads), and whether they did run at
/// the same time.
pub fn wall(case: Case, threads: usize, calls: u64) -> (f64, bool) {
    if threads == 1 {
        (case.run)(calls / 10);
        let start = Instant::now();
        (case.run)(calls);
        return (nanoseconds(start.elapsed()) / calls as f64, true);
    }
    let mut last = 0.0;
    for _ in 0..TRIES {
        let spans = at_once(case, threads, calls);
        let took = spans.iter().map(|(start, end)| nanoseconds(*end - *start));
        last = took.clone().sum::<f64>() / threads as f64 / calls as f64;
        let all = spans.iter().map(|(_, end)| *end).min().zip(spans.iter().map(|(start, _)| *start).max());
        let shared = all.map_or(0.0, |(end, start)| nanoseconds(end.saturating_duration_since(start)));
        if shared > 0.9 * took.fold(0.0, f64::max) {
            return (last, true);
        }
    }
    (last, false)
}

/// When each thread began and ended.
fn at_once(case: Case, threads: usize, calls: u64) -> Vec<(Instant, Instant)> {
    let ready = AtomicUsize::new(0);
    let one = || {
        (case.run)(calls / 10);
        ready.fetch_add(1, Ordering::AcqRel);
        // No lock: a thread that has to be woken up starts late.
        while ready.load(Ordering::Acquire) < threads {
            std::hint::spin_loop();
        }
        let start = Instant::now();
        (case.run)(calls);
        (start, Instant::now())
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        running.into_iter().map(|thread| thread.join().expect("a case does not panic")).collect()
    })
}

/// Returns the nanoseconds of processor time of a call, on this number of threads that run at once; the mean of the threads.
pub fn processor(case: Case, threads: usize, calls: u64) -> f64 {
    let ready = Barrier::new(threads);
    let one = || {
        (case.run)(calls / 10);
        ready.wait();
        let start = processor_time();
        (case.run)(calls);
        let took = processor_time() - start;
        ready.wait();
        nanoseconds(took)
    };
    let sum: f64 = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        running.into_iter().map(|thread| thread.join().expect("a case does not panic")).sum()
    });
    sum / threads as f64 / calls as f64
}

fn processor_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("it exists on Linux").into()
}

fn nanoseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}
