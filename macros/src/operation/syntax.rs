//! How the items of an attribute are written: commas, `key = value`, `key(..)`. What is written otherwise is reported and passed over.

use syn::parse::{Parse, ParseBuffer, ParseStream};
use syn::{Ident, LitStr, Token, parenthesized, token};

use super::keys::usage;
use crate::errors::Errors;

/// Reads items up to the end, a comma after each; what cannot be read is reported and passed over.
pub(super) fn each(
    input: ParseStream<'_>,
    errors: &mut Errors,
    mut item: impl FnMut(ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    while !input.is_empty() {
        if let Err(error) = item(input, errors) {
            errors.push(error);
            skip_to_comma(input);
        } else if !input.is_empty() && !input.peek(Token![,]) {
            errors.at_span(input.span(), "a comma is expected here");
            skip_to_comma(input);
        }
        let _ = input.parse::<Token![,]>();
    }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<proc_macro2::TokenTree>();
    }
}

fn misused(key: &Ident) -> syn::Error {
    let word = key.to_string();
    syn::Error::new(key.span(), format_args!("`{word}` is written {}", usage(&word)))
}

pub(super) fn equals(input: ParseStream<'_>, key: &Ident) -> syn::Result<()> {
    input.parse::<Token![=]>().map_err(|_| misused(key))?;
    if input.is_empty() || input.peek(Token![,]) { Err(misused(key)) } else { Ok(()) }
}

pub(super) fn parentheses<'a>(input: ParseStream<'a>, key: &Ident) -> syn::Result<ParseBuffer<'a>> {
    if !input.peek(token::Paren) {
        return Err(misused(key));
    }
    let content;
    parenthesized!(content in input);
    Ok(content)
}

pub(super) fn value<T: Parse>(input: ParseStream<'_>, key: &Ident) -> syn::Result<T> {
    equals(input, key)?;
    input.parse()
}

/// A text; a constant's path or another literal is refused in words.
pub(super) fn string(input: ParseStream<'_>, key: &Ident) -> syn::Result<LitStr> {
    equals(input, key)?;
    let start = input.span();
    input.parse().map_err(|_| {
        syn::Error::new(
            start,
            format_args!("`{key}` takes a text in quotes, known when the macro runs: `{key} = \"..\"`"),
        )
    })
}

/// The same for a key inside of another one's parentheses, whose usage is that of the outer one.
pub(super) fn inner_string(input: ParseStream<'_>, key: &Ident) -> syn::Result<LitStr> {
    input.parse::<Token![=]>().and_then(|_| input.parse()).map_err(|error| {
        syn::Error::new(error.span(), format_args!("`{key}` takes a text in quotes here: `{key} = \"..\"`"))
    })
}
