import assert from "node:assert/strict";
import test from "node:test";
import {
  cameraAt,
  middleOf,
  readShown,
  writeShown,
} from "../../geometry_ws/web/src/dashboard/address.js";
import { toShow } from "../../geometry_ws/web/src/dashboard/camera.js";
import { sortSurfaces, titleOf } from "../../geometry_ws/web/src/dashboard/cards.js";
import { lanesOf, ownRemarks, sums } from "../../geometry_ws/web/src/dashboard/lanes.js";
import { matches } from "../../geometry_ws/web/src/dashboard/matching.js";
import { KEYS, commandOf } from "../../geometry_ws/web/src/dashboard/shortcuts.js";
import { TRAVEL_MS, Travels } from "../../geometry_ws/web/src/dashboard/travels.js";
import { next } from "../../geometry_ws/web/src/dashboard/walk.js";

const change = (name, more = {}) => ({
  change: name,
  title: "",
  state: "in_progress",
  done: 1,
  total: 4,
  revision: "r",
  tasks: [],
  ...more,
});

test("an address gives back the view that was written into it, and keeps what else it says", () => {
  for (const at of [null, "fit", { x: -120, y: 40, zoom: 0.85 }]) {
    const search = writeShown("?project=shop&stats", { at, change: "add-x", filter: "a b" });
    assert.deepEqual(readShown(search), { at, change: "add-x", filter: "a b" });
    assert.equal(new URLSearchParams(search).get("project"), "shop");
    assert.ok(new URLSearchParams(search).has("stats"));
  }
  assert.equal(writeShown("?at=fit&change=x", { at: null, change: "", filter: "" }), "");
});

test("an address that means nothing is passed over", () => {
  for (const at of ["", "1,2", "1,2,0", "1,2,-1", "a,b,c", "1,,2", "1e9,0,1", "NaN,0,1"]) {
    assert.equal(readShown(`?at=${at}`).at, null, at);
  }
  assert.equal(readShown(`?filter=${"x".repeat(900)}`).filter.length, 200);
});

test("a link shows the same middle on a screen of another size", () => {
  const camera = { x: 30, y: -80, zoom: 0.5 };
  const middle = middleOf(camera, { width: 1400, height: 900 });
  assert.deepEqual(cameraAt(middle, { width: 1400, height: 900 }), camera);
  const phone = cameraAt(middle, { width: 390, height: 700 });
  assert.deepEqual(middleOf(phone, { width: 390, height: 700 }), middle);
});

const surface = (id, title, x, y, width = 256, height = 200) => ({
  ...{ surface: id, title, text: "", x, y, width, height },
});

test("cards, lanes and programs are told apart by where they lie and what they are called", () => {
  const { cards, lanes, programs } = sortSurfaces(
    [
      surface("s1", "In progress", 0, 0, 272, 900),
      surface("s2", "add-x", 8, 40),
      surface("s3", "add-x", 8, 40),
      surface("s4", "add-x", 5000, 40), // of another project's board
      surface("s5", "add-x", 9000, 0), // a program that is called so
      surface("s6", "plot", -500, 0),
    ],
    {
      board: [0, 0, 1200, 900],
      boards: [
        [0, 0, 1200, 900],
        [4000, 0, 1200, 900],
      ],
      changes: new Set(["add-x"]),
    },
  );
  assert.deepEqual([...cards], [["add-x", { rect: [8, 40, 256, 200], ids: ["s2", "s3"] }]]);
  assert.deepEqual([...lanes.keys()], ["In progress"]);
  assert.deepEqual(
    programs.map((each) => each.surface),
    ["s5", "s6"],
  );
});

test("a title is pressed at the top of a card, as long as it can be read", () => {
  const rect = [100, 100, 256, 200];
  assert.ok(titleOf(rect, 1, 120, 110));
  assert.ok(!titleOf(rect, 1, 120, 150));
  assert.ok(!titleOf(rect, 0.3, 120, 110));
  assert.ok(!titleOf(rect, 1, 90, 110));
});

test("what many changes of a lane say in the same words is told once", () => {
  const problem = "The change says nothing about specs.";
  const many = Array.from({ length: 5 }, (_, index) =>
    change(`c${index}`, { state: "invalid", problem }),
  );
  const lanes = lanesOf([...many, change("b"), change("a")]);
  assert.deepEqual(
    lanes.map(({ key }) => key),
    ["attention", "not_started", "in_progress", "complete"],
  );
  assert.deepEqual(lanes[0].notices, [{ text: problem, tone: "bad", count: 5 }]);
  assert.deepEqual(ownRemarks(many[0], lanes[0].notices), []);
  assert.deepEqual(
    lanes[2].changes.map((each) => each.change),
    ["a", "b"],
  );
  assert.deepEqual(lanesOf(many.slice(2))[0].notices, []);
  assert.deepEqual(sums([...many, change("a")]), [6, 24]);
});

test("a filter means the changes that have all its words", () => {
  const billing = change("add-billing", {
    title: "Send Bills",
    specs: ["money"],
  });
  for (const filter of ["", "bill", "BILL send", "is:progress", "spec:mon", "is:in-progress add"]) {
    assert.ok(matches(billing, filter), filter);
  }
  for (const filter of ["bill x", "is:conflict", "spec:port"]) {
    assert.ok(!matches(billing, filter), filter);
  }
});

