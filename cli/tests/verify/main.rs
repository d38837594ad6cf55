//! `verify`: a program that serves its metrics, and what the tool says about it and about scrapes that were changed by hand.

#![forbid(unsafe_code)]

mod input;
mod mutations;
mod protobuf;

use std::fs;
use std::io::Write;
use std::process::{Command, Output};
use std::sync::OnceLock;

use metrics_instrumented::Handle;
use metrics_instrumented::{Counter, Gauge, Histogram, LabelValue, Open, Operation, instrumented};
use serde_json::Value;
use tempfile::TempDir;

use crate::mutations::{Mutation, OPEN_METRICS, TEXT};

metrics_instrumented::build_info!("shop_build_info", version);

/// How a customer pays.
#[derive(LabelValue, Clone, Copy)]
enum Payment {
    Card,
    Invoice,
}

/// Orders placed.
#[derive(Operation)]
#[operation(name = "shop_orders", buckets = [0.1, 0.5, 1.0])]
struct Order {
    payment: Payment,
}

/// Customers greeted, by town.
#[derive(Counter)]
#[counter(name = "shop_greetings_total")]
struct Greetings<'a> {
    #[label(max = 3)]
    town: Open<'a>,
}

/// Parcels on the shelf.
#[derive(Gauge)]
#[gauge(name = "shop_shelf_parcels")]
struct Shelf;

/// Weights of parcels.
#[derive(Histogram)]
#[histogram(name = "shop_parcel_weight_grams", buckets = [100.0, 1000.0])]
struct Weight;

/// Heights of parcels.
#[derive(Histogram)]
#[histogram(name = "shop_parcel_height_meters", buckets = native(factor = 1.1))]
struct Height;

/// Depths of parcels.
#[derive(Histogram)]
#[histogram(name = "shop_parcel_depth_meters", buckets = native(factor = 2, classic = [0.5, 1.0]))]
struct Depth;

/// How far parcels are off their place.
#[derive(Histogram)]
#[histogram(name = "shop_parcel_offset_meters", buckets = [-0.5, 0.5])]
struct Offset;

#[instrumented(Order { payment })]
fn order(payment: Payment, fails: bool) -> Result<(), ()> {
    if fails { Err(()) } else { Ok(()) }
}

#[instrumented]
fn lock_up() -> Payment {
    Payment::Invoice
}

/// The door of the shop.
struct Door;

#[instrumented]
impl Door {
    fn open(key: u8) -> Result<(), u8> {
        if key == 7 { Ok(()) } else { Err(key) }
    }
}

/// The program: its catalogue, both formats of its scrape, its address.
struct Shop {
    folder: TempDir,
    handle: Handle,
    url: String,
}

fn shop() -> &'static Shop {
    static SHOP: OnceLock<Shop> = OnceLock::new();
    SHOP.get_or_init(|| {
        let exporter = metrics_instrumented::exporter().listen("127.0.0.1:0").bearer_token("secret");
        let handle = exporter.global_label("region", "north").install().expect("the exporter starts");
        order(Payment::Card, false).expect("it succeeds");
        order(Payment::Card, true).expect_err("it fails");
        let _ = lock_up();
        Door::open(7).expect("the right key");
        for town in ["Ulm", "Bonn"] {
            Greetings { town: Open::new(town) }.increment(1);
        }
        Shelf.set(3.0);
        Weight.record(250.0);
        for meters in [0.0, 0.1, 0.1, 0.7, 3.0] {
            Height.record(meters);
            Depth.record(meters);
        }
        Offset.record(-0.75);
        let url = format!("http://{}/metrics", handle.local_addr().expect("it listens"));
        let folder = tempfile::tempdir().expect("a temporary directory");
        fs::write(folder.path().join("shop.jsonl"), metrics_instrumented::catalog()).expect("the catalogue is written");
        Shop { folder, handle, url }
    })
}

