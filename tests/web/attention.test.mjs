import assert from "node:assert/strict";
import test from "node:test";
import { Attention, needsOf } from "../../geometry_ws/web/src/shared/attention.js";
import { groupsOf, shownState } from "../../geometry_ws/web/src/shared/states.js";

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

test("what is archived in another work tree is over: it needs nobody", () => {
  const copies = [{ tree: "/k", branch: "knob", archived: "2026-01-01-a" }];
  for (const each of [
    { ...open, ...conflict },
    { ...complete, ...ready },
    { ...open, ...moved },
  ]) {
    const over = { ...each, change: "a", title: "", copies };
    assert.deepEqual(shown(over), ["complete", "ok", "complete"]);
    assert.deepEqual(needsOf([over]), []);
    assert.equal(needsOf([{ ...over, branch: "other" }]).length, 1);
  }
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

test("groups count all tasks, or are one where too many are to be listed", () => {
  const groups = [
    { name: "1. A", done: 1, total: 2 },
    { name: "", done: 2, total: 2, file: "b.md" },
  ];
  assert.deepEqual(groupsOf({ ...open, done: 3, total: 4, groups }), groups);
  assert.deepEqual(groupsOf({ ...open, done: 3, total: 9, groups }), [
    { name: "", done: 3, total: 9 },
  ]);
  assert.deepEqual(groupsOf({ ...open, done: 0, total: 0 }), []);
});

/** A project as the attention follows it, and a session that answers what it is asked. */
function world(answer) {
  const heard = new Map();
  const session = {
    call: (_name, { project }) => answer(project),
    subscribe: async (_name, handler, id) => void heard.set(id, handler),
  };
  const project = Object.assign(new EventTarget(), { id: "", changes: new Map() });
  const attention = new Attention(project, session);
  const turn = (id, changes = []) => {
    project.id = id;
    project.changes = new Map(changes.map((change) => [change.change, change]));
    project.dispatchEvent(new Event("change"));
    project.dispatchEvent(new Event("reload"));
  };
  return { attention, heard, turn };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const item = (project, change) => ({
  id: change,
  project,
  kind: "moved_base",
  since: 1,
  why: "",
  change,
});

test("what needs somebody is what the node says, of the project that is shown", async () => {
  const { attention, heard, turn } = world(async (project) => ({ items: [item(project, "a")] }));
  turn("shop", [{ ...open, ...conflict, change: "b" }]);
  assert.equal(attention.needs[0].change, "b", "until the node answers, the project says it");
  await settle();
  assert.deepEqual([attention.needs[0].change, attention.needs[0].kind], ["a", "base_moved"]);
  heard.get("shop")({ project: "shop", items: [], more: 2 });
  assert.equal(attention.count, 2);
  turn("house");
  assert.equal(attention.count, 0, "what another project needs isn't shown");
  heard.get("shop")({ project: "shop", items: [item("shop", "late")] });
  await settle();
  assert.deepEqual(
    attention.needs.map(({ project }) => project),
    ["house"],
  );
});

test("where nobody lists it, the changes themselves say what needs somebody", async () => {
  const { attention, turn } = world(async () => {
    throw new Error("no such procedure");
  });
  turn("shop", [{ ...open, ...conflict, change: "b" }]);
  await settle();
  assert.deepEqual(
    attention.needs.map(({ change }) => change),
    ["b"],
  );
});

test("a complete change stays in its lane, as on the board, and says what is wrong", () => {
  const change = { change: "a", state: "complete", done: 1, total: 1, conflicts: [{}] };
  assert.deepEqual([shownState(change).sign, shownState(change).lane], ["conflict", "complete"]);
  assert.equal(shownState({ ...change, state: "in_progress" }).lane, "attention");
});