const key = (name, more = {}) => ({
  ...{ key: name, ctrlKey: false, metaKey: false, altKey: false, ...more },
});
const FREE = { edits: false, presses: false, single: true };

test("every key that the help lists does something, and none does two things", () => {
  const dom = { "↵": "Enter", Esc: "Escape", "−": "-" };
  const seen = new Set();
  for (const { keys } of KEYS) {
    for (const name of keys) {
      const event = name === "⌘K" ? key("k", { metaKey: true }) : key(dom[name] ?? name);
      assert.ok(commandOf(event, FREE), name);
      assert.ok(!seen.has(name), name);
      seen.add(name);
    }
  }
});

test("keys are not ours where text is edited, with modifiers, or when they are switched off", () => {
  assert.equal(commandOf(key("f"), FREE), "filter");
  assert.equal(commandOf(key("F"), FREE), "filter");
  assert.equal(commandOf(key("f"), { ...FREE, edits: true }), "");
  assert.equal(commandOf(key("f", { ctrlKey: true }), FREE), "");
  assert.equal(commandOf(key("f", { altKey: true }), FREE), "");
  assert.equal(commandOf(key("f"), { ...FREE, single: false }), "");
  assert.equal(commandOf(key("Escape"), { ...FREE, single: false }), "back");
  assert.equal(commandOf(key("k", { ctrlKey: true }), { ...FREE, edits: true }), "search");
  assert.equal(commandOf(key("Enter"), { ...FREE, presses: true }), "");
  assert.equal(commandOf(key("x", { repeat: true }), FREE), "");
  assert.equal(commandOf(key("j", { repeat: true }), FREE), "next");
});

test("one goes through all cards and from lane to lane, and stops at the ends", () => {
  const lanes = [["a", "b"], ["c"], ["d", "e"]];
  assert.equal(next(lanes, "", { along: 1 }), "a");
  assert.equal(next(lanes, "b", { along: 1 }), "c");
  assert.equal(next(lanes, "e", { along: 1 }), "e");
  assert.equal(next(lanes, "a", { along: -1 }), "a");
  assert.equal(next(lanes, "b", { across: 1 }), "c");
  assert.equal(next(lanes, "d", { across: 1 }), "d");
  assert.equal(next([], "a", { along: 1 }), "");
});

const plane = (id, x, y) => ({ id, place: { x, y } });

test("a card that moved travels to its place from where it is seen", () => {
  const travels = new Travels();
  const yes = () => true;
  travels.look([plane("a", 0, 0), plane("b", 0, 0)], 0, yes);
  assert.ok(!travels.any);
  travels.look([plane("a", 100, 0), plane("b", 0, 0)], 1000, yes);
  assert.deepEqual(travels.at("a", { x: 100, y: 0 }, 1000), { x: 0, y: 0 });
  const halfway = travels.at("a", { x: 100, y: 0 }, 1000 + TRAVEL_MS / 2).x;
  assert.ok(halfway > 50 && halfway < 100);
  travels.look([plane("a", 0, 0), plane("b", 0, 0)], 1000 + TRAVEL_MS / 2, yes);
  assert.equal(travels.at("a", { x: 0, y: 0 }, 1000 + TRAVEL_MS / 2).x, halfway);
  travels.arrive(1000 + 2 * TRAVEL_MS);
  assert.ok(!travels.any);
  const goal = { x: 0, y: 0 };
  assert.equal(travels.at("a", goal, 5000), goal);
});

test("what is held, or not a card, is at its place at once, and what is gone is forgotten", () => {
  const travels = new Travels();
  travels.look([plane("a", 0, 0)], 0, () => false);
  travels.look([plane("a", 9, 9)], 1, () => false);
  assert.ok(!travels.any);
  travels.look([plane("a", 0, 0)], 2, () => true);
  assert.ok(travels.any);
  travels.look([plane("a", 5, 5)], 3, () => false);
  assert.ok(!travels.any);
  travels.look([plane("a", 0, 0)], 4, () => true);
  travels.look([], 5, () => true);
  assert.ok(!travels.any);
});

test("a card that is seen well stays where it is, and another comes into the middle", () => {
  const size = { width: 1000, height: 800 };
  const camera = { x: 0, y: 0, zoom: 1 };
  assert.equal(toShow([100, 100, 256, 200], size, camera), camera);
  for (const before of [camera, { x: 0, y: 0, zoom: 0.2 }, { x: 9000, y: 0, zoom: 2 }]) {
    for (const rect of [
      [1400, 900, 256, 200],
      [1400, 900, 256, 4000],
    ]) {
      const after = toShow(rect, size, before);
      assert.ok(after.zoom >= 0.85);
      const [x, y] = [(rect[0] - after.x) * after.zoom, (rect[1] - after.y) * after.zoom];
      assert.ok(Math.abs(x + (rect[2] / 2) * after.zoom - 500) < 1e-6);
      assert.ok(y >= 23.9 && y < 800);
    }
  }
});
