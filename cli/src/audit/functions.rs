//! The functions of a file, and whether they are instrumented.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, ExprMethodCall, ImplItemFn, ItemFn, ItemImpl, ItemMod, ItemTrait, Meta, Signature, TraitItemFn,
    Visibility,
};

use super::model::{Function, Status};
use super::scan::SourceFile;
use super::weight::Traits;

/// Traits whose methods are not worth measuring.
const PLUMBING: &[&str] = &[
    "Display",
    "Debug",
    "From",
    "TryFrom",
    "FromStr",
    "Serialize",
    "Deserialize",
    "Visitor",
    "Iterator",
    "Drop",
    "Default",
    "Clone",
    "Hash",
    "PartialEq",
    "Ord",
    "PartialOrd",
    "Deref",
    "DerefMut",
    "Error",
    "AsRef",
    "Into",
    "TryInto",
];

/// The comment above a function that excludes it.
const IGNORE: &str = "metrics-instrumented: ignore";

/// All functions of a file, except those of tests.
pub(super) fn functions(source: &SourceFile) -> Vec<Function> {
    let mut visitor =
        Functions { source, modules: vec![source.module.clone()], around: Around::default(), found: Vec::new() };
    if !source
        .text
        .lines()
        .take_while(|line| line.starts_with("//!") || line.is_empty())
        .any(|line| line.contains(IGNORE))
    {
        visitor.visit_file(&source.file);
    }
    visitor.found
}

/// Properties that apply to everything in a block.
#[derive(Clone, Copy, Debug, Default)]
struct Around {
    instrumented: bool,
    plumbing: bool,
    /// Methods of a trait implementation are as public as the trait.
    public: bool,
}

struct Functions<'a> {
    source: &'a SourceFile,
    modules: Vec<String>,
    around: Around,
    found: Vec<Function>,
}

impl Functions<'_> {
    fn add(&mut self, attributes: &[Attribute], visibility: &Visibility, signature: &Signature, body: &Block) {
        let name = signature.ident.to_string();
        if signature.constness.is_some() || self.around.plumbing || is_test(attributes) || name == "main" {
            return;
        }
        let mut traits = Traits::of(visibility, signature, body);
        traits.public |= self.around.public;
        let status = match attribute(attributes) {
            Some(Written::Skip) => Status::Ignored,
            Some(Written::Instrumented) => Status::Instrumented,
            None if self.around.instrumented || measures_itself(body) => Status::Instrumented,
            None if !traits.worth_it() => Status::Plain,
            None if self.is_ignored(attributes, signature) => Status::Ignored,
            None => Status::Missing,
        };
        let line = signature.ident.span().start().line;
        self.found.push(Function {
            module: self.modules.join("::"),
            name,
            file: self.source.shown.clone(),
            line,
            traits,
            status,
        });
    }

    /// Whether the line above excludes the function.
    fn is_ignored(&self, attributes: &[Attribute], signature: &Signature) -> bool {
        let first = attributes.iter().map(|attribute| attribute.span().start().line).min();
        let first = first.unwrap_or_else(|| signature.span().start().line);
        let lines = self.source.text.lines().skip(first.saturating_sub(2));
        lines.take(signature.ident.span().start().line + 2 - first).any(|line| line.contains(IGNORE))
    }

    fn within(&mut self, around: Around, visit: impl FnOnce(&mut Self)) {
        let outside = std::mem::replace(&mut self.around, around);
        visit(self);
        self.around = outside;
    }

    /// The properties inside an item with these attributes.
    fn inside(&self, attributes: &[Attribute]) -> bool {
        match attribute(attributes) {
            Some(Written::Instrumented) => true,
            Some(Written::Skip) => false,
            None => self.around.instrumented,
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if is_test(&module.attrs) {
            return;
        }
        self.modules.push(module.ident.to_string());
        let around = Around { instrumented: self.inside(&module.attrs), ..self.around };
        self.within(around, |this| visit::visit_item_mod(this, module));
        self.modules.pop();
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if is_test(&item.attrs) {
            return;
        }
        let of = item.trait_.as_ref().and_then(|(path, _)| path.segments.last()).map(|last| last.ident.to_string());
        let around = Around {
            instrumented: self.inside(&item.attrs),
            plumbing: of.as_ref().is_some_and(|name| PLUMBING.contains(&name.as_str())),
            public: of.is_some(),
        };
        self.within(around, |this| visit::visit_item_impl(this, item));
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        let around = Around {
            instrumented: self.inside(&item.attrs),
            plumbing: false,
            public: matches!(item.vis, Visibility::Public(_)),
        };
        self.within(around, |this| visit::visit_item_trait(this, item));
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.add(&item.attrs, &item.vis, &item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.add(&item.attrs, &item.vis, &item.sig, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(body) = &item.default {
            self.add(&item.attrs, &Visibility::Inherited, &item.sig, body);
        }
    }
}

/// The effect of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Instrumented,
    Skip,
}

/// `#[instrumented(..)]` under any path, also inside `cfg_attr`.
fn attribute(attributes: &[Attribute]) -> Option<Written> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::List(list) if attribute.path().is_ident("cfg_attr") => {
            list.tokens.to_string().contains("instrumented").then_some(Written::Instrumented)
        }
        meta => {
            let is_it = meta.path().segments.last().is_some_and(|last| last.ident == "instrumented");
            let skips = matches!(meta, Meta::List(list) if list.tokens.to_string() == "skip");
            is_it.then_some(if skips { Written::Skip } else { Written::Instrumented })
        }
    })
}

/// `#[test]`, `#[tokio::test]`, `#[cfg(test)]`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_test = attribute.path().segments.last().is_some_and(|last| last.ident == "test");
        let is_cfg = attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, Meta::List(list) if list.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|word| word == "test"));
        is_test || is_cfg
    })
}

/// Whether a body calls `measure` or `measure_async`.
fn measures_itself(body: &Block) -> bool {
    struct Measures(bool);
    impl<'ast> Visit<'ast> for Measures {
        fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
            self.0 |= call.method == "measure" || call.method == "measure_async";
            visit::visit_expr_method_call(self, call);
        }
    }
    let mut measures = Measures(false);
    measures.visit_block(body);
    measures.0
}
