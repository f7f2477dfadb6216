// Readers' data without a browser: the scripts of the theme, on books and edits generated from a seed.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import vm from "node:vm";
import { repository } from "./stage.mjs";

const RUNS = 300;

/** Runs the named scripts as on a page. */
function scripts(...names) {
  const chapbook = {};
  const context = vm.createContext({ window: { chapbook }, TextEncoder });
  for (const name of names) vm.runInContext(readFileSync(join(repository, `theme/js/${name}.js`), "utf8"), context, { filename: `${name}.js` });
  return chapbook;
}

/** Numbers from 0 to 1 that are the same at every run (mulberry32). */
function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const { identity, schema, merge, pack, pageKey, relocate } = scripts("ask", "schema", "identity", "merge", "relocate", "pack");
/** A script without its comments. */
const code = (text) => text.replace(/\/\*[\s\S]*?\*\//gu, "").replace(/^\s*\/\/.*$/gmu, "");
const plain = (value) => JSON.parse(JSON.stringify(value));
const HAN = [..."借还款合同账单逾期利息费用平台客服电话邮件记录证据日志核对保存打印姓名地址时间金额请求答复截图录音信息卡片清单"];
const LATIN = [..."abcdefghijklmnopqrstuvwxyz"];

/** A line of generated words, almost certainly different from all others. */
function words(random, letters) {
  const glyph = () => letters[Math.floor(random() * letters.length)];
  return Array.from({ length: 8 + Math.floor(random() * 12) }, (_, at) => (letters === LATIN && at % 5 === 4 ? " " : glyph())).join("").trim();
}

/** An id as the build makes it for an item without one; here any function of the normal text will do. */
const idOf = (text) => `i${identity.normal(text)}`;

/** Replaces one character, as the correction of a typo does. */
function corrected(text, random, letters) {
  const glyphs = [...text];
  glyphs[Math.floor(random() * glyphs.length)] = letters[Math.floor(random() * letters.length)];
  return glyphs.join("");
}

test("ticks find their items after any edit: typos corrected, punctuation, order, items added and stamped with ids", () => {
  for (let round = 0; round < RUNS; round += 1) {
    const random = seeded(round);
    const letters = round % 2 ? HAN : LATIN;
    const before = Array.from({ length: 2 + Math.floor(random() * 12) }, () => words(random, letters)).map((text) => ({ id: idOf(text), kind: "box", text }));
    const ticked = before.filter(() => random() < 0.6);
    const items = Object.fromEntries(ticked.map(({ id, text }, at) => [id, { state: schema.states[at % 4], text, time: at }]));
    const place = { title: "t", ids: before.map(({ id }) => id).join(" "), items, gone: {} };

    // Each item remembers where it came from; nothing else of this is seen by the script.
    const edits = before.map((thing) => {
      const how = random();
      if (how < 0.3) return { ...thing, from: thing.id };
      if (how < 0.6) return { ...thing, from: thing.id, text: corrected(thing.text, random, letters) };
      if (how < 0.8) return { ...thing, from: thing.id, text: `${thing.text.toUpperCase()}。` };
      return { ...thing, from: thing.id, stamp: `stamped-${thing.id}` };
    });
    const added = Array.from({ length: Math.floor(random() * 4) }, () => ({ kind: "box", text: words(random, letters) }));
    const after = [...edits, ...added].map((thing) => ({ ...thing, id: thing.stamp ?? idOf(thing.text) })).sort(() => random() - 0.5);

    const reconciled = identity.reconcile(place, after.map(({ id, kind, text }) => ({ id, kind, text }))).place;
    for (const { id, text } of ticked) {
      const now = after.find((thing) => thing.from === id);
      assert.equal(reconciled.items[now.id]?.state, items[id].state, `round ${round}: ${text} -> ${now.text}`);
    }
    assert.equal(Object.keys(reconciled.items).length, ticked.length, `round ${round}: a tick that was not made`);
    assert.deepEqual(Object.keys(reconciled.gone), [], `round ${round}`);
    const again = identity.reconcile(reconciled, after);
    assert.ok(!again.changed, `round ${round}: reconciled twice, changed twice`);
  }
});

test("entries without an item are kept separately, and no other item is ticked", () => {
  for (let round = 0; round < RUNS; round += 1) {
    const random = seeded(round + 10_000);
    const before = Array.from({ length: 6 }, () => words(random, HAN)).map((text) => ({ id: idOf(text), kind: "box", text }));
    const items = Object.fromEntries(before.map(({ id, text }) => [id, { state: "done", text, time: 1 }]));
    const left = before.filter(() => random() < 0.5);
    const place = { title: "", ids: before.map(({ id }) => id).join(" "), items, gone: {} };
    const { place: reconciled } = identity.reconcile(place, left);
    assert.deepEqual(new Set([...Object.keys(reconciled.items), ...Object.keys(reconciled.gone)]), new Set(Object.keys(items)), "an entry was lost");
    assert.equal(Object.keys(reconciled.items).length, left.length);
    // The author undoes the edit: everything is as before.
    assert.deepEqual(plain(identity.reconcile(reconciled, before).place.items), items);
  }
});

test("an item that was there before is not taken for another", () => {
  const things = ["记下客服的工号一", "记下客服的工号二"].map((text) => ({ id: idOf(text), kind: "box", text }));
  const place = { title: "", ids: things.map(({ id }) => id).join(" "), items: { [things[0].id]: { state: "done", text: things[0].text, time: 1 } }, gone: {} };
  const { place: reconciled } = identity.reconcile(place, [things[1]]);
  assert.deepEqual([Object.keys(reconciled.items), Object.keys(reconciled.gone)], [[], [things[0].id]]);
});

test("words on a blank never become a tick", () => {
  const place = { title: "", ids: "a", items: { a: { value: "500", text: "每月还款金额", time: 1 } }, gone: {} };
  const { place: reconciled } = identity.reconcile(place, [{ id: "b", kind: "box", text: "每月还款金额" }, { id: "c", kind: "blank", text: "每月的还款金额" }]);
  assert.deepEqual(Object.keys(reconciled.items), ["c"]);
});

test("a renamed list is found by its items, and one that the book still has is left alone", () => {
  const things = ["带上身份证", "写下合同编号", "记下答复的日期"].map((text) => ({ id: idOf(text), kind: "box", text }));
  const place = { title: "旧的名称", ids: things.map(({ id }) => id).join(" "), items: { [things[0].id]: { state: "done", text: things[0].text, time: 1 } }, gone: {} };
  const here = { title: "新的名称", items: things };
  assert.equal(identity.formerName({ "old-list": place }, here, new Set()), "old-list");
  assert.equal(identity.formerName({ "old-list": place }, here, new Set(["old-list"])), undefined);
  const other = { title: "别的", items: [{ id: "x", kind: "box", text: "全不相干的一条" }] };
  assert.equal(identity.formerName({ "old-list": place }, other, new Set()), undefined);
});

test("200 items fit into a link of fewer than 60 letters, and are decoded", () => {
  const ids = Array.from({ length: 200 }, (_, at) => `item-${at}`);
  const kinds = {
    "all open": () => 0,
    "half done, at random": (_, random) => (random() < 0.5 ? 2 : 0),
    "the first half done": (at) => (at < 100 ? 2 : 0),
    "each state in turn": (at) => at % 4,
    "three states at random": (_, random) => Math.floor(random() * 3),
    "half done at random, one in twenty being done or not needed": (at, random) => (at % 20 === 7 ? 1 + 2 * (at % 2) : random() < 0.5 ? 2 : 0),
  };
  for (const [name, state] of Object.entries(kinds)) {
    for (let seed = 0; seed < 20; seed += 1) {
      const random = seeded(seed);
      const states = ids.map((_, at) => schema.states[state(at, random)]);
      const link = `#~${pack.pack("C1", ids, states)}`;
      assert.ok(link.length < 60, `${name}: ${link.length} letters`);
      assert.match(link, /^#~[\w-]+$/u);
      assert.deepEqual([...pack.unpack(link.slice(2), "C1", ids)], states, name);
    }
  }
});

test("any states of any list are decoded from their link, and only for that list", () => {
  for (let round = 0; round < RUNS; round += 1) {
    const random = seeded(round);
    const ids = Array.from({ length: Math.floor(random() * 40) }, (_, at) => `${round}-${at}`);
    const states = ids.map(() => schema.states[Math.floor(random() * 4)]);
    const text = pack.pack("L", ids, states);
    assert.deepEqual([...pack.unpack(text, "L", ids)], states);
    assert.equal(pack.unpack(text, "another", ids), undefined);
    assert.equal(pack.unpack(`${text}${"A".repeat(ids.length + 9)}`, "L", ids), undefined, "too long");
  }
  assert.equal(pack.unpack("A B<", "L", []), undefined);
});

/** Readers' data generated from a seed, with keys that are special in JavaScript. */
function madeUp(random) {
  const keys = ["__proto__", "constructor", "toString", "C1", "打电话前", "a b", "<b>", ""];
  const key = () => keys[Math.floor(random() * keys.length)] + Math.floor(random() * 3 || 0).toString().replace("0", "");
  const map = (make) => {
    const all = Object.create(null);
    for (let count = Math.floor(random() * 4); count > 0; count -= 1) all[key()] = make();
    return all;
  };
  const entry = () => {
    const rest = { text: key(), time: Math.floor(random() * 1e12) };
    return random() < 0.5 ? { state: schema.states[Math.floor(random() * 4)], ...rest } : { value: `"${key()}\n`, ...rest };
  };
  const place = () => ({ title: key(), ids: "a b", items: map(entry), gone: map(entry) });
  const copies = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, at) => ({ id: String(at), name: key(), lists: map(place), pages: map(place), names: map(entry) }));
  return { version: 2, current: "0", copies };
}

