/**
 * Builds the dashboard into dist/: for the world (index.html) and for the pages beside it
 * (pages.html) one script and one style sheet each, the worker of the pages that reads Markdown,
 * the frame that draws their diagrams (one file with its script in it), the icons, the fonts and
 * the application's manifest, with their hashes in their names; and a list of them. Beside them the
 * viewer (viewer.js), a module for any page, and the page of a view.
 *
 * autobahn-js brings other serializers, ways to log in that need cryptography, and replacements
 * for what browsers lacked long ago. This page uses none of them: nothing takes their place.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

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

/** @param {string} entry @param {Record<string, string>} [define]
 * @param {import("esbuild").BuildOptions} [more] */
async function script(entry, define = {}, { plugins = [], ...more } = {}) {
  const built = await build({
    ...common,
    ...more,
    entryPoints: [path.join(here, entry)],
    format: "esm",
    platform: "browser",
    define: { global: "globalThis", ...define },
    plugins: [left_out, ...plugins],
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

/** The version of all of this. */
const python = await readFile(path.join(here, "../__init__.py"), "utf8");
const version = /^__version__ = "(.+)"$/m.exec(python)?.[1] ?? "";
const viewer = await script(
  "src/viewer/index.js",
  { GEOMETRY_WS_VERSION: JSON.stringify(version) },
  {
    banner: {
      js:
        `/*! geometry-ws-viewer ${version}, MIT. ` +
        "With autobahn-js (MIT, typedef int GmbH) and @msgpack/msgpack (ISC). */",
    },
  },
);

/** The page of a view loads that module, as others do. */
const served = {
  name: "served",
  /** @param {import("esbuild").PluginBuild} bundler */
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/index\.js$/ }, () => ({
      path: "./viewer.js",
      external: true,
    }));
  },
};

const reading = await script("src/pages/reading_worker.js");
if (Buffer.from(reading).includes("import.meta"))
  throw new Error("the worker is no module: it can't ask where it is");
const worker = JSON.stringify(hashed("reading.js", reading));

/** The frame's page fetches nothing, so that it may be shut in: its scripts stand in it. Mermaid's
 * small package is a script that makes a name for all, and no module. */
const mermaid = path.join(here, "node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js");
const { code } = await transform(await readFile(mermaid, "utf8"), {
  minify: true,
  target,
  legalComments: "none",
});
const drawing = `${code}{${Buffer.from(await script("src/diagram/main.js")).toString("utf8")}}`;
if (/<\/script/i.test(drawing)) throw new Error("the script of the frame would end too early");
const parts = (await readFile(path.join(here, "diagram.html"), "utf8")).split(
  /(?<=<script>)|(?=<\/script>)/,
);
// `<!--` would make a browser read what follows in another way; in strings it means the same so
const diagram = Buffer.from([parts[0], drawing.replaceAll("<!--", "\\x3c!--"), parts[2]].join(""));
const frame = JSON.stringify(`/${hashed("diagram.html", diagram)}`);

/** @type {Record<string, Uint8Array>} */
const assets = {
  "main.js": await script("src/dashboard/main.js"),
  "pages.js": await script("src/pages/main.js", { READING_WORKER: worker, DIAGRAM_FRAME: frame }),
  "diagram.html": diagram,
  "reading.js": reading,
  "view.js": await script("src/viewer/page.js", {}, { plugins: [served] }),
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
/** Other pages name it, so its name stays. */
await writeFile(path.join(out, "viewer.js"), viewer);
for (const name of ["index.html", "pages.html", "view.html"]) {
  const page = renamed(await readFile(path.join(here, name))).toString("utf8");
  await writeFile(path.join(out, name), page.replace("inter-latin.woff2", first_font));
}
await writeFile(path.join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`built ${Object.values(manifest).join(", ")}`);
