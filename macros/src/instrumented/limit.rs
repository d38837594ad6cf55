//! The limit of series where labels' types are left to inference: checked when the program is built, family by family.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Index;

use crate::operation::families::Family;
use crate::operation::labels::Values;
use crate::operation::model::Model;
use crate::types::static_lifetimes;

/// The tuple of labels, behind the checks that it needs.
///
/// ```text
/// match (labels) { __labels => { limit::<OUTCOMES, MAX, _>((__labels.0, __labels.2)); __labels } }
/// ```
pub(super) fn limited(model: &Model, tuple: TokenStream, private: &TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    let checks: Vec<TokenStream> = families(model, private)
        .into_iter()
        .filter_map(|(family, more)| check(model, family?, &more, private))
        .collect();
    if checks.is_empty() {
        return tuple;
    }
    quote_spanned!(span=> match #tuple { __labels => { #(#checks)* __labels } })
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
    let labels = carried().map(|(at, _)| Index { index: u32::try_from(at).unwrap_or_default(), span });
    let max = model
        .max_series
        .map_or_else(|| quote_spanned!(span=> #private::DEFAULT_MAX_SERIES), ToTokens::into_token_stream);
    Some(quote_spanned!(span=> #private::limit::<#more, {#max}, _>((#(__labels.#labels,)*));))
}
