//! Last stage: the generated function. The user's signature and body stay unchanged; `shape` decides which of these forms a function has.
//!
//! ```text
//! in place                               { { let __guard = start_scope(FAMILIES); let a = a; { body } } }
//! in place, a value to read              { let __call = start_call(FAMILIES);
//!                                          let __value: R = { let a = a; { body } };
//!                                          AsOutcome(&__value).__end_call(__call); __value }
//! as a closure                           the same with `call_1(a, move |a| -> R { body })` for the inner block, or with
//!                                        `(move |mut a: A| -> R { body })(a)` if `A` is primitive; `move` captures what is not `mut`
//! async fn f(a: A) -> R { body }         see `desugared`; where `async` has to stay
//!                                        { instrument(FAMILIES.series(labels), async move { let a = a; anchor { body } }, read).await }
//! fn f(a: A) -> impl Future { body }     { let __kept = FAMILIES.series(labels); instrument(__kept, output::<O, _>({ body }), read) }
//! fn f(a: A) -> Pin<Box<dyn Future>>     the same with `instrument_boxed`, of `x` itself if that is the body
//!     { Box::pin(x) }
//! ```

use std::borrow::Cow;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{ReturnType, Token, Type};

use super::anchor;
use super::arguments::Arguments;
use super::assigned::allowed_assignments;
use super::begin::Guard;
use super::block::{behind, block, whole_behind};
use super::desugared;
use super::examined;
use super::exits::may_return_a_value;
use super::expected;
use super::hover;
use super::item::Function;
use super::owned::receiver_may_drop;
use super::polls::watched;
use super::returns::{Boxed, Lazy, Returns, inferable, lifetimes_inferred, split_at_closure};
use super::shape::{Shape, boxed_argument};
use super::source::SeriesSource;
use crate::code::Private;
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::paths::{Runtime, reserved};

/// The instrumented function; `None` if there are errors, or if it stays as it is.
pub(super) fn function(function: &Function, args: &Args, errors: &mut Errors) -> Option<TokenStream> {
    let runtime = Runtime::new(args.runtime.as_ref());
    let private = runtime.private();
    let source = SeriesSource::of(function, args, &private, errors).filter(|_| errors.is_empty())?;
    if examined::is_examined() {
        return examined::function(function, &source, &private);
    }
    let shape = Shape::of(function, args);
    let arguments = Arguments::of(function, &source.read_before);
    let arguments = match shape {
        shape if shape.stays_in_place() => arguments.only_with_destructor(),
        // They are dropped when the future is created, which is before the call begins.
        Shape::Future { in_place: true } => arguments.not_rebound(),
        _ => arguments,
    };
    let emitter = Emitter { function, source: &source, arguments: &arguments, private: &private };
    let desugared = matches!(shape, Shape::Async)
        .then(|| desugared::head(function, &arguments, args, &private))
        .flatten()
        .filter(|_| !desugared::needs_async(&source.read_before));
    let parts = [
        function.inner_attributes.clone(),
        function.original.clone(),
        expected::recursion(function, shape),
        emitter.body(shape, desugared.is_some()),
    ];
    // Most functions have only the last one, and each addition takes a call into the compiler.
    let whole = parts.into_iter().filter(|tokens| !tokens.is_empty()).collect();
    let mut braced = Group::new(Delimiter::Brace, whole);
    // The span of the user's body, so that tools that read line maps attribute it to the function.
    braced.set_span(function.body.span());
    let mut tokens = arguments.named_in(desugared.unwrap_or_else(|| function.head.clone()));
    tokens.extend([TokenTree::Group(braced)]);
    match &source.hover {
        Some(text) => Some(hover::behind_attributes(tokens, function, text)),
        None => Some(tokens),
    }
}

struct Emitter<'a> {
    function: &'a Function,
    source: &'a SeriesSource,
    arguments: &'a Arguments<'a>,
    private: &'a Private,
}

