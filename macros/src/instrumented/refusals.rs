//! Functions that cannot be instrumented.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::Attribute;

use super::item::Function;
use super::shape::Shape;
use super::tokens::any;
use crate::errors::Errors;
use crate::operation::args::Args;

/// Reports why a function cannot be instrumented.
pub(super) fn check(function: &Function, args: &Args, errors: &mut Errors) {
    if let Some(constness) = &function.signature.constness {
        errors.at(
            constness,
            "a `const fn` cannot be instrumented, because it may run at compile time; remove `const`, or instrument its callers",
        );
    }
    if let Some(attribute) = function.attributes.iter().find(|attribute| is_naked(attribute)) {
        errors.at(
            attribute,
            "a naked function cannot be instrumented, because its body is assembly; instrument its callers",
        );
    }
    let shape = Shape::of(function, args.reads_a_value(), args.reads_every_value());
    if matches!(shape, Shape::Closure | Shape::Future { in_place: false })
        && let Some(attribute) = function.attributes.iter().find(|attribute| attribute.path().is_ident("track_caller"))
    {
        errors.at(
            attribute,
            "`#[track_caller]` cannot be combined with `return`, `?` or a macro that may contain them, because the body becomes a closure, in which \
             `Location::caller()` is not the caller; rewrite the body, add `outcome = none`, or instrument a function that this one calls",
        );
    }
}

/// Whether the function can be instrumented.
pub(super) fn can_be_instrumented(function: &Function, args: &Args) -> bool {
    let mut errors = Errors::default();
    check(function, args, &mut errors);
    errors.is_empty()
}

/// `#[naked]`, `#[unsafe(naked)]`, also in a `cfg_attr`.
fn is_naked(attribute: &Attribute) -> bool {
    let may_say_so = ["cfg_attr", "naked", "unsafe"].iter().any(|path| attribute.path().is_ident(path));
    let is_word = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "naked");
    may_say_so && any(&attribute.meta.to_token_stream(), &is_word)
}
