//! Exit paths of a body: its end, or earlier a `return`, a `?`, or a macro that may contain one.
//!
//! A body is searched once for everything that the expansion needs to know about it: each token takes a call into the compiler.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::tokens::{any, is_one_of, is_punct};

/// The macro whose call carries the original function; see `carried`.
pub(super) const CARRIER: &str = "carried_by_block";

/// What a body contains.
#[derive(Clone, Copy, Default)]
pub(super) struct Contents {
    /// How it may return before its end.
    pub(super) early: Early,
    /// Whether it may wait for another future: only a macro could hide an `await`, and that counts as an early return.
    pub(super) awaits: bool,
    /// Whether it contains a `&`.
    pub(super) borrows: bool,
    /// Whether the macro call that carries an original function is in it; see `carried`.
    pub(super) carries_original: bool,
}

/// How a body may return before its end. A `return` in a nested closure or function counts, too, because they can only be recognised by parsing the body.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Early {
    #[default]
    Never,
    /// Only by `?`.
    ByQuestionMark,
    /// Only by `?` and `return Err(..)`.
    ByErr,
    ByValue,
}

impl Contents {
    pub(super) fn of(body: &[TokenTree]) -> Self {
        let mut contents = Self::default();
        contents.add(body);
        contents
    }

    fn leaves(&mut self, early: Early) {
        self.early = self.early.max(early);
    }

    fn add(&mut self, tokens: &[TokenTree]) {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(ident) => match ident.to_string().as_str() {
                    "return" => {
                        let is_error = is_error(&tokens[at + 1..]);
                        self.leaves(if is_error { Early::ByErr } else { Early::ByValue });
                    }
                    "yeet" => self.leaves(Early::ByValue),
                    "await" => self.awaits = true,
                    CARRIER => self.carries_original = true,
                    _ => {}
                },
                TokenTree::Punct(punct) => match punct.as_char() {
                    '&' => self.borrows = true,
                    '?' if !is_relaxed_bound(tokens.get(at + 1)) => self.leaves(Early::ByQuestionMark),
                    '!' if calls_macro_that_may_return(tokens, at) => self.leaves(Early::ByValue),
                    _ => {}
                },
                TokenTree::Group(group) => self.add(&group.stream().into_iter().collect::<Vec<_>>()),
                TokenTree::Literal(_) => {}
            }
        }
    }
}

/// Whether these tokens may return.
pub(super) fn may_return_early(tokens: &TokenStream) -> bool {
    Contents::of(&tokens.clone().into_iter().collect::<Vec<_>>()).early != Early::Never
}

/// Whether the body of a function without a return type may have a value, which is an error.
pub(super) fn may_return_a_value(body: &Group) -> bool {
    let ends_in_value = |token: &TokenTree| !matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    body.stream().into_iter().last().is_some_and(|last| ends_in_value(&last))
        || any(&body.stream(), &|token| matches!(token, TokenTree::Ident(ident) if ident == "return"))
}

/// Whether an expression is `Err(..)`, or `Err(..)?`.
fn is_error(tokens: &[TokenTree]) -> bool {
    let [TokenTree::Ident(name), TokenTree::Group(group), rest @ ..] = tokens else { return false };
    let ends = match rest {
        [question, rest @ ..] if is_punct(question, '?') => rest,
        rest => rest,
    };
    name == "Err"
        && group.delimiter() == Delimiter::Parenthesis
        && ends.first().is_none_or(|token| is_punct(token, ';') || is_punct(token, ','))
}

/// `?Sized`.
fn is_relaxed_bound(next: Option<&TokenTree>) -> bool {
    matches!(next, Some(TokenTree::Ident(ident)) if ident == "Sized")
}

/// Whether the `!` at this position belongs to a macro call that may return: any macro except those of the standard library in `STANDARD`.
fn calls_macro_that_may_return(tokens: &[TokenTree], at: usize) -> bool {
    const KEYWORDS: [&str; 10] = ["if", "while", "match", "in", "return", "break", "else", "move", "as", "mut"];
    let is_call = match tokens.get(at + 1) {
        Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::None,
        // `macro_rules! name { .. }` declares a macro.
        _ => false,
    };
    let name = match at.checked_sub(1).map(|before| &tokens[before]) {
        Some(TokenTree::Ident(name)) => name,
        // The path is a fragment of the macro around it.
        Some(TokenTree::Group(group)) => return is_call && group.delimiter() == Delimiter::None,
        _ => return false,
    };
    is_call
        && !is_one_of(name, &KEYWORDS)
        && !(is_one_of(name, &STANDARD) && is_named_alone_or_in_std(&tokens[..at - 1]))
}

/// Whether a name has no path before it, or a path into the standard library.
fn is_named_alone_or_in_std(before: &[TokenTree]) -> bool {
    match before {
        [.., krate, first, second] if is_punct(first, ':') && is_punct(second, ':') => {
            matches!(krate, TokenTree::Ident(krate) if is_one_of(krate, &["std", "core", "alloc"]))
        }
        _ => true,
    }
}

/// The standard library's macros that do not return from the function that calls them.
const STANDARD: [&str; 40] = [
    "addr_of",
    "addr_of_mut",
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "const_format_args",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include_bytes",
    "include_str",
    "is_aarch64_feature_detected",
    "is_x86_feature_detected",
    "line",
    "matches",
    "module_path",
    "offset_of",
    "option_env",
    "panic",
    "pin",
    "print",
    "println",
    "stringify",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];
