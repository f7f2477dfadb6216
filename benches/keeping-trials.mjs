// Whether readers' data survives when a page is left, reloaded or closed right after a change, in Chromium and Firefox,
// over HTTP and from disk, on an idle machine and under load.
//
//   node benches/keeping-trials.mjs [--trials 3000] [--browser chromium|firefox] [--scheme http|file] [--load 0,2]
//
// One trial: open a page, change one thing (a tick, a blank, a line to write on, a copy, "clear everything"), leave the page
// after 0, 5 or 20 ms, open it again and look. A change that the page shows when it is loaded is kept; one that it shows within
// two seconds is late; anything else is lost. `--load` says how many busy processes run meanwhile. CHAPBOOK names another
// binary. Needs the packages of tests/browser (`npm ci` there), Chromium and Firefox. Prints a table to standard error.

import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { firefoxReader } from "../tests/browser/firefox.mjs";
import { site } from "../tests/browser/lists.mjs";
import { end, fileUrl, reader, serve } from "../tests/browser/stage.mjs";

const { values: options } = parseArgs({
  options: {
    trials: { type: "string", default: "3000" },
    browser: { type: "string" },
    scheme: { type: "string" },
    load: { type: "string", default: "0,2" },
  },
});
const BROWSERS = options.browser ? [options.browser] : ["chromium", "firefox"];
const SCHEMES = options.scheme ? [options.scheme] : ["http", "file"];
const LOADS = options.load.split(",").map(Number);
const LEAVES = ["reload", "link", "close"];
const DELAYS = [0, 5, 20];
/** How long a page may take to show a change that it did not show when it was loaded, in milliseconds. */
const LATE = 2000;

/**
 * The kinds of change. `change` and `shows` run in the page; `shows` says whether the page shows the change of this trial.
 * Each works on what the trials before left, so that a change that is lost and one that comes back are both seen.
 */
const KINDS = {
  tick: {
    page: "call.html",
    change: () => {
      const box = document.querySelector("input[data-item-id]");
      box.click();
      return box.checked;
    },
    shows: (checked) => document.querySelector("input[data-item-id]").checked === checked,
  },
  blank: {
    page: "call.html",
    change: (value) => {
      const field = document.querySelector(".cb-field");
      field.value = value;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      return value;
    },
    shows: (value) => document.querySelector(".cb-field").value === value,
  },
  line: {
    page: "letter.html",
    change: (value) => {
      const field = document.querySelector('[data-chapbook="writing-line"] input');
      field.value = value;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      return value;
    },
    shows: (value) => document.querySelector('[data-chapbook="writing-line"] input').value === value,
  },
  copy: {
    page: "call.html",
    change: (name) => {
      const { state } = window.chapbook;
      for (const copy of state.read().copies.slice(0, -1)) {
        state.change((_, kept) => {
          kept.copies = kept.copies.filter(({ id }) => id !== copy.id);
          kept.current = kept.copies[0].id;
        });
      }
      state.add(name);
      return name;
    },
    shows: (name) => {
      const { state } = window.chapbook;
      const kept = state.read();
      return kept.copies.length === 2 && state.copyOf(kept).name === name && document.querySelector('[data-chapbook="copy-name"]').textContent === name;
    },
  },
  clear: {
    page: "call.html",
    prepare: () => {
      const box = document.querySelector("input[data-item-id]");
      if (!box.checked) box.click();
    },
    change: () => void window.chapbook.state.clear(),
    shows: () => !document.querySelector("input[data-item-id]").checked && window.chapbook.state.read().copies.length === 1,
  },
};

/** A tab of Chromium: `open`, `evaluate`, `leave`. */
async function chromiumTab(t) {
  const { context, page: first } = await reader(t);
  let page = first;
  return {
    open: async (url) => {
      if (page.isClosed()) page = await context.newPage();
      await page.goto(url);
    },
    evaluate: (work, value) => page.evaluate(work, value),
    reload: () => page.reload(),
    close: () => page.close(),
    left: (path) => page.waitForURL((url) => !url.pathname.endsWith(path)),
  };
}

