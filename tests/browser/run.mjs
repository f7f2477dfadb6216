// All tests: two files at a time, but for those that reload what a browser keeps. On a machine with more browsers than
// cores Chromium loses what was kept just before a reload, on pages of any kind, so these have the machine for themselves.
// A slow machine makes it lose some even so: files that failed are run again by themselves, and have failed if they do so
// each time. What failed is told each time.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { here } from "./stage.mjs";

const ALONE = ["carrying", "checklists", "keeping", "offline", "one-file", "reader", "search", "search-page", "stage"].map((name) => `${name}.test.mjs`);
/** How often a file may be run. */
const TIMES = 4;

/** Runs files, so many at a time; gives back those that failed. */
function run(names, atATime) {
  const told = mkdtempSync(join(tmpdir(), "chapbook-tests-"));
  const list = join(told, "failed");
  const reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=./failed.mjs", `--test-reporter-destination=${list}`];
  const options = ["--test", `--test-concurrency=${atATime}`, "--test-timeout=600000", ...reporters];
  const { status } = spawnSync(process.execPath, [...options, ...names], { cwd: here, stdio: "inherit" });
  const failed = new Set(readFileSync(list, "utf8").split("\n"));
  rmSync(told, { recursive: true });
  if (status === 0) return [];
  const named = names.filter((name) => failed.has(join(here, name)) || failed.has(name));
  return named.length ? named : names;
}

const all = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
const groups = [[2, all.filter((name) => !ALONE.includes(name))], [1, ALONE]];
let left = groups.flatMap(([atATime, names]) => run(names, atATime));
for (let time = 1; time < TIMES && left.length; time += 1) {
  console.log(`run again, time ${time + 1}: ${left.join(", ")}`);
  left = left.flatMap((name) => run([name], 1));
}
process.exit(left.length ? 1 : 0);
