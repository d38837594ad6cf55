//! The attribute on an `impl` block or an inline module: it holds for every function inside, is refined by an inner attribute and
//! lifted by `skip`. Everything that is no function stays as it was written.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Meta, Signature, Token, Visibility, token};

use super::desugared::is_inert;
use super::function;
use super::item::Function;
use super::refusals::can_be_instrumented;
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::operation::keys::Language;

/// Whether these tokens are an `impl` block or a module.
pub(super) fn is_scope(tokens: &TokenStream) -> bool {
    let parser = |input: ParseStream<'_>| {
        let found = begins_scope(input);
        input.parse::<TokenStream>()?;
        Ok(found)
    };
    parser.parse2(tokens.clone()).unwrap_or(false)
}

fn begins_scope(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    if fork.call(Attribute::parse_outer).is_err() || fork.parse::<Visibility>().is_err() {
        return false;
    }
    let _ = fork.parse::<Option<Token![unsafe]>>();
    fork.peek(Token![impl]) || fork.peek(Token![mod])
}

/// The block or module with its functions instrumented.
pub(super) fn expand(tokens: TokenStream, outer: &Args, errors: &mut Errors) -> TokenStream {
    if let Some(declared) = &outer.declared {
        errors.at(
            declared,
            "one operation for all functions of a block would not tell them apart; put it on the functions",
        );
    }
    if let Some(span) = outer.skip {
        errors.at_span(
            span,
            "`skip` stands on a function inside of an instrumented block; without one around it, drop the attribute",
        );
    }
    let mut outer = outer.clone();
    outer.keeps_async |= !attributes(&tokens).iter().all(is_inert);
    let mut head: Vec<TokenTree> = tokens.clone().into_iter().collect();
    match head.pop() {
        Some(TokenTree::Group(block)) if block.delimiter() == Delimiter::Brace => {
            let inner = |input: ParseStream<'_>| items(input, &outer, errors);
            // What cannot be read at all is left to the compiler, whose error it is.
            let Ok(inside) = inner.parse2(block.stream()) else { return tokens };
            let mut group = Group::new(Delimiter::Brace, inside);
            group.set_span(block.span());
            head.into_iter().chain([TokenTree::Group(group)]).collect()
        }
        last => {
            let last = last.into_iter().collect::<TokenStream>();
            errors.at(
                &last,
                "the functions of an out-of-line module cannot be seen from here; put the attribute on them, or on blocks in that file",
            );
            tokens
        }
    }
}

/// The attributes of the block: those below ours see what we make of it.
fn attributes(tokens: &TokenStream) -> Vec<Attribute> {
    let parser = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<TokenStream>()?;
        Ok(attributes)
    };
    parser.parse2(tokens.clone()).unwrap_or_default()
}

/// The items of a block, the functions among them instrumented.
fn items(input: ParseStream<'_>, outer: &Args, errors: &mut Errors) -> syn::Result<TokenStream> {
    let mut output: TokenStream = inner_attributes(input);
    while !input.is_empty() {
        if let Some(end) = end_of_function(input) {
            output.extend(method(tokens_up_to(input, &end)?, outer, errors));
        } else if begins_scope(input) {
            output.extend(scope(input, outer, errors)?);
        } else {
            output.extend(other_item(input)?);
        }
    }
    Ok(output)
}

fn inner_attributes(input: ParseStream<'_>) -> TokenStream {
    let mut attributes = TokenStream::new();
    while input.peek(Token![#]) && input.peek2(Token![!]) && input.peek3(token::Bracket) {
        for _ in 0..3 {
            attributes.extend(input.parse::<TokenTree>());
        }
    }
    attributes
}

/// The place behind the function that begins here, if one with a body does.
fn end_of_function(input: ParseStream<'_>) -> Option<syn::parse::ParseBuffer<'_>> {
    let fork = input.fork();
    fork.call(Attribute::parse_outer).ok()?;
    fork.parse::<Visibility>().ok()?;
    if fork.peek(Token![default]) {
        fork.parse::<Token![default]>().ok()?;
    }
    fork.parse::<Signature>().ok()?;
    fork.peek(token::Brace).then_some(())?;
    fork.parse::<TokenTree>().ok()?;
    Some(fork)
}

fn tokens_up_to(input: ParseStream<'_>, end: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while input.cursor() != end.cursor() {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}

/// A function of the block, with its own attribute, if it has one, taken in.
fn method(tokens: TokenStream, outer: &Args, errors: &mut Errors) -> TokenStream {
    let (tokens, own) = own_attribute(tokens, errors);
    let Ok(function) = Function::parse(&tokens) else { return tokens };
    let args = match own {
        Some(mut own) => {
            own.refine(outer);
            own
        }
        // Nobody asked for this very function: what cannot be instrumented is left as it is.
        None if !can_be_instrumented(&function, outer) => return tokens,
        None => {
            let mut args = Args::default();
            args.refine(outer);
            args
        }
    };
    let mut own_errors = Errors::default();
    let expanded = function::expand(&function, &args, &mut own_errors);
    errors.append(own_errors);
    expanded.unwrap_or(tokens)
}

/// An inner block or module: a refinement of its own, or the same as around it.
fn scope(input: ParseStream<'_>, outer: &Args, errors: &mut Errors) -> syn::Result<TokenStream> {
    let (tokens, own) = own_attribute(other_item(input)?, errors);
    let ends_in_block = matches!(tokens.clone().into_iter().last(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace);
    let mut args = own.unwrap_or_default();
    if args.skip.is_some() || !ends_in_block {
        return Ok(tokens);
    }
    args.refine(outer);
    Ok(expand(tokens, &args, errors))
}

/// Any item, token by token: it ends with a semicolon or with a brace that no semicolon follows.
fn other_item(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut is_assigned = false;
    loop {
        let token: TokenTree = input.parse()?;
        let ends = match &token {
            TokenTree::Punct(punct) => {
                is_assigned |= punct.as_char() == '=';
                punct.as_char() == ';'
            }
            // `const N: usize = { .. };` goes on behind its brace.
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Brace && !is_assigned && !is_in_angle_brackets(input)
            }
            _ => false,
        };
        tokens.extend([token]);
        if ends || input.is_empty() {
            return Ok(tokens);
        }
    }
}

/// Whether what was just read is a constant's braces between angle brackets: `impl Matrix<{ N }>`.
fn is_in_angle_brackets(input: ParseStream<'_>) -> bool {
    input.peek(Token![>]) || input.peek(Token![,])
}

/// Takes the `#[instrumented]` out of an item's attributes.
fn own_attribute(tokens: TokenStream, errors: &mut Errors) -> (TokenStream, Option<Args>) {
    let mut rest = TokenStream::new();
    let mut own: Option<Args> = None;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_pound = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        let Some(TokenTree::Group(group)) = tokens.peek().filter(|_| is_pound) else {
            rest.extend([token]);
            rest.extend(tokens);
            break;
        };
        match syn::parse2::<Meta>(group.stream()) {
            Ok(meta) if meta.path().segments.last().is_some_and(|last| last.ident == "instrumented") => {
                let arguments = match &meta {
                    Meta::List(list) => list.tokens.clone(),
                    _ => TokenStream::new(),
                };
                own.get_or_insert_default().extend(arguments, Language::Instrumented, errors);
                tokens.next();
            }
            _ => {
                rest.extend([token]);
                rest.extend(tokens.next());
            }
        }
    }
    (rest, own)
}
