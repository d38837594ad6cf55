//! Functions without an explicit `name`: their labels identify them.

use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Local};

#[instrumented]
fn checksum(data: &[u8]) -> u32 {
    data.iter().copied().map(u32::from).sum()
}

#[instrumented]
async fn fetch(fail: bool) -> Result<(), ()> {
    tokio::task::yield_now().await;
    if fail { Err(()) } else { Ok(()) }
}

mod deep {
    pub(super) mod deeper {
        #[metrics_instrumented::instrumented]
        pub(in super::super) fn checksum() {}
    }
}

struct Cache;

impl Cache {
    #[instrumented]
    fn r#move(&self) -> &Self {
        self
    }
}

fn at<'a>(module: &'a str, function: &'a str) -> [(&'a str, &'a str); 2] {
    [("module", module), ("function", function)]
}

#[test]
fn module_and_function_distinguish_them() {
    let local = Local::new();
    local.run(|| {
        assert_eq!(checksum(&[1, 2]), 3);
        checksum(&[]);
        deep::deeper::checksum();
        Cache.r#move();
    });
    local.block_on(async {
        fetch(true).await.unwrap_err();
        fetch(false).await.unwrap();
    });
    let calls = |module, function| local.calls_with("function_calls", &at(module, function));
    assert_eq!(calls("local::unnamed", "checksum"), Calls { ok: 2, ..Calls::NONE });
    assert_eq!(calls("local::unnamed::deep::deeper", "checksum"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(calls("local::unnamed", "move"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(calls("local::unnamed", "fetch"), Calls { ok: 1, error: 1, ..Calls::NONE });
    let exposition = local.read();
    // Functions of other modules may have more labels in the same family.
    for (family, labels) in [
        ("function_calls_duration_seconds", &["function", "le", "module"][..]),
        ("function_calls_in_flight", &["function", "module"]),
    ] {
        let samples = exposition.family(family).samples.iter().filter(|sample| sample.name != format!("{family}_sum"));
        let samples = samples.filter(|sample| sample.name != format!("{family}_count"));
        let own: Vec<_> = samples.filter(|sample| sample.labels["module"] == "local::unnamed").collect();
        assert!(!own.is_empty(), "{family}");
        for sample in own {
            assert_eq!(sample.labels.keys().collect::<Vec<_>>(), labels, "{}", sample.name);
        }
    }
}

#[test]
fn they_are_zero_initialised_before_the_first_call() {
    #[instrumented]
    fn uncalled() {}

    let local = Local::new();
    assert_eq!(local.calls_with("function_calls", &at("local::unnamed", "uncalled")), Calls::NONE);
    local.run(uncalled);
    assert_eq!(local.calls_with("function_calls", &at("local::unnamed", "uncalled")), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn namespace_only_and_buckets_work_without_a_name() {
    #[instrumented(namespace = "unnamed", only(calls, duration), buckets = [1.0])]
    fn prefixed() {}

    #[instrumented(namespace = "unnamed", only(calls, duration), buckets = [1.0])]
    fn second() {}

    let local = Local::new();
    local.run(|| (prefixed(), second()));
    let exposition = local.read();
    for function in ["prefixed", "second"] {
        let labels = at("local::unnamed", function);
        let histogram = exposition.histogram("unnamed_function_calls_duration_seconds", &labels);
        assert_eq!(histogram.buckets, [(1.0, 1), (f64::INFINITY, 1)]);
    }
    assert!(exposition.find("unnamed_function_calls_in_flight").is_none());
}

#[test]
fn each_family_may_have_its_own_labels() {
    #[instrumented(namespace = "unnamed_labels", labels(flag: bool = flag))]
    fn with(flag: bool) {
        std::hint::black_box(flag);
    }

    #[instrumented(namespace = "unnamed_labels")]
    fn without() {}

    let local = Local::new();
    local.run(|| (with(true), without()));
    let with: Vec<_> = at("local::unnamed", "with").into_iter().chain([("flag", "true")]).collect();
    let once = Calls { ok: 1, ..Calls::NONE };
    assert_eq!(local.calls_with("unnamed_labels_function_calls", &with), once);
    assert_eq!(local.calls_with("unnamed_labels_function_calls", &at("local::unnamed", "without")), once);
}

#[test]
fn the_doc_comment_of_one_function_is_not_the_help_of_all() {
    /// What only this function does.
    #[instrumented(namespace = "unnamed_help")]
    fn documented() {}

    /// What the whole block is not about.
    struct Block;

    #[instrumented(name = "unnamed_help_block")]
    impl Block {
        /// What only this method does.
        fn documented() {}
    }

    let local = Local::new();
    local.run(|| {
        documented();
        Block::documented();
    });
    let exposition = local.read();
    for family in ["unnamed_help_function_calls_total", "unnamed_help_block_total"] {
        assert_eq!(exposition.family(family).help.as_deref(), Some("Calls, by outcome."));
    }
}

/// A function for each name, and a test that calls them.
macro_rules! names {
    ($($name:ident)*) => {
        mod named {
            $(
                #[metrics_instrumented::instrumented]
                pub(super) fn $name() {}
            )*
        }

        #[test]
        fn names_of_every_length_are_labels() {
            let local = Local::new();
            local.run(|| {
                $(named::$name();)*
            });
            $(
                let name = stringify!($name);
                let calls = local.calls_with("function_calls", &at(concat!(module_path!(), "::named"), name));
                assert_eq!(calls, Calls { ok: 1, ..Calls::NONE }, "{name}");
            )*
        }
    };
}

// The name is in the function's static, whose types have these lengths; a longer one is in a string.
names! {
    a
    abcd
    abcde
    abcdefghijkl
    abcdefghijklm
    abcdefghijklmnopqrst
    abcdefghijklmnopqrstu
    abcdefghijklmnopqrstuvwxyz01
    abcdefghijklmnopqrstuvwxyz012
    abcdefghijklmnopqrstuvwxyz0123456789
    abcdefghijklmnopqrstuvwxyz0123456789a
    abcdefghijklmnopqrstuvwxyz0123456789abcdefgh
    abcdefghijklmnopqrstuvwxyz0123456789abcdefghi
    abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnop
    abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopq
    abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwx
    abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxy
}
