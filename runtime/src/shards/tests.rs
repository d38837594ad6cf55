//! Tests of the shards: under Miri (`scripts/miri`), which checks every access and emulates weak memory, and under `loom` (`scripts/loom`), which
//! explores every order of reads and writes.

use super::block::Block;
use crate::meta::{Family, Help, Native, OperationMeta};
use crate::names::Role;

const FAMILY: Family = Family { name: "x_total", help: Help::Derived(""), labels: 0 };

static META: OperationMeta = OperationMeta {
    families: &[(Role::Calls, FAMILY), (Role::Duration, FAMILY), (Role::InFlight, FAMILY)],
    buckets: &[0.001, 0.01],
    ..OperationMeta::DEFAULT
};

#[cfg(metrics_instrumented_loom)]
mod loom {
    use loom::thread;

    use super::super::pool::{Shard, Shards};
    use super::{Block, META};

    fn shard() -> &'static Shard {
        Box::leak(Box::new(Shard::new()))
    }

    /// A call begins on one thread and ends on another while a scrape reads: the gauge is 0 or 1, and never negative.
    #[test]
    fn a_call_that_moves_between_threads_never_makes_the_gauge_negative() {
        ::loom::model(|| {
            let block: &'static Block = Box::leak(Box::new(Block::allocate(&META).unwrap()));
            let (first, second) = (shard(), shard());
            // Segments are allocated by `OnceLock`, which `loom` does not model.
            let _ = (first.slots(block.base()), second.slots(block.base()));
            let caller = thread::spawn(move || {
                block.begin_in(first.slots(block.base()));
                thread::spawn(move || block.end_in(second, second.slots(block.base()), Some(5), 0, None))
                    .join()
                    .unwrap();
            });
            // The order in which the shards are read must not matter.
            let running = block.in_flight(&mut Shards::of(&[first, second]));
            assert!(running <= 1, "{running}");
            caller.join().unwrap();
            let mut shards = Shards::of(&[second, first]);
            assert_eq!(block.in_flight(&mut shards), 0);
            assert_eq!(block.outcome(&shards, 0), 1);
        });
    }

    /// The counters of a scrape are not below those of the previous one, and no bucket is above the count, which is the sum of the buckets.
    #[test]
    fn a_counter_never_goes_back() {
        ::loom::model(|| {
            let block: &'static Block = Box::leak(Box::new(Block::allocate(&META).unwrap()));
            let only = shard();
            let _ = only.slots(block.base());
            let caller = thread::spawn(move || {
                for _ in 0..2 {
                    block.begin_in(only.slots(block.base()));
                    block.end_in(only, only.slots(block.base()), Some(5), 0, None);
                }
            });
            let shards = Shards::of(&[only]);
            let (first, second) = (block.outcome(&shards, 0), block.outcome(&shards, 0));
            assert!(first <= second && second <= 2, "{first} {second}");
            // A scrape that reads the end reads all of the call.
            let mut buckets = [0; 3];
            let nanoseconds = block.histogram(&shards, 0, &mut buckets, &mut |_, _| {});
            assert!(buckets[0] >= second && nanoseconds >= 5 * second, "{second} {buckets:?} {nanoseconds}");
            caller.join().unwrap();
        });
    }
}

