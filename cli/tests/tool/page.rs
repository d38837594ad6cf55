//! The page of the tool: what it shows is what the tool says.

use std::path::Path;
use std::process::Command;

use metrics_instrumented_test_support::prometheus::promtool;

use crate::support::{Folder, declarations, good, run};

fn page() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tool is in the workspace");
    std::fs::read_to_string(root.join("docs/cli.md")).expect("docs/cli.md")
}

/// The blocks of a language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("```{language}\n");
    let blocks = page.split(&*opening).skip(1);
    blocks.map(|rest| rest.split("```").next().expect("a block ends")).collect()
}

#[test]
fn the_page_shows_what_the_commands_print() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tool is in the workspace");
    let page = page();
    let blocks = blocks(&page, "console");
    assert!(blocks.len() > 3, "{blocks:?}");
    for block in blocks {
        let (command, shown) = block.split_once('\n').expect("a command and what it prints");
        let words = command.strip_prefix("$ cargo ").unwrap_or_else(|| panic!("`{command}` is not a cargo command"));
        let words: Vec<&str> = words.split_whitespace().map(|word| word.trim_matches('\'')).collect();
        let mut tool = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
        let output = tool.args(&words).current_dir(root).output().expect("the tool starts");
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        // `...` in the page stands for any lines; without it, nothing is left out.
        let mut parts: Vec<&str> = shown.split("...\n").collect();
        let last = parts.pop().expect("at least one part");
        let mut rest = printed.as_str();
        for (at, part) in parts.into_iter().enumerate() {
            let found = rest.find(part).filter(|found| at > 0 || *found == 0);
            let found = found.unwrap_or_else(|| panic!("`{command}` prints\n{printed}\nand not\n{part}"));
            rest = &rest[found + part.len()..];
        }
        let is_whole = !shown.contains("...\n");
        let ends = if is_whole { rest == last } else { rest.ends_with(last) };
        assert!(ends, "`{command}` prints\n{printed}\nwhich does not end with\n{last}");
    }
}

#[test]
fn the_configuration_on_the_page_is_valid_for_the_program_that_it_names() {
    let page = page();
    let configuration = blocks(&page, "yaml").into_iter().find(|block| block.starts_with("job: storage-driver"));
    let folder = Folder::new();
    let config = folder.file("config.yaml", configuration.expect("the page has a configuration"));
    let source = declarations("storage-driver");
    let ran = run(&["rules", &source, "--config", &config]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    for words in [
        "alert: RdsCsiVolumeOperationsErrorRatioHighCritical\n",
        "alert: RdsCsiVolumeOperationsSlow\n",
        "rds_csi_migration_active_migrations{job=\"storage-driver\"}) > 100",
        "rds_csi_migration_active_migrations_oldest_seconds{job=\"storage-driver\"}) > 900",
        "result!=\"timeout\"",
        "rds_csi_nvme_connections_active{job=\"storage-driver\"}) > 200",
    ] {
        assert!(ran.stdout.contains(words), "no `{words}` in\n{}", ran.stdout);
    }
    promtool(&["check", "rules", "--lint-fatal", &folder.file("rules.yaml", &ran.stdout)], "").unwrap();
    let tests = good(&["rules", &source, "--config", &config, "--tests", "rules.yaml"]);
    promtool(&["test", "rules", &folder.file("rules.test.yaml", &tests)], "").unwrap();
}
