//! The audit: which functions of a source tree are instrumented, which are not and may need to be, and which declarations are unused.

mod declared;
mod functions;
mod model;
mod report;
mod scan;
mod weight;

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::Error;
use crate::glob::Patterns;
use model::{Audit, Function, Share, Status};
pub(crate) use report::human;

/// Audits every `src` below a folder. `ignored` are patterns of modules and functions.
pub(crate) fn audit(root: &Path, ignored: &Patterns) -> Result<Audit, Error> {
    let scan::Tree { sources, unreadable } = scan::tree(root)?;
    let mut functions: Vec<Function> = sources.iter().flat_map(functions::functions).collect();
    for function in &mut functions {
        let path = format!("{}::{}", function.module, function.name);
        let is_ignored = ignored.matches(&path) || ignored.matches(&function.module);
        if function.status == Status::Missing && is_ignored {
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
    Ok(Audit { schema: 1, total, modules, missing, unused, unreadable })
}
