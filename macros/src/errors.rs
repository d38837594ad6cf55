//! All mistakes of one macro call, so that they are said together.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
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
                tokens.extend(error.to_compile_error());
            }
        }
        tokens
    }
}
