//! The last expression of a body, judging by its tokens.

use proc_macro2::{Delimiter, Ident, Span, TokenTree};

use super::tokens::{any, is_one_of, is_punct};

/// The standard library's macros that panic.
const PANICS: [&str; 4] = ["panic", "todo", "unimplemented", "unreachable"];

/// What the expansion needs to know about it.
#[derive(Clone, Copy)]
pub(super) struct Tail {
    /// Its beginning.
    pub(super) span: Span,
    /// Whether it is `Ok(..)` or `Err(..)`, so that the end of the body is reached if that is.
    pub(super) is_result: bool,
    /// Whether it is a macro that panics, or a `loop` that never ends.
    pub(super) diverges: bool,
    /// Whether it may borrow a temporary in a position where a `let` would extend the life of the temporary, as in `let a = Some(&temporary());`. In a
    /// function, the temporary is dropped first.
    pub(super) extends_temporaries: bool,
}

impl Tail {
    /// That of this body, which contains a `&` if it `borrows`. The span is that of an empty body.
    pub(super) fn of(body: &[TokenTree], borrows: bool, span: Span) -> Self {
        let tokens = last_expression(body);
        let is_result = matches!(
            tokens,
            [TokenTree::Ident(name), TokenTree::Group(group)]
                if group.delimiter() == Delimiter::Parenthesis && is_one_of(name, &["Ok", "Err"])
        );
        let diverges = match tokens {
            [TokenTree::Ident(name), bang, TokenTree::Group(_)] if is_punct(bang, '!') => is_one_of(name, &PANICS),
            [TokenTree::Ident(name), TokenTree::Group(group)] if name == "loop" => {
                !any(&group.stream(), &|token| matches!(token, TokenTree::Ident(ident) if ident == "break"))
            }
            _ => false,
        };
        let span = tokens.first().or(body.last()).map_or(span, TokenTree::span);
        Self { span, is_result, diverges, extends_temporaries: borrows && any_extends(tokens) }
    }
}

/// The tokens behind the last statement.
fn last_expression(body: &[TokenTree]) -> &[TokenTree] {
    let ends = |at: usize| match &body[at] {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => match body.get(at + 1) {
            Some(TokenTree::Ident(next)) => !is_one_of(next, &["as", "else"]),
            Some(TokenTree::Punct(next)) => next.as_char() == '&',
            next => next.is_some(),
        },
        token => is_punct(token, ';'),
    };
    let begin = (0..body.len()).rev().find(|at| ends(*at)).map_or(0, |end| end + 1);
    &body[begin..]
}

/// Whether one of these expressions extends a temporary: they are separated by commas, and may be fields or arms.
fn any_extends(tokens: &[TokenTree]) -> bool {
    tokens.split(|token| is_punct(token, ',')).any(extends)
}

fn extends(tokens: &[TokenTree]) -> bool {
    let is = |at: usize, character| tokens.get(at).is_some_and(|token| is_punct(token, character));
    let is_arm = |at: usize| at >= 2 && is(at - 2, '=') && is(at - 1, '>');
    let begins = |at: usize| at == 0 || is_arm(at) || (at == 2 && is(1, ':'));
    (0..tokens.len()).any(|at| match &tokens[at] {
        TokenTree::Punct(punct) if punct.as_char() == '&' => {
            begins(at) && tokens[at + 1..].iter().any(creates_temporary)
        }
        TokenTree::Group(group) => {
            let before = at.checked_sub(1).map(|before| &tokens[before]);
            let is_searched = match (group.delimiter(), before) {
                (Delimiter::Brace | Delimiter::None, _) | (_, None) => true,
                // The arguments of a constructor, and not those of a function.
                (Delimiter::Parenthesis, Some(TokenTree::Ident(name))) => is_constructor(name),
                (_, Some(TokenTree::Punct(punct))) => punct.as_char() != '!',
                _ => false,
            };
            is_searched && {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                inner.rsplit(|token| is_punct(token, ';')).next().is_some_and(any_extends)
            }
        }
        _ => false,
    })
}

/// Whether an operand with this token may be a temporary: a call, a macro or a value of a struct.
fn creates_temporary(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() != Delimiter::Bracket,
        token => is_punct(token, '!'),
    }
}

fn is_constructor(name: &Ident) -> bool {
    name.to_string().starts_with(|first: char| first.is_uppercase())
}
