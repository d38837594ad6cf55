//! Which file of a crate uses which: the edges that the paths of its sources make, and the cycles among them.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{Module, Sources};

/// From each file to the files that it uses.
pub(super) type Edges = BTreeMap<String, BTreeSet<String>>;

/// The edges of a crate.
///
/// A path is an edge to the module in which its last name is looked up and, if that is a re-export, also to the module that
/// defines it. A module that imports a name from its parent's re-exports thus depends on the parent, which depends on it.
pub(super) fn edges(sources: &Sources) -> Edges {
    let mut edges = Edges::new();
    for (index, module) in sources.modules.iter().enumerate() {
        let targets = edges.entry(module.file.clone()).or_default();
        let imports = module.imports.iter().map(|import| {
            // A glob names the module itself.
            &import.path
        });
        for path in imports.chain(&module.paths) {
            resolve(sources, index, path, 0, targets);
        }
        targets.remove(&module.file);
    }
    edges
}

/// More steps than this are a re-export that leads back to itself.
const DEEPEST: usize = 16;

/// Adds the files in which a path's names are found; returns the module that it names, if it names one.
fn resolve(
    sources: &Sources,
    from: usize,
    path: &[String],
    depth: usize,
    targets: &mut BTreeSet<String>,
) -> Option<usize> {
    if depth > DEEPEST {
        return None;
    }
    let module = |index: usize| -> &Module { &sources.modules[index] };
    let (first, mut rest) = path.split_first()?;
    let mut at = match first.as_str() {
        "crate" => 0,
        "self" => from,
        "super" => module(from).parent?,
        name => match module(from).children.get(name) {
            Some(child) => *child,
            None => {
                // A module that this one imported, or another crate.
                let import = module(from).imports.iter().find(|import| import.name == name && import.path != path)?;
                resolve(sources, from, &import.path, depth + 1, &mut BTreeSet::new())?
            }
        },
    };
    while let Some((name, after)) = rest.split_first() {
        if name == "super" {
            at = module(at).parent?;
        } else if let Some(child) = module(at).children.get(name) {
            at = *child;
        } else {
            targets.insert(module(at).file.clone());
            at = reexported(sources, at, name, depth, targets)?;
        }
        rest = after;
    }
    targets.insert(module(at).file.clone());
    Some(at)
}

/// Follows a name that a module imports, and thereby offers to others.
fn reexported(sources: &Sources, at: usize, name: &str, depth: usize, targets: &mut BTreeSet<String>) -> Option<usize> {
    let import = sources.modules[at].imports.iter().find(|import| import.name == name)?;
    resolve(sources, at, &import.path, depth + 1, targets)
}

/// The groups of files that use each other, directly or by way of others.
pub(super) fn cycles(edges: &Edges) -> Vec<BTreeSet<String>> {
    let reachable: BTreeMap<&String, BTreeSet<&String>> =
        edges.keys().map(|file| (file, reachable(edges, file))).collect();
    let mut cycles: Vec<BTreeSet<String>> = edges
        .keys()
        .map(|file| {
            reachable[file]
                .iter()
                .filter(|other| reachable[*other].contains(file))
                .map(|file| (*file).clone())
                .collect()
        })
        .filter(|cycle: &BTreeSet<String>| !cycle.is_empty())
        .collect();
    cycles.sort();
    cycles.dedup();
    cycles
}

fn reachable<'a>(edges: &'a Edges, from: &str) -> BTreeSet<&'a String> {
    let mut found = BTreeSet::new();
    let mut next: Vec<&String> = edges[from].iter().collect();
    while let Some(file) = next.pop() {
        if found.insert(file) {
            next.extend(edges.get(file).into_iter().flatten());
        }
    }
    found
}

/// The edges inside of one cycle, a line each.
pub(super) fn describe(edges: &Edges, cycle: &BTreeSet<String>) -> String {
    let inside = |file: &String| edges[file].intersection(cycle).map(String::as_str).collect::<Vec<_>>().join(", ");
    let lines: Vec<String> = cycle.iter().map(|file| format!("  {file} -> {}", inside(file))).collect();
    lines.join("\n")
}
