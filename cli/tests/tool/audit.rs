//! The audit of a source tree.

use serde_json::Value;

use crate::support::{Folder, run};

const LIB: &str = r#"
pub mod store;

#[derive(Operation)]
#[operation(name = "loads")]
pub struct Load;

#[derive(Gauge)]
#[gauge(name = "never_set")]
pub struct NeverSet;

#[instrumented(Load)]
pub fn load() -> Result<(), Error> { Ok(()) }

pub async fn forgotten() -> Result<(), Error> { std::fs::read("x").map(drop) }

pub fn getter(&self) -> u32 { 1 }

// metrics-instrumented: ignore
pub fn left_out() -> Result<(), Error> { Ok(()) }

#[instrumented(skip)]
fn skipped() -> Result<(), Error> { Ok(()) }

#[instrumented]
fn nobody_calls_it() {}

impl Display for Load { fn fmt(&self) -> Result { Ok(()) } }

#[cfg(test)]
mod tests { fn helper() -> Result<(), Error> { Ok(()) } }
"#;

const STORE: &str = r#"
#[instrumented(namespace = "s")]
impl Store {
    pub fn get(&self) -> Result<(), Error> { self.inner() }
    fn inner(&self) -> Result<(), Error> { Ok(()) }
    #[instrumented(skip)]
    pub fn raw(&self) -> Result<(), Error> { self.get() }
}
fn private() -> io::Result<()> { File::open(x)?.read_exact(y) }
pub fn by_hand() -> Result<(), Error> { Load.start().measure(|| private()) }
use crate::NeverSet;
"#;

fn tree() -> Folder {
    let folder = Folder::new();
    folder.file("Cargo.toml", "[package]\nname = \"my-store\"\n");
    folder.file("src/lib.rs", LIB);
    folder.file("src/store.rs", STORE);
    folder.file("tests/it.rs", "fn not_looked_at() -> Result<(), Error> {}");
    folder
}

