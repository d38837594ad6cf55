//! `#[derive(LabelValue)]`.

mod args;
mod case;
mod emit;

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput};

use crate::errors::Errors;
use args::{EnumArgs, VariantArgs, check_classes};

/// Expands the derive.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let enum_args = EnumArgs::read(&input.attrs, &mut errors);
    let mut variants = Vec::new();
    if let Data::Enum(data) = &input.data {
        variants.extend(
            data.variants.iter().map(|variant| VariantArgs::read(variant, &enum_args, &input.generics, &mut errors)),
        );
    } else {
        errors.at(
            &input.ident,
            "`LabelValue` can only be derived on an enum; for values known only at run time, use `open(..)` in the attribute or a field of type `Open<'_>`",
        );
    }
    if let Data::Enum(data) = &input.data {
        check_classes(data.variants.iter().zip(&variants), &mut errors);
    }
    if errors.is_empty() {
        return emit::emit(&input, &variants, &enum_args);
    }
    let mut tokens = errors.into_tokens(enum_args.runtime.as_ref());
    tokens.extend(emit::stand_in(&input, &enum_args));
    tokens
}
