//! Counts a call, and checks that the library sees its own declarations: `scripts/platforms linkers` loads it from Python.

use metrics_instrumented::instrumented;

/// Orders.
#[instrumented(name = "loaded_orders")]
fn order() {}

#[instrumented(name = "loaded_returns", labels(late: bool = late))]
fn take_back(late: bool) {
    let _ = late;
}

/// How many of the expected lines are exposed.
#[allow(unsafe_code, reason = "the name of an exported function may be taken")]
#[unsafe(no_mangle)]
pub extern "C" fn check() -> usize {
    let Ok(handle) = metrics_instrumented::exporter().install_recorder() else { return 0 };
    order();
    let (text, catalog) = (handle.render(), metrics_instrumented::catalog());
    let is_shown = |line: &str| text.lines().any(|other| other == line);
    let shown = [
        is_shown("loaded_orders_total{outcome=\"ok\"} 1"),
        is_shown("# HELP loaded_orders_total Orders."),
        // Nothing calls it.
        is_shown("loaded_returns_total{late=\"true\",outcome=\"ok\"} 0"),
        catalog.lines().count() == 2,
    ];
    shown.into_iter().filter(|is| *is).count()
}

#[allow(dead_code, reason = "only its declaration is of interest")]
pub fn refund() {
    take_back(true);
}
