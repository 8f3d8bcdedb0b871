/**
 * Builds the dashboard into dist/: one script, one style sheet and the icon, with their hashes
 * in their names, the page that names them, and a manifest.
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
const script = await build({
  ...common,
  entryPoints: [path.join(here, "src/main.js")],
  format: "esm",
  platform: "browser",
  define: { global: "globalThis" },
  plugins: [left_out],
});
const style = await build({ ...common, entryPoints: [path.join(here, "style.css")] });

const assets = {
  "main.js": script.outputFiles[0].contents,
  "style.css": style.outputFiles[0].contents,
  "icon.svg": await readFile(path.join(here, "icon.svg")),
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
/** @type {Record<string, string>} */
const manifest = {};
for (const [name, contents] of Object.entries(assets)) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}-${hash}${ext}`;
  await writeFile(path.join(out, manifest[name]), contents);
}
let page = await readFile(path.join(here, "index.html"), "utf8");
for (const [name, hashed] of Object.entries(manifest)) page = page.replaceAll(`"${name}"`, `"${hashed}"`);
await writeFile(path.join(out, "index.html"), page);
await writeFile(path.join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`built ${Object.values(manifest).join(", ")}`);
