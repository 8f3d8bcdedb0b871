/** Markdown and differences in small pieces: everything is in them, and nothing else. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MOST_ROWS,
  MOST_TEXT as MOST_ROW_TEXT,
  portions,
} from "../../geometry_ws/web/src/pages/diff.js";
import {
  MOST_ELEMENTS,
  MOST_TEXT,
  ending,
  read,
} from "../../geometry_ws/web/src/pages/markdown.js";
import { TAGS } from "../../geometry_ws/web/src/pages/pieces.js";
import { Reader } from "../../geometry_ws/web/src/pages/reading.js";

function pieces(text, level = 2) {
  const given = [];
  read(text, level, (piece, elements) => given.push({ piece, elements }));
  return given;
}

/** Pieces as markup, to be compared; what goes on from the piece before has a sign. */
function written(text, level = 2) {
  return pieces(text, level)
    .map(({ piece }) => {
      const open = [];
      const parts = piece.map((step) => {
        if (typeof step === "string") return step;
        if (step === 0) return `</${open.pop()}>`;
        const [number, value, cut] = typeof step === "number" ? [step, ""] : step;
        if (number === 0) return value;
        open.push(TAGS[number - 1]);
        const void_ = ["br", "hr"].includes(open.at(-1));
        return `<${cut ? "+" : ""}${open.at(-1)}${value ? ` ${value}` : ""}>${void_ ? "" : ""}`;
      });
      assert.deepEqual(open, []);
      return parts.join("");
    })
    .join("|");
}

test("Markdown is elements of a closed list", () => {
  assert.equal(
    written("# A *b*\n\nc [d](e.md) `f<g`"),
    "<h3>A <em>b</em></h3><p>c <a e.md>d</a> <code>f<g</code></p>",
  );
  assert.equal(written("- [ ] a\n- b\n"), "<ul><li>☐ a</li><li>b</li></ul>");
  assert.equal(written("3. a\n4. b\n"), "<ol 3><li>a</li><li>b</li></ol>");
  assert.equal(
    written("| a | b |\n| - | :-: |\n| c | d |\n"),
    "<table><thead><tr><th>a</th><th>b</th></tr></thead>" +
      "<tbody><tr><td>c</td><td>d</td></tr></tbody></table>",
  );
  assert.equal(written("```js\na < b && c\n```"), "<pre><code>a < b && c\n</code></pre>");
  assert.equal(written("a  \nb\n\n---\n"), "<p>a<br></br>b</p><hr></hr>");
});

test("markup is text, pictures are words, comments are nothing", () => {
  assert.equal(written("<b onclick=x>a</b> & <script>"), "<p><b onclick=x>a</b> & <script></p>");
  assert.equal(written("![a](b) <!-- c -->d"), "<p><img b\na></img> d</p>");
  assert.equal(written("&lt;p&gt; &copy; &amp;lt;"), "<p>&lt;p&gt; &copy; &amp;lt;</p>");
});

test("headings are lowered below the one that they stand under, without a gap", () => {
  assert.equal(written("# a\n\n### b", 3), "<h4>a</h4><h6>b</h6>");
  assert.equal(written("### a\n\n#### b", 2), "<h3>a</h3><h4>b</h4>");
});

const SIZE = 200_000;
const AWKWARD = {
  links: "http://a.b/c ",
  list: "- a\n",
  numbers: "1. a\n",
  quotes: "> a\n>\n",
  strong: "**a** ",
  rows: "| a | b |\n",
  words: "word ",
  letters: "a",
  pairs: "\u{1F600}",
  entities: "&copy;",
  headings: "# a\n",
  code: "    a\n",
};

for (const [name, part] of Object.entries(AWKWARD)) {
  test(`every piece is small: ${name}`, () => {
    const head = name === "rows" ? "| a | b |\n| - | - |\n" : "";
    const text = head + part.repeat(SIZE / part.length);
    const given = pieces(text);
    assert.ok(given.length > 5);
    let characters = 0;
    for (const { piece, elements } of given) {
      const texts = piece.map((step) =>
        typeof step === "string" ? step : (step[0] === 0 && step[1]) || "",
      );
      const size = texts.join("").length;
      characters += size;
      assert.ok(size <= MOST_TEXT, `${size} characters`);
      assert.ok(elements <= MOST_ELEMENTS, `${elements} elements`);
      const begun = piece.filter((step) =>
        typeof step === "number" ? step > 0 : typeof step !== "string" && step[0] > 0,
      );
      assert.equal(begun.length, piece.filter((step) => step === 0).length);
      assert.ok(
        texts.every((text) => !/[\uD800-\uDBFF]$/.test(text)),
        "half a character",
      );
    }
    if (name === "letters" || name === "pairs") assert.equal(characters, text.length);
  });
}

