import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  doneOf,
  roundOf,
  sentenceOf,
  tasksInShort,
} from "../../geometry_ws/web/src/shared/activity.js";
import { questionOf } from "../../geometry_ws/web/src/shared/answering.js";
import { onDiscs } from "../../geometry_ws/web/src/dashboard/cards.js";
import { Here } from "../../geometry_ws/web/src/shared/here.js";
import * as people from "../../geometry_ws/web/src/shared/people.js";
import { Presence } from "../../geometry_ws/web/src/shared/presence.js";

const vectors = JSON.parse(
  readFileSync(new URL("../vectors/people.json", import.meta.url), "utf8"),
);
const NOW = 1_764_500_000_000;
const member = (name, more = {}) => ({
  name,
  kind: "agent",
  since: NOW - 3_600_000,
  seen: NOW,
  moved: NOW,
  ...more,
});

test("a name has the letters and the colour that the board gives it", () => {
  for (const [name, letters, colour] of vectors.names)
    assert.deepEqual([people.initials(name), people.colourOf(name)], [letters, colour], name);
});

test("where somebody is, is what the node sees, and what is only said is told as that", () => {
  const at = (more) => people.placeOf(member("ann", more));
  assert.equal(at({ address: "localhost" }), "");
  assert.equal(at({ client: "curl", address: "192.168.1.7" }), "curl, from 192.168.1.7");
  assert.equal(
    at({ machine: "desk", address: "localhost", forwarded: "10.0.0.7" }),
    "says it is on desk, from 10.0.0.7, as a proxy says",
  );
});

test("a disc fades in five steps, and who is away is grey", () => {
  for (const [seconds, strength] of vectors.strengths)
    assert.equal(people.strengthOf(member("a", { moved: NOW - seconds * 1000 }), NOW), strength);
  assert.equal(people.strengthOf(member("a", { lost: NOW }), NOW), 0);
});

test("both clocks are said apart", () => {
  const quiet = member("otter-1", { moved: NOW - 12 * 60_000, holds: ["add-login/1.2"] });
  assert.match(
    people.saidOf(quiet, NOW),
    /^otter-1 \(agent\): there since [0-9:]+, nothing moved for 12 min, holds add-login\/1\.2$/,
  );
  assert.ok(people.isQuiet(quiet, NOW));
  const reader = member("ann", { kind: "person", moved: NOW - 3_600_000 });
  assert.match(people.saidOf(reader, NOW), /^ann: there since [0-9:]+$/);
  assert.ok(!people.isQuiet(reader, NOW), "who only reads isn't waited for");
  assert.match(people.saidOf(member("ann", { lost: NOW - 9000 }), NOW), /gone since/);
});

test("who does something comes before who looks, and who is away last", () => {
  const all = [
    member("away", { lost: NOW }),
    member("reader", { moved: NOW }),
    member("old", { moved: NOW - 60_000 }),
    member("new", { moved: NOW - 1000 }),
  ];
  const why = ({ name }) => (name === "reader" ? "looks" : "holds");
  assert.deepEqual(
    people.inOrder(all, why).map(({ name }) => name),
    ["new", "old", "reader", "away"],
  );
});

test("tasks are named in few words", () => {
  assert.equal(tasksInShort(["1.2"], 1), "1.2");
  assert.equal(tasksInShort(["1.2", "1.1"], 2), "1.1 and 1.2");
  assert.equal(tasksInShort(["1.1", "1.2", "1.3"], 9), "1.1, 1.2 and 1.3", "done three times");
  assert.equal(tasksInShort(["1.1", "1.2", "1.3", "1.10"], 4), "4 in 1.x");
  assert.equal(tasksInShort(["2.1", "1.10", "1.9", "3.1"], 4), "4 tasks, 1.9 to 3.1");
  assert.equal(tasksInShort([], 3), "3 tasks");
});

test("what happened is a sentence", () => {
  const run = { first: 0, last: 0, change: "dim", who: "otter-1" };
  const say = (more) => sentenceOf({ ...run, ...more });
  assert.equal(
    say({ what: "ticked", count: 2, tasks: ["dim/1.1", "dim/1.2"] }),
    "otter-1 ticked 1.1 and 1.2 of dim",
  );
  assert.equal(say({ what: "ticked", tasks: ["dim#3"], who: "" }), "An editor ticked #3 of dim");
  assert.equal(
    say({ what: "noted", tasks: ["dim/1.1"], text: "It hums." }),
    "otter-1 noted on 1.1 of dim: It hums.",
  );
  assert.equal(say({ what: "noted", text: "It hums." }), "otter-1 noted on dim: It hums.");
  assert.equal(say({ what: "archived" }), "otter-1 archived dim");
  assert.equal(say({ what: "created" }), "otter-1 began the change dim");
  assert.equal(say({ what: "edited", text: "proposal.md" }), "otter-1 wrote proposal.md of dim");
  assert.equal(say({ what: "reopened" }), "otter-1 opened dim again");
  assert.equal(
    say({ what: "invalid", who: "", maybe: "otter-1" }),
    "An editor, perhaps otter-1, made dim invalid",
  );
  assert.deepEqual(doneOf({ ...run, what: "asked", text: "q7: Which?" }), {
    words: "asked",
    text: "Which?",
  });
  assert.deepEqual(questionOf({ why: "q7: Which?\nq8: no" }), {
    name: "q7",
    text: "Which?\nq8: no",
  });
});

