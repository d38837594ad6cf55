//! Assignments to a `self` that a closure or a future owns. The compiler reports one that is not read again, even if it runs a destructor.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use super::item::Function;

/// The attribute that keeps this quiet, for a function with such an assignment.
pub(super) fn allowed_assignments(function: &Function) -> Option<TokenStream> {
    (function.owns_mutable_receiver() && assigns_to_self(&function.body.stream()))
        .then(|| quote_spanned!(Span::mixed_site()=> #[allow(unused_assignments)]))
}

/// Whether the tokens contain an assignment to `self` or to a part of it: `self.a.0[n] += 1`.
fn assigns_to_self(tokens: &TokenStream) -> bool {
    let mut is_in_place = false;
    for token in tokens.clone() {
        is_in_place = match &token {
            TokenTree::Group(group) if assigns_to_self(&group.stream()) => return true,
            TokenTree::Group(group) => is_in_place && group.delimiter() == Delimiter::Bracket,
            TokenTree::Ident(word) => is_in_place || word == "self",
            TokenTree::Literal(_) => is_in_place,
            TokenTree::Punct(punct) => match (punct.as_char(), punct.spacing()) {
                ('=', Spacing::Alone) if is_in_place => return true,
                ('=' | '!', _) => false,
                // The first character of an operator such as `+=`.
                (character, spacing) => is_in_place && (character == '.' || spacing == Spacing::Joint),
            },
        };
    }
    false
}
