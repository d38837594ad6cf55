//! The path of the module that generated code calls, as tokens.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;

use crate::types::located_at;

/// The path of the module that generated code calls. It is in every piece of that code: single tokens are added to others much faster than a `TokenStream`,
/// which takes several calls into the compiler.
pub(crate) struct Private(Vec<TokenTree>);

impl Private {
    pub(crate) fn new(path: TokenStream) -> Self {
        Self(path.into_iter().collect())
    }

    /// The same path with another location for errors.
    pub(crate) fn located_at(&self, span: Span) -> Self {
        let located = |token: &TokenTree| {
            let mut token = token.clone();
            token.set_span(token.span().located_at(span));
            token
        };
        // A path from a macro may be in a group without delimiters.
        let has_group = self.0.iter().any(|token| matches!(token, TokenTree::Group(_)));
        if has_group {
            return Self::new(located_at(self.to_token_stream(), span));
        }
        Self(self.0.iter().map(located).collect())
    }
}

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}
