#!/usr/bin/env node
// Writes the order of characters that Intl.Collator of this Node.js has, for OpenSpec's lists:
// geometry_ws/openspec/format/collation.bin, and the ASCII part of it into collation_ascii.py.
//
//     node .ci/collation.mjs [FOLDER]
//
// Nothing is copied: each character is compared with the others, and its place is written down.
// A weight is a place among all letters (primary), among marks (secondary), and among the forms of
// one letter (tertiary). geometry_ws/openspec/format/collation.py says how they are read.

import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { deflateSync } from "node:zlib";

const FORMAT = process.argv[2]
  ? pathToFileURL(`${process.argv[2]}/`)
  : new URL("../geometry_ws/openspec/format/", import.meta.url);
const collator = (sensitivity) => new Intl.Collator("und", { sensitivity });
const base = collator("base");
const accent = collator("accent");
const variant = collator("variant");

const AFTER_ALL = "\uffff";
const MARK = 0x40000000;
const IGNORED = 0x80000000;
const UNASSIGNED = 0xffffffff;
const code = (text) => text.codePointAt(0);
const byVariant = (a, b) => variant.compare(a, b) || (a < b ? -1 : 1);

// --- what there is ------------------------------------------------------------------------

const ASSIGNED = /^[\p{Assigned}--[\p{Co}\p{Cs}]]$/v;
const isSyllable = (point) => point >= 0xac00 && point <= 0xd7a3;
const letters = [];
const marks = [];
const ignored = [];
const composites = [];
for (let point = 0; point < 0x110000; point++) {
  const character = String.fromCodePoint(point);
  if (isSyllable(point) || !ASSIGNED.test(character)) continue;
  if (character.normalize("NFD") !== character) composites.push(character);
  else if (base.compare(character, "") !== 0) letters.push(character);
  else if (variant.compare(character, "") !== 0) marks.push(character);
  else ignored.push(character);
}
// Composed characters that are sorted as a letter of their own, not as their letters with marks.
const contracted = composites.filter((composed) => {
  const parts = [...composed.normalize("NFD")].filter((part) => base.compare(part, "") !== 0);
  if (parts.length < 2) return base.compare(composed, parts.join("")) !== 0;
  return base.compare(composed, parts[0]) <= 0 || base.compare(composed, parts[0] + AFTER_ALL) >= 0;
});
letters.push(...contracted);
letters.sort(byVariant);
marks.sort(byVariant);

// --- letters: those with a place of their own, their forms, and those that stand for several ------

/** @type {{ letter: string, forms: string[] }[]} */
const simple = [];
const several = [];
for (const letter of letters) {
  const before = simple.at(-1);
  if (before && base.compare(letter, before.letter) === 0) before.forms.push(letter);
  else if (before && base.compare(letter, before.letter + AFTER_ALL) < 0) several.push(letter);
  else simple.push({ letter, forms: [letter] });
}
const primary = new Map(simple.map(({ letter }, at) => [letter, at + 1]));
const formsOf = new Map(simple.map(({ letter, forms }) => [letter, forms]));

/** The last of sorted entries for which a test holds. */
function last(entries, holds) {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(entries[middle])) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
}

/** The letters that a text is sorted as, without marks and forms; null where there are none. */
function spell(text) {
  let spelt = "";
  for (let count = 0; count < 20; count++) {
    const next = last(simple, ({ letter }) => base.compare(spelt + letter, text) <= 0);
    if (!next) return null;
    spelt += next.letter;
    if (base.compare(spelt, text) === 0) return spelt;
  }
  return null;
}

// --- marks -----------------------------------------------------------------------------------

const markClasses = [];
for (const mark of marks) {
  if (markClasses.length && accent.compare(mark, markClasses.at(-1)[0]) === 0)
    markClasses.at(-1).push(mark);
  else markClasses.push([mark]);
}
const secondary = new Map();
markClasses.forEach((alike, at) => alike.forEach((mark) => secondary.set(mark, at + 1)));

// --- elements: [primary, secondary, tertiary] of everything that is more than its place ------------