#[cfg(not(metrics_instrumented_loom))]
mod threads {
    use std::collections::BTreeMap;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, OnceLock};
    use std::thread;

    use super::super::cells::NativeBucket;
    use super::super::pool::Shards;
    use super::{Block, META, Native, OperationMeta};

    /// A block in a static of the test, because Miri reports leaks.
    macro_rules! block {
        () => {{
            static BLOCK: OnceLock<Block> = OnceLock::new();
            BLOCK.get_or_init(|| Block::allocate(&META).unwrap())
        }};
    }

    #[test]
    fn shards_of_ended_threads_are_reused_and_keep_their_counts() {
        let block: &'static Block = block!();
        // More threads than shards: they run one after the other.
        for _ in 0..20 {
            thread::spawn(move || {
                block.begin();
                block.end_after(Some(5), 0, None);
            })
            .join()
            .unwrap();
        }
        let mut shards = Shards::new();
        assert_eq!((block.begun(&shards), block.outcome(&shards, 0)), (20, 20));
        assert_eq!(block.in_flight(&mut shards), 0);
        // Other tests run in parallel in this process with threads of their own, but twenty sequential threads do not need twenty shards.
        assert!(shards.iter().count() < 20, "{}", shards.iter().count());
    }

    #[test]
    fn calls_from_a_threads_own_destructors_are_counted() {
        struct CallsWhenDropped(&'static Block);
        impl Drop for CallsWhenDropped {
            fn drop(&mut self) {
                self.0.begin();
                self.0.end_after(Some(5), 1, None);
            }
        }
        thread_local! {
            static EARLY: std::cell::RefCell<Option<CallsWhenDropped>> = const { std::cell::RefCell::new(None) };
            static LATE: std::cell::RefCell<Option<CallsWhenDropped>> = const { std::cell::RefCell::new(None) };
        }
        let block: &'static Block = block!();
        thread::spawn(move || {
            // One is created before the thread's shard and one after it, so that one is dropped before the lease and one after it.
            EARLY.with_borrow_mut(|slot| *slot = Some(CallsWhenDropped(block)));
            block.begin();
            block.end_after(Some(5), 0, None);
            LATE.with_borrow_mut(|slot| *slot = Some(CallsWhenDropped(block)));
        })
        .join()
        .unwrap();
        let mut shards = Shards::new();
        assert_eq!((block.outcome(&shards, 0), block.outcome(&shards, 1)), (1, 2));
        assert_eq!(block.in_flight(&mut shards), 0);
    }

    #[test]
    fn a_scrape_beside_calls_sees_no_negative_gauge_and_no_counter_going_back() {
        let block: &'static Block = block!();
        let over = Arc::new(AtomicBool::new(false));
        let calls = if cfg!(miri) { 30 } else { 20_000 };
        let threads: Vec<_> = (0..3)
            .map(|_| {
                thread::spawn(move || {
                    for _ in 0..calls {
                        block.begin();
                        block.end_after(Some(2_000_000), 0, None);
                    }
                })
            })
            .collect();
        let scraper = thread::spawn({
            let over = Arc::clone(&over);
            move || {
                let (mut last, mut shards) = (0, Shards::new());
                while !over.load(Ordering::Relaxed) {
                    // Three run at the same time; calls that begin and end during the reading may be added.
                    let running = block.in_flight(&mut shards);
                    assert!(running <= 100, "{running}");
                    let ended = block.outcome(&shards, 0);
                    assert!(ended >= last, "{ended} after {last}");
                    last = ended;
                    let mut buckets = [0; 3];
                    let nanoseconds = block.histogram(&shards, 0, &mut buckets, &mut |_, _| {});
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
        assert_eq!(block.outcome(&Shards::new(), 0), 3 * calls);
    }

    #[test]
    fn a_duration_equal_to_a_bound_is_in_its_bucket() {
        let block: &'static Block = block!();
        for nanoseconds in [0, 999_999, 1_000_000, 1_000_001, 10_000_000, 10_000_001, u64::MAX / 2] {
            block.begin();
            block.end_after(Some(nanoseconds), 0, None);
        }
        let mut buckets = [0; 3];
        block.histogram(&Shards::new(), 0, &mut buckets, &mut |_, _| {});
        assert_eq!(buckets, [3, 2, 2]);
    }

    #[test]
    fn native_buckets_have_every_duration_of_every_thread() {
        static NATIVE: OperationMeta = OperationMeta { native: Some(&Native { schema: 3, classic: false }), ..META };
        static BLOCK: OnceLock<Block> = OnceLock::new();
        let block: &'static Block = BLOCK.get_or_init(|| Block::allocate(&NATIVE).unwrap());
        // From 1 ns to 9 s, and 0.
        let durations =
            || (0..34).map(|power| 3u64.saturating_pow(power) / 3).filter(|duration| *duration < 10_000_000_000);
        let threads: Vec<_> = (0..3)
            .map(|_| {
                thread::spawn(move || {
                    for duration in durations() {
                        block.begin();
                        block.end_after(Some(duration), 0, None);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let mut classic = [0; 3];
        let mut native = BTreeMap::new();
        let nanoseconds = block.histogram(&Shards::new(), 0, &mut classic, &mut |bucket, count| {
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
