//! How a call ends: reads the outcome and the error kind of the returned value.
//!
//! ```text
//! AsOutcome(&__value).__end_call(__call);
//! ```

use proc_macro2::{Delimiter, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::begin::Guard;
use super::contained::Level;
use super::item::Function;
use crate::code::{Code, Private};
use crate::operation::args::Args;
use crate::operation::model::Model;
use crate::types;

/// How the returned value is read.
#[allow(clippy::large_enum_variant, reason = "one for each function, and not stored")]
pub(super) enum Reading {
    /// By its own type, or as the types that the attribute names.
    Inline {
        outcome: Option<Type>,
        /// The type of the error kinds, if kinds are counted.
        kind: Option<Type>,
        level: Level,
        /// The span of the error for a value that cannot be read.
        at: Span,
    },
    /// By a variable, as the declared operation describes it.
    Declared { reads: Ident, at: Span, level: Level },
}

/// The value that is read.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    /// A variable with the value.
    Owned(&'a Ident),
    /// A variable with a reference to it.
    Reference(&'a Ident),
}

impl Reading {
    pub(super) fn inline(model: &Model, function: &Function, args: &Args) -> Self {
        // Errors about a type that a block names point at the function whose value cannot be read.
        let located = |ty: &Type, key: &str| {
            if args.has_own(key) {
                return ty.clone();
            }
            Type::Verbatim(types::located_at(ty.to_token_stream(), function.returned_at))
        };
        let kind = model.errors.as_ref().and_then(|errors| errors.of.as_ref());
        Self::Inline {
            outcome: model.outcome.classifier.as_ref().map(|ty| located(ty, "outcome")),
            kind: kind.map(|ty| located(ty, "errors")),
            level: Level::of(function, args),
            at: function.returned_at,
        }
    }

    /// The indices of the outcome and of the error kind.
    pub(super) fn both(&self, value: Value<'_>, private: &Private) -> TokenStream {
        let span = Span::mixed_site();
        let outcome = self.outcome(value, private);
        let error = self.error(value, private).unwrap_or_else(|| quote_spanned!(span=> #private::Option::None));
        quote_spanned!(span=> (#outcome, #error))
    }

    /// Ends the guard of this type with the outcome of the call's value.
    pub(super) fn finish(&self, guard: Guard, value: &Ident, private: &Private) -> Code {
        let (span, value, call) = (Span::mixed_site(), Value::Owned(value), guard.variable());
        if let Some(error) = self.error(value, private) {
            let (guard, outcome) = (guard.ident(), self.outcome(value, private));
            return Code::new(span)
                .add(quote_spanned!(span=> #private::#guard::finish_by_kind(#call, #outcome, #error)));
        }
        let end = if guard == Guard::Attempt { "__end_attempt" } else { "__end_call" };
        self.ended(value, end, &call, private)
    }

    /// The index of the outcome.
    fn outcome(&self, value: Value<'_>, private: &Private) -> Code {
        self.ended(value, "__end_call", &quote_spanned!(Span::mixed_site()=> #private::Read), private)
    }

    /// Ends what implements the runtime's `Ends` with the outcome of the value, by this method.
    fn ended(&self, value: Value<'_>, end: &str, call: &impl ToTokens, private: &Private) -> Code {
        let at = match self {
            Self::Inline { outcome: Some(ty), .. } => at(ty),
            Self::Inline { at, .. } | Self::Declared { at, .. } => *at,
        };
        let code = Code::new(at);
        let returned = match self {
            Self::Inline { outcome: None, level, .. } => code.item(&private.located_at(at), level.function()),
            Self::Inline { outcome: Some(ty), .. } => {
                code.item(&private.located_at(at), "returned_as").add(quote_spanned!(at=> ::<#ty, _>))
            }
            Self::Declared { reads, level, .. } => {
                code.add([located_at(reads, at).into()]).puncts(".").word(level.method())
            }
        };
        returned
            .group(Delimiter::Parenthesis, value.located_at(at))
            .puncts(".")
            .word(end)
            .group(Delimiter::Parenthesis, call)
    }

    /// The error kind, if kinds are counted.
    fn error(&self, value: Value<'_>, private: &Private) -> Option<TokenStream> {
        Some(match self {
            Self::Inline { kind, .. } => {
                let ty = kind.as_ref()?;
                let at = at(ty);
                let (private, value) = (private.located_at(at), value.located_at(at));
                // Not a function with `ty` as its argument: the compiler would not report that `ty` belongs to no `Result`.
                quote_spanned!(at=>
                    #private::Returned::<#private::ByOutcome, #private::ByKind<#ty>, _>::new(#value).__error_of_call()
                )
            }
            Self::Declared { reads, at, .. } => {
                let (reads, value) = (located_at(reads, *at), value.located_at(*at));
                quote_spanned!(*at=> #reads.__returned(#value).__error_of_call())
            }
        })
    }
}

impl Value<'_> {
    /// The reference, with this location for errors about the value.
    fn located_at(self, at: Span) -> TokenStream {
        let (Self::Owned(name) | Self::Reference(name)) = self;
        let name = located_at(name, at);
        match self {
            Self::Owned(_) => quote_spanned!(at=> &#name),
            Self::Reference(_) => quote_spanned!(at=> #name),
        }
    }
}

/// The same variable; errors about it are reported at this location.
fn located_at(name: &Ident, at: Span) -> Ident {
    Ident::new(&name.to_string(), name.span().located_at(at))
}

fn at(ty: &Type) -> Span {
    ty.span().resolved_at(Span::mixed_site())
}
