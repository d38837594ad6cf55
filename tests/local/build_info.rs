//! `build_info!`: facts about the program, from the start.

use std::process::Command;

use metrics_instrumented_tests::{Kind, Local};

metrics_instrumented::build_info!();

mod manager {
    const fn sha() -> &'static str {
        "8f3c2d1"
    }

    metrics_instrumented::build_info!(
        "build_info_rs_manager_build_info",
        version = env!("CARGO_PKG_VERSION"),
        git_sha = sha(),
        motto = "a \"quoted\" \\ text",
    );
}

metrics_instrumented::build_info!("build_info_rs_bare_info");

#[test]
fn without_arguments_it_contains_package_version_compiler_and_commit() {
    let exposition = Local::new().read();
    let family = exposition.family("build_info");
    assert_eq!((family.kind, family.samples.len()), (Kind::Gauge, 1));
    let labels = &family.samples[0].labels;
    assert_eq!(labels["package"], "metrics-instrumented-tests");
    assert_eq!(labels["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(labels["git_sha"], option_env!("GIT_SHA").unwrap_or("unknown"));
    let rust_version = labels["rust_version"].as_str();
    // An emulated system has no compiler.
    if let Ok(rustc) = Command::new(option_env!("RUSTC").unwrap_or("rustc")).arg("--version").output() {
        assert_eq!(Some(rust_version), String::from_utf8(rustc.stdout).unwrap().split_whitespace().nth(1));
    }
    assert!(rust_version.starts_with("1."), "{rust_version}");
    assert_eq!(labels.len(), 4);
    assert!((family.samples[0].value - 1.0).abs() < f64::EPSILON);
}

#[test]
fn build_info_with_a_name_has_the_given_labels() {
    let exposition = Local::new().read();
    let labels = [("version", env!("CARGO_PKG_VERSION")), ("git_sha", "8f3c2d1"), ("motto", "a \"quoted\" \\ text")];
    assert_eq!(exposition.value("build_info_rs_manager_build_info", &labels), Some(1.0));
    assert_eq!(exposition.value("build_info_rs_bare_info", &[]), Some(1.0));
    assert!(exposition.family("build_info_rs_bare_info").help.is_some());
}
