//! What came of it, for the terminal and as a page of the documentation.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::cargo::{Diagnostic, Tests};
use crate::subject::Subject;

/// What came of one crate.
pub struct Row {
    pub subject: &'static Subject,
    pub files: usize,
    /// All functions with a body.
    pub functions: usize,
    /// The functions that are left alone, by reason.
    pub refusals: BTreeMap<String, Vec<String>>,
    pub warnings_before: usize,
    /// What the compiler says of the annotated crate and not of the bare one.
    pub new: Vec<Diagnostic>,
    pub tests_bare: Tests,
    pub tests_annotated: Tests,
    pub times: Vec<Build>,
}

/// The processor time of a build of the crate alone, in seconds.
pub struct Build {
    pub command: &'static str,
    pub bare: f64,
    pub annotated: f64,
}

impl Row {
    /// Whether nothing but the metrics was added.
    pub fn is_as_before(&self) -> bool {
        self.new.is_empty()
            && self.tests_bare.passed == self.tests_annotated.passed
            && self.tests_bare.failed == self.tests_annotated.failed
    }

    fn refused(&self) -> usize {
        self.refusals.values().map(Vec::len).sum()
    }
}

/// A crate's result in some lines, with everything that is wrong.
pub fn summary(row: &Row) -> String {
    let mut text = format!(
        "{} functions in {} files, {} refused\n{} warnings before, {} new\n",
        row.functions,
        row.files,
        row.refused(),
        row.warnings_before,
        row.new.len()
    );
    for (reason, functions) in &row.refusals {
        writeln!(text, "  {}: {reason}", functions.len()).expect("text grows");
    }
    for diagnostic in &row.new {
        writeln!(text, "new, in {}:\n{}", diagnostic.target, diagnostic.rendered).expect("text grows");
    }
    let (bare, annotated) = (&row.tests_bare, &row.tests_annotated);
    writeln!(
        text,
        "tests: {} passed and {} failed before, {} and {} now",
        bare.passed.len(),
        bare.failed.len(),
        annotated.passed.len(),
        annotated.failed.len()
    )
    .expect("text grows");
    for name in bare.passed.symmetric_difference(&annotated.passed) {
        writeln!(text, "  not the same: {name}").expect("text grows");
    }
    for Build { command, bare, annotated } in &row.times {
        writeln!(text, "{command}: {bare:.2} s before, {annotated:.2} s now").expect("text grows");
    }
    text
}

/// The page in docs/.
pub fn page(rows: &[Row]) -> String {
    let mut text = "# Real code\n\n\
        <!-- Written by `scripts/real-code`; not by hand. -->\n\n\
        `scripts/real-code` fetches published crates that were not written for this one, puts `#[instrumented]` on **every** function of them (free\n\
        functions, methods, trait methods with a body, functions in functions, test functions; now in front of the other attributes, now behind them),\n\
        builds them and runs their own tests, bare and annotated. Functions that stand in `macro_rules!` are not seen, and what is configured out is\n\
        annotated and not compiled.\n\n\
        | crate | what it is | functions | refused | warnings: before, new | tests passed: before, now | `check`, s: before, now | `build`, s: before, now |\n\
        | --- | --- | --: | --: | --: | --: | --: | --: |\n"
        .to_owned();
    for row in rows {
        let time = |command: &str| {
            let build = row.times.iter().find(|build| build.command == command);
            build.map_or_else(String::new, |build| format!("{:.1}, {:.1}", build.bare, build.annotated))
        };
        writeln!(
            text,
            "| [{name}](https://crates.io/crates/{name}) {} | {} | {} | {} | {}, {} | {}, {} | {} | {} |",
            row.subject.version,
            row.subject.what,
            row.functions,
            row.refused(),
            row.warnings_before,
            row.new.len(),
            row.tests_bare.passed.len(),
            row.tests_annotated.passed.len(),
            time("check"),
            time("build"),
            name = row.subject.name,
        )
        .expect("text grows");
    }
    text.push_str(
        "\nTimes are processor time of the crate alone, its dependencies built before, the least of three runs on a shared machine.\n\n## Refused\n\n\
         The macro's own errors; each says what to do instead.\n\n| crate | reason | functions |\n| --- | --- | --: |\n",
    );
    for row in rows {
        for (reason, functions) in &row.refusals {
            writeln!(text, "| {} | {reason} | {} |", row.subject.name, functions.len()).expect("text grows");
        }
    }
    text.push_str("\n## Left out, bare and annotated\n\n");
    for Row { subject, tests_bare, .. } in rows {
        for file in subject.without {
            writeln!(text, "- {}: `{file}`, which needs the rest of its repository", subject.name).expect("text grows");
        }
        for test in subject.skipped {
            writeln!(text, "- {}: the test `{test}`, which takes minutes", subject.name).expect("text grows");
        }
        for test in &tests_bare.failed {
            writeln!(text, "- {}: fails here both ways: `{test}`", subject.name).expect("text grows");
        }
    }
    text
}