test("data is the same after export and import", () => {
  for (let round = 0; round < RUNS; round += 1) {
    const json = JSON.stringify(madeUp(seeded(round)), null, 2);
    assert.equal(JSON.stringify(schema.read(json), null, 2), json, `round ${round}`);
  }
  assert.equal(Object.getPrototypeOf({}).state, undefined);
});

test("version 1 is converted", () => {
  const old = { version: 1, lists: { C1: { card: { state: "done", text: "把卡放在手边" }, floor: { state: "open", text: "" } } } };
  const { copies } = schema.read(JSON.stringify(old));
  assert.deepEqual(plain(copies[0].lists.C1.items), { card: { state: "done", text: "把卡放在手边", time: 0 }, floor: { state: "open", text: "", time: 0 } });
});

test("a value of any other shape is refused as a whole", () => {
  const good = () => plain({ version: 2, current: "1", copies: [{ id: "1", name: "", lists: { C: { title: "", ids: "", items: { a: { state: "done", text: "", time: 1 } }, gone: {} } }, pages: {}, names: {} }] });
  assert.ok(schema.read(JSON.stringify(good())));
  const spoilt = {
    "a state of no kind": (it) => (it.copies[0].lists.C.items.a.state = "burnt"),
    "a state and a value": (it) => (it.copies[0].lists.C.items.a.value = "x"),
    "neither": (it) => delete it.copies[0].lists.C.items.a.state,
    "a time that is none": (it) => (it.copies[0].lists.C.items.a.time = "now"),
    "a long text": (it) => (it.copies[0].lists.C.items.a.text = "x".repeat(5000)),
    "a list for a map": (it) => (it.copies[0].lists = []),
    "no copies": (it) => (it.copies = []),
    "too many copies": (it) => (it.copies = Array.from({ length: 51 }, (_, at) => ({ ...it.copies[0], id: String(at) }))),
    "two of one id": (it) => it.copies.push(it.copies[0]),
    "none is current": (it) => (it.current = "2"),
    "a later version": (it) => (it.version = 3),
    "too many items": (it) => (it.copies[0].names = Object.fromEntries(Array.from({ length: 5001 }, (_, at) => [at, { value: "", text: "", time: 0 }]))),
  };
  for (const [name, spoil] of Object.entries(spoilt)) {
    const value = good();
    spoil(value);
    assert.equal(schema.read(JSON.stringify(value)), undefined, name);
  }
  for (const text of ["", "null", "[]", "{", '"x"', "1", `{"version":2,"pad":"${"x".repeat(4_000_001)}"}`]) assert.equal(schema.read(text), undefined, text.slice(0, 20));
});

