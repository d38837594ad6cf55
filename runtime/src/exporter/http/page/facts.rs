//! Facts for the page that the metrics do not contain: one line for each fact, as `application/x-www-form-urlencoded`, which browsers parse natively.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::catalog::operations;
use crate::exporter::http::components::Components;
use crate::exporter::views::status::Status;
use crate::meta::{LabelMeta, Location, OperationMeta, ValueSet};
use crate::names::{OutcomeClass, Role, SITE_LABELS};

/// A line of fields.
struct Line(String);

impl Line {
    fn new(fact: &str) -> Self {
        Self(format!("fact={fact}"))
    }

    fn field(mut self, name: &str, value: &str) -> Self {
        let _ = write!(self.0, "&{name}=");
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'*') {
                self.0.push(char::from(byte));
            } else {
                let _ = write!(self.0, "%{byte:02X}");
            }
        }
        self
    }

    fn fields<'a>(self, name: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        values.into_iter().fold(self, |line, value| line.field(name, value))
    }
}

/// The operations of the linked program, its components, and what views change.
pub(in crate::exporter::http) fn facts(components: &Components, views: Option<Status>) -> String {
    // Sites with the same families are one operation on the page.
    let lines: BTreeSet<String> = operations().map(|(meta, location)| operation(meta, location).0).collect();
    let components = components.all().into_iter().map(|(name, reason)| {
        let line = Line::new("component").field("name", &name).field("ready", &reason.is_none().to_string());
        line.fields("reason", reason.as_deref()).0
    });
    let views = views.into_iter().flat_map(|status| status.views);
    let views = views.map(|view| Line::new("view").field("text", &format!("view {view}")).0);
    let lines: Vec<String> = lines.into_iter().chain(components).chain(views).collect();
    lines.join("\n")
}

/// The findings of the doctor and what is linked, one line each.
pub(in crate::exporter::http) fn findings(findings: &[String], linked: Option<&str>) -> String {
    let findings = findings.iter().map(|text| Line::new("finding").field("text", text).0);
    let linked = linked.into_iter().map(|text| Line::new("linked").field("text", text).0);
    let lines: Vec<String> = findings.chain(linked).collect();
    lines.join("\n")
}

fn operation(meta: &OperationMeta, location: Location) -> Line {
    let line = Line::new("operation").field("name", name(meta));
    let line = meta.families.iter().fold(line, |line, (role, family)| line.field(role.word(), family.name));
    let help = meta.families.first().map_or("", |(_, family)| family.help.text());
    let by = meta.const_labels.labels(location).into_iter().map(|(name, _)| name).chain(site_labels(meta));
    let line = line.field("help", help).fields("by", by);
    let (label, values) = outcome(meta);
    let of_class = |class| values.iter().filter(move |(_, own)| *own == class).map(|(value, _)| *value);
    line.fields("outcome", label)
        .fields("good", of_class(OutcomeClass::Ok))
        .fields("bad", of_class(OutcomeClass::Error))
}

/// The declared labels that identify what was called, if all families have them.
fn site_labels(meta: &OperationMeta) -> impl Iterator<Item = &'static str> {
    let labels = meta.labels.iter().enumerate();
    let common = labels.filter(|(at, _)| meta.families.iter().all(|(_, family)| family.carries(*at)));
    common.map(|(_, label)| label.name).filter(|name| SITE_LABELS.contains(name))
}

/// The label that says how calls ended, and the class of each of its values: the outcome's or, if no family has that, a declared one whose type
/// has classes.
fn outcome(meta: &OperationMeta) -> (Option<&'static str>, Vec<(&'static str, OutcomeClass)>) {
    let outcome = &meta.outcome;
    let is_shown = meta.family(Role::Calls).is_some() && outcome.label.is_some() || meta.has_duration_by_outcome();
    let classified = meta.labels.iter().find(|label| label.classes.contains(&OutcomeClass::Error));
    if let (false, Some(LabelMeta { name, values: ValueSet::Closed(values), classes })) = (is_shown, classified) {
        return (Some(name), values.iter().copied().zip(classes.iter().copied()).collect());
    }
    let finished = outcome.finished.iter().copied().zip(outcome.classes.iter().copied());
    let others = [(outcome.cancelled, outcome.cancelled_class), (outcome.panic, OutcomeClass::Error)];
    (outcome.label, finished.chain(others).collect())
}

/// The name of an operation: a family's name without its ending.
fn name(meta: &OperationMeta) -> &'static str {
    let named = meta.families.iter().find(|(role, _)| *role == Role::Calls).or(meta.families.first());
    named.map_or("", |(role, family)| family.name.strip_suffix(role.ending()).unwrap_or(family.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::{Family, Help, OutcomeMeta};

    #[test]
    fn fields_are_encoded_byte_by_byte() {
        let line = Line::new("finding").field("text", "a b&c=é\n").fields("by", ["x", "y"]);
        assert_eq!(line.0, "fact=finding&text=a%20b%26c%3D%C3%A9%0A&by=x&by=y");
    }

    /// Like the operation of an HTTP layer: the histogram has a status code and a route, and there is no counter.
    #[test]
    fn a_label_with_classes_says_how_calls_ended_and_a_route_is_a_row() {
        const DURATION: Family =
            Family { name: "requests_duration_seconds", help: Help::Derived("Requests."), labels: u8::MAX };
        let codes = LabelMeta {
            name: "code",
            values: ValueSet::Closed(&["200", "404", "500"]),
            classes: &[OutcomeClass::Ok, OutcomeClass::Ignored, OutcomeClass::Error],
        };
        let labels = [LabelMeta::open("http_route", 10), codes];
        let meta = OperationMeta {
            labels: Box::leak(Box::new(labels)),
            families: &[(Role::Duration, DURATION)],
            ..OperationMeta::DEFAULT
        };
        let line = |meta| operation(meta, Location { module: "", item: "", file: "", line: 0 }).0;
        let expected = "fact=operation&name=requests&duration=requests_duration_seconds&help=Requests.&by=http_route";
        assert_eq!(line(&meta), format!("{expected}&outcome=code&good=200&bad=500"));
        // An outcome label of its own comes first.
        let by_outcome = OperationMeta { outcome: OutcomeMeta { on_duration: true, ..OutcomeMeta::DEFAULT }, ..meta };
        assert_eq!(line(&by_outcome), format!("{expected}&outcome=outcome&good=ok&bad=error&bad=panic"));
    }
}
