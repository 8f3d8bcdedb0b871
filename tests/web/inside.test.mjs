/** What stands in documents beside text: what can be opened, footnotes, pictures. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_ELEMENTS, MOST_TEXT, read } from "../../geometry_ws/web/src/pages/markdown.js";
import { TAGS } from "../../geometry_ws/web/src/pages/pieces.js";
import { folderOf, pictureAddress, pictureOf } from "../../geometry_ws/web/src/shared/routes.js";

function pieces(text) {
  const given = [];
  read(text, 2, (piece) => given.push(piece));
  return given;
}

/** Pieces as markup, to be compared. */
function written(text) {
  return pieces(text)
    .map((piece) => {
      const open = [];
      const parts = piece.map((step) => {
        if (typeof step === "string") return step;
        if (step === 0) return `</${open.pop()}>`;
        const [number, value, cut] = typeof step === "number" ? [step, ""] : step;
        if (number === 0) return value;
        open.push(TAGS[number - 1]);
        return `<${cut ? "+" : ""}${open.at(-1)}${value ? ` ${value}` : ""}>`;
      });
      assert.deepEqual(open, []);
      return parts.join("");
    })
    .join("|");
}

test("plain details hold what stands between them and their end", () => {
  assert.equal(
    written("<details>\n<summary>Why *so*</summary>\n\nA **b**\n\n- c\n\n</details>\n\nd"),
    "<details -Why *so*><summary>Why <em>so</em></summary><p>A <strong>b</strong></p>" +
      "<ul><li>c</li></ul></details><p>d</p>",
  );
  assert.equal(
    written("<details open><summary>a</summary>b</details>"),
    "<details +a><summary>a</summary><p>b</p></details>",
  );
  assert.equal(
    written("- a\n\n  <details>\n\n  b\n\n  </details>\n\n> <details>\n>\n> c\n>\n> </details>"),
    "<ul><li><p>a</p><details -><summary>Details</summary><p>b</p></details></li></ul>" +
      "<blockquote><details -><summary>Details</summary><p>c</p></details></blockquote>",
  );
  assert.equal(
    written("<details>\n\na\n\n<details>\n\nb\n\n</details>\n\nc\n\n</details>"),
    "<details -><summary>Details</summary><p>a</p><details -><summary>Details</summary>" +
      "<p>b</p></details><p>c</p></details>",
  );
});

test("details with handlers, without their end, or in code are text", () => {
  for (const text of [
    '<details ontoggle="x()"><summary>a</summary></details>',
    "<details open onclick=x()>\n\na\n\n</details>",
    "<details>\n\nwithout an end\n\n> </details>",
    "</details>\n\na\n\n<summary>b</summary>",
    "    <details>a</details>\n\n```\n<details>\n```",
    "a <details> b </details>",
  ]) {
    assert.ok(!/<(details|summary) [-+]/.test(written(text)), written(text));
    assert.ok(!written(text).includes("</summary></summary>"));
  }
  // a summary that isn't one is a text as well
  assert.ok(written("<details>\n\na\n\n<summary>b</summary>\n\n</details>").includes("<summary>b"));
});

test("plain tags around words are what Markdown has signs for", () => {
  assert.equal(
    written("<b>a</b> <i>b *c*</i> <kbd>Ctrl</kbd> <s>d</s>"),
    "<p><strong>a</strong> <em>b <em>c</em></em> <code>Ctrl</code> <del>d</del></p>",
  );
  for (const text of ["<b onclick=x>a</b>", "<b>a", "a</b>", "<b>a<i></b></i>", "<u>a</u>"]) {
    assert.equal(written(text), `<p>${text}</p>`);
  }
});

test("any mixture of tags is well nested and loses no word", () => {
  const parts = ["<details>", "</details>", "<summary>s</summary>", "<details open>", "word", ""];
  parts.push("- item", "  <details>", "> quote", "> </details>", "[^1]: note", "a[^1]", "<br>");
  let state = 7;
  const random = (most) => (state = (state * 48271) % 2147483647) % most;
  for (let round = 0; round < 400; round++) {
    const lines = Array.from({ length: 3 + random(14) }, () => parts[random(parts.length)]);
    const text = lines.join(random(2) ? "\n" : "\n\n");
    const shown = written(text); // whose elements end in the order in which they begin
    const words = (of) => of.split(/\bword\b/).length;
    assert.equal(words(shown), words(text), text);
  }
});

