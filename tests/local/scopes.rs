//! The attribute on `impl` blocks and modules.

use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Local};

struct Driver {
    fails: bool,
}

#[instrumented(namespace = "scopes", outcome(error = "failed"))]
impl Driver {
    const WORDS: &'static [&'static str] = &["a", "b"];

    #[instrumented(name = "mounts")]
    fn mount(&self) -> Result<(), ()> {
        if self.fails { Err(()) } else { Ok(()) }
    }

    fn unmount(&self) -> Result<usize, ()> {
        if self.fails { Err(()) } else { Ok(Self::WORDS.len()) }
    }

    #[instrumented(skip)]
    fn quiet(&self) -> bool {
        self.fails
    }

    const fn constant(&self) -> bool {
        self.fails
    }
}

#[instrumented(namespace = "scopes_mod", only(calls))]
mod migration {
    pub(super) fn start() -> u8 {
        deep::step()
    }

    mod deep {
        pub(in super::super) fn step() -> u8 {
            3
        }
    }
}

#[test]
fn the_keys_of_a_block_hold_for_every_function_in_it() {
    let local = Local::new();
    local.run(|| {
        let driver = Driver { fails: true };
        assert!(driver.quiet() && driver.constant());
        driver.mount().unwrap_err();
        driver.unmount().unwrap_err();
        assert_eq!(Driver { fails: false }.unmount(), Ok(2));
        assert_eq!(migration::start(), 3);
    });
    let exposition = local.read();
    assert_eq!(exposition.value("scopes_mounts_total", &[("outcome", "failed")]), Some(1.0));
    let unmounts = |outcome| {
        let labels = [("module", "local::scopes"), ("function", "Driver::unmount"), ("outcome", outcome)];
        exposition.value("scopes_function_calls_total", &labels)
    };
    assert_eq!((unmounts("ok"), unmounts("failed")), (Some(1.0), Some(1.0)));
    assert_eq!(exposition.label_values("scopes_function_calls_total", "function"), ["Driver::unmount"]);
    assert_eq!(exposition.label_values("scopes_mod_function_calls_total", "function"), ["start", "step"]);
    assert!(exposition.find("scopes_mod_function_calls_in_flight").is_none());
}

#[instrumented(name = "scopes_named", labels(kind: bool = true))]
impl Driver {
    fn first(&self) -> bool {
        self.fails
    }

    fn second(&self) -> bool {
        self.fails
    }
}

#[test]
fn the_functions_of_a_named_block_are_distinguished_by_a_label() {
    let local = Local::new();
    local.run(|| {
        let driver = Driver { fails: false };
        _ = (driver.first(), driver.second(), driver.second());
    });
    let calls = |function| local.calls_with("scopes_named", &[("function", function), ("kind", "true")]);
    assert_eq!(calls("Driver::first"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(calls("Driver::second"), Calls { ok: 2, ..Calls::NONE });
}
