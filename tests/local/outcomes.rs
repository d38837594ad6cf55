//! What tells an outcome, and what it is called.

use std::fmt;

use metrics_instrumented::{Ended, LabelValue, Operation, Outcome, instrumented};
use metrics_instrumented_tests::{Calls, Local, panic_of, pending, poll_once};

fn total(local: &Local, family: &str, label: &str, value: &str) -> Option<f64> {
    local.read().value(family, &[(label, value)])
}

#[test]
fn label_and_values_may_be_renamed() {
    #[instrumented(
        name = "outcomes_renamed",
        outcome(label = "status", ok = "success", error = "failure", panic = "crashed", cancelled = "gone")
    )]
    async fn renamed(way: u8) -> Result<(), ()> {
        match way {
            0 => Ok(()),
            1 => Err(()),
            2 => panic!("crash"),
            _ => {
                pending().await;
                Ok(())
            }
        }
    }

    let local = Local::new();
    local.run(|| {
        for way in [0, 1, 1, 3, 3, 3] {
            _ = poll_once(Box::pin(renamed(way)).as_mut());
        }
        panic_of(|| poll_once(Box::pin(renamed(2)).as_mut()));
    });
    let exposition = local.read();
    assert_eq!(exposition.family("outcomes_renamed_total").samples.len(), 4);
    exposition.assert_labels("outcomes_renamed_total", &["status"]);
    for (value, count) in [("success", 1.0), ("failure", 2.0), ("crashed", 1.0), ("gone", 3.0)] {
        assert_eq!(total(&local, "outcomes_renamed_total", "status", value), Some(count), "{value}");
    }
}

#[test]
fn outcomes_with_one_value_are_one_series() {
    #[instrumented(
        name = "outcomes_merged",
        outcome(label = "status", ok = "success", error = "failure", panic = "failure", cancelled = "failure")
    )]
    async fn merged(way: u8) -> Result<(), ()> {
        match way {
            0 => Ok(()),
            1 => Err(()),
            2 => panic!("crash"),
            _ => {
                pending().await;
                Ok(())
            }
        }
    }

    let local = Local::new();
    assert_eq!(local.read().label_values("outcomes_merged_total", "status"), ["failure", "success"]);
    local.run(|| {
        for way in [0, 1, 3] {
            _ = poll_once(Box::pin(merged(way)).as_mut());
        }
        panic_of(|| poll_once(Box::pin(merged(2)).as_mut()));
    });
    assert_eq!(local.read().family("outcomes_merged_total").samples.len(), 2);
    assert_eq!(total(&local, "outcomes_merged_total", "status", "success"), Some(1.0));
    assert_eq!(total(&local, "outcomes_merged_total", "status", "failure"), Some(3.0));
}

#[derive(Debug)]
enum MigrationError {
    Timeout,
    Refused,
}

#[derive(LabelValue, Clone, Copy)]
#[label(rename_all = "lowercase")]
enum MigrationResult {
    Success,
    Failed,
    Timeout,
}

impl From<&Result<u32, MigrationError>> for MigrationResult {
    fn from(result: &Result<u32, MigrationError>) -> Self {
        match result {
            Ok(_) => Self::Success,
            Err(MigrationError::Timeout) => Self::Timeout,
            Err(MigrationError::Refused) => Self::Failed,
        }
    }
}

fn migration(way: u8) -> Result<u32, MigrationError> {
    match way {
        0 => Ok(1),
        1 => Err(MigrationError::Timeout),
        2 => Err(MigrationError::Refused),
        _ => panic!("lost"),
    }
}

#[test]
fn a_type_classifies_the_returned_value() {
    #[instrumented(name = "outcomes_type", outcome = MigrationResult)]
    fn migrate(way: u8) -> Result<u32, MigrationError> {
        migration(way)
    }

    #[instrumented(name = "outcomes_type_async", outcome = MigrationResult)]
    async fn migrate_later(way: u8) -> Result<u32, MigrationError> {
        tokio::task::yield_now().await;
        migration(way)
    }

    let local = Local::new();
    for way in [0, 1, 1, 2] {
        _ = local.run(|| migrate(way));
        _ = local.block_on(migrate_later(way));
    }
    local.run(|| panic_of(|| migrate(3)));
    panic_of(|| local.block_on(migrate_later(3)));
    for family in ["outcomes_type_total", "outcomes_type_async_total"] {
        let expected = [("success", 1.0), ("failed", 1.0), ("timeout", 2.0), ("panic", 1.0)];
        for (value, count) in expected {
            assert_eq!(total(&local, family, "outcome", value), Some(count), "{family} {value}");
        }
    }
    assert_eq!(total(&local, "outcomes_type_total", "outcome", "cancelled"), None);
    assert_eq!(total(&local, "outcomes_type_async_total", "outcome", "cancelled"), Some(0.0));
}

