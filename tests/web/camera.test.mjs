import assert from "node:assert/strict";
import test from "node:test";
import * as camera from "../../geometry_ws/web/src/dashboard/camera.js";
import { arrange, faceScaleOf } from "../../geometry_ws/web/src/dashboard/wall_layout.js";
import { placeOnScreen, tilesOf, overlap } from "../../geometry_ws/web/src/painter/view.js";

const SIZE = { width: 1000, height: 800 };
const near = (left, right) => assert.ok(Math.abs(left - right) < 1e-6, `${left} is not ${right}`);

test("zooming keeps the point under the pointer where it is", () => {
  const before = { x: 40, y: -30, zoom: 0.7 };
  for (const zoom of [0.1, 1, 3.3, 8]) {
    const after = camera.zoomTo(before, zoom, 300, 500);
    const [left, right] = [before, after].map((view) => camera.toWorld(view, 300, 500));
    near(left[0], right[0]);
    near(left[1], right[1]);
  }
});

test("zoom stays within its bounds", () => {
  assert.equal(camera.zoomTo({ x: 0, y: 0, zoom: 1 }, 1e9, 0, 0).zoom, camera.LARGEST);
  assert.equal(camera.zoomTo({ x: 0, y: 0, zoom: 1 }, 0, 0, 0).zoom, camera.SMALLEST);
});

test("panning moves by screen pixels whatever the zoom", () => {
  assert.deepEqual(camera.pan({ x: 10, y: 10, zoom: 2 }, 100, -50), { x: -40, y: 35, zoom: 2 });
});

test("fit shows all of it, in the middle and from the top, never larger than 100 % on a desk", () => {
  const wide = camera.fit([100, 100, 2000, 400], SIZE);
  assert.ok(wide.zoom * 2000 <= SIZE.width && wide.zoom * 2000 > SIZE.width * 0.9);
  near(wide.x + SIZE.width / wide.zoom / 2, 1100);
  assert.ok(wide.y < 100 && wide.y + SIZE.height / wide.zoom > 500);
  assert.equal(camera.fit([0, 0, 10, 10], SIZE).zoom, 1);
  assert.equal(camera.fit([0, 0, 600, 300], { width: 1920, height: 1080 }).zoom, 2);
});

test("a page begins with everything where that can be read, else with a readable top left", () => {
  const small = camera.begin([0, 0, 1200, 900], SIZE, 300);
  assert.ok(small.zoom >= camera.READABLE && small.y < 0);
  const board = camera.begin([-50, -20, 9000, 4000], { width: 390, height: 700 }, 320);
  assert.equal(board.zoom, 1);
  assert.ok(board.x <= -50 && board.x > -70 && board.y <= -20);
  const broad = camera.begin([0, 0, 9000, 4000], { width: 390, height: 700 }, 600);
  assert.ok(broad.zoom * 600 <= 390 && broad.zoom >= camera.READABLE);
  assert.equal(camera.begin(null, SIZE, 0).zoom, 1);
});

test("a growing world never makes the view jump: it shrinks until it can just be read", () => {
  const view = camera.begin([0, 0, 1200, 900], SIZE, 300);
  const larger = camera.keepUp([0, 0, 1200, 1800], SIZE, view);
  assert.ok(larger.zoom < view.zoom && larger.zoom * 1800 <= SIZE.height);
  const huge = camera.keepUp([0, 0, 1200, 9000], SIZE, larger);
  assert.equal(huge.zoom, larger.zoom);
  assert.ok(huge.y < 0 && huge.y > -100);
  assert.equal(camera.keepUp([0, 0, 9000, 9000], SIZE, { x: 0, y: 0, zoom: 1 }).zoom, 1);
  assert.equal(camera.keepUp(null, SIZE, view), view);
});

test("what programs draw is seen whole and at its size, unless it is much; beside it what fits", () => {
  const world = [-640, 0, 1800, 900];
  const first = camera.beginAt(world, [-640, 0, 600, 400], SIZE);
  assert.equal(first.zoom, 1);
  assert.ok(first.x < -640 && first.y < 0 && first.x + SIZE.width > -640 + 600);
  const large = camera.beginAt(world, [-2600, 0, 2560, 1600], SIZE);
  assert.ok(large.zoom * 2560 <= SIZE.width && large.zoom >= camera.READABLE);
  assert.equal(camera.beginAt(world, [-90000, 0, 90000, 400], SIZE), null);
  const small = [-300, 0, 700, 300];
  assert.deepEqual(camera.beginAt(small, [-300, 0, 260, 200], SIZE), camera.fit(small, SIZE));
});

test("steps of the zoom buttons go through 100 %", () => {
  assert.equal(camera.nextStep(0.83, 1), 1);
  assert.equal(camera.nextStep(1, 1), 1.5);
  assert.equal(camera.nextStep(1, -1), 0.75);
  assert.equal(camera.nextStep(8, 1), 8);
  assert.equal(camera.nextStep(0.05, -1), 0.05);
});

test("the region looked at is the screen with its margin", () => {
  const view = camera.region({ x: 10, y: 20, zoom: 2 }, SIZE, 100);
  assert.deepEqual(view, { x: -40, y: -30, width: 600, height: 500 });
});

