/**
 * Shows planes by WebGL2: a texture per plane (several where it is larger than a texture may
 * be), of which only what was painted is sent to the graphics card. Textures come when a plane
 * is first seen and go, the longest unseen first, when they take too much.
 */

import { overlap, placeOnScreen, tilesOf } from "./view.js";

/** @import { Place, Plane, Rect } from "./plane.js" */
/** @import { View } from "./view.js" */

const TEXTURE_BYTES = 384 << 20; // of unseen and seen planes together
const LARGEST_TILE = 4096;

/** Names of renderers that are no graphics card: of Chromium, Mesa and Windows. */
const BY_PROCESSOR = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Whether the processor draws for WebGL, as far as the browser says it; not where it has none. */
export function isDrawnByProcessor() {
  if (typeof OffscreenCanvas !== "function") return false;
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl) return false;
  let name = String(gl.getParameter(gl.RENDERER));
  // Some browsers give their own name there, and others say that the extension is old.
  const more = /webkit/i.test(name) ? gl.getExtension("WEBGL_debug_renderer_info") : null;
  if (more) name = String(gl.getParameter(more.UNMASKED_RENDERER_WEBGL));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return BY_PROCESSOR.test(name);
}

const VERTEX = `#version 300 es
uniform vec4 place; // x, y, width, height in device pixels
uniform vec2 screen;
out vec2 spot;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  spot = corner;
  vec2 at = (place.xy + corner * place.zw) / screen * 2.0 - 1.0;
  gl_Position = vec4(at.x, -at.y, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D pixels;
uniform float opacity;
in highp vec2 spot;
out vec4 colour;
void main() {
  colour = texture(pixels, spot).bgra * opacity;
}`;

/**
 * @typedef {object} Tile
 * @property {Rect} rect buffer pixels
 * @property {WebGLTexture} texture
 * @property {boolean} mipmaps whether they are those of the present pixels
 * @property {string} filter
 */

/** @typedef {{plane: Plane, tiles: Tile[], seen: number}} Entry */

