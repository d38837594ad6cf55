//! `#[derive(Operation)]`: the guard, the measured block, the measured future, and what a declaration shares.

use std::thread;
use std::time::Duration;

use metrics_instrumented::{LabelValue, Open, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Local, lasted, panic_of, pending, poll_once};

const NAP: Duration = Duration::from_millis(30);

#[derive(LabelValue, Clone, Copy)]
enum Kind {
    Full,
    Delta,
}

/// Uploads.
#[derive(Operation, Clone, Copy)]
#[operation(name = "operation_uploads")]
struct Upload {
    kind: Kind,
}

const FULL: Upload = Upload { kind: Kind::Full };

fn full(local: &Local) -> Calls {
    local.calls_with("operation_uploads", &[("kind", "Full")])
}

#[test]
fn a_guard_is_ended_by_a_method_by_a_value_or_by_its_drop() {
    let local = Local::new();
    local.run(|| {
        let guard = FULL.start();
        assert_eq!(full(&local), Calls { in_flight: 1, ..Calls::NONE });
        guard.ok();
        FULL.start().error();
        FULL.start().finish(&Ok::<_, ()>(1));
        FULL.start().finish(&Err::<(), _>("x"));
        FULL.start().finish(&Some(1));
        drop(FULL.start());
    });
    assert_eq!(full(&local), Calls { ok: 3, error: 2, cancelled: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("operation_uploads", &[("kind", "Delta")]), Calls::NONE);
}

#[test]
fn a_guard_that_a_question_mark_drops_is_cancelled() {
    fn early(text: &str) -> Result<u8, std::num::ParseIntError> {
        let guard = FULL.start();
        let number = text.parse()?;
        guard.ok();
        Ok(number)
    }

    let local = Local::new();
    local.run(|| (early("1").unwrap(), early("x").unwrap_err()));
    assert_eq!(full(&local), Calls { ok: 1, cancelled: 1, ..Calls::NONE });
}

#[test]
fn a_guard_may_be_ended_on_another_thread() {
    let local = Local::new();
    let (first, second) = local.run(|| (FULL.start(), FULL.start()));
    thread::spawn(move || {
        first.ok();
        drop(second);
    })
    .join()
    .unwrap();
    assert_eq!(full(&local), Calls { ok: 1, cancelled: 1, ..Calls::NONE });
}

#[test]
fn a_measured_block_returns_its_value_and_records_its_outcome_and_duration() {
    let local = Local::new();
    local.run(|| {
        let text = String::from("moved in and out");
        let back = FULL.measure(|| {
            assert_eq!(full(&local), Calls { in_flight: 1, ..Calls::NONE });
            thread::sleep(NAP);
            Ok::<_, ()>(text)
        });
        assert_eq!(back.as_deref(), Ok("moved in and out"));
        assert_eq!(FULL.measure(|| Err::<(), _>(3)), Err(3));
        assert_eq!(FULL.measure(|| 3), 3);
        assert_eq!(panic_of(|| FULL.measure(|| -> u8 { panic!("inside") })), "inside");
    });
    assert_eq!(full(&local), Calls { ok: 2, error: 1, panic: 1, ..Calls::NONE });
    let durations = local.read().histogram("operation_uploads_duration_seconds", &[("kind", "Full")]);
    assert!(lasted(durations.sum, NAP, Duration::MAX), "{durations:?}");
}

#[test]
fn a_measured_future_counts_from_its_first_poll_to_its_end() {
    let local = Local::new();
    local.block_on(async {
        drop(FULL.measure_async(async {}));
        assert_eq!(full(&local), Calls::NONE);
        let result = FULL
            .measure_async(async {
                assert_eq!(full(&local), Calls { in_flight: 1, ..Calls::NONE });
                tokio::time::sleep(NAP).await;
                Err::<(), _>("failed")
            })
            .await;
        assert_eq!(result, Err("failed"));
        assert_eq!(FULL.measure_async(async { 5 }).await, 5);
        assert!(poll_once(Box::pin(FULL.measure_async(pending())).as_mut()).is_pending());
        let mut panics = Box::pin(FULL.measure_async(async { assert!(!std::hint::black_box(true), "inside") }));
        assert_eq!(panic_of(|| poll_once(panics.as_mut())), "inside");
    });
    assert_eq!(full(&local), Calls { ok: 1, error: 1, panic: 1, cancelled: 1, ..Calls::NONE });
    let durations = local.read().histogram("operation_uploads_duration_seconds", &[("kind", "Full")]);
    assert!(lasted(durations.sum, NAP, Duration::MAX), "{durations:?}");
}

#[instrumented(Upload { kind: Kind::Delta })]
fn upload(fail: bool) -> Result<(), ()> {
    if fail { Err(()) } else { Ok(()) }
}

#[instrumented(Upload { kind })]
async fn upload_later(kind: Kind) -> Result<(), ()> {
    tokio::task::yield_now().await;
    Ok(())
}

#[instrumented(FULL)]
fn upload_all() {}

#[test]
fn sites_blocks_and_guards_of_one_operation_are_counted_together() {
    let local = Local::new();
    local.run(|| {
        upload(true).unwrap_err();
        upload(false).unwrap();
        upload_all();
        Upload { kind: Kind::Delta }.start().ok();
    });
    local.block_on(async {
        upload_later(Kind::Full).await.unwrap();
        upload_later(Kind::Delta).await.unwrap();
    });
    assert_eq!(full(&local), Calls { ok: 2, ..Calls::NONE });
    let delta = local.calls_with("operation_uploads", &[("kind", "Delta")]);
    assert_eq!(delta, Calls { ok: 3, error: 1, ..Calls::NONE });
}

mod shop {
    use super::{Open, Operation};

    /// Purchases.
    #[derive(Operation)]
    #[operation(name = "operation_purchases", only(calls), max_series = 2_000)]
    pub(super) struct Purchase<'a> {
        pub(super) customer: Open<'a>,
        pub(super) gift: Option<bool>,
    }

    /// Visits.
    #[derive(Operation)]
    #[operation(name = "operation_visits", only(calls))]
    pub(super) struct Visit;
}

#[test]
fn an_operation_may_be_named_by_a_path_borrow_from_arguments_and_have_no_fields() {
    #[instrumented(shop::Purchase { customer: Open::new(&customer.0), gift: customer.1 })]
    fn purchase(customer: &(String, Option<bool>)) -> usize {
        customer.0.len()
    }

    #[instrumented(shop::Visit)]
    fn visit() {}

    let local = Local::new();
    local.run(|| {
        assert_eq!(purchase(&("ann".to_owned(), None)), 3);
        visit();
    });
    let exposition = local.read();
    let labels = [("customer", "ann"), ("gift", "none"), ("outcome", "ok")];
    assert_eq!(exposition.value("operation_purchases_total", &labels), Some(1.0));
    assert_eq!(exposition.value("operation_visits_total", &[("outcome", "ok")]), Some(1.0));
}
