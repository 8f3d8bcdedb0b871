import assert from "node:assert/strict";
import test from "node:test";
import { likeness, nearest } from "../../geometry_ws/web/src/pages/nearest.js";
import { bodyOf, proposalOf, templateOf } from "../../geometry_ws/web/src/pages/templates.js";
import { plainly } from "../../geometry_ws/web/src/pages/search.js";
import { together } from "../../geometry_ws/web/src/pages/needs.js";

test("a name is like itself most, like a slip of it much, and like others little", () => {
  assert.equal(likeness("add-berth", "add-berth"), 1);
  assert.ok(likeness("add-berth", "add-bert") > likeness("add-berth", "drop-fax"));
  assert.equal(likeness("", "").toFixed(), "1");
});

test("names are offered with the likest first, whatever day they were archived", () => {
  const names = ["drop-fax", "add-berth-map", "add-berth-reservations"];
  const near = nearest("add-berth-reservation", names, 2);
  assert.deepEqual(near, ["add-berth-reservations", "add-berth-map"]);
  assert.deepEqual(nearest("add-berth", ["2026-01-02-add-berth"], 5), ["2026-01-02-add-berth"]);
  assert.deepEqual(nearest("zzz", names, 5), []);
});

test("what a page says already isn't said again by a document's first heading", () => {
  assert.equal(bodyOf("# Title\n\n## Why\nSo.\n"), "\n## Why\nSo.\n");
  assert.equal(bodyOf("---\na: b\n---\n# Title\r\nSo."), "So.");
  assert.equal(bodyOf("## Why\n# Not the title\n"), "## Why\n# Not the title\n");
  assert.equal(bodyOf("#tag is no heading"), "#tag is no heading");
});

test("documents that aren't there yet begin with what belongs into them", () => {
  const templates = [{ artifact: "work", generates: "work.md", text: "# Work\n" }];
  assert.equal(templateOf(templates, "work.md"), "# Work\n");
  assert.equal(templateOf(templates, "notes.md"), "");
});

test("a proposal says why where its template has a place for it, and else first", () => {
  const template = "## Why\n\n<!-- so -->\n\n## Impact\n\n- \n";
  assert.equal(
    proposalOf(template, "add-login", "So."),
    "# Add login\n\n## Why\n\nSo.\n\n## Impact\n\n-\n",
  );
  assert.equal(
    proposalOf("# Proposal\r\n\r\n## Why\r\n", "a", "So."),
    "# Proposal\n\n## Why\n\nSo.\n",
  );
  assert.equal(proposalOf("", "a-b", "So."), "# A b\n\n## Why\n\nSo.\n");
  assert.equal(proposalOf("## Plan\n", "a", "So."), "# A\n\n## Why\n\nSo.\n\n## Plan\n");
});

test("the same sentence about many changes is one row, and answers never are", () => {
  const need = (id, kind, why) => ({ id, kind, why, change: id, since: 0 });
  const same = ["a", "b", "c", "d"].map((id) => need(id, "invalid", "Bad."));
  assert.equal(together(same).length, 1);
  assert.equal(together(same.slice(1)).length, 3);
  assert.equal(together(same.map((each) => ({ ...each, kind: "question" }))).length, 4);
  assert.deepEqual(
    together([need("x", "ready", "Bad."), ...same]).map((group) => group.length),
    [1, 4],
  );
});

test("a line that was found is shown without the marks of Markdown before it", () => {
  assert.deepEqual(plainly("### Requirement: A", [[4, 15]]), ["Requirement: A", [[0, 11]]]);
  assert.deepEqual(plainly("### Requirement: A b", [[19, 20]]), ["A b", [[2, 3]]]);
  assert.deepEqual(plainly("- **THEN** a `lit` ünit", [[19, 23]]), ["THEN a lit ünit", [[11, 15]]]);
  assert.deepEqual(plainly("- [x] 1.1 Do", [[10, 12]]), ["1.1 Do", [[4, 6]]]);
  assert.deepEqual(plainly("#tag", [[1, 4]]), ["#tag", [[1, 4]]]);
  assert.deepEqual(plainly("## a", [[0, 2]]), ["## a", [[0, 2]]]);
});
