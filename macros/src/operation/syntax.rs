//! The syntax of an attribute's items: commas, `key = value`, `key(..)`. Syntax errors are reported and skipped.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseBuffer, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Ident, Lit, LitInt, LitStr, Meta, Path, Token, Type, parenthesized, token};

use super::keys::{inner_foreign, usage};
use crate::errors::Errors;
use crate::suggest::did_you_mean;

/// Parses items separated by commas up to the end; items with errors are reported and skipped.
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
            errors.at_span(input.span(), "expected a comma");
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

/// The error for a key with the wrong syntax.
pub(super) fn misused(key: &Ident) -> String {
    let usage = usage(&key.to_string());
    if usage == format!("`{key}`") {
        format!("`{key}` takes no value; write {usage} alone")
    } else {
        format!("expected {usage}")
    }
}

fn misused_at(key: &Ident) -> syn::Error {
    syn::Error::new(key.span(), misused(key))
}

pub(super) fn equals(input: ParseStream<'_>, key: &Ident) -> syn::Result<()> {
    input.parse::<Token![=]>().map_err(|_| misused_at(key))?;
    if input.is_empty() || input.peek(Token![,]) { Err(misused_at(key)) } else { Ok(()) }
}

pub(super) fn parentheses<'a>(input: ParseStream<'a>, key: &Ident) -> syn::Result<ParseBuffer<'a>> {
    if !input.peek(token::Paren) {
        return Err(misused_at(key));
    }
    let content;
    parenthesized!(content in input);
    Ok(content)
}

/// The content of parentheses, which must contain something.
pub(super) fn filled<'a>(input: ParseStream<'a>, key: &Ident) -> syn::Result<ParseBuffer<'a>> {
    let content = parentheses(input, key)?;
    if content.is_empty() {
        let usage = usage(&key.to_string());
        return Err(syn::Error::new(
            key.span(),
            format_args!("`{key}()` is empty and has no effect; write {usage}, or remove it"),
        ));
    }
    Ok(content)
}

/// An expression; its syntax errors keep their own location.
pub(super) fn expression(input: ParseStream<'_>, key: &Ident) -> syn::Result<Expr> {
    equals(input, key)?;
    input.parse()
}

/// Any other value; a syntax error is reported at the key.
pub(super) fn value<T: Parse>(input: ParseStream<'_>, key: &Ident) -> syn::Result<T> {
    equals(input, key)?;
    let start = input.span();
    input.parse().map_err(|_| syn::Error::new(start, misused(key)))
}

/// A key without a value.
pub(super) fn word(input: ParseStream<'_>, key: &Ident) -> syn::Result<Span> {
    if input.is_empty() || input.peek(Token![,]) { Ok(key.span()) } else { Err(misused_at(key)) }
}

/// A key without a value in another key's parentheses.
pub(crate) fn word_of(input: ParseStream<'_>, key: &Ident) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(syn::Error::new(key.span(), format_args!("`{key}` takes no value; write `{key}` alone")))
}

/// A string literal; the error for other values names the usage.
pub(super) fn string(input: ParseStream<'_>, key: &Ident) -> syn::Result<LitStr> {
    equals(input, key)?;
    let start = input.span();
    input.parse().map_err(|_| syn::Error::new(start, format_args!("`{key}` takes a string literal: `{key} = \"..\"`")))
}

/// The value of a key in another key's parentheses.
pub(super) fn inner<T>(
    input: ParseStream<'_>,
    key: &Ident,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
    what: &str,
) -> syn::Result<T> {
    let error = |at| syn::Error::new(at, format_args!("`{key}` takes {what}"));
    if input.parse::<Token![=]>().is_err() || input.is_empty() || input.peek(Token![,]) {
        return Err(error(key.span()));
    }
    let start = input.span();
    read(input).map_err(|_| error(start))
}

/// A string literal, for an inner key.
pub(crate) fn inner_string(input: ParseStream<'_>, key: &Ident) -> syn::Result<LitStr> {
    inner(input, key, <LitStr as Parse>::parse, &format!("a string literal: `{key} = \"..\"`"))
}

