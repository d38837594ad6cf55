//! The page of the tool: what it shows is what the tool says.

use std::path::Path;
use std::process::Command;

#[test]
fn the_page_shows_what_the_commands_print() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tool is in the workspace");
    let page = std::fs::read_to_string(root.join("docs/cli.md")).expect("docs/cli.md");
    let blocks: Vec<&str> =
        page.split("```console\n").skip(1).map(|rest| rest.split("```").next().expect("a block ends")).collect();
    assert!(blocks.len() > 3, "{blocks:?}");
    for block in blocks {
        let (command, shown) = block.split_once('\n').expect("a command and what it prints");
        let words = command.strip_prefix("$ cargo ").unwrap_or_else(|| panic!("`{command}` is not a cargo command"));
        let words: Vec<&str> = words.split_whitespace().map(|word| word.trim_matches('\'')).collect();
        let mut tool = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
        let output = tool.args(&words).current_dir(root).output().expect("the tool starts");
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        // `...` in the page stands for any lines.
        let mut rest = printed.as_str();
        for part in shown.split("...\n") {
            let at = rest.find(part).unwrap_or_else(|| panic!("`{command}` prints\n{printed}\nand not\n{part}"));
            rest = &rest[at + part.len()..];
        }
    }
}
