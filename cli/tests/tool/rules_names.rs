//! Names in generated files.

use crate::generated::{check, operation};
use crate::support::{Folder, good, yaml};

#[test]
fn a_program_named_like_one_of_its_operations_has_its_own_group() {
    let (rules, _) = check(&operation("orders"), "{}", &["--program", "orders", "--all-alerts"]);
    assert!(rules.contains("- name: orders (program)\n") && rules.contains("- name: orders\n"), "{rules}");
}

#[test]
fn operations_whose_names_differ_only_in_their_spelling_have_different_alerts() {
    let (rules, _) = check(&(operation("fooBar") + &operation("foo_bar")), "{}", &["--all-alerts"]);
    assert!(rules.contains("alert: FooBarSlow\n") && rules.contains("alert: FooBarSlow2\n"), "{rules}");
}

#[test]
fn kubernetes_objects_have_names_that_kubernetes_accepts() {
    let folder = Folder::new();
    let catalogue = folder.file("svc.jsonl", &operation("orders"));
    let long = "Long_".repeat(20);
    for (program, name) in [
        ("My_Svc", "my-svc"),
        ("shop.api", "shop.api"),
        ("_shop_.-api-", "shop.api"),
        ("läden & co", "l-den---co"),
        ("___", "program"),
        (long.as_str(), "long-long-long-long-long-long-long-long-long-long-long-long-lon"),
    ] {
        for command in [&["servicemonitor"][..], &["rules", "--kind", "kubernetes"]] {
            let object = yaml(&good(&[command, &[&catalogue, "--program", program]].concat()));
            assert_eq!(object["metadata"]["name"], name, "{program}");
        }
    }
}