test("of two changes at the same time neither is lost", () => {
  const tick = (state) => ({ state, text: "", time: 1 });
  const list = (items) => ({ title: "", ids: "", items, gone: {} });
  const of = (lists, ...others) => schema.read(JSON.stringify({ version: 2, current: "1", copies: [{ id: "1", name: "", lists, pages: {}, names: {} }, ...others] }));
  const copy = { id: "2", name: "B", lists: {}, pages: {}, names: {} };
  const before = of({ a: list({ x: tick("done") }) });
  const cases = [
    ["another tick", of({ a: list({ x: tick("done"), y: tick("done") }) }), of({ a: list({ x: tick("na") }) }), of({ a: list({ x: tick("na"), y: tick("done") }) })],
    ["another list", of({ a: list({ x: tick("done") }), b: list({}) }), of({}), of({ b: list({}) })],
    ["a tick undone", of({ a: list({}) }), of({ a: list({ x: tick("done"), y: tick("done") }) }), of({ a: list({ y: tick("done") }) })],
    ["a copy", of({ a: list({ x: tick("done") }) }, copy), of({ a: list({}) }), of({ a: list({}) }, copy)],
    ["the same value", of({ a: list({ x: tick("doing") }) }), of({ a: list({ x: tick("na") }) }), undefined],
    ["nothing lost", of({ a: list({ x: tick("na") }) }), of({ a: list({ x: tick("na"), __proto__: tick("na") }) }), undefined],
  ];
  for (const [what, mine, theirs, both] of cases) {
    const found = merge(before, mine, theirs);
    assert.deepEqual(found && plain(found), both && plain(both), what);
  }
});

