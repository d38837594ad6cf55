//! `/ready`: every component, and why it is not.

use metrics_instrumented::{Error, exporter};
use serde_json::{Value, json};

use crate::{get, listening};

#[test]
fn it_is_503_until_every_component_is_ready() {
    let (handle, address) = listening(exporter());
    let ready = || {
        let answer = get(address, "/ready", &[]);
        assert_eq!(answer.header("content-type"), "application/json");
        (answer.status, serde_json::from_slice::<Value>(&answer.body).expect("JSON"))
    };
    assert_eq!(ready(), (200, json!({ "ready": true, "components": [] })));
    let database = handle.component("database").unwrap();
    let cache = handle.component("cache \"main\"").unwrap();
    cache.ready();
    let cache_is_ready = json!({ "name": "cache \"main\"", "ready": true });
    let starting = json!({ "name": "database", "ready": false, "reason": "starting" });
    assert_eq!(ready(), (503, json!({ "ready": false, "components": [&cache_is_ready, &starting] })));
    assert!(!handle.is_ready());
    database.not_ready("no route to\nhost");
    assert_eq!(ready().1["components"][1]["reason"], "no route to\nhost");
    // Alive, all the same.
    assert_eq!(get(address, "/health", &[]).status, 200);
    database.ready();
    assert_eq!(ready().0, 200);
    database.not_ready("lost");
    assert_eq!(ready().0, 503);
    drop(database);
    assert_eq!(ready(), (200, json!({ "ready": true, "components": [&cache_is_ready] })));
    assert!(handle.is_ready());
}

#[test]
fn a_name_is_taken_once_and_free_again_when_its_component_is_dropped() {
    let recorder = exporter().build().unwrap();
    let handle = recorder.handle();
    let first = handle.component("database").unwrap();
    let again = handle.component("database").unwrap_err();
    assert!(matches!(&again, Error::ComponentName { name } if name == "database"), "{again:?}");
    assert_eq!(again.to_string(), "a component `database` already exists; choose another name");
    drop(first);
    handle.component("database").unwrap().ready();
}
