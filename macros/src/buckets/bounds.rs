//! The bounds of classic buckets: a list, a constant's path, `exponential(start, factor, n)` or `linear(start, width, n)`.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprLit, ExprPath, ExprUnary, Lit, UnOp};

use crate::code::Private;
use crate::errors::Errors;
use crate::names::{MAX_BUCKETS, buckets_message};

/// Bounds for the generated code.
pub(crate) enum Bounds {
    /// Known and checked here.
    Known(Vec<f64>),
    /// A constant, or a list that contains constants; checked by the runtime's `const` check.
    Constant(TokenStream),
}

/// Reads bounds.
pub(super) fn read(value: &Expr, errors: &mut Errors) -> Option<Bounds> {
    match value {
        Expr::Array(array) => {
            let numbers: Option<Vec<f64>> = array.elems.iter().map(number).collect();
            let Some(bounds) = numbers else {
                return Some(Bounds::Constant(quote_spanned!(array.span().resolved_at(Span::mixed_site())=> &#array)));
            };
            if let Some((at, error)) = buckets_message(&bounds) {
                match array.elems.get(at) {
                    Some(element) => errors.at(element, error),
                    None => errors.at(array, error),
                }
                return None;
            }
            Some(Bounds::Known(bounds))
        }
        Expr::Path(path) => Some(Bounds::Constant(path.to_token_stream())),
        // A reference to a list is read as the list; a reference to a constant stays an expression.
        Expr::Reference(reference) => match &*reference.expr {
            Expr::Path(_) => Some(Bounds::Constant(reference.to_token_stream())),
            list => read(list, errors),
        },
        Expr::Group(group) => read(&group.expr, errors),
        Expr::Call(call) => generated(call, errors),
        other => {
            errors.at(
                other,
                "expected an array of bucket bounds, `exponential(start, factor, n)`, `linear(start, width, n)`, `native(factor = 1.1)` or the path of a constant",
            );
            None
        }
    }
}

/// `exponential(..)` and `linear(..)`.
fn generated(call: &ExprCall, errors: &mut Errors) -> Option<Bounds> {
    let word = match &*call.func {
        Expr::Path(ExprPath { qself: None, path, .. }) => path.get_ident().map(ToString::to_string),
        _ => None,
    };
    let (exponential, usage) = match word.as_deref() {
        Some("exponential") => (true, "`exponential(start, factor, n)`"),
        Some("linear") => (false, "`linear(start, width, n)`"),
        _ => {
            errors.at(
                &call.func,
                "unknown function; expected `exponential(start, factor, n)`, `linear(start, width, n)` or `native(factor = 1.1)`",
            );
            return None;
        }
    };
    let arguments: Vec<&Expr> = call.args.iter().collect();
    let [start_at, step_at, count_at] = arguments[..] else {
        errors.at(call, format_args!("expected three numbers: {usage}"));
        return None;
    };
    let mut needed = |at: &Expr, wrong: &dyn Fn(f64) -> bool, message: &str| match number(at) {
        Some(value) if value.is_finite() && !wrong(value) => Some(value),
        Some(_) => {
            errors.at(at, message);
            None
        }
        None => {
            errors.at(at, format_args!("expected a number: {usage}"));
            None
        }
    };
    let start = if exponential {
        needed(start_at, &|start| start <= 0.0, "the first bound of exponential buckets must be greater than 0")
    } else {
        needed(start_at, &|_| false, "the first bound of linear buckets must be finite")
    };
    let step = if exponential {
        needed(step_at, &|factor| factor <= 1.0, "the factor of exponential buckets must be greater than 1")
    } else {
        needed(step_at, &|width| width <= 0.0, "the width of linear buckets must be greater than 0")
    };
    #[allow(clippy::cast_precision_loss, reason = "64 is exact")]
    let most = MAX_BUCKETS as f64;
    let count =
        needed(count_at, &|n| n < 1.0 || n > most || n.fract() != 0.0, "the number of buckets must be from 1 to 64");
    let (start, step, count) = (start?, step?, count?);
    let mut bounds = Vec::new();
    let mut exponent = 0.0;
    while exponent < count {
        bounds.push(rounded(if exponential { start * step.powf(exponent) } else { start + step * exponent }));
        exponent += 1.0;
    }
    if let Some((_, error)) = buckets_message(&bounds) {
        errors.at(call, error);
        return None;
    }
    Some(Bounds::Known(bounds))
}

/// Rounds to twelve significant digits, so that `le` is `0.3` and not `0.30000000000000004`.
fn rounded(bound: f64) -> f64 {
    format!("{bound:.11e}").parse().unwrap_or(bound)
}

/// The value of a numeric literal.
pub(crate) fn number(value: &Expr) -> Option<f64> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) => float.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => int.base10_digits().parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => number(expr).map(|positive| -positive),
        Expr::Group(group) => number(&group.expr),
        Expr::Paren(paren) => number(&paren.expr),
        Expr::Path(path) => {
            let last = path.path.segments.last()?;
            (last.ident == "INFINITY").then_some(f64::INFINITY).or_else(|| (last.ident == "NAN").then_some(f64::NAN))
        }
        _ => None,
    }
}

impl Bounds {
    /// The bounds as generated code.
    pub(super) fn tokens(&self, private: &Private) -> TokenStream {
        match self {
            Self::Known(bounds) => {
                let span = Span::mixed_site();
                let bounds = bounds.iter().map(|bound| {
                    let mut literal = Literal::f64_suffixed(bound.abs());
                    literal.set_span(span);
                    if bound.is_sign_negative() {
                        quote_spanned!(span=> -#literal)
                    } else {
                        literal.into_token_stream()
                    }
                });
                quote_spanned!(span=> &[#(#bounds),*])
            }
            Self::Constant(path) => {
                // With the span of the constant, so that the error of the `const` check points there.
                let span = path.span().resolved_at(Span::mixed_site());
                let private = private.located_at(span);
                quote_spanned!(span=> #private::bounds(#path))
            }
        }
    }
}
