/**
 * The canvas of a view with its camera: what is shown of the world, and when it is drawn. It does
 * for a view what the dashboard's stage does for the board, without a board's ways.
 */

import { liesOn } from "../dashboard/cards.js";
import { inBounds, nextStep, pan, region, zoomTo } from "../dashboard/camera.js";
import { Graphics } from "../dashboard/graphics.js";
import { watchDensity } from "../dashboard/surroundings.js";
import { FaceScale } from "../painter/faces.js";
import { around, contain, rectOf } from "./aims.js";

/** @import { Viewer } from "../dashboard/viewer.js" */
/** @import { Theme } from "../painter/faces.js" */
/** @import { Plane } from "../painter/plane.js" */
/** @import { Camera, Rect } from "./aims.js" */

const MARGIN = 80; // CSS pixels around what is shown whose planes are asked for too

export class Pane extends EventTarget {
  /**
   * @param {HTMLElement} host what the canvas fills
   * @param {HTMLCanvasElement} canvas
   * @param {Viewer} viewer
   * @param {AbortSignal} signal ends it
   */
  constructor(host, canvas, viewer, signal) {
    super();
    this.host = host;
    this.canvas = canvas;
    this.viewer = viewer;
    this.signal = signal;
    this.graphics = new Graphics(canvas, {
      redraw: () => this.draw(),
      resize: () => this.#resize(),
    });
    /** @type {Camera} */
    this.camera = { x: 0, y: 0, zoom: 1 };
    this.size = { width: 0, height: 0 };
    this.density = 1;
    /** @type {Theme} */
    this.theme = "light";
    this.faceScale = new FaceScale();
    /** whether nobody has moved the view */
    this.following = true;
    /** whether it is scrolled into sight */
    this.seen = true;
    this.pressed = false;
    /** whether what a person does here goes to programs */
    this.operates = true;
    /** the surface, where one is shown alone @type {string | undefined} */
    this.alone = undefined;
    /** the surfaces that are shown; null: all @type {Set<string> | null} */
    this.only = null;
    /** where what is shown lies; null: everything @type {Rect | null} */
    this.home = null;
    /** whether only what lies there is shown */
    this.cut = false;
    /** whether there is nothing to show yet */
    this.missing = false;
    this.layout = -1;
    this.drawn = 0;
    viewer.addEventListener("frame", () => this.#changed());
    const boxes = new ResizeObserver(() => this.#resize());
    boxes.observe(host);
    const sights = new IntersectionObserver((entries) => {
      this.seen = entries[entries.length - 1].isIntersecting;
      this.look();
    });
    sights.observe(host);
    watchDensity(() => this.#resize(), signal);
    signal.addEventListener("abort", () => {
      boxes.disconnect();
      sights.disconnect();
      this.graphics.close();
    });
    this.#resize();
  }

  /**
   * What is shown from now on.
   *
   * @param {{alone?: string, only?: Set<string> | null, home: Rect | null, cut?: boolean,
   *   missing: boolean}} what
   */
  aim({ alone, only = null, home, cut = false, missing }) {
    this.alone = alone;
    this.only = only;
    this.home = home;
    this.cut = cut;
    this.missing = missing;
    this.#follow();
    this.look();
    this.draw();
  }

  /** What lies over the picture is put there. */
  get box() {
    return /** @type {HTMLElement} */ (this.canvas.parentElement);
  }

  /** Where the camera is. */
  get goal() {
    return this.camera;
  }

  /** Where what is shown lies just now: in the pixels' own frame, else as was told.
   * @returns {Rect | null} */
  get bounds() {
    if (this.missing) return null;
    const { planes } = this.viewer.store;
    if (!this.only) return this.home ?? this.viewer.store.bounds();
    const shown = [...this.only].flatMap((id) => planes.get(id)?.place ?? []);
    return around(shown.map(rectOf)) ?? this.home;
  }

  /** Show all of it, and go on doing so. */
  fit() {
    this.following = true;
    this.#follow();
    this.look();
    this.draw();
  }

  /** Draw in the screen's next frame. */
  draw() {
    if (this.asked || this.signal.aborted) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.#step();
    });
  }

  /** @param {Theme} theme */
  setTheme(theme) {
    this.theme = theme;
    this.look();
    this.draw();
  }

  /** @param {number} dx @param {number} dy CSS pixels */
  pan(dx, dy) {
    if (this.alone === undefined) this.#go(pan(this.camera, dx, dy));
  }

  /** @param {number} zoom @param {number} [x] @param {number} [y] CSS pixels */
  zoom(zoom, x = this.size.width / 2, y = this.size.height / 2) {
    if (this.alone === undefined) this.#go(zoomTo(this.camera, zoom, x, y));
  }

  /** @param {1 | -1} direction */
  step(direction) {
    this.zoom(nextStep(this.camera.zoom, direction));
  }

  /** Somebody does something with what is shown: the view stays where it is. */
  hold() {
    if (this.alone === undefined) this.following = false;
  }

  /** What can be meant at a world point. @param {number} x @param {number} y */
  at(x, y) {
    if (!this.operates) return null;
    const holds = (/** @type {Plane} */ { place }) =>
      x >= place.x && y >= place.y && x < place.x + place.width && y < place.y + place.height;
    return this.#planes().findLast(holds) ?? null;
  }

  /** Whether a turn of the wheel is the page's, which then moves below the pointer.
   * @param {"zoom" | "surface" | "pan"} aim */
  scrolls(aim) {
    if (aim === "surface") return false;
    if (this.alone !== undefined) return true;
    const { scrollHeight, clientHeight } = document.scrollingElement ?? document.body;
    return aim === "pan" && (window.parent !== window || scrollHeight > clientHeight);
  }

  /** Say what is looked at: whether the page is hidden has changed, or what is shown. */
  look() {
    if (this.signal.aborted) return;
    const { store } = this.viewer;
    const faces = { theme: this.theme, face_scale: inBounds(this.faceScale.at) };
    const changed = store.theme !== faces.theme || store.faceScale !== faces.face_scale;
    [store.theme, store.faceScale] = [faces.theme, faces.face_scale];
    if (changed) this.dispatchEvent(new Event("faces"));
    const nothing = !this.size.width || !this.size.height || !this.seen || this.missing;
    if (nothing) {
      const nowhere = { x: 0, y: 0, width: 0, height: 0, scale: 1 };
      this.viewer.setLook({ ...nowhere, ...this.viewer.look, ...faces, hidden: true });
      return;
    }
    const scale = inBounds(this.camera.zoom * this.density);
    this.viewer.setLook({ ...this.#region(), scale, ...faces, hidden: false });
  }

  /** What of the world is looked at: of one surface nothing round it. */
  #region() {
    const rect = this.only && this.bounds;
    if (!rect) return region(this.camera, this.size, MARGIN);
    const [x, y, width, height] = rect;
    return { x, y, width, height };
  }

  /** What is shown of what there is. */
  #planes() {
    return this.viewer.store.stacked().filter(({ id, place }) => this.shows(id, place));
  }

  /** Whether a surface is meant. @param {string} id
   * @param {{x: number, y: number, width: number, height: number}} place */
  shows(id, place) {
    if (this.only) return this.only.has(id);
    return !(this.cut && this.home) || liesOn(this.home, place);
  }

  /** Somebody moves the camera. @param {Camera} camera */
  #go(camera) {
    this.following = false;
    this.camera = camera;
    this.faceScale.follow(camera.zoom);
    this.look();
    this.draw();
  }

