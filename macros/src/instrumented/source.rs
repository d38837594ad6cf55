//! The source of a function's series, and how its values are read: an inline operation, or a declared one.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Type};

use super::begin::{self, Begin, Guard};
use super::contained::Level;
use super::fallible::location;
use super::hover;
use super::item::Function;
use super::kinds::kinds_from_return_type;
use super::labels::{check_declared, labels};
use super::polls::{Polls, polls};
use super::reading::{Reading, Value};
use super::tokens::is_one_of;
use crate::code::{Code, Private};
use crate::errors::Errors;
use crate::names::Role;
use crate::operation::args::Args;
use crate::operation::emit::site;
use crate::operation::model::{Declarer, Model};
use crate::paths::reserved;

/// The generated expressions that the function's body needs.
#[allow(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub(super) struct SeriesSource {
    /// An item, or nothing.
    site: Code,
    /// A statement that binds variables for the other expressions if no guard is made, or nothing.
    bindings: TokenStream,
    /// How the guard of a call is made.
    begin: Begin,
    /// How the returned value is read.
    pub(super) reading: Reading,
    /// Whether the value is read even if its type has no outcome.
    pub(super) always_read: bool,
    /// Whether the returned value is read.
    pub(super) is_read: bool,
    /// The user's expressions that are evaluated before the body.
    pub(super) read_before: TokenStream,
    /// Whether the attribute contains expressions or types of the user's that must be type-checked.
    pub(super) has_expressions: bool,
    /// Whether and how the polls of its future are counted.
    pub(super) polls: Polls,
    /// The text that editors show after the function's documentation.
    pub(super) hover: Option<String>,
}

impl SeriesSource {
    pub(super) fn of(function: &Function, args: &Args, private: &Private, errors: &mut Errors) -> Option<Self> {
        if args.declared.is_some() {
            Self::declared(function, args, private, errors)
        } else {
            Some(Self::inline(function, args, private, errors))
        }
    }

    fn inline(function: &Function, args: &Args, private: &Private, errors: &mut Errors) -> Self {
        let labels = labels(args, function, errors);
        let declarer = Declarer { doc: function.doc(), ident: &function.signature.ident, may_be_unnamed: true };
        let mut model = Model::new(args, labels, &declarer, errors);
        for ty in [&args.outcome.classifier, &args.family(Role::Errors).of].into_iter().flatten() {
            if function.is_generic(ty) {
                errors.at(
                    ty,
                    "this type cannot use generics or `Self`, because its series are created at startup; name a concrete type",
                );
            }
        }
        let polls = polls(&mut model, function, args, errors);
        kinds_from_return_type(&mut model, function, args, private, errors);
        let site = site(&model, &location(function, args), private);
        let begin = Begin::inline(&model, function, site, private);
        Self {
            site: Code::new(Span::mixed_site()),
            bindings: TokenStream::new(),
            begin,
            reading: Reading::inline(&model, function, args),
            is_read: args.reads_a_value(),
            always_read: args.reads_every_value(),
            read_before: read_before(args),
            has_expressions: !model.labels.is_empty()
                || model.errors.is_some()
                || model.outcome.classifier.is_some()
                || args.buckets.is_some(),
            polls,
            hover: hover::is_wanted(function, args).then(|| hover::of_inline(&model, &function.name(args))),
        }
    }

    fn declared(function: &Function, args: &Args, private: &Private, errors: &mut Errors) -> Option<Self> {
        let declared = args.declared.as_ref()?;
        check_declared(declared, errors);
        for key in &args.seen {
            if !is_one_of(key, &["at_return", "crate", "docs", "of"]) {
                errors.at(
                    key,
                    format_args!("`{key}` is not allowed with a declared operation; move it to its `#[operation(..)]`"),
                );
            }
        }
        let span = Span::mixed_site();
        let at = declared.span().resolved_at(span);
        let name = function.name(args);
        let operation = operation_name(declared);
        let (series, reads) = (reserved("series"), reserved("reads"));
        let operation_tokens = declared.to_token_stream();
        let of_declared = begin::declared(&quote_spanned!(span=> #private::LazySeries), &operation_tokens, private);
        Some(Self {
            site: Code::new(span).add(quote_spanned!(span=>
                const _: () = { #private::declare!(site __SITE = #private::Site { location: #private::location!(#name, #operation) }); };
            )),
            bindings: quote_spanned!(span=> let (#series, #reads) = #of_declared;),
            begin: Begin::Declared { operation: operation_tokens, series },
            reading: Reading::Declared { reads, at, level: Level::of(function, args) },
            is_read: true,
            always_read: args.reads_every_value(),
            read_before: declared.to_token_stream(),
            has_expressions: true,
            polls: Polls::Declared,
            hover: hover::is_wanted(function, args).then(|| hover::of_declared(&operation)),
        })
    }

    /// The closure that reads a future's output.
    pub(super) fn reader(&self, output: Option<&Type>, private: &Private) -> TokenStream {
        let span = Span::mixed_site();
        if !self.is_read || (output.is_none() && !self.always_read) {
            return quote_spanned!(span=> #private::unread);
        }
        let value = reserved("value");
        let read = self.reading.both(Value::Reference(&value), private);
        quote_spanned!(span=> move |#value| #read)
    }

    /// `&'static Families` or a `LazySeries`, if no guard is made.
    pub(super) fn series(&self, private: &Private) -> TokenStream {
        self.begin.series(private)
    }

    /// Statements for the other expressions, if no guard is made.
    pub(super) fn before(&self) -> TokenStream {
        let (site, bindings) = (&self.site, &self.bindings);
        quote_spanned!(Span::mixed_site()=> #site #bindings)
    }

    /// Statements that begin the call as a guard of this type.
    pub(super) fn begin(&self, guard: Guard, private: &Private) -> Code {
        self.site.clone().add(self.begin.statements(guard, private))
    }
}

/// The expressions of the labels, including arguments that are labels without an expression.
fn read_before(args: &Args) -> TokenStream {
    let labels = args.labels.iter();
    labels
        .map(|label| label.value.as_ref().map_or_else(|| label.name.to_token_stream(), ToTokens::to_token_stream))
        .collect()
}

/// The name of a declared operation's type, without its path.
fn operation_name(declared: &Expr) -> String {
    let path = match declared {
        Expr::Struct(operation) => Some(&operation.path),
        Expr::Path(operation) => Some(&operation.path),
        Expr::Group(group) => return operation_name(&group.expr),
        _ => None,
    };
    path.and_then(|path| path.segments.last()).map(|last| last.ident.to_string()).unwrap_or_default()
}
