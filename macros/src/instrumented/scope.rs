//! The attribute on an `impl` block, a trait or an inline module: it applies to every function inside. An attribute on a function refines it, and `skip`
//! excludes a function. Other items stay as written. An item that may contain functions which the macro cannot see is an error.

mod attributes;
mod imports;
mod items;

use std::mem;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::Path;

pub(super) use self::attributes::is_macro;
use self::attributes::{Own, may_be_ours, may_skip, parsed, take_own};
use self::imports::{imports, uses};
use self::items::{Item, Items, Kind, attribute_tokens};
use super::desugared::is_inert;
use super::examined::is_examined;
use super::item::Function;
use super::refusals::can_be_instrumented;
use super::tokens::is_function;
use super::{carried, function};
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::owner::Header;
use crate::paths::Runtime;

/// Macros of the standard library that define no functions.
const WITHOUT_FUNCTIONS: [&str; 3] = ["compile_error", "global_asm", "thread_local"];

/// What applies to the functions of a block.
struct Block {
    args: Args,
    /// The arguments of the attributes on the blocks around it, outermost first.
    written: Vec<TokenStream>,
    /// Whether an attribute of a nested block may be this crate's, under another name.
    keeps_original: bool,
}

/// What the functions of a block share while they are expanded.
struct BlockState<'a> {
    /// Whether an outer block has already instrumented a function.
    is_refined: bool,
    /// Whether there is a function with a body, or an item that the user excludes.
    has_effect: bool,
    /// Whether something is not as written.
    is_changed: bool,
    /// The paths of attributes that were removed since the module began.
    removed: Vec<Path>,
    errors: &'a mut Errors,
}

impl BlockState<'_> {
    fn take_own(&mut self, item: &mut Item) -> Option<Own> {
        let own = take_own(item, self.errors)?;
        self.has_effect |= own.args.skip.is_some();
        self.is_changed = true;
        self.removed.extend(own.paths.iter().cloned());
        Some(own)
    }
}

/// The annotated item, if it is a block.
pub(super) fn parse(tokens: &[TokenTree]) -> Option<Item> {
    if is_function(tokens) {
        return None;
    }
    Items::of(tokens.iter().cloned().collect())
        .next()
        .filter(|item| matches!(item.kind, Kind::Methods | Kind::Module | Kind::OutOfLine(_)))
}

/// The block or module with its functions instrumented; `None` if it stays as it is. Clippy and rustdoc then see its doc comments, instead of `#[doc]`.
pub(super) fn expand(item: Item, args: &Args, written: TokenStream, errors: &mut Errors) -> Option<TokenStream> {
    if let Some(declared) = &args.declared {
        errors.at(
            declared,
            "a declared operation cannot be used on a block, because all its functions would have the same labels; put it on the functions",
        );
    }
    if let (Kind::Module, Some(of)) = (&item.kind, args.seen.iter().find(|key| *key == "of")) {
        errors.at(of, "a module has no type; put `of` on the `impl` blocks or functions in it");
    }
    let mut block = Block { args: args.clone(), written: vec![written], keeps_original: false };
    if let Kind::OutOfLine(span) = item.kind {
        errors.at_span(
            span,
            "the functions of an out-of-line module cannot be seen here; put the attribute on them, or on blocks in that file",
        );
        return None;
    }
    let of_trait =
        item.rest.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "trait"));
    let mut state = BlockState { is_refined: false, has_effect: false, is_changed: false, removed: Vec::new(), errors };
    let tokens = inside(item, &mut block, &mut state);
    if !state.has_effect && args.skip.is_none() {
        let where_to = if of_trait {
            "the `impl` blocks of the trait"
        } else {
            "the functions, or on the trait whose default methods are meant"
        };
        state.errors.at_span(
            Span::call_site(),
            format_args!(
                "the attribute has no effect, because this block contains no function with a body; put it on {where_to}"
            ),
        );
    }
    let is_changed = state.is_changed;
    if let Some(span) = args.skip
        && !state.is_refined
        // There, blocks leave their functions as written, so it is unknown whether there is a block around this function.
        && !is_examined()
    {
        errors.at_span(span, "`skip` has no effect without an instrumented block around it; remove the attribute");
    }
    is_changed.then_some(tokens)
}

/// A block with its functions instrumented.
fn inside(item: Item, block: &mut Block, state: &mut BlockState<'_>) -> TokenStream {
    let is_module = matches!(item.kind, Kind::Module);
    block.args.keeps_async |= !parsed(&item.attributes).iter().all(is_inert);
    let mut tokens = attribute_tokens(&item.attributes);
    let mut head: Vec<TokenTree> = item.rest.into_iter().collect();
    let last = head.pop();
    let Some(TokenTree::Group(braces)) = last else {
        tokens.extend(head.into_iter().chain(last));
        return tokens;
    };
    // A compiler lint applies only to an `async fn` in a trait.
    block.args.keeps_async |= head.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "trait"));
    block.args.header = Header::parse(head.iter().cloned().collect());
    if block.args.owner.is_none() {
        block.args.owner = block.args.header.as_ref().and_then(|header| header.owner.clone());
    }
    let mut items = Items::of(braces.stream());
    let mut content = items.inner_attributes();
    let items: Vec<Item> = items.collect();
    let imports = if is_module { imports(&items) } else { Vec::new() };
    let outside = is_module.then(|| mem::take(&mut state.removed));
    for item in items {
        content.extend(expand_item(item, block, state));
    }
    if let Some(outside) = outside {
        content.extend(uses(&state.removed, &imports));
        state.removed = outside;
    }
    let mut group = Group::new(Delimiter::Brace, content);
    group.set_span(braces.span());
    tokens.extend(head);
    tokens.extend([TokenTree::Group(group)]);
    tokens
}

