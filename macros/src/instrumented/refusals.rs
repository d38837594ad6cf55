//! Functions that cannot be instrumented.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, LitStr, Meta};

use super::item::Function;
use super::shape::Shape;
use super::tokens::{any, is_ours};
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::operation::keys::Language;

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
    if let Some(attribute) = function.attributes.iter().find(|attribute| counts_again(attribute, args)) {
        errors.at(
            attribute,
            "this function has `#[instrumented]` twice, so each call would be counted twice in the same metrics; remove one, or set another `name`",
        );
    }
    let shape = Shape::of(function, args);
    if matches!(shape, Shape::Closure | Shape::Future { in_place: false })
        && let Some(attribute) = function.attributes.iter().find(|attribute| attribute.path().is_ident("track_caller"))
    {
        errors.at(
            attribute,
            "`#[track_caller]` cannot be combined with `return`, `?` or a macro that may contain them, because the body becomes a closure, in which \
             `Location::caller()` is not the caller; rewrite the body (in a function that returns a `Result`, `?` and `return Err(..)` are supported), \
             add `outcome = none`, or instrument a function that this one calls",
        );
    }
}

/// Whether an attribute counts the calls in the same families as these arguments.
fn counts_again(attribute: &Attribute, args: &Args) -> bool {
    if !is_ours(attribute.path()) {
        return false;
    }
    let written = match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    let other = Args::parse(written, Language::Instrumented, &mut Errors::default());
    let name = |args: &Args| args.name.as_ref().map(LitStr::value);
    let is_inline = |args: &Args| args.declared.is_none() && (args.name.is_some() || !args.is_named());
    is_inline(args) && is_inline(&other) && name(args) == name(&other)
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
