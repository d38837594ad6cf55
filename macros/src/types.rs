//! What of a type a static cannot see.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericParam, Generics};

/// Whether these tokens name a type or constant that a static cannot see: a parameter, `Self`, `impl Trait`.
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

/// The type with `'static` for every lifetime.
pub(crate) fn static_lifetimes(ty: &impl ToTokens) -> TokenStream {
    replaced(ty.to_token_stream())
}

fn replaced(tokens: TokenStream) -> TokenStream {
    let mut after_quote = false;
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if after_quote => {
                after_quote = false;
                TokenTree::Ident(Ident::new("static", ident.span()))
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replaced(group.stream()));
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
