//! Templates of alerts: the labels of the alert that they name.

/// A label that a template names, and how it does.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Used {
    pub(super) label: String,
    pub(super) text: String,
}

/// Returns the labels that a template takes from the alert.
pub(super) fn labels_of(template: &str) -> Vec<Used> {
    let mut used = Vec::new();
    // In `range` and `with` the dot is something else, such as a sample of another query.
    let mut blocks: Vec<bool> = Vec::new();
    for part in template.split("{{").skip(1) {
        let action = part.split("}}").next().unwrap_or_default();
        let keyword =
            action.trim_start_matches('-').trim_start().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        // The action that opens a block is still outside.
        let dot_is_alert = !blocks.contains(&true);
        match keyword {
            "range" | "with" | "define" | "block" => blocks.push(true),
            "if" => blocks.push(false),
            "end" => {
                blocks.pop();
            }
            _ => {}
        }
        fields(action, "$labels.", &mut used);
        indexed(action, "$labels", &mut used);
        if dot_is_alert {
            fields(action, ".Labels.", &mut used);
            indexed(action, ".Labels", &mut used);
        }
    }
    used
}

/// `$labels.name`
fn fields(action: &str, prefix: &str, used: &mut Vec<Used>) {
    for (at, _) in action.match_indices(prefix) {
        // `$sample.Labels.name` is of something else.
        if action[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ')') {
            continue;
        }
        let after = &action[at + prefix.len()..];
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let label = &after[..end];
        if !label.is_empty() {
            used.push(Used { label: label.to_owned(), text: format!("{prefix}{label}") });
        }
    }
}

/// `index $labels "name"`
fn indexed(action: &str, map: &str, used: &mut Vec<Used>) {
    for (at, _) in action.match_indices("index") {
        let Some(after) = action[at + "index".len()..].trim_start().strip_prefix(map) else { continue };
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|c| ['"', '`'].contains(c)) else { continue };
        if let Some((label, _)) = after[1..].split_once(quote) {
            used.push(Used { label: label.to_owned(), text: format!("index {map} {quote}{label}{quote}") });
        }
    }
}
