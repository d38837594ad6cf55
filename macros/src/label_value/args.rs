//! Parses `#[label(..)]` on the enum and on its variants.

use syn::ext::IdentExt;
use syn::{Attribute, Generics, Ident, Path, Variant};

use super::case::Case;
use crate::errors::Errors;
use crate::names::{OTHER, OutcomeClass};
use crate::operation::syntax::{inner_path, inner_string, label_attributes, word_of};
use crate::suggest::did_you_mean;
use crate::types::is_generic;

/// The arguments of the enum.
#[derive(Default)]
pub(super) struct EnumArgs {
    pub(super) case: Case,
    pub(super) runtime: Option<Path>,
}

/// The arguments of a variant.
pub(super) struct VariantArgs {
    pub(super) counts_as: CountsAs,
    /// The class of the outcome, if the enum is used as `outcome = Type`.
    pub(super) class: Option<OutcomeClass>,
}

/// The value of a variant.
pub(super) enum CountsAs {
    /// This value.
    Value(String),
    /// The values of its only field.
    Transparent,
    /// `other`.
    Other,
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
                            format!("; expected one of {}", all.join(", "))
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
        let mut counts_as = CountsAs::Value(of_enum.case.apply(&variant.ident.unraw().to_string()));
        let mut class = None;
        let (mut given, mut given_class): (Option<Ident>, Option<Ident>) = (None, None);
        let known = ["rename", "skip", "transparent", "ok", "error", "ignored"];
        label_attributes(&variant.attrs, &known, errors, |key, input| {
            if let Some(of_key) = OutcomeClass::ALL.iter().find(|class| key == class.word()) {
                word_of(input, key)?;
                class = Some(*of_key);
                return alone(
                    &mut given_class,
                    key,
                    "a variant may have only one of `ok`, `error` and `ignored`; remove the others",
                );
            }
            counts_as = if key == "rename" {
                CountsAs::Value(inner_string(input, key)?.value())
            } else if key == "skip" {
                CountsAs::Other
            } else {
                transparent(variant, generics).map_err(|message| syn::Error::new(key.span(), message))?;
                CountsAs::Transparent
            };
            alone(
                &mut given,
                key,
                "a variant may have only one of `rename`, `skip` and `transparent`; remove the others",
            )
        });
        Self { counts_as, class }
    }

    /// The value, unless it depends on the field.
    pub(super) fn value(&self) -> Option<&str> {
        match &self.counts_as {
            CountsAs::Value(value) => Some(value),
            CountsAs::Other => Some(OTHER),
            CountsAs::Transparent => None,
        }
    }
}

/// Reports a second key where only one is allowed.
fn alone(given: &mut Option<Ident>, key: &Ident, message: &str) -> syn::Result<()> {
    match given.replace(key.clone()) {
        Some(other) if other != *key => Err(syn::Error::new(key.span(), message)),
        _ => Ok(()),
    }
}

/// Checks that all variants have a class, if one has.
pub(super) fn check_classes<'a>(
    variants: impl Iterator<Item = (&'a Variant, &'a VariantArgs)> + Clone,
    errors: &mut Errors,
) {
    if !variants.clone().any(|(_, args)| args.class.is_some()) {
        return;
    }
    let mut known: Vec<(&str, OutcomeClass)> = Vec::new();
    for (variant, args) in variants {
        match (args.class, args.value()) {
            (None, Some(_)) => errors.at(
                &variant.ident,
                format_args!("variant `{}` is not classified, but other variants are; add `#[label(ok)]`, `#[label(error)]` or `#[label(ignored)]`", variant.ident),
            ),
            (Some(class), Some(value)) => match known.iter().find(|(other, _)| *other == value) {
                Some((_, other)) if *other != class => errors.at(
                    &variant.ident,
                    format_args!("two variants with the value `{value}` are classified differently (`{}`, `{}`); rename one with `rename`", other.word(), class.word()),
                ),
                _ => known.push((value, class)),
            },
            (_, None) => {}
        }
    }
}

/// Checks that a variant can be transparent.
fn transparent(variant: &Variant, generics: &Generics) -> Result<(), String> {
    if variant.fields.len() != 1 {
        return Err(format!("a transparent variant must have exactly one field, found {}", variant.fields.len()));
    }
    if variant.fields.iter().any(|field| is_generic(&field.ty, generics)) {
        return Err(
            "the field type of a transparent variant cannot use generics or `Self`; use a concrete type, or remove `transparent`"
                .to_owned(),
        );
    }
    Ok(())
}
