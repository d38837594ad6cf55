// Scrapes every two seconds and draws what changed. All state is in this page; the server keeps none.

import { draw as drawDetail } from "./detail.js";
import { parse } from "./exposition.js";
import { parseFacts } from "./facts.js";
import { History } from "./history.js";
import { NOTHING, read } from "./readings.js";
import { Table } from "./table.js";

const INTERVAL = 2_000;

const byId = (id) => document.getElementById(id);
const status = byId("status");
const metrics = document.querySelector('meta[name="metrics"]').content;

/** From a row's id to the row. */
const rows = new Map();
let facts = null;
let diagnosis = { findings: [], linked: [] };
/** When the metrics were read before, in seconds. */
let last = null;
/** The views of the last scrape. */
let viewed = "";
let families = new Map();
let opened = null;
let paused = false;

const table = new Table(byId("operations"), byId("rows"), byId("search"), byId("count"), open);

async function get(path, accept) {
  const response = await fetch(path, { headers: { Accept: accept }, cache: "no-store" });
  if (!response.ok) throw new Error(`${path} returned status ${response.status}`);
  return response.text();
}

async function tick() {
  if (paused || document.hidden) return;
  try {
    facts = parseFacts(await get("page/facts", "text/plain"));
    families = parse(await get(metrics, "text/plain;version=0.0.4"));
    add(Date.now() / 1_000);
    table.refresh([...rows.values()]);
    showFacts();
    if (opened) showDetail();
    const started = [...rows.values()].some((row) => row.history.started);
    say(started ? "" : "Rates show from the second scrape on.", false);
  } catch (error) {
    // A server that restarts comes back; the page goes on asking.
    say(`No answer: ${error.message}. Trying again.`, true);
  }
}

function say(text, failed) {
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("failed", failed);
}

function add(time) {
  // Another view serves other series: what they grew by is not known.
  const shown = facts.views.join("\n");
  if (shown !== viewed) {
    rows.clear();
    last = null;
    viewed = shown;
  }
  for (const operation of facts.operations) {
    const keep = (name) => operation.by.includes(name);
    for (const [key, reading] of read(operation, families, keep)) {
      const id = `${operation.name} ${key}`;
      let row = rows.get(id);
      if (!row) {
        // A view may drop the labels.
        const path = operation.by.map((name) => reading.labels.get(name)).filter(Boolean).join("::");
        row = { id, operation, name: path || operation.name, help: operation.help, history: new History() };
        rows.set(id, row);
        // What was not there at the last scrape has counted from 0 since.
        if (last !== null) row.history.add(last, NOTHING);
      }
      row.reading = reading;
      row.history.add(time, reading);
      row.values = row.history.current();
      row.text = searchable(row);
    }
  }
  last = time;
}

/** What the search finds a row by: its names, and the labels of its series. */
function searchable(row) {
  const { calls, duration, inFlight, help, name } = row.operation;
  const text = [row.name, name, calls, duration, inFlight, help, ...row.reading.labels.values()];
  const family = families.get(calls ?? duration);
  for (const { labels } of family?.samples ?? []) {
    if (matches(labels, row)) for (const [label, value] of labels) if (label !== "le") text.push(label, value, `${label}=${value}`);
  }
  return [...new Set(text)].filter(Boolean).join("\n").toLowerCase();
}

function matches(labels, row) {
  return [...row.reading.labels].every(([name, value]) => labels.get(name) === value);
}

function open(row) {
  opened = row.id;
  byId("detail").hidden = false;
  showDetail();
  byId("detail").focus();
}

function showDetail() {
  const row = rows.get(opened);
  // A view may have muted it.
  byId("detail").hidden = !row;
  if (!row) return;
  const all = [...read(row.operation, families, () => true).values()];
  const series = all.filter((reading) => matches(reading.labels, row)).sort((a, b) => b.good + b.bad - a.good - a.bad);
  drawDetail(byId("detail"), row, series, () => {
    opened = null;
    byId("detail").hidden = true;
  });
}

function showFacts() {
  const { components, views } = facts;
  byId("build").textContent = build();
  const { findings, linked } = diagnosis;
  byId("notes").hidden = components.length + views.length + findings.length + linked.length === 0;
  fill(byId("components"), components, ({ name, ready, reason }) => [`${name}: ${ready ? "ready" : `not ready, ${reason}`}`, ready]);
  fill(byId("views"), views, (text) => [text, true]);
  fill(byId("findings"), findings, (text) => [text, false]);
  fill(byId("linked"), linked, (text) => [text, true]);
}

/** The labels of the program's build information, if it publishes that. */
function build() {
  const family = [...families.keys()].find((name) => name.endsWith("build_info"));
  const labels = families.get(family)?.samples[0]?.labels ?? new Map();
  return [...labels].map(([name, value]) => `${name} ${value}`).join(" · ");
}

/** Asks for the doctor's findings: once, since it looks at the whole program. */
async function diagnose() {
  try {
    diagnosis = parseFacts(await get("page/findings", "text/plain"));
  } catch {
    // The page shows its rows without them.
  }
}

function fill(list, items, describe) {
  const lines = items.map(describe);
  const before = [...list.children].map((item) => item.textContent).join("\n");
  if (before === lines.map(([text]) => text).join("\n")) return;
  list.replaceChildren(
    ...lines.map(([text, good]) => {
      const item = document.createElement("li");
      item.textContent = text;
      item.className = good ? "good" : "bad";
      return item;
    }),
  );
}

byId("pause").addEventListener("click", ({ target }) => {
  paused = !paused;
  target.setAttribute("aria-pressed", String(paused));
});
byId("theme").addEventListener("change", ({ target }) => {
  if (target.value) document.documentElement.dataset.theme = target.value;
  else delete document.documentElement.dataset.theme;
});
byId("filter").addEventListener("submit", (event) => event.preventDefault());

// The findings stand above the table: they come first, so that nothing moves under the pointer later.
await diagnose();
await tick();
setInterval(tick, INTERVAL);