impl Emitter<'_> {
    fn body(&self, shape: Shape, is_desugared: bool) -> TokenStream {
        let span = Span::mixed_site();
        match shape {
            Shape::InPlace if !self.is_read() => {
                let begin = self.source.begin(Guard::Scope, self.private);
                let bindings = self.arguments.bindings(self.private);
                // In one block, because before edition 2024 the temporaries of a last expression outlive the variables of a function.
                behind(&quote_spanned!(span=> #begin #bindings), &self.function.body).into_token_stream()
            }
            Shape::InPlace | Shape::LeftEarly(_) | Shape::AtFirstPoll | Shape::InPlaceAsync => {
                self.counted(&behind(&self.arguments.bindings(self.private), &self.function.body), shape)
            }
            Shape::ClosureAsync => self.async_closure(),
            Shape::Closure => {
                let returns = match &self.function.signature.output {
                    ReturnType::Default => {
                        let at = self.function.returned_at;
                        quote_spanned!(at=> -> ())
                    }
                    ReturnType::Type(arrow, ty) => {
                        let ty = inferable(ty);
                        quote_spanned!(span=> #arrow #ty)
                    }
                };
                self.counted(&self.closure(&returns), shape)
            }
            Shape::Async => {
                let kept = reserved("kept");
                let (before, series) = (self.source.before(), self.source.series(self.private));
                let (future, output) = self.async_block();
                let read = self.source.reader(output.as_ref(), self.private);
                let at = match self.function.returns {
                    _ if is_desugared => self.function.returned_at,
                    // The error about a body of the type `!` that ends points at its last expression.
                    Returns::Never => self.function.tail.span.resolved_at(span),
                    _ => span,
                };
                let future = self.instrumented(Lazy::Future.instrument(), &kept, &future, &read, at);
                let awaited = (!is_desugared).then(|| quote_spanned!(at=> .await));
                // In a statement of its own, so that temporaries of labels are dropped before the future is polled.
                quote_spanned!(span=> #before let #kept = #series; #future #awaited)
            }
            Shape::Future { in_place } => self.future(in_place),
        }
    }

    /// A call around a body, which is given as an expression.
    fn counted(&self, body: &impl ToTokens, shape: Shape) -> TokenStream {
        let (span, private, value) = (Span::mixed_site(), self.private, reserved("value"));
        let allowed = matches!(shape, Shape::Closure).then(|| allowed_assignments(self.function)).flatten();
        // The future of an `async fn` may be polled while its thread unwinds, and a scope would not recognise its panic.
        let is_async = matches!(shape, Shape::AtFirstPoll | Shape::InPlaceAsync);
        if !self.is_read() && !is_async {
            let begin = self.source.begin(Guard::Scope, private);
            if allowed.is_some() {
                return match self.function.returns {
                    // The value would be reported as unreachable.
                    Returns::Never => quote_spanned!(span=> #begin #allowed #body;),
                    _ => quote_spanned!(span=> #begin #allowed let #value = #body; #value),
                };
            }
            return quote_spanned!(span=> #begin #body);
        }
        let guard = shape.guard();
        let (begin, finish) = (self.source.begin(guard, private), self.source.reading.finish(guard, &value, private));
        // A closure already has the type, and to call it never makes the rest unreachable, unlike a body in place.
        let is_in_place = !matches!(shape, Shape::Closure);
        let unit = || Cow::Owned(Type::Verbatim(quote_spanned!(span=> ())));
        let ty = is_in_place.then(|| self.returned().map_or_else(unit, lifetimes_inferred));
        let colon = is_in_place.then(|| Token![:](span));
        let is_reached = !is_in_place || self.function.tail.is_result;
        let unreachable = (!is_reached).then(|| quote_spanned!(span=> #[allow(unreachable_code)]));
        // An assignment does not extend the lives of temporaries.
        let is_assigned = is_in_place && self.function.tail.extends_temporaries;
        let declared = is_assigned.then(|| quote_spanned!(span=> ; #value));
        // Errors about the value point at the last expression of the body.
        let returned = Ident::new(&value.to_string(), self.function.tail.span.resolved_at(span));
        quote_spanned! {span=>
            #begin
            #allowed
            let #value #colon #ty #declared = #body;
            #unreachable
            #finish;
            #returned
        }
    }

    /// The body of an `async fn` that ends in a closure.
    fn async_closure(&self) -> TokenStream {
        let span = Span::mixed_site();
        let (private, guard, body) = (self.private, Guard::AsyncScope.variable(), &self.function.body);
        let (statements, closure) = split_at_closure(&body.stream()).unwrap_or_default();
        let mut inner = Group::new(
            Delimiter::Brace,
            quote_spanned!(span=> #statements #private::AsyncScope::completes(&mut #guard); #closure),
        );
        inner.set_span(body.span());
        let (begin, bindings) = (self.source.begin(Guard::AsyncScope, private), self.arguments.bindings(private));
        behind(&quote_spanned!(span=> #begin #bindings), &inner).into_token_stream()
    }

    fn is_read(&self) -> bool {
        self.source.is_read
            && match self.function.returns {
                Returns::Plain => self.source.always_read,
                Returns::Never => false,
                _ => true,
            }
    }

    /// The return type, if there is one.
    fn returned(&self) -> Option<&Type> {
        match &self.function.signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(ty),
        }
    }

    /// The body as a closure that is called with the arguments, with the span of the return type, so that type errors point there.
    fn closure(&self, returns: &TokenStream) -> TokenStream {
        let receiver = self.function.receiver().filter(|_| receiver_may_drop(self.function)).unwrap_or_default();
        let (body, at) = (whole_behind(&receiver, &self.function.body), self.function.returned_at);
        self.arguments.call(returns, &body, at, &self.private.located_at(at))
    }

    /// A function that returns a future or a stream, which is instrumented.
    fn future(&self, in_place: bool) -> TokenStream {
        let span = Span::mixed_site();
        let (before, series) = (self.source.before(), self.source.series(self.private));
        let (kept, private) = (reserved("kept"), self.private);
        let body = &self.function.body;
        let (how, future, output) = match &self.function.returns {
            Returns::Boxed { kind, boxed, whole, output } => {
                let whole = inferable(whole);
                let future = match boxed_argument(body).filter(|_| *boxed == Boxed::Pinned) {
                    Some(argument) => argument,
                    None if in_place => {
                        let inner = block(body);
                        quote_spanned!(span=> #private::value::<#whole>(#inner))
                    }
                    None => self.closure(&quote_spanned!(span=> -> #whole)),
                };
                // A future that is not pinned is pinned by the runtime, and its type anchors it.
                let future = match boxed {
                    Boxed::Pinned => self.anchored(*kind, output.as_deref(), &future),
                    Boxed::Unpinned => future,
                };
                (kind.instrument_boxed(*boxed), future, output)
            }
            Returns::Lazy(kind, output) => {
                let future = if in_place {
                    let inner = block(body);
                    quote_spanned!(span=> #inner)
                } else {
                    self.closure(&TokenStream::new())
                };
                (kind.instrument(), self.anchored(*kind, output.as_deref(), &future), output)
            }
            Returns::Plain | Returns::Never | Returns::Value(_) => return TokenStream::new(),
        };
        let read = self.source.reader(output.as_deref(), private);
        // Errors about the future point at the last expression of the body.
        let at = if in_place { self.function.tail.span.resolved_at(span) } else { self.function.returned_at };
        let future = self.instrumented(how, &kept, &future, &read, at);
        quote_spanned!(span=> #before let #kept = #series; #future)
    }

    /// The future of an `async fn`'s body, anchored to its return type, together with that type.
    fn async_block(&self) -> (TokenStream, Option<Type>) {
        let (span, private) = (Span::mixed_site(), self.private);
        let is_never = matches!(self.function.returns, Returns::Never);
        let output = self.returned().filter(|_| !is_never);
        let mut before = self.function.receiver().unwrap_or_default();
        before.extend(self.arguments.bindings(self.private));
        if let Some(ty) = output {
            before.extend(anchor::of_block(ty, private));
        } else if !is_never && may_return_a_value(&self.function.body) {
            before.extend(quote_spanned!(span=> if false { return; }));
        }
        let body = whole_behind(&before, &self.function.body);
        let allowed = allowed_assignments(self.function);
        (quote_spanned!(span=> #allowed async move #body), output.cloned())
    }

    /// Fixes the type of a future's output or a stream's items; type errors point at the written type.
    fn anchored(&self, kind: Lazy, output: Option<&Type>, future: &TokenStream) -> TokenStream {
        let output = output.map_or_else(|| Type::Verbatim(quote_spanned!(Span::mixed_site()=> _)), inferable);
        let span = self.function.returned_at;
        let private = self.private.located_at(span);
        let anchor = Ident::new(kind.anchor(), span);
        quote_spanned!(span=> #private::#anchor::<#output, _>(#future))
    }

    /// The instrumented future.
    fn instrumented(
        &self,
        how: &str,
        series: &Ident,
        future: &TokenStream,
        read: &TokenStream,
        at: Span,
    ) -> TokenStream {
        let private = self.private.located_at(at);
        let future =
            watched(self.source.polls, series, future, !how.ends_with("unpinned"), !how.contains("stream"), &private);
        let how = Ident::new(how, at);
        quote_spanned!(at=> #private::#how(#series, #future, #read))
    }
}
