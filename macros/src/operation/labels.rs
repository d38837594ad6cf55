//! The labels of one declaration: their expressions, their possible values, and checks of their names.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, LitStr, Type};

use crate::errors::Errors;
use crate::names::{DEFAULT_CAP, MAX_CAP, MAX_LABELS, TARGET_LABELS, label_name_error};

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
    /// The values of a type; for an open type, the cap, if there is one.
    Typed { ty: Box<Type>, cap: Option<usize> },
    /// A closed set whose type is inferred.
    Untyped,
    /// Any string, up to this cap.
    Open { cap: usize },
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
            errors.at_span(label.span, format_args!("a family may have at most {MAX_LABELS} labels; remove one"));
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

const OPEN_USAGE: &str = "expected `open(value)` or `open(value, max = 50)`; `max` must be from 1 to 10000";

/// The arguments of `open(expr, max = n)`, if this is one.
pub(crate) fn open(value: &Expr, errors: &mut Errors) -> Option<(Expr, usize)> {
    let Expr::Call(call) = ungrouped(value) else { return None };
    let Expr::Path(function) = &*call.func else { return None };
    if !function.path.is_ident("open") {
        return None;
    }
    let mut arguments = call.args.iter();
    let Some(text) = arguments.next() else {
        errors.at(call, OPEN_USAGE);
        return Some((value.clone(), DEFAULT_CAP));
    };
    let mut cap = DEFAULT_CAP;
    for argument in arguments {
        match cap_argument(argument) {
            Some(given) => cap = given,
            None => errors.at(argument, OPEN_USAGE),
        }
    }
    Some((text.clone(), cap))
}

/// The expression that a macro's `$value:expr` or `$value:literal` stands for.
fn ungrouped(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => ungrouped(&group.expr),
        other => other,
    }
}

fn cap_argument(argument: &Expr) -> Option<usize> {
    let Expr::Assign(assign) = argument else { return None };
    let Expr::Path(left) = &*assign.left else { return None };
    let Expr::Lit(right) = ungrouped(&assign.right) else { return None };
    let syn::Lit::Int(number) = &right.lit else { return None };
    if !left.path.is_ident("max") {
        return None;
    }
    valid_cap(number)
}

/// The number of `max = n`, if it is in range.
pub(crate) fn valid_cap(number: &syn::LitInt) -> Option<usize> {
    number.base10_parse().ok().filter(|cap| (1..=MAX_CAP).contains(cap))
}
