//! What the macros write, one of each kind, as `cargo expand` shows it: kept to be read, and to be seen when it grows.
//!
//! `EXPANSIONS=overwrite cargo test --test unchanged expansions` regenerates them; review the diff before you commit it.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::twice::Twice;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("unchanged/expansions")
}

/// The names of the sources: what has no other dot.
fn sources() -> Vec<String> {
    let names = fs::read_dir(folder()).expect("it is there").map(|entry| {
        let name = entry.expect("it can be read").file_name();
        name.to_str().and_then(|name| name.strip_suffix(".rs")).expect("a Rust file").to_owned()
    });
    let mut names: Vec<String> = names.filter(|name| !name.contains('.')).collect();
    names.sort();
    names
}

/// What the compiler makes of a program, laid out, and how much more it is than what is written.
fn expanded(twice: &Twice, name: &str) -> String {
    let words = ["rustc", "--quiet", "--profile=check", "--package=expansions-annotated", "--bin", name];
    // Only to be shown: the text is in no way a promise of the compiler's, and it is the one that CI pins.
    let output = twice.unstable_cargo(&[&words[..], &["--", "-Zunpretty=expanded"]].concat());
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let mut file = syn::parse_file(&text).expect("Rust");
    // What every program begins and ends with.
    file.attrs.clear();
    file.items.retain(|item| match item {
        syn::Item::Fn(function) => function.sig.ident != "main",
        syn::Item::Use(_) | syn::Item::ExternCrate(_) => false,
        _ => true,
    });
    without_build(&without_manifest(&prettyplease::unparse(&file)))
}

/// The text without the content of the package's manifest, which the first expansion of a crate makes a source file.
fn without_manifest(text: &str) -> String {
    let is_manifest = |line: &&str| line.trim_start().starts_with("const _: &[u8] = b\"");
    assert_eq!(text.lines().filter(is_manifest).count(), 1, "{text}");
    text.split_inclusive('\n').filter(|line| !is_manifest(line)).collect()
}

/// The text without the number of the library's build in the name of the section, which differs between machines.
fn without_build(text: &str) -> String {
    const SECTION: &str = "\"metrics_instrumented_";
    let mut parts = text.split(SECTION);
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        all.push_str(SECTION);
        all.push_str("BUILD");
        all.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_hexdigit()));
    }
    all
}

#[test]
fn expansions_are_those_that_were_read() {
    let sources = sources();
    let programs = sources.iter().map(|name| {
        let source = fs::read_to_string(folder().join(format!("{name}.rs"))).expect("a source");
        (name.clone(), format!("{source}\nfn main() {{}}\n"))
    });
    let twice = Twice::write("expansions", programs.collect());
    let overwrites = env::var_os("EXPANSIONS").is_some_and(|word| word == "overwrite");
    let mut differing = Vec::new();
    for name in &sources {
        let kept = folder().join(format!("{name}.expanded.rs"));
        let expanded = expanded(&twice, name);
        if overwrites {
            fs::write(&kept, expanded).expect("it can be written");
        } else if fs::read_to_string(&kept).unwrap_or_default() != expanded {
            differing.push(format!("{}\n{expanded}", kept.display()));
        }
    }
    let told = differing.join("\n");
    assert!(differing.is_empty(), "they are others now; read them, and keep them with EXPANSIONS=overwrite\n{told}");
}
