//! How the guard of a call is made.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::item::Function;
use super::limit::looked_up;
use crate::operation::model::Model;

/// How the guard of a call is made.
pub(super) enum Begin {
    /// From `&'static Families`: there are no labels.
    Unlabelled(TokenStream),
    /// From the values of labels: `Call` and `Scope`.
    Labelled { call: TokenStream, scope: TokenStream },
    /// From the series.
    Declared,
}

impl Begin {
    /// That of an inline operation, after the expression of its series.
    pub(super) fn inline(
        model: &Model,
        function: &Function,
        families: TokenStream,
        private: &TokenStream,
    ) -> (TokenStream, Self) {
        let span = Span::mixed_site();
        if model.labels.is_empty() {
            return (quote_spanned!(span=> #private::Families::only(#families)), Self::Unlabelled(families));
        }
        let by = |callee: TokenStream| looked_up(&callee, model, function, &families, private);
        let call = by(quote_spanned!(span=> #private::Call::labelled));
        let scope = by(quote_spanned!(span=> #private::Scope::labelled));
        (by(quote_spanned!(span=> #private::Families::series)), Self::Labelled { call, scope })
    }

    /// A guard of this type, which begins the call.
    pub(super) fn guard(&self, guard: &str, series: &TokenStream, private: &TokenStream) -> TokenStream {
        let span = Span::mixed_site();
        let is_call = guard == "Call";
        let guard = Ident::new(guard, span);
        match self {
            Self::Unlabelled(families) => quote_spanned!(span=> #private::#guard::start(#families)),
            Self::Labelled { call, .. } if is_call => call.clone(),
            Self::Labelled { scope, .. } => scope.clone(),
            Self::Declared => quote_spanned!(span=> #private::#guard::of(#series)),
        }
    }
}