  #changed() {
    const { layout } = this.viewer.store;
    if (layout !== this.layout) {
      this.layout = layout;
      this.#follow();
      this.dispatchEvent(new Event("layout"));
    }
    this.draw();
  }

  #follow() {
    const { bounds, size } = this;
    if (!this.following || !bounds || !size.width || !size.height) return;
    const camera = contain(bounds, size, this.only !== null);
    if (String(Object.values(camera)) === String(Object.values(this.camera))) return;
    this.camera = camera;
    this.faceScale.jump(camera.zoom);
    this.look();
  }

  #resize() {
    if (this.signal.aborted) return;
    const { clientWidth: width, clientHeight: height } = this.host;
    this.size = { width, height };
    this.density = window.devicePixelRatio || 1;
    this.graphics.resize(this.size, this.density);
    this.#follow();
    this.look();
    this.#step(); // at once: a canvas whose size was set is empty
  }

  #step() {
    if (this.signal.aborted || !this.size.width) return;
    const started = performance.now();
    const view = { ...this.camera, ...this.size, density: this.density };
    const planes = this.missing ? [] : this.#planes();
    this.graphics.presenter.draw(planes, view, this.viewer.store.planes.values());
    this.drawn++;
    this.viewer.didPaint(performance.now() - started);
    this.dispatchEvent(new Event("drawn"));
  }
}
