//! The labels of an inline operation: expressions and arguments of the function.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Lit, Type};

use super::item::Function;
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::operation::label_args::LabelArg;
use crate::operation::labels::{Label, Limits, Values, open};
use crate::suggest::did_you_mean;
use crate::types::located_at;

/// The labels that `labels(..)` declares for this function.
pub(super) fn labels(args: &Args, function: &Function, errors: &mut Errors) -> Vec<Label> {
    args.labels.iter().map(|label| one(label, function, errors)).collect()
}

fn one(label: &LabelArg, function: &Function, errors: &mut Errors) -> Label {
    let name = label.name.unraw().to_string();
    let span = label.name.span();
    if let Some(ty) = &label.ty
        && function.is_generic(ty)
    {
        errors.at(
            ty,
            "the type of a label cannot use generics or `Self`, because its series are created at startup; remove the type",
        );
    }
    if ["idle", "max"].contains(&name.as_str()) && is_number(label.value.as_ref()) {
        let number = if name == "idle" { 600 } else { 50 };
        let message =
            format!("`{name}` is only allowed in an open label: `labels(tenant = open(tenant, {name} = {number}))`");
        errors.at(&label.name, message);
    }
    let Some(value) = &label.value else {
        let (ident, ty) = argument(&label.name, function, errors).unzip();
        let values = typed(label.ty.clone().or_else(|| known(ty?, function, span)));
        // `type` stands for `r#type`.
        let mut ident = ident.unwrap_or(&label.name).clone();
        ident.set_span(span);
        return Label { name, span, values, value: reference(&ident) };
    };
    if let Some((text, limits)) = open(value, errors) {
        if let Some(ty) = &label.ty {
            errors.at(ty, "an open label is a string; remove the type");
        }
        return Label { name, span, values: Values::Open { limits }, value: reference(&text) };
    }
    let of_argument = || known(function.argument(name_of(value)?)?.1, function, span);
    let values = typed(label.ty.clone().or_else(of_argument));
    Label { name, span, values, value: reference(value) }
}

fn typed(ty: Option<Type>) -> Values {
    ty.map_or(Values::Untyped, |ty| Values::Typed { ty: Box::new(ty), limits: Limits::default() })
}

/// The type of an argument, if it is the same in all calls.
fn known(ty: &Type, function: &Function, span: Span) -> Option<Type> {
    (!function.may_be_generic(ty)).then(|| at_label(ty, span))
}

/// The name that a value consists of.
fn name_of(value: &Expr) -> Option<&Ident> {
    match value {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}

fn is_number(value: Option<&Expr>) -> bool {
    matches!(value, Some(Expr::Lit(literal)) if matches!(literal.lit, Lit::Int(_) | Lit::Float(_)))
}

/// A reference to the value.
fn reference(value: &impl ToTokens) -> TokenStream {
    quote_spanned!(value.span().resolved_at(Span::mixed_site())=> &(#value))
}

/// The type of an argument with the span of the label, so that errors about it point at the label.
fn at_label(ty: &Type, span: Span) -> Type {
    let tokens = located_at(ty.to_token_stream(), span);
    syn::parse2(tokens).unwrap_or_else(|_| ty.clone())
}

/// The argument that a label without a value refers to; `None` without an error if a pattern of the arguments binds the name.
fn argument<'a>(name: &Ident, function: &'a Function, errors: &mut Errors) -> Option<(&'a Ident, &'a Type)> {
    if name == "self" {
        errors.at(name, "`self` is not a valid label name; write `name = self` or `name = self.field`");
        return None;
    }
    let argument = function.argument(name);
    if argument.is_none() && !function.binds(name) {
        let names: Vec<String> = function.arguments().map(|(ident, _)| ident.unraw().to_string()).collect();
        let hint = did_you_mean(&name.to_string(), names.iter().map(String::as_str));
        let hint = if hint.is_empty() { format!("; write `{name} = ..` for another value") } else { hint };
        errors.at(name, format_args!("the function has no argument `{name}`{hint}"));
    }
    argument
}

/// Checks that an expression can be a declared operation: a struct with named fields, or a path.
pub(super) fn check_declared(declared: &Expr, errors: &mut Errors) {
    match declared {
        Expr::Struct(_) | Expr::Path(_) => {}
        Expr::Group(group) => check_declared(&group.expr, errors),
        other => errors.at(
            other,
            "expected a struct expression with the operation's labels: `VolumeOperation { operation: VolumeOp::Create }`",
        ),
    }
}
