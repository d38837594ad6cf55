//! The modules of a crate as its sources declare them: children, imports and every path that the code names.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, UseTree};

/// Macros whose tokens become code of another crate, where `crate::` and `self::` mean something else.
const QUOTING: [&str; 4] = ["quote", "quote_spanned", "parse_quote", "macro_rules"];

/// A `use` in a module: the path, and the name that it brings in; `*` for a glob.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) path: Vec<String>,
    pub(super) name: String,
}

/// A module; inline modules share the file of the one around them.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) parent: Option<usize>,
    /// The file's path below the source folder, without `.rs`.
    pub(super) file: String,
    pub(super) children: BTreeMap<String, usize>,
    pub(super) imports: Vec<Import>,
    /// Paths in types, expressions and macros.
    pub(super) paths: Vec<Vec<String>>,
}

/// All modules of a crate, the root first. Modules for tests are left out.
#[derive(Debug)]
pub(super) struct Sources {
    pub(super) modules: Vec<Module>,
    folder: PathBuf,
}

impl Sources {
    /// Reads the crate whose root is this file.
    pub(super) fn read(root: &Path) -> Self {
        let folder = root.parent().expect("a source folder").to_owned();
        let mut sources = Self { modules: Vec::new(), folder: folder.clone() };
        sources.file(root, &folder, None);
        sources
    }

    /// Adds a file; its child modules are in `children`.
    fn file(&mut self, file: &Path, children: &Path, parent: Option<usize>) -> usize {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.strip_prefix(&self.folder).expect("below the source folder").with_extension("");
        self.items(parsed.items, &name.to_string_lossy(), children, parent)
    }

    fn items(&mut self, items: Vec<Item>, file: &str, children: &Path, parent: Option<usize>) -> usize {
        let index = self.modules.len();
        self.modules.push(Module {
            parent,
            file: file.to_owned(),
            children: BTreeMap::new(),
            imports: Vec::new(),
            paths: Vec::new(),
        });
        let mut found = Paths::default();
        for item in items {
            match item {
                Item::Mod(module) if is_for_tests(&module.attrs) => {}
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    let child = self.child(module, file, children, index);
                    self.modules[index].children.insert(name, child);
                }
                item => found.visit_item(&item),
            }
        }
        self.modules[index].imports = found.imports;
        self.modules[index].paths = found.paths;
        index
    }

    fn child(&mut self, module: ItemMod, file: &str, folder: &Path, parent: usize) -> usize {
        let name = module.ident.to_string();
        let below = folder.join(&name);
        if let Some((_, items)) = module.content {
            return self.items(items, file, &below, Some(parent));
        }
        let candidates = [
            written_path(&module.attrs).map(|path| folder.join(path)),
            Some(below.with_extension("rs")),
            Some(below.join("mod.rs")),
        ];
        let found = candidates.into_iter().flatten().find(|path| path.exists());
        self.file(&found.unwrap_or_else(|| panic!("no file for `mod {name}` of {file}")), &below, Some(parent))
    }
}

/// The value of `#[path = ".."]`.
fn written_path(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("path")).find_map(|attribute| {
        match &attribute.meta.require_name_value().ok()?.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        }
    })
}

/// Whether an item exists in test builds only.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).any(|attribute| {
        let tokens = attribute.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
        tokens == "test" || tokens.starts_with("all (test")
    })
}

/// Collects what a module's items import and name.
#[derive(Default)]
struct Paths {
    imports: Vec<Import>,
    paths: Vec<Vec<String>>,
}

impl Paths {
    fn import(&mut self, tree: &UseTree, prefix: &[String]) {
        let with = |name: &syn::Ident| [prefix, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.import(&path.tree, &with(&path.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, prefix)),
            UseTree::Glob(_) => self.imports.push(Import { path: prefix.to_vec(), name: "*".to_owned() }),
            // `use a::{self}` imports `a`.
            UseTree::Name(name) if name.ident == "self" && !prefix.is_empty() => {
                self.imports.push(Import { path: prefix.to_vec(), name: prefix[prefix.len() - 1].clone() });
            }
            UseTree::Name(name) => self.imports.push(Import { path: with(&name.ident), name: name.ident.to_string() }),
            UseTree::Rename(rename) => {
                self.imports.push(Import { path: with(&rename.ident), name: rename.rename.to_string() });
            }
        }
    }

    /// The paths of a macro's arguments: identifiers with `::` between them.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        let mut dollar = false;
        for token in tokens {
            match token {
                TokenTree::Ident(word) if path.is_empty() || colons == 2 => {
                    // `$crate` is the crate that defines a macro, wherever that expands.
                    if !dollar {
                        path.push(word.to_string());
                    }
                    (colons, dollar) = (0, false);
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' && !path.is_empty() && colons < 2 => {
                    colons += 1;
                }
                other => {
                    self.end(&mut path);
                    (colons, dollar) = (0, matches!(&other, TokenTree::Punct(mark) if mark.as_char() == '$'));
                    match other {
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Ident(word) => path.push(word.to_string()),
                        _ => {}
                    }
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.paths.push(path);
        }
    }
}

impl Visit<'_> for Paths {
    fn visit_item(&mut self, item: &Item) {
        if let Item::Use(import) = item {
            // `use ::name` is always another crate.
            if import.leading_colon.is_none() && !is_for_tests(&import.attrs) {
                self.import(&import.tree, &[]);
            }
        } else {
            visit::visit_item(self, item);
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            self.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &syn::Visibility) {}

    fn visit_macro(&mut self, call: &syn::Macro) {
        visit::visit_macro(self, call);
        let name = call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if !QUOTING.contains(&name.as_str()) {
            self.tokens(call.tokens.clone());
        }
    }
}
