//! Splits the tokens of a block into its items. Bodies and types are not parsed, because that would cost compile time and fail on half-typed code. The first
//! words of an item determine its kind, and the kind determines where it ends.
//!
//! | kind | ends with |
//! | --- | --- |
//! | `fn`, `impl`, `trait`, `mod`, `struct`, `enum`, `union` | the first braces outside angle brackets, or `;` |
//! | `static`, `const`, `type`, `use`, `extern crate` | `;` |
//! | a macro | its braces, or `;` |
//!
//! Fragments of `macro_rules!` (`$item`, `$vis`) are in groups without delimiters; those at the beginning of an item are unwrapped.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use super::super::tokens::Angles;

/// An item of a block.
pub(crate) struct Item {
    pub(super) kind: Kind,
    /// The outer attributes, each a `#` and its brackets.
    pub(super) attributes: Vec<(TokenTree, Group)>,
    /// What follows the attributes.
    pub(super) rest: TokenStream,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A function with a body.
    Function,
    /// An `impl` or `trait` block.
    Methods,
    /// A module with its items in braces.
    Module,
    /// `mod name;`
    OutOfLine(Span),
    /// Any other item; it contains no functions.
    Other,
    /// A macro call, and the span of its name. Its items are not expanded yet.
    Macro(Span),
    /// Unknown syntax.
    Unknown(Span),
}

/// The items of a block.
pub(super) struct Items {
    /// In reverse.
    tokens: Vec<TokenTree>,
}

impl Items {
    pub(super) fn of(block: TokenStream) -> Self {
        let mut items = Self { tokens: Vec::new() };
        items.open(block);
        items
    }

    fn open(&mut self, tokens: TokenStream) {
        let at = self.tokens.len();
        self.tokens.extend(tokens);
        self.tokens[at..].reverse();
    }

    /// The token at this distance; groups without delimiters at this position are unwrapped.
    fn peek(&mut self, distance: usize) -> Option<&TokenTree> {
        while let Some(TokenTree::Group(group)) = self.tokens.len().checked_sub(1 + distance).map(|at| &self.tokens[at])
            && group.delimiter() == Delimiter::None
        {
            let after = self.tokens.split_off(self.tokens.len() - distance);
            if let Some(TokenTree::Group(group)) = self.tokens.pop() {
                self.open(group.stream());
            }
            self.tokens.extend(after);
        }
        self.tokens.len().checked_sub(1 + distance).map(|at| &self.tokens[at])
    }

    fn word(&mut self, distance: usize) -> Option<Ident> {
        match self.peek(distance) {
            Some(TokenTree::Ident(ident)) => Some(ident.clone()),
            _ => None,
        }
    }

    fn peeks_punct(&mut self, distance: usize, character: char) -> bool {
        matches!(self.peek(distance), Some(TokenTree::Punct(punct)) if punct.as_char() == character)
    }