const elements = new Map();
const element = (letter) => [primary.get(letter), 0, 0];
for (const [mark, place] of secondary) {
  const alike = markClasses[place - 1];
  let rank = 0;
  for (let at = 1; at <= alike.indexOf(mark); at++)
    if (variant.compare(alike[at], alike[at - 1]) !== 0) rank++;
  if (rank) elements.set(mark, [[0, place, 2 * rank]]);
}

/** The places of a letter's plain forms, which differ in nothing but case and the like. */
function plainForms(letter) {
  const plain = formsOf.get(letter).filter((form) => accent.compare(form, letter) === 0);
  const ranks = [];
  plain.forEach((form, at) => {
    const same = at > 0 && variant.compare(form, plain[at - 1]) === 0;
    ranks.push({ form, rank: at === 0 ? 0 : ranks[at - 1].rank + (same ? 0 : 2) });
  });
  return ranks;
}
const plain = new Map(
  simple.map(({ letter, forms }) => [letter, forms.length > 1 && plainForms(letter)]),
);
const formsFor = (part) => plain.get(part) || [{ form: part, rank: 0 }];
for (const { letter } of simple)
  for (const { form, rank } of formsFor(letter))
    if (form !== letter) elements.set(form, [[primary.get(letter), 0, rank]]);

/** The forms of letters and marks (in order) that come closest to a text: each one's rank. */
function closestForms(spelt, text) {
  const ranks = [];
  let prefix = "";
  for (let at = 0; at < spelt.length; at++) {
    const rest = spelt.slice(at + 1).join("");
    const forms = formsFor(spelt[at]);
    const next =
      last(forms, ({ form }) => variant.compare(prefix + form + rest, text) <= 0) ?? forms[0];
    prefix += next.form;
    const most = spelt
      .slice(at + 1)
      .map((letter) => formsFor(letter).at(-1).form)
      .join("");
    const isBetween = variant.compare(prefix + most, text) < 0;
    ranks.push(next.rank + (isBetween ? 1 : 0));
    if (isBetween) return [...ranks, ...Array(spelt.length - at - 1).fill(1)];
  }
  return ranks;
}

/** Letters with a mark set in that is sorted like a text; null where no mark makes it. */
function withMark(spelt, text) {
  for (const [mark] of markClasses)
    for (let at = spelt.length; at > 0; at--) {
      const tried = [...spelt.slice(0, at), mark, ...spelt.slice(at)];
      if (accent.compare(tried.join(""), text) === 0) return tried;
    }
  return null;
}

const own = new Map();
function describe(text) {
  const spelling = spell(text);
  if (spelling === null) return null;
  const spelt = [...spelling];
  if (accent.compare(text, spelling) === 0) {
    const ranks = closestForms(spelt, text);
    return spelt.map((letter, at) => [primary.get(letter), 0, ranks[at]]);
  }
  const marked = withMark(spelt, text);
  if (marked) {
    const ranks = closestForms(marked, text);
    return marked.map((part, at) => [primary.get(part) ?? 0, secondary.get(part) ?? 0, ranks[at]]);
  }
  own.set(text, spelling);
  return null;
}

const formed = simple.flatMap(({ letter, forms }) =>
  forms.filter((form) => form !== letter && accent.compare(form, letter) !== 0),
);
// Python may not know yet how new characters come apart.
const recent = composites.filter((character) => code(character) > 0x10fff);
// Vowels that are written before the consonant that they are sorted behind.
const LEADING = /\p{Logical_Order_Exception}/u;
const leading = letters.filter((letter) => LEADING.test(letter));
const CONSONANT = /[\p{sc=Thai}\p{sc=Lao}\p{sc=Tai_Viet}\p{sc=New_Tai_Lue}]/u;
const consonants = letters.filter((letter) => CONSONANT.test(letter) && !LEADING.test(letter));
const turned = leading.flatMap((vowel) =>
  consonants
    .filter((next) => {
      const pair = vowel + next;
      return base.compare(pair, next) > 0 && base.compare(pair, next + AFTER_ALL) < 0;
    })
    .map((next) => vowel + next),
);
// Two characters that are sorted as one of their own.
const HAN = /\p{sc=Han}|\p{sc=Tangut}/u;
const joined = [];
for (const { letter } of simple) {
  if (HAN.test(letter)) continue;
  for (const mark of marks)
    if (base.compare(letter + mark, letter) !== 0) joined.push(letter + mark);
}
for (const letter of letters)
  if (!HAN.test(letter) && base.compare(`${letter}·`, letter) === 0) joined.push(`${letter}·`);

