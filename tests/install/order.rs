//! Calls that begin before the recorder is installed, and recorders that come and go.

use std::thread;

use metrics_instrumented::{Counter, Error, Gauge, Operation, exporter, handle, instrumented};
use metrics_instrumented_tests::{Calls, Exposition, Local, alone, pending, poll_once};

use crate::{call, calls};

#[test]
fn calls_before_the_installation_are_not_recorded_and_those_after_it_are() {
    alone(|| {
        for _ in 0..1_000 {
            call(false).unwrap();
        }
        thread::spawn(|| call(true)).join().unwrap().unwrap_err();
        exporter().install_recorder().unwrap();
        assert_eq!(calls("install_calls"), Calls::NONE);
        call(true).unwrap_err();
        call(false).unwrap();
        thread::spawn(|| call(false)).join().unwrap().unwrap();
        assert_eq!(calls("install_calls"), Calls { ok: 2, error: 1, ..Calls::NONE });
    });
}

/// Sessions.
#[derive(Gauge)]
#[gauge(name = "order_sessions")]
struct Sessions;

/// Events.
#[derive(Counter)]
#[counter(name = "order_events_total")]
struct Events;

/// Steps.
#[derive(Operation)]
#[operation(name = "order_steps", started)]
struct Step;

#[test]
fn calls_begun_before_the_installation_never_make_a_gauge_negative() {
    alone(|| {
        let (finished, dropped) = (Step.start(), Step.start());
        let held = Sessions.hold(3.0);
        Events.increment(5);
        exporter().install_recorder().unwrap();
        let after = Step.start();
        assert_eq!(calls("order_steps"), Calls { in_flight: 1, ..Calls::NONE });
        finished.ok();
        drop(dropped);
        drop(held);
        assert_eq!(calls("order_steps"), Calls { in_flight: 1, ..Calls::NONE });
        after.ok();
        assert_eq!(calls("order_steps"), Calls { ok: 1, ..Calls::NONE });
        let held = Sessions.hold(1.0);
        Events.increment(2);
        let exposition = Exposition::parse(&handle().unwrap().render()).unwrap();
        assert_eq!(exposition.value("order_sessions", &[]), Some(1.0));
        assert_eq!(exposition.value("order_events_total", &[]), Some(2.0));
        assert_eq!(exposition.value("order_steps_total", &[("outcome", "started")]), Some(1.0));
        drop(held);
    });
}

#[test]
fn a_future_first_polled_before_the_installation_is_not_counted_and_one_polled_after_it_is() {
    #[instrumented(name = "order_future")]
    async fn waits() {
        pending().await;
    }

    alone(|| {
        let (mut before, mut after) = (Box::pin(waits()), Box::pin(waits()));
        assert!(poll_once(before.as_mut()).is_pending());
        exporter().install_recorder().unwrap();
        assert!(poll_once(before.as_mut()).is_pending());
        assert_eq!(calls("order_future"), Calls::NONE);
        assert!(poll_once(after.as_mut()).is_pending());
        assert_eq!(calls("order_future"), Calls { in_flight: 1, ..Calls::NONE });
        drop(before);
        assert_eq!(calls("order_future"), Calls { in_flight: 1, ..Calls::NONE });
        drop(after);
        assert_eq!(calls("order_future"), Calls { cancelled: 1, ..Calls::NONE });
    });
}

#[test]
fn a_call_that_is_running_while_another_thread_installs_ends_where_it_began() {
    alone(|| {
        let (begun, has_begun) = std::sync::mpsc::channel();
        let (installed, is_installed) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            Step.measure(|| {
                begun.send(()).unwrap();
                is_installed.recv().unwrap();
                // Inside of it, a call of its own.
                call(false).unwrap();
            });
        });
        has_begun.recv().unwrap();
        exporter().install_recorder().unwrap();
        installed.send(()).unwrap();
        thread.join().unwrap();
        assert_eq!(calls("order_steps"), Calls::NONE);
        assert_eq!(calls("install_calls"), Calls { ok: 1, ..Calls::NONE });
    });
}

