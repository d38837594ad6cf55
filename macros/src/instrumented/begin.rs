//! The guards of calls, and how they are made.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;

use super::item::Function;
use super::limit::looked_up;
use crate::code::{Code, Private};
use crate::operation::emit::Site;
use crate::operation::model::Model;
use crate::paths::reserved;

/// A type of the runtime that is a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// Its value is read.
    Call,
    /// Its value is not read, or only at the end of the body, and every other exit is `ok`.
    Scope,
    /// Its value is read at the end of the body, and every other exit has an outcome by the return type.
    Attempt,
    /// As `Call`, of an `async fn` whose body stays in place.
    AsyncCall,
    /// As `Scope`, of such a function.
    AsyncScope,
}

impl Guard {
    const SYNC: [Self; 3] = [Self::Call, Self::Scope, Self::Attempt];
    const ALL: [Self; 4] = [Self::Call, Self::Scope, Self::AsyncCall, Self::AsyncScope];

    /// The type.
    pub(super) fn ident(self) -> Ident {
        let name = match self {
            Self::Call => "Call",
            Self::Scope => "Scope",
            Self::Attempt => "Attempt",
            Self::AsyncCall => "AsyncCall",
            Self::AsyncScope => "AsyncScope",
        };
        Ident::new(name, Span::mixed_site())
    }

    /// The variable that holds it.
    pub(super) fn variable(self) -> Ident {
        reserved(if matches!(self, Self::Call | Self::Attempt | Self::AsyncCall) { "call" } else { "guard" })
    }

    /// The function that begins a call without labels.
    fn start(self) -> &'static str {
        match self {
            Self::Call => "start_call",
            Self::Scope => "start_scope",
            Self::Attempt => "start_attempt",
            Self::AsyncCall => "start_async_call",
            Self::AsyncScope => "start_async_scope",
        }
    }
}

/// How the guard of a call is made.
pub(super) enum Begin {
    /// From this static: there are no labels.
    Unlabelled(Site),
    /// From the label values. There is one expression for each type of guard that the function may use.
    Labelled { guards: Vec<(Guard, TokenStream)>, series: TokenStream },
    /// From a reference to a declared operation, by `declared`, together with how values are read.
    Declared { operation: TokenStream, series: Ident },
}

impl Begin {
    /// How an inline operation makes its guard.
    pub(super) fn inline(model: &Model, function: &Function, site: Site, private: &Private) -> Self {
        if model.labels.is_empty() {
            return Self::Unlabelled(site);
        }
        let families = site.families(private);
        let span = Span::mixed_site();
        let by = |callee: TokenStream| looked_up(&callee, model, function, &families, private);
        let guards: &[Guard] = if function.signature.asyncness.is_some() { &Guard::ALL } else { &Guard::SYNC };
        let guards = guards.iter().map(|guard| {
            let ident = guard.ident();
            (*guard, by(quote_spanned!(span=> #private::#ident::labelled)))
        });
        Self::Labelled { guards: guards.collect(), series: by(quote_spanned!(span=> #private::Families::series)) }
    }

    /// `&'static Families` or a `LazySeries`.
    pub(super) fn series(&self, private: &Private) -> TokenStream {
        match self {
            Self::Unlabelled(site) => site.families(private).into_token_stream(),
            Self::Labelled { series, .. } => series.clone(),
            Self::Declared { series, .. } => series.to_token_stream(),
        }
    }

    /// Statements that begin the call, as a guard of this type.
    pub(super) fn statements(&self, guard: Guard, private: &Private) -> Code {
        let (span, name) = (Span::mixed_site(), guard.variable());
        // `AsyncScope::completes` changes it.
        let mutable = (guard == Guard::AsyncScope).then(|| Ident::new("mut", span));
        let variable = [mutable, Some(name)].into_iter().flatten().map(TokenTree::from);
        let code = Code::new(span).word("let");
        let code = match self {
            Self::Unlabelled(site) => code.add(variable).puncts("=").add(site.given_to(guard.start(), private)),
            Self::Labelled { guards, .. } => {
                let call = guards.iter().find(|(of, _)| *of == guard).map(|(_, call)| call.clone());
                code.add(variable).puncts("=").add(call.unwrap_or_default())
            }
            Self::Declared { operation, .. } => {
                let (ident, reads) = (guard.ident(), reserved("reads"));
                let begun = declared(&quote_spanned!(span=> #private::#ident), operation, private);
                code.group(Delimiter::Parenthesis, quote_spanned!(span=> #(#variable)*, #reads)).puncts("=").add(begun)
            }
        };
        code.puncts(";")
    }
}

/// The guard that a declared operation starts, and how returned values are read.
pub(super) fn declared(begins: &TokenStream, operation: &TokenStream, private: &Private) -> TokenStream {
    let at = operation.span().resolved_at(Span::mixed_site());
    let private = private.located_at(at);
    quote_spanned!(at=> #private::declared::<#begins, _>(&#operation))
}