for (const text of [...several, ...formed, ...recent, ...turned, ...joined]) {
  if (turned.includes(text)) {
    const [vowel, next] = [...text];
    elements.set(
      text,
      [next, vowel].flatMap((part) => elements.get(part) ?? [element(part)]),
    );
    continue;
  }
  const found = describe(text);
  if (found) elements.set(text, found);
}
// Forms that differ from their letters by more than a mark: in an order of their own.
const bySpelling = new Map();
for (const [text, spelling] of own)
  bySpelling.set(spelling, [...(bySpelling.get(spelling) ?? []), text]);
for (const [spelling, alike] of bySpelling) {
  alike.sort(byVariant);
  let [second, third] = [1, 0];
  alike.forEach((text, at) => {
    if (at > 0 && accent.compare(text, alike[at - 1]) !== 0) [second, third] = [second + 1, 0];
    else if (at > 0 && variant.compare(text, alike[at - 1]) !== 0) third += 2;
    const parts = [...spelling].map(element);
    parts[0] = [parts[0][0], second, third];
    elements.set(text, parts);
  });
}

for (const composed of contracted)
  elements.set(composed.normalize("NFD"), elements.get(composed) ?? [element(composed)]);

// --- the file --------------------------------------------------------------------------------

const valueOf = new Map([
  ...simple.map(({ letter }, at) => [code(letter), at + 1]),
  ...markClasses.flatMap((alike, at) => alike.map((mark) => [code(mark), MARK + at + 1])),
  ...ignored.map((character) => [code(character), IGNORED]),
]);
const starts = [0];
const values = [valueOf.get(0) ?? UNASSIGNED];
let [value, start] = [values[0], 0];
for (let point = 1; point < 0x110000; point++) {
  const next = valueOf.get(point) ?? UNASSIGNED;
  const goesOn = value >= IGNORED ? next === value : next === value + (point - start);
  if (goesOn) continue;
  starts.push(point);
  values.push(next);
  [value, start] = [next, point];
}
const table = {
  runs: starts.length,
  elements: Object.fromEntries(
    [...elements].sort(([a], [b]) => (a < b ? -1 : 1)).map(([text, parts]) => [text, parts.flat()]),
  ),
};
const content = Buffer.concat([
  Buffer.from(`${JSON.stringify(table)}\n`),
  Buffer.from(Uint32Array.from(starts).buffer),
  Buffer.from(Uint32Array.from(values).buffer),
]);
writeFileSync(new URL("collation.bin", FORMAT), deflateSync(content, { level: 9 }));

const ascii = Array.from({ length: 128 }, (_, point) => {
  const character = String.fromCharCode(point);
  const parts = elements.get(character);
  return parts ? parts[0] : [valueOf.get(point) < MARK ? valueOf.get(point) : -1, 0, 0];
});
const rows = (numbers) =>
  Array.from(
    { length: Math.ceil(numbers.length / 12) },
    (_, row) => `    ${numbers.slice(12 * row, 12 * row + 12).join(", ")},`,
  ).join("\n");
writeFileSync(
  new URL("collation_ascii.py", FORMAT),
  `"""The order of ASCII characters, made by .ci/collation.mjs from ICU ${process.versions.icu}.

By code point: places among all letters (-1: it is ignored, or a mark), and among a letter's forms.
"""

PRIMARY = (
${rows(ascii.map(([first]) => first))}
)  # fmt: skip
TERTIARY = (
${rows(ascii.map(([, , third]) => third))}
)  # fmt: skip
`,
);
console.log(
  `Unicode ${process.versions.unicode}: ${simple.length} letters, ${marks.length} marks,`,
  `${elements.size} others (${own.size} in an order of their own), ${starts.length} runs.`,
);
