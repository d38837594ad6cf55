//! The check of `max_series` for labels whose types are inferred, for each family.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Index, Pat};

use super::item::Function;
use crate::code::{Code, Private};
use crate::names::{DEFAULT_CAP, MAX_LABELS, Role};
use crate::operation::emit::{value, values};
use crate::operation::families::Family;
use crate::operation::labels::{Label, Values};
use crate::operation::model::{ErrorCounter, Model};
use crate::paths::reserved;
use crate::types::static_lifetimes;

/// What `callee` returns for the families and the label values of a call, behind the checks that these need: `Families::series`, or a guard's `labelled`.
///
/// ```text
/// match (labels) { __labels => {
///     { struct __Limit<L>(PhantomData<L>);
///       impl<L: Labels> __Limit<L> { const CHECKED: PhantomData<L> = { check_inferred::<L>("orders_total", ..); PhantomData }; }
///       let __Limit::<_>::CHECKED = TypeOf::new(&(__labels.0, __labels.2)).get(); }
///     Families::series(families, (values)) } }
/// ```
///
/// A constant in a pattern is evaluated by `cargo check`, whatever its type was inferred from. If that may be a parameter, it cannot be in a pattern, and
/// `let _ = [__Limit::<_>::CHECKED, TypeOf::new(..).get()]` has it evaluated when code is generated.
pub(super) fn looked_up(
    callee: &TokenStream,
    model: &Model,
    function: &Function,
    of: &Code,
    private: &Private,
) -> TokenStream {
    let span = Span::mixed_site();
    let checked = families(model, private).into_iter();
    let checks: Vec<TokenStream> =
        checked.filter_map(|(family, own)| check(model, function, family, &own, private)).collect();
    if checks.is_empty() {
        let values = values(&model.labels, private);
        return quote_spanned!(span=> #callee(#of, #values));
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
            // With the span of the expression, so that the error of an invalid label points there.
            _ => value(label, &quote_spanned!(label.value.span().resolved_at(span)=> #labels.#at), private),
        }
    });
    quote_spanned!(span=> match (#(#references,)*) { #labels => { #(#checks)* #callee(#of, (#(#values,)*)) } })
}

/// The families that need a check, with the name and the number of values of the operation's own label.
fn families<'a>(model: &'a Model, private: &Private) -> Vec<(&'a Family, TokenStream)> {
    let span = Span::mixed_site();
    let values = |ty: &syn::Type| {
        let ty = static_lifetimes(ty);
        quote_spanned!(span=> <#ty as #private::LabelValue>::VALUES.len())
    };
    let calls = model.family(Role::Calls);
    let checked = |family: &'a Family| {
        let own = match (family.role, &model.outcome.label, &model.errors) {
            (Role::Calls, Some(label), _) => {
                let started = usize::from(model.outcome.started.is_some());
                match model.outcome.classifier.as_ref().map(values) {
                    Some(values) => quote_spanned!(span=> (#label, #values + 2 + #started)),
                    None => {
                        let outcomes = 4 + started;
                        quote_spanned!(span=> (#label, #outcomes))
                    }
                }
            }
            (Role::Errors, _, Some(ErrorCounter { label, of: Some(of), .. })) => {
                let kinds = values(of);
                quote_spanned!(span=> (#label, #kinds))
            }
            // A family without labels beyond those of `calls` has fewer series than `calls`.
            (role, ..) if role != Role::Calls && calls.is_some_and(|calls| family.labels & !calls.labels == 0) => {
                return None;
            }
            _ => quote_spanned!(span=> ("", 1)),
        };
        Some((family, own))
    };
    model.families.iter().filter_map(checked).collect()
}

/// The check of one family, if it carries a label of an inferred type.
fn check(
    model: &Model,
    function: &Function,
    family: &Family,
    own: &TokenStream,
    private: &Private,
) -> Option<TokenStream> {
    let carried = || model.labels.iter().enumerate().take(MAX_LABELS).filter(|(at, _)| family.labels & 1 << at != 0);
    let inferred = || carried().filter(|(_, label)| matches!(label.values, Values::Untyped));
    // With the span of the first such label, where errors about its type are reported, too, so that the compiler merges them.
    let (_, first) = inferred().next()?;
    let (here, span) = (Span::mixed_site(), first.value.span().resolved_at(Span::mixed_site()));
    let labels = reserved("labels");
    let at = carried().map(|(at, _)| Index { index: u32::try_from(at).unwrap_or_default(), span });
    let counts = carried().map(|(_, Label { name, values, .. })| match values {
        Values::Open { limits } => {
            let cap = limits.cap.unwrap_or(DEFAULT_CAP);
            quote_spanned!(here=> (#name, #private::Option::Some(#cap + 1)))
        }
        Values::Typed { .. } | Values::Untyped => quote_spanned!(here=> (#name, #private::Option::None)),
    });
    let max = model
        .max_series
        .map_or_else(|| quote_spanned!(here=> #private::DEFAULT_MAX_SERIES), ToTokens::into_token_stream);
    let name = &family.name;
    let of = quote_spanned!(span=> #private::TypeOf::new(&(#(#labels.#at,)*)).get());
    let checked = quote_spanned!(span=> __Limit::<_>::CHECKED);
    let checked = if inferred().all(|(_, label)| is_concrete(&label.value, function)) {
        quote_spanned!(span=> let #checked = #of;)
    } else {
        quote_spanned!(span=> let _ = [#checked, #of];)
    };
    Some(quote_spanned! {here=> {
        struct __Limit<L>(#private::PhantomData<L>);
        impl<L: #private::Labels> __Limit<L> {
            const CHECKED: #private::PhantomData<L> = {
                #private::check_inferred::<L>(#name, &[#(#counts),*], #own, #max);
                #private::PhantomData
            };
        }
        #checked
    }})
}

/// Whether the type of an expression cannot depend on a generic parameter of the function or of a block around it (which the macro does not see): no token in
/// it can be a type, and the arguments that it uses have types without parameters.
fn is_concrete(value: &TokenStream, function: &Function) -> bool {
    let is_variant = |ident: &Ident| ["Some", "None"].iter().any(|variant| ident == variant);
    let may_name_a_type =
        |ident: &Ident| ident == "self" || (ident.to_string().starts_with(char::is_uppercase) && !is_variant(ident));
    !mentions(value, &may_name_a_type)
        && function.signature.inputs.iter().all(|input| match input {
            FnArg::Receiver(_) => true,
            FnArg::Typed(typed) => {
                let is_unused = match &*typed.pat {
                    Pat::Ident(pattern) => !mentions(value, &|ident| *ident == pattern.ident),
                    _ => false,
                };
                is_unused || !function.may_be_generic(&typed.ty)
            }
        })
}

fn mentions(tokens: &TokenStream, what: &dyn Fn(&Ident) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => what(&ident),
        TokenTree::Group(group) => mentions(&group.stream(), what),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