fn tool(arguments: &[&str]) -> Output {
    let catalogue = shop().folder.path().join("shop.jsonl");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
    command.arg("verify").args(arguments).arg("--catalog").arg(catalogue).output().expect("the tool starts")
}

fn file(text: &str) -> String {
    let mut file = tempfile::NamedTempFile::new_in(shop().folder.path()).expect("a file");
    file.write_all(text.as_bytes()).expect("it is written");
    file.keep().expect("it stays").1.display().to_string()
}

/// The exit code, and the rules and messages that were found in a scrape.
fn verify(text: &str) -> (i32, Vec<(String, String)>) {
    let output = tool(&[&file(text), "--format", "json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let findings = said["findings"].as_array().expect("an array");
    let found = findings.iter().map(|one| (text(&one["rule"]), text(&one["message"]))).collect();
    (output.status.code().expect("not ended by a signal"), found)
}

#[test]
fn the_program_serves_what_its_code_declares() {
    let shop = shop();
    for text in [shop.handle.render(), shop.handle.render_openmetrics()] {
        assert_eq!(verify(&text), (0, Vec::new()), "{text}");
    }
}

fn each_is_found_alone(text: &str, mutations: &[Mutation]) {
    assert_eq!(verify(text), (0, Vec::new()), "{text}");
    for (from, to, rule, words) in mutations {
        assert!(text.contains(from), "`{from}` is not in\n{text}");
        let (code, found) = verify(&text.replace(from, to));
        assert!(!found.is_empty() && found.iter().all(|(known, _)| known == rule), "{from}: {found:#?}");
        assert!(found.iter().any(|(_, message)| message.contains(words)), "{from}: {found:#?}");
        assert_eq!(code, i32::from(!["wrong-help", "unrecorded-family"].contains(rule)), "{from}");
    }
}

#[test]
fn a_mutation_of_the_text_format_is_the_only_finding() {
    each_is_found_alone(&shop().handle.render(), TEXT);
}

#[test]
fn a_mutation_of_open_metrics_is_the_only_finding() {
    each_is_found_alone(&shop().handle.render_openmetrics(), OPEN_METRICS);
}

/// A family at zero that is declared with few series is there from the start.
#[test]
fn a_family_without_any_line_is_missing() {
    let text = shop().handle.render();
    let without: String = text.split_inclusive('\n').filter(|line| !line.contains("shop_orders_in_flight")).collect();
    let (code, found) = verify(&without);
    assert_eq!((code, found.len()), (1, 1), "{found:?}");
    assert_eq!(found[0].0, "missing-family");
    let without: String = text.split_inclusive('\n').filter(|line| !line.contains("shop_greetings")).collect();
    let (code, found) = verify(&without);
    assert_eq!((code, found.len()), (0, 1), "an open label has no series before the first call: {found:?}");
    assert_eq!(found[0].0, "unrecorded-family");
}

#[test]
fn coverage_counts_series_that_recorded_something() {
    let path = file(&shop().handle.render());
    let output = tool(&[&path, "--format", "json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let families = said["coverage"]["families"].as_array().unwrap();
    let orders = families.iter().find(|family| family["name"] == "shop_orders_total").unwrap();
    assert_eq!((&orders["declared"], &orders["recorded"]), (&8.into(), &2.into()), "{orders:#}");
    assert!(
        orders["unrecorded"]
            .as_array()
            .unwrap()
            .contains(&r#"shop_orders_total{outcome="ok",payment="Invoice"}"#.into())
    );
    let calls = families.iter().find(|family| family["name"] == "function_calls_total").unwrap();
    let unrecorded: Vec<&str> = calls["unrecorded"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let expected = [
        r#"function_calls_total{function="Door::open",module="verify",outcome="error"}"#,
        r#"function_calls_total{function="Door::open",module="verify",outcome="panic"}"#,
        r#"function_calls_total{function="lock_up",module="verify",outcome="panic"}"#,
    ];
    assert_eq!(unrecorded, expected, "no call of `lock_up` can fail");
    // In OpenMetrics, this one has no count, because of its bound below 0.
    let open = tool(&[&file(&shop().handle.render_openmetrics()), "--format", "json"]);
    let said: Value = serde_json::from_slice(&open.stdout).unwrap();
    let families = said["coverage"]["families"].as_array().unwrap();
    assert_eq!(families.iter().find(|family| family["name"] == "shop_parcel_offset_meters").unwrap()["recorded"], 1);
    let short = tool(&[&path, "--min-coverage", "99"]);
    assert_eq!(short.status.code(), Some(1));
    let said = String::from_utf8(short.stderr).unwrap();
    assert!(said.contains("% of the declared series recorded, below the required 99 %"), "{said}");
    assert_eq!(tool(&[&path, "--min-coverage", "10"]).status.code(), Some(0));
}

#[test]
fn allowed_names_are_not_reported() {
    let text = shop().handle.render() + "other_total 1\n";
    let path = file(&text);
    assert_eq!(tool(&[&path]).status.code(), Some(1));
    let output = tool(&[&path, "--allow", "other_*"]);
    assert!(output.status.success(), "{output:?}");
    let output = tool(&[&path, "--allow", "other_*", "--allow", "shop_orders_*", "--format", "json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let families = said["coverage"]["families"].as_array().unwrap();
    assert!(
        families.iter().all(|family| !family["name"].as_str().unwrap().starts_with("shop_orders_")),
        "{families:#?}"
    );
    assert!(families.iter().any(|family| family["name"] == "function_calls_total"), "{families:#?}");
    // In the text format, counters of other programs may be called without `_total`.
    let path = file(&(text + "# TYPE requests counter\nrequests{code=\"200\"} 1\n"));
    let output = tool(&[&path, "--allow", "other_*", "--allow", "requests"]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn machines_get_sarif_and_annotations() {
    let path = file(&shop().handle.render().replace(r#"outcome="error""#, r#"outcome="eror""#));
    let sarif: Value = serde_json::from_slice(&tool(&[&path, "--format", "sarif"]).stdout).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "undeclared-value");
    let said = String::from_utf8(tool(&[&path, "--format", "github"]).stdout).unwrap();
    assert!(said.starts_with("::error file=") && said.contains("title=undeclared-value::"), "{said}");
}

#[test]
fn a_compressed_scrape_is_read() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(shop().handle.render().as_bytes()).unwrap();
    let path = shop().folder.path().join("scrape.txt.gz");
    fs::write(&path, encoder.finish().unwrap()).unwrap();
    assert_eq!(tool(&[path.to_str().unwrap()]).status.code(), Some(0));
}

#[test]
fn both_variables_of_credentials_may_be_set_and_arguments_take_precedence() {
    let shop = shop();
    let verify = |more: &[&str], token: &str, pair: &str| {
        let catalogue = shop.folder.path().join("shop.jsonl");
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
        command.args(["verify", &shop.url, "--catalog"]).arg(catalogue).args(more);
        command.env("METRICS_INSTRUMENTED_BEARER_TOKEN", token).env("METRICS_INSTRUMENTED_BASIC_AUTH", pair);
        let output = command.output().expect("the tool starts");
        (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    assert_eq!(verify(&[], "secret", "").0, Some(0));
    assert_eq!(verify(&[], "secret", "user:password").0, Some(0), "{:?}", verify(&[], "secret", "user:password"));
    assert_eq!(verify(&["--bearer-token", "secret"], "wrong", "user:password").0, Some(0));
    for (arguments, token, pair) in [(&["--basic-auth", "a:b"][..], "secret", ""), (&[], "", "user:password")] {
        let (code, said) = verify(arguments, token, pair);
        assert!(code == Some(2) && said.contains("the server answers 401"), "{said}");
    }
    let (code, said) = verify(&["--bearer-token", "secret", "--basic-auth", "a:b"], "", "");
    assert!(code == Some(2) && said.contains("'--bearer-token <TOKEN>' cannot be used with '--basic-auth"), "{said}");
}
