//! The attribute on a function in a block counts once, and says what it says, under any spelling.

use metrics_instrumented::instrumented;
use metrics_instrumented::instrumented as metered;
use metrics_instrumented_tests::{Calls, Local};

mod reexported {
    pub(super) use metrics_instrumented::instrumented as anything;
}

struct Service;

#[instrumented(name = "spellings")]
impl Service {
    fn plain() {}

    #[cfg_attr(all(), instrumented(skip))]
    fn skipped_where_true() {}

    #[cfg_attr(any(), instrumented(skip))]
    fn skipped_where_false() {}

    #[cfg_attr(all(), inline, instrumented(name = "spellings_refined"), must_use)]
    fn refined_where_true() -> u8 {
        1
    }

    #[cfg_attr(any(), instrumented(name = "spellings_never"))]
    fn refined_where_false() -> Result<u8, ()> {
        Err(())
    }

    #[cfg_attr(all(), cfg_attr(all(), instrumented(skip)))]
    fn skipped_deep() {}

    #[metered(skip)]
    fn skipped_by_another_name() {}

    #[metered(name = "spellings_renamed", labels(long))]
    fn refined_by_another_name(&self, long: bool) -> Option<bool> {
        Some(long)
    }

    /// Documented, and `mut` in front of an argument.
    #[reexported::anything(labels(kind: bool = true))]
    async fn refined_by_a_path(mut items: Vec<u8>) -> Result<Vec<u8>, ()> {
        items.push(1);
        Ok(items)
    }

    #[cfg_attr(all(), reexported::anything(skip))]
    fn skipped_by_a_path() {}

    #[metrics_instrumented::instrumented(skip)]
    fn skipped_by_a_full_path() {}

    #[::metrics_instrumented::instrumented(name = "spellings_full")]
    fn refined_by_a_full_path() {}

    #[instrumented(name = "spellings_two")]
    #[cfg_attr(all(), instrumented(labels(two: bool = true)))]
    fn refined_twice() {}

    #[tracing::instrument(skip_all)]
    fn with_another_macro(&self) -> Result<(), ()> {
        Err(())
    }

    #[metered(name = "spellings_between")]
    #[cfg_attr(all(), inline, tracing::instrument)]
    fn between_others() -> Result<(), String> {
        Err("no".to_owned())
    }
}

#[test]
fn each_spelling_counts_once() {
    let local = Local::new();
    local.run(|| {
        Service::plain();
        Service::skipped_where_true();
        Service::skipped_where_false();
        assert_eq!(Service::refined_where_true(), 1);
        assert_eq!(Service::refined_where_false(), Err(()));
        Service::skipped_deep();
        Service::skipped_by_another_name();
        assert_eq!(Service.refined_by_another_name(true), Some(true));
        assert_eq!(futures::executor::block_on(Service::refined_by_a_path(vec![])), Ok(vec![1]));
        Service::skipped_by_a_path();
        Service::skipped_by_a_full_path();
        Service::refined_by_a_full_path();
        Service::refined_twice();
        assert_eq!(Service.with_another_macro(), Err(()));
        assert!(Service::between_others().is_err());
    });
    let exposition = local.read();
    let functions = exposition.label_values("spellings_total", "function");
    assert_eq!(
        functions,
        [
            "Service::plain",
            "Service::refined_by_a_path",
            "Service::refined_where_false",
            "Service::skipped_where_false",
            "Service::with_another_macro",
        ]
    );
    let once = Calls { ok: 1, ..Calls::NONE };
    let failed = Calls { error: 1, ..Calls::NONE };
    let calls = |function: &str| local.calls_with("spellings", &[("function", function)]);
    assert_eq!(calls("Service::plain"), once);
    assert_eq!(calls("Service::skipped_where_false"), once);
    assert_eq!(calls("Service::refined_where_false"), failed);
    assert_eq!(calls("Service::with_another_macro"), failed);
    let labels = [("function", "Service::refined_by_a_path"), ("kind", "true")];
    assert_eq!(local.calls_with("spellings", &labels), once);
    for (name, labels, expected) in [
        ("spellings_refined", &[][..], once),
        ("spellings_renamed", &[("long", "true")], once),
        ("spellings_full", &[], once),
        ("spellings_two", &[("two", "true")], once),
        ("spellings_between", &[], failed),
    ] {
        assert_eq!(local.calls_with(name, labels), expected, "{name}");
    }
    assert!(exposition.find("spellings_never_total").is_none());
}

/// Below `async_trait`, the functions are no longer those that the block has instrumented.
#[instrumented(name = "spellings_moved")]
#[async_trait::async_trait]
trait Moved {
    async fn plain(&self) -> Result<u8, ()> {
        tokio::task::yield_now().await;
        Err(())
    }

    #[metered(skip)]
    async fn skipped(&self) -> u8 {
        1
    }

    #[metered(name = "spellings_moved_refined")]
    async fn patterns(&self, (a, mut b): (u8, u8), mut c: u8) -> u8 {
        b += a;
        tokio::task::yield_now().await;
        c += b;
        c
    }