test("a glide begins and ends exactly, and keeps a common point of both views fixed", () => {
  const from = { x: 0, y: 0, zoom: 1 };
  const to = camera.zoomTo(from, 4, 250, 100);
  for (const share of [0, 0.3, 0.5, 1]) {
    const [x, y] = camera.toWorld(camera.between(from, to, share), 250, 100);
    near(x, 250);
    near(y, 100);
  }
  near(camera.between(from, to, 1).x, to.x);
  assert.deepEqual(camera.between(from, { x: 10, y: 20, zoom: 1 }, 0.5), { x: 5, y: 10, zoom: 1 });
});

test("one buffer pixel per device pixel lies on whole pixels", () => {
  const place = {
    plane: "s1",
    x: 3,
    y: 5,
    z: 1,
    width: 10,
    height: 10,
    scale: 2,
    opacity: 1,
    opaque: false,
  };
  const view = { x: 0.3, y: 0.4, zoom: 1, width: 100, height: 100, density: 2 };
  const sharp = placeOnScreen(place, view);
  assert.deepEqual([sharp.x, sharp.y, sharp.width, sharp.exact], [5, 9, 20, true]);
  assert.equal(placeOnScreen(place, { ...view, zoom: 0.5 }).exact, false);
  const doubled = placeOnScreen(place, { ...view, zoom: 2 });
  assert.deepEqual([doubled.x, doubled.y, doubled.width, doubled.exact], [11, 18, 40, true]);
  assert.equal(placeOnScreen(place, { ...view, zoom: 1.5 }).exact, false);
  assert.equal(placeOnScreen(place, { ...view, x: 13 }).visible, false);
});

test("tiles cover a large plane exactly once", () => {
  const tiles = tilesOf(1000, 600, 256);
  assert.equal(tiles.length, 12);
  assert.equal(
    tiles.reduce((sum, [, , width, height]) => sum + width * height, 0),
    600_000,
  );
  for (const tile of tiles) {
    for (const other of tiles) if (tile !== other) assert.equal(overlap(tile, other), null);
  }
});

test("programs above a board leave it its size, where they leave it a third", () => {
  const world = [0, -288, 1124, 1500];
  const view = camera.beginAt(world, [0, -288, 840, 268], SIZE);
  assert.ok(view.zoom === 1 && view.y < -288 && view.y > -330);
  assert.ok(view.y + SIZE.height > 300);
  const high = camera.beginAt([0, -900, 1124, 1500], [0, -900, 840, 860], SIZE);
  assert.ok(high.zoom * 860 <= SIZE.height && high.zoom <= 1);
});

test("a board and what programs draw are shown at once where both can be read", () => {
  const world = [-500, 0, 1500, 700];
  assert.deepEqual(camera.beginAt(world, [-500, 0, 460, 400], SIZE), camera.fit(world, SIZE));
});

test("a large board begins with its first lanes, at a size that shows tasks", () => {
  const view = camera.beginAtLanes([100, 50, 4000, 9000], SIZE);
  assert.deepEqual(view, { x: 76, y: 26, zoom: 1 });
  const small = [0, 0, 900, 500];
  assert.deepEqual(camera.beginAtLanes(small, SIZE), camera.fit(small, SIZE));
});

test("a wall is filled, and keeps its zoom while all is seen and little would be gained", () => {
  const size = { width: 1920, height: 900 };
  const first = camera.fillWall([0, 0, 1600, 700], size, 0);
  near(first.zoom, (1920 - 2 * 36) / 1600);
  assert.equal(camera.fillWall([0, 0, 1550, 690], size, first.zoom).zoom, first.zoom);
  assert.ok(camera.fillWall([0, 0, 1700, 700], size, first.zoom).zoom < first.zoom);
  assert.ok(camera.fillWall([0, 0, 1200, 500], size, first.zoom).zoom > first.zoom * 1.1);
});

test("a wall shows windows where all becomes largest, and asks for them where they lie", () => {
  const lanes = [0, 0, 1124, 700];
  const windows = [
    { id: "a", rect: [0, -340, 360, 296] },
    { id: "b", rect: [380, -340, 480, 296] },
    { id: "over-a", rect: [20, -320, 100, 100] },
  ];
  const wide = arrange(lanes, windows, { width: 1896, height: 900 });
  assert.deepEqual(wide.rect, [0, 0, 1124 + 16 + 480, 700]);
  assert.deepEqual(wide.shifts.get("a"), [1140, 340]);
  assert.deepEqual(wide.shifts.get("over-a"), [1140, 340]);
  assert.deepEqual(wide.shifts.get("b"), [1140 - 380, 340 + 296 + 16]);
  assert.deepEqual(wide.lying, [windows[0].rect, windows[1].rect, windows[2].rect]);
  const high = arrange(lanes, windows, { width: 1056, height: 1800 });
  assert.equal(high.shifts.size, 0);
  assert.deepEqual(high.rect, [0, -340, 1124, 1040]);
  assert.deepEqual(arrange(lanes, [], { width: 100, height: 100 }).rect, lanes);
  assert.deepEqual(camera.spanning({ x: 0, y: 0, width: 10, height: 10 }, [-5, 2, 10, 20]), {
    x: -5,
    y: 0,
    width: 15,
    height: 22,
  });
});

test("a wall shows the nearest face whose names are read across a room", () => {
  assert.equal(faceScaleOf(3.3, 2), 1);
  assert.equal(faceScaleOf(2.35, 2), 0.7);
  assert.equal(faceScaleOf(0.8, 1), 0.4);
  assert.equal(faceScaleOf(0.1, 1), 0.4);
});
