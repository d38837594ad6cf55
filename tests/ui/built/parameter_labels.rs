//! More series than a family may have, where the type of a label is a parameter: refused when code is generated.

use metrics_instrumented::{LabelValue, instrumented};

#[derive(Clone, Copy, LabelValue)]
enum Three {
    A,
    B,
    C,
}

#[instrumented(name = "parameter", labels(label), max_series = 10)]
fn generic<L: LabelValue>(label: L) -> L {
    label
}

struct Holder<Tier>(Tier);

impl<Tier: LabelValue> Holder<Tier> {
    #[instrumented(name = "field", labels(tier = self.0), max_series = 10)]
    fn held(&self) {}
}

fn main() {
    generic(true);
    generic(Three::A);
    Holder(false).held();
    Holder(Three::B).held();
    let _ = Three::C;
}
