//! Attributes on statements and expressions are not stable; the errors still mention where the attribute belongs.

#![allow(unused)]

use metrics_instrumented::instrumented;

fn main() {
    #[instrumented]
    let _value = 1;

    #[instrumented]
    let _closure = || 1;

    #[instrumented]
    struct Local;

    #[instrumented]
    fn local() -> u32 {
        1
    }
    let _ = (Local, local());
}
