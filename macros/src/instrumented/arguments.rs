//! Rebinds the arguments in the generated body, so that they are dropped before the call ends, in the order of the plain function.
//!
//! ```text
//! fn f(mut a: A, (b, _): (B, C), n: u32)      fn f(a: A, __arg1: (B, C), n: u32) {
//!                                             in place:     let a = a; let __arg1 = __arg1; let (b, _) = __arg1; { body }
//!                                             as a closure: call_2(a, __arg1, move |mut a, (b, _)| { body })
//! ```
//!
//! Without this, an argument would be dropped after the guard, and so after the end of the call. Arguments without a destructor need no rebinding. The
//! parameters of a closure are dropped, moved, borrowed and assigned exactly like those of a function. For an `async fn`, the compiler itself generates
//! `let` statements. In other functions, a `let mut` would accept values with a shorter lifetime than the argument, so its type is fixed:
//!
//! ```text
//! fn f(mut a: A)                              let __type0 = type_of(&mut a); let mut a = a; __type0.is_of(&a); { body }
//! ```

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Attribute, FnArg, Pat, PatIdent, PatType};

use super::block::behind;
use super::item::Function;
use super::owned::{consists_of_primitives, has_no_lifetime, may_drop};
use super::tokens::{Angles, any};
use crate::code::Private;
use crate::paths::reserved;

/// The maximum number of arguments of the runtime's `call_n`.
const MAX_PARAMETERS: usize = 12;

/// The arguments of a function, without its receiver.
pub(super) struct Arguments<'a> {
    function: &'a Function,
    all: Vec<Argument<'a>>,
}

struct Argument<'a> {
    typed: &'a PatType,
    /// Its name in the signature.
    name: Ident,
    /// Whether the signature has a name in place of the pattern.
    is_renamed: bool,
    /// Whether it is rebound. If not, it stays as written.
    is_bound_again: bool,
    /// Whether the type of its new binding is fixed to that of the argument, including lifetimes.
    holds_type: Option<Ident>,
    /// Whether a label is read from it before the body runs, so that it counts as used.
    is_read_before: bool,
}

