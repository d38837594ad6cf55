//! All mistakes of one macro call, so that they are said together.

use std::fmt::Display;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Collects errors; nothing returns at the first one.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// A mistake at these tokens. Messages are lower case, code in backticks, the mend after a semicolon.
    pub(crate) fn at(&mut self, tokens: &impl ToTokens, message: impl Display) {
        self.0.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn at_span(&mut self, span: Span, message: impl Display) {
        self.0.push(syn::Error::new(span, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn append(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// One `compile_error!` for each. What an attribute on a whole block has wrong is met at each of its functions, and said once.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let mut said: Vec<(String, String)> = Vec::new();
        let mut tokens = TokenStream::new();
        for error in self.0 {
            let words = (format!("{:?}", error.span()), error.to_string());
            if !said.contains(&words) {
                said.push(words);
                tokens.extend(in_this_edition(error.to_compile_error()));
            }
        }
        tokens
    }
}

/// The tokens where they are, but in this crate's edition: in 2015 `::core::compile_error!` would not be found, and the message lost.
fn in_this_edition(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                let mut inner = Group::new(group.delimiter(), in_this_edition(group.stream()));
                inner.set_span(group.span());
                token = TokenTree::Group(inner);
            }
            token.set_span(token.span().resolved_at(Span::mixed_site()));
            token
        })
        .collect()
}
