//! Assignments to a `self` that a closure or a future owns. The compiler reports one that is not read again, even if it runs a destructor.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use super::item::Function;
use super::tokens::{any, is_punct};

/// The attribute that keeps this quiet, for a function with such an assignment.
pub(super) fn allowed_assignments(function: &Function) -> Option<TokenStream> {
    (function.owns_mutable_receiver() && assigns_to_self(&function.body.stream()))
        .then(|| quote_spanned!(Span::mixed_site()=> #[allow(unused_assignments)]))
}

/// Whether the tokens contain an assignment to `self` or to a part of it, such as `self.a.0[n] += 1` and `(self.a, _) = b`, or a macro call that may be one.
fn assigns_to_self(tokens: &TokenStream) -> bool {
    let (mut is_in_place, mut is_behind_not) = (false, false);
    for token in tokens.clone() {
        is_in_place = match &token {
            TokenTree::Group(group) => {
                let inside = group.stream();
                let has_self = any(&inside, &is_self);
                if has_self && (is_behind_not || assigns_to_self(&inside)) {
                    return true;
                }
                has_self || (is_in_place && group.delimiter() == Delimiter::Bracket)
            }
            TokenTree::Ident(_) => is_in_place || is_self(&token),
            TokenTree::Literal(_) => is_in_place,
            TokenTree::Punct(punct) => match (punct.as_char(), punct.spacing()) {
                ('=', Spacing::Alone) if is_in_place => return true,
                ('=' | '!', _) => false,
                // The first character of an operator such as `+=`.
                (character, spacing) => is_in_place && (character == '.' || spacing == Spacing::Joint),
            },
        };
        is_behind_not = is_punct(&token, '!');
    }
    false
}

fn is_self(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(word) if word == "self")
}