fn audit(folder: &Folder, more: &[&str]) -> Value {
    let path = folder.path();
    let run = run(&[&["audit", &path, "--json"], more].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

#[test]
fn each_function_is_classified() {
    let found = audit(&tree(), &[]);
    let missing: Vec<_> =
        found["missing"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    // The heaviest first: public, fallible, async and I/O; then fallible and I/O.
    assert_eq!(missing, ["forgotten", "private"], "{found:#}");
    assert_eq!(found["missing"][0]["line"], 15);
    assert_eq!(found["missing"][0]["module"], "my_store");
    let total = &found["total"];
    assert_eq!((&total["instrumented"], &total["missing"], &total["ignored"]), (&5.into(), &2.into(), &3.into()));
    assert_eq!((&total["functions"], &total["plain"]), (&11.into(), &1.into()), "{total}");
    // load 2, nobody_calls_it 1, get 2, inner 1, by_hand 2; forgotten 5, private 3.
    assert_eq!(total["percent"], 50.0);
    assert_eq!(found["modules"]["my_store::store"]["percent"], 62.5);
}

#[test]
fn declared_families_without_values_are_reported() {
    let found = audit(&tree(), &[]);
    let unused: Vec<_> = found["unused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["why"].as_str().unwrap()))
        .collect();
    assert_eq!(
        unused,
        [("NeverSet", "declared, but never recorded"), ("nobody_calls_it", "instrumented, but never called")]
    );
}

#[test]
fn less_than_the_minimum_fails() {
    let folder = tree();
    let path = folder.path();
    assert_eq!(run(&["audit", &path, "--min", "50"]).code, 0);
    let short = run(&["audit", &path, "--min", "50.1"]);
    assert_eq!(short.code, 1);
    assert!(short.stderr.contains("50 % instrumented, below the required 50.1 %"), "{short:?}");
    assert_eq!(
        run(&["audit", &path, "--min", "100", "--ignore", "my_store::forgotten", "--ignore", "my_store::store*"]).code,
        0
    );
}

#[test]
fn the_configuration_is_equivalent_to_the_arguments() {
    let folder = tree();
    let path = folder.path();
    let config = |text: &str| folder.file("metrics-instrumented.yaml", text);
    assert_eq!(run(&["audit", &path, "--config", &config("audit: { min: 51 }\n")]).code, 1);
    assert_eq!(
        run(&["audit", &path, "--config", &config("audit: { min: 51, ignore: [\"my_store::forg*\"] }\n")]).code,
        0
    );
    assert_eq!(run(&["audit", &path, "--config", &config("audit: { least: 51 }\n")]).code, 2);
}

#[test]
fn people_get_a_table() {
    let folder = tree();
    let text = run(&["audit", &folder.path(), "--most", "1"]).stdout;
    assert!(text.contains("my_store::store          5             3        1        1       0     62.5\n"), "{text}");
    assert!(
        text.contains(
            "  src/lib.rs:15: my_store::forgotten (public, fallible, async, I/O)\n  and 1 more; `--most 2` shows them"
        ),
        "{text}"
    );
    assert!(text.contains("unused declarations:\n  src/lib.rs:10: `NeverSet`: declared"), "{text}");
}

#[test]
fn a_folder_without_source_and_an_invalid_source_file_are_reported() {
    let folder = Folder::new();
    let nothing = run(&["audit", &folder.path()]);
    assert_eq!(nothing.code, 2);
    assert!(nothing.stderr.contains("contains no Rust source"), "{nothing:?}");
    folder.file("src/lib.rs", "fn f( {");
    assert!(run(&["audit", &folder.path()]).stdout.contains("not read: src/lib.rs:1:"));
}

/// Each function is in one column, in every row.
#[test]
fn the_columns_add_up() {
    let folder = tree();
    let table = run(&["audit", &folder.path()]).stdout;
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect())
        .take_while(|row: &Vec<_>| row[0] != "exempt:")
        .collect();
    assert!(
        rows.len() > 2 && table.contains("exempt: cannot fail, is not async and does no I/O, so it needs no metrics"),
        "{table}"
    );
    for row in rows {
        let numbers: Vec<u32> = row[1..6].iter().map(|word| word.parse().expect("a number")).collect();
        assert_eq!(numbers[0], numbers[1..].iter().sum::<u32>(), "{table}");
    }
}

#[test]
fn a_file_that_cannot_be_parsed_fails_a_minimum() {
    let folder = tree();
    let path = folder.path();
    folder.file("src/broken.rs", "fn f( {");
    let broken = run(&["audit", &path, "--min", "10"]);
    assert_eq!(broken.code, 1, "{broken:?}");
    let expected = "not every file could be parsed, so the percentage is unknown: src/broken.rs:1:";
    assert!(broken.stderr.starts_with(expected) && broken.stderr.lines().count() == 1, "{broken:?}");
    let config = folder.file("metrics-instrumented.yaml", "audit: { min: 10 }\n");
    assert_eq!(run(&["audit", &path, "--config", &config]).code, 1);
    assert_eq!(run(&["audit", &path]).code, 0);
    folder.file("src/broken.rs", "fn f() {}");
    assert_eq!(run(&["audit", &path, "--min", "10"]).code, 0);
}

#[test]
fn a_missing_folder_is_not_one_without_source() {
    let folder = Folder::new();
    let missing = run(&["audit", &format!("{}/nothing", folder.path())]);
    assert_eq!((missing.code, missing.stdout.as_str()), (2, ""));
    assert!(missing.stderr.contains("/nothing cannot be read: it does not exist; check the path"), "{missing:?}");
}

#[test]
fn a_minimum_that_checks_nothing_is_reported() {
    let run = run(&["audit", &tree().path(), "--min", "80", "--ignore", "*"]);
    assert!(run.stderr.is_empty(), "{run:?}");
    let folder = Folder::new();
    folder.file("src/lib.rs", "pub fn plain() {}");
    let nothing = crate::support::run(&["audit", &folder.path(), "--min", "80"]);
    assert_eq!((nothing.code, nothing.stderr.as_str()), (0, "nothing was checked: no function needs metrics\n"));
}
