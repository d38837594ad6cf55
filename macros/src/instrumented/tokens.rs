//! Predicates on tokens.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::Path;

/// Whether the predicate holds for one of these tokens, including nested ones.
pub(super) fn any(tokens: &TokenStream, is: &impl Fn(&TokenTree) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match &token {
        TokenTree::Group(group) => any(&group.stream(), is),
        token => is(token),
    })
}

/// Whether the identifier is one of these words. Every comparison of an identifier asks the compiler for its text, so it is asked once.
pub(super) fn is_one_of(ident: &Ident, words: &[&str]) -> bool {
    words.contains(&ident.to_string().as_str())
}

/// Whether this is the punctuation character.
pub(super) fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// Whether an attribute with this path is this crate's, by its name.
pub(super) fn is_ours(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "instrumented")
}

/// Whether the first keyword among `fn`, `impl`, `mod` and `trait` is `fn`. Most annotated items are functions, and this check is faster than splitting the
/// tokens into items.
pub(super) fn is_function(tokens: &[TokenTree]) -> bool {
    const BLOCKS: [&str; 3] = ["impl", "mod", "trait"];
    for token in tokens {
        match token {
            TokenTree::Ident(word) => match word.to_string().as_str() {
                "fn" => return true,
                word if BLOCKS.contains(&word) => return false,
                _ => {}
            },
            // A fragment of a `macro_rules!` macro may contain one of these keywords.
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => return false,
            _ => {}
        }
    }
    false
}

/// The nesting depth of angle brackets.
#[derive(Default)]
pub(super) struct Angles {
    depth: usize,
    after_dash: bool,
}

impl Angles {
    /// Processes the next token; returns whether no angle bracket is open after it.
    pub(super) fn are_closed_behind(&mut self, token: &TokenTree) -> bool {
        let mut is_dash = false;
        if let TokenTree::Punct(punct) = token {
            match punct.as_char() {
                '<' => self.depth += 1,
                // The `>` of `->` closes nothing.
                '>' if !self.after_dash => self.depth = self.depth.saturating_sub(1),
                '-' => is_dash = true,
                _ => {}
            }
        }
        self.after_dash = is_dash;
        self.depth == 0
    }
}