    fn peeks_group(&mut self, distance: usize, delimiter: Delimiter) -> bool {
        matches!(self.peek(distance), Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
    }

    /// The `#![..]` at the beginning.
    pub(super) fn inner_attributes(&mut self) -> TokenStream {
        let mut attributes = TokenStream::new();
        while self.peeks_punct(0, '#') && self.peeks_punct(1, '!') && self.peeks_group(2, Delimiter::Bracket) {
            for _ in 0..3 {
                attributes.extend(self.tokens.pop());
            }
        }
        attributes
    }

    fn attributes(&mut self) -> Vec<(TokenTree, Group)> {
        let mut attributes = Vec::new();
        while self.peeks_punct(0, '#') && self.peeks_group(1, Delimiter::Bracket) {
            if let (Some(pound), Some(TokenTree::Group(group))) = (self.tokens.pop(), self.tokens.pop()) {
                attributes.push((pound, group));
            }
        }
        attributes
    }

    /// Moves tokens to the item, up to and including the one that ends it.
    fn take_until(&mut self, rest: &mut Vec<TokenTree>, ends: impl Fn(&TokenTree) -> bool) {
        let mut angles = Angles::default();
        while let Some(token) = self.tokens.pop() {
            // `ty! { .. }` as a type is not a body.
            let is_macro =
                matches!(rest.as_slice(), [.., TokenTree::Ident(_), TokenTree::Punct(bang)] if bang.as_char() == '!');
            let ends = angles.are_closed_behind(&token) && ends(&token) && !is_macro;
            rest.push(token);
            if ends {
                return;
            }
        }
    }

    fn take_all(&mut self, rest: &mut Vec<TokenTree>) {
        rest.extend(self.tokens.drain(..).rev());
    }

    /// Reads the words before the one that determines the kind.
    fn qualifiers(&mut self, rest: &mut Vec<TokenTree>) {
        if self.word(0).is_some_and(|word| word == "pub") {
            rest.extend(self.tokens.pop());
            if self.peeks_group(0, Delimiter::Parenthesis) {
                rest.extend(self.tokens.pop());
            }
        }
        while let Some(word) = self.word(0) {
            let next = self.word(1).map(|next| next.to_string());
            let is_qualifier = match word.to_string().as_str() {
                "async" | "auto" | "default" | "gen" | "safe" | "unsafe" => next.is_some(),
                "const" => {
                    let follow = ["async", "auto", "extern", "fn", "gen", "impl", "safe", "trait", "unsafe"];
                    next.is_some_and(|next| follow.contains(&next.as_str()))
                }
                "extern" => next.is_none_or(|next| next != "crate"),
                _ => false,
            };
            if !is_qualifier {
                return;
            }
            rest.extend(self.tokens.pop());
            if word == "extern" && matches!(self.peek(0), Some(TokenTree::Literal(_))) {
                rest.extend(self.tokens.pop());
            }
        }
    }

    /// Reads an item after its attributes.
    fn item(&mut self, rest: &mut Vec<TokenTree>) -> Kind {
        self.qualifiers(rest);
        let span = self.peek(0).map_or_else(Span::call_site, TokenTree::span);
        // The braces of `extern "C" { .. }`.
        if self.peeks_group(0, Delimiter::Brace) && rest.iter().any(|token| is_word(token, "extern")) {
            rest.extend(self.tokens.pop());
            return Kind::Other;
        }
        let word = self.word(0).map(|word| word.to_string());
        match word.as_deref() {
            Some("fn") => {
                self.take_until(rest, ends_block);
                if rest.last().is_some_and(is_semicolon) { Kind::Other } else { Kind::Function }
            }
            Some("impl" | "trait") => {
                self.take_until(rest, ends_block);
                if rest.last().is_some_and(is_semicolon) { Kind::Other } else { Kind::Methods }
            }
            Some("mod") => {
                self.take_until(rest, ends_block);
                if rest.last().is_some_and(is_semicolon) { Kind::OutOfLine(span) } else { Kind::Module }
            }
            Some("struct" | "enum") => {
                self.take_until(rest, ends_block);
                Kind::Other
            }
            Some("union") if self.word(1).is_some() => {
                self.take_until(rest, ends_block);
                Kind::Other
            }
            Some("static" | "const" | "type" | "use" | "extern") => {
                self.take_to_semicolon(rest);
                Kind::Other
            }
            Some("macro") => {
                self.take_until(rest, |token| is_group(token, Delimiter::Brace));
                Kind::Other
            }
            Some("macro_rules") if self.is_macro() => {
                self.take_macro(rest);
                Kind::Other
            }
            _ if self.is_macro() => {
                self.take_macro(rest);
                Kind::Macro(span)
            }
            _ => {
                self.take_all(rest);
                Kind::Unknown(span)
            }
        }
    }

    /// `path::to!` begins here.
    fn is_macro(&mut self) -> bool {
        let mut distance = 0;
        while self.word(distance).is_some() || self.peeks_punct(distance, ':') {
            distance += 1;
        }
        distance > 0 && self.peeks_punct(distance, '!')
    }

    fn take_macro(&mut self, rest: &mut Vec<TokenTree>) {
        while let Some(token) = self.tokens.pop() {
            let (is_brace, ends) = (is_group(&token, Delimiter::Brace), matches!(token, TokenTree::Group(_)));
            rest.push(token);
            if ends {
                if !is_brace && self.peeks_punct(0, ';') {
                    rest.extend(self.tokens.pop());
                }
                return;
            }
        }
    }

    /// Takes everything up to a semicolon: in a constant's value, `<` may be an operator, and braces do not end the item.
    fn take_to_semicolon(&mut self, rest: &mut Vec<TokenTree>) {
        while let Some(token) = self.tokens.pop() {
            let ends = is_semicolon(&token);
            rest.push(token);
            if ends {
                return;
            }
        }
    }
}

impl Item {
    /// The tokens of the item, attributes first.
    pub(super) fn into_tokens(self) -> TokenStream {
        let mut tokens = attribute_tokens(&self.attributes);
        tokens.extend(self.rest);
        tokens
    }
}

pub(super) fn attribute_tokens(attributes: &[(TokenTree, Group)]) -> TokenStream {
    attributes.iter().flat_map(|(pound, group)| [pound.clone(), TokenTree::Group(group.clone())]).collect()
}

impl Iterator for Items {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        self.peek(0)?;
        let attributes = self.attributes();
        let mut rest = Vec::new();
        let kind = self.item(&mut rest);
        Some(Item { kind, attributes, rest: rest.into_iter().collect() })
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_semicolon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

/// Braces, also as a macro's `$body:block`, or `;`.
fn ends_block(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            let mut inner = group.stream().into_iter();
            inner.next().filter(|_| inner.next().is_none()).is_some_and(|token| is_group(&token, Delimiter::Brace))
        }
        token => is_semicolon(token) || is_group(token, Delimiter::Brace),
    }
}

#[cfg(test)]
mod tests;
