import assert from "node:assert/strict";
import test from "node:test";
import { Project, grouped } from "../../geometry_ws/web/src/shared/project.js";

const change = (name, more = {}) => ({
  change: name,
  title: name,
  state: "in_progress",
  done: 0,
  total: 1,
  revision: "0",
  tasks: [],
  ...more,
});

/** A session whose snapshots wait until the test lets them go. */
class FakeSession {
  asked = [];
  subscribed = [];

  async subscribe(name, handler, identifier) {
    this.subscribed.push([name, identifier]);
  }

  call(name, kwargs) {
    return new Promise((resolve, reject) => this.asked.push({ name, kwargs, resolve, reject }));
  }
}

const snapshot = (seq, changes, more = {}) => ({
  project: "shop",
  epoch: "e1",
  seq,
  title: "Shop",
  problem: "",
  changes,
  specs: [],
  archived: [],
  ...more,
});
const event = (seq, events, more = {}) => ({ project: "shop", epoch: "e1", seq, events, ...more });
const added = (name) => ({ kind: "change_added", name, detail: change(name) });
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function begun() {
  const session = new FakeSession();
  const project = new Project(session);
  project.choose("shop");
  await settle();
  session.asked.pop().resolve(snapshot(3, [change("one")]));
  await settle();
  return { session, project };
}

test("it subscribes before it takes a snapshot, and shows the snapshot", async () => {
  const { session, project } = await begun();
  assert.deepEqual(session.subscribed, [["project_on_changed", "shop"]]);
  assert.deepEqual([...project.changes.keys()], ["one"]);
  assert.equal(project.title, "Shop");
});

test("events continue the snapshot, older ones are ignored", async () => {
  const { session, project } = await begun();
  project.hear(event(3, [added("old")]));
  project.hear(event(4, [added("two"), { kind: "change_removed", name: "one" }]));
  project.hear(event(5, [{ kind: "archive_changed", archived: ["one"] }]));
  assert.deepEqual([...project.changes.keys()], ["two"]);
  assert.deepEqual(project.archived, ["one"]);
  assert.equal(session.asked.length, 0);
});

test("what is wrong with following comes by snapshot and goes by an event", async () => {
  const { session, project } = await begun();
  assert.equal(project.notice, "");
  project.take();
  session.asked.pop().resolve(snapshot(4, [], { notice: "Edits show late." }));
  await settle();
  assert.equal(project.notice, "Edits show late.");
  project.hear(event(5, [{ kind: "project_changed", problem: "", title: "Shop", notice: "" }]));
  assert.equal(project.notice, "");
});

test("a gap or another epoch asks for a new snapshot", async () => {
  for (const strange of [event(6, []), event(4, [], { epoch: "e2" })]) {
    const { session, project } = await begun();
    project.hear(strange);
    assert.equal(session.asked.length, 1);
    session.asked[0].resolve(snapshot(9, [change("nine")], { epoch: strange.epoch }));
    await settle();
    assert.deepEqual([...project.changes.keys()], ["nine"]);
    project.hear(event(10, [added("ten")], { epoch: strange.epoch }));
    assert.equal(project.changes.size, 2);
  }
});

test("events that come while a snapshot is under way are applied after it", async () => {
  const { session, project } = await begun();
  project.take();
  project.hear(event(4, [added("four")]));
  project.hear(event(5, [added("five")]));
  assert.equal(session.asked.length, 1);
  session.asked[0].resolve(snapshot(4, [change("one"), change("four")]));
  await settle();
  assert.deepEqual([...project.changes.keys()], ["one", "four", "five"]);
  assert.equal(project.seq, 5);
});

test("of a large project the changes come first, and their tasks follow", async () => {
  const session = new FakeSession();
  const project = new Project(session);
  project.choose("shop");
  await settle();
  const first = session.asked.pop();
  assert.equal(first.kwargs.most_tasks, 2000);
  const specs = [{ spec: "lamp", requirements: 2, revision: "r" }];
  first.resolve(snapshot(3, [change("one")], { brief: true, specs }));
  await settle();
  assert.ok(project.specs.get("lamp").verdict.valid, "what is as usual is left out");
  assert.deepEqual([project.ready, project.brief], [true, true]);
  const whole = session.asked.pop();
  assert.equal(whole.kwargs.most_tasks, undefined);
  project.hear(event(4, [added("two")]));
  const tasks = [{ id: 1, line: 1, text: "a", done: false }];
  whole.resolve(snapshot(3, [change("one", { tasks })]));
  await settle();
  assert.equal(project.brief, false);
  assert.equal(project.changes.get("one").tasks.length, 1);
  assert.deepEqual([...project.changes.keys()], ["one", "two"]);
});

test("what no message holds stays brief, and goes on", async () => {
  const session = new FakeSession();
  const project = new Project(session);
  project.choose("shop");
  await settle();
  session.asked.pop().resolve(snapshot(3, [change("one")], { brief: true }));
  await settle();
  const whole = session.asked.pop();
  project.hear(event(4, [added("two")]));
  whole.reject(Object.assign(new Error("no"), { uri: "x.v1.error.limit_exceeded" }));
  await settle();
  assert.deepEqual([project.failure, project.seq, project.changes.size], ["", 4, 2]);
  const groups = [{ name: "1. Knob", done: 0, total: 1 }];
  const list = session.asked.pop();
  assert.equal(list.name, "change_list");
  list.resolve({ epoch: "e1", seq: 4, changes: [change("one", { groups })] });
  await settle();
  assert.deepEqual(project.changes.get("one").groups, groups);
  project.hear(event(6, []));
  assert.equal(session.asked.pop().kwargs.most_tasks, 2000);
  clearTimeout(project.timer);
});

test("a snapshot that fails says why and keeps what was shown", async () => {
  const { session, project } = await begun();
  project.take();
  session.asked[0].reject(new Error("The folder is gone."));
  await settle();
  clearTimeout(project.timer);
  assert.equal(project.failure, "The folder is gone.");
  assert.deepEqual([...project.changes.keys()], ["one"]);
});

test("the answer to a tick is shown before its event comes", async () => {
  const { session, project } = await begun();
  const tasks = [{ id: 1, line: 1, text: "a", done: false }];
  project.hear(
    event(4, [{ kind: "change_changed", name: "one", detail: change("one", { tasks }) }]),
  );
  project.ticked("one", { ...tasks[0], done: true }, { done: 1, total: 1 });
  assert.equal(project.changes.get("one").tasks[0].done, true);
  assert.equal(project.changes.get("one").done, 1);
  project.ticked("unknown", tasks[0], { done: 1, total: 1 });
  assert.equal(session.asked.length, 0);
});

test("changes are grouped by what has to be done, unknown states need attention", () => {
  const changes = [
    change("b"),
    change("a"),
    change("c", { state: "complete" }),
    change("d", { state: "invalid" }),
    change("e", { state: "from the future" }),
  ];
  const groups = grouped(changes).map((group) => [
    group.key,
    group.changes.map((change) => change.change),
  ]);
  assert.deepEqual(groups, [
    ["attention", ["d", "e"]],
    ["in_progress", ["a", "b"]],
    ["not_started", []],
    ["complete", ["c"]],
  ]);
});
