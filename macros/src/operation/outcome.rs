//! The meaning of `outcome` and `started`.

use syn::{LitStr, Type};

use super::args::Args;
use super::outcome_args::OutcomeArgs;
use crate::errors::Errors;
use crate::names::{OutcomeClass, Role};

/// The outcomes and their names.
pub(crate) struct Outcome {
    /// The label; `None` if calls are counted without an outcome.
    pub(crate) label: Option<String>,
    pub(crate) ok: String,
    pub(crate) error: String,
    pub(crate) panic: String,
    pub(crate) cancelled: String,
    pub(crate) cancelled_class: OutcomeClass,
    pub(crate) started: Option<String>,
    pub(crate) classifier: Option<Type>,
    /// Whether the histogram of durations has the label, too.
    pub(crate) on_duration: bool,
}

/// Determines the outcomes; `default` is the name of the label if the attribute has none.
pub(super) fn outcome(args: &Args, default: &str, counted: bool, errors: &mut Errors) -> Outcome {
    let OutcomeArgs { key, label, ok, error, panic, cancelled, cancelled_class, started, classifier, none } =
        &args.outcome;
    let duration_key = args.family(Role::Duration).outcome.as_ref();
    if let Some(key) = key
        && !counted
        && duration_key.is_none()
    {
        errors.at(
            key,
            "the outcome is a label of the `calls` family, which is not enabled here; add `calls`, or write `duration(outcome)`",
        );
    }
    if let Some(duration_key) = duration_key
        && *none
    {
        errors.at(
            duration_key,
            "`duration(outcome)` adds the outcome label, which `outcome = none` removes; remove one of them",
        );
    }
    if let Some(span) = args.started.or(started.as_ref().filter(|_| duration_key.is_some()).map(LitStr::span))
        && !counted
    {
        errors.at_span(
            span,
            "`started` is a value of the `calls` family, which this operation does not have; add `calls`",
        );
    }
    if let Some(span) = args.started
        && *none
    {
        errors.at_span(
            span,
            "`started` is a value of the outcome label, which `outcome = none` removes; remove one of them",
        );
    }
    if classifier.is_some() {
        for (given, word) in [(ok, "ok"), (error, "error")] {
            if let Some(given) = given {
                errors.at(
                    given,
                    format_args!("`{word}` cannot be used with `outcome = Type`, which defines its own values; rename the values in the type"),
                );
            }
        }
    }
    let text = |given: &Option<LitStr>, default: &str| given.as_ref().map_or_else(|| default.to_owned(), LitStr::value);
    Outcome {
        label: (!none).then(|| text(label, default)),
        ok: text(ok, "ok"),
        error: text(error, "error"),
        panic: text(panic, "panic"),
        cancelled: text(cancelled, "cancelled"),
        cancelled_class: cancelled_class.unwrap_or(OutcomeClass::Ignored),
        started: (args.started.is_some() || started.is_some()).then(|| text(started, "started")),
        classifier: classifier.clone(),
        on_duration: duration_key.is_some(),
    }
}