/** A tab that shows the book. `device` is the browser's storage; keys in `refused` are not written there. */
function tab(device, refused = []) {
  const chapbook = {};
  const events = new EventTarget();
  class HTMLElement {}
  const note = Object.assign(new HTMLElement(), { hidden: true });
  const document = { querySelector: () => note, addEventListener: () => {}, visibilityState: "visible" };
  const window = { chapbook, addEventListener: events.addEventListener.bind(events), dispatchEvent: events.dispatchEvent.bind(events) };
  const storage = { read: (key) => device[key] ?? null, write: (key, text) => !refused.includes(key) && ((device[key] = text), true) };
  chapbook.storage = { device: storage, key: (name) => (name ? `book:${name}` : "book") };
  const context = vm.createContext({ window, document, HTMLElement, Event });
  for (const name of ["schema", "merge", "relocate", "state"]) vm.runInContext(readFileSync(join(repository, `theme/js/${name}.js`), "utf8"), context, { filename: `${name}.js` });
  const hear = (newValue) => events.dispatchEvent(Object.assign(new Event("storage"), { key: "book", newValue }));
  return { state: chapbook.state, hear, isLost: () => !note.hidden };
}

/** Writes a text on the page, under a name. */
const say = ({ state }, name, value = name) => state.change((copy) => (copy.names[name] = { value, text: name, time: 1 }));

test("data of a later edition stays where it is if it cannot be stored elsewhere", () => {
  const device = { book: '{"version":9}' };
  const full = tab(device, ["book:unreadable"]);
  say(full, "a");
  assert.deepEqual(device, { book: '{"version":9}' });
  assert.ok(full.isLost());
  assert.equal(full.state.read().copies[0].names.a.value, "a", "the page continues from memory");
  say(tab(device), "b");
  assert.equal(device["book:unreadable"], '{"version":9}');
});

test("a late event of another tab does not undo what a third tab has stored since", () => {
  const device = {};
  const one = tab(device);
  const before = { ...device };
  say(one, "one");
  // Another tab had not seen that change, a third one saw only the other's, and the event of the other is late.
  device.book = before.book;
  say(tab(device), "two");
  const late = device.book;
  say(tab(device), "three");
  one.hear(late);
  assert.deepEqual(Object.keys(schema.read(device.book).copies[0].names).sort(), ["one", "three", "two"]);
});

test("two tabs that together exceed a limit leave data that can be read", () => {
  const device = {};
  const one = tab(device);
  while (one.state.read().copies.length < schema.limits.copies - 1) one.state.add("");
  const before = device.book;
  one.state.add("mine");
  device.book = before;
  tab(device).state.add("theirs");
  one.hear(device.book);
  const { copies } = schema.read(device.book);
  assert.deepEqual([copies.length, copies.at(-1).name], [schema.limits.copies, "theirs"]);
  assert.ok(one.isLost(), "the page says that a change is lost");
});