/// A type, for an inner key.
pub(super) fn inner_type(input: ParseStream<'_>, key: &Ident) -> syn::Result<Type> {
    inner(input, key, Type::parse, &format!("a type: `{key} = Type`"))
}

/// An integer, for an inner key.
pub(super) fn inner_integer(input: ParseStream<'_>, key: &Ident, example: u32) -> syn::Result<LitInt> {
    inner(input, key, LitInt::parse, &format!("an integer: `{key} = {example}`"))
}

/// A number of seconds, for an inner key.
pub(super) fn inner_seconds(input: ParseStream<'_>, key: &Ident) -> syn::Result<Lit> {
    inner(input, key, Lit::parse, &format!("a number of seconds: `{key} = 0.01`"))
}

/// A path, for an inner key.
pub(crate) fn inner_path(input: ParseStream<'_>, key: &Ident) -> syn::Result<Path> {
    inner(input, key, Path::parse_mod_style, &format!("a path: `{key} = path::to::metrics_instrumented`"))
}

/// The keys of every `#[label(..)]` among these attributes.
pub(crate) fn label_attributes(
    attributes: &[Attribute],
    known: &[&str],
    errors: &mut Errors,
    mut read: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    let mut seen = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("label")) {
        if !matches!(attribute.meta, Meta::List(_)) {
            errors.at(&attribute.meta, format_args!("expected {}", usage("label")));
            continue;
        }
        let outer = Ident::new("label", attribute.path().span());
        let parser = |input: ParseStream<'_>| {
            each(input, errors, |input, errors| {
                let key = inner_key(input, &outer, known, &mut seen, errors)?;
                read(&key, input)
            });
            Ok(())
        };
        if let Err(error) = attribute.parse_args_with(parser) {
            errors.push(error);
        }
    }
}

/// `key(a, b)`.
pub(super) fn words(input: ParseStream<'_>, key: &Ident, errors: &mut Errors) -> syn::Result<Vec<Ident>> {
    let content = parentheses(input, key)?;
    Ok(words_in(&content, errors))
}

/// Parses a list of words.
pub(super) fn words_in(content: ParseStream<'_>, errors: &mut Errors) -> Vec<Ident> {
    let mut words = Vec::new();
    each(content, errors, |input, _| {
        let word = input.call(Ident::parse_any);
        words.push(word.map_err(|error| syn::Error::new(error.span(), "expected a name without quotes"))?);
        Ok(())
    });
    words
}

/// A key in another key's parentheses.
pub(super) fn inner_key(
    input: ParseStream<'_>,
    outer: &Ident,
    known: &[&str],
    seen: &mut Vec<Ident>,
    errors: &mut Errors,
) -> syn::Result<Ident> {
    let key = input.call(Ident::parse_any).map_err(|error| {
        syn::Error::new(error.span(), format_args!("expected a key, as in {}", usage(&outer.to_string())))
    })?;
    let word = key.to_string();
    if known.contains(&word.as_str()) {
        if seen.contains(&key) {
            errors.at(&key, format_args!("duplicate key `{word}`; remove one"));
        }
        seen.push(key.clone());
        return Ok(key);
    }
    let hint = match inner_foreign(&word).filter(|ours| known.contains(ours)) {
        Some(ours) => format!("; use `{ours}`"),
        None => did_you_mean(&word, known.iter().copied()),
    };
    let hint = match hint {
        hint if hint.is_empty() => {
            let all: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
            format!("; expected one of {}", all.join(", "))
        }
        hint => hint,
    };
    Err(syn::Error::new(key.span(), format_args!("unknown key `{word}` in `{outer}(..)`{hint}")))
}

/// Whether this is a declared operation: a path with a capital letter or several segments, without the `=` or `(` of a key after it.
pub(super) fn is_operation(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    let Ok(path) = fork.call(Path::parse_mod_style) else { return fork.peek(Token![<]) };
    let capital = path.segments.first().is_some_and(|first| first.ident.to_string().starts_with(char::is_uppercase));
    (path.segments.len() > 1 || capital) && !fork.peek(Token![=])
}
