import assert from "node:assert/strict";
import test from "node:test";
import { areaAt, cursorAt, LinkPress } from "../../geometry_ws/web/src/dashboard/areas.js";

const card = {
  cursor: "grab",
  areas: [
    { rect: [10, 10, 100, 20], cursor: "pointer", link: "/changes/a" },
    { rect: [0, 0, 200, 200], link: "/specs" },
  ],
};

test("of two areas at a place the first counts; right and lower edges are outside", () => {
  assert.equal(areaAt(card, { x: 10, y: 10 })?.link, "/changes/a");
  assert.equal(areaAt(card, { x: 110, y: 10 })?.link, "/specs");
  assert.equal(areaAt(card, { x: 10, y: 30 })?.link, "/specs");
  assert.equal(areaAt(card, { x: 200, y: 0 }), null);
  for (const nothing of [undefined, {}, { areas: [] }]) {
    assert.equal(areaAt(nothing, { x: 1, y: 1 }), null);
  }
});

test("an area has a cursor of its own, or that of its surface", () => {
  assert.equal(cursorAt(card, { x: 20, y: 20 }), "pointer");
  assert.equal(cursorAt(card, { x: 20, y: 90 }), "grab");
  assert.equal(cursorAt({}, { x: 20, y: 90 }), "default");
  assert.equal(cursorAt(undefined, { x: 0, y: 0 }), "default");
  const pointed = { ...card, cursor_picture: { png: "QUJD", x: 3 } };
  assert.equal(cursorAt(pointed, { x: 20, y: 20 }), "pointer");
  const shown = "url(data:image/png;base64,QUJD) 3 0, grab";
  assert.equal(cursorAt(pointed, { x: 20, y: 90 }), shown);
});

test("a press opens a page where it is let go on it without having moved", () => {
  const press = new LinkPress();
  const open = (down, up, from, to) => {
    press.down(down, from);
    return press.up(up, to);
  };
  const here = { x: 5, y: 5 };
  assert.equal(open("/a", "/a", here, { x: 8, y: 2 }), "/a");
  assert.equal(open("/a", "/a", here, { x: 10, y: 5 }), null);
  assert.equal(open("/a", "/b", here, here), null);
  assert.equal(open("/a", undefined, here, here), null);
  assert.equal(open(undefined, "/a", here, here), null);
  assert.equal(press.up("/a", here), null);
});
