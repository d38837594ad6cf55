//! An `async fn` written as what the compiler makes of it: a function that returns its future. Wrapped on the outside, that future holds the
//! arguments once; an `async` block inside of an `async fn` would hold them a second time, and every level of nested calls would double.
//!
//! ```text
//! async fn f(&self, mut a: A) -> R { body }
//!
//! fn f(&self, a: A) -> impl Future<Output = R> {
//!     let __kept = ..;
//!     instrument(__kept, async move { let _ = &self; let mut a = a; anchor body }, read)
//! }
//! ```
//!
//! The arguments are bound again inside, as the compiler does it: so that those that the body does not mention live as long as the call,
//! and all are dropped in the same order. `impl` has the edition of this crate, 2024, in which it captures every lifetime, as an
//! `async fn` does.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{Attribute, FnArg, Pat, Safety};

use super::item::Function;
use super::returns::Returns;
use crate::operation::args::Args;
use crate::types::located_at;

/// The function's head without `async`; `None`, if it has to stay.
pub(super) fn head(function: &Function, args: &Args, private: &TokenStream) -> Option<TokenStream> {
    if args.keeps_async || !may_go_without_async(function) {
        return None;
    }
    let mut tokens = function.head.clone().into_iter();
    let mut head = TokenStream::new();
    let is = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(ident) if ident == word);
    for token in tokens.by_ref().filter(|token| !is(token, "async")) {
        let ends = is(&token, "fn");
        head.extend([token]);
        if ends {
            break;
        }
    }
    let mut angles = Angles::default();
    for token in tokens.by_ref() {
        let outside = angles.are_closed_behind(&token);
        if let TokenTree::Group(group) = &token
            && group.delimiter() == Delimiter::Parenthesis
            && outside
        {
            head.extend([without_mut(group)]);
            break;
        }
        head.extend([token]);
    }
    let rest: Vec<TokenTree> = tokens.collect();
    let clause = rest.iter().position(|token| is(token, "where")).unwrap_or(rest.len());
    // Behind the two halves of the arrow.
    let output: TokenStream = rest.get(2..clause).unwrap_or_default().iter().cloned().collect();
    let span = function.returned_at();
    let private = located_at(private.clone(), span);
    let output = if output.is_empty() { quote_spanned!(span=> ()) } else { output };
    head.extend(quote_spanned!(span=> -> impl #private::Future<Output = #output>));
    head.extend(rest[clause..].iter().cloned());
    Some(head)
}

/// The statements that bind the arguments again inside of the future. What is read before it, for a label, is used, whatever the body does.
pub(super) fn bindings(function: &Function, read_before: &TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    function
        .signature
        .inputs
        .iter()
        .map(|input| match input {
            FnArg::Receiver(receiver) => {
                let this = Ident::new("self", receiver.self_token.span);
                quote_spanned!(span=> let _ = &#this;)
            }
            FnArg::Typed(typed) => {
                let Pat::Ident(pattern) = &*typed.pat else { return TokenStream::new() };
                let (mutability, ident) = (&pattern.mutability, &pattern.ident);
                let used = mentions(read_before, ident).then(|| quote_spanned!(span=> let _ = &#ident;));
                quote_spanned!(span=> let #mutability #ident = #ident; #used)
            }
        })
        .collect()
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    any(tokens, &|token| matches!(token, TokenTree::Ident(ident) if ident == name))
}

/// Whether what is read before the future, for a label, waits for something or leaves the function.
pub(super) fn needs_async(before: &TokenStream, series: &TokenStream) -> bool {
    let leaves = |token: &TokenTree| match token {
        TokenTree::Ident(ident) => ident == "await" || ident == "return",
        TokenTree::Punct(punct) => punct.as_char() == '?',
        _ => false,
    };
    any(before, &leaves) || any(series, &leaves)
}

fn any(tokens: &TokenStream, is: &impl Fn(&TokenTree) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match &token {
        TokenTree::Group(group) => any(&group.stream(), is),
        token => is(token),
    })
}

/// Whether nobody can tell the difference: no attribute that wants to see an `async fn`, no pattern that takes an argument apart.
fn may_go_without_async(function: &Function) -> bool {
    let signature = &function.signature;
    signature.asyncness.is_some()
        && !matches!(function.returns, Returns::Never)
        && signature.abi.is_none()
        && matches!(signature.safety, Safety::Default)
        && function.attributes.iter().all(is_inert)
        && signature.inputs.iter().all(|input| match input {
            FnArg::Receiver(receiver) => receiver.attrs.is_empty(),
            FnArg::Typed(typed) => {
                let Pat::Ident(pattern) = &*typed.pat else { return false };
                // What is called `_guard` is not to be mentioned, says clippy, and binding it again would.
                let is_to_be_mentioned = !pattern.ident.to_string().starts_with('_');
                typed.attrs.is_empty() && pattern.by_ref.is_none() && pattern.subpat.is_none() && is_to_be_mentioned
            }
        })
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

/// How deep inside of generics a token stands.
#[derive(Default)]
struct Angles {
    depth: usize,
    after_dash: bool,
}

impl Angles {
    /// Takes the next token in; tells whether no angle bracket is open behind it.
    fn are_closed_behind(&mut self, token: &TokenTree) -> bool {
        let mut is_dash = false;
        if let TokenTree::Punct(punct) = token {
            match punct.as_char() {
                '<' => self.depth += 1,
                // That of `->` closes nothing.
                '>' if !self.after_dash => self.depth = self.depth.saturating_sub(1),
                '-' => is_dash = true,
                _ => {}
            }
        }
        self.after_dash = is_dash;
        self.depth == 0
    }
}

/// The arguments without the `mut` of their patterns: it goes where they are bound again. That of `self` stays.
fn without_mut(arguments: &Group) -> TokenTree {
    let mut stream = TokenStream::new();
    let mut begins = true;
    let mut tokens = arguments.stream().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_mut = matches!(&token, TokenTree::Ident(ident) if ident == "mut");
        let is_self = matches!(tokens.peek(), Some(TokenTree::Ident(ident)) if ident == "self");
        let dropped = is_mut && begins && !is_self;
        begins = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
        if !dropped {
            stream.extend([token]);
        }
    }
    let mut group = Group::new(Delimiter::Parenthesis, stream);
    group.set_span(arguments.span());
    TokenTree::Group(group)
}
