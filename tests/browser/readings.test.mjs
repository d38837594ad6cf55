// What the live page reads out of a scrape, without a browser: operations whose histogram says how calls ended.

import assert from "node:assert/strict";
import { test } from "node:test";

const assets = new URL("../../runtime/src/exporter/http/page/assets/", import.meta.url);
const { parseFacts } = await import(new URL("facts.js", assets));
const { read } = await import(new URL("readings.js", assets));

/** The families of a scrape, as `exposition.js` gives them: only what `readings.js` uses. */
function families(name, counts) {
  const samples = counts.map(([labels, value]) => ({ name: `${name}_count`, labels: new Map(Object.entries(labels)), value }));
  return new Map([[name, { samples }]]);
}

test("requests are counted by status code, a row for each route", () => {
  const name = "http_server_request_duration_seconds";
  const facts = parseFacts(
    `fact=operation&name=http_server_request&duration=${name}&help=x&by=http_route&outcome=http_response_status_code&good=200&good=404&bad=500&bad=panic`,
  );
  const [operation] = facts.operations;
  const scrape = families(name, [
    [{ http_route: "/a", http_response_status_code: "200" }, 90],
    [{ http_route: "/a", http_response_status_code: "500" }, 8],
    [{ http_route: "/a", http_response_status_code: "panic" }, 2],
    [{ http_route: "/a", http_response_status_code: "cancelled" }, 5],
    [{ http_route: "/b", http_response_status_code: "404" }, 3],
  ]);
  const rows = [...read(operation, scrape, (label) => operation.by.includes(label)).values()];
  assert.deepEqual(rows.map(({ labels, good, bad, ignored }) => [labels.get("http_route"), good, bad, ignored]), [
    ["/a", 90, 10, 5],
    ["/b", 3, 0, 0],
  ]);
});

test("durations by outcome without a counter count calls by outcome", () => {
  const [operation] = parseFacts("fact=operation&name=x&duration=x_seconds&outcome=outcome&good=ok&bad=error&bad=panic").operations;
  const scrape = families("x_seconds", [[{ outcome: "ok" }, 3], [{ outcome: "error" }, 1], [{ outcome: "cancelled" }, 7]]);
  const [row] = read(operation, scrape, () => false).values();
  assert.deepEqual([row.good, row.bad, row.ignored], [3, 1, 7]);
});
