//! The catalogue: what is read, from where, and what comes out.

use serde_json::{Value, json};

use crate::support::{Folder, catalogue, declarations, good, run};

fn family<'a>(catalogue: &'a Value, name: &str) -> &'a Value {
    let families = catalogue["families"].as_array().expect("families");
    families.iter().find(|family| family["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

fn operation<'a>(catalogue: &'a Value, name: &str) -> &'a Value {
    let operations = catalogue["operations"].as_array().expect("operations");
    operations.iter().find(|operation| operation["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn a_family_contains_everything_that_the_code_declares() {
    let catalogue = catalogue("storage-driver");
    assert_eq!((&catalogue["schema"], &catalogue["program"]), (&json!(1), &json!("storage-driver")));
    let duration = family(&catalogue, "rds_csi_volume_operation_duration_seconds");
    assert_eq!(duration["kind"], "histogram");
    assert_eq!(duration["help"], "How long volume operations take.");
    assert_eq!(duration["unit"], "seconds");
    assert_eq!(duration["labels"], json!([{ "name": "operation", "values": ["create", "delete", "expand", "clone"] }]));
    assert_eq!(duration["buckets"], json!([0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0]));
    // Four operations, each with nine buckets, `+Inf`, a sum and a count.
    assert_eq!(duration["series"], 48);
    assert_eq!(duration["operations"], json!(["rds_csi_volume_operations"]));
    assert_eq!(duration["declared"][0]["file"], "examples/storage-driver/src/metrics.rs");
    let sites: Vec<_> =
        duration["sites"].as_array().unwrap().iter().map(|site| site["item"].as_str().unwrap()).collect();
    assert_eq!(sites, ["create", "delete", "expand", "clone_volume"]);
}

#[test]
fn the_families_of_an_operation_are_grouped() {
    let storage = catalogue("storage-driver");
    let migration = operation(&storage, "rds_csi_migration_migrations");
    assert_eq!(migration["calls"], "rds_csi_migration_migrations_total");
    assert_eq!(migration["duration"], "rds_csi_migration_duration_seconds");
    assert_eq!(migration["in_flight"], "rds_csi_migration_active_migrations");
    assert_eq!(
        migration["outcome"],
        json!({ "label": "result", "ok": ["success"], "error": ["failed", "timeout"], "panic": "failed", "cancelled": "failed" })
    );
    let warren = catalogue("orchestrator");
    let scheduling = operation(&warren, "warren_containers_scheduled");
    assert_eq!(
        (&scheduling["ok"], &scheduling["error"]),
        (&json!("warren_containers_scheduled_total"), &json!("warren_containers_failed_total"))
    );
    // The code says what each status means; a client that goes away is ignored.
    let api = &operation(&warren, "warren_api_requests")["outcome"];
    assert_eq!((&api["ok"], &api["error"]), (&json!(["200", "201", "204"]), &json!(["500", "503"])));
}

#[test]
fn labels_from_outside_have_a_cap_and_facts_are_facts() {
    let catalogue = catalogue("vm-manager");
    assert_eq!(
        family(&catalogue, "virtrigaud_vsphere_sessions_total")["labels"],
        json!([{ "name": "datacenter", "open": 100 }])
    );
    assert_eq!(family(&catalogue, "virtrigaud_vsphere_sessions_total")["series"], 101);
    assert_eq!(family(&catalogue, "virtrigaud_build_info")["kind"], "info");
    // Two operations count errors, each of its own component.
    let errors = family(&catalogue, "virtrigaud_errors_total");
    assert_eq!(errors["labels"][0], json!({ "name": "component", "values": ["manager", "provider"] }));
    assert_eq!(errors["operations"].as_array().unwrap().len(), 2);
}

#[test]
fn families_have_the_outcomes_that_their_functions_can_have() {
    let function = |item: &str, name: &str, fixed: &str, never: &str| {
        format!(
            r#"{{"v":1,"declares":"operation","at":["shop","{item}","src/lib.rs",3],"fixed":{fixed},"labels":[],"calls":{{"name":"{name}","help":"Calls.","labels":255}},"outcome":{{"label":"outcome","finished":["ok","error"],"classes":["ok","error"],"panic":"panic","cancelled":"cancelled","started":null,"never":{never}}},"buckets":[],"sample":1}}"#
        )
    };
    let lines = [
        function("a", "carts_total", "[]", r#"["error","cancelled"]"#),
        function("b", "carts_total", "[]", r#"["cancelled"]"#),
        function("c", "orders_total", "[]", r#"["error"]"#),
        function("d", "function_calls_total", r#"[["function","d"]]"#, r#"["error","cancelled"]"#),
        function("e", "function_calls_total", r#"[["function","e"]]"#, "[]"),
    ];
    let folder = Folder::new();
    let file = folder.file("shop.jsonl", &lines.join("\n"));
    let catalogue: Value = serde_json::from_str(&good(&["catalog", &file])).unwrap();
    let outcomes =
        |name: &str| family(&catalogue, name)["labels"].as_array().unwrap().last().unwrap()["values"].clone();
    assert_eq!(outcomes("carts_total"), json!(["ok", "error", "panic"]));
    assert_eq!(family(&catalogue, "carts_total")["series"], 3);
    assert_eq!(outcomes("orders_total"), json!(["ok", "panic", "cancelled"]));
    assert_eq!(outcomes("function_calls_total"), json!(["ok", "error", "panic", "cancelled"]));
    assert_eq!(family(&catalogue, "function_calls_total")["series"], 2 + 4);
    let carts = &operation(&catalogue, "carts")["outcome"];
    assert_eq!((&carts["error"], &carts["ignored"]), (&json!(["error", "panic"]), &Value::Null));
    assert_eq!(operation(&catalogue, "orders")["outcome"]["error"], json!(["panic"]));
    assert_eq!(operation(&catalogue, "function_calls")["outcome"]["ignored"], json!(["cancelled"]));
}

#[test]
fn the_tool_reads_its_own_output() {
    for program in crate::support::PROGRAMS {
        let written = good(&["catalog", &declarations(program)]);
        let folder = Folder::new();
        assert_eq!(good(&["catalog", &folder.file("catalogue.json", &written)]), written);
    }
}

#[test]
fn files_without_a_catalogue_are_refused_with_the_reason() {
    let folder = Folder::new();
    let newer = r#"{"v":2,"declares":"counter","at":["m","i","f",1]}"#;
    for (name, text, words) in [
        ("empty.jsonl", "", "it is empty"),
        ("text.txt", "hello", "unrecognised file"),
        ("newer.jsonl", newer, "a declaration of version 2, and this tool reads version 1"),
        ("newer.json", r#"{"schema":9,"program":"p","operations":[],"families":[]}"#, "a catalogue of schema 9"),
        ("damaged.json", r#"{"schema":1,"families":[{}]}"#, "missing field"),
    ] {
        let run = run(&["catalog", &folder.file(name, text)]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains("cannot read a catalogue from") && run.stderr.contains(words), "{run:?}");
    }
    let own = run(&["catalog", env!("CARGO_BIN_EXE_cargo-metrics-instrumented")]);
    assert!(
        own.stderr.contains(
            "it contains no declarations; check that the program uses metrics-instrumented, or let the program print it"
        ),
        "{own:?}"
    );
}

#[test]
fn several_catalogues_are_merged() {
    let text = good(&["catalog", &declarations("storage-driver"), &declarations("vm-manager"), "--program", "both"]);
    let both: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(both["program"], "both");
    family(&both, "rds_csi_volume_operations_total");
    family(&both, "virtrigaud_queue_depth");
}
