//! Registries of semantic conventions: what is written is valid by the published schema, and what is imported from published conventions compiles and
//! declares the same metrics.

#![forbid(unsafe_code)]

mod reserved;
mod schema;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

use metrics_instrumented::{Histogram, Open, Operation};
use serde_json::Value;

use crate::schema::{validate, yaml};

const PROGRAMS: [&str; 4] = ["orchestrator", "storage-driver", "vm-manager", "volume-operator"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tool is in the workspace").to_owned()
}

fn conventions(names: &[&str]) -> Vec<String> {
    let folder = root().join("cli/tests/fixtures/semconv");
    names.iter().map(|name| folder.join(format!("{name}.yaml")).display().to_string()).collect()
}

fn tool<S: AsRef<str>>(arguments: &[S]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
    command.args(arguments.iter().map(AsRef::as_ref)).output().expect("the tool starts")
}

#[track_caller]
fn good<S: AsRef<str>>(arguments: &[S]) -> String {
    let output = tool(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Ferries, by harbour.
#[derive(Operation)]
#[operation(duration = "ferry_duration_seconds", buckets = native(factor = 1.1))]
struct Ferry<'a> {
    #[label(max = 7, idle = 600)]
    harbour: Open<'a>,
    is_full: bool,
}

/// Loads.
#[derive(Histogram)]
#[histogram(name = "ferry_load_grams", buckets = native(factor = 1.003, classic = [10.0, 1000.0]))]
struct Load;

/// Weights.
#[derive(Histogram)]
#[histogram(name = "ferry_weight_grams", buckets = native(factor = 65536))]
struct Weight;

/// Buckets, caps and expiry: what only the annotations of this tool contain.
fn details(catalogue: &Value) -> BTreeMap<String, Value> {
    let families = catalogue["families"].as_array().unwrap().iter();
    let detail = |family: &Value| serde_json::json!([family["native"], family["buckets"], family["labels"]]);
    families.map(|family| (family["name"].as_str().unwrap().to_owned(), detail(family))).collect()
}

/// A metric of a catalogue: its kind, and the values of its labels; nothing, if any value is possible.
type Metric = (String, BTreeMap<String, Option<BTreeSet<String>>>);

fn metrics(catalogue: &Value) -> BTreeMap<String, Metric> {
    let strings =
        |value: &Value| value.as_array().map(|all| all.iter().map(|one| one.as_str().unwrap().to_owned()).collect());
    let labels = |family: &Value| {
        let labels = family["labels"].as_array().unwrap().iter();
        labels.map(|label| (label["name"].as_str().unwrap().to_owned(), strings(&label["values"]))).collect()
    };
    let families = catalogue["families"].as_array().unwrap().iter();
    families
        .map(|family| {
            let kind = family["kind"].as_str().unwrap().replace("info", "gauge");
            (family["name"].as_str().unwrap().to_owned(), (kind, labels(family)))
        })
        .collect()
}

/// Compiles modules in a program of their own, and returns the catalogue of each, as the linked program prints it.
fn compiled(modules: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    // The target folder is shared, and a second build replaces the programs of the first.
    static LOCK: Mutex<()> = Mutex::new(());
    let _lock = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().unwrap();
    let root = root();
    let runtime = root.join("runtime").display().to_string();
    fs::create_dir_all(folder.path().join("src/bin")).unwrap();
    fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let manifest = format!(
        "[package]\nname = \"imported\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         metrics-instrumented = {{ path = {runtime:?}, default-features = false, features = [\"catalog\"] }}\n\
         [lints.rust]\nwarnings = \"deny\"\n[profile.dev]\ndebug = false\n"
    );
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    for (name, text) in modules {
        // An operation that no code begins is not linked.
        let operations = text.split("#[derive(Operation)]").skip(1).filter_map(|rest| {
            let declared = rest.split("pub struct ").nth(1)?;
            let name = declared.split(['<', ' ', ';']).next()?;
            let lifetime = if declared.starts_with(&format!("{name}<")) { "<'static>" } else { "" };
            Some(format!("linked::<{name}{lifetime}>();"))
        });
        let operations: String = operations.collect();
        let main = format!(
            "#![allow(dead_code)]\n{text}\n\
             fn linked<T: metrics_instrumented::Operation>() {{ std::hint::black_box(T::start as fn(T) -> _); }}\n\
             fn main() {{ {operations} print!(\"{{}}\", metrics_instrumented::catalog()); }}\n"
        );
        fs::write(folder.path().join(format!("src/bin/imported-{name}.rs")), main).unwrap();
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages");
    let built = Command::new(cargo)
        .args(["build", "--offline", "--bins", "--quiet"])
        .current_dir(folder.path())
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let catalogue = |name: &String| {
        let printed = Command::new(target.join("debug").join(format!("imported-{name}"))).output().unwrap();
        let file = folder.path().join(format!("{name}.jsonl"));
        fs::write(&file, printed.stdout).unwrap();
        let catalogue = good(&["catalog", file.to_str().unwrap()]);
        (name.clone(), serde_json::from_str(&catalogue).unwrap())
    };
    modules.keys().map(catalogue).collect()
}

fn registry_of(program: &str) -> String {
    let declarations = root().join(format!("examples/{program}/docs/{program}.jsonl"));
    good(&["catalog", declarations.to_str().unwrap(), "--format", "weaver"])
}

#[test]
fn the_published_schema_accepts_what_is_written() {
    for program in PROGRAMS {
        let text = registry_of(program);
        validate(&yaml(&text)).unwrap_or_else(|error| panic!("{program}: {error}\n{text}"));
        // The schema is one that refuses something.
        let mut wrong = yaml(&text);
        wrong["groups"][1]["instrument"] = "thermometer".into();
        validate(&wrong).unwrap_err();
    }
}

#[test]
fn the_published_conventions_are_valid_by_the_schema_of_the_test() {
    for file in
        conventions(&["http-metrics", "http-registry", "error-registry", "url-registry", "db-metrics", "rpc-registry"])
    {
        validate(&yaml(&fs::read_to_string(&file).unwrap())).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

#[test]
fn imported_declarations_compile_and_declare_what_the_registry_says() {
    let http = conventions(&[
        "http-metrics",
        "http-registry",
        "http-common",
        "error-registry",
        "url-registry",
        "network-registry",
        "server-registry",
        "client-registry",
        "user-agent-registry",
    ]);
    let all = fs::read_dir(root().join("cli/tests/fixtures/semconv")).unwrap();
    let mut all: Vec<String> = all
        .map(|entry| entry.unwrap().path().display().to_string())
        .filter(|path| path.strip_suffix(".yaml").is_some())
        .collect();
    all.sort();
    let folder = tempfile::tempdir().unwrap();
    let mut modules = BTreeMap::from([
        ("http".to_owned(), good(&[&["import".to_owned()], &http[..]].concat())),
        ("all".to_owned(), good(&[&["import".to_owned(), "--opt-in".to_owned()], &all[..]].concat())),
    ]);
    for program in PROGRAMS {
        let file = folder.path().join("registry.yaml");
        fs::write(&file, registry_of(program)).unwrap();
        modules.insert(program.to_owned(), good(&["import", file.to_str().unwrap()]));
    }
    let own = folder.path().join("own.jsonl");
    fs::write(&own, metrics_instrumented::catalog()).unwrap();
    let own = own.to_str().unwrap();
    let file = folder.path().join("own.yaml");
    fs::write(&file, good(&["catalog", own, "--format", "weaver"])).unwrap();
    validate(&yaml(&fs::read_to_string(&file).unwrap())).unwrap();
    modules.insert("own".to_owned(), good(&["import", file.to_str().unwrap()]));
    let catalogues = compiled(&modules);
    let before: Value = serde_json::from_str(&good(&["catalog", own])).unwrap();
    assert_eq!(details(&catalogues["own"]), details(&before));
    assert_eq!(before["families"].as_array().unwrap().len(), 3);
    // The declarations are linked.
    Ferry { harbour: Open::new("a"), is_full: true }.start().ok();
    Load.record(1);
    Weight.record(1);

    let http = metrics(&catalogues["http"]);
    let (kind, labels) = &http["http_server_request_duration_seconds"];
    assert_eq!(kind, "histogram");
    let methods = labels["http_request_method"].as_ref().unwrap();
    assert!(["CONNECT", "GET", "_OTHER", "QUERY"].iter().all(|method| methods.contains(*method)), "{methods:?}");
    let names: Vec<&str> = labels.keys().map(String::as_str).collect();
    let expected = [
        "error_type",
        "http_request_method",
        "http_response_status_code",
        "http_route",
        "network_protocol_name",
        "network_protocol_version",
        "url_scheme",
    ];
    assert_eq!(names, expected);
    assert_eq!(http["http_client_open_connections"].0, "gauge");
    assert!(http.contains_key("http_server_request_body_size_bytes"), "{:?}", http.keys());

    // What each published metric is called in Prometheus, and what it is.
    let all = metrics(&catalogues["all"]);
    for (name, kind) in [
        ("db_client_operation_duration_seconds", "histogram"),
        ("db_client_response_returned_rows", "histogram"),
        ("db_client_connections", "gauge"),
        ("rpc_server_call_duration_seconds", "histogram"),
        ("system_cpu_utilization_ratio", "gauge"),
        ("system_disk_io_bytes_total", "counter"),
        ("hw_energy_joules_total", "counter"),
        ("hw_battery_charge_ratio", "gauge"),
    ] {
        assert_eq!(all.get(name).map(|(kind, _)| kind.as_str()), Some(kind), "{name}: {:?}", all.keys());
    }
    assert!(all.len() > 60, "{}", all.len());

    // There and back: names, kinds, labels and values of the four examples.
    for program in PROGRAMS {
        let declarations = root().join(format!("examples/{program}/docs/{program}.jsonl"));
        let before: Value = serde_json::from_str(&good(&["catalog", declarations.to_str().unwrap()])).unwrap();
        let (before, after) = (metrics(&before), metrics(&catalogues[program]));
        let kinds = |all: &BTreeMap<String, Metric>| -> Vec<(String, String)> {
            all.iter().map(|(name, (kind, _))| (name.clone(), kind.clone())).collect()
        };
        assert_eq!(kinds(&after), kinds(&before), "{program}");
        for (name, (_, labels)) in &before {
            let closed = |labels: &BTreeMap<String, Option<BTreeSet<String>>>| -> BTreeMap<String, BTreeSet<String>> {
                let listed = labels.iter().filter_map(|(name, values)| Some((name.clone(), values.clone()?)));
                // A single value is not an enum.
                listed.filter(|(_, values)| values.len() > 1).collect()
            };
            let (_, after) = &after[name];
            assert_eq!(after.keys().collect::<Vec<_>>(), labels.keys().collect::<Vec<_>>(), "{program}: {name}");
            assert_eq!(closed(after), closed(labels), "{program}: {name}");
        }
    }
}

#[test]
fn a_file_that_is_not_a_registry_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    for (content, expected) in [
        ("", "is not a registry"),
        ("groups: 1\n", "is not a registry"),
        ("groups: []\n", "it has no metrics that can be declared"),
        ("groups:\n  - [\n", "line "),
        ("file_format: definition/7\n", "unknown `file_format: definition/7`"),
    ] {
        let file = folder.path().join("registry.yaml");
        fs::write(&file, content).unwrap();
        let output = tool(&["import", file.to_str().unwrap()]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.code() == Some(2) && said.contains(expected) && said.lines().count() == 1,
            "{content}: {said}"
        );
    }
}
