// One scrape, added up: what each operation, and each of its series, stands at.

/** A key for a combination of labels. */
export function keyOf(labels, without) {
  const parts = [];
  for (const [name, value] of labels) if (!without.has(name)) parts.push(JSON.stringify(name) + ":" + JSON.stringify(value));
  return parts.sort().join(",");
}

/** The values of one row at one moment: counters and gauges, and cumulative buckets by bound. */
function emptyReading(labels) {
  return { labels, good: 0, bad: 0, ignored: 0, classified: true, inFlight: null, sum: 0, buckets: new Map() };
}

/** The reading of what has counted nothing yet. */
export const NOTHING = emptyReading(new Map());

/**
 * Reads an operation out of the families of a scrape.
 *
 * Returns a map from a key to a reading for each combination of the labels that tell rows apart (`by` for rows of the table, everything
 * but the outcome for the detail).
 */
export function read(operation, families, keep) {
  const readings = new Map();
  const without = new Set(["le", operation.label]);
  // A view may mute the counter.
  const counted = [operation.calls, operation.ok].some((name) => families.has(name));
  const at = (labels) => {
    const kept = new Map([...labels].filter(([name]) => !without.has(name) && keep(name)));
    const key = keyOf(kept, without);
    let reading = readings.get(key);
    if (!reading) {
      reading = emptyReading(kept);
      readings.set(key, reading);
    }
    return reading;
  };
  for (const { labels, value } of families.get(operation.calls)?.samples ?? []) {
    const outcome = labels.get(operation.label);
    const reading = at(labels);
    if (operation.label === null || operation.good.has(outcome)) reading.good += value;
    else if (operation.bad.has(outcome)) reading.bad += value;
    else reading.ignored += value;
  }
  for (const { labels, value } of families.get(operation.ok)?.samples ?? []) if (!operation.calls) at(labels).good += value;
  for (const { labels, value } of families.get(operation.error)?.samples ?? []) if (!operation.calls) at(labels).bad += value;
  for (const { name, labels, value } of families.get(operation.duration)?.samples ?? []) {
    const reading = at(labels);
    if (name.endsWith("_sum")) reading.sum += value;
    if (name.endsWith("_bucket")) {
      const bound = labels.get("le") === "+Inf" ? Infinity : Number(labels.get("le"));
      reading.buckets.set(bound, (reading.buckets.get(bound) ?? 0) + value);
    }
    // Without a counter, the histogram counts the calls.
    if (name.endsWith("_count") && !counted) countByHistogram(operation, reading, labels, value);
  }
  for (const { labels, value } of families.get(operation.inFlight)?.samples ?? []) {
    const reading = at(labels);
    reading.inFlight = (reading.inFlight ?? 0) + value;
  }
  return readings;
}

function countByHistogram(operation, reading, labels, value) {
  const outcome = labels.get(operation.label);
  if (outcome === undefined && operation.label !== null) reading.classified = false;
  if (outcome === undefined || operation.good.has(outcome)) reading.good += value;
  else if (operation.bad.has(outcome)) reading.bad += value;
  else reading.ignored += value;
}
