/**
 * Builds the dashboard into dist/: for the world (index.html) and for the pages beside it
 * (pages.html) one script and one style sheet each, the worker of the pages that reads Markdown,
 * the icons, the fonts and the application's manifest, with their hashes in their names; and a list
 * of them.
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

/** What each file is called once it is built. @type {Record<string, string>} */
const manifest = {};
const common = { bundle: true, minify: true, write: false, target, legalComments: "none" };

/** The file's name with the hash of its contents.
 * @param {string} name @param {Uint8Array} contents */
function hashed(name, contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  const { name: stem, ext } = path.parse(name);
  return `${stem}-${hash}${ext}`;
}

/** A text that names the other files as they are called here.
 * @param {Uint8Array} contents */
function renamed(contents) {
  let text = Buffer.from(contents).toString("utf8");
  for (const [asset, built] of Object.entries(manifest)) {
    text = text.replaceAll(`"${asset}"`, `"${built}"`).replaceAll(`"/${asset}"`, `"/${built}"`);
  }
  return Buffer.from(text);
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

// a worker is no module, and its own address is that of its script
const reading = await script("src/pages/reading_worker.js", { "import.meta.url": "location.href" });
const worker = JSON.stringify(hashed("reading.js", reading));

/** @type {Record<string, Uint8Array>} */
const assets = {
  "main.js": await script("src/dashboard/main.js"),
  "pages.js": await script("src/pages/main.js", { READING_WORKER: worker }),
  "reading.js": reading,
  "style.css": await style("style.css"),
  "pages.css": await style("pages.css"),
};
/** The icons, and what a device needs to keep the board beside its other applications. */
for (const name of ["icon.svg", "app.png", "touch.png", "app.webmanifest"]) {
  assets[name] = await readFile(path.join(here, name));
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
for (const [name, source] of Object.entries(assets)) {
  const contents = name.endsWith(".webmanifest") ? renamed(source) : source;
  manifest[name] = hashed(name, contents);
  await writeFile(path.join(out, manifest[name]), contents);
}
/** The font that a page shows first is fetched with its style sheet, so that words don't jump. */
const first_font = [...fonts.keys()].find((name) => name.startsWith("inter-latin-opsz"));
if (!first_font) throw new Error("the style sheets don't name Inter for Latin letters");
for (const [name, contents] of fonts) await writeFile(path.join(out, name), contents);
for (const name of ["index.html", "pages.html"]) {
  const page = renamed(await readFile(path.join(here, name))).toString("utf8");
  await writeFile(path.join(out, name), page.replace("inter-latin.woff2", first_font));
}
await writeFile(path.join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`built ${Object.values(manifest).join(", ")}`);