    #[cfg_attr(all(), reexported::anything(labels(large: bool = n > 1)))]
    async fn labelled<'a>(&self, n: u8, text: &'a str) -> Result<&'a str, String> {
        tokio::task::yield_now().await;
        text.get(usize::from(n)..).map(str::trim).ok_or_else(|| text.to_owned())
    }

    #[cfg_attr(any(), metered(skip))]
    async fn kept(&self) {}
}

#[async_trait::async_trait]
impl Moved for Service {}

/// The same by another attribute that moves the body.
#[metered(name = "spellings_local")]
#[async_trait::async_trait(?Send)]
trait MovedLocal {
    #[cfg_attr(all(), metered(skip))]
    async fn skipped(self: Box<Self>, [a, _]: [u8; 2]) -> u8 {
        a
    }
}

#[async_trait::async_trait(?Send)]
impl MovedLocal for Service {}

#[test]
fn a_function_that_another_attribute_has_moved_counts_once() {
    let local = Local::new();
    local.block_on(async {
        assert_eq!(Service.plain().await, Err(()));
        assert_eq!(Moved::skipped(&Service).await, 1);
        assert_eq!(Service.patterns((1, 2), 3).await, 6);
        assert_eq!(Service.labelled(2, "ab c ").await.as_deref(), Ok("c"));
        assert!(Service.labelled(200, "").await.is_err());
        Service.kept().await;
        assert_eq!(MovedLocal::skipped(Box::new(Service), [1, 2]).await, 1);
    });
    let exposition = local.read();
    let functions = exposition.label_values("spellings_moved_total", "function");
    assert_eq!(functions, ["Moved::kept", "Moved::labelled", "Moved::plain"]);
    let (once, failed) = (Calls { ok: 1, ..Calls::NONE }, Calls { error: 1, ..Calls::NONE });
    let labels = [("function", "Moved::labelled"), ("large", "true")];
    assert_eq!(local.calls_with("spellings_moved", &labels), Calls { ok: 1, error: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("spellings_moved", &[("function", "Moved::plain")]), failed);
    assert_eq!(local.calls("spellings_moved_refined"), once);
    assert!(exposition.find("spellings_local_total").is_none());
}

/// Each of two attributes under another name refines the block.
#[instrumented(name = "spellings_several")]
impl Service {
    #[metered(labels(first: bool = true))]
    #[cfg_attr(all(), metered(namespace = "second"), reexported::anything(subsystem = "third"))]
    fn refined_by_several() {}

    #[metered(skip)]
    #[tracing::instrument]
    #[cfg_attr(any(), metered(labels(never: bool = true)))]
    fn skipped_above_another() {}
}

#[test]
fn a_function_with_several_attributes_counts_once() {
    let local = Local::new();
    local.run(|| {
        Service::refined_by_several();
        Service::skipped_above_another();
    });
    let labels = [("function", "Service::refined_by_several"), ("first", "true")];
    let once = Calls { ok: 1, ..Calls::NONE };
    assert_eq!(local.calls_with("second_third_spellings_several", &labels), once);
    let exposition = local.read();
    assert!(exposition.find("spellings_several_total").is_none());
    let unnamed = exposition.find("function_calls_total");
    let functions: Vec<_> =
        unnamed.iter().flat_map(|family| &family.samples).map(|sample| &sample.labels["function"]).collect();
    assert!(functions.iter().all(|function| !function.contains("by_several")), "{functions:?}");
}

#[metered(name = "spellings_outer")]
mod outer {
    use super::{instrumented, metered};

    pub(super) struct A;
    pub(super) struct B;
    pub(super) struct C;

    impl A {
        pub(super) fn plain() {}
    }

    #[metered(labels(deep: bool = true))]
    impl B {
        pub(super) fn plain() {}

        #[metered(skip)]
        pub(super) fn skipped() {}
    }

    #[cfg_attr(all(), instrumented(skip))]
    impl C {
        pub(super) fn skipped() {}
    }

    #[metered(skip)]
    pub(super) mod skipped {
        pub(in super::super) fn function() {}
    }

    macro_rules! seen_by_nobody {
        ($name:ident) => {
            pub(super) fn $name() {}
        };
    }

    #[metered(skip)]
    seen_by_nobody!(made);
    #[cfg_attr(all(), super::reexported::anything(skip))]
    seen_by_nobody! { made_too }

    #[cfg_attr(any(), metered(skip))]
    pub(super) mod kept {
        pub(in super::super) fn function() {}
    }
}

#[test]
fn a_block_in_a_block_counts_once() {
    let local = Local::new();
    local.run(|| {
        outer::A::plain();
        outer::B::plain();
        outer::B::skipped();
        outer::C::skipped();
        outer::skipped::function();
        outer::made();
        outer::made_too();
        outer::kept::function();
    });
    let exposition = local.read();
    assert_eq!(exposition.label_values("spellings_outer_total", "function"), ["A::plain", "B::plain", "function"]);
    let once = Calls { ok: 1, ..Calls::NONE };
    assert_eq!(local.calls_with("spellings_outer", &[("function", "A::plain")]), once);
    assert_eq!(local.calls_with("spellings_outer", &[("function", "B::plain"), ("deep", "true")]), once);
    assert_eq!(local.calls_with("spellings_outer", &[("function", "function")]), once);
}
