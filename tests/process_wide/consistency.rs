//! Any calls on any threads against a model, on the process-wide recorder, whose series are never set back.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use metrics_instrumented::{LabelValue, Operation};
use metrics_instrumented_tests::{Calls, panic_of};
use proptest::prelude::*;

use crate::{calls, exporter};

#[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    Gold,
    Silver,
}

/// Orders.
#[derive(Operation)]
#[operation(name = "consistency_orders")]
struct Order {
    tier: Tier,
}

/// One call: its label, how it is left (0 `ok`, 1 `error`, 2 `panic`, 3 `cancelled`), and whether it ends on another thread.
type Step = (Tier, u8, bool);

fn run((tier, way, elsewhere): Step) {
    let guard = Order { tier }.start();
    let end = move || match way {
        0 => guard.ok(),
        1 => guard.error(),
        2 => {
            panic_of(|| {
                let _ends = guard;
                panic!("as planned")
            });
        }
        _ => drop(guard),
    };
    if elsewhere {
        thread::scope(|scope| scope.spawn(end).join().unwrap());
    } else {
        end();
    }
}

fn step() -> impl Strategy<Value = Step> {
    (prop_oneof![Just(Tier::Gold), Just(Tier::Silver)], 0u8..4, proptest::bool::weighted(0.2))
}

#[test]
fn any_calls_on_any_threads_add_up() {
    exporter();
    let expected: Mutex<BTreeMap<Tier, Calls>> = Mutex::default();
    let config = ProptestConfig { failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::with_cases(20) };
    let threads = proptest::collection::vec(proptest::collection::vec(step(), 0..20), 1..4);
    let checked = proptest::test_runner::TestRunner::new(config).run(&threads, |threads| {
        thread::scope(|scope| {
            for steps in &threads {
                scope.spawn(|| steps.iter().copied().for_each(run));
            }
        });
        let mut expected = expected.lock().unwrap();
        for (tier, way, _) in threads.iter().flatten() {
            let calls = expected.entry(*tier).or_default();
            match way {
                0 => calls.ok += 1,
                1 => calls.error += 1,
                2 => calls.panic += 1,
                _ => calls.cancelled += 1,
            }
        }
        for tier in [Tier::Gold, Tier::Silver] {
            let expected = expected.get(&tier).copied().unwrap_or_default();
            prop_assert_eq!(calls("consistency_orders", &[("tier", tier.value())]), expected);
        }
        Ok(())
    });
    checked.unwrap();
}
