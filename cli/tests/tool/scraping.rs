//! Scrape configuration: service monitors, scrape jobs.

use metrics_instrumented_test_support::prometheus::promtool;
use serde_json::{Value, json};

use crate::support::{Folder, declarations, good, run, yaml};

#[test]
fn a_service_monitor_honours_labels_that_the_operator_would_rename() {
    let monitor = |program: &str| -> Value { yaml(&good(&["servicemonitor", &declarations(program)])) };
    assert_eq!(
        monitor("vm-manager")["spec"],
        json!({
            "selector": { "matchLabels": { "app.kubernetes.io/name": "vm-manager" } },
            "endpoints": [{ "port": "metrics", "path": "/metrics", "interval": "30s" }],
        })
    );
    // Its families have a label `namespace`, which would come out as `exported_namespace`.
    assert_eq!(monitor("volume-operator")["spec"]["endpoints"][0]["honorLabels"], true);
}

#[test]
fn promtool_accepts_a_scrape_job() {
    let text = good(&[
        "scrape-config",
        &declarations("vm-manager"),
        "--target",
        "localhost:1",
        "--target",
        "localhost:2",
        "--job",
        "vms",
    ]);
    assert!(text.contains("job_name: vms") && text.contains("- \"localhost:2\""), "{text}");
    let folder = Folder::new();
    promtool(&["check", "config", &folder.file("prometheus.yml", &text)], "").unwrap();
}

/// Three programs: the second one is the only one whose labels the operator would rename.
fn several() -> Vec<String> {
    ["vm-manager", "volume-operator", "storage-driver"].map(declarations).to_vec()
}

/// Runs a command for several programs.
fn with_several<'a>(command: &'a str, sources: &'a [String], more: &[&'a str]) -> Vec<&'a str> {
    [command].into_iter().chain(sources.iter().map(String::as_str)).chain(more.iter().copied()).collect()
}

#[test]
fn each_of_several_programs_has_a_service_monitor() {
    let sources = several();
    let text = good(&with_several("servicemonitor", &sources, &["--port", "http"]));
    let monitors: Vec<Value> = text.split("---\n").map(yaml).collect();
    let names: Vec<_> = monitors.iter().map(|monitor| &monitor["metadata"]["name"]).collect();
    assert_eq!(names, ["storage-driver", "vm-manager", "volume-operator"]);
    for (monitor, program) in monitors.iter().zip(names) {
        let alone = yaml(&good(&["servicemonitor", &declarations(program.as_str().unwrap()), "--port", "http"]));
        assert_eq!(*monitor, alone, "{program}");
    }
}

#[test]
fn each_of_several_programs_has_a_scrape_job() {
    let sources = several();
    let targets = ["vm-manager=vm:1", "storage-driver=a:2", "storage-driver=b:2", "volume-operator=c:3"];
    let targets = targets.map(|target| format!("--target={target}"));
    let text = good(&with_several("scrape-config", &sources, &targets.each_ref().map(String::as_str)));
    let jobs: Vec<_> = yaml(&text)["scrape_configs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| (job["job_name"].clone(), job["static_configs"].clone()))
        .collect();
    let expected = [
        ("storage-driver", json!(["a:2", "b:2"])),
        ("vm-manager", json!(["vm:1"])),
        ("volume-operator", json!(["c:3"])),
    ]
    .map(|(job, targets)| (json!(job), json!([{ "targets": targets }])));
    assert_eq!(jobs, expected);
    let folder = Folder::new();
    promtool(&["check", "config", &folder.file("prometheus.yml", &text)], "").unwrap();
}

#[test]
fn targets_whose_program_is_not_known_are_refused() {
    let sources = several();
    let all = ["--target=vm-manager=vm:1", "--target=storage-driver=a:2", "--target=volume-operator=c:3"];
    for (more, reason) in [
        (&[][..], "the program `storage-driver` has no target; add `--target storage-driver=HOST:PORT`"),
        (&all[..2], "the program `volume-operator` has no target"),
        (
            &["--target", "d:4"],
            "`d:4` is the target of which program? Write `PROGRAM=d:4`; the programs are `storage-driver`, `vm-manager`, `volume-operator`",
        ),
        (
            &["--target", "vm=d:4"],
            "there is no program `vm`; the programs are `storage-driver`, `vm-manager`, `volume-operator`",
        ),
        (&["--target", "=d:4"], "write `HOST:PORT`, or `PROGRAM=HOST:PORT`"),
        (&["--target", "vm-manager="], "write `HOST:PORT`, or `PROGRAM=HOST:PORT`"),
        (
            &[all[0], all[1], all[2], "--job", "all"],
            "each program has its own job; remove `--job`, or pass one program",
        ),
    ] {
        let run = run(&with_several("scrape-config", &sources, more));
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(reason), "{run:?}");
    }
    // One program may be named.
    let text = good(&["scrape-config", &declarations("vm-manager"), "--target", "vm-manager=vm:1"]);
    assert!(text.contains("- \"vm:1\""), "{text}");
    assert!(good(&["scrape-config", &declarations("vm-manager")]).contains("- \"localhost:9000\""));
}
