//! A struct whose fields are labels, for the derives of `Operation`, `Counter`, `Gauge` and `Histogram`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Field, Fields, GenericParam, Generics, Meta};

use super::labels::{IDLE_ERROR, Label, Limits, Values, valid_cap, valid_idle};
use super::syntax::{inner_integer, inner_string, label_attributes};
use crate::docs::first_paragraph;
use crate::errors::Errors;

/// The struct.
pub(crate) struct Schema {
    pub(crate) ident: Ident,
    input: DeriveInput,
}

impl Schema {
    /// Parses the struct. Other items are an error and have no labels. `None` if it cannot be parsed at all.
    pub(crate) fn parse(item: TokenStream, derive: &str, errors: &mut Errors) -> Option<Self> {
        let input: DeriveInput = syn::parse2(item).map_err(|error| errors.push(error)).ok()?;
        match &input.data {
            Data::Struct(data) => {
                if let Fields::Unnamed(fields) = &data.fields {
                    errors.at(fields, "a label needs a name; give the fields names: `struct Orders { tier: Tier }`");
                }
            }
            Data::Enum(data) => {
                errors.at(
                    &data.enum_token,
                    format_args!("`{derive}` is derived on a struct whose fields are the labels; an enum is one label: `#[derive(LabelValue)]`"),
                );
            }
            Data::Union(data) => {
                errors.at(
                    &data.union_token,
                    format_args!("`{derive}` is derived on a struct whose fields are the labels"),
                );
            }
        }
        for parameter in &input.generics.params {
            if !matches!(parameter, GenericParam::Lifetime(_)) {
                errors.at(
                    parameter,
                    "the struct cannot have type or const parameters, because its series are created at startup; only lifetimes are allowed",
                );
            }
        }
        Some(Self { ident: input.ident.clone(), input })
    }

    /// The tokens of each `#[name(..)]` on the struct.
    pub(crate) fn attribute(&self, name: &str, errors: &mut Errors) -> Vec<TokenStream> {
        let mut found = Vec::new();
        for attribute in self.input.attrs.iter().filter(|attribute| attribute.path().is_ident(name)) {
            match &attribute.meta {
                Meta::List(list) => found.push(list.tokens.clone()),
                other => errors.at(other, format_args!("expected `#[{name}(name = \"..\")]`")),
            }
        }
        found
    }

    /// The first paragraph of the struct's doc comment.
    pub(crate) fn doc(&self) -> Option<String> {
        first_paragraph(&self.input.attrs)
    }

    pub(crate) fn generics(&self) -> &Generics {
        &self.input.generics
    }

    /// The fields, as labels.
    pub(crate) fn labels(&self, errors: &mut Errors) -> Vec<Label> {
        let Data::Struct(data) = &self.input.data else { return Vec::new() };
        data.fields.iter().filter_map(|field| label(field, errors)).collect()
    }
}

fn label(field: &Field, errors: &mut Errors) -> Option<Label> {
    let ident = field.ident.as_ref()?;
    let mut name = ident.unraw().to_string();
    let mut span = ident.span();
    let mut limits = Limits::default();
    label_attributes(&field.attrs, &["rename", "max", "idle"], errors, |key, input| {
        if key == "rename" {
            let literal = inner_string(input, key)?;
            name = literal.value();
            span = literal.span();
        } else if key == "idle" {
            let number = inner_integer(input, key, 600)?;
            let valid = valid_idle(&number).ok_or_else(|| syn::Error::new(number.span(), IDLE_ERROR))?;
            limits.idle = Some(valid);
        } else {
            let number = inner_integer(input, key, 50)?;
            let valid = valid_cap(&number)
                .ok_or_else(|| syn::Error::new(number.span(), "the cap of an open label must be from 1 to 10000"))?;
            limits.cap = Some(valid);
        }
        Ok(())
    });
    let ty = Box::new(field.ty.clone());
    let value = quote_spanned!(field.ty.span().resolved_at(Span::mixed_site())=> &self.#ident);
    Some(Label { name, span, values: Values::Typed { ty, limits }, value })
}
