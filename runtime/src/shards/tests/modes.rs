//! Calls that end in the place where they began, as those of functions do, in each mode.

use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use super::super::calls;
use super::super::target::{CallTarget, Tracked};
use super::{Block, FAMILY, META, SAMPLED, block, target};
use crate::exit::{CANCELLED, PANIC};
use crate::live::oldest::Oldest;
use crate::live::peak::Peak;
use crate::live::time::Time;
use crate::live::tracking::Tracking;
use crate::meta::{Native, OperationMeta, OutcomeMeta};
use crate::names::Role;
use crate::ticks::Clock;

static UNTIMED: OperationMeta = OperationMeta { families: &[(Role::Calls, FAMILY), (Role::InFlight, FAMILY)], ..META };
static NATIVE: OperationMeta = OperationMeta { native: Some(&Native { schema: 3, classic: false }), ..META };
static THREE: OperationMeta =
    OperationMeta { outcome: OutcomeMeta { finished: &["a", "b", "c"], ..OutcomeMeta::DEFAULT }, ..META };

/// Makes a call around a function.
fn call(target: &'static CallTarget, outcome: usize, function: impl FnOnce()) {
    let by_series = |place| calls::begin_in_other_mode(place).or_else(|| calls::begin_slow(target)).unwrap();
    let (place, since) = calls::begin(|| block(target).number(), by_series);
    assert!(std::ptr::eq(place.target().unwrap(), target));
    function();
    let in_any_mode = || assert!(calls::end_in_any_mode(place, since, outcome, None));
    if calls::end(place, since, outcome, None) {
        return;
    }
    if calls::is_tracked(place) {
        calls::end_tracked_in(place, since, outcome, None);
    } else {
        calls::end_rarely(place, since, outcome, None, in_any_mode);
    }
}

/// Ends calls with each outcome, and with one that the type does not have, which counts as cancelled.
fn end_in_place(target: &'static CallTarget, finished: usize) {
    let block = block(target);
    let outcomes = (0..finished).chain([PANIC, CANCELLED, finished + 5]);
    for outcome in outcomes {
        call(target, outcome, || {});
    }
    let counted: Vec<u64> = (0..finished + 2).map(|outcome| block.outcome(outcome)).collect();
    let expected: Vec<u64> = (0..finished + 2).map(|outcome| 1 + u64::from(outcome == finished + 1)).collect();
    assert_eq!(counted, expected);
    assert_eq!((block.begun(), block.in_flight()), (finished as u64 + 3, 0));
}

/// How many calls are in the buckets.
fn in_buckets(target: &'static CallTarget) -> u64 {
    let mut buckets = [0; 3];
    block(target).histogram(0, &mut buckets, &mut |_, _| {});
    buckets.iter().sum()
}

/// The first call has no slots until it has begun; the others count in them.
#[test]
fn the_durations_of_calls_in_slots_are_added_up() {
    static TARGETS: [OnceLock<CallTarget>; 4] = [const { OnceLock::new() }; 4];
    const LASTS: Duration = Duration::from_millis(2);
    let makes: [fn() -> CallTarget; 4] = [|| target(&META), || target(&NATIVE), || tracked(&META), || tracked(&NATIVE)];
    for (slot, make) in TARGETS.iter().zip(makes) {
        let target = slot.get_or_init(make);
        // With the last outcome, which is not a frequent one, too.
        for outcome in [0, 0, 1, PANIC] {
            let before = Instant::now();
            let nanoseconds = || block(target).histogram(0, &mut [0; 3], &mut |_, _| {});
            let counted = nanoseconds();
            call(target, outcome, || thread::sleep(LASTS));
            let counted = Duration::from_nanos(nanoseconds() - counted);
            // The clocks differ by less than this.
            let longest = before.elapsed().mul_f64(1.01);
            assert!(counted >= LASTS.mul_f64(0.99) && counted <= longest, "{counted:?} of {longest:?}");
        }
    }
}

macro_rules! ends {
    ($($test:ident: $meta:ident, $finished:literal outcomes, $timed:literal timed;)*) => { $(
        #[test]
        fn $test() {
            static TARGET: OnceLock<CallTarget> = OnceLock::new();
            let target = TARGET.get_or_init(|| target(&$meta));
            end_in_place(target, $finished);
            assert_eq!(in_buckets(target), $timed);
        }
    )* };
}

/// Creates a series whose running calls are tracked.
fn tracked(meta: &'static OperationMeta) -> CallTarget {
    let time = Time::Shards(Clock::get());
    let (peak, oldest) = (Arc::new(Peak::new(time.clone())), Arc::new(Oldest::new(time.clone(), "oldest")));
    let tracking = Tracking { time, peak: Some(peak), oldest: Some(oldest), polls: None, seen: None };
    CallTarget::Tracked(Box::new(Tracked { block: Block::allocate(meta, None).unwrap(), tracking, leased: None }))
}

/// Tracked calls begin and end in the slots of their thread like others, with each layout.
#[test]
fn tracked_calls_end_where_they_began() {
    static TARGETS: [OnceLock<CallTarget>; 5] = [const { OnceLock::new() }; 5];
    let metas = [(&META, 2, 5), (&THREE, 3, 6), (&UNTIMED, 2, 0), (&NATIVE, 2, 5), (&SAMPLED, 2, 5)];
    for (slot, (meta, finished, timed)) in TARGETS.iter().zip(metas) {
        let target = slot.get_or_init(|| tracked(meta));
        end_in_place(target, finished);
        assert_eq!(in_buckets(target), timed);
        let tracking = target.tracking().unwrap();
        let (peak, oldest) = (tracking.peak.as_ref().unwrap(), tracking.oldest.as_ref().unwrap());
        assert_eq!((peak.running(), peak.peak(), oldest.age()), (0, 1, 0));
    }
}

ends! {
    timed_calls_end_where_they_began: META, 2 outcomes, 5 timed;
    calls_with_three_outcomes_end_where_they_began: THREE, 3 outcomes, 6 timed;
    untimed_calls_end_where_they_began: UNTIMED, 2 outcomes, 0 timed;
    calls_with_native_buckets_end_where_they_began: NATIVE, 2 outcomes, 5 timed;
    sampled_calls_end_where_they_began: SAMPLED, 2 outcomes, 5 timed;
}
