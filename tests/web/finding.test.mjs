import assert from "node:assert/strict";
import test from "node:test";
import { entriesOf, requirementsOf } from "../../geometry_ws/web/src/shared/entries.js";
import { Index, wordsOf } from "../../geometry_ws/web/src/shared/finding.js";

const change = (title, detail = "", rank = 0) => ({
  kind: "change",
  id: title,
  title,
  detail,
  rank,
});
const ALL = { change: 50, spec: 50, requirement: 50, task: 50, command: 50, project: 50 };
const titles = (entries, text, kind = "change") =>
  (new Index(entries).find(text, ALL).get(kind) ?? []).map(({ entry }) => entry.title);

test("the beginning of a name is worth more than that of a word, and that more than its inside", () => {
  const all = ["hard-unberth", "add-berth", "berths"].map((title) => change(title));
  assert.deepEqual(titles(all, "berth"), ["berths", "add-berth", "hard-unberth"]);
});

test("a whole name comes before longer ones", () => {
  assert.deepEqual(titles([change("berths-two"), change("berths")], "berths")[0], "berths");
});

test("all words must be there, in the name or beside it, in any order", () => {
  const all = [change("add-berth", "Hold a pilot"), change("add-crane", "Hold a berth")];
  assert.deepEqual(titles(all, "pilot berth"), ["add-berth"]);
  assert.deepEqual(titles(all, "BERTH hold"), ["add-berth", "add-crane"]);
  assert.deepEqual(titles(all, "berth whale"), []);
});

test("letters with others between are sought in names, and never in tasks", () => {
  assert.deepEqual(titles([change("add-mooring-alerts")], "ama"), ["add-mooring-alerts"]);
  assert.deepEqual(titles([change("add-mooring-alerts")], "z"), []);
  assert.deepEqual(titles([{ ...change("add mooring alerts"), kind: "task" }], "ama", "task"), []);
});

test("places of the words are within the text, in order, and apart", () => {
  const texts = ["add-berth-reservations", "a b a b", "aaaa", "Straße-ber", "x"];
  for (const text of texts)
    for (const asked of ["a", "ab", "ad be", "a a", "be ber", "ns er", "aa aaa"]) {
      for (const hits of new Index([change(text, text)]).find(asked, ALL).values())
        for (const { marks, more } of hits)
          for (const all of [marks, more]) {
            let end = -1;
            for (const [from, to] of all) {
              assert.ok(from > end && to > from && to <= text.length, `${text} ${asked}`);
              end = to;
            }
          }
    }
});

test("no more of a kind are given than are asked for, and nothing for nothing", () => {
  const all = Array.from({ length: 30 }, (_, number) => change(`change-${number}`));
  assert.equal(new Index(all).find("change", { change: 7 }).get("change").length, 7);
  assert.equal(new Index(all).find("change", { task: 7 }).size, 0);
  assert.equal(new Index(all).find("  ", ALL).size, 0);
  assert.equal(wordsOf("a b c d e f g h i j").length, 8);
});

const project = {
  id: "shop",
  changes: new Map([
    [
      "add-bell",
      {
        change: "add-bell",
        title: "add-bell",
        tasks: [
          { id: 1, text: "Ring", done: true },
          { id: 2, text: "Ring twice", done: false },
        ],
      },
    ],
  ]),
  specs: new Map([["bell", { spec: "bell", requirements: 1 }]]),
  archived: ["2026-01-02-old-bell", "undated"],
};

test("what a project has is found by its name, what is open and to do before what is done", () => {
  const entries = entriesOf(project, [{ project: "shop", title: "" }]);
  assert.deepEqual(titles(entries, "bell"), ["add-bell", "old-bell"]);
  assert.deepEqual(titles(entries, "ring", "task"), ["Ring twice", "Ring"]);
  assert.deepEqual(titles(entries, "bell", "spec"), ["bell"]);
  assert.deepEqual(titles(entries, "shop", "project"), [], "there is no other project");
  const two = [
    { project: "shop", title: "" },
    { project: "house", title: "House" },
  ];
  assert.deepEqual(titles(entriesOf(project, two), "house", "project"), ["House"]);
});

test("of what the node found, requirements are given once, those that are named so first", () => {
  const hit = (heading, kind = "spec") => ({ kind, id: "bell", heading });
  const hits = [
    hit("Requirement: Door"),
    hit("Requirement: Bell"),
    hit("Requirement: Bell"),
    hit("Purpose"),
    hit("Requirement: Bell", "delta"),
  ];
  const all = requirementsOf(hits, ["bell"]);
  assert.deepEqual(
    all.map(({ title }) => title),
    ["Bell", "Door"],
  );
  assert.equal(all[0].id, "bell\nBell");
});
