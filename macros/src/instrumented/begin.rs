//! How the guard of a call is made.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::item::Function;
use super::limit::looked_up;
use crate::operation::model::Model;
use crate::paths::reserved;
use crate::private::Private;

/// How the guard of a call is made.
pub(super) enum Begin {
    /// From `&'static Families`: there are no labels.
    Unlabelled(TokenStream),
    /// From the label values. There is one expression for each type of guard that the function may use, with that type's name.
    Labelled(Vec<(&'static str, TokenStream)>),
    /// From a reference to a declared operation, by `declared`, together with how values are read.
    Declared(TokenStream),
}

impl Begin {
    /// How an inline operation makes its guard.
    pub(super) fn inline(
        model: &Model,
        function: &Function,
        families: TokenStream,
        private: &Private,
    ) -> (TokenStream, Self) {
        let span = Span::mixed_site();
        if model.labels.is_empty() {
            return (quote_spanned!(span=> #private::Families::only(#families)), Self::Unlabelled(families));
        }
        let by = |callee: TokenStream| looked_up(&callee, model, function, &families, private);
        let is_async = function.signature.asyncness.is_some();
        let guards = ["Call", "Scope", "AsyncCall", "AsyncScope"].into_iter().take(if is_async { 4 } else { 2 });
        let labelled = guards.map(|guard| {
            let ident = Ident::new(guard, span);
            (guard, by(quote_spanned!(span=> #private::#ident::labelled)))
        });
        let labelled = Self::Labelled(labelled.collect());
        (by(quote_spanned!(span=> #private::Families::series)), labelled)
    }

    /// Statements that begin the call, as a guard of this type and name.
    pub(super) fn statements(&self, guard: &str, name: &TokenStream, private: &Private) -> TokenStream {
        let span = Span::mixed_site();
        let ident = Ident::new(guard, span);
        let call = match self {
            Self::Unlabelled(families) => quote_spanned!(span=> #private::#ident::start(#families)),
            Self::Labelled(labelled) => {
                labelled.iter().find(|(of, _)| *of == guard).map(|(_, call)| call.clone()).unwrap_or_default()
            }
            Self::Declared(operation) => {
                let reads = reserved("reads");
                let begun = declared(&quote_spanned!(span=> #private::#ident), operation, private);
                return quote_spanned!(span=> let (#name, #reads) = #begun;);
            }
        };
        quote_spanned!(span=> let #name = #call;)
    }
}

/// The guard that a declared operation starts, and how returned values are read.
pub(super) fn declared(begins: &TokenStream, operation: &TokenStream, private: &Private) -> TokenStream {
    let at = operation.span().resolved_at(Span::mixed_site());
    let private = private.located_at(at);
    quote_spanned!(at=> #private::declared::<#begins, _>(&#operation))
}
