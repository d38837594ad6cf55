//! Last stage: generates the runtime's `const` data from a model.

use proc_macro2::{Delimiter, Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Type;
use syn::spanned::Spanned;

use super::families::Family;
use super::labels::{Label, Limits, Values};
use super::location::{Location, Text};
use super::model::{ErrorCounter, Model};
use crate::code::{Code, Private};
use crate::defaults::tracking;
use crate::names::{DEFAULT_CAP, OutcomeClass, Role};
use crate::types::{elided_lifetimes, static_lifetimes};

/// The static that contains the families of an operation.
pub(crate) enum Site {
    /// That of a function without a `name` and with a default description, which the runtime has: the arguments of its macro, and an item in front of it.
    Unnamed { arguments: Code, tracking: Option<TokenStream> },
    /// The item `__SITE`.
    Item(TokenStream),
}

impl Site {
    /// A reference to the families.
    pub(crate) fn families(&self, private: &Private) -> Code {
        match self {
            Self::Unnamed { .. } => self.given_to("identity", private),
            Self::Item(item) => braced(quote_spanned!(Span::mixed_site()=> #item &__SITE.value)),
        }
    }

    /// What this function of the runtime returns for the families.
    pub(crate) fn given_to(&self, function: &str, private: &Private) -> Code {
        let span = Span::mixed_site();
        match self {
            // Written by the macro, because each token from here takes the compiler longer.
            Self::Unnamed { arguments, tracking } => {
                let arguments = Code::new(span).word(function).add(arguments.clone());
                let call =
                    Code::new(span).item(private, "unnamed").puncts("!").group(Delimiter::Parenthesis, arguments);
                match tracking {
                    Some(tracking) => braced(quote_spanned!(span=> #tracking #call)),
                    None => call,
                }
            }
            Self::Item(item) => {
                let name = Ident::new(function, span);
                braced(quote_spanned!(span=> #item #private::#name(&__SITE.value)))
            }
        }
    }
}

/// In a block, because the user's body may have items of the same names.
fn braced(tokens: TokenStream) -> Code {
    Code::new(Span::mixed_site()).group(Delimiter::Brace, tokens)
}

/// The families of an operation at this location. The description that all functions without a name share is in the runtime.
pub(crate) fn site(model: &Model, location: &Location, private: &Private) -> Site {
    let span = Span::mixed_site();
    let unnamed = model.fixed.contains(&"module");
    let mut fields = Vec::new();
    if !unnamed && !model.fixed.is_empty() {
        fields.push(quote_spanned!(span=> const_labels: #private::ConstLabels::Function));
    }
    if !model.labels.is_empty() {
        fields.push(labels(&model.labels, private));
    }
    if !(unnamed && is_default(&model.families)) {
        let families = model.families.iter().map(|family| {
            let (role, family) = (Ident::new(&format!("{:?}", family.role), span), description(family, private));
            quote_spanned!(span=> (#private::Role::#role, #family))
        });
        fields.push(quote_spanned!(span=> families: &[#(#families),*]));
    }
    if let Some(ErrorCounter { label, of, .. }) = &model.errors {
        let kinds = of.as_ref().map(|of| all_values(of, private));
        fields.push(quote_spanned!(span=> errors: #private::Option::Some(#private::ErrorKinds { label: #label, kinds: #kinds })));
    }
    if let Some(outcome) = outcome(model, private) {
        fields.push(outcome);
    }
    if let Some(bounds) = model.buckets.as_ref().and_then(|buckets| buckets.bounds_tokens(private)) {
        fields.push(quote_spanned!(span=> buckets: #bounds));
    }
    if let Some(native) = model.buckets.as_ref().and_then(|buckets| buckets.native_tokens(private)) {
        fields.push(quote_spanned!(span=> native: #native));
    }
    if let Some(objective) = model.objective.as_ref().map(|objective| objective.tokens(private)) {
        fields.push(quote_spanned!(span=> objective: #private::Option::Some(&#objective)));
    }
    if let Some(sample) = model.sample {
        fields.push(quote_spanned!(span=> sample: #sample));
    }
    if let Some(slow) = model.slow_poll {
        fields.push(quote_spanned!(span=> slow_poll: #slow));
    }
    if let Some(max) = model.max_series {
        fields.push(quote_spanned!(span=> max_series: #max));
    }
    let tracking = tracking(private);
    if unnamed && fields.is_empty() {
        let code = Code::new(span);
        let arguments = match location.text(private) {
            Some(Text { length, numbers, place }) => code
                .word(&format!("Named{length}"))
                .word(&format!("named_{length}"))
                .group(Delimiter::Parenthesis, quote_spanned!(span=> #(#numbers)*))
                .puncts(",")
                .add(place),
            None => code.word("at").add(location.expression(private)),
        };
        return Site::Unnamed { arguments, tracking };
    }
    let base = if unnamed { quote_spanned!(span=> UNNAMED) } else { quote_spanned!(span=> DEFAULT) };
    // Not all fields are ever set at the same time, so the struct update syntax is always needed.
    let meta = quote_spanned!(span=> #private::OperationMeta { #(#fields,)* ..#private::OperationMeta::#base });
    let may_have_many = !model.labels.is_empty() || model.errors.is_some() || model.outcome.classifier.is_some();
    let check = (may_have_many || model.objective.is_some()).then(|| quote_spanned!(span=> .checked()));
    let location = location.expression(private);
    Site::Item(quote_spanned!(span=> #tracking #private::families!(#location, #meta #check);))
}

/// Whether these are the families of functions without a `name`.
fn is_default(families: &[Family]) -> bool {
    families.iter().map(|family| family.role).eq(Role::DEFAULT) && families.iter().all(Family::is_unnamed)
}

/// The types that determine how the runtime reads returned values.
pub(crate) fn readers(model: &Model, private: &Private) -> (TokenStream, TokenStream) {
    let span = Span::mixed_site();
    let reads = match &model.outcome.classifier {
        Some(ty) => quote_spanned!(span=> #private::ByType<#ty>),
        None => quote_spanned!(span=> #private::ByOutcome),
    };
    let kinds = match &model.errors {
        Some(ErrorCounter { of: Some(ty), .. }) => quote_spanned!(span=> #private::ByKind<#ty>),
        _ => quote_spanned!(span=> #private::NoErrors),
    };
    (reads, kinds)
}

/// `labels: &[..]`.
pub(crate) fn labels(labels: &[Label], private: &Private) -> TokenStream {
    let span = Span::mixed_site();
    let metas = labels.iter().map(|Label { name, values, .. }| match values {
        Values::Typed { ty, limits } => {
            let known = known(ty, private);
            let cap = match limits.cap {
                Some(cap) => quote_spanned!(span=> #private::Option::Some(#cap)),
                None => quote_spanned!(span=> #private::Option::None),
            };
            let idle = idle(*limits);
            quote_spanned!(span=> #private::LabelMeta::typed(#name, #known::VALUES, #cap) #idle)
        }
        Values::Untyped => quote_spanned!(span=> #private::LabelMeta::untyped(#name)),
        Values::Open { limits } => {
            let (cap, idle) = (limits.cap.unwrap_or(DEFAULT_CAP), idle(*limits));
            quote_spanned!(span=> #private::LabelMeta::open(#name, #cap) #idle)
        }
    });
    quote_spanned!(span=> labels: &[#(#metas),*])
}

/// After how many seconds the values of a label expire, if they do.
fn idle(limits: Limits) -> Option<TokenStream> {
    limits.idle.map(|seconds| quote_spanned!(Span::mixed_site()=> .idle(#seconds)))
}

/// The values of one call, as a tuple.
pub(crate) fn values(labels: &[Label], private: &Private) -> TokenStream {
    let values = labels.iter().map(|label| value(label, &label.value, private));
    quote_spanned!(Span::mixed_site()=> (#(#values,)*))
}

/// A reference to a label's value, from a reference to its expression. Errors about its type are reported only here, because the resulting value is
/// type-erased.
pub(crate) fn value(label: &Label, from: &TokenStream, private: &Private) -> TokenStream {
    let span = label.value.span().resolved_at(Span::mixed_site());
    match &label.values {
        Values::Typed { ty, .. } => {
            let known = known(ty, private);
            quote_spanned!(span=> &#known::label(#from))
        }
        Values::Untyped => quote_spanned!(span=> &<_ as #private::Label>::label(#from)),
        Values::Open { .. } => quote_spanned!(span=> &<_ as #private::Text>::open(#from)),
    }
}

/// All values of a type, with the span of the type for errors.
fn all_values(ty: &Type, private: &Private) -> TokenStream {
    let known = label_value(ty, private);
    quote_spanned!(span_of(ty)=> #known::VALUES)
}

/// The classes of all values of a type.
fn all_classes(ty: &Type, private: &Private) -> TokenStream {
    let known = label_value(ty, private);
    quote_spanned!(span_of(ty)=> #known::CLASSES)
}

fn label_value(ty: &Type, private: &Private) -> TokenStream {
    let in_static = static_lifetimes(ty);
    quote_spanned!(span_of(ty)=> <#in_static as #private::LabelValue>)
}

fn span_of(ty: &Type) -> Span {
    ty.span().resolved_at(Span::mixed_site())
}

/// The type as a label. Every use has the same tokens and spans, so that the compiler reports one error, at the user's type.
fn known(ty: &Type, private: &Private) -> TokenStream {
    let span = ty.span().resolved_at(Span::mixed_site());
    let ty = elided_lifetimes(ty);
    quote_spanned!(span=> <#ty as #private::Label>)
}

/// A `Family`.
fn description(family: &Family, private: &Private) -> TokenStream {
    let Family { name, help, help_is_explicit, labels, .. } = family;
    described(name, help, *help_is_explicit, *labels, private)
}

/// A `Family` of these parts.
pub(crate) fn described(name: &str, help: &str, help_is_explicit: bool, labels: u8, private: &Private) -> TokenStream {
    let span = Span::mixed_site();
    let help = if help_is_explicit {
        quote_spanned!(span=> #private::Help::Explicit(#help))
    } else {
        quote_spanned!(span=> #private::Help::Derived(#help))
    };
    quote_spanned!(span=> #private::Family { name: #name, help: #help, labels: #labels })
}

/// `outcome: OutcomeMeta { .. }`, with what differs from the default.
fn outcome(model: &Model, private: &Private) -> Option<TokenStream> {
    let span = Span::mixed_site();
    let outcome = &model.outcome;
    let mut fields = Vec::new();
    let mut text = |word: TokenStream, value: &str, default: &str| {
        if value != default {
            fields.push(quote_spanned!(span=> #word: #value));
        }
    };
    text(quote_spanned!(span=> panic), &outcome.panic, "panic");
    text(quote_spanned!(span=> cancelled), &outcome.cancelled, "cancelled");
    if outcome.cancelled_class != OutcomeClass::Ignored {
        let class = Ident::new(&format!("{:?}", outcome.cancelled_class), span);
        fields.push(quote_spanned!(span=> cancelled_class: #private::OutcomeClass::#class));
    }
    match outcome.label.as_deref() {
        Some("outcome") => {}
        Some(label) => fields.push(quote_spanned!(span=> label: #private::Option::Some(#label))),
        None => fields.push(quote_spanned!(span=> label: #private::Option::None)),
    }
    if let Some(ty) = &outcome.classifier {
        let (values, classes) = (all_values(ty, private), all_classes(ty, private));
        fields.push(quote_spanned!(span=> finished: #values));
        fields.push(quote_spanned!(span=> classes: #classes));
    } else if (outcome.ok.as_str(), outcome.error.as_str()) != ("ok", "error") {
        let (ok, error) = (&outcome.ok, &outcome.error);
        fields.push(quote_spanned!(span=> finished: &[#ok, #error]));
    }
    if let Some(started) = &outcome.started {
        fields.push(quote_spanned!(span=> started: #private::Option::Some(#started)));
    }
    if outcome.on_duration {
        fields.push(quote_spanned!(span=> on_duration: true));
    }
    if fields.is_empty() {
        return None;
    }
    // If all fields are set, the struct update syntax must be omitted, because clippy would report it in the user's crate.
    let rest = (fields.len() < 8).then(|| quote_spanned!(span=> ..#private::OutcomeMeta::DEFAULT));
    Some(quote_spanned!(span=> outcome: #private::OutcomeMeta { #(#fields,)* #rest }))
}
