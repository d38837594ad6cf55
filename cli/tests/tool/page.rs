//! The page of the tool: what it shows is what the tool says.

use std::path::Path;
use std::process::Command;

use metrics_instrumented_test_support::prometheus::promtool;

use crate::support::{Folder, declarations, good, lint, run};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tool is in the workspace")
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/cli.md")).expect("docs/cli.md")
}

/// The blocks of a language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("```{language}\n");
    let blocks = page.split(&*opening).skip(1);
    blocks.map(|rest| rest.split("```").next().expect("a block ends")).collect()
}

#[test]
fn the_page_shows_what_the_commands_print() {
    let page = page();
    let blocks = blocks(&page, "console");
    assert!(blocks.len() > 3, "{blocks:?}");
    for block in blocks {
        let (command, shown) = block.split_once('\n').expect("a command and what it prints");
        let words = command.strip_prefix("$ cargo ").unwrap_or_else(|| panic!("`{command}` is not a cargo command"));
        let words: Vec<&str> = words.split_whitespace().map(|word| word.trim_matches('\'')).collect();
        let mut tool = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
        let output = tool.args(&words).current_dir(root()).output().expect("the tool starts");
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

#[test]
fn the_pages_name_every_command_that_reads_views() {
    let commands: Vec<String> = page()
        .lines()
        .skip_while(|line| !line.starts_with("| command |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .flat_map(|row| row.split('`').skip(1).step_by(2).map(str::to_owned))
        .filter(|word| run(&[word, "--help"]).stdout.contains("--views "))
        .collect();
    assert!(commands.len() >= 6, "{commands:?}");
    let of_views = std::fs::read_to_string(root().join("docs/views.md")).expect("docs/views.md");
    let table = of_views.split("| command | with `--views` |").nth(1).expect("the table");
    let about = page().split("## Views\n").nth(1).expect("the section").split("\n## ").next().unwrap().to_owned();
    for command in commands {
        let word = format!("`{command}`");
        let sentence = of_views.lines().find(|line| line.contains("of the [command-line tool](cli.md) read the same"));
        for place in [about.as_str(), table, sentence.expect("the sentence")] {
            assert!(place.contains(&word), "{word} is not in {place}");
        }
    }
}

#[test]
fn the_page_names_the_words_in_text_that_are_checked() {
    let page = page();
    let paragraph = page.split("checks only words in backticks that end in ").nth(1).expect("the paragraph");
    let endings = paragraph.split(", and whose part").next().expect("the endings").split('`').skip(1).step_by(2);
    let endings: Vec<&str> = endings.collect();
    assert_eq!(endings.len(), 10, "{endings:?}");
    let found = |name: &str| lint("storage-driver", "a.md", &format!("`{name}`\n")).len();
    for ending in endings {
        assert_eq!(found(&format!("rds_nothing{ending}")), 1, "{ending}");
        assert_eq!(found(&format!("other_nothing{ending}")), 0, "{ending}");
    }
    assert_eq!(found("rds_nothing_totl"), 0);
}
