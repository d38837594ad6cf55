//! The machine, the versions and the date of a measurement.

use std::fs;
use std::process::Command;

use crate::results::Results;
use crate::{Effort, root};

/// The peers whose versions are quoted.
pub const VERSIONS: [&str; 17] = [
    "metrics",
    "metrics-exporter-prometheus",
    "autometrics",
    "metered",
    "function-timer",
    "prometheus",
    "prometheus-client",
    "fastmetrics",
    "fast-telemetry",
    "measured",
    "opentelemetry",
    "hotpath",
    "tracing",
    "fastrace",
    "quanta",
    "tokio",
    "hyper",
];

/// Notes the circumstances of a section.
pub fn describe(section: &str, effort: Effort, results: &mut Results) {
    let load = read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned();
    let effort = effort.pick("quick", "full");
    let changed = if said("git", &["status", "--porcelain", "--", "runtime", "macros"]).is_empty() { "" } else { ", changed" };
    let commit = said("git", &["rev-parse", "--short", "HEAD"]);
    results.say(format!("run/{section}"), format!("{effort} run, {}, commit {commit}{changed}", said("date", &["-u", "+%F"])));
    results.say(format!("load/{section}"), load);
    results.say("machine/processor", processor());
    results.say("machine/kernel", said("uname", &["-sr"]));
    results.say("machine/clock", read("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
    results.say("machine/rustc", said("rustc", &["--version"]));
    results.say("machine/versions", versions());
}

fn processor() -> String {
    let text = read("/proc/cpuinfo");
    let model = text.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("unknown");
    let count = text.lines().filter(|line| line.starts_with("processor")).count();
    let guest = if text.contains(" hypervisor") { ", in a virtual machine" } else { "" };
    let memory = read("/proc/meminfo")
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok())
        .map_or(0.0, |kib| kib / 1_048_576.0);
    format!("{model}, {count} cores{guest}, {memory:.0} GiB")
}

/// The versions of the peers in the lock file.
fn versions() -> String {
    let lock = fs::read_to_string(root().join("benches/Cargo.lock")).unwrap_or_default();
    let packages: Vec<(&str, &str)> = lock
        .split("[[package]]")
        .filter_map(|package| {
            let value = |key: &str| package.lines().find_map(|line| line.strip_prefix(key)?.strip_suffix('"'));
            Some((value("name = \"")?, value("version = \"")?))
        })
        .collect();
    let version = |name: &&str| packages.iter().find(|(found, _)| found == name).map(|(_, version)| format!("{name} {version}"));
    VERSIONS.iter().filter_map(version).collect::<Vec<_>>().join(", ")
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

fn said(program: &str, words: &[&str]) -> String {
    let output = Command::new(program).args(words).current_dir(root()).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