export class GlPresenter {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} onRestored called when all must be drawn again
   * @param {() => void} [onLost] called when nothing can be drawn, perhaps for ever
   * @returns {GlPresenter | null} null without WebGL2
   */
  static create(canvas, onRestored, onLost = () => {}) {
    const gl = canvas.getContext("webgl2", {
      alpha: true,
      antialias: false,
      depth: false,
      premultipliedAlpha: true,
      powerPreference: "low-power",
    });
    return gl && !gl.isContextLost() ? new GlPresenter(canvas, gl, onRestored, onLost) : null;
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {WebGL2RenderingContext} gl
   * @param {() => void} onRestored
   * @param {() => void} onLost
   */
  constructor(canvas, gl, onRestored, onLost) {
    this.name = "WebGL";
    this.canvas = canvas;
    this.gl = gl;
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    this.clock = 0;
    this.bytes = 0;
    this.lost = false;
    this.closing = new AbortController();
    const { signal } = this.closing;
    const lost = (/** @type {Event} */ event) => {
      event.preventDefault(); // or it never comes back
      this.lost = true;
      this.entries.clear();
      this.bytes = 0;
      onLost();
    };
    const restored = () => {
      this.lost = false;
      this.#prepare();
      onRestored();
    };
    canvas.addEventListener("webglcontextlost", lost, { signal });
    canvas.addEventListener("webglcontextrestored", restored, { signal });
    this.side = LARGEST_TILE;
    /** @type {Record<"place" | "screen" | "opacity", WebGLUniformLocation | null>} */
    this.uniforms = { place: null, screen: null, opacity: null };
    this.#prepare();
  }

  /**
   * @param {Plane[]} planes from the lowest to the highest
   * @param {View} view
   * @param {Iterable<Plane>} all those too that aren't shown now, but may be again
   * @param {(plane: Plane) => Place} shownAt where a plane is shown, and how much of it
   */
  draw(planes, view, all = planes, shownAt = (plane) => plane.place) {
    if (this.lost) return;
    const { gl } = this;
    this.clock++;
    this.#forget(all);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(this.uniforms.screen, this.canvas.width, this.canvas.height);
    for (const plane of planes) {
      const place = shownAt(plane);
      const spot = placeOnScreen(place, view);
      if (!spot.visible || !plane.pixels || !place.opacity) continue;
      const entry = this.#entry(plane);
      entry.seen = this.clock;
      this.#upload(entry);
      gl.uniform1f(this.uniforms.opacity, place.opacity);
      for (const tile of entry.tiles) this.#drawTile(tile, spot, plane);
    }
    this.#giveBack();
  }

  /** Draw nothing any more, whatever comes back. */
  close() {
    this.closing.abort();
    this.lost = true;
    this.entries.clear();
  }

  #prepare() {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [kind, source] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, FRAGMENT],
    ]) {
      const shader = /** @type {WebGLShader} */ (gl.createShader(/** @type {number} */ (kind)));
      gl.shaderSource(shader, /** @type {string} */ (source));
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    this.uniforms = {
      place: gl.getUniformLocation(program, "place"),
      screen: gl.getUniformLocation(program, "screen"),
      opacity: gl.getUniformLocation(program, "opacity"),
    };
    gl.bindVertexArray(gl.createVertexArray());
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.clearColor(0, 0, 0, 0);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    this.side = Math.min(gl.getParameter(gl.MAX_TEXTURE_SIZE), LARGEST_TILE);
  }

  /** @param {Plane} plane @returns {Entry} */
  #entry(plane) {
    const known = this.entries.get(plane.id);
    if (known?.plane === plane) return known;
    const { gl } = this;
    const tiles = tilesOf(plane.width, plane.height, this.side).map((rect) => {
      const texture = gl.createTexture();
      gl.bindTexture(gl.TEXTURE_2D, texture);
      const levels = Math.floor(Math.log2(Math.max(rect[2], rect[3]))) + 1;
      gl.texStorage2D(gl.TEXTURE_2D, levels, gl.RGBA8, rect[2], rect[3]);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
      return { rect, texture, mipmaps: false, filter: "" };
    });
    const entry = { plane, tiles, seen: this.clock };
    this.entries.set(plane.id, entry);
    this.bytes += plane.width * plane.height * 4;
    plane.damage = [[0, 0, plane.width, plane.height]];
    return entry;
  }

  /** @param {Entry} entry */
  #upload({ plane, tiles }) {
    const { gl } = this;
    const damage = plane.takeDamage();
    if (!damage.length) return;
    gl.pixelStorei(gl.UNPACK_ROW_LENGTH, plane.width);
    for (const tile of tiles) {
      for (const rect of damage) {
        const part = overlap(rect, tile.rect);
        if (!part) continue;
        const [x, y, width, height] = part;
        gl.bindTexture(gl.TEXTURE_2D, tile.texture);
        gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, x);
        gl.pixelStorei(gl.UNPACK_SKIP_ROWS, y);
        const at = [x - tile.rect[0], y - tile.rect[1]];
        gl.texSubImage2D(
          gl.TEXTURE_2D,
          0,
          at[0],
          at[1],
          width,
          height,
          gl.RGBA,
          gl.UNSIGNED_BYTE,
          plane.buffer(),
        );
        tile.mipmaps = false;
      }
    }
  }

  /**
   * @param {Tile} tile
   * @param {ReturnType<typeof placeOnScreen>} spot
   * @param {Plane} plane
   */
  #drawTile(tile, spot, plane) {
    const { gl } = this;
    const [x, y, width, height] = tile.rect;
    gl.bindTexture(gl.TEXTURE_2D, tile.texture);
    const filter = spot.exact ? "exact" : spot.ratio < 1 ? "smaller" : "larger";
    if (filter === "smaller" && !tile.mipmaps) {
      gl.generateMipmap(gl.TEXTURE_2D);
      tile.mipmaps = true;
    }
    if (filter !== tile.filter) {
      const [small, large] = {
        exact: [gl.NEAREST, gl.NEAREST],
        smaller: [gl.LINEAR_MIPMAP_LINEAR, gl.LINEAR],
        larger: [gl.LINEAR, gl.LINEAR],
      }[filter];
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, small);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, large);
      tile.filter = filter;
    }
    const across = spot.width / plane.width;
    const down = spot.height / plane.height;
    gl.uniform4f(
      this.uniforms.place,
      spot.x + x * across,
      spot.y + y * down,
      width * across,
      height * down,
    );
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  /** Textures of planes that are no more. @param {Iterable<Plane>} planes */
  #forget(planes) {
    const present = new Set(planes);
    for (const entry of this.entries.values()) if (!present.has(entry.plane)) this.#drop(entry);
  }

  #giveBack() {
    if (this.bytes <= TEXTURE_BYTES) return;
    const unseen = [...this.entries.values()].filter((entry) => entry.seen < this.clock);
    unseen.sort((left, right) => left.seen - right.seen);
    for (const entry of unseen) {
      if (this.bytes <= TEXTURE_BYTES) return;
      this.#drop(entry);
    }
  }

  /** @param {Entry} entry */
  #drop(entry) {
    for (const tile of entry.tiles) this.gl.deleteTexture(tile.texture);
    this.entries.delete(entry.plane.id);
    this.bytes -= entry.plane.width * entry.plane.height * 4;
  }
}