/// One recorder, made, used and dropped; on the stack, where the next one will be too.
#[inline(never)]
fn one_after_another(calls: u64) -> usize {
    let recorder = exporter().build().unwrap();
    let address = std::ptr::from_ref(&recorder).addr();
    metrics::with_local_recorder(&recorder, || {
        for _ in 0..calls {
            call(true).unwrap_err();
        }
    });
    let exposition = Exposition::parse(&recorder.handle().render()).unwrap();
    assert_eq!(Calls::of(&exposition, "install_calls", &[]), Calls { error: calls, ..Calls::NONE });
    address
}

#[test]
fn consecutive_recorders_at_one_address_each_see_their_own_calls() {
    alone(|| {
        let mut addresses = [0; 4];
        for (calls, address) in (1..).zip(&mut addresses) {
            *address = one_after_another(calls);
        }
        assert!(addresses.iter().all(|address| *address == addresses[0]), "this would say nothing: {addresses:?}");
        // And the process-wide one afterwards.
        exporter().install_recorder().unwrap();
        assert_eq!(calls("install_calls"), Calls::NONE);
        call(false).unwrap();
        one_after_another(2);
        call(false).unwrap();
        assert_eq!(calls("install_calls"), Calls { ok: 2, ..Calls::NONE });
    });
}

#[test]
fn many_earlier_local_recorders_do_not_hide_the_process_wide_one() {
    alone(|| {
        let local = Local::new();
        for _ in 0..5 {
            local.run(|| call(false)).unwrap();
        }
        exporter().install_recorder().unwrap();
        local.run(|| call(false)).unwrap();
        call(true).unwrap_err();
        assert_eq!(local.calls("install_calls"), Calls { ok: 6, ..Calls::NONE });
        assert_eq!(calls("install_calls"), Calls { error: 1, ..Calls::NONE });
    });
}

#[test]
fn a_recorder_that_the_user_installs_is_also_the_process_wide_one() {
    alone(|| {
        call(false).unwrap();
        let recorder = exporter().build().unwrap();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).map_err(|_| ()).unwrap();
        for _ in 0..10 {
            call(true).unwrap_err();
            thread::spawn(|| call(false)).join().unwrap().unwrap();
        }
        let exposition = Exposition::parse(&handle.render()).unwrap();
        assert_eq!(Calls::of(&exposition, "install_calls", &[]), Calls { ok: 10, error: 10, ..Calls::NONE });
        assert!(metrics_instrumented::handle().is_none());
        assert!(matches!(exporter().install_recorder(), Err(Error::ForeignRecorder)));
        call(true).unwrap_err();
        let exposition = Exposition::parse(&handle.render()).unwrap();
        assert_eq!(Calls::of(&exposition, "install_calls", &[]), Calls { ok: 10, error: 11, ..Calls::NONE });
    });
}

#[test]
fn threads_that_call_during_the_installation_lose_no_later_calls() {
    alone(|| {
        let stop = std::sync::atomic::AtomicBool::new(false);
        let installed = std::sync::atomic::AtomicBool::new(false);
        let certain: u64 = thread::scope(|scope| {
            let threads: Vec<_> = (0..3)
                .map(|_| {
                    scope.spawn(|| {
                        let mut certain = 0;
                        while !stop.load(std::sync::atomic::Ordering::Acquire) {
                            certain += u64::from(installed.load(std::sync::atomic::Ordering::Acquire));
                            call(false).unwrap();
                        }
                        certain
                    })
                })
                .collect();
            thread::sleep(std::time::Duration::from_millis(20));
            let result = exporter().install_recorder();
            installed.store(true, std::sync::atomic::Ordering::Release);
            thread::sleep(std::time::Duration::from_millis(50));
            stop.store(true, std::sync::atomic::Ordering::Release);
            result.unwrap();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        let counted = calls("install_calls");
        assert_eq!(counted.in_flight, 0, "{counted:?}");
        assert!(certain > 0 && counted.ok >= certain, "{counted:?}, {certain} of them after the installation");
    });
}
