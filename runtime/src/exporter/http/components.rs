//! Components of a program, and their readiness.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::exporter::error::Error;

/// The components by name. The value is the reason why a component is not ready; `None` if it is ready.
#[derive(Clone, Default)]
pub(in crate::exporter) struct Components(Arc<Mutex<BTreeMap<String, Option<String>>>>);

/// A component of the program, such as a database connection: `/ready` responds with 503 until every component is ready. Made by
/// [`Handle::component`](crate::Handle::component); not ready at first. Dropping it unregisters the component.
///
/// ```
/// # fn main() -> Result<(), metrics_instrumented::Error> {
/// let metrics = metrics_instrumented::exporter().install_recorder()?;
/// let database = metrics.component("database")?;
/// assert!(!metrics.is_ready());
/// database.ready();
/// assert!(metrics.is_ready());
/// database.not_ready("the connection is lost");
/// # assert!(!metrics.is_ready());
/// # Ok(())
/// # }
/// ```
#[must_use = "dropping a component unregisters it"]
pub struct Component {
    name: String,
    all: Components,
}

impl Components {
    pub(in crate::exporter) fn add(&self, name: String) -> Result<Component, Error> {
        let mut all = self.locked();
        if all.contains_key(&name) {
            return Err(Error::ComponentName { name });
        }
        all.insert(name.clone(), Some("starting".to_owned()));
        Ok(Component { name, all: self.clone() })
    }

    pub(in crate::exporter) fn are_ready(&self) -> bool {
        self.locked().values().all(Option::is_none)
    }

    /// Returns whether all components are ready, and the state of each as JSON (RFC 8259).
    pub(super) fn report(&self) -> (bool, String) {
        let all = self.locked();
        let ready = all.values().all(Option::is_none);
        let mut json = format!("{{\"ready\":{ready},\"components\":[");
        for (at, (name, reason)) in all.iter().enumerate() {
            json.push_str(if at == 0 { "{\"name\":" } else { ",{\"name\":" });
            string(&mut json, name);
            match reason {
                None => json.push_str(",\"ready\":true}"),
                Some(reason) => {
                    json.push_str(",\"ready\":false,\"reason\":");
                    string(&mut json, reason);
                    json.push('}');
                }
            }
        }
        json.push_str("]}\n");
        (ready, json)
    }

    /// Returns the components by name, with the reason why each is not ready.
    pub(super) fn all(&self) -> BTreeMap<String, Option<String>> {
        self.locked().clone()
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<String, Option<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Appends a JSON string (RFC 8259, section 7).
fn string(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            // Writing to a string cannot fail.
            control if control < ' ' => _ = write!(json, "\\u{:04x}", u32::from(control)),
            other => json.push(other),
        }
    }
    json.push('"');
}

impl Component {
    /// Marks the component as ready.
    pub fn ready(&self) {
        self.set(None);
    }

    /// Marks the component as not ready. `/ready` shows the reason, without requiring credentials.
    pub fn not_ready(&self, reason: impl Into<String>) {
        self.set(Some(reason.into()));
    }

    fn set(&self, state: Option<String>) {
        if let Some(mine) = self.all.locked().get_mut(&self.name) {
            *mine = state;
        }
    }
}

impl Drop for Component {
    fn drop(&mut self) {
        self.all.locked().remove(&self.name);
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Component").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_string_is_escaped_for_json() {
        let components = Components::default();
        let odd = components.add("a\"b\\c\n\u{1}é".to_owned()).unwrap();
        odd.not_ready("");
        let expected = r#"{"ready":false,"components":[{"name":"a\"b\\c\u000a\u0001é","ready":false,"reason":""}]}"#;
        assert_eq!(components.report(), (false, format!("{expected}\n")));
        drop(odd);
        assert_eq!(components.report(), (true, "{\"ready\":true,\"components\":[]}\n".to_owned()));
    }
}
