//! `#[derive(LabelValue)]`.

mod args;
mod case;
mod emit;

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput};

use crate::errors::Errors;
use args::{EnumArgs, VariantArgs};

/// Expands the derive.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let Data::Enum(data) = &input.data else {
        errors.at(
            &input.ident,
            "a label value is one of a closed set; derive it on an enum. A text from outside is an open label: `open(..)` in the attribute, `Open<'_>` as a field's type",
        );
        return errors.into_tokens();
    };
    let enum_args = EnumArgs::read(&input.attrs, &mut errors);
    let variants: Vec<VariantArgs> =
        data.variants.iter().map(|variant| VariantArgs::read(variant, &enum_args, &mut errors)).collect();
    if !errors.is_empty() {
        return errors.into_tokens();
    }
    emit::emit(&input, &variants, &enum_args)
}
