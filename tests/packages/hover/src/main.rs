//! Prints the documentation of its functions, as the compiler has it.

#![deny(warnings, missing_docs)]

use metrics_instrumented::{LabelValue, Operation, instrumented};
use shown::shown;

/// How it fails.
#[derive(LabelValue)]
enum Mishap {
    /// It is still wet.
    Wet,
}

/// What is declared elsewhere.
#[derive(Operation)]
#[operation(name = "declared")]
struct Declared {}

/// Paints.
///
/// # Errors
/// When it rains.
#[instrumented(
    name = "paintings",
    started,
    outcome(label = "end", ok = "fine"),
    errors = "mishaps_total"
)]
#[shown]
fn paint(rain: bool) -> Result<(), Mishap> {
    if rain { Err(Mishap::Wet) } else { Ok(()) }
}

/// Waits.
#[instrumented]
#[shown]
async fn unnamed() {}

/// Counted apart.
#[instrumented(calls(name = "apart_total", ok = "apart_done_total", error = "apart_failed_total"), outcome = none)]
#[shown]
fn apart() -> Result<(), Mishap> {
    Ok(())
}

/// As declared.
#[instrumented(Declared {})]
#[shown]
fn declared() {}

/// Says nothing more.
#[instrumented(name = "quiet", docs = false)]
#[shown]
fn quiet() {}

#[instrumented(name = "undocumented")]
#[shown]
fn undocumented() {}

/// A block.
struct Block;

#[instrumented(name = "block")]
impl Block {
    /// Told apart by its name.
    #[shown]
    fn within() {}
}

fn main() {
    let _ = (paint(false), apart(), unnamed());
    declared();
    quiet();
    undocumented();
    Block::within();
    let all = [DOC_paint, DOC_unnamed, DOC_apart, DOC_declared, DOC_quiet, DOC_undocumented, Block::DOC_within];
    for lines in all {
        println!("{}\0", lines.join("\n"));
    }
}
