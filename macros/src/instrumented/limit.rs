//! The limit of series where labels' types are left to inference: checked when the program is built, family by family.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Index;
use syn::spanned::Spanned;

use crate::names::Role;
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
    let checks: Vec<TokenStream> =
        families(model, private).into_iter().filter_map(|(family, own)| check(model, family, &own, private)).collect();
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

/// The families that need a check, with the number of values of the label that the operation itself puts on them.
fn families<'a>(model: &'a Model, private: &TokenStream) -> Vec<(&'a Family, TokenStream)> {
    let span = Span::mixed_site();
    let values = |ty: &syn::Type| {
        let ty = static_lifetimes(ty);
        quote_spanned!(span=> <#ty as #private::LabelValue>::VALUES.len())
    };
    let calls = model.family(Role::Calls);
    let checked = |family: &'a Family| {
        let own = match family.role {
            Role::Calls => {
                let started = usize::from(model.outcome.started.is_some());
                match model.outcome.classifier.as_ref().map(values) {
                    Some(values) => quote_spanned!(span=> { #values + 2 + #started }),
                    None if model.outcome.label.is_none() => quote_spanned!(span=> 1),
                    None => (4 + started).into_token_stream(),
                }
            }
            Role::Errors => {
                let kinds = model.errors.as_ref().and_then(|errors| errors.of.as_ref()).map(values);
                quote_spanned!(span=> { #kinds })
            }
            // Without a label that `calls` does not have, it has fewer series than that.
            _ if calls.is_some_and(|calls| family.labels & !calls.labels == 0) => return None,
            _ => quote_spanned!(span=> 1),
        };
        Some((family, own))
    };
    model.families.iter().filter_map(checked).collect()
}

/// The check of one family, if there is a label of an inferred type on it.
fn check(model: &Model, family: &Family, own: &TokenStream, private: &TokenStream) -> Option<TokenStream> {
    let span = Span::mixed_site();
    let carried = || model.labels.iter().enumerate().filter(|(at, _)| family.labels & 1 << at != 0);
    carried().find(|(_, label)| matches!(label.values, Values::Untyped))?;
    let labels = reserved("labels");
    let at = carried().map(|(at, _)| Index { index: u32::try_from(at).unwrap_or_default(), span });
    let max = model
        .max_series
        .map_or_else(|| quote_spanned!(span=> #private::DEFAULT_MAX_SERIES), ToTokens::into_token_stream);
    Some(quote_spanned!(span=> #private::Limit::<#own, {#max}, _>::of(&(#(#labels.#at,)*)).check();))
}
