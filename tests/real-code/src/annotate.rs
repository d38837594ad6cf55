//! Puts the attribute on every function of a file, by inserting text: the formatting, and the number of every line, stay.

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::{Context, Result};
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ImplItemFn, ItemFn, Signature, TraitItemFn, Visibility};

/// What is inserted in front of a function.
const ATTRIBUTE: &str = "#[::metrics_instrumented::instrumented] ";

/// A function with a body.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    /// Its bytes in the file, from its first attribute to its closing brace.
    whole: Range<usize>,
    /// Behind its other attributes.
    behind_attributes: usize,
    /// Whether ours goes in front of the others; every other function is of either kind.
    goes_first: bool,
}

impl Function {
    fn insertion(&self) -> usize {
        if self.goes_first { self.whole.start } else { self.behind_attributes }
    }
}

/// A file as it was published, and the functions in it.
#[derive(Debug)]
pub struct Source {
    text: String,
    pub functions: Vec<Function>,
    /// The functions, by their place in the list, that the macro refused.
    pub left_alone: BTreeSet<usize>,
}

impl Source {
    /// Finds the functions: free, in `impl` blocks and traits, and in other functions. Those in macros are not to be seen.
    pub fn parse(text: String) -> Result<Self> {
        let file = syn::parse_file(&text).context("no Rust file")?;
        let mut functions = Functions::default();
        functions.visit_file(&file);
        Ok(Self { text, functions: functions.0, left_alone: BTreeSet::new() })
    }

    /// The text with the attribute on all functions that are not left alone.
    pub fn annotated(&self) -> String {
        let mut places: Vec<usize> = self.annotated_functions().map(|(_, function)| function.insertion()).collect();
        places.sort_unstable();
        let mut text = self.text.clone();
        for place in places.into_iter().rev() {
            text.insert_str(place, ATTRIBUTE);
        }
        text
    }

    /// The innermost annotated function at a byte of the annotated text.
    pub fn function_at(&self, byte: usize) -> Option<usize> {
        let inserted_before = |place: usize| {
            ATTRIBUTE.len() * self.annotated_functions().filter(|(_, function)| function.insertion() < place).count()
        };
        let holds = |function: &Function| {
            let Range { start, end } = function.whole;
            (start + inserted_before(start)..end + inserted_before(end)).contains(&byte)
        };
        self.annotated_functions()
            .filter(|(_, function)| holds(function))
            .min_by_key(|(_, function)| function.whole.len())
            .map(|(at, _)| at)
    }

    fn annotated_functions(&self) -> impl Iterator<Item = (usize, &Function)> {
        self.functions.iter().enumerate().filter(|(at, _)| !self.left_alone.contains(at))
    }
}

#[derive(Default)]
struct Functions(Vec<Function>);

impl Functions {
    fn add(&mut self, attributes: &[Attribute], visibility: &Visibility, signature: &Signature, block: &Block) {
        let start = |span: Span| span.byte_range().start;
        let head = match visibility {
            Visibility::Inherited => start(signature.span()),
            visibility => start(visibility.span()),
        };
        // An attribute inside of the body, `#![..]`, stands behind the head.
        let first = attributes.iter().map(|attribute| start(attribute.span())).chain([head]).min().unwrap_or(head);
        self.0.push(Function {
            name: signature.ident.to_string(),
            whole: first..block.span().byte_range().end,
            behind_attributes: head,
            goes_first: self.0.len().is_multiple_of(2),
        });
    }
}

impl<'a> Visit<'a> for Functions {
    fn visit_item_fn(&mut self, item: &'a ItemFn) {
        self.add(&item.attrs, &item.vis, &item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a ImplItemFn) {
        // `default` of specialisation stands before the signature; nothing on the stable compiler has it.
        self.add(&item.attrs, &item.vis, &item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'a TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.attrs, &Visibility::Inherited, &item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}
