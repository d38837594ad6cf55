//! The shards by themselves: under Miri (`scripts/miri`), where every access is checked and weak memory is played, and under `loom`
//! (`scripts/loom`), where every order of reads and writes is tried.

use super::block::Block;
use super::target::CallTarget;
#[cfg(not(metrics_instrumented_loom))]
use crate::meta::Native;
use crate::meta::{Family, Help, OperationMeta};
use crate::names::Role;

const FAMILY: Family = Family { name: "x_total", help: Help::Derived(""), labels: 0 };

static META: OperationMeta = OperationMeta {
    families: &[(Role::Calls, FAMILY), (Role::Duration, FAMILY), (Role::InFlight, FAMILY)],
    buckets: &[0.001, 0.01],
    ..OperationMeta::DEFAULT
};

static SAMPLED: OperationMeta = OperationMeta { sample: 10, ..META };

/// A series of its own.
fn target(meta: &'static OperationMeta) -> CallTarget {
    CallTarget::Sharded(Block::allocate(meta, None).unwrap())
}

fn block(target: &CallTarget) -> &Block {
    target.block().expect("it is in the shards")
}

#[cfg(metrics_instrumented_loom)]
mod loom {
    use loom::thread;

    use super::{Block, META, block, target};

    fn leaked() -> &'static Block {
        block(Box::leak(Box::new(target(&META))))
    }

    /// A call begins on one thread and ends on another, while a scrape reads: the gauge is 0 or 1, and never less.
    #[test]
    fn a_call_that_moves_between_threads_never_makes_the_gauge_negative() {
        ::loom::model(|| {
            let block = leaked();
            // Whose slots are read first must not matter.
            for turn in [false, true] {
                let (first, second) = (block.running(), block.running());
                let (first, second) = if turn { (second, first) } else { (first, second) };
                let caller = thread::spawn(move || {
                    first.begin();
                    thread::spawn(move || second.end(5, 0, None)).join().unwrap();
                });
                let running = block.in_flight();
                assert!(running <= 1, "{running}");
                caller.join().unwrap();
                assert_eq!(block.in_flight(), 0);
            }
            assert_eq!(block.outcome(0), 2);
        });
    }

    /// What one scrape saw, the next one does not take back; and no bucket is above the count, which is their sum.
    #[test]
    fn a_counter_never_decreases() {
        ::loom::model(|| {
            let block = leaked();
            let only = block.running();
            let caller = thread::spawn(move || {
                for _ in 0..2 {
                    only.begin();
                    only.end(5, 0, None);
                }
            });
            let (first, second) = (block.outcome(0), block.outcome(0));
            assert!(first <= second && second <= 2, "{first} {second}");
            // A scrape that sees the end sees all of the call.
            let mut buckets = [0; 3];
            let nanoseconds = block.histogram(0, &mut buckets, &mut |_, _| {});
            assert!(buckets[0] >= second && nanoseconds >= 5 * second, "{second} {buckets:?} {nanoseconds}");
            caller.join().unwrap();
        });
    }
}

#[cfg(not(metrics_instrumented_loom))]
/// A series in a static of the test's own: what is leaked would be reported.
macro_rules! target {
    ($meta:ident) => {{
        static TARGET: OnceLock<CallTarget> = OnceLock::new();
        TARGET.get_or_init(|| target(&$meta))
    }};
}

#[cfg(not(metrics_instrumented_loom))]
mod modes;
#[cfg(not(metrics_instrumented_loom))]
mod pools;