test("very long and very deep details stay in small pieces", () => {
  const long = `<details>\n<summary>s</summary>\n\n${"word *a*\n\n".repeat(3000)}</details>`;
  const deep = `${"<details>\n\n".repeat(300)}end`;
  for (const text of [
    long,
    deep,
    deep + "\n\n</details>".repeat(300),
    "<summary>".repeat(20_000),
  ]) {
    const given = pieces(text);
    for (const piece of given) {
      const texts = piece.filter((step) => typeof step === "string").join("");
      assert.ok(texts.length <= MOST_TEXT);
      const begun = piece.filter((step) => (Array.isArray(step) ? step[0] > 0 : step > 0));
      assert.ok(begun.length <= MOST_ELEMENTS);
    }
  }
  assert.ok(written(long).includes("|<+details -s><p>word"));
});

test("footnotes are numbered as they are referred to, and stand below", () => {
  assert.equal(
    written("a[^x] b[^y] c[^x]\n\n[^y]: Two\n[^x]: One **b**\n    more\n\n    last\n\nd"),
    "<p>a<sup 1>1</sup> b<sup 2>2</sup> c<sup 1 2>1</sup></p><p>d</p><hr></hr><ol>" +
      "<li 1><p>One <strong>b</strong>\nmore</p><p>last</p></li><li 2><p>Two</p></li></ol>",
  );
  // one that notes another, and one that nothing refers to
  assert.equal(
    written("a[^a]\n\n[^c]: c\n[^a]: b[^b]\n[^b]: d"),
    "<p>a<sup 1>1</sup></p><hr></hr><ol><li 1><p>b<sup 2>2</sup></p></li>" +
      "<li 2><p>d</p></li><li 3><p>c</p></li></ol>",
  );
});

test("what is no footnote stays as it is written", () => {
  assert.equal(written("a[^x] `b[^x]`"), "<p>a[^x] <code>b[^x]</code></p>");
  assert.equal(
    written("```\n[^x]: a\n```\n\nb[^x]"),
    "<pre><code>[^x]: a\n</code></pre><p>b[^x]</p>",
  );
  const many = Array.from({ length: 5000 }, (_, index) => `a[^${index}]\n\n[^${index}]: b`);
  assert.ok(written(many.join("\n\n")).includes("a[^4000]"));
});

test("pictures are an address and words; which are shown is decided by their path", () => {
  assert.equal(written("![a *b*](c.png)"), "<p><img c.png\na *b*></img></p>");
  assert.equal(
    written("x<br>y<br />z<BR onclick=x>"),
    "<p>x<br></br>y<br></br>z<BR onclick=x></p>",
  );
  const change = "changes/add-login";
  for (const [href, path] of [
    ["way.png", "openspec/changes/add-login/way.png"],
    ["./images/a%20b.SVG", "openspec/changes/add-login/images/a b.SVG"],
    ["images/a b.webp", "openspec/changes/add-login/images/a b.webp"],
    ["../../specs/a.jpeg?raw=true#x", "openspec/specs/a.jpeg"],
    ["../../../docs/a.gif", "docs/a.gif"],
    ["../../../../a.png", null],
    ["/etc/a.png", null],
    ["https://evil.invalid/a.png", null],
    ["//evil.invalid/a.png", null],
    ["java\tscript:a.png", null],
    ["data:image/svg+xml,a.svg", null],
    ["..\\..\\a.png", null],
    [".git/a.png", null],
    ["%2e%2e/%2E%2E/%2e%2e/%2e%2e/a.png", null],
    ["a%00.png", null],
    ["a%ff.png", null],
    ["a.html", null],
    ["a.png/", "openspec/changes/add-login/a.png"],
    ["", null],
  ]) {
    assert.equal(pictureOf(href, change), path, href);
  }
  assert.equal(pictureAddress("docs/a b?.png", ""), "/pictures/docs/a%20b%3F.png");
  assert.equal(pictureAddress("a.png", "x&y"), "/pictures/a.png?project=x%26y");
  assert.equal(folderOf(change, "specs/a/spec.md"), "changes/add-login/specs/a");
  assert.equal(folderOf(change, "design.md"), change);
});
