import assert from "node:assert/strict";
import test from "node:test";
import { needsOf } from "../../geometry_ws/web/src/shared/attention.js";
import { groupsOf, shownState, specsOf } from "../../geometry_ws/web/src/shared/states.js";

const open = { state: "in_progress", done: 1, total: 3, tasks: [] };
const complete = { state: "complete", done: 3, total: 3, tasks: [] };
const moved = { base_moved: [{ requirement: "Sign in" }] };
const conflict = { conflicts: [{ spec: "s", requirement: "Sign in", changes: ["b"], why: "" }] };
const refused = { archiving: { can: false, code: "incomplete", why: "It can't be." } };
const ready = { archiving: { can: true } };
const shown = (change) => {
  const { sign, tone, lane } = shownState(change);
  return [sign, tone, lane];
};

test("a state has a sign, a tone and a lane, and what is broken comes before all else", () => {
  assert.deepEqual(shown(open), ["in-progress", "accent", "in_progress"]);
  assert.deepEqual(shown({ ...open, ...moved }), ["base-moved", "warn", "attention"]);
  assert.deepEqual(shown({ ...open, ...conflict }), ["conflict", "warn", "attention"]);
  assert.deepEqual(shown({ ...complete, ...refused }), ["refused", "warn", "complete"]);
  assert.deepEqual(shown({ ...complete, ...ready }), ["complete", "ok", "complete"]);
  assert.deepEqual(shown({ ...open, state: "invalid", ...moved }), ["invalid", "bad", "attention"]);
  assert.deepEqual(shown({ ...open, state: "of tomorrow" }), ["attention", "warn", "attention"]);
  assert.deepEqual(shown({ ...open, state: "constructor" })[0], "attention");
});

test("open tasks are no reason to need somebody, and a change in good order isn't listed", () => {
  const still = { ...open, ...refused, change: "a", title: "" };
  assert.deepEqual(needsOf([still, { ...open, change: "b" }, { ...complete, change: "c" }]), []);
});

test("decisions come first, then what is broken, then what only waits to be archived", () => {
  const changes = [
    { ...complete, ...ready, change: "ready" },
    { ...open, state: "invalid", problem: "Bad.", change: "invalid" },
    { ...complete, ...refused, change: "refused" },
    { ...open, ...moved, change: "moved", modified: 1 },
    { ...open, ...moved, change: "moved-later", modified: 2 },
    { ...open, ...conflict, change: "conflict" },
  ];
  const needs = needsOf(changes);
  assert.deepEqual(
    needs.map(({ change }) => change),
    ["conflict", "moved-later", "moved", "refused", "invalid", "ready"],
  );
  assert.equal(new Set(needs.map(({ id }) => id)).size, changes.length);
  for (const { why } of needs) assert.match(why, /\.$/);
  assert.match(needs.at(-1).why, /3 of 3 tasks done/);
});

test("groups are runs of one heading of one document, and count all tasks or none", () => {
  const task = (section, done, file = "") => ({ section, done, file });
  const tasks = [
    task("1. A", true),
    task("1. A", false),
    task("2. B", true),
    task("", true, "b.md"),
  ];
  assert.deepEqual(groupsOf({ ...open, done: 3, total: 4, tasks }), [
    { title: "1. A", done: 1, total: 2 },
    { title: "2. B", done: 1, total: 1 },
    { title: "b.md", done: 1, total: 1 },
  ]);
  assert.deepEqual(groupsOf({ ...open, done: 3, total: 9, tasks }), [
    { title: "", done: 3, total: 9 },
  ]);
  assert.deepEqual(groupsOf({ ...open, done: 0, total: 0 }), []);
});

test("a change touches the specs that its documents are for", () => {
  const documents = ["proposal.md", "specs/a/spec.md", "specs/b/c/spec.md", "specs/notes.md"];
  assert.deepEqual(specsOf({ documents: documents.map((name) => ({ name, revision: "" })) }), [
    "a",
    "b/c",
  ]);
  assert.deepEqual(specsOf({}), []);
});
