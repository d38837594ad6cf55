//! `#[derive(Counter)]`, `#[derive(Gauge)]` and `#[derive(Histogram)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::LitStr;

use crate::buckets;
use crate::defaults::tracking;
use crate::errors::Errors;
use crate::names::{Kind, metric_name_error};
use crate::operation::args::Args;
use crate::operation::effects::check_exported;
use crate::operation::emit::{described, labels, values};
use crate::operation::families::prefix;
use crate::operation::keys::Language;
use crate::operation::labels::check_labels;
use crate::operation::location::Location;
use crate::operation::model::max_series;
use crate::operation::schema::Schema;
use crate::paths::Runtime;

/// Expands one of the three derives.
pub(crate) fn expand(kind: Kind, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let words = Words::of(kind);
    let Some(schema) = Schema::parse(item, words.derive, &mut errors) else {
        return errors.into_tokens(None);
    };
    let language = if kind == Kind::Histogram { Language::Histogram } else { Language::Metric };
    let mut args = Args::default();
    for tokens in schema.attribute(words.attribute, &mut errors) {
        args.extend(tokens, language, &mut errors);
    }
    let runtime = Runtime::new(args.runtime.as_ref());
    let (root, private) = (runtime.root(), runtime.private());
    let schema_labels = schema.labels(&mut errors);
    check_labels(&schema_labels, &[], &args.exported, &mut errors);
    check_exported(&args, &schema_labels, &[], &mut errors);
    let name = name(kind, &args, &schema, &words, &mut errors);
    let buckets = args.buckets.as_ref().and_then(|(_, value)| buckets::read(value, &mut errors));
    let max = max_series(&args, &mut errors);
    let span = Span::mixed_site();
    let explicit = args.help.as_ref().map(LitStr::value);
    let help_is_explicit = explicit.is_some();
    let help = explicit.or_else(|| schema.doc()).unwrap_or_else(|| words.help.to_owned());
    let family = described(&name, &help, help_is_explicit, u8::MAX, &private);
    let location = Location::of(schema.ident.to_string()).expression(&private);
    let meta_labels = labels(&schema_labels, &private);
    let values = values(&schema_labels, &private);
    let native = buckets.as_ref().and_then(|buckets| buckets.native_tokens(&private));
    let native = native.unwrap_or_else(|| quote_spanned!(span=> #private::Option::None));
    let bounds = match (buckets.and_then(|buckets| buckets.bounds_tokens(&private)), kind) {
        (Some(bounds), _) => bounds,
        (None, Kind::Histogram) => quote_spanned!(span=> #private::DEFAULT_BUCKETS),
        (None, _) => quote_spanned!(span=> &[]),
    };
    let max = max.map_or_else(|| quote_spanned!(span=> #private::DEFAULT_MAX_SERIES), ToTokens::into_token_stream);
    let kind = Ident::new(words.derive, span);
    let body = if errors.is_empty() {
        let metric = quote_spanned! {span=>
            #private::metric!(#kind, #private::MetricMeta {
                location: #location,
                kind: #private::Kind::#kind,
                family: #family,
                const_labels: &[],
                #meta_labels,
                buckets: #bounds,
                native: #native,
                max_series: #max,
            })
        };
        let tracking = tracking(&private);
        quote_spanned!(span=> #tracking #private::MetricFamily::with(#metric, #values, __f))
    } else {
        // The implementation is generated in spite of errors, so that code that uses the type has no errors.
        quote_spanned!(span=> loop {})
    };
    let errors = errors.into_tokens(args.runtime.as_ref());
    let (ident, generics) = (&schema.ident, schema.generics());
    let (impl_generics, type_generics, clause) = generics.split_for_impl();
    quote_spanned! {span=>
        #errors

        #[automatically_derived]
        impl #impl_generics #root::#kind for #ident #type_generics #clause {
            fn with_handle<__R>(
                &self,
                __f: impl #private::FnOnce(#private::MetricHandle<'_, #private::metrics::#kind>) -> __R,
            ) -> __R {
                #body
            }
        }
    }
}

/// The names of a kind in the derive and in the attribute, and an example of a metric name.
struct Words {
    derive: &'static str,
    attribute: &'static str,
    example: &'static str,
    help: &'static str,
}

impl Words {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Counter => Self {
                derive: "Counter",
                attribute: "counter",
                example: "events_posted_total",
                help: "Events counted.",
            },
            Kind::Gauge => {
                Self { derive: "Gauge", attribute: "gauge", example: "connections_active", help: "Current value." }
            }
            Kind::Histogram => Self {
                derive: "Histogram",
                attribute: "histogram",
                example: "upload_size_bytes",
                help: "Distribution of values.",
            },
        }
    }
}

fn name(kind: Kind, args: &Args, schema: &Schema, words: &Words, errors: &mut Errors) -> String {
    let prefix = prefix(args, errors);
    if let Some(literal) = &args.name {
        let full = format!("{prefix}{}", literal.value());
        if let Some(error) = metric_name_error(&full, kind) {
            errors.at(literal, error);
        }
        full
    } else {
        errors.at(
            &schema.ident,
            format_args!(
                "a {} needs a name; write `#[{}(name = \"{}\")]`",
                kind.word(),
                words.attribute,
                words.example
            ),
        );
        String::new()
    }
}
