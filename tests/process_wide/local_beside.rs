//! A thread's own recorder beside the process-wide one, which keeps its handles: neither sees the other's calls.

use std::thread;

use metrics_instrumented::{Counter, Gauge, Open, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Local, pending, poll_once};

use crate::{calls, exporter, here, scrape};

#[test]
fn a_local_recorder_sees_its_calls_and_no_others_before_and_after() {
    #[instrumented(name = "beside_calls")]
    fn call() -> Result<(), ()> {
        Err(())
    }

    exporter();
    // Cached now.
    call().unwrap_err();
    let local = Local::new();
    local.run(|| {
        call().unwrap_err();
        call().unwrap_err();
        thread::spawn(call).join().unwrap().unwrap_err();
    });
    call().unwrap_err();
    assert_eq!(local.calls("beside_calls"), Calls { error: 2, ..Calls::NONE });
    assert_eq!(calls("beside_calls", &[]), Calls { error: 3, ..Calls::NONE });
}

#[test]
fn a_site_first_called_under_a_local_recorder_is_process_wide_afterwards() {
    #[instrumented(name = "beside_first")]
    fn call() {}

    exporter();
    for _ in 0..3 {
        let local = Local::new();
        local.run(call);
        assert_eq!(local.calls("beside_first"), Calls { ok: 1, ..Calls::NONE });
    }
    call();
    call();
    assert_eq!(calls("beside_first", &[]), Calls { ok: 2, ..Calls::NONE });
}

/// Steps.
#[derive(Operation)]
#[operation(name = "beside_steps")]
struct Step;

#[test]
fn a_call_ends_where_it_began() {
    exporter();
    let local = Local::new();
    let process_wide = Step.start();
    let own = local.run(|| Step.start());
    assert_eq!(local.calls("beside_steps"), Calls { in_flight: 1, ..Calls::NONE });
    assert_eq!(calls("beside_steps", &[]), Calls { in_flight: 1, ..Calls::NONE });
    local.run(|| process_wide.ok());
    own.error();
    assert_eq!(local.calls("beside_steps"), Calls { error: 1, ..Calls::NONE });
    assert_eq!(calls("beside_steps", &[]), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn a_future_is_counted_by_the_recorder_of_its_first_poll() {
    #[instrumented(name = "beside_future")]
    async fn waits() {
        pending().await;
    }

    exporter();
    let local = Local::new();
    let (mut own, mut process_wide) = (Box::pin(waits()), Box::pin(waits()));
    assert!(local.run(|| poll_once(own.as_mut())).is_pending());
    assert!(poll_once(process_wide.as_mut()).is_pending());
    assert!(poll_once(own.as_mut()).is_pending());
    assert!(local.run(|| poll_once(process_wide.as_mut())).is_pending());
    let one = Calls { in_flight: 1, ..Calls::NONE };
    assert_eq!((local.calls("beside_future"), calls("beside_future", &[])), (one, one));
    drop(own);
    local.run(|| drop(process_wide));
    let one = Calls { cancelled: 1, ..Calls::NONE };
    assert_eq!((local.calls("beside_future"), calls("beside_future", &[])), (one, one));
}

/// Events.
#[derive(Counter)]
#[counter(name = "beside_events_total")]
struct Events<'a> {
    #[label(max = 1)]
    host: Open<'a>,
}

/// Sessions.
#[derive(Gauge)]
#[gauge(name = "beside_sessions")]
struct Sessions;

#[test]
fn counters_and_gauges_go_to_the_thread_s_recorder_too() {
    exporter();
    let events = |text| Events { host: Open::new(text) };
    events("a").increment(1);
    Sessions.set(5.0);
    let local = Local::new();
    let held = local.run(|| {
        events("a").increment(10);
        events("b").increment(20);
        Sessions.hold(7.0)
    });
    events("b").increment(2);
    Sessions.add(1.0);
    let (own, wide) = (local.read(), scrape());
    for (host, in_own, in_wide) in [("a", 10.0, 1.0), ("other", 20.0, 2.0)] {
        assert_eq!(own.value("beside_events_total", &[("host", host)]), Some(in_own));
        assert_eq!(wide.value("beside_events_total", &here(&[("host", host)])), Some(in_wide));
    }
    let overflow = [("metric", "beside_events_total"), ("label", "host")];
    assert_eq!(own.value("metrics_instrumented_label_overflow_total", &overflow), Some(1.0));
    assert_eq!(wide.value("metrics_instrumented_label_overflow_total", &here(&overflow)), Some(1.0));
    assert_eq!((own.value("beside_sessions", &[]), wide.value("beside_sessions", &here(&[]))), (Some(7.0), Some(6.0)));
    drop(held);
    assert_eq!(local.read().value("beside_sessions", &[]), Some(0.0));
    assert_eq!(scrape().value("beside_sessions", &here(&[])), Some(6.0));
}