test("a list that goes on keeps its numbers", () => {
  const starts = written("1. a\n".repeat(1000))
    .split("|")
    .map((piece) => /^<\+?ol ?(\d*)>/.exec(piece)?.[1]);
  const items = written("1. a\n".repeat(1000))
    .split("|")
    .map((piece) => piece.match(/<li>/g)?.length ?? 0);
  assert.equal(
    items.reduce((sum, count) => sum + count),
    1000,
  );
  for (let piece = 1, before = items[0]; piece < starts.length; before += items[piece++]) {
    assert.equal(Number(starts[piece]), before + 1);
  }
});

test("what lies very deep is put less deep, and nothing of it is lost", () => {
  const [{ piece }] = pieces(`${"> ".repeat(200)}deep`);
  assert.ok(piece.filter((step) => typeof step === "number" && step > 0).length < 70);
  assert.ok(piece.includes("deep"));
});

test("a text ends after a line, a word, or a whole character", () => {
  assert.equal(ending("abc\ndef ghi", 6), 4);
  assert.equal(ending("abcd efgh", 7), 5);
  assert.equal(ending("a\u{1F600}", 2), 1);
});

test("differences come in small portions that hold everything", () => {
  for (const [before, after] of [
    ["a b\n".repeat(20_000), "a c\n".repeat(20_000)],
    ["x ".repeat(100_000), "y ".repeat(100_000)],
    ["", "z".repeat(100_000)],
  ]) {
    const rows = [];
    portions(before, after, (portion) => {
      assert.ok(portion.length <= MOST_ROWS);
      const size = portion.flatMap((row) => [...(row.before ?? []), ...(row.after ?? [])]);
      assert.ok(size.reduce((sum, { text }) => sum + text.length, 0) <= MOST_ROW_TEXT);
      rows.push(...portion);
    });
    for (const [side, text] of [
      ["before", before],
      ["after", after],
    ]) {
      const shown = rows.flatMap((row) => row[side] ?? []).map((piece) => piece.text);
      assert.equal(shown.join("").length, text.replaceAll("\n", "").length);
    }
  }
});

// --- the queue ----------------------------------------------------------------------------

class FakeWorker {
  posted = [];
  ended = false;
  postMessage(message) {
    this.posted.push(message);
  }
  terminate() {
    this.ended = true;
  }
  say(data) {
    this.onmessage({ data });
  }
}

function readerOf() {
  const workers = [];
  const reader = new Reader(() => {
    workers.push(new FakeWorker());
    return workers.at(-1);
  });
  return { reader, workers };
}

test("one text after the other is read, short ones first, each once", () => {
  const { reader, workers } = readerOf();
  const text = "long ".repeat(5000);
  const long = reader.read(text, 2, "long");
  const short = reader.read("s", 2, "short");
  assert.equal(reader.read(text, 2, "long"), long);
  const [worker] = workers;
  assert.deepEqual(worker.posted, []);
  worker.say({ ready: true });
  assert.deepEqual(
    worker.posted.map(({ text }) => text),
    ["s"],
  );
  worker.say({ id: 1, share: 0 });
  worker.say({ id: 1, piece: ["s"], elements: 1 });
  worker.say({ id: 1, done: true });
  assert.ok(short.done && !short.plain);
  assert.deepEqual(
    worker.posted.map(({ text }) => text),
    ["s", text],
  );
  worker.say({ id: 2, failed: true });
  assert.ok(long.done && long.plain);
  assert.deepEqual(
    long.pieces.map(({ content }) => content),
    [
      [text.slice(0, 8000)],
      [text.slice(8000, 16_000)],
      [text.slice(16_000, 24_000)],
      [text.slice(24_000)],
    ],
  );
  assert.equal(workers.length, 1);
});

test("a text that takes too long is shown as it is written, and others are read", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { reader, workers } = readerOf();
  const endless = reader.read("endless", 2, "endless");
  workers[0].say({ ready: true });
  const next = reader.read("next one", 2, "next");
  workers[0].say({ id: 1, piece: ["half"], elements: 1 });
  context.mock.timers.tick(10_000);
  assert.ok(workers[0].ended);
  assert.ok(endless.plain && endless.done);
  workers[1].say({ ready: true });
  workers[0].say({ id: 1, piece: ["late"], elements: 1 });
  assert.equal(endless.pieces.length, 1);
  workers[1].say({ id: 2, done: true });
  assert.ok(next.done && !next.plain);
});

test("a worker that can't be loaded is started again later", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { reader, workers } = readerOf();
  const text = reader.read("a", 2, "a");
  workers[0].onerror({ preventDefault() {} });
  assert.equal(workers.length, 1);
  context.mock.timers.tick(2500);
  workers[1].say({ ready: true });
  workers[1].say({ id: 1, done: true });
  assert.ok(text.done);
});

test("two texts that take too long to compare are shown one after the other", () => {
  const { reader, workers } = readerOf();
  const compared = reader.compare("old", "new");
  workers[0].say({ ready: true });
  workers[0].say({ id: 1, failed: true });
  assert.deepEqual(
    compared.pieces.map(({ content: [row] }) => row.kind),
    ["removed", "added"],
  );
});
