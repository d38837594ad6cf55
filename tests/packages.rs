//! The packages in `packages/`, as users have them: other editions, another name for the dependency, a library without an exporter, and
//! applications with exporters of all kinds. Each is built and run; what it exposes is read here.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::net::UdpSocket;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Once;
use std::time::{Duration, Instant};

use metrics_instrumented_test_support::{process::Program, prometheus::promtool};
use metrics_instrumented_tests::{Calls, Exposition, Kind};

/// Where their builds go, apart from this workspace's and shared among them.
const TARGET: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/packages");

fn cargo(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO"));
    command
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/packages"))
        .env("CARGO_TARGET_DIR", TARGET)
        .args(arguments);
    // They are built as a user builds them, whatever this very test was built for.
    for variable in ["CARGO_BUILD_TARGET", "CARGO_PROFILE_DEV_DEBUG", "RUSTFLAGS"] {
        command.env_remove(variable);
    }
    command.output().expect("cargo runs")
}

/// What cargo writes to its standard output, which has to work.
#[track_caller]
fn output(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = cargo(arguments);
    assert!(status.success(), "cargo {}: {status}\n{}", arguments.join(" "), String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("text")
}

/// Packages that are built at once: cargo gives the library the features that one of them asks for. In all groups, other crates have the features
/// that `unified` asks for, so that they are built once.
const GROUPS: [&[&str]; 3] = [
    // The library without the exporter.
    &["debugging", "dogstatsd", "own_builder"],
    // With the exporter and nothing else.
    &["application", "bridges", "edition2015", "edition2018", "edition2021", "mocked", "two_versions"],
    // As it is by default.
    &["defaulted", "from_autometrics", "renamed"],
];

/// Cargo's words for packages and `unified`.
fn with_unified<'a>(command: &[&'a str], packages: &[&'a str]) -> Vec<&'a str> {
    let selected = packages.iter().chain(&["unified"]).flat_map(|package| ["--package", package]);
    command.iter().copied().chain(["--quiet"]).chain(selected).collect()
}

/// A program of one of the packages, built.
#[track_caller]
fn program(package: &str, name: &str) -> PathBuf {
    static BUILT: [Once; GROUPS.len()] = [const { Once::new() }; GROUPS.len()];
    let group = GROUPS.iter().position(|group| group.contains(&package)).expect("a package of a group");
    BUILT[group].call_once(|| drop(output(&with_unified(&["build"], GROUPS[group]))));
    PathBuf::from(TARGET).join("debug").join(name)
}

/// What one of its programs prints.
#[track_caller]
fn run_program(package: &str, name: &str) -> String {
    let Output { status, stdout, stderr } = Command::new(program(package, name)).output().expect("it starts");
    assert!(status.success(), "{name}: {status}\n{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("text")
}

/// What a package prints when it is run.
#[track_caller]
fn run(package: &str) -> String {
    run_program(package, package)
}

/// The exposition that a package prints when it is run.
#[track_caller]
fn exposition(package: &str) -> Exposition {
    let text = run(package);
    Exposition::parse(&text).unwrap_or_else(|error| panic!("{package}: {error}\n{text}"))
}

/// The names of the packages that a package is built with.
fn dependencies(package: &str) -> BTreeSet<String> {
    let tree = output(&["tree", "--quiet", "--package", package, "--edges", "normal,build", "--prefix", "none"]);
    tree.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn the_code_of_the_guides_for_other_crates_runs() {
    let text = output(&with_unified(&["test", "--doc"], &["guides"]));
    assert!(text.contains("12 passed"), "{text}");
}

const EXPORTER: [&str; 3] = ["tokio", "hyper", "hashbrown"];

#[test]
fn a_library_that_only_annotates_does_not_depend_on_the_exporter() {
    let library = dependencies("billing");
    assert!(library.contains("metrics-instrumented") && library.contains("metrics"), "{library:?}");
    for package in EXPORTER {
        assert!(!library.contains(package), "{package} is among {library:?}");
    }
    output(&["build", "--quiet", "--package", "billing"]);
    // Otherwise the check above would prove nothing.
    let application = dependencies("application");
    assert!(EXPORTER.iter().all(|package| application.contains(*package)), "{application:?}");
}

/// The library's metrics, after the work that every application has it do.
#[track_caller]
fn assert_billing(exposition: &Exposition) {
    let method = |method| [("method", method)];
    assert_eq!(Calls::of(exposition, "billing_charges", &method("Card")), Calls { ok: 2, ..Calls::NONE });
    assert_eq!(Calls::of(exposition, "billing_charges", &method("Invoice")), Calls { error: 1, ..Calls::NONE });
    let durations = exposition.histogram("billing_charges_duration_seconds", &method("Card"));
    assert_eq!(durations.buckets, [(0.5, 2), (1.0, 2), (f64::INFINITY, 2)]);
    assert_eq!(exposition.value("billing_open", &[]), Some(3.0));
    assert_eq!(Calls::of(exposition, "billing_refunds", &[]), Calls::NONE);
    for (family, kind, help) in [
        ("billing_charges_total", Kind::Counter, "Charges of customers."),
        ("billing_refunds_in_flight", Kind::Gauge, "Refunds of customers; no application here makes any."),
        ("billing_open", Kind::Gauge, "Charges that are not settled."),
    ] {
        let family = exposition.family(family);
        assert_eq!((family.kind, family.help.as_deref()), (kind, Some(help)));
    }
}

#[test]
fn an_application_with_our_exporter_shows_the_library_s_metrics() {
    let exposition = exposition("application");
    assert_billing(&exposition);
    let info = &exposition.family("build_info").samples[0].labels;
    assert_eq!((info["package"].as_str(), info["version"].as_str()), ("application", "1.2.3"));
}

#[test]
fn an_application_with_its_own_prometheus_exporter_exposes_the_same_metrics() {
    assert_billing(&exposition("own_builder"));
}

#[test]
fn any_recorder_of_the_facade_receives_the_same_metrics() {
    let lines = run("debugging");
    let lines: BTreeSet<&str> = lines.lines().collect();
    for line in [
        "billing_charges_total method:Card,outcome:ok 2",
        "billing_charges_total method:Invoice,outcome:error 1",
        "billing_charges_duration_seconds method:Card 2 values",
        "billing_charges_in_flight method:Card 0",
        "billing_open  3",
    ] {
        assert!(lines.contains(line), "no `{line}` in {lines:#?}");
    }
}

#[test]
fn a_dogstatsd_agent_receives_the_same_metrics() {
    let agent = UdpSocket::bind("127.0.0.1:0").unwrap();
    agent.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let address = agent.local_addr().unwrap().to_string();
    let _program = Program::start(program("dogstatsd", "dogstatsd"), &[&address]);
    let mut missing = BTreeSet::from([
        "billing_charges_total:2|c|#method:Card,outcome:ok",
        "billing_charges_total:1|c|#method:Invoice,outcome:error",
        "billing_charges_in_flight:0.0|g|#method:Card",
        "billing_open:3.0|g",
    ]);
    let mut received = String::new();
    let mut durations = 0;
    let deadline = Instant::now() + Duration::from_secs(20);
    while !(missing.is_empty() && durations == 3) {
        assert!(Instant::now() < deadline, "no {missing:?}, {durations} durations in\n{received}");
        let mut datagram = [0; 8_192];
        let Ok(length) = agent.recv(&mut datagram) else { continue };
        let text = String::from_utf8_lossy(&datagram[..length]);
        received.push_str(&text);
        for line in text.lines() {
            // A gauge and a counter may carry the time.
            missing.retain(|expected| !(line == *expected || line.starts_with(&format!("{expected}|T"))));
            if let Some((values, _)) =
                line.strip_prefix("billing_charges_duration_seconds:").and_then(|rest| rest.split_once('|'))
            {
                durations += values.split(':').count();
            }
        }
    }
}

/// What arrives at the other end of each exporter, as the rows of the guide's table; and the exporters that lose changes of gauges.
fn bridges() -> (Vec<String>, Vec<&'static str>) {
    const EXPORTERS: [&str; 7] = [
        "metrics-exporter-prometheus",
        "axum-prometheus",
        "metrics-exporter-dogstatsd",
        "metrics-exporter-statsd",
        "metrics-opentelemetry",
        "metrics-exporter-otel",
        "metrics-exporter-opentelemetry",
    ];
    let mut rows = Vec::new();
    let mut lossy = Vec::new();
    for exporter in EXPORTERS {
        let text = run_program("bridges", &exporter.replace('-', "_"));
        let facts: Vec<(&str, &str)> = text.lines().map(|line| line.split_once(": ").expect("a fact")).collect();
        let is = |fact: &str| facts.iter().any(|(name, value)| (*name, *value) == (fact, "yes"));
        let loses = !(is("incremented gauges") && is("shared gauges"));
        assert_eq!(is("doctor"), loses, "{exporter}: {text}");
        if loses {
            lossy.push(exporter);
        }
        if rows.is_empty() {
            let names: Vec<&str> = facts.iter().map(|(name, _)| *name).filter(|name| *name != "doctor").collect();
            rows.push(format!("| exporter | {} |", names.join(" | ")));
            rows.push(format!("| --- |{}", " --- |".repeat(names.len())));
        }
        let values: Vec<&str> = facts.iter().filter(|(name, _)| *name != "doctor").map(|(_, value)| *value).collect();
        rows.push(format!("| `{exporter}` | {} |", values.join(" | ")));
    }
    (rows, lossy)
}

#[test]
fn the_guide_lists_what_the_exporters_of_other_crates_pass_on() {
    let (rows, lossy) = bridges();
    assert_eq!(lossy, ["metrics-exporter-statsd", "metrics-exporter-opentelemetry"]);
    let guide = include_str!("../docs/guides/other-exporters.md");
    let table: Vec<&str> = guide.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(table, rows, "write into the guide:\n{}", rows.join("\n"));
}

#[test]
fn the_defaults_of_a_crate_hold_in_every_file() {
    let once = Calls { ok: 1, ..Calls::NONE };
    let exposition = exposition("defaulted");
    let module = |module, function| [("module", module), ("function", function)];
    for (name, labels, buckets) in [
        ("shop_checkout_orders", &[("tier", "Gold")][..], 3),
        ("shop_desk_returns", &[("tier", "Gold")], 3),
        ("shop_checkout_function_calls", &module("defaulted::other", "plain"), 3),
        ("own", &[], 2),
        ("store_checkout_function_calls", &module("defaulted::other", "Block::method"), 3),
    ] {
        assert_eq!(Calls::of(&exposition, name, labels), once, "{name}");
        let durations = exposition.histogram(&format!("{name}_duration_seconds"), labels);
        assert_eq!(durations.buckets.len(), buckets, "{name}");
    }
    assert_eq!(exposition.value("shop_checkout_events_total", &[]), Some(1.0));
}

/// Cargo does not look at the metadata of a manifest, but the manifest is one of the crate's sources.
#[test]
fn a_change_of_the_defaults_compiles_the_crate_again() {
    let package = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/packages/defaulted"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    for file in ["src/main.rs", "src/other.rs"] {
        // It must compile without a table as well: the dependency under its own name, and nothing that overrides a default with "".
        let text = std::fs::read_to_string(package.join(file)).unwrap().replace("mi::", "metrics_instrumented::");
        let text = text.replace(", namespace = \"\", subsystem = \"\"", "");
        std::fs::write(folder.path().join(file), text).unwrap();
    }
    std::fs::copy(package.join("../Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let original = std::fs::read_to_string(package.join("Cargo.toml")).unwrap();
    let runtime = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime");
    let unified = concat!("[dependencies]\nunified = { path = \"", env!("CARGO_MANIFEST_DIR"), "/packages/unified\" }");
    let original = original.replace("[dependencies]", unified).replace("../../../runtime", runtime);
    let original = original.replace("\"defaulted\"", "\"defaulted_copy\"");
    let original = original.replace("mi = { package = \"metrics-instrumented\",", "metrics-instrumented = {");
    let manifest = folder.path().join("Cargo.toml");
    let orders = |text: String| {
        std::fs::write(&manifest, format!("{text}\n[workspace]\n[profile.dev]\ndebug = false\n")).unwrap();
        let text = output(&["run", "--quiet", "--manifest-path", manifest.to_str().unwrap()]);
        let line = text.lines().find(|line| line.contains("orders_total{")).expect("a counter").to_owned();
        line.split('{').next().unwrap().to_owned()
    };
    // The table is created, and then changed.
    let without = original.replace("[package.metadata.metrics-instrumented]", "[package.metadata.another]");
    assert_eq!(orders(without), "orders_total");
    assert_eq!(orders(original.clone()), "shop_checkout_orders_total");
    assert_eq!(orders(original.replace("\"shop\"", "\"mall\"")), "mall_checkout_orders_total");
    assert_eq!(orders(original.replace("\"checkout\"", "\"till\"")), "shop_till_orders_total");
}

/// `automock` copies the attributes of a trait's methods to the expressions of its mock.
#[test]
fn mocked_traits_are_counted_and_their_mocks_are_not() {
    let exposition = exposition("mocked");
    let calls = |name, function| Calls::of(&exposition, name, &[("function", function)]);
    let both = Calls { ok: 1, error: 1, ..Calls::NONE };
    assert_eq!(calls("memories", "<Memory as Store>::load"), both);
    let labels = [("function", "Store::length"), ("found", "true")];
    assert_eq!(Calls::of(&exposition, "stores", &labels), both);
    assert_eq!(calls("remotes", "Remote::fetch_next"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(calls("countings", "Counting::next"), Calls { ok: 1, ..Calls::NONE });

    let Output { status, stderr, .. } = cargo(&with_unified(&["build", "--features", "mocked/mistake"], &["mocked"]));
    let errors = String::from_utf8(stderr).unwrap();
    assert!(!status.success(), "{errors}");
    assert!(errors.contains("put it on the whole trait or `impl` block instead, above that macro"), "{errors}");
}

#[test]
fn a_profile_keeps_the_metric_names_of_autometrics() {
    let exposition = exposition("from_autometrics");
    let labels = |function| [("module", "from_autometrics"), ("function", function)];
    for (function, result) in [("load", "error"), ("Store::get", "success")] {
        let with_result = [&labels(function)[..], &[("result", result)]].concat();
        assert_eq!(exposition.value("function_calls_total", &with_result), Some(1.0), "{function}");
        assert_eq!(exposition.value("function_calls_concurrent", &labels(function)), Some(0.0), "{function}");
        assert_eq!(exposition.histogram("function_calls_duration_seconds", &labels(function)).count, 1, "{function}");
    }
    assert_eq!(Calls::of(&exposition, "orders", &[]), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn the_dependency_may_have_another_name() {
    let exposition = exposition("renamed");
    let labels = |reason, host| [("reason", reason), ("host", host)];
    assert_eq!(Calls::of(&exposition, "renamed_orders", &labels("closed", "a")), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(Calls::of(&exposition, "renamed_orders", &labels("Io", "")), Calls { error: 1, ..Calls::NONE });
    assert_eq!(
        exposition.value("renamed_orders_errors_total", &[("reason", "Io"), ("host", ""), ("kind", "Parse")]),
        Some(1.0)
    );
    let once = Calls { ok: 1, ..Calls::NONE };
    assert_eq!(Calls::of(&exposition, "function_calls", &[("module", "renamed"), ("function", "later")]), once);
    assert_eq!(Calls::of(&exposition, "renamed_steps", &[("inner", "Io"), ("host", "a")]), once);
    let inside = [("module", "renamed::block"), ("function", "inside")];
    assert_eq!(Calls::of(&exposition, "renamed_block_function_calls", &inside), once);
    assert_eq!(exposition.value("renamed_events_total", &[]), Some(3.0));
    assert_eq!(exposition.value("renamed_sessions", &[]), Some(4.0));
    assert_eq!(exposition.histogram("renamed_sizes_bytes", &[]).count, 1);
    assert_eq!(exposition.value("renamed_build_info", &[("version", "0.0.0")]), Some(1.0));
}

/// What the packages of all editions have in common.
#[track_caller]
fn edition(package: &str, puts: u64) -> Exposition {
    let exposition = exposition(package);
    let labels = |size, asynchronous| [("size", size), ("async", asynchronous)];
    assert_eq!(Calls::of(&exposition, "edition_reads", &labels("Big", "true")), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(Calls::of(&exposition, "edition_reads", &labels("Small", "false")), Calls { error: 1, ..Calls::NONE });
    let errors = [("size", "Small"), ("async", "false"), ("kind", "Empty")];
    assert_eq!(exposition.value("edition_reads_errors_total", &errors), Some(1.0));
    let once = Calls { ok: 1, ..Calls::NONE };
    assert_eq!(Calls::of(&exposition, "edition_provided", &[]), once);
    assert_eq!(Calls::of(&exposition, "edition_put", &[]), Calls { ok: puts, ..Calls::NONE });
    assert_eq!(Calls::of(&exposition, "edition_steps", &[("kind", "Big")]), once);
    assert_eq!(exposition.value("edition_events_total", &[]), Some(3.0));
    assert_eq!(exposition.value("edition_sessions", &[]), Some(4.0));
    assert_eq!(exposition.value("edition_build_info", &[("version", "0.0.0")]), Some(1.0));
    exposition
}

#[test]
fn the_macros_work_in_edition_2015() {
    let exposition = edition("edition2015", 2);
    for (module, function) in [("edition2015::nested", "boxed"), ("edition2015::nested::deeper", "generic")] {
        let labels = [("module", module), ("function", function)];
        assert_eq!(Calls::of(&exposition, "function_calls", &labels), Calls { ok: 1, ..Calls::NONE });
    }
}

#[test]
fn a_mistake_is_explained_in_edition_2015() {
    let Output { status, stderr, .. } = cargo(&with_unified(&["build"], &["edition2015-mistake"]));
    let stderr = String::from_utf8(stderr).expect("text");
    assert!(!status.success(), "{stderr}");
    for message in
        ["unknown key `nmae`; did you mean `name`?", "the labels `le` and `quantile` are reserved for histograms"]
    {
        assert!(stderr.contains(message), "no `{message}` in {stderr}");
    }
    assert_eq!(stderr.matches("error: ").count(), 3, "the two and their sum: {stderr}");
}

/// What the packages of the editions with futures have in common.
#[track_caller]
fn edition_with_futures(package: &str) {
    let exposition = edition(package, 2);
    for base in ["edition_last_borrows", "edition_last_borrows_of_values"] {
        assert_eq!(Calls::of(&exposition, base, &[]), Calls { ok: 1, ..Calls::NONE }, "{base}");
    }
    let last_temporaries = Calls::of(&exposition, "edition_last_temporaries", &[]);
    assert_eq!(last_temporaries, Calls { panic: 1, ..Calls::NONE });
}

#[test]
fn the_macros_work_in_edition_2018() {
    edition_with_futures("edition2018");
}

#[test]
fn the_macros_work_in_edition_2021() {
    edition_with_futures("edition2021");
}

#[test]
fn the_doctor_reports_two_versions_of_the_facade_and_missing_declarations() {
    let text = run("two_versions");
    assert!(text.contains("- this program contains the versions 0.23.") && text.contains(" and 0.24."), "{text}");
    assert!(
        text.contains("of `metrics`, and metrics of one version do not reach the other version's recorder"),
        "{text}"
    );
    assert!(text.contains("`cargo tree --invert metrics@0.23."), "{text}");
    assert!(text.contains("- no declaration is linked: either nothing is annotated, or"), "{text}");
}

/// The documentation of each function of `hover`, built in this environment.
fn documentation(feature: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/packages")).env("CARGO_TARGET_DIR", TARGET);
    command.args(["run", "--quiet", "--package", "hover", "--features", feature]).envs(environment.iter().copied());
    let Output { status, stdout, stderr } = command.output().expect("cargo runs");
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    let text = String::from_utf8(stdout).expect("text");
    text.split("\0\n").filter(|text| !text.is_empty()).map(|text| text.trim_start_matches(' ').to_owned()).collect()
}

#[test]
fn editors_show_metrics_and_queries_after_existing_documentation() {
    let shown = documentation("", &[]);
    let [painted, unnamed, apart, declared, quiet, within] = shown.as_slice() else { panic!("{shown:#?}") };
    assert!(painted.starts_with("Paints.\n\n # Errors\n When it rains.\n\n\n---\n"), "{painted}");
    let queries = |text: &str| -> Vec<String> {
        text.split("```promql\n").skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned()).collect()
    };
    assert_eq!(
        queries(painted),
        [
            "sum by (end) (rate(paintings_total[5m]))",
            "sum(rate(paintings_total{end!=\"started\",end!=\"fine\"}[5m])) / sum(rate(paintings_total{end!=\"started\"}[5m]))",
            "histogram_quantile(0.99, sum by (le) (rate(paintings_duration_seconds_bucket[5m])))",
            "sum(paintings_in_flight)",
            "sum by (kind) (rate(mishaps_total[5m]))",
        ]
    );
    assert_eq!(
        queries(unnamed)[2],
        "histogram_quantile(0.99, sum by (le) (rate(function_calls_duration_seconds_bucket{function=\"unnamed\"}[5m])))"
    );
    assert_eq!(
        queries(apart),
        ["apart_total", "apart_done_total", "apart_failed_total"].map(|name| format!("sum(rate({name}[5m]))"))
    );
    assert!(declared.ends_with("\nMetrics: those of [`Declared`].\n"), "{declared}");
    assert_eq!(quiet, "Says nothing more.");
    assert_eq!(queries(within)[3], "sum(block_in_flight{function=\"Block::within\"})");
    // Prometheus reads every one.
    let all: Vec<String> = shown.iter().flat_map(|text| queries(text)).collect();
    let rules: Vec<String> = all.iter().map(|query| format!("{{\"record\":\"a:b\",\"expr\":{query:?}}}")).collect();
    let rules = format!("{{\"groups\":[{{\"name\":\"g\",\"rules\":[{}]}}]}}", rules.join(","));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yaml");
    std::fs::write(&file, rules).unwrap();
    promtool(&["check", "rules", "--lint=none", file.to_str().unwrap()], "").unwrap();
}

#[test]
fn the_environment_switches_them_off_or_makes_links() {
    let off = documentation("off", &[("METRICS_INSTRUMENTED_DOCS", "off")]);
    assert!(off.iter().all(|text| !text.contains("---")) && off[0].starts_with("Paints."), "{off:#?}");
    let linked = documentation("linked", &[("METRICS_INSTRUMENTED_PROMETHEUS_URL", "https://prometheus.example/")]);
    let link = "\n[In flight](https://prometheus.example/graph?g0.tab=0&g0.expr=sum%28paintings_in_flight%29)\n";
    assert!(linked[0].contains(link), "{}", linked[0]);
}

#[test]
fn rustdoc_does_not_see_the_documentation_for_editors() {
    output(&["doc", "--quiet", "--no-deps", "--package", "hover", "--lib"]);
    let page = std::fs::read_to_string(format!("{TARGET}/doc/hover/fn.documented.html")).expect("rustdoc's page");
    assert!(page.contains("A function whose documentation is written."), "{page}");
    assert!(!page.contains("function_calls_total"), "{page}");
}
