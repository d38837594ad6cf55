//! Generated code that is put together from single tokens. `quote` adds a `TokenStream` to another one with several calls into the compiler, so what every
//! function has is of these types, which are added without one.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;

use crate::types::located_at;

/// The path of the module that generated code calls.
pub(crate) struct Private(Vec<TokenTree>);

/// Code with this span.
#[derive(Clone)]
pub(crate) struct Code {
    span: Span,
    tokens: Vec<TokenTree>,
}

impl Private {
    /// The module in the crate with this path.
    pub(crate) fn in_root(root: &Code) -> Self {
        Self(root.clone().puncts("::").word("__private").tokens)
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
            return Self(located_at(self.to_token_stream(), span).into_iter().collect());
        }
        Self(self.0.iter().map(located).collect())
    }
}

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}

impl Code {
    pub(crate) fn new(span: Span) -> Self {
        Self { span, tokens: Vec::new() }
    }

    /// Adds tokens, with their spans.
    pub(crate) fn add(mut self, tokens: impl IntoIterator<Item = TokenTree>) -> Self {
        self.tokens.extend(tokens);
        self
    }

    pub(crate) fn word(self, word: &str) -> Self {
        let ident = Ident::new(word, self.span);
        self.add([ident.into()])
    }

    /// Adds the name of an item in the module.
    pub(crate) fn item(mut self, private: &Private, name: &str) -> Self {
        self.tokens.extend_from_slice(&private.0);
        self.puncts("::").word(name)
    }

    /// Adds one operator.
    pub(crate) fn puncts(mut self, characters: &str) -> Self {
        for (at, character) in characters.char_indices() {
            let is_last = at + 1 == characters.len();
            let mut punct = Punct::new(character, if is_last { Spacing::Alone } else { Spacing::Joint });
            punct.set_span(self.span);
            self.tokens.push(punct.into());
        }
        self
    }

    pub(crate) fn group(self, delimiter: Delimiter, inside: impl ToTokens) -> Self {
        let mut group = Group::new(delimiter, inside.into_token_stream());
        group.set_span(self.span);
        self.add([group.into()])
    }
}

impl IntoIterator for Code {
    type Item = TokenTree;
    type IntoIter = std::vec::IntoIter<TokenTree>;

    fn into_iter(self) -> Self::IntoIter {
        self.tokens.into_iter()
    }
}

impl ToTokens for Code {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.iter().cloned());
    }

    fn into_token_stream(self) -> TokenStream {
        self.into_iter().collect()
    }
}
