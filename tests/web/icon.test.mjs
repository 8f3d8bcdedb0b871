/** Signs: the pie of a change in progress is the one that the board draws. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { pie } from "../../geometry_ws/web/src/shared/icon.js";

test("a pie is as full as its progress", () => {
  assert.equal(pie(0.25), "M8 8V4.5A3.5 3.5 0 0 1 11.50 8.00Z");
  assert.equal(pie(0.75), "M8 8V4.5A3.5 3.5 0 1 1 4.50 8.00Z");
  assert.equal(pie(0), pie(0.04));
  assert.equal(pie(0), "M8 8V4.5A3.5 3.5 0 0 1 8.87 4.61Z");
});
