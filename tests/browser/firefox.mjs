// Drives Firefox by WebDriver BiDi, without a driver program: pages from disk, scripts in them, keys, pictures, printing.
//
//   const { page, complaints } = await firefoxOffline(t, site, "index.html");
//   await page.evaluate((word) => document.title.includes(word), "book");
//   await page.click("button");  await page.type("words");  await page.press("Enter");
//   writeFileSync("a.pdf", await page.pdf());  writeFileSync("a.png", await page.screenshot());
//
// FIREFOX names another binary. `firefoxReader(t)` is the same with the network on; `page.context` is the handle
// of BiDi, and `page.send(method, params)` sends any command (https://w3c.github.io/webdriver-bidi/).

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { WebSocket } from "ws";
import { atEnd, fileUrl, once, temporary } from "./stage.mjs";

/** How long the browser may take to start, and a page for anything, in milliseconds. */
const TIMEOUT = 60_000;

/** Switches off updates, telemetry, session restore and prefetching. */
const PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.aboutwelcome.enabled": false,
  "browser.newtabpage.enabled": false,
  "browser.region.network.url": "",
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.search.update": false,
  "browser.sessionstore.resume_from_crash": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage": "about:blank",
  "browser.startup.page": 0,
  "captivedetect.canonicalURL": "",
  "datareporting.policy.dataSubmissionEnabled": false,
  "dom.ipc.processCount": 1,
  "extensions.getAddons.cache.enabled": false,
  "extensions.systemAddon.update.enabled": false,
  "messaging-system.rsexperimentloader.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.dns.disablePrefetch": true,
  "network.http.speculative-parallel-limit": 0,
  "remote.active-protocols": 1,
  "services.settings.server": "data:,none",
  "toolkit.telemetry.server": "",
};

/** Firefox, opened once for each file of tests. */
export const firefox = once(async () => {
  const profile = temporary();
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const child = spawn(process.env.FIREFOX ?? "/usr/bin/firefox-esr", [
    "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile, "about:blank",
  ], { stdio: ["ignore", "ignore", "pipe"] });
  const gone = new Promise((done) => child.on("exit", done));
  atEnd(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  const connection = await connect(`${await addressOf(child)}/session`);
  await connection.send("session.new", { capabilities: {} });
  await connection.send("session.subscribe", { events: ["log.entryAdded", "network.beforeRequestSent", "network.fetchError"] });
  return connection;
});

/** The address at which the browser listens, from its standard error. */
function addressOf(child) {
  return new Promise((found, failed) => {
    let output = "";
    const tooLate = setTimeout(() => failed(new Error(`firefox does not answer: ${output}`)), TIMEOUT);
    child.on("error", failed);
    child.on("exit", (code) => failed(new Error(`firefox ended with ${code}: ${output}`)));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
      const at = output.match(/BiDi listening on (ws:\/\/[\d.:]+)/u);
      if (!at) return;
      clearTimeout(tooLate);
      found(at[1]);
    });
  });
}

