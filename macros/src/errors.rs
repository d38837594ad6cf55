//! Collects all errors of one macro call, so that they are reported together.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;

use crate::paths::default_path;
use crate::types::located_at;

/// The collected errors; no stage stops at the first one.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Adds an error at these tokens. Messages are in lower case, with code in backticks and the fix after a semicolon.
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

    /// One `compile_error!` for each error. An error in an attribute on a block is found at each of its functions, and reported once.
    pub(crate) fn into_tokens(self, runtime: Option<&Path>) -> TokenStream {
        let mut said: Vec<(String, String)> = Vec::new();
        let mut tokens = TokenStream::new();
        for error in self.0 {
            let words = (format!("{:?}", error.span()), error.to_string());
            if !said.contains(&words) {
                said.push(words);
                tokens.extend(through(runtime, error.to_compile_error()));
            }
        }
        tokens
    }
}

/// Replaces the path `::core` of `compile_error!` with that of the runtime: in edition 2015 `::core` does not exist, and the message would be lost.
fn through(runtime: Option<&Path>, tokens: TokenStream) -> TokenStream {
    let mut through = TokenStream::new();
    let mut begins = true;
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if begins && punct.as_char() == ':' => {}
            TokenTree::Ident(core) if begins => {
                let span = core.span();
                through.extend(match runtime {
                    Some(path) => located_at(quote!(#path::__private), span),
                    // With the user's edition.
                    None => match default_path() {
                        Some(path) => located_at(quote!(#path::__private), span),
                        None => quote_spanned!(span=> ::metrics_instrumented::__private),
                    },
                });
                begins = false;
            }
            _ => {
                // The next error begins after the message.
                begins = matches!(token, TokenTree::Group(_));
                through.extend([token]);
            }
        }
    }
    through
}
