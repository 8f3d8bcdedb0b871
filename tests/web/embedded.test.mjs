import assert from "node:assert/strict";
import test from "node:test";
import { aimOf, around, contain, surfacesOf } from "../../geometry_ws/web/src/viewer/aims.js";
import {
  addressOf,
  sentenceOf,
  themeOf,
  usualNode,
} from "../../geometry_ws/web/src/viewer/telling.js";

const surface = (id, title, x = 0, more = {}) => [
  id,
  { surface: id, title, x, y: 0, width: 40, height: 30, ...more },
];

test("a view is of one surface, of a board or of everything", () => {
  assert.deepEqual(aimOf({}), { kind: "world" });
  assert.deepEqual(aimOf({ board: false }), { kind: "world" });
  assert.deepEqual(aimOf({ surface: "plot" }), { kind: "surface", name: "plot", id: "" });
  assert.deepEqual(aimOf({ board: true }), { kind: "board", project: "" });
  assert.deepEqual(aimOf({ board: "shop" }), { kind: "board", project: "shop" });
});

test("a name means a surface with its faces, and no other of the same title", () => {
  const known = new Map([
    surface("s1", "plot"),
    surface("s2", "plot"),
    surface("s3", "plot", 90),
    surface("s4", "s3"),
  ]);
  const named = (name, id) => surfacesOf(known, name, id).map((each) => each.surface);
  assert.deepEqual(named("plot"), ["s3"]);
  assert.deepEqual(named("plot", "s2"), ["s1", "s2"]);
  assert.deepEqual(named("plot", "s4"), ["s3"]);
  assert.deepEqual(named("s3"), ["s3"]);
  assert.deepEqual(named("nothing"), []);
});

test("what is shown lies whole within the element, in its middle", () => {
  const rects = [
    [0, 0, 200, 100],
    [-500, 30, 3, 4000],
    [1e6, -1e6, 5000, 2],
  ];
  for (const [x, y, width, height] of rects) {
    for (const size of [
      { width: 300, height: 300 },
      { width: 1920, height: 80 },
    ]) {
      for (const alone of [true, false]) {
        const camera = contain([x, y, width, height], size, alone);
        const near = (left, right) => assert.ok(Math.abs(left - right) < 1e-6 * Math.abs(x) + 0.01);
        near(camera.x + size.width / 2 / camera.zoom, x + width / 2);
        near(camera.y + size.height / 2 / camera.zoom, y + height / 2);
        assert.ok(width * camera.zoom <= size.width + 1 || camera.zoom === 0.01);
        assert.ok(height * camera.zoom <= size.height + 1 || camera.zoom === 0.01);
        if (!alone) assert.ok(camera.zoom <= 1);
      }
    }
  }
  assert.equal(contain([0, 0, 320, 200], { width: 321, height: 201 }, true).zoom, 1);
  assert.equal(around([]), null);
  assert.deepEqual(
    around([
      [0, 0, 10, 10],
      [20, -5, 10, 10],
    ]),
    [0, -5, 30, 15],
  );
});

test("a node's address is read as people write it", () => {
  const here = { page: "http://localhost:8081/", socket: "ws://localhost:8081/ws" };
  for (const text of ["http://localhost:8081", "localhost:8081", "ws://localhost:8081/ws"]) {
    const { page, socket } = addressOf(text);
    assert.deepEqual({ page, socket }, here);
  }
  assert.equal(addressOf("https://board.example/view?x=1").socket, "wss://board.example/ws");
  for (const text of ["https://host.example/board", "https://host.example/board/view?surface=a"]) {
    const { page, socket } = addressOf(text);
    assert.deepEqual(
      { page, socket },
      { page: "https://host.example/board/", socket: "wss://host.example/board/ws" },
    );
  }
  for (const text of ["file:///etc/passwd", "javascript://x", "http://", ""])
    assert.throws(() => addressOf(text), TypeError, text);
});

test("the node that is meant is the one that the module comes from", () => {
  const page = "https://wiki.example/plots/1";
  assert.equal(usualNode("http://a:1/board/viewer.js", page), "http://a:1/board/");
  assert.equal(usualNode("https://wiki.example/assets/index-9f.js", page), "https://wiki.example/");
  assert.equal(usualNode("file:///src/viewer/view.js", page), "https://wiki.example/");
});

test("what isn't there is said in a sentence once somebody has waited", () => {
  const more = { refusal: "No.", host: "a:1", aim: aimOf({ surface: "plot" }), waited: true };
  assert.match(sentenceOf("waiting", more), /“plot”/);
  assert.equal(sentenceOf("waiting", { ...more, waited: false }), "");
  assert.equal(sentenceOf("live", more), "");
  assert.equal(sentenceOf("refused", { ...more, waited: false }), "No.");
  assert.match(sentenceOf("lost", { ...more, waited: false }), /a:1/);
  const boards = [true, "shop"].map((board) =>
    sentenceOf("waiting", { ...more, aim: aimOf({ board }) }),
  );
  assert.match(boards[0], /no project\.$/);
  assert.match(boards[1], /“shop”/);
});

test("a view is as light or dark as its page", () => {
  const page = (scheme, meta, dark, wish = "auto") => themeOf(wish, { scheme, meta, dark });
  assert.equal(page("normal", "", true), "light");
  assert.equal(page("normal", "light dark", true), "dark");
  assert.equal(page("normal", "light dark", false), "light");
  assert.equal(page("dark", "light", false), "dark");
  assert.equal(page("light", "light dark", true), "light");
  assert.equal(page("only light", "", true), "light");
  assert.equal(page("dark", "", true, "light"), "light");
});
