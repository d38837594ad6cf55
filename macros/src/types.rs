//! Generics and lifetimes in types: which types a static cannot name.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericParam, Generics};

/// Whether these tokens contain something that a static cannot name: a generic parameter, `Self`, `impl Trait`.
pub(crate) fn is_generic(tokens: &impl ToTokens, generics: &Generics) -> bool {
    tokens.to_token_stream().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => {
            ident == "Self"
                || ident == "impl"
                || generics.params.iter().any(|parameter| match parameter {
                    GenericParam::Type(parameter) => parameter.ident == ident,
                    GenericParam::Const(parameter) => parameter.ident == ident,
                    GenericParam::Lifetime(_) => false,
                })
        }
        TokenTree::Group(group) => is_generic(&group.stream(), generics),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Whether these tokens may contain such a type: a name of one letter may be a parameter of a block around the function, which the macro does not see.
pub(crate) fn may_be_generic(tokens: &impl ToTokens, generics: &Generics) -> bool {
    is_generic(tokens, generics) || has_one_letter_name(tokens.to_token_stream())
}

fn has_one_letter_name(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => matches!(ident.to_string().as_bytes(), [b'A'..=b'Z']),
        TokenTree::Group(group) => has_one_letter_name(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The type with `'static` for every lifetime.
pub(crate) fn static_lifetimes(ty: &impl ToTokens) -> TokenStream {
    replaced(ty.to_token_stream(), "static")
}

/// The type with `'_` for every lifetime, so that the compiler reports the same error in a static as in a function.
pub(crate) fn elided_lifetimes(ty: &impl ToTokens) -> TokenStream {
    replaced(ty.to_token_stream(), "_")
}

fn replaced(tokens: TokenStream, lifetime: &str) -> TokenStream {
    let mut after_quote = false;
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if after_quote => {
                after_quote = false;
                TokenTree::Ident(Ident::new(lifetime, ident.span()))
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replaced(group.stream(), lifetime));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            TokenTree::Punct(punct) => {
                after_quote = punct.as_char() == '\'';
                TokenTree::Punct(punct)
            }
            other => other,
        })
        .collect()
}

/// The same tokens with another location for errors; names are still resolved at the original location.
pub(crate) fn located_at(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                token = TokenTree::Group(Group::new(group.delimiter(), located_at(group.stream(), span)));
            }
            token.set_span(token.span().located_at(span));
            token
        })
        .collect()
}
