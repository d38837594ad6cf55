// The live page in a real browser: what it shows is what was driven.
//
// `scripts/browser` installs what this needs and runs it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { after, afterEach, before, test } from "node:test";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { chromium } = createRequire(process.env.PLAYWRIGHT)("playwright-core");
const SERVER = process.env.PAGE_SERVER;
const HTTP_SERVER = process.env.PAGE_HTTP_SERVER;
const HOSTILE = "<img src=x onerror=alert(1)>\\\"quoted\"";

let browser;

before(async () => {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args });
});

after(() => browser.close());

/** The programs that a test started; one that fails leaves none behind. */
const running = new Set();

afterEach(() => {
  for (const program of running) program.kill();
  running.clear();
});

/** A running program: `drive` makes calls, `stop` ends it. */
const start = (...args) => launch(SERVER, ...args);

async function launch(server, ...args) {
  const program = spawn(server, args, { stdio: ["pipe", "pipe", "inherit"] });
  running.add(program);
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  const address = (await lines.next()).value;
  return {
    address,
    url: `http://${address}/`,
    async drive(line) {
      program.stdin.write(`${line}\n`);
      assert.equal((await lines.next()).value, "done");
    },
    async stop() {
      const ended = new Promise((resolve) => program.once("exit", resolve));
      program.stdin.end();
      await ended;
    },
  };
}

