//! How the guard of a call is made.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
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
    Labelled { guards: Vec<(&'static str, TokenStream)>, series: TokenStream },
    /// From a reference to a declared operation, by `declared`, together with how values are read.
    Declared { operation: TokenStream, series: Ident },
}

impl Begin {
    /// How an inline operation makes its guard.
    pub(super) fn inline(model: &Model, function: &Function, families: TokenStream, private: &Private) -> Self {
        if model.labels.is_empty() {
            return Self::Unlabelled(families);
        }
        let span = Span::mixed_site();
        let by = |callee: TokenStream| looked_up(&callee, model, function, &families, private);
        let is_async = function.signature.asyncness.is_some();
        let guards = ["Call", "Scope", "AsyncCall", "AsyncScope"].into_iter().take(if is_async { 4 } else { 2 });
        let guards = guards.map(|guard| {
            let ident = Ident::new(guard, span);
            (guard, by(quote_spanned!(span=> #private::#ident::labelled)))
        });
        Self::Labelled { guards: guards.collect(), series: by(quote_spanned!(span=> #private::Families::series)) }
    }

    /// A `LazySeries`.
    pub(super) fn series(&self, private: &Private) -> TokenStream {
        match self {
            Self::Unlabelled(families) => quote_spanned!(Span::mixed_site()=> #private::Families::only(#families)),
            Self::Labelled { series, .. } => series.clone(),
            Self::Declared { series, .. } => series.to_token_stream(),
        }
    }

    /// Statements that begin the call, as a guard of this type and name.
    pub(super) fn statements(&self, guard: &str, name: &TokenStream, private: &Private) -> TokenStream {
        let span = Span::mixed_site();
        let ident = Ident::new(guard, span);
        let call = match self {
            Self::Unlabelled(families) => {
                let start = match guard {
                    "Call" => quote_spanned!(span=> start_call),
                    "Scope" => quote_spanned!(span=> start_scope),
                    _ => quote_spanned!(span=> #ident::start),
                };
                return quote_spanned!(span=> let #name = #private::#start(#families););
            }
            Self::Labelled { guards, .. } => {
                guards.iter().find(|(of, _)| *of == guard).map(|(_, call)| call.clone()).unwrap_or_default()
            }
            Self::Declared { operation, .. } => {
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
