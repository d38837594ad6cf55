//! Generates the implementation.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Type, Variant};

use super::args::{EnumArgs, VariantArgs};
use crate::code::{Code, Private};
use crate::names::OutcomeClass;
use crate::paths::Runtime;
use crate::types::{elided_lifetimes, static_lifetimes};

/// ```text
/// enum Reason { NotFound, #[label(transparent)] Rpc(RpcError), #[label(skip)] Odd { at: u32 } }
///
/// impl LabelValue for Reason {
///     const VALUES: &'static [&'static str] = { static VALUES: [&str; N] = concat(&[&["NotFound", "other"], RpcError::VALUES]); &VALUES };
///     fn index(&self) -> usize {
///         match self { Self::NotFound { .. } => 0, Self::Rpc { 0: inner } => 2 + inner.index(), Self::Odd { .. } => 1 }
///     }
/// }
/// ```
pub(super) fn emit(input: &DeriveInput, variants: &[VariantArgs], args: &EnumArgs) -> TokenStream {
    let span = Span::mixed_site();
    let runtime = Runtime::new(args.runtime.as_ref());
    let (root, private) = (runtime.root(), runtime.private());
    let syn::Data::Enum(data) = &input.data else { return TokenStream::new() };

    let mut own: Vec<&str> = Vec::new();
    for value in variants.iter().filter_map(VariantArgs::value) {
        // Variants with the same value count together.
        if !own.contains(&value) {
            own.push(value);
        }
    }
    let transparent: Vec<&Variant> = data
        .variants
        .iter()
        .zip(variants)
        .filter(|(_, args)| args.value().is_none())
        .map(|(variant, _)| variant)
        .collect();
    let fields = || transparent.iter().filter_map(|variant| variant.fields.iter().next()).map(|field| &field.ty);
    let of =
        |ty: &Type, tokens: TokenStream| quote_spanned!(ty.span().resolved_at(span)=> <#tokens as #root::LabelValue>);
    // Once for the static and once for the function, with equal spans, so that the compiler merges the errors of both.
    let in_static: Vec<TokenStream> = fields().map(|ty| of(ty, static_lifetimes(ty))).collect();
    let inner_types: Vec<TokenStream> = fields().map(|ty| of(ty, elided_lifetimes(ty))).collect();

    let own_count = own.len();
    let mut nested = 0;
    let arms: Vec<TokenStream> = data
        .variants
        .iter()
        .zip(variants)
        .map(|(variant, args)| {
            let ident = &variant.ident;
            let Some(value) = args.value() else {
                let (before, inner) = (&in_static[..nested], &inner_types[nested]);
                nested += 1;
                let member = variant.fields.members().next().map(ToTokens::into_token_stream);
                return quote_spanned!(span=> Self::#ident { #member: __inner } =>
                    #own_count #(+ #before::VALUES.len())* + #inner::index(__inner));
            };
            let index = own.iter().position(|known| *known == value).unwrap_or_default();
            quote_spanned!(span=> Self::#ident { .. } => #index)
        })
        .collect();
    let body = if arms.is_empty() {
        quote_spanned!(span=> match *self {})
    } else {
        quote_spanned!(span=> match self { #(#arms),* })
    };
    // A static and not a constant, so that the set has one address, which identifies it.
    let values = if in_static.is_empty() {
        quote_spanned!(span=> static __VALUES: [&::core::primitive::str; #own_count] = [#(#own),*];)
    } else {
        quote_spanned!(span=>
            static __VALUES: [&::core::primitive::str; #own_count #(+ #in_static::VALUES.len())*] =
                #private::concat_values(&[&[#(#own),*], #(#in_static::VALUES),*]);
        )
    };
    let classes = classes(variants, &own, &in_static, &private);
    implementation(input, root, &quote_spanned!(span=> { #values &__VALUES }), &classes, &body)
}

/// `const CLASSES`, if the variants have classes.
fn classes(variants: &[VariantArgs], own: &[&str], inner: &[TokenStream], private: &Private) -> TokenStream {
    let span = Span::mixed_site();
    let says = variants.iter().any(|variant| variant.class.is_some()) || (own.is_empty() && !inner.is_empty());
    if !says {
        return TokenStream::new();
    }
    let class = |class: OutcomeClass| {
        let class = Ident::new(&format!("{class:?}"), span);
        quote_spanned!(span=> #private::OutcomeClass::#class)
    };
    let of_value = |value: &&str| {
        let variant = variants.iter().find(|variant| variant.value() == Some(value));
        class(variant.and_then(|variant| variant.class).unwrap_or(OutcomeClass::Unknown))
    };
    let own = own.iter().map(of_value);
    if inner.is_empty() {
        return quote_spanned!(span=> const CLASSES: &'static [#private::OutcomeClass] = &[#(#own),*];);
    }
    let own_count = own.len();
    let unknown = class(OutcomeClass::Unknown);
    let transparent = variants.iter().filter(|variant| variant.value().is_none());
    let parts = transparent.zip(inner).map(|(variant, inner)| match variant.class {
        // The class of the variant applies to all values of its field.
        Some(given) => {
            let given = class(given);
            quote_spanned!(span=> (&[], #given, #inner::VALUES.len()))
        }
        None => quote_spanned!(span=> (#inner::CLASSES, #unknown, #inner::VALUES.len())),
    });
    quote_spanned! {span=>
        const CLASSES: &'static [#private::OutcomeClass] = {
            static __CLASSES: [#private::OutcomeClass; #own_count #(+ #inner::VALUES.len())*] =
                #private::concat_classes(&[(&[#(#own),*], #unknown, #own_count), #(#parts),*]);
            &__CLASSES
        };
    }
}

/// An implementation without values in place of one with errors, so that code that uses the type has no errors.
pub(super) fn stand_in(input: &DeriveInput, args: &EnumArgs) -> TokenStream {
    let span = Span::mixed_site();
    let runtime = Runtime::new(args.runtime.as_ref());
    implementation(
        input,
        runtime.root(),
        &quote_spanned!(span=> &[]),
        &TokenStream::new(),
        &quote_spanned!(span=> loop {}),
    )
}

fn implementation(
    input: &DeriveInput,
    root: &Code,
    values: &TokenStream,
    classes: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let ident = &input.ident;
    let (impl_generics, type_generics, clause) = input.generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #impl_generics #root::LabelValue for #ident #type_generics #clause {
            const VALUES: &'static [&'static ::core::primitive::str] = #values;
            #classes

            fn index(&self) -> ::core::primitive::usize {
                #body
            }
        }
    }
}