#[cfg(not(metrics_instrumented_loom))]
mod threads {
    use std::collections::BTreeMap;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, OnceLock};
    use std::thread;

    use super::super::calls;
    use super::super::cells::NativeBucket;
    use super::{Block, CallTarget, META, Native, OperationMeta, SAMPLED, block, target};

    /// Begins a call, and returns whether it is timed.
    pub(super) fn begin(target: &'static CallTarget) -> bool {
        let by_series = |place| calls::begin_in_other_mode(place).unwrap_or_else(|| calls::begin_slow(target).unwrap());
        let (place, since) = calls::begin(|| block(target).number(), by_series);
        assert!(!place.is_none());
        since != crate::clock::NOT_TIMED
    }

    /// Ends a call that took so long.
    pub(super) fn end(target: &'static CallTarget, nanoseconds: Option<u64>, outcome: usize) {
        calls::count_out_anywhere(target, block(target), nanoseconds, outcome, None);
    }

    pub(super) fn threads_of(block: &Block) -> usize {
        block.running_threads()
    }

    #[test]
    fn the_counts_of_ended_threads_are_added_up_and_their_slots_are_freed() {
        let target = target!(META);
        for _ in 0..20 {
            thread::spawn(move || {
                begin(target);
                end(target, Some(5), 0);
                assert_eq!(threads_of(block(target)), 1);
            })
            .join()
            .unwrap();
        }
        let block = block(target);
        assert_eq!((block.begun(), block.outcome(0)), (20, 20));
        let mut buckets = [0; 3];
        assert_eq!((block.histogram(0, &mut buckets, &mut |_, _| {}), buckets), (100, [20, 0, 0]));
        assert_eq!((block.in_flight(), threads_of(block)), (0, 0));
    }

    #[test]
    fn the_end_of_a_call_that_began_on_an_ended_thread_is_counted() {
        let target = target!(META);
        thread::spawn(move || begin(target)).join().unwrap();
        assert_eq!(block(target).in_flight(), 1);
        thread::spawn(move || end(target, Some(5), 1)).join().unwrap();
        assert_eq!((block(target).in_flight(), block(target).outcome(1)), (0, 1));
    }

    #[test]
    fn a_thread_that_counts_in_many_series_keeps_them_apart() {
        static TARGETS: [OnceLock<CallTarget>; 100] = [const { OnceLock::new() }; 100];
        let targets: Vec<_> = TARGETS.iter().map(|one| one.get_or_init(|| target(&META))).collect();
        // The last one first: the table grows once for all, and the others find their places in it.
        thread::scope(|scope| {
            for turn in 0..3 {
                let targets = &targets;
                scope.spawn(move || {
                    for (at, target) in targets.iter().enumerate().rev().skip(turn) {
                        for _ in 0..=at % 7 {
                            begin(target);
                            end(target, Some(at as u64), 0);
                        }
                    }
                });
            }
        });
        for (at, target) in targets.iter().enumerate() {
            let threads = 3 - u64::from(at == 99) - u64::from(at >= 98);
            let calls = threads * (at as u64 % 7 + 1);
            assert_eq!(block(target).outcome(0), calls, "series {at}");
            assert_eq!(block(target).histogram(0, &mut [0; 3], &mut |_, _| {}), calls * at as u64, "series {at}");
        }
    }

    #[test]
    fn calls_from_a_threads_own_destructors_are_counted() {
        struct CallsWhenDropped(&'static CallTarget);
        impl Drop for CallsWhenDropped {
            fn drop(&mut self) {
                begin(self.0);
                end(self.0, Some(5), 1);
            }
        }
        thread_local! {
            static EARLY: std::cell::RefCell<Option<CallsWhenDropped>> = const { std::cell::RefCell::new(None) };
            static LATE: std::cell::RefCell<Option<CallsWhenDropped>> = const { std::cell::RefCell::new(None) };
        }
        let target = target!(META);
        thread::spawn(move || {
            // One is made before the thread's slots and one after them, so that one is dropped on each side of them.
            EARLY.with_borrow_mut(|slot| *slot = Some(CallsWhenDropped(target)));
            begin(target);
            end(target, Some(5), 0);
            LATE.with_borrow_mut(|slot| *slot = Some(CallsWhenDropped(target)));
        })
        .join()
        .unwrap();
        let block = block(target);
        assert_eq!((block.outcome(0), block.outcome(1)), (1, 2));
        assert_eq!((block.in_flight(), threads_of(block)), (0, 0));
    }

    #[test]
    fn a_scrape_during_calls_sees_no_negative_gauge_and_no_decreasing_counter() {
        let target = target!(META);
        let over = Arc::new(AtomicBool::new(false));
        let (rounds, calls) = if cfg!(miri) { (3, 10) } else { (40, 500) };
        let threads: Vec<_> = (0..3)
            .map(|_| {
                thread::spawn(move || {
                    // Threads that end, and others that take their place.
                    for _ in 0..rounds {
                        let caller = move || {
                            for _ in 0..calls {
                                begin(target);
                                end(target, Some(2_000_000), 0);
                            }
                        };
                        thread::spawn(caller).join().unwrap();
                    }
                })
            })
            .collect();
        let scraper = thread::spawn({
            let over = Arc::clone(&over);
            move || {
                let (mut last, block) = (0, block(target));
                while !over.load(Ordering::Relaxed) {
                    // Three at a time; and those that came and went while it was read.
                    let running = block.in_flight();
                    assert!(running <= 100, "{running}");
                    let ended = block.outcome(0);
                    assert!(ended >= last, "{ended} after {last}");
                    last = ended;
                    let mut buckets = [0; 3];
                    let nanoseconds = block.histogram(0, &mut buckets, &mut |_, _| {});
                    assert!(
                        buckets[1] >= ended && nanoseconds >= ended * 2_000_000,
                        "{ended} {buckets:?} {nanoseconds}"
                    );
                    thread::yield_now();
                }
            }
        });
        for thread in threads {
            thread.join().unwrap();
        }
        over.store(true, Ordering::Relaxed);
        scraper.join().unwrap();
        assert_eq!(block(target).outcome(0), 3 * rounds * calls);
    }

    #[test]
    fn a_duration_on_a_bound_is_counted_in_its_bucket() {
        let target = target!(META);
        for nanoseconds in [0, 999_999, 1_000_000, 1_000_001, 10_000_000, 10_000_001, u64::MAX / 2] {
            begin(target);
            end(target, Some(nanoseconds), 0);
        }
        let mut buckets = [0; 3];
        block(target).histogram(0, &mut buckets, &mut |_, _| {});
        assert_eq!(buckets, [3, 2, 2]);
    }

    /// The duration of a timed call stands for those that follow it.
    #[test]
    fn a_sampled_call_is_counted_with_the_last_duration() {
        let target = target!(SAMPLED);
        let calls = if cfg!(miri) { 30 } else { 1_000 };
        let mut expected = [0; 3];
        let mut last = None;
        for call in 0..calls {
            let is_timed = begin(target);
            let bucket = call % 3;
            last = if is_timed { Some(bucket) } else { last };
            expected[last.expect("the first call is timed")] += 1;
            let nanoseconds = is_timed.then_some([500_000, 5_000_000, 50_000_000][bucket]);
            end(target, nanoseconds, 0);
        }
        let mut buckets = [0; 3];
        block(target).histogram(0, &mut buckets, &mut |_, _| {});
        assert_eq!((buckets, block(target).outcome(0)), (expected, calls as u64));
    }

    /// Makes this many calls on a thread of its own, each with its duration, and returns how many were timed.
    fn sampled_calls(
        target: &'static CallTarget,
        calls: u64,
        nanoseconds: impl Fn(u64) -> u64 + Send + 'static,
    ) -> u64 {
        let caller = move || {
            let call = |call| {
                let is_timed = begin(target);
                end(target, is_timed.then(|| nanoseconds(call)), 0);
                u64::from(is_timed)
            };
            (0..calls).map(call).sum()
        };
        thread::spawn(caller).join().unwrap()
    }

    /// One call in ten is slow and one in ten is timed: with a fixed distance, either all slow calls are timed or none. Each thread has another seed.
    #[test]
    #[cfg(not(miri))]
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    fn a_sample_is_not_biased_by_a_workload_with_the_same_period() {
        const THREADS: u64 = 200;
        const CALLS: u64 = 5_000;
        for phase in [0, 1, 9] {
            let target = target(&SAMPLED);
            let target: &'static CallTarget = Box::leak(Box::new(target));
            let duration = move |call| if call % 10 == phase { 50_000_000 } else { 500_000 };
            let timed: u64 = (0..THREADS).map(|_| sampled_calls(target, CALLS, duration)).sum();
            let mut buckets = [0; 3];
            let nanoseconds = block(target).histogram(0, &mut buckets, &mut |_, _| {});
            let calls = THREADS * CALLS;
            assert_eq!((buckets.iter().sum::<u64>(), block(target).outcome(0)), (calls, calls));
            // The distance grows to 10 within 73 calls; these are timed about 20 times.
            let expected = (THREADS * (CALLS / 10 + 12)) as f64;
            assert!((timed as f64 - expected).abs() < 0.02 * expected, "{timed} of {calls} calls were timed");
            // A timed call stands for a number of calls with the variance 90: the estimate's is that of a binomial distribution, doubled. Four standard errors.
            let error = 4.0 * (2.0 * 0.1 * 0.9 / timed as f64).sqrt();
            let slow = buckets[2] as f64 / calls as f64;
            assert!((slow - 0.1).abs() < error, "phase {phase}: {slow} of the calls were slow, not 0.1");
            let average = nanoseconds as f64 / calls as f64;
            let expected = 0.1 * 50e6 + 0.9 * 0.5e6;
            assert!((average - expected).abs() < error * 49.5e6, "phase {phase}: {average} ns, not {expected}");
        }
    }

    /// The first call of a thread is often slow. It stands for itself alone.
    #[test]
    fn the_first_call_of_a_thread_is_not_counted_for_others() {
        let target = target!(SAMPLED);
        for _ in 0..5 {
            sampled_calls(target, 20, |call| if call == 0 { 50_000_000 } else { 500_000 });
        }
        let mut buckets = [0; 3];
        block(target).histogram(0, &mut buckets, &mut |_, _| {});
        assert_eq!(buckets, [95, 0, 5]);
    }

    #[test]
    fn native_buckets_contain_every_duration_of_every_thread() {
        static NATIVE: OperationMeta = OperationMeta { native: Some(&Native { schema: 3, classic: false }), ..META };
        let target = target!(NATIVE);
        // From 1 ns to 9 s, and 0.
        let durations =
            || (0..34).map(|power| 3u64.saturating_pow(power) / 3).filter(|duration| *duration < 10_000_000_000);
        let threads: Vec<_> = (0..3)
            .map(|_| {
                thread::spawn(move || {
                    for duration in durations() {
                        begin(target);
                        end(target, Some(duration), 0);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let mut classic = [0; 3];
        let mut native = BTreeMap::new();
        let nanoseconds = block(target).histogram(0, &mut classic, &mut |bucket, count| {
            *native.entry(bucket).or_insert(0) += count;
        });
        assert_eq!(nanoseconds, 3 * durations().sum::<u64>());
        let up_to = |limit: u64| 3 * durations().filter(|duration| *duration <= limit).count() as u64;
        let bounds = [up_to(1_000_000), up_to(10_000_000), up_to(u64::MAX)];
        assert_eq!(classic, [bounds[0], bounds[1] - bounds[0], bounds[2] - bounds[1]]);
        assert_eq!(native.remove(&NativeBucket::Zero), Some(3));
        // Powers of three are further apart than buckets are wide.
        assert_eq!(native.len(), durations().count() - 1);
        assert!(native.values().all(|count| *count == 3), "{native:?}");
    }
}
