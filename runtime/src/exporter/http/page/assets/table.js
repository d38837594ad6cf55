// The table of operations: sorted, searched, and drawn where it is in view.

import { percent, plain, seconds } from "./format.js";
import { plot, update } from "./plot.js";

/** The columns behind the name: how a value reads and whose history is drawn. */
const COLUMNS = [
  { key: "rate", show: plain, drawn: "rate" },
  { key: "errors", show: percent, drawn: "errors" },
  { key: "p50", show: seconds },
  { key: "p95", show: seconds, drawn: "p95" },
  { key: "p99", show: seconds },
  { key: "inFlight", show: plain, drawn: "inFlight" },
];

export class Table {
  /** `open` is called with a row when its name is clicked. */
  constructor(table, body, search, count, open) {
    Object.assign(this, { table, body, search, count, open, elements: new Map(), sort: { key: "rate", descending: true } });
    this.visible = new Set();
    this.observer = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: "200px" });
    for (const heading of table.querySelectorAll("thead th")) {
      heading.querySelector("button").addEventListener("click", () => this.sortBy(heading.dataset.key));
    }
    search.addEventListener("input", () => this.draw());
    this.rows = [];
  }

  sortBy(key) {
    const descending = this.sort.key === key ? !this.sort.descending : key !== "name";
    this.sort = { key, descending };
    this.draw();
  }

  /** Shows new values: rows of the form `{ id, name, help, text, history, values }`. Under the pointer, rows keep their order, so that a click hits its row. */
  refresh(rows) {
    this.rows = rows;
    const pointed = matchMedia("(hover: hover)").matches && this.body.matches(":hover");
    this.draw(pointed ? [...this.body.children] : []);
  }

  /** Draws the rows; those of the `kept` elements come first, in their order. */
  draw(kept = []) {
    const rows = this.rows;
    for (const heading of this.table.querySelectorAll("thead th")) {
      const own = heading.dataset.key === this.sort.key;
      if (own) heading.setAttribute("aria-sort", this.sort.descending ? "descending" : "ascending");
      else heading.removeAttribute("aria-sort");
    }
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = rows.filter((row) => words.every((word) => row.text.includes(word)));
    const places = new Map(kept.map((element, at) => [element.dataset.id, at]));
    const place = (row) => places.get(row.id) ?? places.size;
    found.sort((a, b) => place(a) - place(b) || this.compare(a, b));
    this.count.textContent = found.length === rows.length ? `${rows.length} operations` : `${found.length} of ${rows.length} operations`;
    // Elements that are in their place already stay untouched: focus and hover survive.
    found.forEach((row, at) => {
      const element = this.element(row);
      if (this.body.children[at] !== element) this.body.insertBefore(element, this.body.children[at] ?? null);
    });
    while (this.body.children.length > found.length) this.body.lastChild.remove();
    for (const row of found) if (this.visible.has(row.id)) this.fill(row);
  }

  compare(a, b) {
    const { key, descending } = this.sort;
    const order = key === "name" ? a.name.localeCompare(b.name) : (a.values[key] ?? -1) - (b.values[key] ?? -1);
    return (descending ? -order : order) || a.name.localeCompare(b.name);
  }

  element(row) {
    let element = this.elements.get(row.id);
    if (element) return element;
    element = document.createElement("tr");
    element.dataset.id = row.id;
    const heading = document.createElement("th");
    heading.scope = "row";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = row.name;
    button.addEventListener("click", () => this.open(row));
    heading.append(button);
    if (row.help) {
      const help = document.createElement("small");
      help.textContent = row.help;
      heading.append(help);
    }
    element.append(heading);
    for (const { key, drawn } of COLUMNS) {
      const cell = document.createElement("td");
      cell.className = key;
      cell.append(document.createElement("span"));
      if (drawn) cell.append(plot(drawn));
      element.append(cell);
    }
    this.elements.set(row.id, element);
    this.observer.observe(element);
    return element;
  }

  seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const id = target.dataset.id;
      if (!isIntersecting) {
        this.visible.delete(id);
        continue;
      }
      this.visible.add(id);
      const row = this.rows.find((row) => row.id === id);
      if (row) this.fill(row);
    }
  }

  fill(row) {
    const cells = this.element(row).children;
    COLUMNS.forEach(({ key, show, drawn }, at) => {
      const cell = cells[at + 1];
      const text = show(row.values[key]);
      if (cell.firstChild.textContent !== text) cell.firstChild.textContent = text;
      if (key === "errors") cell.classList.toggle("some", row.values.errors > 0);
      if (drawn) update(cell.lastChild, row.history[drawn], `${row.name}, ${key}: now ${text}`);
    });
  }
}
