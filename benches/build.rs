//! Writes the functions that are needed in great number: 1,000 of each kind that is called in turn, and those that are scraped.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

/// How many functions are called in turn.
const IN_TURN: usize = 1_000;

/// A kind of function: its module, the tokens before every function, and a function's body.
struct Kind {
    module: &'static str,
    uses: &'static str,
    attribute: &'static str,
    body: &'static str,
}

const KINDS: [Kind; 8] = [
    Kind { module: "bare", uses: "", attribute: "", body: "work(x, {by})" },
    Kind {
        module: "clock",
        uses: "use crate::peers::two_readings;",
        attribute: "",
        body: "two_readings(|| work(x, {by}))",
    },
    Kind {
        module: "ours",
        uses: "use metrics_instrumented::instrumented; use metrics_instrumented_benches::BOUNDS;",
        attribute: "#[instrumented(buckets = BOUNDS)]",
        body: "work(x, {by})",
    },
    Kind {
        module: "by_hand",
        uses: "use crate::peers::Handles; use std::sync::LazyLock;",
        attribute: "",
        body: "static HANDLES: LazyLock<Handles> = LazyLock::new(|| Handles::new(\"f{n}\")); HANDLES.call(|| work(x, {by}))",
    },
    Kind {
        module: "macros",
        uses: "use crate::peers::with_macros;",
        attribute: "",
        body: "with_macros!(\"f{n}\", work(x, {by}))",
    },
    Kind {
        module: "autometrics",
        uses: "use autometrics::autometrics;",
        attribute: "#[autometrics(track_concurrency)]",
        body: "work(x, {by})",
    },
    Kind {
        module: "function_timer",
        uses: "use function_timer::time;",
        attribute: "#[time(\"function_timer\")]",
        body: "work(x, {by})",
    },
    Kind {
        module: "prometheus_client",
        uses: "use crate::peers::Direct; use std::sync::LazyLock;",
        attribute: "",
        body: "static METRICS: LazyLock<Direct> = LazyLock::new(Direct::new); METRICS.call(|| work(x, {by}))",
    },
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = env::var("OUT_DIR").expect("cargo says where to write");
    let write = |name: &str, text: &str| fs::write(Path::new(&folder).join(name), text).expect("it can be written");
    let mut in_turn: String = KINDS.iter().map(module).collect();
    in_turn.push_str(&metered());
    write("in_turn.rs", &in_turn);
    for count in [1_000, 10_000] {
        write(&format!("scraped_{count}.rs"), &scraped(count));
    }
}

fn module(kind: &Kind) -> String {
    let Kind { module, uses, attribute, body } = kind;
    let mut text = format!("pub mod {module} {{\n    use metrics_instrumented_benches::{{Outcome, work}};\n    {uses}\n");
    for n in 0..IN_TURN {
        let body = body.replace("{n}", &n.to_string()).replace("{by}", &by(n).to_string());
        let _ = writeln!(text, "    {attribute} #[inline(never)] pub fn f{n}(x: u64) -> Outcome {{ {body} }}");
    }
    text + &all(IN_TURN) + "}\n"
}

/// `metered` measures methods, and finds its metrics in `self`.
fn metered() -> String {
    let mut text = String::from(
        "pub mod metered {
    use std::sync::LazyLock;
    use metered::{ErrorCount, HitCount, InFlight, ResponseTime};
    use metrics_instrumented_benches::{Outcome, work};
    #[derive(Default, Debug)]
    pub struct Subject { metrics: SubjectMetrics }
    static SUBJECT: LazyLock<Subject> = LazyLock::new(Subject::default);
    #[metered::metered(registry = SubjectMetrics)]
    impl Subject {\n",
    );
    for n in 0..IN_TURN {
        let _ = writeln!(
            text,
            "        #[measure([HitCount, ErrorCount, InFlight, ResponseTime])] #[inline(always)] \
             pub fn f{n}(&self, x: u64) -> Outcome {{ work(x, {}) }}",
            by(n)
        );
    }
    text.push_str("    }\n");
    for n in 0..IN_TURN {
        let _ = writeln!(text, "    #[inline(never)] pub fn f{n}(x: u64) -> Outcome {{ SUBJECT.f{n}(x) }}");
    }
    text + &all(IN_TURN) + "}\n"
}

/// A factor of its own for each function, so that no two are alike.
fn by(n: usize) -> usize {
    2 * n + 3
}

/// The table of a module's functions.
fn all(count: usize) -> String {
    let names: Vec<String> = (0..count).map(|n| format!("f{n}")).collect();
    format!("pub static ALL: [fn(u64) -> Outcome; {count}] = [{}];\n", names.join(", "))
}

/// Functions that are there to be scraped.
fn scraped(count: usize) -> String {
    let mut text = String::from(
        "use metrics_instrumented::instrumented;\nuse metrics_instrumented_benches::{BOUNDS, Outcome, work};\n",
    );
    for n in 0..count {
        let _ = writeln!(
            text,
            "#[instrumented(buckets = BOUNDS)] pub fn f{n}(x: u64) -> Outcome {{ work(x, {}) }}",
            by(n)
        );
    }
    text + &all(count)
}
