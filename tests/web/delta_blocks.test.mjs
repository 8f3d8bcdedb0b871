/** Deltas as they are begun: nothing that stands there is lost; each block is in its section. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addedBlock,
  blockOf,
  removedBlock,
  withBlock,
} from "../../geometry_ws/web/src/pages/delta_blocks.js";

const SPEC = `# lamp

## Requirements

### Requirement: Light
It SHALL shine.

#### Scenario: Night
- **WHEN** it is night

### Requirement: Dark
It SHALL stop.

## Notes

### Requirement: Light
Another one.
`;

test("a requirement is taken as its spec has it, with its scenarios", () => {
  const light =
    "### Requirement: Light\nIt SHALL shine.\n\n#### Scenario: Night\n- **WHEN** it is night\n";
  assert.equal(blockOf(SPEC, "Light"), light);
  assert.equal(blockOf(SPEC.replaceAll("\n", "\r\n"), "Light", 5), light);
  assert.equal(blockOf(SPEC, "Light", 16), "### Requirement: Light\nAnother one.\n");
  assert.equal(blockOf(SPEC, "Dark"), "### Requirement: Dark\nIt SHALL stop.\n");
  assert.equal(blockOf(SPEC, "Gone"), "### Requirement: Gone\n");
});

test("a block comes at the end of its section, or brings it", () => {
  const first = withBlock("", "ADDED", addedBlock("A"));
  assert.ok(first.startsWith("## ADDED Requirements\n\n### Requirement: A\n"));
  const second = withBlock(first, "REMOVED", removedBlock("B"));
  const third = withBlock(second, "ADDED", addedBlock("C"));
  const heads = third.match(/^##.*$/gm).filter((line) => !line.startsWith("####"));
  assert.deepEqual(heads, [
    "## ADDED Requirements",
    "### Requirement: A",
    "### Requirement: C",
    "## REMOVED Requirements",
    "### Requirement: B",
  ]);
  for (const line of second.split("\n")) assert.ok(third.includes(line));
  assert.ok(!/\n{3}/.test(third) && third.endsWith("\n"));
  // what stands before all sections, and headings in another case
  const own = withBlock(
    "# Mine\n\n## added requirements\n\n### Requirement: X\ny",
    "ADDED",
    "### Requirement: Z\n",
  );
  assert.equal(
    own,
    "# Mine\n\n## added requirements\n\n### Requirement: X\ny\n\n### Requirement: Z\n",
  );
});