/** A connection: commands with answers, and events of the browser. */
async function connect(address) {
  const socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: 512 << 20 });
  const waiting = new Map();
  const listeners = new Set();
  socket.on("message", (text) => {
    const message = JSON.parse(text.toString());
    if (message.type === "event") return listeners.forEach((listener) => listener(message));
    const { done, failed } = waiting.get(message.id) ?? {};
    waiting.delete(message.id);
    return message.type === "success" ? done?.(message.result) : failed?.(new Error(`${message.error}: ${message.message}`));
  });
  socket.on("close", () => waiting.forEach(({ failed }) => failed(new Error("firefox has closed"))));
  await new Promise((open, failed) => socket.on("open", open).on("error", failed));
  let last = 0;
  const send = (method, params = {}) => new Promise((done, failed) => {
    last += 1;
    waiting.set(last, { done, failed });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
  return { send, listeners };
}

/** A reader: a tab with storage of its own, with its errors, warnings and foreign requests. */
export async function firefoxReader(t, { viewport } = {}) {
  const { send, listeners } = await firefox();
  const { userContext } = await send("browser.createUserContext");
  const { context } = await send("browsingContext.create", { type: "tab", userContext });
  const complaints = [];
  const listen = ({ method, params }) => {
    if ((params.context ?? params.source?.context) !== context) return;
    if (method === "log.entryAdded" && ["error", "warn"].includes(params.level)) complaints.push(params.text);
    if (method === "network.beforeRequestSent" && !isLocal(params.request.url)) complaints.push(`asks for ${params.request.url}`);
    if (params.isBlocked) send("network.failRequest", { request: params.request.request }).catch(() => {});
  };
  listeners.add(listen);
  t.after(async () => {
    listeners.delete(listen);
    await send("browser.removeUserContext", { userContext });
  });
  if (viewport) await send("browsingContext.setViewport", { context, viewport });
  return { page: new Page(send, context), complaints, userContext };
}

/** A reader on a page opened from disk, with the network cut. */
export async function firefoxOffline(t, site, path, options = {}) {
  const reader = await firefoxReader(t, options);
  const urlPatterns = ["http", "https", "ws", "wss"].map((protocol) => ({ type: "pattern", protocol }));
  const { page } = reader;
  await page.send("network.addIntercept", { phases: ["beforeRequestSent"], contexts: [page.context], urlPatterns });
  await page.goto(fileUrl(site, path));
  return reader;
}

function isLocal(address) {
  const url = new URL(address);
  return ["file:", "data:", "blob:", "about:", "moz-extension:", "resource:", "chrome:"].includes(url.protocol) || url.hostname === "127.0.0.1";
}

/** Keys without a character: WebDriver, section 17.4.2. */
const KEYS = {
  Backspace: "\uE003", Tab: "\uE004", Enter: "\uE007", Escape: "\uE00C", Space: " ", Shift: "\uE008", Control: "\uE009", Alt: "\uE00A",
  PageUp: "\uE00E", PageDown: "\uE00F", End: "\uE010", Home: "\uE011", ArrowLeft: "\uE012", ArrowUp: "\uE013",
  ArrowRight: "\uE014", ArrowDown: "\uE015", Delete: "\uE017",
};

class Page {
  constructor(send, context) {
    this.send = send;
    this.context = context;
  }

  async goto(url) {
    await this.send("browsingContext.navigate", { context: this.context, url, wait: "complete" });
  }

  async reload() {
    await this.send("browsingContext.reload", { context: this.context, wait: "complete" });
  }

  /** Calls a function in the page with values that JSON can carry, and returns its result. */
  async evaluate(work, ...values) {
    const body = typeof work === "function" ? `(${work})(...${JSON.stringify(values)})` : `(${work})`;
    const expression = `Promise.resolve(${body}).then((value) => JSON.stringify(value) ?? "null")`;
    const target = { context: this.context };
    const { result, exceptionDetails } = await this.send("script.evaluate", { expression, target, awaitPromise: true, userActivation: true });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return JSON.parse(result.value);
  }

  /** Waits until a function in the page returns something true, and returns that. */
  async until(work, ...values) {
    for (const end = Date.now() + TIMEOUT / 4; Date.now() < end;) {
      const value = await this.evaluate(work, ...values);
      if (value) return value;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`waited without success for ${work}`);
  }

  /** Presses the first element that a selector finds, in its middle. */
  async click(selector) {
    const { x, y } = await this.evaluate((name) => {
      const element = document.querySelector(name);
      element.scrollIntoView({ block: "center", behavior: "instant" });
      const box = element.getBoundingClientRect();
      return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
    }, selector);
    const press = [{ type: "pointerMove", x, y }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }];
    await this.act({ type: "pointer", id: "mouse", actions: press });
  }

  /** Types characters where the focus is. */
  async type(text) {
    await this.act({ type: "key", id: "keys", actions: [...text].flatMap(stroke) });
  }

  /** Presses a key by its name, with others held: `Control+a`. */
  async press(name) {
    const keys = name.split("+").map((key) => KEYS[key] ?? key);
    const down = keys.map((value) => ({ type: "keyDown", value }));
    const up = keys.toReversed().map((value) => ({ type: "keyUp", value }));
    await this.act({ type: "key", id: "keys", actions: [...down, ...up] });
  }

  async act(source) {
    await this.send("input.performActions", { context: this.context, actions: [source] });
  }

  /** A PNG of the window, or of the whole page. */
  async screenshot({ fullPage = false } = {}) {
    const origin = fullPage ? "document" : "viewport";
    const { data } = await this.send("browsingContext.captureScreenshot", { context: this.context, origin });
    return Buffer.from(data, "base64");
  }

  /** The printed page as a PDF; the style sheet sets size and margins. */
  async pdf({ background = false } = {}) {
    const { data } = await this.send("browsingContext.print", { context: this.context, background, shrinkToFit: false });
    return Buffer.from(data, "base64");
  }
}

function stroke(value) {
  return [{ type: "keyDown", value }, { type: "keyUp", value }];
}
