//! Rewrites an `async fn` as the compiler does: a function that returns a future. That future contains the arguments once. An `async` block inside an
//! `async fn` would contain them twice, so that futures double in size with every level of nested calls.
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
//! The tokens have the edition of this crate, 2024, in which `impl Trait` captures all lifetimes, as the future of an `async fn` does.

use proc_macro2::{Delimiter, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Attribute, FnArg, Safety, Type};

use super::arguments::Arguments;
use super::item::Function;
use super::returns::Returns;
use super::tokens::{Angles, any, is_punct};
use crate::code::Private;
use crate::operation::args::Args;

/// The signature without `async`, returning the future; `None` if `async` must stay.
pub(super) fn head(
    function: &Function,
    arguments: &Arguments<'_>,
    args: &Args,
    private: &Private,
) -> Option<TokenStream> {
    if args.keeps_async
        || !may_go_without_async(function)
        || !arguments.are_all_rebound()
        || may_borrow_arguments(function, args)
    {
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
    // After the two tokens of the arrow.
    let output: TokenStream = rest.get(2..clause).unwrap_or_default().iter().cloned().collect();
    let span = function.returned_at;
    let private = private.located_at(span);
    let output = if output.is_empty() { quote_spanned!(span=> ()) } else { output };
    head.extend(quote_spanned!(span=> -> impl #private::Future<Output = #output));
    // The signature ends with a token of the user's, so that errors about it point there and not at the attribute.
    let mut end = Punct::new('>', Spacing::Alone);
    end.set_span(function.ends_at());
    head.extend([TokenTree::Punct(end)]);
    head.extend(rest[clause..].iter().cloned());
    Some(head)
}

/// Whether a label's expression, which is evaluated before the future, contains `await` or `return`.
pub(super) fn needs_async(read_before: &TokenStream) -> bool {
    any(read_before, &|token| match token {
        TokenTree::Ident(ident) => ident == "await" || ident == "return",
        TokenTree::Punct(punct) => punct.as_char() == '?',
        _ => false,
    })
}

/// Whether a `mut self` may get a reference from another argument: its type has a lifetime, or is not known. The compiler binds `self` again in the future of
/// an `async fn`, with a lifetime that it infers. Other arguments are bound again by this crate; a `self` cannot be.
fn may_borrow_arguments(function: &Function, args: &Args) -> bool {
    let borrows = |ty: &Type| any(&ty.to_token_stream(), &|token| is_punct(token, '&') || is_punct(token, '\''));
    let this = args.header.as_ref().and_then(|header| header.this.as_ref());
    function.owns_mutable_receiver()
        && this.is_none_or(borrows)
        && function.signature.inputs.iter().any(|input| matches!(input, FnArg::Typed(typed) if borrows(&typed.ty)))
}

/// Whether the rewrite is unobservable: no attribute needs to see an `async fn`, and no lint is about one in a trait.
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

/// Whether an attribute is about the lint `async_fn_in_trait`, which applies only to an `async fn`.
fn is_about_async(attribute: &Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return false };
    any(&list.tokens, &|token| matches!(token, TokenTree::Ident(ident) if ident == "async_fn_in_trait"))
}

/// Whether an attribute is built in, and has the same effect on a function that returns a future as on an `async fn`.
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
