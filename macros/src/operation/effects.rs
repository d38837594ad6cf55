//! Keys that would have no effect, or an effect that nobody wants.

use syn::LitStr;

use super::args::Args;
use super::labels::Label;
use super::outcome::Outcome;
use crate::errors::Errors;
use crate::names::TARGET_LABELS;

/// Reports names in `exported(..)` that are not those of labels. `more` are the labels that the operation adds.
pub(crate) fn check_exported(args: &Args, labels: &[Label], more: &[&str], errors: &mut Errors) {
    // A block's key applies to those of its functions that have the label.
    let is_own = args.has_own("exported");
    for name in args.exported.iter().filter(|_| is_own) {
        if !TARGET_LABELS.iter().any(|label| name == label) {
            errors.at(
                name,
                format_args!("`exported` has no effect on `{name}`, because Prometheus attaches only `job` and `instance`; remove it"),
            );
        } else if !labels.iter().any(|label| name == &label.name) && !more.iter().any(|label| name == label) {
            errors.at(name, format_args!("there is no label `{name}` here; remove it from `exported`"));
        }
    }
}

/// Reports an `of` without effect: only the label `function` shows the type.
pub(super) fn check_owner(args: &Args, fixed: &[&str], errors: &mut Errors) {
    if let Some(of) = args.seen.iter().find(|key| *key == "of").filter(|_| !fixed.contains(&"function")) {
        errors.at(
            of,
            "`of` has no effect here, because only functions without a `name` have the label `function`; remove `of` or `name`",
        );
    }
}

/// Reports values of the outcome label that distinguish nothing.
pub(super) fn check_values(args: &Args, outcome: &Outcome, errors: &mut Errors) {
    let written = &args.outcome;
    for value in
        [&written.ok, &written.error, &written.panic, &written.cancelled, &written.started].into_iter().flatten()
    {
        if value.value().is_empty() {
            errors.at(value, "a label with an empty value is the same as no label in Prometheus; choose a value");
        }
    }
    let Some(started) = &outcome.started else { return };
    let values = [&outcome.ok, &outcome.error, &outcome.panic, &outcome.cancelled];
    let values = if outcome.classifier.is_some() { &values[2..] } else { &values[..] };
    if values.contains(&started) {
        let at = written.started.as_ref().map(LitStr::span).or(args.started);
        errors.at_span(
            at.unwrap_or_else(proc_macro2::Span::call_site),
            format_args!("`{started}` is also the value of calls that have ended, so that each call would be counted twice; choose another value"),
        );
    }
}
