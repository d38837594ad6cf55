//! What is written down about the code, held against the code.

mod graph;
mod modules;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the workspace").to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a source folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The words in backticks of a table's cell.
fn words(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The cells of the table that follows a heading.
fn table_after<'a>(text: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let rest = &text[text.find(heading).unwrap_or_else(|| panic!("no `{heading}`"))..];
    let rows = rest.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    rows.skip(2).map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

#[test]
fn the_attributes_reference_has_every_key_and_no_other() {
    let keys = read("macros/src/operation/keys.rs");
    let table =
        &keys[keys.find("const KEYS").expect("the table of keys")..keys.find("const FOREIGN").expect("its end")];
    let known: BTreeSet<String> =
        table.split("word: \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert!(known.len() > 10, "{known:?}");
    let reference = read("runtime/docs/instrumented.md");
    let documented: BTreeSet<String> = table_after(&reference, "# Keys")
        .into_iter()
        .filter_map(|cells| {
            let written =
                words(cells[0]).into_iter().map(|word| word.split([' ', '(']).next().unwrap_or_default().to_owned());
            written.into_iter().find(|word| known.contains(word))
        })
        .collect();
    assert_eq!(documented, known);
}

#[test]
fn no_file_exceeds_its_limit() {
    for (folder, limit) in
        [("macros/src", 300), ("shared/src", 300), ("runtime/src", 400), ("examples", 400), ("cli", 300)]
    {
        let mut files = Vec::new();
        rust_files(&root().join(folder), &mut files);
        for file in files {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            assert!(lines <= limit, "{} has {lines} lines; {limit} is the limit", file.display());
        }
    }
}

/// The entries of a list of `own.rs`, as the page writes them: name and labels.
fn own_metrics(list: &str) -> BTreeSet<String> {
    let source = read("shared/src/names/own.rs");
    let table = &source[source.find(&format!("{list}:")).expect("the list")..];
    let entries = table[..table.find("\n}").expect("its end")].lines().filter_map(|line| {
        let (_, entry) = line.split_once(" = ")?;
        let (name, rest) = entry.split_once('"')?.1.split_once("\" [")?;
        let labels = rest.split(']').next()?.replace('"', "");
        Some(if labels.is_empty() { name.to_owned() } else { format!("{name}{{{labels}}}") })
    });
    entries.collect()
}

#[test]
fn every_metric_of_the_exporter_is_documented_with_its_labels_and_no_other() {
    let known = own_metrics("OWN_METRICS");
    assert!(known.len() > 10 && known.contains("metrics_instrumented_collector_up{collector}"), "{known:?}");
    let page = read("docs/exporter.md");
    let rows = page.lines().filter(|line| line.starts_with("| `metrics_instrumented_"));
    let documented: BTreeSet<String> =
        rows.map(|row| words(row.split(" | ").next().unwrap_or_default()).pop_first().unwrap_or_default()).collect();
    assert_eq!(documented, known);
}

#[test]
fn every_variable_of_the_environment_is_documented_and_no_other() {
    for (file, heading) in [("environment.rs", "## Settings"), ("push/environment.rs", "## Batch jobs")] {
        let source = read(&format!("runtime/src/exporter/{file}"));
        let table = &source[source.find("const VARIABLES").expect("the table")..];
        let known: BTreeSet<String> = table[..table.find("];\n").expect("its end")]
            .split(['(', '\n'])
            .filter_map(|part| part.trim().strip_prefix('"')?.split('"').next())
            .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
            .filter(|name| !["PUT", "POST"].contains(name))
            .map(|name| format!("METRICS_INSTRUMENTED_{name}"))
            .collect();
        assert!(known.len() > 10, "{known:?}");
        let documented: BTreeSet<String> =
            table_after(&read("docs/exporter.md"), heading).iter().flat_map(|cells| words(cells[0])).collect();
        assert_eq!(documented, known, "{file}");
    }
}

/// The names of variables in a text.
fn variables(text: &str) -> impl Iterator<Item = String> {
    const PREFIX: &str = "METRICS_INSTRUMENTED_";
    text.split(PREFIX).skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(rest.len());
        format!("{PREFIX}{}", &rest[..end])
    })
}

#[test]
fn the_exporter_knows_the_variables_of_the_attribute_and_of_the_tool() {
    let of_others: BTreeSet<String> = variables(&read("shared/src/names/variables.rs")).collect();
    let settings: BTreeSet<String> =
        table_after(&read("docs/exporter.md"), "## Settings").iter().flat_map(|cells| words(cells[0])).collect();
    let mut files = Vec::new();
    for folder in ["macros/src", "cli/src"] {
        rust_files(&root().join(folder), &mut files);
    }
    let found: BTreeSet<String> =
        files.iter().flat_map(|file| variables(&fs::read_to_string(file).unwrap()).collect::<Vec<_>>()).collect();
    assert!(found.len() > 2, "{found:?}");
    let unknown: Vec<_> = found.iter().filter(|name| !of_others.contains(*name) && !settings.contains(*name)).collect();
    assert!(unknown.is_empty(), "{unknown:?} are missing in shared/src/names/variables.rs");
    let ignored = rest_of_paragraph("These variables are ignored: ");
    assert_eq!(variables(&ignored).collect::<BTreeSet<_>>(), of_others);
}

/// The rest of the paragraph of `docs/exporter.md` behind some words.
fn rest_of_paragraph(words: &str) -> String {
    let page = read("docs/exporter.md");
    let rest = &page[page.find(words).unwrap_or_else(|| panic!("no `{words}`"))..];
    rest.split("\n\n").next().unwrap_or_default().to_owned()
}

/// The features of a manifest, but `default`.
fn features(manifest: &str) -> BTreeSet<String> {
    let section = manifest.split("[features]\n").nth(1).expect("features").split("\n[").next().expect("their end");
    let names = section.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name.to_owned());
    names.filter(|name| name != "default" && name.chars().all(|c| c.is_ascii_lowercase())).collect()
}

#[test]
fn the_dependencies_of_each_feature_are_counted() {
    let documented: BTreeMap<String, usize> = table_after(&read("docs/exporter.md"), "## Features and what they bring")
        .iter()
        .map(|cells| (words(cells[0]).pop_first().unwrap_or_default(), cells[2].parse().expect("a number")))
        .collect();
    let mut named: BTreeSet<String> = documented.keys().cloned().collect();
    // Without a name: without features.
    assert!(named.remove(""));
    assert_eq!(named, features(&read("runtime/Cargo.toml")));
    let counted = documented.keys().map(|feature| {
        let arguments = "tree --locked --package metrics-instrumented --edges normal --no-default-features --prefix none \
                         --target x86_64-unknown-linux-gnu --features";
        let tree = Command::new(env!("CARGO")).args(arguments.split_whitespace()).arg(feature).current_dir(root()).output();
        let tree = tree.expect("cargo runs");
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        let text = String::from_utf8(tree.stdout).expect("text");
        // A name and a version; two versions of one crate are two.
        let crates = text.lines().filter_map(|line| line.split_once(" v"));
        let crates: BTreeSet<(&str, &str)> = crates
            .map(|(name, rest)| (name, rest.split(' ').next().unwrap_or_default()))
            .filter(|(name, _)| !name.starts_with("metrics-instrumented"))
            .collect();
        (feature.clone(), crates.len())
    });
    assert_eq!(documented, counted.collect(), "\nleft: docs/exporter.md; right: what cargo says");
}
