//! The result of the audit.

use std::collections::BTreeMap;

use serde::Serialize;

use super::weight::Traits;

/// One function.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Function {
    /// The package, and the modules inside it.
    pub(crate) module: String,
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) line: usize,
    #[serde(flatten)]
    pub(crate) traits: Traits,
    pub(crate) status: Status,
}

/// Whether a function is instrumented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// It has the attribute, is in a block with the attribute, or calls `measure`.
    Instrumented,
    /// It is not instrumented, and can fail, is async, or does I/O.
    Missing,
    /// It is explicitly excluded.
    Ignored,
    /// It is not worth measuring.
    Plain,
}

/// An unused declaration, and why it is unused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Unused {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) why: &'static str,
}

/// The numbers of one module.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Share {
    pub(crate) functions: usize,
    pub(crate) instrumented: usize,
    pub(crate) missing: usize,
    pub(crate) ignored: usize,
    /// Functions that are not worth measuring.
    pub(crate) plain: usize,
    /// The weight of instrumented functions, as a percentage of instrumented and missing ones; `None` if there are neither.
    pub(crate) percent: Option<f64>,
    #[serde(skip)]
    weights: (u32, u32),
}

/// The whole result.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Audit {
    /// The version of the JSON format.
    pub(crate) schema: u32,
    pub(crate) total: Share,
    pub(crate) modules: BTreeMap<String, Share>,
    /// Functions that are not instrumented, by decreasing weight.
    pub(crate) missing: Vec<Function>,
    pub(crate) unused: Vec<Unused>,
    /// Files that could not be parsed, and why.
    pub(crate) unreadable: Vec<String>,
}

impl Share {
    pub(super) fn add(&mut self, function: &Function) {
        self.functions += 1;
        let weight = function.traits.weight();
        match function.status {
            Status::Instrumented => {
                self.instrumented += 1;
                self.weights.0 += weight;
                self.weights.1 += weight;
            }
            Status::Missing => {
                self.missing += 1;
                self.weights.1 += weight;
            }
            Status::Ignored => self.ignored += 1,
            Status::Plain => self.plain += 1,
        }
        let (done, all) = self.weights;
        self.percent = (all > 0).then(|| (f64::from(done) * 1000.0 / f64::from(all)).round() / 10.0);
    }
}
