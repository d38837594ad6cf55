//! The audit: what of a source tree is instrumented, what is not and perhaps should be, and what is declared and never recorded.

mod declared;
mod functions;
mod report;
mod scan;
mod weight;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::error::Error;
pub(crate) use report::human;
use weight::Traits;

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

/// How it stands with a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// It has an attribute of its own or one around it, or measures itself.
    Instrumented,
    /// It has none, and can fail, waits, or does I/O.
    Missing,
    /// Somebody decided that it needs none.
    Ignored,
    /// There is little to measure.
    Plain,
}

/// Something that is declared, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Unused {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) why: &'static str,
}

/// What a module has.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Share {
    pub(crate) functions: usize,
    pub(crate) instrumented: usize,
    pub(crate) missing: usize,
    pub(crate) ignored: usize,
    /// The weight of what is instrumented, of that and what is missing, in percent; nothing, if there is neither.
    pub(crate) percent: Option<f64>,
    #[serde(skip)]
    weights: (u32, u32),
}

/// The whole result.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Audit {
    pub(crate) total: Share,
    pub(crate) modules: BTreeMap<String, Share>,
    /// The heaviest first.
    pub(crate) missing: Vec<Function>,
    pub(crate) unused: Vec<Unused>,
    /// Files that are no Rust, and why.
    pub(crate) unreadable: Vec<String>,
}

/// Audits every `src` below a folder. `ignored` are modules or functions, or beginnings of such paths with `*` at the end.
pub(crate) fn audit(root: &Path, ignored: &[String]) -> Result<Audit, Error> {
    let scan::Tree { sources, unreadable } = scan::tree(root)?;
    let mut functions: Vec<Function> = sources.iter().flat_map(functions::functions).collect();
    for function in &mut functions {
        let path = format!("{}::{}", function.module, function.name);
        let names = |pattern: &String| match pattern.strip_suffix('*') {
            Some(beginning) => path.starts_with(beginning),
            None => path == *pattern || function.module == *pattern,
        };
        if function.status == Status::Missing && ignored.iter().any(names) {
            function.status = Status::Ignored;
        }
    }
    let unused = declared::unused(&sources, &functions);
    let mut total = Share::default();
    let mut modules: BTreeMap<String, Share> = BTreeMap::new();
    for function in &functions {
        total.add(function);
        modules.entry(function.module.clone()).or_default().add(function);
    }
    let mut missing: Vec<Function> =
        functions.into_iter().filter(|function| function.status == Status::Missing).collect();
    missing.sort_by_key(|function| (std::cmp::Reverse(function.traits.weight()), function.file.clone(), function.line));
    Ok(Audit { total, modules, missing, unused, unreadable })
}

impl Share {
    fn add(&mut self, function: &Function) {
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
            Status::Plain => {}
        }
        let (done, all) = self.weights;
        self.percent = (all > 0).then(|| (f64::from(done) * 1000.0 / f64::from(all)).round() / 10.0);
    }
}
