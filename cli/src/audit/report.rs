//! The audit as a table.

use std::fmt::Write;

use super::model::{Audit, Function, Share};

/// The table, at most `most` functions that are not instrumented, and unused declarations.
pub(crate) fn human(audit: &Audit, most: usize) -> String {
    let width = audit.modules.keys().map(String::len).max().unwrap_or_default().max("module".len());
    let mut text = format!("{:width$}  functions  instrumented  missing  ignored  exempt  percent\n", "module");
    for (module, share) in
        audit.modules.iter().filter(|(_, share)| share.instrumented + share.missing + share.ignored > 0)
    {
        line(&mut text, width, module, share);
    }
    line(&mut text, width, "total", &audit.total);
    if audit.total.plain > 0 {
        text += "exempt: cannot fail, is not async and does no I/O, so it needs no metrics\n";
    }
    if !audit.missing.is_empty() {
        text += "\nnot instrumented, by weight:\n";
        for function in audit.missing.iter().take(most) {
            let Function { file, line, module, name, .. } = function;
            let _ = writeln!(text, "  {file}:{line}: {module}::{name} ({})", words(function));
        }
        if let Some(more) = audit.missing.len().checked_sub(most).filter(|more| *more > 0) {
            let _ = writeln!(text, "  and {more} more; `--most {}` shows them", audit.missing.len());
        }
    }
    if !audit.unused.is_empty() {
        text += "\nunused declarations:\n";
        for unused in &audit.unused {
            let _ = writeln!(text, "  {}:{}: `{}`: {}", unused.file, unused.line, unused.name, unused.why);
        }
    }
    for unreadable in &audit.unreadable {
        let _ = writeln!(text, "not read: {unreadable}");
    }
    text
}

fn line(text: &mut String, width: usize, module: &str, share: &Share) {
    let percent = share.percent.map_or_else(|| "-".to_owned(), |percent| format!("{percent:.1}"));
    let Share { functions, instrumented, missing, ignored, plain, .. } = share;
    let _ = writeln!(
        text,
        "{module:width$}  {functions:9}  {instrumented:12}  {missing:7}  {ignored:7}  {plain:6}  {percent:>7}"
    );
}

fn words(function: &Function) -> String {
    let traits = &function.traits;
    let all =
        [(traits.public, "public"), (traits.fallible, "fallible"), (traits.is_async, "async"), (traits.io, "I/O")];
    all.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect::<Vec<_>>().join(", ")
}
