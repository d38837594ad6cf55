//! One more counter: the kinds of error.

use std::pin::Pin;

use metrics_instrumented::{LabelValue, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Local, panic_of, pending, poll_once};

#[derive(Debug, LabelValue)]
#[label(rename_all = "snake_case")]
enum OrderError {
    NotFound,
    #[label(rename = "denied")]
    PermissionDenied {
        #[allow(dead_code, reason = "its fields do not matter to a label")]
        path: String,
    },
    #[label(skip)]
    Odd(#[allow(dead_code, reason = "its fields do not matter to a label")] u32),
}

fn order(way: u8) -> Result<u8, OrderError> {
    match way {
        0 => Ok(1),
        1 => Err(OrderError::NotFound),
        2 => Err(OrderError::PermissionDenied { path: "/etc".to_owned() }),
        _ => Err(OrderError::Odd(3)),
    }
}

fn errors(local: &Local, family: &str, label: &str) -> [Option<f64>; 3] {
    let exposition = local.read();
    ["not_found", "denied", "other"].map(|kind| exposition.value(family, &[(label, kind)]))
}

struct Shelf<Item>(Item);

impl<Item> Shelf<Item> {
    #[instrumented(name = "errors_of_self", errors = "errors_of_self_errors_total")]
    fn checked(self, way: u8) -> Result<Self, OrderError> {
        order(way).map(|_| self)
    }

    #[instrumented(name = "errors_of_item", errors = "errors_of_item_errors_total")]
    fn item(self, way: u8) -> Result<Item, OrderError> {
        order(way)?;
        Ok(self.0)
    }
}

#[test]
fn the_value_beside_the_error_may_be_opaque_or_generic() {
    type Result<T> = std::result::Result<T, OrderError>;

    #[instrumented(name = "errors_opaque", errors = "errors_opaque_errors_total")]
    fn opaque(way: u8) -> std::result::Result<impl Iterator<Item = u8>, OrderError> {
        let first = order(way)?;
        Ok(0..first)
    }

    #[instrumented(name = "errors_aliased", errors = "errors_aliased_errors_total")]
    fn aliased(way: u8) -> Result<impl Sized> {
        order(way)
    }

    #[instrumented(name = "errors_generic", errors = "errors_generic_errors_total")]
    async fn generic<T>(way: u8, value: T) -> std::result::Result<Option<T>, OrderError> {
        order(way).map(|_| Some(value))
    }

    #[instrumented(name = "errors_boxed", errors = "errors_boxed_errors_total")]
    fn boxed<T: 'static>(way: u8, value: T) -> Pin<Box<dyn Future<Output = Result<T>>>> {
        Box::pin(async move { order(way).map(|_| value) })
    }

    let local = Local::new();
    for way in [0, 1, 1, 2] {
        local.run(|| {
            let _ = (opaque(way).map(Iterator::count), aliased(way).is_ok());
            let _ = (Shelf(1).checked(way).map(|shelf| shelf.0), Shelf(1).item(way));
        });
        let _ = local.block_on(generic(way, 1));
        let _ = local.block_on(boxed(way, 1));
    }
    for name in ["opaque", "aliased", "generic", "boxed", "of_self", "of_item"] {
        let family = format!("errors_{name}_errors_total");
        assert_eq!(errors(&local, &family, "kind"), [Some(2.0), Some(1.0), Some(0.0)], "{name}");
        assert_eq!(local.calls(&format!("errors_{name}")), Calls { ok: 1, error: 3, ..Calls::NONE }, "{name}");
    }
}

