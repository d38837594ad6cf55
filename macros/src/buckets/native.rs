//! `native(factor = 1.1)`, or `native(factor = 1.1, classic = [..])`.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote_spanned;
use syn::{Expr, ExprAssign, ExprCall};

use super::bounds::{self, Bounds, number};
use crate::code::Private;
use crate::errors::Errors;
use crate::names::{NATIVE_FACTOR_ERROR, native_schema};
use crate::suggest::did_you_mean;

const USAGE: &str = "`native(factor = 1.1)` or `native(factor = 1.1, classic = [0.1, 0.5, 1.0])`";

/// Native buckets as they are to be emitted.
pub(super) struct Native {
    schema: i8,
    /// Whether classic buckets are shown beside them.
    classic: bool,
}

/// The call of `native`, if this is one.
pub(super) fn arguments(value: &Expr) -> Option<&ExprCall> {
    match value {
        Expr::Group(group) => arguments(&group.expr),
        Expr::Call(call) => word(&call.func).is_some_and(|word| word == "native").then_some(call),
        _ => None,
    }
}

/// Reads the arguments: the native buckets, and the bounds of the classic ones.
pub(super) fn read(call: &ExprCall, errors: &mut Errors) -> Option<(Native, Option<Bounds>)> {
    let (mut factor, mut classic) = (None, None);
    for argument in &call.args {
        let (key, value) = pair(argument, errors)?;
        let slot = if key == "factor" { &mut factor } else { &mut classic };
        if slot.replace(value).is_some() {
            errors.at(key, format_args!("duplicate key `{key}`; remove one"));
            return None;
        }
    }
    let bounds = classic.map(|classic| bounds::read(classic, errors));
    let Some(factor) = factor else {
        errors.at(call, format_args!("native buckets need a growth factor: {USAGE}"));
        return None;
    };
    let schema = schema(factor, errors)?;
    let bounds = match bounds {
        Some(bounds) => Some(bounds?),
        None => None,
    };
    Some((Native { schema, classic: classic.is_some() }, bounds))
}

/// One of the arguments.
fn pair<'a>(argument: &'a Expr, errors: &mut Errors) -> Option<(&'a Ident, &'a Expr)> {
    let assigned = match argument {
        Expr::Assign(ExprAssign { left, right, .. }) => word(left).map(|key| (key, &**right)),
        _ => None,
    };
    let Some((key, value)) = assigned else {
        errors.at(argument, format_args!("expected `factor = ..` or `classic = ..`: {USAGE}"));
        return None;
    };
    let name = key.to_string();
    if name == "factor" || name == "classic" {
        return Some((key, value));
    }
    let hint = did_you_mean(&name, ["factor", "classic"]);
    let hint = if hint.is_empty() { "; expected `factor` or `classic`" } else { &hint };
    errors.at(key, format_args!("unknown key `{name}`{hint}"));
    None
}

fn schema(factor: &Expr, errors: &mut Errors) -> Option<i8> {
    let schema = number(factor).map(native_schema);
    match schema {
        Some(Some(_)) => {}
        Some(None) => errors.at(factor, NATIVE_FACTOR_ERROR),
        None => errors.at(factor, "the growth factor must be a number, for instance 1.1"),
    }
    schema.flatten()
}

/// A path of one word.
fn word(value: &Expr) -> Option<&Ident> {
    match value {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}

impl Native {
    pub(super) fn tokens(&self, private: &Private) -> TokenStream {
        let span = Span::mixed_site();
        let Self { schema, classic } = self;
        let mut magnitude = Literal::i8_suffixed(schema.abs());
        magnitude.set_span(span);
        let sign = (*schema < 0).then(|| quote_spanned!(span=> -));
        quote_spanned!(span=> #private::Option::Some(&#private::Native { schema: #sign #magnitude, classic: #classic }))
    }
}
