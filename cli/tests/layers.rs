//! The catalogue has the families of the HTTP layers that a program uses, even if the compiler put all of the library into one object file.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::{Command, Output};

const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/packages");
const TARGET: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/packages");

const SERVER: [&str; 2] = ["http_server_active_requests", "http_server_request_duration_seconds"];
const SERVER_SIZES: [&str; 2] = ["http_server_request_body_size_bytes", "http_server_response_body_size_bytes"];
const CLIENT: [&str; 2] = ["http_client_active_requests", "http_client_request_duration_seconds"];
const CLIENT_SIZES: [&str; 2] = ["http_client_request_body_size_bytes", "http_client_response_body_size_bytes"];

fn output(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    assert!(status.success(), "{command:?}: {status}\n{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("text")
}

/// The names of the families in the catalogue of an executable.
fn families(executable: &Path) -> Vec<String> {
    let catalogue =
        output(Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented")).arg("catalog").arg(executable));
    let catalogue: serde_json::Value = serde_json::from_str(&catalogue).expect("JSON");
    let families = catalogue["families"].as_array().expect("a list").iter();
    families.map(|family| family["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn a_program_declares_the_families_of_the_layers_that_it_uses() {
    for units in ["256", "1"] {
        let units_of_library = format!("profile.dev.package.metrics-instrumented.codegen-units={units}");
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(PACKAGES).env("CARGO_TARGET_DIR", TARGET).env_remove("RUSTFLAGS");
        output(build.args(["build", "--quiet", "--package", "layers", "--bins", "--config", &units_of_library]));
        let folder = Path::new(TARGET).join("debug");
        let of = |program: &str| {
            let mut found = families(&folder.join(program));
            found.retain(|family| !family.starts_with("metrics_instrumented_"));
            found
        };
        let all = |parts: &[[&str; 2]]| {
            let mut all: Vec<_> = parts.iter().flatten().map(|name| (*name).to_owned()).collect();
            all.sort();
            all
        };
        assert_eq!(of("server"), all(&[SERVER]), "{units} units");
        assert_eq!(of("server_sizes"), all(&[SERVER, SERVER_SIZES]), "{units} units");
        assert_eq!(of("client"), all(&[CLIENT]), "{units} units");
        assert_eq!(of("client_sizes"), all(&[CLIENT, CLIENT_SIZES]), "{units} units");
        assert_eq!(of("grpc_server"), ["rpc_server_call_duration_seconds"], "{units} units");
        assert_eq!(of("grpc_client"), ["rpc_client_call_duration_seconds"], "{units} units");
        assert_eq!(of("none"), all(&[]), "{units} units");
    }
}
