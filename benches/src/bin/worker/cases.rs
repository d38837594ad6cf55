//! Every case that is measured: a name, the recorders that it is measured under, and the loop.

use std::hint::black_box;

use metrics_instrumented_benches::{FAILS, Outcome, Tier, host};

use crate::functions;
use crate::handles;
use crate::ours;
use crate::peers;

/// The process-wide recorder of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorder {
    /// The recorder of `exporter().install_recorder()`.
    Ours,
    /// The recorder of `metrics-exporter-prometheus`.
    Stock,
}

/// One case.
#[derive(Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    /// Whether it is measured in the process with our recorder, and in the one with the stock exporter's.
    under: (bool, bool),
    /// Makes this number of calls.
    pub run: fn(u64),
}

impl Case {
    pub fn is_under(&self, recorder: Recorder) -> bool {
        match recorder {
            Recorder::Ours => self.under.0,
            Recorder::Stock => self.under.1,
        }
    }
}

const BOTH: (bool, bool) = (true, true);
const OURS: (bool, bool) = (true, false);
const STOCK: (bool, bool) = (false, true);

/// A loop of calls with an argument that the compiler does not know.
macro_rules! case {
    ($name:literal, $under:expr, |$x:ident| $call:expr) => {
        Case {
            name: $name,
            under: $under,
            run: |calls| {
                for call in 0..calls {
                    let $x = black_box(call & 0xffff);
                    let _ = black_box($call);
                }
            },
        }
    };
}

/// Different functions in turn.
macro_rules! in_turn {
    ($name:literal, $under:expr, $functions:ident, $count:literal) => {
        Case { name: $name, under: $under, run: |calls| in_turn(&functions::$functions::ALL[..$count], calls) }
    };
}

fn in_turn(functions: &[fn(u64) -> Outcome], calls: u64) {
    let functions = black_box(functions);
    let mut next = functions.iter();
    for call in 0..calls {
        let function = match next.next() {
            Some(function) => function,
            None => {
                next = functions[1..].iter();
                &functions[0]
            }
        };
        let _ = black_box(function(black_box(call & 0xffff)));
    }
}

