//! Calls that end in the place where they began, as those of functions do, in each mode.

use std::sync::OnceLock;

use super::super::calls;
use super::super::target::CallTarget;
use super::{FAMILY, META, SAMPLED, block, target};
use crate::exit::{CANCELLED, PANIC};
use crate::meta::{Native, OperationMeta, OutcomeMeta};
use crate::names::Role;

static UNTIMED: OperationMeta = OperationMeta { families: &[(Role::Calls, FAMILY), (Role::InFlight, FAMILY)], ..META };
static NATIVE: OperationMeta = OperationMeta { native: Some(&Native { schema: 3, classic: false }), ..META };
static THREE: OperationMeta =
    OperationMeta { outcome: OutcomeMeta { finished: &["a", "b", "c"], ..OutcomeMeta::DEFAULT }, ..META };

/// Ends calls with each outcome, and with one that the type does not have, which counts as cancelled.
fn end_in_place(target: &'static CallTarget, finished: usize) {
    let block = block(target);
    let outcomes = (0..finished).chain([PANIC, CANCELLED, finished + 5]);
    for outcome in outcomes {
        let by_series = |place| calls::begin_in_other_mode(place).or_else(|| calls::begin_slow(target)).unwrap();
        let (place, since) = calls::begin(block.number(), by_series);
        assert!(std::ptr::eq(place.target().unwrap(), target));
        let in_any_mode = || assert!(calls::end_in_any_mode(place, since, outcome, None));
        let rarely = || calls::end_rarely(place, since, outcome, None, in_any_mode);
        calls::end(place, since, outcome, None, rarely);
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

ends! {
    timed_calls_end_where_they_began: META, 2 outcomes, 5 timed;
    calls_with_three_outcomes_end_where_they_began: THREE, 3 outcomes, 6 timed;
    untimed_calls_end_where_they_began: UNTIMED, 2 outcomes, 0 timed;
    calls_with_native_buckets_end_where_they_began: NATIVE, 2 outcomes, 5 timed;
    sampled_calls_end_where_they_began: SAMPLED, 2 outcomes, 5 timed;
}
