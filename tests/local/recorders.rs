//! Which recorder sees a call: the one that the call began under, from its beginning to its end.

use std::thread;

use metrics_instrumented::{Counter, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Exposition, Local, pending, poll_once};

#[instrumented(name = "recorders_calls")]
fn call(inside: &dyn Fn()) -> Result<(), ()> {
    inside();
    Err(())
}

/// Steps.
#[derive(Operation)]
#[operation(name = "recorders_steps")]
struct Step {}

/// Events.
#[derive(Counter)]
#[counter(name = "recorders_events_total")]
struct Events {}

fn nothing() {}

#[test]
fn calls_without_a_recorder_are_not_counted_later() {
    call(&nothing).unwrap_err();
    Step {}.start().ok();
    Events {}.increment(1);
    let local = Local::new();
    assert_eq!(local.calls("recorders_calls"), Calls::NONE);
    local.run(|| call(&nothing)).unwrap_err();
    call(&nothing).unwrap_err();
    assert_eq!(local.calls("recorders_calls"), Calls { error: 1, ..Calls::NONE });
    assert_eq!(local.calls("recorders_steps"), Calls::NONE);
    assert_eq!(local.read().value("recorders_events_total", &[]), Some(0.0));
}

#[test]
fn consecutive_recorders_each_see_their_own_calls() {
    for calls in 1..=6 {
        let local = Local::new();
        local.run(|| {
            for _ in 0..calls {
                call(&nothing).unwrap_err();
                Events {}.increment(10);
            }
        });
        assert_eq!(local.calls("recorders_calls"), Calls { error: calls, ..Calls::NONE });
        let events = local.read().expect_value("recorders_events_total", &[]);
        assert!((events - f64::from(u32::try_from(calls).unwrap()) * 10.0).abs() < f64::EPSILON);
    }
}

#[test]
fn a_recorder_set_as_default_sees_calls_until_its_guard_is_dropped() {
    let recorder = metrics_instrumented::exporter().build().unwrap();
    let calls = || Calls::of(&Exposition::parse(&recorder.handle().render()).unwrap(), "recorders_calls", &[]);
    let set = metrics::set_default_local_recorder(&recorder);
    call(&nothing).unwrap_err();
    assert_eq!(calls(), Calls { error: 1, ..Calls::NONE });
    drop(set);
    call(&nothing).unwrap_err();
    assert_eq!(calls(), Calls { error: 1, ..Calls::NONE });
}

#[test]
fn an_inner_recorder_takes_the_calls_and_the_outer_one_comes_back() {
    let (outer, inner) = (Local::new(), Local::new());
    outer.run(|| {
        call(&nothing).unwrap_err();
        inner.run(|| call(&nothing)).unwrap_err();
        inner.run(|| Step {}.start().ok());
        call(&nothing).unwrap_err();
    });
    assert_eq!(outer.calls("recorders_calls"), Calls { error: 2, ..Calls::NONE });
    assert_eq!(inner.calls("recorders_calls"), Calls { error: 1, ..Calls::NONE });
    assert_eq!(outer.calls("recorders_steps"), Calls::NONE);
    assert_eq!(inner.calls("recorders_steps"), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn a_call_ends_on_the_recorder_that_it_began_on() {
    let (first, second) = (Local::new(), Local::new());
    let guard = first.run(|| Step {}.start());
    let unrecorded = Step {}.start();
    second.run(|| {
        guard.ok();
        unrecorded.ok();
    });
    let under_first = first.run(|| Step {}.start());
    drop(under_first);
    assert_eq!(first.calls("recorders_steps"), Calls { ok: 1, cancelled: 1, ..Calls::NONE });
    assert_eq!(second.calls("recorders_steps"), Calls::NONE);
}

#[test]
fn a_future_is_counted_by_the_recorder_of_its_first_poll() {
    #[instrumented(name = "recorders_future")]
    async fn waits() {
        pending().await;
    }

    let (first, second) = (Local::new(), Local::new());
    let mut made_under_first = Box::pin(first.run(waits));
    assert!(second.run(|| poll_once(made_under_first.as_mut())).is_pending());
    assert_eq!(first.calls("recorders_future"), Calls::NONE);
    assert_eq!(second.calls("recorders_future"), Calls { in_flight: 1, ..Calls::NONE });
    assert!(first.run(|| poll_once(made_under_first.as_mut())).is_pending());
    first.run(|| drop(made_under_first));
    assert_eq!(first.calls("recorders_future"), Calls::NONE);
    assert_eq!(second.calls("recorders_future"), Calls { cancelled: 1, ..Calls::NONE });
}

#[test]
fn a_future_first_polled_without_a_recorder_is_not_counted() {
    #[instrumented(name = "recorders_unseen")]
    async fn waits() {
        pending().await;
    }

    let local = Local::new();
    let mut future = Box::pin(waits());
    assert!(poll_once(future.as_mut()).is_pending());
    local.run(|| {
        assert!(poll_once(future.as_mut()).is_pending());
        drop(future);
    });
    assert_eq!(local.calls("recorders_unseen"), Calls::NONE);
}

#[test]
fn another_thread_does_not_see_this_thread_s_recorder() {
    let local = Local::new();
    local.run(|| {
        thread::scope(|scope| scope.spawn(|| call(&nothing).unwrap_err()).join().unwrap());
        call(&nothing).unwrap_err();
    });
    assert_eq!(local.calls("recorders_calls"), Calls { error: 1, ..Calls::NONE });
}

#[test]
fn recorders_on_many_threads_at_once_do_not_mix() {
    thread::scope(|scope| {
        for thread in 1..=4 {
            scope.spawn(move || {
                for _ in 0..5 {
                    let local = Local::new();
                    local.run(|| {
                        for _ in 0..thread {
                            call(&nothing).unwrap_err();
                        }
                    });
                    assert_eq!(local.calls("recorders_calls"), Calls { error: thread, ..Calls::NONE });
                }
            });
        }
    });
}
