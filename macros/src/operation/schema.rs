//! A struct whose fields are labels: what `Operation`, `Counter`, `Gauge` and `Histogram` are derived on.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Field, Fields, GenericParam, Generics, LitInt, LitStr, Meta, Type};

use super::labels::{DEFAULT_CAP, Label, Values, valid_cap};
use crate::docs::first_paragraph;
use crate::errors::Errors;

/// The struct.
pub(crate) struct Schema {
    pub(crate) ident: Ident,
    input: DeriveInput,
}

impl Schema {
    /// Reads the struct; `None`, with the errors, if it is none.
    pub(crate) fn parse(item: TokenStream, derive: &str, errors: &mut Errors) -> Option<Self> {
        let input: DeriveInput = syn::parse2(item).map_err(|error| errors.push(error)).ok()?;
        match &input.data {
            Data::Struct(data) => {
                if let Fields::Unnamed(fields) = &data.fields {
                    errors.at(fields, "a label needs a name; give the fields names: `struct Orders { tier: Tier }`");
                    return None;
                }
            }
            Data::Enum(data) => {
                errors.at(
                    &data.enum_token,
                    format_args!("`{derive}` is derived on a struct whose fields are the labels; an enum is one label: `#[derive(LabelValue)]`"),
                );
                return None;
            }
            Data::Union(data) => {
                errors.at(
                    &data.union_token,
                    format_args!("`{derive}` is derived on a struct whose fields are the labels"),
                );
                return None;
            }
        }
        for parameter in &input.generics.params {
            if !matches!(parameter, GenericParam::Lifetime(_)) {
                errors.at(
                    parameter,
                    "the labels' types have to be known where they are declared; only lifetimes may be parameters here",
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
                other => errors.at(other, format_args!("it is written `#[{name}(name = \"..\")]`")),
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
    let mut cap = DEFAULT_CAP;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("label")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                let literal: LitStr = meta.value()?.parse()?;
                name = literal.value();
                span = literal.span();
            } else if meta.path.is_ident("max") {
                let number: LitInt = meta.value()?.parse()?;
                cap = valid_cap(&number)
                    .ok_or_else(|| syn::Error::new(number.span(), "the cap of an open label is from 1 to 10000"))?;
            } else {
                return Err(
                    meta.error("unknown key; a field's label has `rename = \"..\"` and, if it is `Open`, `max = 50`")
                );
            }
            Ok(())
        });
        if let Err(error) = parsed {
            errors.push(error);
        }
    }
    let ty = Box::new(without_lifetimes(&field.ty));
    let value = quote_spanned!(field.ty.span().resolved_at(Span::mixed_site())=> &self.#ident);
    Some(Label { name, span, values: Values::Typed { ty, cap }, value })
}

/// The type as it may stand in a static: with `'static` for every lifetime.
fn without_lifetimes(ty: &Type) -> Type {
    syn::parse2(static_lifetimes(ty.to_token_stream())).unwrap_or_else(|_| ty.clone())
}

fn static_lifetimes(tokens: TokenStream) -> TokenStream {
    let mut after_quote = false;
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if after_quote => {
                after_quote = false;
                TokenTree::Ident(Ident::new("static", ident.span()))
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), static_lifetimes(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            TokenTree::Punct(punct) => {
                after_quote = punct.as_char() == '\'';
                TokenTree::Punct(punct)
            }
            other => other,
        })
        .collect()
}
