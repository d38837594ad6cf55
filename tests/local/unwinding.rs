//! Calls that begin, end or are dropped while the thread unwinds for reasons that are none of theirs, and calls that panic then.

use std::cell::RefCell;
use std::pin::{Pin, pin};

use metrics_instrumented::{Guard, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Local, panic_of, pending, poll_once};

/// Runs a closure when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Runs `f` in the middle of an unwinding.
fn while_unwinding(f: impl FnMut()) {
    let unrelated = panic_of(|| {
        let _runs = OnDrop(f);
        panic!("unrelated");
    });
    assert_eq!(unrelated, "unrelated");
}

/// Panics if told so; a function that the compiler cannot see through.
fn panic_if(panics: bool) {
    assert!(!panics, "of its own");
}

#[test]
fn a_call_in_a_drop_during_unwinding_that_returns_is_not_a_panic() {
    #[instrumented(name = "unwinding_plain")]
    fn plain() {
        std::hint::black_box(1);
    }

    #[instrumented(name = "unwinding_valued")]
    fn valued(fail: bool) -> Result<u8, ()> {
        if fail { Err(()) } else { Ok(1) }
    }

    #[instrumented(name = "unwinding_async")]
    async fn asynchronous() -> u8 {
        1
    }

    let local = Local::new();
    local.run(|| {
        while_unwinding(|| {
            plain();
            valued(false).unwrap();
            valued(true).unwrap_err();
            assert!(poll_once(pin!(asynchronous())).is_ready());
        });
    });
    assert_eq!(local.calls("unwinding_plain"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls("unwinding_valued"), Calls { ok: 1, error: 1, ..Calls::NONE });
    assert_eq!(local.calls("unwinding_async"), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn a_call_that_begins_during_unwinding_and_panics_itself_is_a_panic() {
    #[instrumented(name = "unwinding_valued_panics")]
    fn valued() -> Result<u8, ()> {
        panic_if(true);
        Ok(1)
    }

    #[instrumented(name = "unwinding_async_panics")]
    async fn asynchronous() {
        panic_if(true);
    }

    let local = Local::new();
    local.run(|| {
        while_unwinding(|| {
            assert_eq!(panic_of(valued), "of its own");
            assert_eq!(panic_of(|| poll_once(pin!(asynchronous()))), "of its own");
        });
    });
    assert_eq!(local.calls("unwinding_valued_panics"), Calls { panic: 1, ..Calls::NONE });
    assert_eq!(local.calls("unwinding_async_panics"), Calls { panic: 1, ..Calls::NONE });
}

#[test]
fn a_call_that_begins_and_panics_during_unwinding_leaves_the_gauge_and_is_counted_once() {
    // Its end is the drop of its guard, and the standard library does not tell a second panic from the first.
    #[instrumented(name = "unwinding_plain_panics")]
    fn plain() {
        panic_if(true);
    }

    let local = Local::new();
    local.run(|| while_unwinding(|| assert_eq!(panic_of(plain), "of its own")));
    let calls = local.calls("unwinding_plain_panics");
    assert_eq!((calls.ended(), calls.in_flight), (1, 0), "{calls:?}");
}

#[test]
fn a_future_that_an_unrelated_unwinding_drops_is_cancelled() {
    #[instrumented(name = "unwinding_drops_future")]
    async fn waits() {
        pending().await;
    }

    let local = Local::new();
    let message = local.run(|| {
        panic_of(|| {
            let mut future = Box::pin(waits());
            assert!(poll_once(future.as_mut()).is_pending());
            panic!("next to it");
        })
    });
    assert_eq!(message, "next to it");
    assert_eq!(local.calls("unwinding_drops_future"), Calls { cancelled: 1, ..Calls::NONE });
}

#[test]
fn of_two_joined_futures_only_one_counts_as_panic() {
    #[instrumented(name = "unwinding_joined", labels(panics))]
    async fn joined(panics: bool) {
        tokio::task::yield_now().await;
        panic_if(panics);
        pending().await;
    }

    let local = Local::new();
    let message = panic_of(|| local.block_on(async { tokio::join!(joined(false), joined(true)) }));
    assert_eq!(message, "of its own");
    assert_eq!(local.calls_with("unwinding_joined", &[("panics", "true")]), Calls { panic: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("unwinding_joined", &[("panics", "false")]), Calls { cancelled: 1, ..Calls::NONE });
}

#[test]
fn a_future_first_polled_during_unwinding_ends_as_it_ends() {
    #[instrumented(name = "unwinding_first_poll", labels(panics))]
    async fn twice(panics: bool) {
        tokio::task::yield_now().await;
        panic_if(panics);
    }

    let local = Local::new();
    let futures: [RefCell<Pin<Box<dyn Future<Output = ()>>>>; 3] =
        [true, false, false].map(|panics| RefCell::new(Box::pin(twice(panics)) as Pin<Box<dyn Future<Output = ()>>>));
    let [panics, ends, dropped] = futures;
    local.block_on(async {
        while_unwinding(|| {
            for future in [&panics, &ends, &dropped] {
                assert!(poll_once(future.borrow_mut().as_mut()).is_pending());
            }
        });
        assert_eq!(panic_of(|| poll_once(panics.borrow_mut().as_mut())), "of its own");
        ends.into_inner().await;
        drop(dropped);
    });
    assert_eq!(local.calls_with("unwinding_first_poll", &[("panics", "true")]), Calls { panic: 1, ..Calls::NONE });
    let others = Calls { ok: 1, cancelled: 1, ..Calls::NONE };
    assert_eq!(local.calls_with("unwinding_first_poll", &[("panics", "false")]), others);
}

/// Steps of an import.
#[derive(Operation)]
#[operation(name = "unwinding_steps")]
struct Step {}

#[test]
fn a_guard_made_before_a_panic_and_dropped_by_it_is_a_panic() {
    let local = Local::new();
    local.run(|| {
        panic_of(|| {
            let _guard = Step {}.start();
            panic!("in the block");
        })
    });
    assert_eq!(local.calls("unwinding_steps"), Calls { panic: 1, ..Calls::NONE });
}

#[test]
fn a_guard_made_and_dropped_during_an_unrelated_unwinding_is_cancelled() {
    let local = Local::new();
    local.run(|| {
        while_unwinding(|| drop(Step {}.start()));
        while_unwinding(|| Step {}.start().ok());
        while_unwinding(|| Step {}.start().error());
    });
    assert_eq!(local.calls("unwinding_steps"), Calls { ok: 1, error: 1, cancelled: 1, ..Calls::NONE });
}

#[test]
fn a_guard_made_during_unwinding_and_dropped_after_it_is_cancelled() {
    let local = Local::new();
    let kept: RefCell<Option<Guard<Step>>> = RefCell::new(None);
    local.run(|| while_unwinding(|| *kept.borrow_mut() = Some(Step {}.start())));
    assert_eq!(local.calls("unwinding_steps"), Calls { in_flight: 1, ..Calls::NONE });
    drop(kept);
    assert_eq!(local.calls("unwinding_steps"), Calls { cancelled: 1, ..Calls::NONE });
}

#[test]
fn a_measured_block_that_begins_during_unwinding_reports_its_own_panic() {
    let local = Local::new();
    local.run(|| {
        while_unwinding(|| {
            Step {}.measure(|| ());
            assert_eq!(panic_of(|| Step {}.measure(|| panic_if(true))), "of its own");
        });
    });
    assert_eq!(local.calls("unwinding_steps"), Calls { ok: 1, panic: 1, ..Calls::NONE });
}

#[test]
fn a_panic_while_the_outcome_is_read_is_a_panic_of_the_call() {
    struct Odd;

    impl metrics_instrumented::Outcome for Odd {
        fn outcome(&self) -> metrics_instrumented::Ended {
            panic!("odd")
        }
    }

    #[instrumented(name = "unwinding_odd", labels(later = false))]
    fn odd() -> Odd {
        Odd
    }

    #[instrumented(name = "unwinding_odd", labels(later = true))]
    async fn odd_later() -> Odd {
        Odd
    }

    let local = Local::new();
    local.run(|| {
        assert_eq!(panic_of(odd), "odd");
        assert_eq!(panic_of(|| poll_once(pin!(odd_later()))), "odd");
    });
    for later in ["false", "true"] {
        assert_eq!(local.calls_with("unwinding_odd", &[("later", later)]), Calls { panic: 1, ..Calls::NONE });
    }
}