/// Migrations.
#[derive(Operation)]
#[operation(
    name = "outcomes_type_derived",
    outcome(type = MigrationResult, label = "result", panic = "failed", cancelled = "failed")
)]
struct Migration {}

#[test]
fn a_type_may_have_its_label_renamed_and_share_values_with_panic_and_cancelled() {
    #[instrumented(Migration {})]
    fn migrate(way: u8) -> Result<u32, MigrationError> {
        migration(way)
    }

    let local = Local::new();
    let family = "outcomes_type_derived_total";
    assert_eq!(local.read().label_values(family, "result"), ["failed", "success", "timeout"]);
    local.run(|| {
        _ = migrate(0);
        _ = migrate(1);
        _ = migrate(2);
        panic_of(|| migrate(3));
        drop(Migration {}.start());
        Migration {}.start().end(&MigrationResult::Timeout);
        Migration {}.start().finish(&migration(2));
        _ = Migration {}.measure(|| migration(0));
    });
    for (value, count) in [("success", 2.0), ("failed", 4.0), ("timeout", 2.0)] {
        assert_eq!(total(&local, family, "result", value), Some(count), "{value}");
    }
}

struct Response {
    status: u16,
}

impl Outcome for Response {
    fn outcome(&self) -> Ended {
        if self.status < 500 { Ended::Ok } else { Ended::Error }
    }
}

#[test]
fn a_type_of_the_user_may_implement_outcome() {
    #[instrumented(name = "outcomes_own")]
    fn handle(status: u16) -> Response {
        Response { status }
    }

    #[instrumented(name = "outcomes_own_boxed")]
    async fn boxed(status: u16) -> Box<Response> {
        tokio::task::yield_now().await;
        Box::new(Response { status })
    }

    let local = Local::new();
    for status in [200, 404, 503] {
        assert_eq!(local.run(|| handle(status)).status, status);
        assert_eq!(local.block_on(boxed(status)).status, status);
    }
    assert_eq!(local.calls("outcomes_own"), Calls { ok: 2, error: 1, ..Calls::NONE });
    assert_eq!(local.calls("outcomes_own_boxed"), Calls { ok: 2, error: 1, ..Calls::NONE });
}

#[test]
fn a_type_without_outcome_is_ok() {
    #[derive(PartialEq, Debug)]
    struct Silent<T>(T);

    #[instrumented(name = "outcomes_silent", labels(generic = false))]
    fn silent() -> Silent<Result<(), ()>> {
        Silent(Err(()))
    }

    #[instrumented(name = "outcomes_silent", labels(generic = true))]
    fn generic<T>(value: T) -> T {
        value
    }

    #[instrumented(name = "outcomes_impl")]
    fn display() -> Result<impl fmt::Display, String> {
        if std::hint::black_box(true) { Err("no".to_owned()) } else { Ok(1) }
    }

    let local = Local::new();
    local.run(|| {
        assert_eq!(silent(), Silent(Err(())));
        assert_eq!(generic(Err::<(), _>(1)), Err(1));
        assert_eq!(display().err().as_deref(), Some("no"));
    });
    assert_eq!(local.calls_with("outcomes_silent", &[("generic", "false")]), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("outcomes_silent", &[("generic", "true")]), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls("outcomes_impl"), Calls { error: 1, ..Calls::NONE });
}

#[test]
fn started_counts_at_entry() {
    #[instrumented(name = "outcomes_started", started)]
    fn started(look: &dyn Fn()) -> Result<(), ()> {
        look();
        Err(())
    }

    #[instrumented(name = "outcomes_begun", outcome(label = "status", started = "begun"))]
    async fn begun() {
        pending().await;
    }

    let local = Local::new();
    assert_eq!(total(&local, "outcomes_started_total", "outcome", "started"), Some(0.0));
    local
        .run(|| {
            started(&|| {
                assert_eq!(total(&local, "outcomes_started_total", "outcome", "started"), Some(1.0));
                assert_eq!(total(&local, "outcomes_started_total", "outcome", "error"), Some(0.0));
            })
        })
        .unwrap_err();
    assert_eq!(total(&local, "outcomes_started_total", "outcome", "started"), Some(1.0));
    assert_eq!(total(&local, "outcomes_started_total", "outcome", "error"), Some(1.0));

    let mut future = Box::pin(begun());
    assert_eq!(total(&local, "outcomes_begun_total", "status", "begun"), Some(0.0));
    assert!(local.run(|| poll_once(future.as_mut())).is_pending());
    assert_eq!(total(&local, "outcomes_begun_total", "status", "begun"), Some(1.0));
    drop(future);
    assert_eq!(total(&local, "outcomes_begun_total", "status", "cancelled"), Some(1.0));
    assert_eq!(total(&local, "outcomes_begun_total", "status", "begun"), Some(1.0));
}