test("a change that makes the data too large is not stored, and says so; smaller ones are stored", () => {
  const device = {};
  const one = tab(device);
  const large = () => one.state.change((copy) => {
    for (let at = 0; at < 450; at += 1) copy.names[at] = { value: "x".repeat(schema.limits.value), text: "", time: 1 };
  });
  say(one, "a");
  const before = device.book;
  large();
  assert.equal(device.book, before);
  assert.ok(one.isLost());
  assert.equal(one.state.read().copies[0].names.a.value, "a");
  say(one, "b");
  assert.deepEqual(Object.keys(schema.read(device.book).copies[0].names), ["a", "b"]);
  assert.ok(!one.isLost());
});

test("of a value that two tabs changed, the newer one stays", () => {
  const of = (state, time) => schema.read(JSON.stringify({ version: 2, current: "1", copies: [{ id: "1", name: "", lists: { a: { title: "", ids: "", items: { x: { state, text: "", time } }, gone: {} } }, pages: {}, names: {} }] }));
  assert.equal(merge(of("open", 1), of("done", 3), of("na", 2)).copies[0].lists.a.items.x.state, "done");
  assert.equal(merge(of("open", 1), of("done", 2), of("na", 3)), undefined);
});

test("data under the key of an earlier edition moves to the present key, and none of it is lost", () => {
  const entry = (value, time) => ({ value, text: value, time });
  const place = (items, gone = {}) => ({ title: "", ids: "", items, gone });
  const of = (pages) => schema.read(JSON.stringify({ version: 2, current: "1", copies: [{ id: "1", name: "", lists: {}, pages, names: {} }, { id: "2", name: "B", lists: {}, pages, names: {} }] }));
  const known = { lists: [], pages: ["index", "a", "a/b", "c/index"] };
  const cases = [
    ["moved", { "a/index": place({ x: entry("1", 1) }) }, { a: place({ x: entry("1", 1) }) }],
    ["deeper", { "a/b/index": place({ x: entry("1", 1) }) }, { "a/b": place({ x: entry("1", 1) }) }],
    ["joined", { a: place({ x: entry("new", 2), y: entry("y", 1) }), "a/index": place({ x: entry("old", 1), z: entry("z", 1) }, { y: entry("gone", 1), g: entry("g", 1) }) }, { a: place({ x: entry("new", 2), y: entry("y", 1), z: entry("z", 1) }, { g: entry("g", 1) }) }],
    ["the old one is newer", { a: place({ x: entry("old", 1) }), "a/index": place({ x: entry("new", 2) }) }, { a: place({ x: entry("new", 2) }) }],
    ["a page of that name", { "c/index": place({ x: entry("1", 1) }) }, undefined],
    ["the root page", { index: place({ x: entry("1", 1) }) }, undefined],
    ["no such page", { "d/index": place({ x: entry("1", 1) }) }, undefined],
  ];
  for (const [what, pages, expected] of cases) {
    const data = of(pages);
    assert.equal(relocate(data, [], known), expected !== undefined, what);
    for (const copy of data.copies) assert.deepEqual(plain(copy.pages), plain(expected ?? pages), what);
    assert.equal(relocate(data, [], known), false, `${what}: once`);
  }
});

test("a page has one key, whatever its address", () => {
  for (const path of ["a/b", "a/b.html", "a/b/", "a/b/index.html", "a/b/index"]) assert.equal(pageKey(path), "a/b", path);
  for (const path of ["", "index.html", "index"]) assert.equal(pageKey(path), "index", path);
  assert.equal(pageKey("book.html#a/index.html"), "book.html#a");
  assert.equal(pageKey("a/reindex.html"), "a/reindex");
});

test("one module uses the browser's storage", () => {
  const folders = ["theme/js", "theme/search", "theme/offline", "src/serve"];
  const files = folders.flatMap((folder) => readdirSync(join(repository, folder)).filter((name) => name.endsWith(".js")).map((name) => `${folder}/${name}`));
  const users = files.filter((file) => /localStorage|sessionStorage/u.test(code(readFileSync(join(repository, file), "utf8"))));
  assert.deepEqual(users, ["theme/js/storage.js"]);
});
