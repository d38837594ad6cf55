// Reads what the server says about itself beside the metrics: a line for each fact, as `application/x-www-form-urlencoded`.

/**
 * Parses the facts.
 *
 * Returns `{ operations, components, views, findings, linked }`:
 * an operation is `{ name, calls, duration, inFlight, label, good, bad }`, where `good` and `bad` are sets of outcomes; outcomes in
 * neither set are ignored.
 */
export function parseFacts(text) {
  const facts = { operations: [], components: [], views: [], findings: [], linked: [] };
  for (const line of text.split("\n")) {
    const fields = new URLSearchParams(line);
    switch (fields.get("fact")) {
      case "operation":
        facts.operations.push({
          name: fields.get("name"),
          help: fields.get("help") ?? "",
          calls: fields.get("calls"),
          duration: fields.get("duration"),
          inFlight: fields.get("in_flight"),
          ok: fields.get("ok"),
          error: fields.get("error"),
          label: fields.get("outcome"),
          good: new Set(fields.getAll("good")),
          bad: new Set(fields.getAll("bad")),
          by: fields.getAll("by"),
        });
        break;
      case "component":
        facts.components.push({ name: fields.get("name"), ready: fields.get("ready") === "true", reason: fields.get("reason") ?? "" });
        break;
      case "view":
        facts.views.push(fields.get("text"));
        break;
      case "finding":
        facts.findings.push(fields.get("text"));
        break;
      case "linked":
        facts.linked.push(fields.get("text"));
        break;
    }
  }
  return facts;
}
