//! What stands in `#[label(..)]` on the enum and on its variants.

use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Generics, LitStr, Path, Variant};

use super::case::Case;
use crate::errors::Errors;
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
        nested(attributes, errors, |meta| {
            if meta.path.is_ident("rename_all") {
                let literal: LitStr = meta.value()?.parse()?;
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
                Ok(())
            } else if meta.path.is_ident("crate") {
                args.runtime = Some(meta.value()?.call(Path::parse_mod_style)?);
                Ok(())
            } else {
                Err(unknown(meta, &["rename_all", "crate"], "an enum"))
            }
        });
        args
    }
}

impl VariantArgs {
    pub(super) fn read(variant: &Variant, of_enum: &EnumArgs, generics: &Generics, errors: &mut Errors) -> Self {
        let mut args = Self::Value(of_enum.case.apply(&variant.ident.unraw().to_string()));
        let mut given = 0;
        nested(&variant.attrs, errors, |meta| {
            given += 1;
            if given > 1 {
                return Err(meta.error("a variant has one of `rename`, `skip` and `transparent`; leave the others out"));
            }
            if meta.path.is_ident("rename") {
                args = Self::Value(meta.value()?.parse::<LitStr>()?.value());
                Ok(())
            } else if meta.path.is_ident("skip") {
                args = Self::Skip;
                Ok(())
            } else if meta.path.is_ident("transparent") {
                args = Self::Transparent;
                if variant.fields.iter().any(|field| is_generic(&field.ty, generics)) {
                    Err(meta.error("the values of a transparent variant are known where the enum is declared, so its type cannot name generics or `Self`; leave `transparent` out, or name a type"))
                } else if variant.fields.len() == 1 {
                    Ok(())
                } else {
                    Err(meta.error("a transparent variant counts under the values of its one field; this one has another number of fields"))
                }
            } else {
                Err(unknown(meta, &["rename", "skip", "transparent"], "a variant"))
            }
        });
        args
    }
}

fn nested(
    attributes: &[Attribute],
    errors: &mut Errors,
    mut read: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("label")) {
        if let Err(error) = attribute.parse_nested_meta(|meta| read(&meta)) {
            errors.push(error);
        }
    }
}

fn unknown(meta: &ParseNestedMeta<'_>, known: &[&str], of: &str) -> syn::Error {
    let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
    let hint = match did_you_mean(&word, known.iter().copied()) {
        hint if hint.is_empty() => {
            let all: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
            format!("; {of} has {}", all.join(", "))
        }
        hint => hint,
    };
    meta.error(format_args!("unknown key `{word}`{hint}"))
}
