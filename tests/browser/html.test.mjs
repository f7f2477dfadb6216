// The Nu HTML checker finds no errors in the guide and in all golden books.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { promisify } from "node:util";
import { books, guide, none } from "./stage.mjs";

const jar = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");

/** A heading level that the author skipped: the page states the depth, which the checker ignores. */
const isReported = ({ message, extract }) => /skipping \d heading levels?/u.test(message) && extract.includes("aria-level");

/** The checker's errors, one line each. */
async function errors(folders) {
  const call = ["-Xss2m", "-jar", jar, "--errors-only", "--skip-non-html", "--exit-zero-always", "--format", "json", ...folders];
  const { stderr } = await promisify(execFile)("java", call, { maxBuffer: 64 << 20 });
  const found = JSON.parse(stderr).messages.filter((message) => !isReported(message));
  return found.map((message) => `${message.url}:${message.lastLine}: ${message.message}: ${message.extract}`);
}

test("every page is good HTML", async () => {
  none(await errors([guide(), ...Object.values(books())]));
});
