//! What stands in `#[label(..)]` on the enum and on its variants.

use syn::ext::IdentExt;
use syn::{Attribute, Generics, Ident, Path, Variant};

use super::case::Case;
use crate::errors::Errors;
use crate::operation::syntax::{inner_path, inner_string, label_attributes};
use crate::suggest::did_you_mean;
use crate::types::is_generic;

/// Of the enum.
#[derive(Default)]
pub(super) struct EnumArgs {
    pub(super) case: Case,
    pub(super) runtime: Option<Path>,
}

/// Of a variant: what it counts as.
pub(super) enum VariantArgs {
    /// Under this value.
    Value(String),
    /// Under the values of its one field.
    Transparent,
    /// As `other`.
    Skip,
}

impl EnumArgs {
    pub(super) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut args = Self::default();
        label_attributes(attributes, &["rename_all", "crate"], errors, |key, input| {
            if key == "rename_all" {
                let literal = inner_string(input, key)?;
                args.case = Case::from_name(&literal.value()).ok_or_else(|| {
                    let hint = match did_you_mean(&literal.value(), Case::names()) {
                        hint if hint.is_empty() => {
                            let all: Vec<String> = Case::names().map(|name| format!("`{name}`")).collect();
                            format!("; there are {}", all.join(", "))
                        }
                        hint => hint,
                    };
                    syn::Error::new(literal.span(), format_args!("unknown case `{}`{hint}", literal.value()))
                })?;
            } else {
                args.runtime = Some(inner_path(input, key)?);
            }
            Ok(())
        });
        args
    }
}

impl VariantArgs {
    pub(super) fn read(variant: &Variant, of_enum: &EnumArgs, generics: &Generics, errors: &mut Errors) -> Self {
        let mut args = Self::Value(of_enum.case.apply(&variant.ident.unraw().to_string()));
        let mut given: Option<Ident> = None;
        label_attributes(&variant.attrs, &["rename", "skip", "transparent"], errors, |key, input| {
            let alone = given.replace(key.clone()).is_none_or(|other| other == *key);
            args = if key == "rename" {
                Self::Value(inner_string(input, key)?.value())
            } else if key == "skip" {
                Self::Skip
            } else {
                transparent(variant, generics).map_err(|message| syn::Error::new(key.span(), message))?;
                Self::Transparent
            };
            if alone {
                Ok(())
            } else {
                let message = "a variant has one of `rename`, `skip` and `transparent`; leave the others out";
                Err(syn::Error::new(key.span(), message))
            }
        });
        args
    }
}

/// What is in the way of a variant's being transparent.
fn transparent(variant: &Variant, generics: &Generics) -> Result<(), &'static str> {
    if variant.fields.len() != 1 {
        return Err(
            "a transparent variant counts under the values of its one field; this one has another number of fields",
        );
    }
    if variant.fields.iter().any(|field| is_generic(&field.ty, generics)) {
        return Err(
            "the values of a transparent variant are known where the enum is declared, so its type cannot name generics or `Self`; \
             leave `transparent` out, or name a type",
        );
    }
    Ok(())
}
