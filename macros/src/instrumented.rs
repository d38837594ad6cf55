//! `#[instrumented(..)]`: takes an attribute and an item, and returns the instrumented item.

mod anchor;
mod arguments;
mod assigned;
mod begin;
mod block;
mod carried;
mod contained;
mod desugared;
mod emit;
mod examined;
mod exits;
mod expected;
mod fallible;
mod function;
mod hover;
mod item;
mod kinds;
mod known;
mod labels;
mod limit;
mod owned;
mod polls;
mod reading;
mod refusals;
mod returns;
mod scope;
mod shape;
mod simple;
mod source;
mod tail;
mod tokens;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, ItemMacro};

use crate::errors::Errors;
use crate::operation::args::Args;
use crate::operation::keys::Language;
use crate::paths::Runtime;
use item::Function;

/// Expands the attribute on an item. The item survives every error.
pub(crate) fn expand(attribute: TokenStream, tokens: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut args = Args::parse(attribute.clone(), Language::Instrumented, &mut errors);
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    if let Some(block) = scope::parse(&trees) {
        let mut expanded = scope::expand(block, &args, attribute, &mut errors).unwrap_or(tokens);
        expanded.extend(errors.into_tokens(args.runtime.as_ref()));
        return expanded;
    }
    let mut survivor = tokens;
    let expanded = Function::of(trees).and_then(|mut function| {
        if let Some(carried) = carried::of(&function, &mut errors) {
            args.extend(carried.own.clone(), Language::Instrumented, &mut errors);
            args.refine(&carried.args);
            survivor = carried.tokens;
            function = Function::parse(&survivor)?;
            if function.attributes.iter().any(|attribute| scope::is_macro(attribute.meta.to_token_stream())) {
                // It may be this attribute once more.
                let own = carried::joined([attribute, carried.own]);
                let private = Runtime::new(args.runtime.as_ref()).private();
                function.original = carried::call(&function, &carried.blocks, &own, &args, &private);
            }
        }
        Ok(function::expand(&function, &args, &mut errors))
    });
    let expanded = expanded.unwrap_or_else(|error| {
        if args.skip.is_some() && is_macro_call(&survivor) {
            // In a block, under another name.
        } else if is_copied(&survivor) {
            // An expression can be replaced with only one macro call.
            survivor = TokenStream::new();
            errors.at_span(
                Span::call_site(),
                "another macro has copied this attribute to an expression; put it on the whole trait or `impl` block instead, above that macro",
            );
        } else {
            errors.push(error);
        }
        None
    });
    match expanded {
        Some(expanded) if errors.is_empty() => expanded,
        _ => {
            // Without an error, the function stays as it is, with its warnings: under clippy, or with `skip`.
            if !errors.is_empty() {
                survivor = quiet(survivor);
                survivor.extend(errors.into_tokens(args.runtime.as_ref()));
            }
            survivor
        }
    }
}

/// A label may be the only use of an argument, which rustc would report as unused beside the error.
fn quiet(survivor: TokenStream) -> TokenStream {
    match Function::parse(&survivor) {
        Ok(_) => quote!(#[allow(unused_variables)] #survivor),
        Err(_) => survivor,
    }
}

fn is_macro_call(tokens: &TokenStream) -> bool {
    syn::parse2::<ItemMacro>(tokens.clone()).is_ok()
}

/// Whether the attribute is on an expression, where users cannot write it. A macro call may also be an item, which must stay.
fn is_copied(tokens: &TokenStream) -> bool {
    syn::parse2::<Expr>(tokens.clone()).is_ok_and(|expression| !matches!(expression, Expr::Closure(_) | Expr::Macro(_)))
}
