//! What runs, and what it can find out about itself, is as in the bare function.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::{env, fs};

use crate::twice::{PACKAGES, Twice, install};

fn written(program: &str, source: &str) -> Twice {
    Twice::write(program, vec![(program.to_owned(), source.to_owned())])
}

#[track_caller]
fn text(what: &str, output: Output) -> String {
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// What the program of facts prints, bare and annotated.
fn facts() -> &'static [String; 2] {
    static FACTS: OnceLock<[String; 2]> = OnceLock::new();
    FACTS.get_or_init(|| {
        let twice = written("facts", include_str!("programs/facts.rs"));
        PACKAGES.map(|package| {
            let words = ["run", "--quiet", "--package", &format!("facts-{package}")];
            // Crate and folder are called after the package.
            text("facts", twice.cargo(&words)).replace(package, "PACKAGE")
        })
    })
}

/// Without the lines that begin so.
fn without(facts: &str, beginning: &str) -> Vec<String> {
    facts.lines().filter(|line| !line.starts_with(beginning)).map(str::to_owned).collect()
}

#[test]
fn callers_names_lines_and_backtraces_are_those_of_the_bare_functions() {
    let [bare, annotated] = facts();
    let mut annotated = without(annotated, "size of ");
    let bare = without(bare, "size of ");
    assert!(bare.iter().filter(|line| line.starts_with("trace of ")).count() > 12, "{bare:#?}");
    // A function whose body became a closure is on the stack twice, with that and with its own end.
    let mut expected = bare.iter().peekable();
    annotated.retain(|line| {
        let is_next = expected.peek() == Some(&line);
        if is_next {
            expected.next();
        }
        is_next || !line.starts_with("trace of ")
    });
    assert_eq!(annotated, bare);
}

#[test]
fn unusual_functions_return_the_same() {
    let twice = written("unusual", include_str!("programs/unusual.rs"));
    let [bare, annotated] = PACKAGES
        .map(|package| text("unusual", twice.cargo(&["run", "--quiet", "--package", &format!("unusual-{package}")])));
    assert!(bare.lines().count() > 90, "{bare}");
    assert_eq!(annotated, bare);
}

#[test]
fn futures_grow_by_no_more_than_a_call() {
    let sizes = facts().each_ref().map(|facts| {
        let size = |line: &str| {
            let (name, size) = line.strip_prefix("size of ")?.split_once(": ")?;
            Some((name.to_owned(), size.parse::<usize>().expect("a number")))
        };
        facts.lines().filter_map(size).collect::<BTreeMap<_, _>>()
    });
    let [bare, annotated] = &sizes;
    for (name, bare) in bare {
        let levels = if name == "nested_4" { 4 } else { 1 };
        let limit = bare + levels * 64;
        assert!(annotated[name] <= limit, "{name}: {bare} bare, {} annotated", annotated[name]);
    }
    assert!(annotated["nested_4"] * 4 <= bare["nested_4"] * 5, "{sizes:?}");
}

/// A tool of the compiler's own LLVM, installed where it is not.
fn llvm_tool(name: &str) -> Command {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let print = |word: &str| {
        let output = Command::new(&rustc).args(["--print", word]).output().expect("rustc runs");
        text(word, output).trim().to_owned()
    };
    let tool = Path::new(&print("sysroot")).join("lib/rustlib").join(print("host-tuple")).join("bin").join(name);
    if !tool.exists() {
        install("llvm-tools");
    }
    Command::new(tool)
}

/// How often each line of a program ran.
fn coverage(twice: &Twice, package: &str, program: &str) -> BTreeMap<u32, u64> {
    let package_name = format!("{program}-{package}");
    let words = ["rustc", "--quiet", "--package", &package_name, "--message-format=json", "--"];
    let built = text("cargo rustc", twice.cargo(&[&words[..], &["-C", "instrument-coverage"]].concat()));
    let executable = built
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .find_map(|line| line["executable"].as_str().map(str::to_owned))
        .expect("an executable");
    let raw = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{package_name}.profraw"));
    let profile = raw.with_extension("profdata");
    let _ = fs::remove_file(&raw);
    text(program, Command::new(&executable).env("LLVM_PROFILE_FILE", &raw).output().expect("it runs"));
    let mut merge = llvm_tool("llvm-profdata");
    text(
        "llvm-profdata",
        merge.args(["merge", "--sparse"]).arg(&raw).arg("-o").arg(&profile).output().expect("it runs"),
    );
    let mut export = llvm_tool("llvm-cov");
    export.args(["export", "--format=lcov", "--instr-profile"]).arg(&profile).arg(&executable);
    let lcov = text("llvm-cov", export.output().expect("it runs"));
    let mut lines = BTreeMap::new();
    let mut is_program = false;
    for line in lcov.lines() {
        if let Some(file) = line.strip_prefix("SF:") {
            is_program = file.ends_with(&format!("/{program}.rs"));
        } else if let Some((line, count)) = line.strip_prefix("DA:").and_then(|rest| rest.split_once(','))
            && is_program
        {
            lines.insert(line.parse().expect("a line"), count.parse().expect("a count"));
        }
    }
    lines
}

#[test]
fn coverage_counts_every_line_as_in_the_bare_function() {
    let twice = written("lines", include_str!("programs/lines.rs"));
    let [bare, annotated] = PACKAGES.map(|package| coverage(&twice, package, "lines"));
    assert!(bare.len() > 100 && bare.values().any(|count| *count == 0), "{bare:?}");
    let differing: BTreeSet<String> = bare
        .keys()
        .chain(annotated.keys())
        .filter(|line| !counts_alike(twice.line("lines", u64::from(**line)), bare.get(line), annotated.get(line)))
        .map(|line| {
            let text = twice.line("lines", u64::from(*line));
            format!("{line}: {:?} bare, {:?} annotated: {text}", bare.get(line), annotated.get(line))
        })
        .collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

/// Whether two counts of a line are as they should. Head and end of a function whose body became a closure or a future are counted for
/// both, so that one that is called and never polled has run there.
fn counts_alike(line: &str, bare: Option<&u64>, annotated: Option<&u64>) -> bool {
    let is_edge = line.trim() == "}" || line.contains("fn ") || line.starts_with(')');
    let is_begin_alone = line.trim() == "{" && bare.is_none();
    bare == annotated || is_begin_alone || (is_edge && bare.is_some() && annotated >= bare)
}
