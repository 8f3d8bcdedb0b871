/** What is said of a change that lies in several work trees. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { elsewhere } from "../../geometry_ws/web/src/shared/trees.js";

const change = (/** @type {any[]} */ ...copies) => /** @type {any} */ ({ change: "a", copies });
const said = (/** @type {any[]} */ ...copies) =>
  elsewhere(change(...copies)).map(({ text }) => text);

test("copies that are as far are one line", () => {
  const copies = ["main", "b", "c"].map((branch) => ({ tree: branch, branch, done: 1, total: 3 }));
  assert.deepEqual(said(...copies), ["1 of 3 tasks done on main and 2 other branches"]);
  assert.deepEqual(said(...copies.slice(0, 2)), ["1 of 3 tasks done on main and b"]);
  assert.deepEqual(said(copies[0], { tree: "d", branch: "d", total: 1 }), [
    "1 of 3 tasks done on main",
    "0 of 1 task done on d",
  ]);
  assert.deepEqual(said({ tree: "d", branch: "d" }), ["no tasks on d"]);
});

test("what is archived elsewhere is said so", () => {
  const [line] = elsewhere(change({ tree: "k", branch: "knob", archived: "2026-01-01-a" }));
  assert.deepEqual(line, { archived: true, text: "archived as 2026-01-01-a on knob" });
  assert.deepEqual(said(), []);
  assert.deepEqual(elsewhere(/** @type {any} */ ({ change: "a" })), []);
});
