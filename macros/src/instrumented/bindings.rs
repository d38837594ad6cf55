//! The arguments, bound again inside of the closure or the future that the body becomes. Captured alone, they would be no locals of the
//! body: the compiler would say other things about moving, borrowing and changing them, some at the attribute, and in a future those that
//! the body does not mention would not live as long as the call.
//!
//! ```text
//! fn f(&self, mut a: A, b: B) { body }     fn f(&self, a: A, b: B) { .. || { let (mut a, b,) = (a, b,); { body } } .. }
//! ```

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{FnArg, Pat, PatIdent};

use super::item::Function;

/// The statement that binds the arguments again. What is read before the body, for a label, is used, whatever the body does.
pub(super) fn bindings(function: &Function, read_before: &TokenStream) -> TokenStream {
    let mut names = Vec::new();
    for input in &function.signature.inputs {
        match input {
            FnArg::Typed(typed) if typed.attrs.is_empty() => collect(&typed.pat, &mut names),
            _ => {}
        }
    }
    if names.is_empty() {
        return TokenStream::new();
    }
    let outer = names.iter().map(|name| &name.ident);
    let inner = names.iter().map(|name| {
        let (mutability, ident) = (name.mutability.filter(|_| name.by_ref.is_none()), &name.ident);
        quote_spanned!(ident.span()=> #mutability #ident)
    });
    let used = outer.clone().filter(|ident| mentions(read_before, ident));
    quote_spanned! {Span::mixed_site()=>
        #[allow(clippy::shadow_reuse)]
        let (#(#inner,)*) = (#(#outer,)*);
        #(let _ = &#used;)*
    }
}

/// The names of a pattern that are bound again.
fn collect<'a>(pattern: &'a Pat, names: &mut Vec<&'a PatIdent>) {
    match pattern {
        Pat::Ident(pattern) => {
            if is_to_be_mentioned(&pattern.ident) {
                names.push(pattern);
            }
            if let Some((_, inner)) = &pattern.subpat {
                collect(inner, names);
            }
        }
        Pat::Paren(pattern) => collect(&pattern.pat, names),
        Pat::Reference(pattern) => collect(&pattern.pat, names),
        Pat::Slice(pattern) => pattern.elems.iter().for_each(|pattern| collect(pattern, names)),
        Pat::Struct(pattern) => pattern.fields.iter().for_each(|field| collect(&field.pat, names)),
        Pat::Tuple(pattern) => pattern.elems.iter().for_each(|pattern| collect(pattern, names)),
        Pat::TupleStruct(pattern) => pattern.elems.iter().for_each(|pattern| collect(pattern, names)),
        _ => {}
    }
}

/// What is called `_guard` is not to be mentioned, says clippy, and binding it again would.
pub(super) fn is_to_be_mentioned(name: &Ident) -> bool {
    !name.to_string().starts_with('_')
}

/// A function's head whose arguments have no `mut` where they are bound again: it stands there.
pub(super) fn without_mut(head: &TokenStream) -> TokenStream {
    let mut angles = Angles::default();
    let mut is_behind_fn = false;
    let mut is_done = false;
    head.clone()
        .into_iter()
        .map(|token| {
            is_behind_fn |= matches!(&token, TokenTree::Ident(ident) if ident == "fn");
            if is_done || !is_behind_fn {
                return token;
            }
            let is_outside = angles.are_closed_behind(&token);
            match token {
                TokenTree::Group(group) if is_outside && group.delimiter() == Delimiter::Parenthesis => {
                    is_done = true;
                    TokenTree::Group(patterns_without_mut(&group))
                }
                token => token,
            }
        })
        .collect()
}

/// The same of patterns, however deep. In their types no `mut` stands where one of a pattern does.
fn patterns_without_mut(patterns: &Group) -> Group {
    let is = |token: &TokenTree, characters: &[char]| matches!(token, TokenTree::Punct(punct) if characters.contains(&punct.as_char()));
    let tokens: Vec<TokenTree> = patterns.stream().into_iter().collect();
    let mut is_left_alone = false;
    let stream = tokens.iter().enumerate().filter_map(|(at, token)| {
        let before = at.checked_sub(1).map(|at| &tokens[at]);
        let begins = before.is_none_or(|before| is(before, &[',', ':']));
        // An argument with attributes is not bound again.
        is_left_alone = if begins { is(token, &['#']) } else { is_left_alone };
        match token {
            _ if is_left_alone => Some(token.clone()),
            TokenTree::Ident(ident) if begins && ident == "mut" && tokens.get(at + 1).is_some_and(is_bound_again) => {
                None
            }
            TokenTree::Group(group) if !before.is_some_and(|before| is(before, &['!'])) => {
                Some(TokenTree::Group(patterns_without_mut(group)))
            }
            token => Some(token.clone()),
        }
    });
    let mut group = Group::new(patterns.delimiter(), stream.collect());
    group.set_span(patterns.span());
    group
}

/// Whether this, behind a `mut`, is a name that is bound again.
fn is_bound_again(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident != "self" && is_to_be_mentioned(ident))
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    any(tokens, &|token| matches!(token, TokenTree::Ident(ident) if ident == name))
}

/// Whether one of these tokens, however deep, is such a one.
pub(super) fn any(tokens: &TokenStream, is: &impl Fn(&TokenTree) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match &token {
        TokenTree::Group(group) => any(&group.stream(), is),
        token => is(token),
    })
}

/// How deep inside of generics a token stands.
#[derive(Default)]
pub(super) struct Angles {
    depth: usize,
    after_dash: bool,
}

impl Angles {
    /// Takes the next token in; tells whether no angle bracket is open behind it.
    pub(super) fn are_closed_behind(&mut self, token: &TokenTree) -> bool {
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
