//! The JSON of each command against its schema in `docs/schemas`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use boon::{Compiler, Schemas};
use serde_json::{Value, json};

use crate::support::{Folder, PROGRAMS, declarations, good, run, server};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("docs/schemas")
}

/// Forbids what the schema does not describe, which readers have to ignore and which the documentation has to name.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(entries) => {
            if entries.contains_key("properties") {
                entries.entry("additionalProperties").or_insert(json!(false));
            }
            entries.values_mut().for_each(closed);
        }
        Value::Array(items) => items.iter_mut().for_each(closed),
        _ => {}
    }
}

/// What the schema says about a value.
fn validate(name: &str, value: &Value) -> Result<(), String> {
    let path = folder().join(format!("{name}.schema.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut schema: Value = serde_json::from_str(&text).expect("JSON");
    closed(&mut schema);
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let location = format!("file:///{name}.schema.json");
    compiler.add_resource(&location, schema).expect("a new resource");
    let index = compiler.compile(&location, &mut schemas).unwrap_or_else(|error| panic!("{name}: {error:#}"));
    schemas.validate(value, index).map_err(|error| format!("{error:#}"))
}

/// The JSON that a command prints; it ends with 0 or 1.
fn printed<S: AsRef<str> + std::fmt::Debug>(arguments: &[S]) -> Value {
    let found = run(arguments);
    assert!(found.code < 2, "{arguments:?}: {found:?}");
    serde_json::from_str(&found.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {found:?}"))
}

const PROMETHEUS: &[(&str, &str)] = &[
    (
        "/api/v1/rules",
        r#"{"status":"success","data":{"groups":[{"name":"g","file":"r.yaml","rules":[{"name":"A","query":"rds_nothing","type":"alerting","health":"ok"}]}]}}"#,
    ),
    ("/api/v1/label/__name__/values", r#"{"status":"success","data":["up"]}"#),
    ("/api/v1/query", r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#),
];

/// An output for each schema, with as many of its parts as possible.
fn outputs() -> Vec<(&'static str, Value)> {
    let folder = Folder::new();
    let driver = declarations("storage-driver");
    let text = fs::read_to_string(&driver).expect("declarations");
    let page = folder.file("a.md", "```promql\nsum(rds_csi_nothing_total)\n```\n");
    let scrape = folder.file("a.txt", "# TYPE rds_csi_orphans_cleaned_total gauge\nrds_csi_orphans_cleaned_total 1\n");
    let other = folder.file("b.jsonl", &text.replace("orphans_cleaned", "orphans_removed").replace("99.9", "99.5"));
    folder.file("crate/Cargo.toml", "[package]\nname = \"a\"\n");
    folder.file(
        "crate/src/lib.rs",
        "#[instrumented]\nfn never() {}\npub fn plain() {}\npub async fn missing() -> Result<(), ()> { Ok(()) }\n",
    );
    folder.file("crate/src/broken.rs", "fn (");
    let root = format!("{}/crate", folder.path());
    let mut all = vec![
        ("lint", printed(&["lint", "--catalog", &driver, "--format", "json", &page])),
        ("verify", printed(&["verify", &scrape, "--catalog", &driver, "--format", "json"])),
        ("unused", printed(&["unused", "--prometheus", &server(PROMETHEUS), "--catalog", &driver, "--format", "json"])),
        ("diff", printed(&["diff", &driver, &other, "--format", "json"])),
        ("audit", printed(&["audit", &root, "--json"])),
    ];
    for program in PROGRAMS {
        all.push(("catalog", printed(&["catalog", &declarations(program)])));
        let text = fs::read_to_string(declarations(program)).expect("declarations");
        all.extend(text.lines().map(|line| ("declaration", serde_json::from_str(line).expect("JSON"))));
    }
    // Labels and families that the examples do not have.
    let more = r#"{"v":1,"declares":"operation","at":["m","Open","f.rs",1],"labels":[{"name":"user","open":3},{"name":"secret"}],"outcome":{"label":"outcome","finished":["ok","odd"],"classes":["ok","unknown"],"panic":"panic","cancelled":"cancelled","started":"started","never":["error"]},"calls":{"name":"opens_total","help":"Opens.","labels":3},"duration":{"name":"opens_seconds","help":"Opens.","labels":3,"outcome":true},"errors":{"name":"open_errors_total","help":"Errors.","labels":0,"label":"kind","kinds":["io"]},"peak":{"name":"opens_peak","help":"Peak.","labels":0},"native":{"schema":3,"classic":true},"buckets":[1.0],"sample":8}"#;
    all.push(("declaration", serde_json::from_str(more).expect("JSON")));
    let more = folder.file("more.jsonl", more);
    all.push(("catalog", printed(&["catalog", &more])));
    all.push(("catalog", printed(&["catalog", &more, &driver])));
    all
}

#[test]
fn every_output_is_valid_by_its_schema() {
    let outputs = outputs();
    for (name, value) in &outputs {
        validate(name, value).unwrap_or_else(|error| panic!("{name}: {error}\n{value:#}"));
    }
    // An output without findings or changes shows nothing.
    let of = |name: &str| &outputs.iter().find(|(known, _)| *known == name).expect("an output").1;
    for (name, list) in [
        ("lint", "/findings"),
        ("verify", "/findings"),
        ("verify", "/coverage/families"),
        ("unused", "/findings"),
        ("unused", "/families"),
        ("diff", "/changes"),
        ("audit", "/missing"),
        ("audit", "/unused"),
        ("audit", "/unreadable"),
    ] {
        let items = of(name).pointer(list).and_then(Value::as_array);
        assert!(items.is_some_and(|items| !items.is_empty()), "{name}{list}: {:#}", of(name));
    }
}

#[test]
fn a_missing_or_undescribed_field_is_reported() {
    for (name, value) in outputs() {
        let keys: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
        let mut more = value.clone();
        more["undescribed"] = json!(1);
        assert!(validate(name, &more).is_err(), "{name}");
        let version = if keys.contains(&"v".to_owned()) { "v" } else { "schema" };
        for wrong in [json!(2), Value::Null] {
            let mut other = value.clone();
            other[version] = wrong;
            assert!(validate(name, &other).is_err(), "{name}");
        }
    }
}

#[test]
fn the_page_lists_every_schema_and_every_command_that_writes_json() {
    let page = fs::read_to_string(folder().join("README.md")).expect("the page");
    let listed: BTreeSet<&str> =
        page.split('(').skip(1).filter_map(|rest| rest.split(')').next()?.strip_suffix(".schema.json")).collect();
    let files = fs::read_dir(folder())
        .expect("the folder")
        .flatten()
        .map(|entry| entry.file_name().into_string().expect("UTF-8"));
    let files: BTreeSet<String> =
        files.filter_map(|name| Some(name.strip_suffix(".schema.json")?.to_owned())).collect();
    assert_eq!(listed, files.iter().map(String::as_str).collect());
    let help = good(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    for command in commands
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|command| !matches!(*command, "" | "help"))
    {
        let help = good(&[command, "--help"]);
        if help.contains("--json") || help.contains("- json:") {
            assert!(listed.contains(command), "{command}");
        }
    }
}