impl<'a> Arguments<'a> {
    /// All arguments, rebound. `read_before` are the expressions that are evaluated before the body.
    pub(super) fn of(function: &'a Function, read_before: &TokenStream) -> Self {
        let typed = function.signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) => None,
        });
        let all = typed.enumerate().map(|(at, typed)| Argument::of(at, typed, read_before)).collect();
        Self { function, all }
    }

    /// Rebinds only arguments that may have a destructor.
    pub(super) fn only_with_destructor(mut self) -> Self {
        let (is_async, body) = (self.function.signature.asyncness.is_some(), self.function.body.stream());
        let is_mutable = |pattern: &Pat| matches!(pattern, Pat::Ident(PatIdent { mutability: Some(_), .. }));
        for (at, argument) in self.all.iter_mut().enumerate() {
            argument.is_bound_again &= may_drop(&argument.typed.ty);
            // An argument that the body does not mention is not assigned, and must count as unused.
            let is_held = !is_async
                && argument.is_bound_again
                && is_mutable(&argument.typed.pat)
                && !has_no_lifetime(&argument.typed.ty)
                && any(&body, &|token| matches!(token, TokenTree::Ident(ident) if *ident == argument.name));
            argument.holds_type = is_held.then(|| reserved(&format!("type{at}")));
        }
        self
    }

    /// Rebinds no arguments.
    pub(super) fn not_rebound(mut self) -> Self {
        for argument in &mut self.all {
            argument.is_bound_again = false;
        }
        self
    }

    /// Whether all arguments are rebound, so that a future owns them.
    pub(super) fn are_all_rebound(&self) -> bool {
        self.all.iter().all(|argument| argument.is_bound_again)
    }

    /// Replaces the patterns of rebound arguments with names in a signature.
    pub(super) fn named_in(&self, head: TokenStream) -> TokenStream {
        if !self.bound().any(Argument::differs_in_head) {
            return head;
        }
        let mut angles = Angles::default();
        let (mut is_behind_fn, mut is_done) = (false, false);
        head.into_iter()
            .map(|token| {
                is_behind_fn |= matches!(&token, TokenTree::Ident(ident) if ident == "fn");
                if is_done || !is_behind_fn {
                    return token;
                }
                let is_outside = angles.are_closed_behind(&token);
                match token {
                    TokenTree::Group(group) if is_outside && group.delimiter() == Delimiter::Parenthesis => {
                        is_done = true;
                        let mut named = Group::new(Delimiter::Parenthesis, self.inputs());
                        named.set_span(group.span());
                        TokenTree::Group(named)
                    }
                    token => token,
                }
            })
            .collect()
    }

    fn inputs(&self) -> TokenStream {
        let mut arguments = self.all.iter();
        let mut tokens = TokenStream::new();
        for pair in self.function.signature.inputs.pairs() {
            match pair.value() {
                FnArg::Receiver(receiver) => receiver.to_tokens(&mut tokens),
                FnArg::Typed(typed) => match arguments.next() {
                    Some(argument) if argument.is_bound_again => argument.in_head().to_tokens(&mut tokens),
                    _ => typed.to_tokens(&mut tokens),
                },
            }
            pair.punct().to_tokens(&mut tokens);
        }
        self.function.signature.variadic.to_tokens(&mut tokens);
        tokens
    }

    /// The statements that rebind the arguments, in order.
    pub(super) fn bindings(&self, private: &Private) -> TokenStream {
        self.bound().map(|argument| argument.binding(private)).chain([self.uses()]).collect()
    }

    /// A call of a closure with these arguments.
    pub(super) fn call(&self, returns: &TokenStream, body: &Group, at: Span, private: &Private) -> TokenStream {
        let span = Span::mixed_site();
        // The closure captures the others, which takes the compiler less time.
        let passed = || self.bound().filter(|argument| !argument.is_copied());
        let count = passed().count();
        // With `cfg` on a parameter, the number of parameters is unknown.
        if count > MAX_PARAMETERS
            || self.bound().any(|argument| argument.attributes(&["cfg", "cfg_attr"]).next().is_some())
        {
            let body = behind(&self.bindings(private), body);
            return quote_spanned!(at=> #private::call_0(move || #returns #body));
        }
        let names: Vec<_> = passed().map(|argument| &argument.name).collect();
        let uses = self.uses();
        let body = if uses.is_empty() { body.clone() } else { behind(&uses, body) };
        // The closure captures only copies, so it needs no `FnOnce`, and its parameters have no lifetimes, so their types can be written: no instance of `call_n`.
        if self.function.signature.receiver().is_none()
            && self.all.iter().all(|argument| argument.is_bound_again && has_no_lifetime(&argument.typed.ty))
        {
            let parameters = passed().map(|argument| {
                let PatType { attrs, pat, ty, .. } = argument.typed;
                quote_spanned!(span=> #(#attrs)* #pat: #ty)
            });
            return quote_spanned!(at=> (move |#(#parameters),*| #returns #body)(#(#names),*));
        }
        let call = Ident::new(&format!("call_{count}"), at);
        let parameters = passed().map(|argument| {
            let PatType { attrs, pat, .. } = argument.typed;
            quote_spanned!(span=> #(#attrs)* #pat)
        });
        quote_spanned!(at=> #private::#call(#(#names,)* move |#(#parameters),*| #returns #body))
    }

    fn bound(&self) -> impl Iterator<Item = &Argument<'a>> {
        self.all.iter().filter(|argument| argument.is_bound_again)
    }

    fn uses(&self) -> TokenStream {
        let used = self.bound().filter(|argument| argument.is_read_before).map(|argument| &argument.name);
        quote_spanned!(Span::mixed_site()=> #(let _ = &#used;)*)
    }
}

impl<'a> Argument<'a> {
    fn of(at: usize, typed: &'a PatType, read_before: &TokenStream) -> Self {
        const KNOWN: [&str; 8] = ["allow", "cfg", "cfg_attr", "deny", "expect", "forbid", "warn", "doc"];
        let is_read =
            |name: &Ident| any(read_before, &|token| matches!(token, TokenTree::Ident(ident) if ident == name));
        let is_known = |attribute: &Attribute| KNOWN.iter().any(|known| attribute.path().is_ident(known));
        let has_known_attributes = typed.attrs.iter().all(is_known);
        if let Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }) = &*typed.pat {
            return Self {
                typed,
                name: ident.clone(),
                is_renamed: false,
                holds_type: None,
                is_bound_again: has_known_attributes,
                is_read_before: is_read(ident),
            };
        }
        // Labels may read bindings of the pattern, which must exist before the body.
        let is_read_before =
            any(&typed.pat.to_token_stream(), &|token| matches!(token, TokenTree::Ident(ident) if is_read(ident)));
        Self {
            typed,
            name: reserved(&format!("arg{at}")),
            is_renamed: true,
            holds_type: None,
            is_bound_again: has_known_attributes && !is_read_before,
            is_read_before: false,
        }
    }

    /// Whether a closure may capture it: it is copied and never assigned, and its type has no lifetime.
    fn is_copied(&self) -> bool {
        !self.differs_in_head() && consists_of_primitives(&self.typed.ty)
    }

    /// Whether it is written in another way in the signature.
    fn differs_in_head(&self) -> bool {
        let is_name = matches!(&*self.typed.pat, Pat::Ident(PatIdent { mutability: None, .. }));
        self.is_renamed || !is_name || !self.typed.attrs.is_empty()
    }

    /// The argument in the signature: a name and its type. Lint attributes are about the pattern, and stay with it.
    fn in_head(&self) -> TokenStream {
        let Self { typed: PatType { pat, colon_token, ty, .. }, name, holds_type, .. } = self;
        // A name that stays is reported here, too.
        let kept: &[&str] = if self.is_renamed { &["cfg", "cfg_attr"] } else { &["allow", "cfg", "cfg_attr"] };
        let attributes = self.attributes(kept);
        let name = if holds_type.is_some() { pat.to_token_stream() } else { name.to_token_stream() };
        quote_spanned!(Span::mixed_site()=> #(#attributes)* #name #colon_token #ty)
    }

    fn binding(&self, private: &Private) -> TokenStream {
        let Self { typed: PatType { attrs, pat, .. }, name, is_renamed, holds_type, .. } = self;
        let span = Span::mixed_site();
        let configured: Vec<_> = self.attributes(&["cfg", "cfg_attr"]).collect();
        let (pat, renamed) = if *is_renamed {
            let pat = without_lints_of_wildcards(pat.to_token_stream());
            let mutable = binds_mutably(&pat).then(|| quote_spanned!(span=> mut));
            (pat, Some(quote_spanned!(span=> #(#configured)* let #mutable #name = #name;)))
        } else {
            (pat.to_token_stream(), None)
        };
        let (held, holds) = holds_type.as_ref().map_or_else(Default::default, |held| {
            // An error about a lifetime, which some statement of the body shortens, points at the argument.
            let span = name.span().resolved_at(span);
            let private = private.located_at(span);
            (
                quote_spanned!(span=> #(#configured)* let #held = #private::type_of(&mut #name);),
                quote_spanned!(span=> #(#configured)* #held.is_of(&#name);),
            )
        });
        quote_spanned!(span=> #renamed #held #(#attrs)* let #pat = #name; #holds)
    }

    fn attributes(&self, names: &'static [&str]) -> impl Iterator<Item = &Attribute> {
        self.typed.attrs.iter().filter(|attribute| names.iter().any(|name| attribute.path().is_ident(name)))
    }
}

/// Whether a pattern contains `ref mut`.
fn binds_mutably(pattern: &TokenStream) -> bool {
    let mut is_behind_ref = false;
    pattern.clone().into_iter().any(|token| {
        let is_behind =
            std::mem::replace(&mut is_behind_ref, matches!(&token, TokenTree::Ident(ident) if ident == "ref"));
        match &token {
            TokenTree::Ident(ident) => is_behind && ident == "mut",
            TokenTree::Group(group) => binds_mutably(&group.stream()),
            _ => false,
        }
    })
}

/// The pattern with generated `_`: the compiler reports a `_` of a lock in a `let`, but not in an argument.
fn without_lints_of_wildcards(pattern: TokenStream) -> TokenStream {
    pattern
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(mut ident) if ident == "_" => {
                ident.set_span(ident.span().resolved_at(Span::mixed_site()));
                TokenTree::Ident(ident)
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_lints_of_wildcards(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            token => token,
        })
        .collect()
}
