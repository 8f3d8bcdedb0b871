import assert from "node:assert/strict";
import test from "node:test";
import {
  buttonPhase,
  deviceOf,
  holderOf,
  wheelFor,
} from "../../geometry_ws/web/src/dashboard/pointing.js";

const [LEFT, MIDDLE, RIGHT, BACK] = [0, 1, 2, 3];

test("a second button is a press or a release of its own", () => {
  assert.equal(buttonPhase({ button: -1, buttons: 1 }), null);
  assert.equal(buttonPhase({ button: RIGHT, buttons: 3 }), "down");
  assert.equal(buttonPhase({ button: LEFT, buttons: 2 }), "up");
  assert.equal(buttonPhase({ button: MIDDLE, buttons: 5 }), "down");
  assert.equal(buttonPhase({ button: BACK, buttons: 8 }), "down");
  assert.equal(buttonPhase({ button: BACK, buttons: 16 }), "up");
});

test("of a pen and a finger is told how hard they press, and of a mouse nothing", () => {
  assert.deepEqual(deviceOf({ pointerType: "mouse", pressure: 0.5 }), {});
  assert.deepEqual(deviceOf({}), {});
  assert.deepEqual(deviceOf({ pointerType: "pen", pressure: 0.12345 }), {
    device: "pen",
    pressure: 0.123,
  });
  assert.deepEqual(deviceOf({ pointerType: "touch", pressure: 1.5 }).pressure, 1);
});

test("a press belongs to the surface under it, the wheel's button only where that is wanted", () => {
  const where = { surface: "s1", wheel: false, space: false };
  for (const button of [LEFT, RIGHT, BACK]) assert.equal(holderOf(button, where), "surface");
  assert.equal(holderOf(MIDDLE, where), "camera");
  assert.equal(holderOf(MIDDLE, { ...where, wheel: true }), "surface");
  assert.equal(holderOf(LEFT, { ...where, space: true }), "camera");
  assert.equal(holderOf(LEFT, { ...where, surface: null }), "camera");
  assert.equal(holderOf(BACK, { ...where, surface: null }), null);
});

test("the wheel is the view's, or of a surface that wants it; Alt exchanges them", () => {
  const plain = { altKey: false, ctrlKey: false, metaKey: false };
  const alt = { ...plain, altKey: true };
  assert.equal(wheelFor(plain, "s1", true), "surface");
  assert.equal(wheelFor(plain, "s1", false), "pan");
  assert.equal(wheelFor(alt, "s1", false), "surface");
  assert.equal(wheelFor(alt, "s1", true), "pan");
  for (const event of [plain, alt]) assert.equal(wheelFor(event, null, false), "pan");
  assert.equal(wheelFor({ ...plain, ctrlKey: true }, "s1", true), "zoom");
});
