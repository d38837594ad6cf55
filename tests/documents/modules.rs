//! The modules of the four crates form graphs without cycles, with the edges that the contributors' tables list.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{self, Edges};
use super::sources::Sources;
use super::{read, root, table_after, words};

const CRATES: [(&str, &str); 4] =
    [("runtime", "lib.rs"), ("macros", "lib.rs"), ("shared", "lib.rs"), ("cli", "main.rs")];

fn edges(name: &str, root_file: &str) -> Edges {
    graph::edges(&Sources::read(&root().join(name).join("src").join(root_file)))
}

#[test]
fn modules_form_no_cycles() {
    let mut found = Vec::new();
    for (name, root_file) in CRATES {
        let edges = edges(name, root_file);
        for cycle in graph::cycles(&edges) {
            found.push(format!("{name}: {} files in a cycle\n{}", cycle.len(), graph::describe(&edges, &cycle)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The edges between the modules at the top of a crate; the root itself may use any.
fn top_level(edges: &Edges) -> BTreeMap<String, BTreeSet<String>> {
    let top = |file: &str| file.split('/').next().unwrap_or_default().to_owned();
    let mut between: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, targets) in edges.iter().filter(|(file, _)| !["lib", "main"].contains(&file.as_str())) {
        let from = top(file);
        let uses = between.entry(from.clone()).or_default();
        uses.extend(targets.iter().map(|target| top(target)).filter(|target| *target != from));
    }
    between
}

#[test]
fn modules_use_only_what_the_contributors_tables_list() {
    let contributing = read("CONTRIBUTING.md");
    for (name, root_file) in CRATES {
        let allowed: BTreeMap<String, BTreeSet<String>> = table_after(&contributing, &format!("### `{name}/`"))
            .into_iter()
            .map(|cells| {
                let module = words(cells[0]).pop_first().expect("a module");
                (module, cells.get(2).map(|cell| words(cell)).unwrap_or_default())
            })
            .collect();
        let used = top_level(&edges(name, root_file));
        assert_eq!(used, allowed, "\n{name}: left, what the code uses; right, what CONTRIBUTING.md says");
    }
}
