//! The user's body as a block inside the generated code.

use proc_macro2::{Delimiter, Group, Punct, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use super::tokens::is_punct;

/// The body after these statements, which own the values that it uses.
pub(super) fn behind(statements: &TokenStream, body: &Group) -> Group {
    let inner = block(body);
    if statements.is_empty() {
        return inner;
    }
    // With spans of edition 2024, so that temporaries of the last expression are dropped before the arguments that they borrow from.
    let mut whole = Group::new(Delimiter::Brace, quote_spanned!(Span::mixed_site()=> #statements #inner));
    whole.set_span(Span::mixed_site());
    whole
}

/// The same for the body of a closure or an `async` block. It has the span of the user's body, so that tools that read line maps attribute it to the
/// function.
pub(super) fn whole_behind(statements: &TokenStream, body: &Group) -> Group {
    if statements.is_empty() {
        return body.clone();
    }
    let inner = behind(statements, body);
    let mut whole = Group::new(Delimiter::Brace, quote_spanned!(Span::mixed_site()=> #inner));
    whole.set_span(body.span());
    whole
}

/// The body as a nested block, with generated braces, so that the compiler does not report them as unnecessary.
pub(super) fn block(body: &Group) -> Group {
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let is_macro = match tokens.as_slice() {
        [path @ .., bang, TokenTree::Group(_)] if is_punct(bang, '!') => {
            path.iter().all(|token| is_punct(token, ':') || matches!(token, TokenTree::Ident(_)))
        }
        _ => false,
    };
    // On one line, rustc would report the braces around a macro call as unnecessary.
    let is_whole = (is_macro && is_multiline(body.span()))
        || tokens.iter().any(|token| is_punct(token, ';'))
        || begins_with_macros(&tokens)
        || is_unfinished(&tokens);
    if is_whole {
        return body.clone();
    }
    let mut block = Group::new(Delimiter::Brace, body.stream());
    block.set_span(body.span().resolved_at(Span::mixed_site()));
    block
}

/// Whether a body without a semicolon is being typed: it is a `let`, or ends in an operator, such as `x.`, or in the head of a loop. The compiler has
/// reported that at the closing brace, and reports it once only with the same brace.
fn is_unfinished(tokens: &[TokenTree]) -> bool {
    let begins_with =
        |words: &[&str]| matches!(tokens, [TokenTree::Ident(first), ..] if words.iter().any(|word| first == word));
    let begins_with_head = || begins_with(&["for", "if", "loop", "match", "while"]);
    begins_with(&["let"])
        || match tokens {
            [.., TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => false,
            [.., before, TokenTree::Punct(last)] if last.as_char() == '.' => !is_punct(before, '.'),
            [.., TokenTree::Punct(last)] => is_binary(last) || begins_with_head(),
            _ => begins_with_head(),
        }
}

fn is_binary(operator: &Punct) -> bool {
    "=+-*/%^&|<:,".contains(operator.as_char())
}

/// Whether a statement is a macro call with braces, which needs no semicolon.
fn begins_with_macros(tokens: &[TokenTree]) -> bool {
    tokens.windows(3).any(|tokens| match tokens {
        [bang, TokenTree::Group(group), _] => is_punct(bang, '!') && group.delimiter() == Delimiter::Brace,
        _ => false,
    })
}

fn is_multiline(span: Span) -> bool {
    if !proc_macro::is_available() {
        return false;
    }
    let span = span.unwrap();
    span.start().line() != span.end().line()
}
