//! The figures of a call on this machine beside those of two kinds of processors: what hides behind the clock's latency on one is paid on another.

use crate::instructions::above;
use crate::results::Results;

/// A row: what it is, its unit, and what was measured of an earlier version on an AMD EPYC and on an Intel Xeon.
pub struct Row {
    pub what: &'static str,
    pub unit: &'static str,
    pub here: Option<f64>,
    pub amd: f64,
    pub intel: f64,
}

/// The columns of other machines, of the version before calls were made shorter: 225 instructions, the loop around a call included.
pub const AMD: &str = "AMD EPYC, 3 GHz, before";
pub const INTEL: &str = "Intel Xeon (Cascade Lake), 2.5 GHz, before";

/// All rows.
pub fn rows(results: &Results) -> [Row; 7] {
    let net = |case: &str| results.net("ours", 1, case);
    let above_full = |case: &str| Some(net(case)? - net("ours")?);
    let foreign = results.net("stock", 1, "ours").zip(results.net("stock", 1, "by hand"));
    let foreign = foreign.map(|(ours, by_hand)| (ours / by_hand - 1.0) * 100.0);
    let row = |what, unit, here, amd, intel| Row { what, unit, here, amd, intel };
    [
        row("two clock readings", "ns", net("clock"), 17.0, 26.0),
        row("full call", "ns", net("ours"), 17.3, 58.0),
        row("full call without the clock", "ns", net("ours untimed"), 4.2, 28.0),
        row("closed label, on top", "ns", above_full("ours closed"), 1.6, 15.0),
        row("open label, on top", "ns", above_full("ours open"), 19.0, 78.0),
        row("another recorder, above its handles kept by hand", "%", foreign, 8.0, 30.0),
        row("instructions of a full call, net of bare", "", above(results, "full", "bare", ""), 210.0, 210.0),
    ]
}
