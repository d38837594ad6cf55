//! The user's body as a block inside of what is generated around it.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use super::tokens::is_punct;

/// The body behind these statements, which own what it uses.
pub(super) fn behind(statements: &TokenStream, body: &Group) -> Group {
    let inner = block(body);
    if statements.is_empty() {
        return inner;
    }
    // A block of edition 2024, whatever the user's is: what the last expression borrows from the arguments is given back before they go.
    let mut whole = Group::new(Delimiter::Brace, quote_spanned!(Span::mixed_site()=> #statements #inner));
    whole.set_span(Span::mixed_site());
    whole
}

/// The same as the body of a closure or an `async` block. It has the body's own span: what reads line maps takes what stands in it for the
/// function's.
pub(super) fn whole_behind(statements: &TokenStream, body: &Group) -> Group {
    if statements.is_empty() {
        return body.clone();
    }
    let inner = behind(statements, body);
    let mut whole = Group::new(Delimiter::Brace, quote_spanned!(Span::mixed_site()=> #inner));
    whole.set_span(body.span());
    whole
}

/// The body as a block in a block. Where it may be a single expression, its braces are not the user's to leave out.
pub(super) fn block(body: &Group) -> Group {
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let is_macro = match tokens.as_slice() {
        [path @ .., bang, TokenTree::Group(_)] if is_punct(bang, '!') => {
            path.iter().all(|token| is_punct(token, ':') || matches!(token, TokenTree::Ident(_)))
        }
        _ => false,
    };
    let mut block = Group::new(Delimiter::Brace, body.stream());
    // On one line, rustc would call the braces around a macro unnecessary.
    let is_whole = (is_macro && is_multiline(body.span())) || tokens.iter().any(|token| is_punct(token, ';'));
    block.set_span(if is_whole { body.span() } else { body.span().resolved_at(Span::mixed_site()) });
    block
}

fn is_multiline(span: Span) -> bool {
    if !proc_macro::is_available() {
        return false;
    }
    let span = span.unwrap();
    span.start().line() != span.end().line()
}

/// Where a body's last expression begins, as far as its tokens tell.
pub(super) fn tail(body: &Group) -> Span {
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let begin = tokens.iter().rposition(|token| is_punct(token, ';')).map_or(0, |semicolon| semicolon + 1);
    tokens.get(begin).or(tokens.last()).map_or_else(|| body.span(), TokenTree::span)
}
