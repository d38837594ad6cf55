//! How the items of an attribute are written: commas, `key = value`, `key(..)`. What is written otherwise is reported and passed over.

use syn::ext::IdentExt;
use syn::parse::{Parse, ParseBuffer, ParseStream};
use syn::{Ident, LitStr, Token, parenthesized, token};

use super::keys::usage;
use crate::errors::Errors;
use crate::suggest::did_you_mean;

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

/// `key(a, b)`.
pub(super) fn words(input: ParseStream<'_>, key: &Ident, errors: &mut Errors) -> syn::Result<Vec<Ident>> {
    let content = parentheses(input, key)?;
    let mut words = Vec::new();
    each(&content, errors, |input, _| {
        let word = input.call(Ident::parse_any);
        words.push(word.map_err(|error| syn::Error::new(error.span(), "a name is expected here, without quotes"))?);
        Ok(())
    });
    Ok(words)
}

/// A key inside of another one's parentheses.
pub(super) fn inner_key(
    input: ParseStream<'_>,
    outer: &Ident,
    known: &[&str],
    seen: &mut Vec<Ident>,
    errors: &mut Errors,
) -> syn::Result<Ident> {
    let key = input.call(Ident::parse_any).map_err(|error| {
        syn::Error::new(
            error.span(),
            format_args!("a key is expected here; `{outer}` is written {}", usage(&outer.to_string())),
        )
    })?;
    let word = key.to_string();
    if known.contains(&word.as_str()) {
        if seen.contains(&key) {
            errors.at(&key, format_args!("`{word}` is there twice; leave one out"));
        }
        seen.push(key.clone());
        return Ok(key);
    }
    let hint = match did_you_mean(&word, known.iter().copied()) {
        hint if hint.is_empty() => {
            let all: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
            format!("; there are {}", all.join(", "))
        }
        hint => hint,
    };
    Err(syn::Error::new(key.span(), format_args!("unknown key `{word}` in `{outer}(..)`{hint}")))
}
