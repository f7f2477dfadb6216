// Errors, requests and dialogs of pages are noticed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { book, readerOffline } from "./stage.mjs";

test("pages that violate the policy, load, fail or open dialogs are reported", async (t) => {
  const policy = '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">';
  for (const [page, complaint] of [
    [`${policy}<script>1</script>`, /policy/u],
    ['<img src="https://example.org/a.png">', /asks for https:\/\/example\.org/u],
    ['<script src="gone.js"></script>', /failed: .*gone\.js/u],
    ["<script>nothing()</script>", /nothing is not defined/u],
    ["<script>alert(1)</script>", /dialog/u],
  ]) {
    const site = book({ "index.html": `<!doctype html><title>x</title>${page}` });
    const { complaints } = await readerOffline(t, site, "index.html");
    await new Promise((later) => setTimeout(later, 100));
    assert.match(complaints.join("\n"), complaint, page);
  }
});
