//! The labels of one declaration: their expressions, their possible values, and checks of their names.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, LitStr, Type};

use crate::errors::Errors;
use crate::names::{MAX_CAP, MAX_LABELS, TARGET_LABELS, label_name_error};

/// A label.
pub(crate) struct Label {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) values: Values,
    /// A reference to the expression of the value.
    pub(crate) value: TokenStream,
}

/// What is known about a label's values before the first call.
pub(crate) enum Values {
    /// The values of a type; for an open type, its limits.
    Typed { ty: Box<Type>, limits: Limits },
    /// A closed set whose type is inferred.
    Untyped,
    /// Any string, within these limits.
    Open { limits: Limits },
}

/// Checks the names of all labels and their number.
pub(crate) fn check_labels(labels: &[Label], fixed: &[&str], exported: &[Ident], errors: &mut Errors) {
    for (at, label) in labels.iter().enumerate() {
        if let Some(error) = label_name_error(&label.name) {
            errors.at_span(label.span, error);
        }
        if let Some(error) = target_label_error(&label.name, exported) {
            errors.at_span(label.span, error);
        }
        if labels[..at].iter().any(|other| other.name == label.name) {
            errors.at_span(label.span, format_args!("duplicate label `{}`; rename one", label.name));
        }
        if fixed.contains(&label.name.as_str()) {
            errors.at_span(
                label.span,
                format_args!("functions without a `name` already have the label `{}`; give the operation a `name`, or rename the label", label.name),
            );
        }
        if at == MAX_LABELS {
            errors.at_span(
                label.span,
                format_args!("a family may have at most {MAX_LABELS} labels, found {}; remove one", labels.len()),
            );
        }
    }
}

/// The error for a label with the name of a target label of Prometheus, unless it is listed in `exported(..)`.
fn target_label_error(name: &str, exported: &[Ident]) -> Option<String> {
    let is_refused = TARGET_LABELS.contains(&name) && !exported.iter().any(|label| label == name);
    is_refused.then(|| {
        format!(
            "Prometheus attaches the label `{name}` to every series and renames this one to `exported_{name}`; choose another name, or keep it with `exported({name})`"
        )
    })
}

/// The label that an operation adds to a family (the outcome or the error kind), for checks against the declared labels.
pub(super) struct OwnLabel<'a> {
    pub(super) labels: &'a [Label],
    pub(super) fixed: &'a [&'a str],
    pub(super) exported: &'a [Ident],
    /// The span for errors without a token.
    pub(super) ident: &'a Ident,
}

impl OwnLabel<'_> {
    pub(super) fn check(&self, key: &str, name: &str, literal: Option<&LitStr>, errors: &mut Errors) {
        let at = literal.map_or_else(|| self.ident.to_token_stream(), ToTokens::to_token_stream);
        if let Some(error) = label_name_error(name) {
            errors.at(&at, error);
        }
        if let Some(error) = target_label_error(name, self.exported) {
            errors.at(&at, error);
        }
        if let Some(label) = self.labels.iter().find(|label| label.name == name) {
            errors.at_span(
                label.span,
                format_args!(
                    "duplicate label `{name}`: `{key}` adds it, too; rename this label, or set `{key}(label = \"..\")`"
                ),
            );
        } else if self.fixed.contains(&name) {
            errors.at(
                &at,
                format_args!("functions without a `name` already have the label `{name}`; choose another name"),
            );
        }
    }
}

const OPEN_USAGE: &str = "expected `open(value)`, `open(value, max = 50)` or `open(value, max = 50, idle = 600)`; `max` must be from 1 to 10000, `idle` is in seconds";

/// The limits of an open label.
#[derive(Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) cap: Option<usize>,
    /// After how many seconds without a call a value expires.
    pub(crate) idle: Option<usize>,
}

/// The arguments of `open(expr, max = n, idle = n)`, if this is one.
pub(crate) fn open(value: &Expr, errors: &mut Errors) -> Option<(Expr, Limits)> {
    let Expr::Call(call) = ungrouped(value) else { return None };
    let Expr::Path(function) = &*call.func else { return None };
    if !function.path.is_ident("open") {
        return None;
    }
    let mut limits = Limits::default();
    let mut arguments = call.args.iter();
    let Some(text) = arguments.next() else {
        errors.at(call, OPEN_USAGE);
        return Some((value.clone(), limits));
    };
    for argument in arguments {
        if let Err(error) = limits.read(argument) {
            errors.at(argument, error);
        }
    }
    Some((text.clone(), limits))
}

impl Limits {
    fn read(&mut self, argument: &Expr) -> Result<(), String> {
        let Expr::Assign(assign) = argument else { return Err(OPEN_USAGE.to_owned()) };
        let (Expr::Path(left), right) = (&*assign.left, ungrouped(&assign.right)) else {
            return Err(OPEN_USAGE.to_owned());
        };
        let number = match right {
            Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Int(number) => Some(number),
                _ => None,
            },
            _ => None,
        };
        let (limit, valid, key, error) = if left.path.is_ident("max") {
            (&mut self.cap, number.and_then(valid_cap), "max", OPEN_USAGE)
        } else if left.path.is_ident("idle") {
            (&mut self.idle, number.and_then(valid_idle), "idle", IDLE_ERROR)
        } else {
            return Err(OPEN_USAGE.to_owned());
        };
        let is_duplicate = limit.is_some();
        *limit = Some(valid.ok_or(error)?);
        if is_duplicate { Err(format!("duplicate key `{key}`; remove one")) } else { Ok(()) }
    }
}

/// The error for an invalid number of seconds.
pub(crate) const IDLE_ERROR: &str = "`idle` must be an integer number of seconds, at least 1: `idle = 600`";

/// The expression that a macro's `$value:expr` or `$value:literal` stands for.
fn ungrouped(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => ungrouped(&group.expr),
        other => other,
    }
}

/// The number of `max = n`, if it is in range.
pub(crate) fn valid_cap(number: &syn::LitInt) -> Option<usize> {
    number.base10_parse().ok().filter(|cap| (1..=MAX_CAP).contains(cap))
}

/// The number of `idle = n`, if it is in range.
pub(crate) fn valid_idle(number: &syn::LitInt) -> Option<usize> {
    number.base10_parse::<u32>().ok().filter(|seconds| *seconds > 0).and_then(|seconds| usize::try_from(seconds).ok())
}
