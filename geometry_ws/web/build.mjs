/**
 * Builds the dashboard into dist/: for the world (index.html) and for the pages beside it
 * (pages.html) one script and one style sheet each, the worker of the pages that reads Markdown,
 * the icon and the fonts, with their hashes in their names; and a manifest.
 *
 * autobahn-js brings other serializers, ways to log in that need cryptography, and replacements
 * for what browsers lacked long ago. This page uses none of them: nothing takes their place.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(here, process.argv[2] ?? "dist");
const target = ["chrome111", "firefox113", "safari16.4"];

/** Modules that are left out, with what stands for them. Without `when` (whose absence
 * autobahn-js notices by the exception) promises are the browser's own. */
const nothing = "module.exports = function () { return { encode() {}, decode() {} }; };";
const stand_ins = /** @type {Record<string, string>} */ ({
  msgpack5: nothing,
  cbor: nothing,
  fs: nothing,
  "crypto-js": nothing,
  tweetnacl: nothing,
  "./polyfill.js": nothing,
  when: 'throw new Error("left out");',
});
const left_out = {
  name: "left-out",
  /** @param {import("esbuild").PluginBuild} bundler */
  setup(bundler) {
    const names = Object.keys(stand_ins).map((name) => name.replaceAll(".", "\\."));
    const filter = new RegExp(`^(${names.join("|")})$`);
    bundler.onResolve({ filter }, ({ path: name }) => ({ path: name, namespace: "left-out" }));
    bundler.onLoad({ filter: /.*/, namespace: "left-out" }, ({ path: name }) => ({
      contents: stand_ins[name],
      loader: "js",
    }));
  },
};

const common = { bundle: true, minify: true, write: false, target, legalComments: "none" };

/** The file's name with the hash of its contents.
 * @param {string} name @param {Uint8Array} contents */
function hashed(name, contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  const { name: stem, ext } = path.parse(name);
  return `${stem}-${hash}${ext}`;
}

/** @param {string} entry @param {Record<string, string>} [define] */
async function script(entry, define = {}) {
  const built = await build({
    ...common,
    entryPoints: [path.join(here, entry)],
    format: "esm",
    platform: "browser",
    define: { global: "globalThis", ...define },
    plugins: [left_out],
  });
  return built.outputFiles[0].contents;
}

/** Fonts that style sheets name, by the file names that they have there.
 * @type {Map<string, Uint8Array>} */
const fonts = new Map();

/** @param {string} entry */
async function style(entry) {
  const built = await build({
    ...common,
    entryPoints: [path.join(here, entry)],
    outdir: out,
    loader: { ".woff2": "file" },
  });
  for (const { path: file, contents } of built.outputFiles) {
    if (file.endsWith(".woff2")) fonts.set(path.basename(file), contents);
  }
  const [sheet] = built.outputFiles.filter(({ path: file }) => file.endsWith(".css"));
  return sheet.contents;
}

const reading = await script("src/pages/reading_worker.js");
const worker = JSON.stringify(`/${hashed("reading.js", reading)}`);

const assets = {
  "main.js": await script("src/dashboard/main.js"),
  "pages.js": await script("src/pages/main.js", { READING_WORKER: worker }),
  "reading.js": reading,
  "style.css": await style("style.css"),
  "pages.css": await style("pages.css"),
  "icon.svg": await readFile(path.join(here, "icon.svg")),
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
/** @type {Record<string, string>} */
const manifest = {};
for (const [name, contents] of Object.entries(assets)) {
  manifest[name] = hashed(name, contents);
  await writeFile(path.join(out, manifest[name]), contents);
}
/** The font that a page shows first is fetched with its style sheet, so that words don't jump. */
const first_font = [...fonts.keys()].find((name) => name.startsWith("inter-latin-opsz"));
if (!first_font) throw new Error("the style sheets don't name Inter for Latin letters");
for (const [name, contents] of fonts) await writeFile(path.join(out, name), contents);
for (const name of ["index.html", "pages.html"]) {
  let page = await readFile(path.join(here, name), "utf8");
  page = page.replace("inter-latin.woff2", first_font);
  for (const [asset, built] of Object.entries(manifest)) {
    page = page.replaceAll(`"${asset}"`, `"${built}"`).replaceAll(`"/${asset}"`, `"/${built}"`);
  }
  await writeFile(path.join(out, name), page);
}
await writeFile(path.join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`built ${Object.values(manifest).join(", ")}`);
