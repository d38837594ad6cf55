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
