//! One program whose declarations contradict each other: its `install()` fails.

use crate::support::{Folder, run};

fn metric(declares: &str, item: &str, labels: &str, more: &str) -> String {
    format!(
        r#"{{"v":1,"declares":"{declares}","at":["shop","{item}","src/{item}.rs",3],"labels":[{labels}],"family":{{"name":"shop_orders","help":"Orders.","labels":255}}{more}}}"#
    )
}

fn operation(item: &str, fixed: &str, labels: &str, more: &str) -> String {
    format!(
        r#"{{"v":1,"declares":"operation","at":["shop","{item}","src/{item}.rs",3],"fixed":[{fixed}],"labels":[{labels}],"calls":{{"name":"orders_total","help":"{item}.","labels":255}}{more}}}"#
    )
}

const TIER: &str = r#"{"name":"tier","values":["gold"]}"#;

#[test]
fn declarations_of_one_family_that_differ_are_an_error_that_names_both_places() {
    let folder = Folder::new();
    let idle = |seconds: &str| format!(r#"{{"name":"user","open":9{seconds}}}"#);
    let promising = |percent: &str| format!(r#","objective":{{"success":{percent},"latency":null}}"#);
    for (first, second, expected) in [
        (
            metric("counter", "A", "", ""),
            metric("gauge", "B", "", ""),
            "`shop_orders`: different kinds: counter @; gauge #",
        ),
        (
            metric("gauge", "A", TIER, ""),
            metric("gauge", "B", "", ""),
            "`shop_orders`: different labels: `tier` @; none #",
        ),
        (
            metric("histogram", "A", "", r#","buckets":[0.1,1.0]"#),
            metric("histogram", "B", "", r#","buckets":[0.1,2.0]"#),
            "`shop_orders`: different buckets: 0.1, 1 @; 0.1, 2 #",
        ),
        (
            metric("counter", "A", &idle(""), ""),
            metric("counter", "B", &idle(r#","idle":600"#), ""),
            "`shop_orders`: different `idle`: none @; 600 for `user` #",
        ),
        (
            operation("A", "", TIER, ""),
            operation("B", "", "", ""),
            "`orders_total`: different labels: `tier` @; none #",
        ),
        (
            operation("A", "", "", &promising("99.9")),
            operation("B", "", "", &promising("99.0")),
            "`orders`: different objectives: 99.9 % of the calls succeed @; 99 % of the calls succeed #",
        ),
    ] {
        let expected = expected.replace('@', "by `A` at src/A.rs:3").replace('#', "by `B` at src/B.rs:3");
        // The order of the lines does not matter.
        for text in [[first.as_str(), &second].join("\n"), [second.as_str(), &first].join("\n")] {
            let source = folder.file("shop.jsonl", &text);
            for command in [
                &["catalog", &source][..],
                &["docs", &source],
                &["rules", &source],
                &["lint", "--catalog", &source, "x.md"],
            ] {
                let refused = run(command);
                assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{expected}: {refused:?}");
                let head = format!(
                    "error: cannot read a catalogue from {source}: declarations of one family differ, so `install()` fails, too; give the family one \
                     declaration, or different names:\n  {expected}\n"
                );
                assert_eq!(refused.stderr, head);
            }
        }
    }
}

#[test]
fn functions_that_share_a_family_may_have_different_labels() {
    let folder = Folder::new();
    let of = |name: &str, labels: &str| operation(name, &format!(r#"["function","{name}"]"#), labels, "");
    // Only one of them has an objective, and their HELP differs.
    let promising = operation("C", r#"["function","C"]"#, "", r#","objective":{"success":99.9,"latency":null}"#);
    let source = folder.file("shop.jsonl", &[of("A", TIER), of("B", ""), promising].join("\n"));
    assert_eq!(run(&["catalog", &source]).code, 0, "{:?}", run(&["catalog", &source]));
}