pub const ALL: &[Case] = &[
    // Without instrumentation, and the clock alone.
    case!("bare", BOTH, |x| functions::bare::f1(x)),
    case!("bare error", BOTH, |x| functions::bare::f1(x | FAILS)),
    case!("bare plain", BOTH, |x| ours::bare_plain(x)),
    case!("bare async", BOTH, |x| peers::bare::run(x)),
    case!("bare boxed", BOTH, |x| peers::bare::run_boxed(x)),
    in_turn!("bare, 1000 in turn", BOTH, bare, 1000),
    case!("store", BOTH, |x| peers::store(x)),
    case!("clock", BOTH, |x| functions::clock::f1(x)),
    case!("clock std", BOTH, |x| peers::two_instants(x)),
    in_turn!("clock, 1000 in turn", BOTH, clock, 1000),
    // Ours: under our recorder, and under the stock one.
    case!("ours", BOTH, |x| functions::ours::f1(x)),
    case!("ours error", BOTH, |x| functions::ours::f1(x | FAILS)),
    case!("ours plain", BOTH, |x| ours::plain(x)),
    case!("ours closed", BOTH, |x| ours::closed(Tier::of(x), x)),
    case!("ours closed two", BOTH, |x| ours::closed_two(Tier::of(x), x & 4 == 0, x)),
    case!("ours open", BOTH, |x| ours::open(host(x), x)),
    case!("ours open idle", OURS, |x| ours::idle(host(x), x)),
    case!("ours open past the cap", OURS, |x| ours::open_past_cap(host(x), x)),
    case!("ours declared", BOTH, |x| ours::declared(x)),
    case!("ours async", BOTH, |x| ours::run(x)),
    case!("ours async error", BOTH, |x| ours::run(x | FAILS)),
    case!("ours boxed", BOTH, |x| ours::run_boxed(x)),
    in_turn!("ours, 10 in turn", OURS, ours, 10),
    in_turn!("ours, 100 in turn", OURS, ours, 100),
    in_turn!("ours, 1000 in turn", BOTH, ours, 1000),
    case!("ours untimed", OURS, |x| ours::untimed(x)),
    case!("ours oldest", OURS, |x| ours::oldest(x)),
    case!("ours peak", OURS, |x| ours::peak(x)),
    case!("ours polls async", OURS, |x| ours::run_polls(x)),
    case!("ours above 5 buckets", OURS, |x| ours::above_5(x)),
    case!("ours above 15 buckets", OURS, |x| ours::above_15(x)),
    case!("ours above 30 buckets", OURS, |x| ours::above_30(x)),
    case!("ours above 64 buckets", OURS, |x| ours::above_64(x)),
    // The facade by hand, and crates that use it.
    case!("by hand", STOCK, |x| functions::by_hand::f1(x)),
    case!("by hand error", STOCK, |x| functions::by_hand::f1(x | FAILS)),
    case!("by hand async", STOCK, |x| peers::by_hand::run(x)),
    case!("by hand boxed", STOCK, |x| peers::by_hand::run_boxed(x)),
    in_turn!("by hand, 1000 in turn", STOCK, by_hand, 1000),
    case!("macros", STOCK, |x| functions::macros::f1(x)),
    case!("macros error", STOCK, |x| functions::macros::f1(x | FAILS)),
    in_turn!("macros, 1000 in turn", STOCK, macros, 1000),
    case!("function-timer", STOCK, |x| functions::function_timer::f1(x)),
    case!("function-timer error", STOCK, |x| functions::function_timer::f1(x | FAILS)),
    case!("function-timer async", STOCK, |x| peers::function_timer::run(x)),
    case!("function-timer boxed", STOCK, |x| peers::function_timer::run_boxed(x)),
    in_turn!("function-timer, 1000 in turn", STOCK, function_timer, 1000),
    // Metrics without a declaration.
    case!("counter!", BOTH, |x| peers::hand_written_counter(x)),
    case!("histogram!", BOTH, |x| peers::hand_written_histogram(x)),
    // Crates with their own metrics.
    case!("autometrics", OURS, |x| functions::autometrics::f1(x)),
    case!("autometrics error", OURS, |x| functions::autometrics::f1(x | FAILS)),
    case!("autometrics async", OURS, |x| peers::autometrics::run(x)),
    case!("autometrics boxed", OURS, |x| peers::autometrics::run_boxed(x)),
    in_turn!("autometrics, 1000 in turn", OURS, autometrics, 1000),
    case!("metered", OURS, |x| functions::metered::f1(x)),
    case!("metered error", OURS, |x| functions::metered::f1(x | FAILS)),
    case!("metered async", OURS, |x| peers::metered::run(x)),
    case!("metered boxed", OURS, |x| peers::metered::run_boxed(x)),
    in_turn!("metered, 1000 in turn", OURS, metered, 1000),
    case!("prometheus-client", OURS, |x| functions::prometheus_client::f1(x)),
    case!("prometheus-client error", OURS, |x| functions::prometheus_client::f1(x | FAILS)),
    in_turn!("prometheus-client, 1000 in turn", OURS, prometheus_client, 1000),
    case!("fastmetrics", OURS, |x| handles::fastmetrics(x)),
    case!("fastmetrics error", OURS, |x| handles::fastmetrics(x | FAILS)),
    case!("fast-telemetry", OURS, |x| handles::fast_telemetry(x)),
    case!("fast-telemetry error", OURS, |x| handles::fast_telemetry(x | FAILS)),
    case!("measured", OURS, |x| handles::measured(x)),
    case!("measured error", OURS, |x| handles::measured(x | FAILS)),
    case!("opentelemetry", OURS, |x| handles::opentelemetry_bound(x)),
    case!("opentelemetry error", OURS, |x| handles::opentelemetry_bound(x | FAILS)),
    Case {
        name: "hotpath",
        under: OURS,
        run: |calls| {
            handles::start_hotpath();
            for call in 0..calls {
                let _ = black_box(handles::hotpath_measured(black_box(call & 0xffff)));
            }
        },
    },
];

/// The case with a name.
pub fn named(name: &str) -> Case {
    *ALL.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("no case is called `{name}`"))
}
