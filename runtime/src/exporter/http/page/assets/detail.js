// One operation: its history, its buckets, and its series by label.

import { quantile } from "./history.js";
import { percent, plain, seconds } from "./format.js";
import { plot, update } from "./plot.js";

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

const PLOTS = [
  { key: "rate", name: "Calls per second", show: plain },
  { key: "errors", name: "Errors", show: percent },
  { key: "p95", name: "95th percentile", show: seconds },
  { key: "inFlight", name: "In flight", show: plain },
];

/** Draws a row with the readings of its series into `section`. */
export function draw(section, row, series, close) {
  const focused = section.contains(document.activeElement) ? document.activeElement.id : "";
  const heading = element("h2", row.name);
  heading.id = "detail-name";
  const button = element("button", "Close");
  button.type = "button";
  button.id = "close";
  button.addEventListener("click", close);
  section.replaceChildren(heading, element("p", row.help), button, plots(row), buckets(row), table(series));
  if (focused) document.getElementById(focused)?.focus();
}

function plots(row) {
  const grid = element("div", undefined, "plots");
  for (const { key, name, show } of PLOTS) {
    const figure = element("figure");
    const label = `${name}: now ${show(row.values[key])}`;
    const svg = plot(key);
    update(svg, row.history[key], label);
    figure.append(element("figcaption", label), svg);
    grid.append(figure);
  }
  return grid;
}

/** All calls since the process started, by bucket. */
function buckets(row) {
  const part = element("div");
  const bounds = [...row.reading.buckets.keys()].sort((a, b) => a - b);
  if (bounds.length === 0) return part;
  part.append(element("h3", "Durations since the process started"));
  const list = element("table", undefined, "buckets");
  const total = row.reading.buckets.get(Infinity) || 1;
  let below = 0;
  for (const bound of bounds) {
    const count = row.reading.buckets.get(bound) - below;
    below = row.reading.buckets.get(bound);
    const line = element("tr");
    const heading = element("th", `≤ ${seconds(bound)}`);
    heading.scope = "row";
    const bar = element("td");
    const filled = element("span", undefined, "bar");
    filled.style.setProperty("width", `${(100 * count) / total}%`);
    bar.append(filled);
    line.append(heading, element("td", plain(count)), bar);
    list.append(line);
  }
  const quantiles = [0.5, 0.95, 0.99].map((q) => `p${q * 100} ${seconds(quantile(q, row.reading.buckets))}`).join(", ");
  part.append(list, element("p", quantiles));
  return part;
}

const COLUMNS = ["Calls", "Errors", "Ignored", "In flight", "p95"];

function table(series) {
  const part = element("div", undefined, "scroll");
  part.append(element("h3", `Series, ${series.length} by label`));
  const all = element("table", undefined, "series");
  const head = element("tr");
  for (const name of ["Labels", ...COLUMNS]) {
    const heading = element("th", name);
    heading.scope = "col";
    head.append(heading);
  }
  all.append(element("thead"), element("tbody"));
  all.tHead.append(head);
  for (const reading of series.slice(0, 500)) {
    const line = element("tr");
    const labels = [...reading.labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(" ");
    const heading = element("th", labels || "no labels");
    heading.scope = "row";
    const { good, bad, ignored, inFlight } = reading;
    const values = [plain(good + bad + ignored), plain(bad), plain(ignored), plain(inFlight), seconds(quantile(0.95, reading.buckets))];
    line.append(heading, ...values.map((value) => element("td", value)));
    all.tBodies[0].append(line);
  }
  part.append(all);
  if (series.length > 500) part.append(element("p", `The first 500 of ${series.length} series.`));
  return part;
}
