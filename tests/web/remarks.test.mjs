import assert from "node:assert/strict";
import test from "node:test";
import { remarksOn } from "../../geometry_ws/web/src/shared/remarks.js";

const moved = (...names) => names.map((requirement) => ({ requirement }));
const conflict = (requirement, changes, more) => ({ spec: "s", requirement, changes, more });
const said = (change) => remarksOn(change).map(({ tone, text }) => [tone, text]);

test("a change of which nothing needs to be said has no remark", () => {
  assert.deepEqual(said({ problem: "" }), []);
  assert.deepEqual(said({ problem: "", base_moved: [], conflicts: [] }), []);
});

test("what is broken comes first and is red, what has to be decided is amber", () => {
  const change = {
    problem: "Bad.",
    base_moved: moved("Sign in"),
    conflicts: [conflict("Sign in", ["b"])],
  };
  assert.deepEqual(said(change), [
    ["bad", "Bad."],
    ["warn", "“Sign in” has changed since this was written."],
    ["warn", "Conflicts with b in “Sign in”."],
  ]);
});

test("several changes and requirements are counted", () => {
  assert.deepEqual(said({ base_moved: moved("A", "B", "C") }), [
    ["warn", "“A” and 2 others have changed since this was written."],
  ]);
  assert.deepEqual(said({ conflicts: [conflict("A", ["b"]), conflict("B", ["b", "c"])] }), [
    ["warn", "Conflicts with b and 1 other change in “A” and 1 other requirement."],
  ]);
  assert.deepEqual(said({ conflicts: [conflict("A", ["b", "c"], 30)] }), [
    ["warn", "Conflicts with b and 31 other changes in “A”."],
  ]);
});

test("of a complete change it is said whether it can be archived, and why not", () => {
  const complete = (archiving, more) => said({ state: "complete", archiving, ...more });
  assert.deepEqual(complete({ can: true }), [["good", "Ready to archive."]]);
  assert.deepEqual(complete({ can: false, why: "No." }), [
    ["warn", "Archiving would be refused: No."],
  ]);
  const base_moved = moved("Sign in");
  assert.deepEqual(complete({ can: false, code: "base_moved", why: "Moved." }, { base_moved }), [
    ["warn", "“Sign in” has changed since this was written. Archiving would be refused."],
  ]);
  assert.deepEqual(complete({ can: false }), []);
  assert.deepEqual(complete(undefined), []);
  assert.deepEqual(said({ state: "in_progress", archiving: { can: false, why: "Open." } }), []);
});
