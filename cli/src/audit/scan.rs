//! The source tree: every Rust file in a `src` folder, with its package and its module.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::error::Error;

/// A parsed file with its package and its module.
pub(super) struct SourceFile {
    /// The path for messages, relative to the folder.
    pub(super) shown: String,
    pub(super) text: String,
    /// The package, and the modules inside it.
    pub(super) module: String,
    pub(super) file: syn::File,
}

/// All files, and those that could not be parsed.
pub(super) struct Tree {
    pub(super) sources: Vec<SourceFile>,
    pub(super) unreadable: Vec<String>,
}

/// All files below a folder that git does not ignore.
pub(super) fn tree(root: &Path) -> Result<Tree, Error> {
    fs::metadata(root).map_err(|source| Error::Read { path: root.to_owned(), source })?;
    let (mut sources, mut unreadable) = (Vec::new(), Vec::new());
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in WalkBuilder::new(root).build() {
        match entry.map(ignore::DirEntry::into_path) {
            Ok(path) if path.extension().is_some_and(|extension| extension == "rs") && is_in_src(&path, root) => {
                paths.push(path);
            }
            Ok(_) => {}
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    paths.sort();
    if paths.is_empty() && unreadable.is_empty() {
        return Err(Error::NoSource { path: root.to_owned() });
    }
    for path in paths {
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let text = fs::read_to_string(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        match syn::parse_file(&text) {
            Ok(file) => {
                let module = module(&path);
                sources.push(SourceFile { shown, text, module, file });
            }
            Err(error) => unreadable.push(format!("{shown}:{}: {error}", error.span().start().line)),
        }
    }
    Ok(Tree { sources, unreadable })
}

/// Whether a file is in `src`. Tests, benches and build scripts are not part of a service.
fn is_in_src(path: &Path, root: &Path) -> bool {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let names: Vec<_> = inside.iter().map(|name| name.to_string_lossy()).collect();
    let root_is_src = root.iter().any(|name| name == "src");
    (root_is_src || names.iter().any(|name| name == "src"))
        && !names.iter().rev().skip(1).any(|name| name == "tests" || name == "benches" || name == "target")
        && names.last().is_none_or(|name| name != "tests.rs")
}

/// The path of the module, starting with the name of the package.
fn module(path: &Path) -> String {
    let source = path.ancestors().find(|folder| folder.file_name().is_some_and(|name| name == "src"));
    let folder = source.and_then(Path::parent);
    let package = folder.and_then(package_name).unwrap_or_else(|| "crate".to_owned());
    let inside = source.and_then(|source| path.strip_prefix(source).ok()).unwrap_or(path).with_extension("");
    let mut parts: Vec<String> = inside.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| ["lib", "main", "mod"].contains(&last.as_str())) {
        parts.pop();
    }
    [package].into_iter().chain(parts).collect::<Vec<_>>().join("::")
}

/// The `name` of a manifest's package.
fn package_name(folder: &Path) -> Option<String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let package = manifest.split("[package]").nth(1)?;
    let line =
        package.lines().take_while(|line| !line.starts_with('[')).find(|line| line.trim_start().starts_with("name"))?;
    Some(line.split('"').nth(1)?.replace('-', "_"))
}
