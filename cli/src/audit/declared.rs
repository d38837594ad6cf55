//! Families that are never recorded, and sites that are never called.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;
use syn::{Attribute, ItemStruct, ItemUse, UseTree};

use super::model::{Function, Status, Unused};
use super::scan::SourceFile;

/// The derives that declare families.
const DERIVES: &[&str] = &["Operation", "Counter", "Gauge", "Histogram"];

/// Returns declarations that are never recorded and functions that are never called.
pub(super) fn unused(sources: &[SourceFile], functions: &[Function]) -> Vec<Unused> {
    let mut mentions: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources {
        if let Ok(tokens) = source.text.parse::<TokenStream>() {
            count(tokens, &mut mentions);
        }
    }
    let mut imports = Imports::default();
    for source in sources {
        imports.visit_file(&source.file);
    }
    let used = |name: &str, own: usize| {
        let imported = imports.names.get(name).copied().unwrap_or_default();
        mentions.get(name).copied().unwrap_or_default().saturating_sub(imported) > own
    };
    let mut found = Vec::new();
    for source in sources {
        let mut declared = Declared { file: &source.shown, found: Vec::new() };
        declared.visit_file(&source.file);
        for (name, line) in declared.found {
            if !used(&name, 1) {
                let why = "declared, but never recorded";
                found.push(Unused { name, file: declared.file.to_owned(), line, why });
            }
        }
    }
    for function in
        functions.iter().filter(|function| function.status == Status::Instrumented && !function.traits.public)
    {
        if !used(&function.name, 1) {
            let why = "instrumented, but never called";
            found.push(Unused { name: function.name.clone(), file: function.file.clone(), line: function.line, why });
        }
    }
    found
}

/// Counts how often each name occurs in the code. Doc comments are literals, so they do not count.
fn count(tokens: TokenStream, mentions: &mut BTreeMap<String, usize>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => *mentions.entry(ident.to_string()).or_default() += 1,
            TokenTree::Group(group) => count(group.stream(), mentions),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Names in `use` declarations: an import alone does not count as a use.
#[derive(Default)]
struct Imports {
    names: BTreeMap<String, usize>,
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        fn names(tree: &UseTree, found: &mut BTreeMap<String, usize>) {
            match tree {
                UseTree::Path(path) => {
                    *found.entry(path.ident.to_string()).or_default() += 1;
                    names(&path.tree, found);
                }
                UseTree::Name(name) => *found.entry(name.ident.to_string()).or_default() += 1,
                UseTree::Rename(rename) => *found.entry(rename.ident.to_string()).or_default() += 1,
                UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, found)),
                UseTree::Glob(_) => {}
            }
        }
        names(&item.tree, &mut self.names);
    }
}

/// Types that declare families.
struct Declared<'a> {
    file: &'a str,
    found: Vec<(String, usize)>,
}

impl<'ast> Visit<'ast> for Declared<'_> {
    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        if derives(&item.attrs) {
            self.found.push((item.ident.to_string(), item.ident.span().start().line));
        }
    }
}

fn derives(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let mut found = false;
        // If it cannot be parsed, the compiler reports it.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|last| DERIVES.iter().any(|name| last.ident == name));
            Ok(())
        });
        found
    })
}