fn expand_item(mut item: Item, block: &Block, state: &mut BlockState<'_>) -> TokenStream {
    match item.kind {
        Kind::Function => {
            let own = state.take_own(&mut item);
            method(item, own, block, state)
        }
        Kind::Methods | Kind::Module => {
            let own = state.take_own(&mut item);
            if own.as_ref().is_some_and(|own| own.args.skip.is_some()) {
                return item.into_tokens();
            }
            let keeps_original = block.keeps_original || may_be_ours(&item.attributes);
            let mut written = block.written.clone();
            let mut args = Args::default();
            if let Some(own) = own {
                written.push(own.written);
                args = own.args;
            }
            if let (Kind::Module, Some(of)) = (&item.kind, args.seen.iter().find(|key| *key == "of")) {
                state.errors.at(of, "a module has no type; put `of` on the `impl` blocks or functions in it");
            }
            args.refine(&block.args);
            inside(item, &mut Block { args, written, keeps_original }, state)
        }
        Kind::Macro(_) | Kind::OutOfLine(_) | Kind::Unknown(_) => {
            let own = state.take_own(&mut item);
            let is_skipped = own.is_some_and(|own| own.args.skip.is_some()) || may_skip(&item.attributes);
            state.has_effect |= is_skipped;
            if block.args.skip.is_none() && !is_skipped {
                refuse(&item, state.errors);
            }
            item.into_tokens()
        }
        Kind::Other => item.into_tokens(),
    }
}

/// Reports an item that may contain functions which the macro cannot see.
fn refuse(item: &Item, errors: &mut Errors) {
    match item.kind {
        Kind::Macro(span) => {
            let path: Vec<TokenTree> =
                item.rest.clone().into_iter().take_while(|token| token.to_string() != "!").collect();
            let name = path.last().map(ToString::to_string).unwrap_or_default();
            if !WITHOUT_FUNCTIONS.contains(&name.as_str()) {
                errors.at_span(
                    span,
                    format_args!(
                        "functions that `{name}!` defines cannot be seen here and are not instrumented; put the attribute on them inside the macro, and `#[instrumented(skip)]` on this call"
                    ),
                );
            }
        }
        Kind::OutOfLine(span) => errors.at_span(
            span,
            "the functions of an out-of-line module cannot be seen here; put the attribute on them, or on blocks in that file, and `#[instrumented(skip)]` here",
        ),
        Kind::Unknown(span) => errors.at_span(
            span,
            "`#[instrumented]` does not know this syntax, so functions from here on cannot be found; put the attribute on the functions instead of the block",
        ),
        _ => {}
    }
}

/// A function of a block.
fn method(item: Item, mut own: Option<Own>, block: &Block, state: &mut BlockState<'_>) -> TokenStream {
    let keeps_original = block.keeps_original || may_be_ours(&item.attributes);
    let mut tokens = item.into_tokens();
    let mut own_errors = Errors::default();
    state.has_effect = true;
    let expanded = Function::parse(&tokens).and_then(|mut function| {
        let carried = carried::of(&function, &mut own_errors);
        if let Some(carried) = &carried {
            state.is_refined = true;
            tokens = carried.tokens.clone();
            function = Function::parse(&tokens)?;
            if !carried.own.is_empty() {
                Own::extend(&mut own, carried.own.clone(), &mut own_errors);
            }
        }
        function.this = block.args.header.as_ref().and_then(|header| header.this.clone());
        let is_own = own.is_some();
        let mut args = own.as_ref().map(|own| own.args.clone()).unwrap_or_default();
        args.refine(&block.args);
        let mut blocks = block.written.clone();
        if let Some(carried) = carried {
            args.refine(&carried.args);
            blocks = [carried.blocks, blocks].concat();
        }
        if keeps_original {
            let private = Runtime::new(args.runtime.as_ref()).private();
            let own = own.map(|own| own.written).unwrap_or_default();
            function.original = carried::call(&function, &blocks, &own, &args, &private);
        }
        // A function without its own attribute that cannot be instrumented, such as a `const fn`, stays as it is, also if it is the only one.
        if block.args.skip.is_some() || (!is_own && !can_be_instrumented(&function, &args)) {
            return Ok(None);
        }
        Ok(function::expand(&function, &args, &mut own_errors))
    });
    let expanded = expanded.unwrap_or_else(|error| {
        own_errors.push(error);
        None
    });
    state.errors.append(own_errors);
    state.is_changed |= expanded.is_some() || state.is_refined;
    expanded.unwrap_or(tokens)
}