/** A session that answers what `answers` has, and notes what it was asked. */
class FakeSession extends EventTarget {
  open = true;
  asked = [];
  answers = { presence_list: { members: [] } };
  async subscribe(_name, hear) {
    this.hear = hear;
  }
  async call(name, kwargs) {
    this.asked.push([name, kwargs]);
    return this.answers[name] ?? {};
  }
}

/** Timers that run when they are said to. */
function world(t) {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: NOW });
  const memory = new Map();
  globalThis.localStorage = {
    getItem: (key) => memory.get(key) ?? null,
    setItem: (key, value) => memory.set(key, value),
  };
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  return memory;
}

const settle = async () => {
  for (let turn = 0; turn < 8; turn++) await null;
};

test("presence knows who is at a change, of which project", async (t) => {
  world(t);
  const session = new FakeSession();
  const presence = new Presence(session);
  const at = (project, change, why) => [{ project, change, why }];
  const members = [
    member("looker", { at: at("shop", "dim", "looks") }),
    member("holder", { at: at("shop", "dim", "holds"), moved: NOW - 9e6 }),
    member("other", { at: at("house", "dim", "holds"), project: "house" }),
  ];
  session.hear({ members });
  assert.deepEqual(
    presence.at("shop", "dim").map(({ name }) => name),
    ["holder", "looker"],
  );
  assert.deepEqual(
    presence.here("shop").map(({ name }) => name),
    ["looker", "holder"],
  );
  assert.deepEqual(presence.at("shop", "nothing"), []);
});

test("a reader is a guest until a name is chosen, and looks at nothing while the page is hidden", async (t) => {
  const memory = world(t);
  const session = new FakeSession();
  const presence = new Presence(session);
  session.answers.presence_join = { name: "guest-2", token: "t1" };
  const here = new Here(session, presence);
  session.dispatchEvent(new Event("state"));
  await settle();
  const joins = () => session.asked.filter(([name]) => name === "presence_join");
  assert.equal(joins()[0][1].name, "guest");
  assert.equal(presence.me, "guest-2");
  assert.equal(here.proven, false);
  here.look("/changes/dim", "dim", "shop");
  t.mock.timers.tick(800);
  await settle();
  assert.deepEqual(session.asked.at(-1), [
    "presence_look",
    { page: "/changes/dim", change: "dim", project: "shop" },
  ]);
  document.hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.deepEqual(session.asked.at(-1)[1], { page: "", change: "", project: "shop" });
  document.hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.deepEqual(joins().at(-1)[1], {
    name: "guest-2",
    kind: "person",
    client: "browser",
    token: "t1",
  });
  session.answers.presence_join = { name: "alex", token: "t2" };
  await here.rename(" alex ");
  assert.equal(memory.get("geometry_ws.name"), "alex");
  assert.equal(joins().at(-1)[1].token, "", "another name is nobody who comes back");
  t.mock.timers.tick(6000);
  session.hear({ members: [member("alex", { lost: NOW })] });
  await settle();
  assert.equal(joins().at(-1)[1].token, "t2", "the tab that was closed was another one");
  session.answers.presence_join = { name: "carol", token: "t3" };
  session.dispatchEvent(new Event("state"));
  await settle();
  assert.equal(here.proven, true, "a name by access is none of one's own choice");
});

test("the label is said where a card's discs are, at every distance", () => {
  const rect = [100, 100, 256, 200];
  const on = (zoom, x, y) => onDiscs(rect, zoom, 100 + x, 100 + y);
  assert.ok(on(1, 240, 20) && !on(1, 60, 20) && !on(1, 240, 60), "near: at the head's right");
  assert.ok(on(0.6, 240, 180) && !on(0.6, 240, 20), "middle: at the foot's right");
  assert.ok(on(0.4, 70, 25) && !on(0.4, 240, 25), "far: right of the sign");
  assert.ok(!on(0.2, 70, 25), "a dot has none");
});

test("a change is named within what became of it, and a number once", () => {
  const run = { first: 0, last: 0, change: "dim", who: "otter-1" };
  const round = (what) =>
    roundOf({ ...run, what })
      .join(" dim ")
      .trim();
  assert.deepEqual(["created", "archived", "reopened", "valid"].map(round), [
    "began dim",
    "archived dim",
    "opened dim again",
    "made dim valid again",
  ]);
  assert.deepEqual(roundOf({ ...run, what: "ticked", tasks: ["dim/1.1", "dim/1.2"], count: 2 }), [
    "ticked 1.1 and 1.2 in",
    "",
  ]);
  const left = { ...run, what: "lapsed", tasks: ["dim/1.2"], text: "1.2 Add the form" };
  assert.deepEqual(doneOf(left), { words: "left behind 1.2", text: "Add the form" });
});

test("people who are there come before forty agents, and those who wait before those who work", () => {
  const crowd = Array.from({ length: 40 }, (_, index) => member(`otter-${index}`, {}));
  const waits = member("heron-1", { activity: "waiting" });
  const persons = [member("ann", { kind: "person" }), member("ben", { kind: "person", lost: NOW })];
  const [first, second, ...rest] = people
    .peopleFirst([...crowd, waits, ...persons])
    .map(({ name }) => name);
  assert.deepEqual([first, second, rest.at(-1)], ["ann", "heron-1", "ben"]);
  assert.equal(
    people.kindsOf([...crowd, waits, ...persons], NOW),
    "1 person, 41 agents, 1 waits for a permission, 1 gone",
  );
  assert.equal(people.kindsOf([], NOW), "");
  const ann = ["ann", "ann/2"].map((name) => member(name, { kind: "person" }));
  assert.equal(people.kindsOf(ann, NOW), "1 person", "two browsers are one person");
});
