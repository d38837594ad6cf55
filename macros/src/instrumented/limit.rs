//! The limit of series where labels' types are left to inference: checked when the program is built, family by family.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Index;
use syn::spanned::Spanned;

use crate::operation::emit::{value, values};
use crate::operation::families::Family;
use crate::operation::labels::Values;
use crate::operation::model::Model;
use crate::paths::reserved;
use crate::types::static_lifetimes;

/// The series of a call, behind the checks that its labels need.
///
/// ```text
/// match (labels) { __labels => { Limit::<OUTCOMES, MAX, _>::of(&(__labels.0, __labels.2)).check(); Families::series(families, (values)) } }
/// ```
pub(super) fn series(model: &Model, of: &TokenStream, private: &TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    let checks: Vec<TokenStream> = families(model, private)
        .into_iter()
        .filter_map(|(family, more)| check(model, family?, &more, private))
        .collect();
    if model.labels.is_empty() {
        return quote_spanned!(span=> #private::Families::only(#of));
    }
    if checks.is_empty() {
        let values = values(&model.labels, private);
        return quote_spanned!(span=> #private::Families::series(#of, #values));
    }
    let labels = reserved("labels");
    let references = model.labels.iter().map(|label| match (&label.values, &label.value) {
        (Values::Typed { ty, .. }, from) => quote_spanned!(from.span()=> #private::typed::<#ty>(#from)),
        (Values::Untyped, from) => from.clone(),
        (Values::Open { .. }, from) => value(label, from, private),
    });
    let values = model.labels.iter().enumerate().map(|(at, label)| {
        let at = Index { index: u32::try_from(at).unwrap_or_default(), span };
        match label.values {
            Values::Open { .. } => quote_spanned!(span=> #labels.#at),
            // With the place of what it comes from: that is what is wrong, if it is no label.
            _ => value(label, &quote_spanned!(label.value.span().resolved_at(span)=> #labels.#at), private),
        }
    });
    quote_spanned!(span=> match (#(#references,)*) { #labels => { #(#checks)* #private::Families::series(#of, (#(#values,)*)) } })
}

/// The families that need a check, with what multiplies their labels' values.
fn families<'a>(model: &'a Model, private: &TokenStream) -> [(Option<&'a Family>, TokenStream); 6] {
    let span = Span::mixed_site();
    let values = |ty: &syn::Type| {
        let ty = static_lifetimes(ty);
        quote_spanned!(span=> <#ty as #private::LabelValue>::VALUES.len())
    };
    let started = usize::from(model.outcome.started.is_some());
    let outcomes = match model.outcome.classifier.as_ref().map(values) {
        Some(values) => quote_spanned!(span=> { #values + 2 + #started }),
        None if model.outcome.label.is_none() => quote_spanned!(span=> 1),
        None => (4 + started).into_token_stream(),
    };
    let kinds = model.errors.as_ref().and_then(|errors| errors.of.as_ref()).map(values);
    // What carries a part of the labels of `calls` has fewer series than that.
    let calls = model.calls.as_ref();
    let unless_covered = |family: &'a Option<Family>| {
        family.as_ref().filter(|family| calls.is_none_or(|calls| family.labels & !calls.labels != 0))
    };
    [
        (calls, outcomes),
        (unless_covered(&model.duration), quote_spanned!(span=> 1)),
        (unless_covered(&model.in_flight), quote_spanned!(span=> 1)),
        (unless_covered(&model.ok), quote_spanned!(span=> 1)),
        (unless_covered(&model.error), quote_spanned!(span=> 1)),
        (model.errors.as_ref().map(|errors| &errors.family), quote_spanned!(span=> { #kinds })),
    ]
}

/// The check of one family, if there is a label of an inferred type on it.
fn check(model: &Model, family: &Family, more: &TokenStream, private: &TokenStream) -> Option<TokenStream> {
    let span = Span::mixed_site();
    let carried = || model.labels.iter().enumerate().filter(|(at, _)| family.labels & 1 << at != 0);
    carried().find(|(_, label)| matches!(label.values, Values::Untyped))?;
    let labels = reserved("labels");
    let at = carried().map(|(at, _)| Index { index: u32::try_from(at).unwrap_or_default(), span });
    let max = model
        .max_series
        .map_or_else(|| quote_spanned!(span=> #private::DEFAULT_MAX_SERIES), ToTokens::into_token_stream);
    Some(quote_spanned!(span=> #private::Limit::<#more, {#max}, _>::of(&(#(#labels.#at,)*)).check();))
}