#[test]
fn every_kind_is_zero_initialised_and_counts_its_errors() {
    #[instrumented(name = "errors_sync", errors = "errors_sync_errors_total")]
    fn place(way: u8) -> Result<u8, OrderError> {
        order(way)
    }

    #[instrumented(name = "errors_async", errors = "errors_async_errors_total")]
    async fn place_later(way: u8) -> Result<u8, OrderError> {
        tokio::task::yield_now().await;
        order(way)
    }

    let local = Local::new();
    for family in ["errors_sync_errors_total", "errors_async_errors_total"] {
        assert_eq!(errors(&local, family, "kind"), [Some(0.0); 3], "{family}");
    }
    for way in [0, 1, 1, 1, 2, 2, 3] {
        _ = local.run(|| place(way));
        _ = local.block_on(place_later(way));
    }
    for base in ["errors_sync", "errors_async"] {
        assert_eq!(
            errors(&local, &format!("{base}_errors_total"), "kind"),
            [Some(3.0), Some(2.0), Some(1.0)],
            "{base}"
        );
        assert_eq!(local.calls(base), Calls { ok: 1, error: 6, ..Calls::NONE });
    }
}

#[test]
fn panics_and_cancellations_have_no_error_kind() {
    #[instrumented(name = "errors_other_ends", errors = "errors_other_ends_errors_total")]
    async fn place(panics: bool) -> Result<u8, OrderError> {
        assert!(!panics, "no kind");
        pending().await;
        order(1)
    }

    let local = Local::new();
    local.run(|| {
        assert!(poll_once(Box::pin(place(false)).as_mut()).is_pending());
        panic_of(|| poll_once(Box::pin(place(true)).as_mut()));
    });
    assert_eq!(errors(&local, "errors_other_ends_errors_total", "kind"), [Some(0.0); 3]);
    assert_eq!(local.calls("errors_other_ends"), Calls { panic: 1, cancelled: 1, ..Calls::NONE });
}

/// Orders.
#[derive(Operation)]
#[operation(
    name = "errors_derived",
    errors(name = "errors_derived_errors_total", label = "reason", labels(express), help = "Orders that went wrong.", of = OrderError),
)]
struct Order {
    express: bool,
    gift: bool,
}

#[test]
fn an_operation_names_label_labels_help_and_type_of_its_errors() {
    #[instrumented(Order { express: true, gift })]
    fn place(way: u8, gift: bool) -> Result<u8, OrderError> {
        order(way)
    }

    let local = Local::new();
    local.run(|| {
        _ = place(1, true);
        _ = place(1, false);
        _ = Order { express: false, gift: false }.measure(|| order(2));
        _ = futures::executor::block_on(Order { express: false, gift: false }.measure_async(async { order(3) }));
        Order { express: false, gift: true }.start().finish(&order(2));
        Order { express: false, gift: true }.start().error();
    });
    let exposition = local.read();
    exposition.assert_labels("errors_derived_errors_total", &["express", "reason"]);
    let family = exposition.family("errors_derived_errors_total");
    assert_eq!(family.help.as_deref(), Some("Orders that went wrong."));
    let count =
        |express, reason| exposition.value("errors_derived_errors_total", &[("express", express), ("reason", reason)]);
    assert_eq!(
        [("true", "not_found"), ("true", "denied"), ("false", "denied"), ("false", "other"), ("false", "not_found")]
            .map(|(express, reason)| count(express, reason)),
        [Some(2.0), Some(0.0), Some(2.0), Some(1.0), Some(0.0)]
    );
}

#[test]
fn errors_can_be_combined_with_an_outcome_type() {
    #[derive(LabelValue)]
    enum Verdict {
        Good,
        Bad,
    }

    impl From<&Result<u8, OrderError>> for Verdict {
        fn from(result: &Result<u8, OrderError>) -> Self {
            // A mistake of the customer is not a failure of the service.
            if matches!(result, Ok(_) | Err(OrderError::NotFound)) { Self::Good } else { Self::Bad }
        }
    }

    #[instrumented(name = "errors_and_type", outcome = Verdict, errors = "errors_and_type_errors_total")]
    fn place(way: u8) -> Result<u8, OrderError> {
        order(way)
    }

    let local = Local::new();
    local.run(|| [0, 1, 2].map(place).len());
    let exposition = local.read();
    let count = |verdict| exposition.value("errors_and_type_total", &[("outcome", verdict)]);
    assert_eq!((count("Good"), count("Bad")), (Some(2.0), Some(1.0)));
    assert_eq!(errors(&local, "errors_and_type_errors_total", "kind"), [Some(1.0), Some(1.0), Some(0.0)]);
}
