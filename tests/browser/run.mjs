// All tests: two files at a time, but for those that reload what a browser keeps. On a machine with more browsers than
// cores Chromium loses what was kept just before a reload, on pages of any kind, so these have the machine for themselves.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { here } from "./stage.mjs";

const ALONE = ["carrying", "checklists", "keeping", "offline", "one-file", "reader", "search", "search-page", "stage"].map((name) => `${name}.test.mjs`);

const all = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
const groups = [[2, all.filter((name) => !ALONE.includes(name))], [1, ALONE]];
const failed = groups.filter(([atATime, names]) => {
  const run = ["--test", `--test-concurrency=${atATime}`, "--test-timeout=600000", "--test-reporter=spec", ...names];
  return spawnSync(process.execPath, run, { cwd: here, stdio: "inherit" }).status !== 0;
});
process.exit(failed.length ? 1 : 0);
