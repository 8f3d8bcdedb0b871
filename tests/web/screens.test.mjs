import assert from "node:assert/strict";
import test from "node:test";
import { hasPicture } from "../../geometry_ws/web/src/dashboard/first_look.js";
import { ago, happeningsOf, nameOf } from "../../geometry_ws/web/src/dashboard/happenings.js";
import {
  columnAt,
  columnsOf,
  leftOf,
  swiped,
  zoomOf,
} from "../../geometry_ws/web/src/dashboard/lane_columns.js";
import { wordsOf } from "../../geometry_ws/web/src/dashboard/watch.js";

const LANES = [
  { key: "attention", rect: [0, 0, 272, 900], cards: [] },
  {
    key: "in_progress",
    rect: [284, 0, 540, 900],
    cards: [
      [560, 40, 256, 100],
      [292, 40, 256, 200],
      [292, 248, 256, 100],
    ],
  },
  { key: "complete", rect: null, cards: [[900, 60, 256, 100]] },
  { key: "nowhere", rect: null, cards: [] },
];

test("a phone's columns are those of the cards, and of each empty lane one", () => {
  assert.deepEqual(
    columnsOf(LANES).map(({ key, x, y }) => [key, x, y]),
    [
      ["attention", 8, 0],
      ["in_progress", 292, 0],
      ["in_progress", 560, 0],
      ["complete", 900, 60],
    ],
  );
});

test("a column fills a phone and is never larger than can be read with ease", () => {
  const [column] = columnsOf(LANES);
  for (const width of [208, 320, 390, 430, 740]) {
    const zoom = zoomOf(column, width);
    assert.ok(zoom >= 0.5 && zoom <= 1.32);
    if (width >= 320) assert.ok((column.width + 16) * zoom <= width - 31.9);
  }
});

test("a swipe ends at the next column in its direction, a short one where it began", () => {
  const columns = columnsOf(LANES);
  const zoom = 1.3;
  const left = (index) => leftOf(columns[index], zoom);
  assert.equal(columnAt(columns, left(1) + 20, zoom), columns[1]);
  assert.equal(swiped(columns, left(1), left(1) + 10, zoom), columns[1]);
  assert.equal(swiped(columns, left(1), left(1) + 60, zoom), columns[2]);
  assert.equal(swiped(columns, left(1), left(1) - 60, zoom), columns[0]);
  assert.equal(swiped(columns, left(0), left(0) - 60, zoom), columns[0]);
  assert.equal(swiped(columns, left(3), left(3) + 60, zoom), columns[3]);
  assert.equal(swiped(columns, left(0), left(2), zoom), columns[2]);
  assert.equal(swiped([], 0, 100, 1), null);
});

const change = (tasks, more = {}) => ({
  ...{ change: "add-x", title: "", state: "in_progress", revision: "r" },
  ...{ done: tasks.filter(({ done }) => done).length, total: tasks.length, tasks, ...more },
});
const task = (text, done) => ({ id: 1, line: 1, text, done });
const changed = (detail) => ({ kind: "change_changed", name: "add-x", detail });

test("what happened is told by what differs, the change's state first", () => {
  const before = change([task("1.1 One", false), task("Write it", false), task("1.3 Three", true)]);
  const ticked = change([task("1.1 One", true), task("Write it", false), task("1.3 Three", true)]);
  assert.deepEqual(happeningsOf(changed(ticked), before), [
    { change: "add-x", text: "1.1 of add-x ticked" },
  ]);
  const all = change([task("1.1 One", true), task("Write it", true), task("1.3 Three", true)], {
    state: "complete",
    archiving: { can: true },
  });
  assert.deepEqual(
    happeningsOf(changed(all), before).map(({ text }) => text),
    ["add-x: ready to archive", "2 tasks of add-x ticked"],
  );
  assert.deepEqual(
    happeningsOf(changed(before), ticked).map(({ text }) => text),
    ["1.1 of add-x opened again"],
  );
  assert.deepEqual(happeningsOf(changed(before), before), []);
  assert.deepEqual(happeningsOf(changed(before), undefined), []);
  assert.match(happeningsOf({ kind: "change_archived", name: "y" }, before)[0].text, /archived/);
  assert.deepEqual(happeningsOf({ kind: "spec_changed", name: "y" }, before), []);
});

test("a task without a number is called by its words, as far as there is room", () => {
  assert.equal(nameOf(task("2.10 Do", false)), "2.10");
  assert.equal(nameOf(task("Do it", false)), "“Do it”");
  assert.ok(nameOf(task("x".repeat(300), false)).length < 60);
});

test("ages are told in steps that hold for a while", () => {
  assert.deepEqual(
    [ago(0), ago(59_999), ago(60_000), ago(3_600_000)],
    [...["just now", "just now", "1 min ago", "1 h ago"]],
  );
});

test("a watch says what needs somebody, else how much is done", () => {
  assert.deepEqual(wordsOf(1, [1, 2], true), { number: "1", words: "needs you" });
  assert.deepEqual(wordsOf(5, [1, 2], true), { number: "5", words: "need you" });
  assert.deepEqual(wordsOf(0, [47, 102], true), { number: "47/102", words: "tasks done" });
  assert.equal(wordsOf(0, [0, 0], true).number, "0");
  assert.equal(wordsOf(3, [0, 0], false).words, "reading");
});

test("a page that opens in the dark waits for dark pictures, and shows no white cards meanwhile", () => {
  const plane = (x, width, theme, painted = true) => ({
    pixels: painted ? new Uint8Array(4) : null,
    missing: painted ? [] : [[0, 0, 1, 1]],
    place: { x, y: 0, width, height: 100, shownWhen: theme ? { theme } : null },
  });
  const [blank, card] = [plane(0, 900, "dark"), plane(8, 256, null)];
  assert.equal(hasPicture([card], "light", true), true);
  assert.equal(hasPicture([plane(8, 256, null, false)], "light", true), false);
  assert.equal(hasPicture([blank, card].values(), "dark", true), false);
  assert.equal(
    hasPicture([blank, card, plane(8, 256, "dark", false)].values(), "dark", true),
    false,
  );
  assert.equal(hasPicture([blank, card, plane(8, 256, "dark")].values(), "dark", true), true);
  assert.equal(hasPicture([card], "dark", false), true);
  // before the project is known, themes say that there is a board
  assert.equal(hasPicture([plane(0, 900, "light"), blank], "dark", false), false);
});
