//! An `async fn` written as what the compiler makes of it: a function that returns its future. Wrapped on the outside, that future holds the
//! arguments once; an `async` block inside of an `async fn` would hold them a second time, and every level of nested calls would double.
//!
//! ```text
//! async fn f(&self, mut a: A) -> R { body }
//!
//! fn f(&self, a: A) -> impl Future<Output = R> {
//!     let __kept = ..;
//!     instrument(__kept, async move { let _ = &self; let mut a = a; anchor { body } }, read)
//! }
//! ```
//!
//! `impl` has the edition of this crate, 2024, in which it captures every lifetime, as an `async fn` does.

use proc_macro2::{Delimiter, Punct, Spacing, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{Attribute, FnArg, Safety};

use super::arguments::Arguments;
use super::item::Function;
use super::returns::Returns;
use super::tokens::{Angles, any};
use crate::operation::args::Args;
use crate::types::located_at;

/// The function's head without `async`, returning the future; `None` if `async` has to stay.
pub(super) fn head(
    function: &Function,
    arguments: &Arguments<'_>,
    args: &Args,
    private: &TokenStream,
) -> Option<TokenStream> {
    if args.keeps_async || !may_go_without_async(function) || !arguments.are_all_bound_again() {
        return None;
    }
    let is = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(ident) if ident == word);
    let mut tokens = function.head.clone().into_iter();
    let mut head = TokenStream::new();
    for token in tokens.by_ref().filter(|token| !is(token, "async")) {
        let ends = is(&token, "fn");
        head.extend([token]);
        if ends {
            break;
        }
    }
    let mut angles = Angles::default();
    for token in tokens.by_ref() {
        let is_outside = angles.are_closed_behind(&token);
        let ends = matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
        head.extend([token]);
        if ends && is_outside {
            break;
        }
    }
    let rest: Vec<TokenTree> = tokens.collect();
    let clause = rest.iter().position(|token| is(token, "where")).unwrap_or(rest.len());
    // Behind the two halves of the arrow.
    let output: TokenStream = rest.get(2..clause).unwrap_or_default().iter().cloned().collect();
    let span = function.returned_at();
    let private = located_at(private.clone(), span);
    let output = if output.is_empty() { quote_spanned!(span=> ()) } else { output };
    head.extend(quote_spanned!(span=> -> impl #private::Future<Output = #output));
    // The head ends with a token of the user's: what is said of it as a whole is said there, and not at the attribute.
    let mut end = Punct::new('>', Spacing::Alone);
    end.set_span(function.ends_at());
    head.extend([TokenTree::Punct(end)]);
    head.extend(rest[clause..].iter().cloned());
    Some(head)
}

/// Whether an expression that is evaluated before the future, for a label, awaits or returns.
pub(super) fn needs_async(read_before: &TokenStream) -> bool {
    any(read_before, &|token| match token {
        TokenTree::Ident(ident) => ident == "await" || ident == "return",
        TokenTree::Punct(punct) => punct.as_char() == '?',
        _ => false,
    })
}

/// Whether nothing can tell the difference: no attribute that wants to see an `async fn`, and no lint about one in a trait.
fn may_go_without_async(function: &Function) -> bool {
    let signature = &function.signature;
    signature.asyncness.is_some()
        && !matches!(function.returns, Returns::Never)
        && signature.abi.is_none()
        && matches!(signature.safety, Safety::Default)
        && function.attributes.iter().all(|attribute| is_inert(attribute) && !is_about_async(attribute))
        && signature.inputs.iter().all(|input| match input {
            FnArg::Receiver(receiver) => receiver.attrs.is_empty(),
            FnArg::Typed(typed) => typed.attrs.is_empty(),
        })
}

/// Whether an attribute is about `async_fn_in_trait`, which the compiler reports for an `async fn` only.
fn is_about_async(attribute: &Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return false };
    any(&list.tokens, &|token| matches!(token, TokenTree::Ident(ident) if ident == "async_fn_in_trait"))
}

/// Whether an attribute only speaks to the compiler, and says to a function that returns a future what it says to an `async fn`.
pub(super) fn is_inert(attribute: &Attribute) -> bool {
    const INERT: [&str; 12] = [
        "allow",
        "cfg",
        "clippy",
        "cold",
        "deny",
        "deprecated",
        "doc",
        "expect",
        "forbid",
        "inline",
        "rustfmt",
        "warn",
    ];
    attribute.path().segments.first().is_some_and(|first| INERT.iter().any(|inert| first.ident == inert))
}