/** An open page; `errors` is everything that it complained of, and every dialog. */
async function open(url, options = {}, prepare = async () => {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  const page = await context.newPage();
  await prepare(page);
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("dialog", (dialog) => (errors.push(`dialog ${dialog.message()}`), dialog.dismiss()));
  page.on("request", (request) => request.url().startsWith(url) || errors.push(`request ${request.url()}`));
  await page.goto(url);
  await page.locator("tbody tr").first().waitFor();
  return { page, errors, close: () => context.close() };
}

const row = (page, name) => page.locator("#rows tr").filter({ has: page.getByRole("button", { name, exact: true }) });
const names = (page) => page.locator("#rows th button").allTextContents().then((all) => all.join(" "));
const cell = (page, name, key) => row(page, name).locator(`td.${key} span`);

/** Waits until `read` gives what is expected. */
async function eventually(read, expected) {
  let last;
  for (let tries = 0; tries < 100; tries += 1) {
    last = await read();
    if (expected instanceof RegExp ? expected.test(last) : last === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.equal(last, expected);
}

test("the figures are those that were driven", async () => {
  const server = await start("127.0.0.1:0");
  const { page, errors, close } = await open(server.url);
  await server.drive("orders ok 90 a");
  await server.drive("orders error 10 b");
  await eventually(() => cell(page, "orders", "errors").textContent(), "10 %");
  assert.notEqual(await cell(page, "orders", "rate").textContent(), "0");
  assert.equal(await cell(page, "orders", "inFlight").textContent(), "0");
  await page.getByRole("button", { name: "orders", exact: true }).click();
  const series = page.locator("#detail table.series tbody tr");
  assert.deepEqual(await series.allInnerTexts().then((rows) => rows.map((row) => row.split("\t").slice(0, 3))), [
    ['tenant="a"', "90", "0"],
    ['tenant="b"', "10", "10"],
  ]);
  const counts = await page.locator("#detail table.buckets td:nth-child(2)").allInnerTexts();
  assert.equal(counts.map(Number).reduce((sum, count) => sum + count), 100);
  assert.equal(await page.locator("#components li").textContent(), "database: not ready, starting");
  await eventually(() => page.locator("#linked li").textContent(), /^declarations are linked from .* `use the_library as _;` links its metrics with `#\[derive\(\.\.\)\]`$/);
  assert.deepEqual(errors, []);
  await close();
  await server.stop();
});

test("HTTP requests with a status of 5xx are errors, in a row for each route", async () => {
  const server = await launch(HTTP_SERVER, "127.0.0.1:0");
  const { page, errors, close } = await open(server.url);
  await server.drive("200 75 /users/{id}");
  await server.drive("404 25 /users/{id}");
  await server.drive("200 15 /orders");
  await server.drive("503 5 /orders");
  await eventually(() => cell(page, "/orders", "errors").textContent(), "25 %");
  assert.match(await cell(page, "/users/{id}", "errors").textContent(), /^0( %)?$/);
  await page.getByRole("button", { name: "/orders", exact: true }).click();
  const series = await page.locator("#detail table.series tbody tr").allInnerTexts();
  assert.ok(series.length > 0 && series.every((row) => !row.includes("users")), series.join("\n"));
  assert.deepEqual(errors, []);
  await close();
  await server.stop();
});

test("rows are sorted and searched", async () => {
  const server = await start("127.0.0.1:0");
  await server.drive("orders ok 1 tenant-one");
  const { page, errors, close } = await open(server.url);
  await server.drive("orders ok 50 tenant-one");
  await server.drive("function error 5");
  await eventually(() => names(page), "orders page_server::function");
  await page.getByRole("button", { name: "Errors" }).click();
  await eventually(() => names(page), "page_server::function orders");
  assert.equal(await page.locator('th[data-key="errors"]').getAttribute("aria-sort"), "descending");
  await page.getByRole("button", { name: "Errors" }).click();
  await eventually(() => names(page), "orders page_server::function");
  await page.getByLabel("Search").fill("tenant-one");
  await eventually(() => names(page), "orders");
  assert.equal(await page.locator("#count").textContent(), "1 of 2 operations");
  await page.getByLabel("Search").fill("nothing like it");
  await eventually(() => names(page), "");
  assert.deepEqual(errors, []);
  await close();
  await server.stop();
});

test("nothing moves under the pointer while the page loads, and a slow click is not lost", async () => {
  const server = await start("127.0.0.1:0");
  await server.drive("orders ok 1 a");
  const slowFindings = (page) => page.route("**/page/findings", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await route.continue();
  });
  const { page, errors, close } = await open(server.url, {}, slowFindings);
  const button = page.getByRole("button", { name: "orders", exact: true });
  const before = await button.boundingBox();
  await page.mouse.move(before.x + 5, before.y + 5);
  await page.mouse.down();
  await page.locator("#linked li").waitFor();
  await eventually(() => page.locator("#status").textContent(), "");
  assert.deepEqual(await button.boundingBox(), before);
  await page.mouse.up();
  await page.locator("#detail h2").waitFor({ timeout: 5_000 });
  assert.deepEqual(errors, []);
  await close();
  await server.stop();
});

test("rows keep their order under the pointer, and are sorted when it leaves", async () => {
  const server = await start("127.0.0.1:0");
  await server.drive("orders ok 1 a");
  const { page, errors, close } = await open(server.url);
  await eventually(() => cell(page, "orders", "rate").textContent(), "0");
  await page.getByRole("button", { name: "orders", exact: true }).hover();
  await server.drive("function ok 50");
  await eventually(() => cell(page, "page_server::function", "rate").textContent(), /^[1-9]/);
  assert.equal(await names(page), "orders page_server::function");
  await page.mouse.move(0, 0);
  await server.drive("function ok 500");
  await eventually(() => names(page), "page_server::function orders");
  assert.deepEqual(errors, []);
  await close();
  await server.stop();
});

test("label values and HELP with markup are text", async () => {
  const server = await start("127.0.0.1:0");
  await server.drive(`orders ok 3 ${HOSTILE}`);
  const { page, errors, close } = await open(server.url);
  assert.equal(await row(page, "orders").locator("small").textContent(), "Orders placed <b>today</b>.");
  await page.getByRole("button", { name: "orders", exact: true }).click();
  assert.equal(await page.locator("#detail table.series tbody th").textContent(), `tenant=${JSON.stringify(HOSTILE)}`);
  assert.equal(await page.locator("img, b").count(), 0);
  assert.deepEqual(errors, []);
  await close();
  await server.stop();
});

test("a server that restarts counts from 0 again, and no rate is negative", async () => {
  let server = await start("127.0.0.1:0");
  const { address, url } = server;
  await server.drive("orders ok 1000 a");
  const { page, close } = await open(url);
  await server.stop();
  await eventually(() => page.locator("#status").textContent(), /No answer/);
  server = await start(address);
  await server.drive("orders ok 30 a");
  await server.drive("orders error 10 a");
  await eventually(() => cell(page, "orders", "errors").textContent(), "25 %");
  const plotted = await row(page, "orders").locator("td.rate svg path").getAttribute("d");
  assert.ok(!/ -\d|NaN/.test(plotted), plotted);
  await close();
  await server.stop();
});

test("both colour schemes have their colours, and the choice wins", async () => {
  const server = await start("127.0.0.1:0");
  const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  for (const [colorScheme, colour, other] of [["light", "rgb(255, 255, 255)", "dark"], ["dark", "rgb(15, 20, 25)", "light"]]) {
    const { page, errors, close } = await open(server.url, { colorScheme });
    assert.equal(await background(page), colour);
    await page.getByLabel("Theme").selectOption(other);
    assert.notEqual(await background(page), colour);
    assert.deepEqual(errors, []);
    await close();
  }
  await server.stop();
});

test("the page asks for the same credentials as the metrics", async () => {
  const server = await start("127.0.0.1:0", "user", "secret");
  for (const path of ["", "page/main.js", "page/facts", "page/findings"]) {
    const response = await fetch(server.url + path, { headers: { Accept: "text/html" } });
    assert.equal(response.status, 401, path);
  }
  const { page, errors, close } = await open(server.url, { httpCredentials: { username: "user", password: "secret" } });
  await server.drive("orders ok 4 a");
  await eventually(() => cell(page, "orders", "errors").textContent(), "0 %");
  assert.deepEqual(errors, []);
  await close();
  await server.stop();
});

test("a narrow screen and the keyboard are enough", async () => {
  const server = await start("127.0.0.1:0");
  await server.drive("orders ok 4 a");
  const { page, errors, close } = await open(server.url, { viewport: { width: 360, height: 640 } });
  const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(overflows, false);
  await page.getByRole("button", { name: "orders", exact: true }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#detail-name").textContent(), "orders");
  await page.getByRole("button", { name: "Close" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#detail").isVisible(), false);
  assert.deepEqual(errors, []);
  await close();
  await server.stop();
});

test("views merge, drop and mute what the page shows, and a change of the file is seen", async () => {
  const folder = mkdtempSync(join(tmpdir(), "views-"));
  const file = join(folder, "views.yaml");
  const write = (families) => writeFileSync(file, `families:\n${families.map((line) => `  ${line}\n`).join("")}`);
  write(["'orders_*': { merge: { tenant: { both: [a, b] } } }"]);
  process.env.PAGE_VIEWS = file;
  const server = await start("127.0.0.1:0").finally(() => delete process.env.PAGE_VIEWS);
  const { page, errors, close } = await open(server.url);
  const views = () => page.locator("#views li").allTextContents().then((all) => all.join("; "));
  const series = () => page.locator("#detail table.series tbody tr").allInnerTexts().then((rows) => rows.map((row) => row.split("\t").slice(0, 3).join(" ")).join("; "));
  await server.drive("orders ok 90 a");
  await server.drive("orders error 10 b");
  await server.drive("orders ok 5 c");
  await server.drive("function ok 2");
  await eventually(() => cell(page, "orders", "errors").textContent(), "9.52 %");
  await eventually(views, /^view .*orders_/);
  await page.getByRole("button", { name: "orders", exact: true }).click();
  await eventually(series, 'tenant="both" 100 10; tenant="c" 5 0');
  // The label is gone: one series with the sum.
  write(["'orders_*': { drop: [tenant] }"]);
  await eventually(series, "no labels 105 10");
  const counts = await page.locator("#detail table.buckets td:nth-child(2)").allInnerTexts();
  assert.equal(counts.map(Number).reduce((sum, count) => sum + count), 105);
  assert.equal(await cell(page, "orders", "inFlight").textContent(), "0");
  // Only some of the families: the rest of the operation is still shown.
  write(["orders_duration_seconds: { mute: true }", "orders_in_flight: { mute: true }"]);
  await eventually(series, 'tenant="a" 90 0; tenant="b" 10 10; tenant="c" 5 0');
  assert.equal(await cell(page, "orders", "p95").textContent(), "–");
  // The labels that name functions are dropped, and the whole operation is muted.
  write(["'function_calls*': { drop: [module, function] }", "'orders_*': { mute: true }"]);
  await eventually(() => names(page), /^(?!.*orders).*function/);
  await server.drive("function error 3");
  write(["'*': { mute: true }"]);
  await eventually(() => names(page), "");
  // Everything is back, and no rate is negative or made of the time without it.
  write([]);
  writeFileSync(file, "families: {}\n");
  await eventually(() => names(page), /orders/);
  await eventually(series, 'tenant="a" 90 0; tenant="b" 10 10; tenant="c" 5 0');
  await eventually(() => cell(page, "orders", "rate").textContent(), "0");
  assert.deepEqual(errors, []);
  await close();
  await server.stop();
  rmSync(folder, { recursive: true });
});
