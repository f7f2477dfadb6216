// All tests: first two files at a time, then, one at a time, those that reload a lot of pages: side by side they would be
// slower, not faster. Each file runs once.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { here } from "./stage.mjs";

const ALONE = ["carrying", "checklists", "keeping", "offline", "one-file", "reader", "search", "search-page", "stage"].map((name) => `${name}.test.mjs`);
/** How long one file may take, in milliseconds: on a busy machine the longest took more than ten minutes. */
const TIMEOUT = 1_200_000;

/** Runs files, so many at a time, and returns whether all tests passed. */
function run(names, atATime) {
  const options = ["--test", `--test-concurrency=${atATime}`, `--test-timeout=${TIMEOUT}`];
  return spawnSync(process.execPath, [...options, ...names], { cwd: here, stdio: "inherit" }).status === 0;
}

const all = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
const passed = [run(all.filter((name) => !ALONE.includes(name)), 2), run(ALONE, 1)];
process.exit(passed.every(Boolean) ? 0 : 1);