/** A tab of Firefox, the same. */
async function firefoxTab(t) {
  const { page, userContext } = await firefoxReader(t);
  let closed = false;
  return {
    open: async (url) => {
      if (closed) page.context = (await page.send("browsingContext.create", { type: "tab", userContext })).context;
      closed = false;
      await page.goto(url);
    },
    evaluate: (work, value) => page.evaluate(work, value),
    reload: () => page.reload(),
    close: async () => {
      closed = true;
      // The reader keeps one tab, as most do: with the last one the user context would go.
      await page.send("browsingContext.create", { type: "tab", userContext, background: true });
      await page.send("browsingContext.close", { context: page.context });
    },
    left: (path) => page.until((end) => !location.pathname.endsWith(end) && document.readyState === "complete", path),
  };
}

/** Changes one thing, leaves the page, comes back. @returns {Promise<"kept" | "late" | "lost">} */
async function trial(tab, address, kind, leave, delay, number) {
  const { page, prepare, change, shows } = KINDS[kind];
  await tab.open(address + page);
  if (prepare) await tab.evaluate(prepare);
  if (prepare) await pause(50);
  const value = await tab.evaluate(change, `v${number}`);
  if (delay) await pause(delay);
  if (leave === "reload") await tab.reload();
  if (leave === "link") {
    await tab.evaluate(() => void [...document.querySelectorAll("nav a")].find((link) => link.pathname !== location.pathname).click());
    await tab.left(page);
    await tab.open(address + page);
  }
  if (leave === "close") {
    await tab.close();
    await tab.open(address + page);
  }
  if (await tab.evaluate(shows, value)) return "kept";
  for (const until = Date.now() + LATE; Date.now() < until; await pause(50)) if (await tab.evaluate(shows, value)) return "late";
  return "lost";
}

/** What `reader` and `firefoxReader` ask of a test: to be told when it ends. */
function scope() {
  const steps = [];
  return { after: (step) => steps.push(step), end: async () => { for (const step of steps.reverse()) await step(); } };
}

function busy(count) {
  const all = Array.from({ length: count }, () => spawn(process.execPath, ["-e", "for (;;);"]));
  return () => all.forEach((child) => child.kill("SIGKILL"));
}

const addresses = { http: await serve(site()), file: `${fileUrl(site(), "")}/`.replace(/\/+$/u, "/") };
const combinations = LEAVES.flatMap((leave) => DELAYS.flatMap((delay) => Object.keys(KINDS).map((kind) => [kind, leave, delay])));
const groups = LOADS.flatMap((load) => BROWSERS.flatMap((browser) => SCHEMES.map((scheme) => [browser, scheme, load])));
const repeats = Math.max(1, Math.ceil(Number(options.trials) / groups.length / combinations.length));
let [count, lost] = [0, 0];
for (const [browser, scheme, load] of groups) {
  const rest = busy(load);
  const t = scope();
  const tab = await (browser === "firefox" ? firefoxTab : chromiumTab)(t);
  const found = { kept: 0, late: 0, lost: 0, failed: 0 };
  const which = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const [kind, leave, delay] of combinations) {
      count += 1;
      const how = await trial(tab, addresses[scheme], kind, leave, delay, count).catch((error) => (console.error(String(error).split("\n")[0]), "failed"));
      found[how] += 1;
      if (how !== "kept") which.push(`${how}: ${kind} ${leave} ${delay} ms`);
    }
  }
  rest();
  await t.end();
  lost += found.lost;
  console.error(`${browser.padEnd(9)} ${scheme.padEnd(5)} load ${load}  ${JSON.stringify(found)}`);
  const counts = Map.groupBy ? Map.groupBy(which, (one) => one) : which.reduce((all, one) => all.set(one, [...(all.get(one) ?? []), one]), new Map());
  for (const [one, all] of counts) console.error(`  ${all.length} ${one}`);
}
console.error(`${count} trials, ${lost} lost`);
await end();
process.exit(lost ? 1 : 0);
