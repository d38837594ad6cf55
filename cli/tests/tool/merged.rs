//! Several sources of one command: programs that share families.

use std::path::Path;
use std::process::Command;

use metrics_instrumented_test_support::prometheus::promtool;
use serde_json::{Value, json};

use crate::support::{Folder, good, run};

/// A function without a `name`: all of them share the families `function_calls..`.
fn function(module: &str, item: &str, never: &str) -> String {
    operation("function_calls", item, never, &format!(r#"[["module","{module}"],["function","{item}"]]"#), "")
}

fn operation(name: &str, item: &str, never: &str, fixed: &str, more: &str) -> String {
    format!(
        r#"{{"v":1,"declares":"operation","at":["m","{item}","src/{item}.rs",3],"fixed":{fixed},"labels":[],"calls":{{"name":"{name}_total","help":"Calls.","labels":255}},"duration":{{"name":"{name}_duration_seconds","help":"Durations.","labels":255}},"outcome":{{"label":"outcome","finished":["ok","error"],"classes":["ok","error"],"panic":"panic","cancelled":"cancelled","started":null,"never":{never}}},"buckets":[0.1,1.0]{more}}}"#
    )
}

const INFALLIBLE: &str = r#"["error","cancelled"]"#;
const FALLIBLE: &str = r#"["cancelled"]"#;

/// Two programs that share a library, and have a function without a `name` each.
struct Programs {
    /// Holds the files.
    folder: Folder,
    app: String,
    tool: String,
}

fn programs() -> Programs {
    let folder = Folder::new();
    let shared = operation("lib_ops", "op", INFALLIBLE, "[]", "");
    let app =
        [shared.clone(), operation("app_ops", "a", INFALLIBLE, "[]", ""), function("app", "plain_app", INFALLIBLE)];
    let tool = [shared, operation("tool_ops", "t", INFALLIBLE, "[]", ""), function("tool", "plain_tool", FALLIBLE)];
    let (app, tool) = (folder.file("app.jsonl", &app.join("\n")), folder.file("tool.jsonl", &tool.join("\n")));
    Programs { folder, app, tool }
}

fn names(catalogue: &Value, list: &str) -> Vec<String> {
    let all = catalogue[list].as_array().expect("a list").iter();
    all.map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn shared_operations_appear_once() {
    let Programs { folder: _folder, app, tool } = programs();
    let both: Value = serde_json::from_str(&good(&["catalog", &app, &tool])).unwrap();
    assert_eq!(names(&both, "operations"), ["app_ops", "function_calls", "lib_ops", "tool_ops"]);
    let page = good(&["docs", &app, &tool]);
    assert_eq!(page.matches("### `lib_ops`").count(), 1, "{page}");
    assert!(page.starts_with("# Metrics of app, tool\n"), "{page}");
    let dashboard = good(&["dashboard", &app, &tool]);
    assert_eq!(dashboard.matches("\"title\": \"lib_ops: Calls.\"").count(), 1, "{dashboard}");
    let rules = good(&["rules", &app, &tool]);
    assert_eq!(rules.matches("- name: lib_ops\n").count(), 1, "{rules}");
}

#[test]
fn the_values_of_the_second_program_are_kept() {
    let Programs { folder, app, tool } = programs();
    let query = r#"function_calls_total{module="tool",function="plain_tool",outcome="error"}"#;
    let page = folder.file("a.md", &format!("```promql\nsum({query})\n```\n"));
    let linted = run(&["lint", "--catalog", &app, "--catalog", &tool, &page]);
    assert_eq!(linted.code, 0, "{linted:?}");
    let both: Value = serde_json::from_str(&good(&["catalog", &app, &tool])).unwrap();
    let calls = both["operations"].as_array().unwrap().iter().find(|one| one["name"] == "function_calls").unwrap();
    assert_eq!(calls["outcome"]["error"], json!(["panic", "error"]));
    let sites = calls["sites"].as_array().unwrap().iter().map(|site| site["item"].as_str().unwrap());
    assert_eq!(sites.collect::<Vec<_>>(), ["plain_app", "plain_tool"]);
    // Of one process.
    let family = both["families"].as_array().unwrap().iter().find(|one| one["name"] == "function_calls_total").unwrap();
    assert_eq!(family["series"], 3);
}

#[test]
fn the_order_of_the_sources_does_not_matter() {
    let Programs { folder, app, tool } = programs();
    for command in ["catalog", "rules", "dashboard", "docs"] {
        assert_eq!(good(&[command, &app, &tool]), good(&[command, &tool, &app]), "{command}");
    }
    // What the tool wrote is a source, too.
    let third = folder.file("worker.jsonl", &function("worker", "plain", FALLIBLE));
    let both = folder.file("both.json", &good(&["catalog", &tool, &app]));
    let programs = |text: String| names(&serde_json::from_str(&text).unwrap(), "programs");
    assert_eq!(programs(good(&["catalog", &third, &both])), ["app", "tool", "worker"]);
    let all = folder.file("all.json", &good(&["catalog", &third, &app, &tool]));
    let again = folder.file("again.json", &good(&["catalog", &third, &both]));
    assert_eq!(run(&["diff", &all, &again]).stdout, "");
}

#[test]
fn each_program_has_its_own_presence_alerts() {
    let Programs { folder, app, tool } = programs();
    let rules = good(&["rules", &app, &tool, "--all-alerts"]);
    let file = folder.file("rules.yaml", &rules);
    promtool(&["check", "rules", &file], "").unwrap();
    let tests = good(&["rules", &app, &tool, "--all-alerts", "--tests", "rules.yaml"]);
    promtool(&["test", "rules", &folder.file("rules.test.yaml", &tests)], "").unwrap();
    for (program, own) in [("app", "app_ops"), ("tool", "function_calls")] {
        assert!(rules.contains(&format!("absent(up{{job=\"{program}\"}})")), "{rules}");
        // A family of this program, which the other one does not serve.
        let expected = format!("up{{job=\"{program}\"}} == 1\n          unless on (job, instance)\n          {own}");
        assert!(rules.contains(&expected), "{expected}\n{rules}");
    }
    // With one job, only a family of all programs says that a target serves the wrong metrics.
    let app_only = folder.file("app2.jsonl", &operation("a_ops", "a", INFALLIBLE, "[]", ""));
    let tool = std::fs::read_to_string(&tool).unwrap();
    let tool = folder.file("tool2.jsonl", tool.lines().last().unwrap());
    let config = folder.file("c.yaml", "job: both\n");
    let one_job = good(&["rules", &app_only, &tool, "--config", &config]);
    assert_eq!(one_job.matches("absent(up{job=\"both\"})").count(), 1, "{one_job}");
    assert!(!one_job.contains("unless on (job, instance)"), "{one_job}");
    let note = |name: &str, job: &str| {
        format!(
            "note: no alert `{name}MetricsAbsent`: there is no family that every target of the job `{job}` serves from the start; without `job` and `--program`, each \
             program is a job of its own, with an alert on its own families\n"
        )
    };
    assert_eq!(run(&["rules", &app_only, &tool, "--config", &config]).stderr, note("App2", "both"));
    assert_eq!(run(&["rules", &app_only, &tool, "--program", "foo"]).stderr, note("Foo", "foo"));
    assert!(
        good(&["rules", &app_only, &tool, "--program", "foo"])
            .contains(&note("Foo", "foo").replace("note:", "#").replace("families\n", "families.\n"))
    );
    let off = folder.file("off.yaml", "program: { alerts: { metrics_absent: false } }\n");
    for arguments in [vec![&app_only, &tool], vec![&app_only, &app_only]] {
        assert_eq!(
            run(&[&["rules"], &arguments.iter().map(|one| one.as_str()).collect::<Vec<_>>()[..]].concat()).stderr,
            ""
        );
    }
    assert_eq!(run(&["rules", &app_only, &tool, "--program", "foo", "--config", &off]).stderr, "");
    let named = good(&["rules", &app, &tool, "--program", "both"]);
    assert!(named.contains("up{job=\"both\"} == 1") && !named.contains("job=\"app\""), "{named}");
}

#[test]
fn rules_of_one_job_select_the_jobs_of_all_programs() {
    let Programs { folder, app, tool } = programs();
    let config = folder.file("c.yaml", "match_job: true\n");
    let rules = good(&["rules", &app, &tool, "--all-alerts", "--config", &config]);
    assert!(rules.contains("lib_ops_total{job=~\"app|tool\""), "{rules}");
    promtool(&["check", "rules", &folder.file("rules.yaml", &rules)], "").unwrap();
    let tests = good(&["rules", &app, &tool, "--all-alerts", "--config", &config, "--tests", "rules.yaml"]);
    promtool(&["test", "rules", &folder.file("rules.test.yaml", &tests)], "").unwrap();
}

#[test]
fn the_dashboard_offers_the_jobs_of_all_programs() {
    let Programs { folder: _folder, app, tool } = programs();
    let dashboard: Value = serde_json::from_str(&good(&["dashboard", &app, &tool])).unwrap();
    assert_eq!(
        dashboard["templating"]["list"][1]["query"]["query"],
        r#"label_values({__name__=~"app_ops_duration_seconds_count|function_calls_duration_seconds_count"}, job)"#
    );
    assert_eq!(
        dashboard["templating"]["list"][2]["query"]["query"],
        r#"label_values({__name__=~"app_ops_duration_seconds_count|function_calls_duration_seconds_count",job=~"$job"}, instance)"#
    );
}

#[test]
fn sources_that_contradict_each_other_are_one_clear_error() {
    let Programs { folder, app, .. } = programs();
    let of = |name: &str, more: &str| operation(name, "op", INFALLIBLE, "[]", more);
    let gauge = r#"{"v":1,"declares":"gauge","at":["m","G","f.rs",1],"family":{"name":"lib_ops_total","help":"G.","labels":0}}"#;
    let failing = of("lib_ops", "").replace(r#""classes":["ok","error"]"#, r#""classes":["error","ok"]"#);
    let promising = |percent: &str| of("lib_ops", &format!(r#","objective":{{"success":{percent},"latency":null}}"#));
    let first = folder.file("first.jsonl", &promising("99.9"));
    let other_label = of("lib_ops", "").replace("\"label\":\"outcome\"", "\"label\":\"result\"");
    for (old, new, expected) in [
        (&app, gauge.to_owned(), "`lib_ops_total`: different kinds: counter in the first; gauge in the second"),
        (
            &app,
            of("lib_ops", "").replace("0.1,1.0", "0.1,2.0"),
            "`lib_ops_duration_seconds`: different buckets: 0.1, 1 in the first; 0.1, 2 in the second",
        ),
        (&app, other_label, "`lib_ops_total`: different labels: `outcome` in the first; `result` in the second"),
        (
            &app,
            of("lib_ops", "").replace("lib_ops_duration", "lib_ops_run_duration"),
            "`lib_ops`: different families for `duration`: lib_ops_duration_seconds in the first; lib_ops_run_duration_seconds in the second",
        ),
        (&app, failing, "`lib_ops`: different classes of the outcome `ok`: ok in the first; error in the second"),
        (
            &first,
            promising("99.5"),
            "`lib_ops`: different objectives: 99.9 % of the calls succeed in the first; 99.5 % of the calls succeed in the second",
        ),
    ] {
        let other = folder.file("other.jsonl", &new);
        for arguments in [vec!["rules", old, &other], vec!["lint", "--catalog", old, "--catalog", &other, "x.md"]] {
            let refused = run(&arguments);
            assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{refused:?}");
            let head = format!("error: {old} and {other} cannot be merged;");
            assert!(refused.stderr.starts_with(&head) && refused.stderr.contains(expected), "{expected}: {refused:?}");
        }
    }
}

#[test]
fn a_package_with_two_programs_has_its_own_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tool is in the workspace");
    let folder = Folder::new();
    let manifest = format!(
        "[package]\nname = \"zebra\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         metrics-instrumented = {{ path = {:?}, default-features = false, features = [\"catalog\"] }}\n\
         [profile.dev]\ndebug = false\n",
        root.join("runtime").display().to_string()
    );
    folder.file("Cargo.toml", &manifest);
    folder.file("Cargo.lock", &std::fs::read_to_string(root.join("Cargo.lock")).unwrap());
    folder.file("src/main.rs", "#[metrics_instrumented::instrumented]\nfn plain() {}\nfn main() { plain() }\n");
    folder.file(
        "src/bin/a-tool.rs",
        "#[metrics_instrumented::instrumented]\nfn other() -> Result<(), ()> { Ok(()) }\nfn main() { let _ = other(); }\n",
    );
    let mut tool = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
    tool.args(["catalog", "--package", "zebra"]).current_dir(folder.path());
    let output = tool.env("CARGO_TARGET_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/packages")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let catalogue: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(catalogue["program"], "zebra");
    assert_eq!(names(&catalogue, "programs"), ["a-tool", "zebra"]);
    assert_eq!(names(&catalogue, "operations"), ["function_calls"]);
}
