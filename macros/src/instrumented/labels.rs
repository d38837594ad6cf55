//! The labels of an inline operation: expressions and arguments of the function.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Type};

use super::item::Function;
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::operation::label_args::LabelArg;
use crate::operation::labels::{DEFAULT_CAP, Label, Values, open};
use crate::suggest::did_you_mean;

/// What `labels(..)` means on this function.
pub(super) fn labels(args: &Args, function: &Function, private: &TokenStream, errors: &mut Errors) -> Vec<Label> {
    args.labels.iter().map(|label| one(label, function, private, errors)).collect()
}

fn one(label: &LabelArg, function: &Function, private: &TokenStream, errors: &mut Errors) -> Label {
    let name = label.name.unraw().to_string();
    let span = label.name.span();
    if let Some(ty) = &label.ty
        && function.is_generic(ty)
    {
        errors.at(
            ty,
            "the type of a label is known before the first call, so it cannot name generics or `Self`; leave the type out",
        );
    }
    let Some(value) = &label.value else {
        let (ident, ty) = argument(&label.name, function, errors).unzip();
        let values = match label.ty.as_ref().or(ty) {
            Some(ty) if !function.is_generic(ty) => Values::Typed { ty: Box::new(ty.clone()), cap: DEFAULT_CAP },
            _ => Values::Untyped,
        };
        // `type` stands for `r#type`.
        let mut ident = ident.unwrap_or(&label.name).clone();
        ident.set_span(span);
        return Label { name, span, values, value: checked(&ident, label.ty.as_ref(), private) };
    };
    if let Some((text, cap)) = open(value, errors) {
        if let Some(ty) = &label.ty {
            errors.at(ty, "an open label is a text and has no other type; leave the type out");
        }
        let text_span = text.span().resolved_at(Span::mixed_site());
        let value = quote_spanned!(text_span=> &#private::open(&(#text)));
        return Label { name, span, values: Values::Open { cap }, value };
    }
    let values = match &label.ty {
        Some(ty) => Values::Typed { ty: Box::new(ty.clone()), cap: DEFAULT_CAP },
        None => Values::Untyped,
    };
    Label { name, span, values, value: checked(value, label.ty.as_ref(), private) }
}

/// A reference to the value, where the compiler can say what is wrong with it: at the user's own expression.
fn checked(value: &impl ToTokens, ty: Option<&Type>, private: &TokenStream) -> TokenStream {
    let span = value.span().resolved_at(Span::mixed_site());
    match ty {
        Some(ty) => quote_spanned!(span=> #private::label::<#ty>(&(#value))),
        None => quote_spanned!(span=> #private::label(&(#value))),
    }
}

/// The argument that a label alone stands for.
fn argument<'a>(name: &Ident, function: &'a Function, errors: &mut Errors) -> Option<(&'a Ident, &'a Type)> {
    if name == "self" {
        errors.at(name, "`self` is no label's name; write `name = self` or `name = self.field`");
        return None;
    }
    let argument = function.argument(name);
    if argument.is_none() {
        let names: Vec<String> = function.arguments().map(|(ident, _)| ident.unraw().to_string()).collect();
        let hint = did_you_mean(&name.to_string(), names.iter().map(String::as_str));
        let hint = if hint.is_empty() { format!("; write `{name} = ..` for another value") } else { hint };
        errors.at(name, format_args!("the function has no argument `{name}`{hint}"));
    }
    argument
}

/// Whether an expression is known to the caller as a declared operation: a struct with named fields, or one without any.
pub(super) fn check_declared(declared: &Expr, errors: &mut Errors) {
    match declared {
        Expr::Struct(_) | Expr::Path(_) => {}
        Expr::Group(group) => check_declared(&group.expr, errors),
        other => errors.at(
            other,
            "an operation stands here as a struct with its labels: `VolumeOperation { operation: VolumeOp::Create }`",
        ),
    }
}
