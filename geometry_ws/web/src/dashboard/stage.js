/**
 * The canvas with its camera: decides when to draw and what part of the world is shown. Draws
 * only when something changed.
 */

import { FaceScale } from "../painter/faces.js";
import { cameraAt } from "./address.js";
import {
  begin,
  beginAt,
  beginAtLanes,
  between,
  fillWall,
  fit,
  inBounds,
  isFar,
  isSeen,
  keepUp,
  nextStep,
  pan,
  region,
  seesBoth,
  spanning,
  toShow,
  zoomTo,
} from "./camera.js";
import { Graphics } from "./graphics.js";
import { showGround, watchDensity } from "./surroundings.js";
import { Travels, eased } from "./travels.js";

/** @import { Plane } from "../painter/plane.js" */
/** @import { Viewer } from "./viewer.js" */

const MARGIN = 160; // CSS pixels around the screen whose planes are asked for too
const GLIDE_MS = 220;
const FAR_GLIDE_MS = 400; // over more than a screen
const SETTLE_MS = 8000; // after this time since the page was opened the view changes gently

/** @typedef {import("./camera.js").Camera} Camera */
/** @typedef {import("./camera.js").Rect | null} Home */

/** @param {import("./camera.js").Rect} board
 * @param {{x: number, y: number, width: number, height: number}} place */
const meets = ([x, y, width, height], place) =>
  x < place.x + place.width &&
  place.x < x + width &&
  y < place.y + place.height &&
  place.y < y + height;

export class Stage extends EventTarget {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLElement} box what the canvas fills
   * @param {Viewer} viewer
   */
  constructor(canvas, box, viewer) {
    super();
    this.canvas = canvas;
    this.box = box;
    this.viewer = viewer;
    this.graphics = new Graphics(canvas, {
      redraw: () => this.draw(),
      resize: () => this.#resize(),
    });
    /** @type {Camera} */
    this.camera = { x: -24, y: -24, zoom: 1 };
    this.size = { width: 0, height: 0 };
    this.density = 1;
    /** @type {import("../painter/faces.js").Theme} */
    this.theme = "light";
    this.faceScale = new FaceScale();
    /** whether the camera follows the world's size, until the user moves it */
    this.following = true;
    /** @type {Home} the part that is followed; null: everything */
    this.home = null;
    /** @type {import("./camera.js").Rect[]} where boards lie */
    this.boards = [];
    this.drawn = 0;
    this.layout = -1;
    /** where to look once there is room @type {Camera | null} */
    this.arriving = null;
    /** what a wall is filled with; null elsewhere @type {Home} */
    this.framed = null;
    /** the zoom that a wall keeps; 0: not yet */
    this.kept = 0;
    /** the board that a page begins with; null where it has little on it @type {Home} */
    this.board = null;
    /** @type {number | undefined} */
    this.least = undefined;
    /** how many planes programs had when the page was new */
    this.early = 0;
    /** how high title bars of windows reach @type {{top: number} | null} */
    this.crown = null;
    /** whether everything means what is followed, such as one project's board */
    this.homed = false;
    this.travels = new Travels();
    /** which planes travel when they move @type {(plane: string) => boolean} */
    this.travel = () => false;
    /** how much of a plane is seen, 0 to 1 @type {(plane: string) => number} */
    this.strength = () => 1;
    /** where a wall shows programs' windows, from where they lie
     * @type {import("./wall_layout.js").Shifts} */
    this.shifts = new Map();
    /** where those lie @type {import("./camera.js").Rect[]} */
    this.lying = [];
    /** the scale by which faces are chosen, of a zoom @type {(zoom: number) => number} */
    this.faceOf = (zoom) => zoom;
    /** whether a pointer holds a surface: nothing moves below it by itself then */
    this.pressed = false;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    viewer.addEventListener("frame", () => this.#changed());
    new ResizeObserver(() => this.#resize()).observe(box);
    watchDensity(() => this.#resize());
    this.#resize();
  }

  /** The canvas can be seen (on small screens the list may have its place). */
  get shown() {
    return this.size.width > 0 && this.size.height > 0 && !document.hidden;
  }

  /** Draw in the screen's next frame. */
  draw() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame((now) => {
      this.asked = false;
      this.#step(now);
    });
  }

  /** Somebody moves the camera. @param {Camera} camera @param {boolean} [glide] */
  go(camera, glide = false) {
    this.following = false;
    this.#aim(camera, glide, !glide);
  }

  /** The page has another theme. @param {import("../painter/faces.js").Theme} theme */
  setTheme(theme) {
    this.theme = theme;
    this.look();
    this.draw();
  }

  /** @param {number} dx @param {number} dy CSS pixels */
  pan(dx, dy) {
    this.go(pan(this.goal, dx, dy));
  }

  /** @param {number} zoom @param {number} [x] @param {number} [y] CSS pixels */
  zoom(zoom, x = this.size.width / 2, y = this.size.height / 2, glide = false) {
    this.go(zoomTo(this.goal, zoom, x, y), glide);
  }

  /** @param {1 | -1} direction */
  step(direction) {
    this.zoom(nextStep(this.goal.zoom, direction), undefined, undefined, true);
  }

  /** Somebody does something with what is shown: it stays where it is. */
  hold() {
    this.following = false;
  }

  /** Show everything, and go on doing so. */
  fit() {
    this.fitted = true;
    this.#aim(this.#whole(this.#bounds), true);
    this.following = true;
  }

  /** Look there at once, or as soon as there is room. @param {Camera} middle the middle's place */
  arrive(middle) {
    this.following = false;
    this.fitted = false;
    this.arriving = this.size.width ? null : middle;
    if (!this.arriving) this.#aim(cameraAt(middle, this.size), false);
  }

  /** Bring a rectangle into the middle, as large as it can be read.
   * @param {import("./camera.js").Rect} rect */
  reveal(rect) {
    this.go(toShow(rect, this.size, this.goal), true);
  }

  /** All of a rectangle, and nothing else. @param {import("./camera.js").Rect} rect */
  fill(rect) {
    this.go(this.#whole(rect), true);
  }

  /** @param {Home} bounds */
  #whole(bounds) {
    if (!this.framed) return fit(bounds, this.size);
    const settled = performance.now() >= SETTLE_MS;
    const camera = fillWall(this.framed, this.size, settled ? this.kept : 0);
    this.kept = camera.zoom;
    return camera;
  }

  /** Fill a wall with this, programs' windows shown elsewhere.
   * @param {import("./wall_layout.js").Filled} filled */
  frame({ rect, shifts, lying }) {
    if (String([...shifts, lying]) !== String([...this.shifts, this.lying])) {
      [this.shifts, this.lying] = [shifts, lying];
      this.look();
      this.dispatchEvent(new Event("shifts"));
    }
    if (String(rect) === String(this.framed)) return;
    this.framed = rect;
    if (this.following) this.#follow();
  }

  /** How high title bars of windows reach; they come and go after the surfaces that they are for.
   * @param {{top: number} | null} crown */
  setCrown(crown) {
    if (crown?.top === this.crown?.top) return;
    this.crown = crown;
    if (this.following) this.#follow();
  }

  /** The page begins with this board. @param {Home} board null: it has little on it
   * @param {number} [least] the zoom from which what is on it can be read */
  setBoard(board, least) {
    if (String([board, least]) === String([this.board, this.least])) return;
    this.board = board;
    this.least = least;
    if (this.following) this.#follow();
  }

  /** Bring a part of the world into view, and go on showing it. @param {Home} home */
  show(home) {
    this.home = home;
    this.chosen = true;
    this.following = true;
    this.fitted = false;
    if (this.size.width) this.#aim(this.#begin(this.#bounds), true);
  }

  /**
   * Say which part of the world is followed, without going there.
   *
   * @param {Home} home @param {import("./camera.js").Rect[]} [boards] where boards lie
   */
  setHome(home, boards = this.boards) {
    if (String(home) === String(this.home) && String(boards) === String(this.boards)) return;
    this.home = home;
    this.boards = boards;
    if (this.following) this.#follow();
  }

  /** What is followed. */
  get #bounds() {
    const home = this.fitted && !this.homed ? null : this.home;
    return home ?? this.#crowned(this.viewer.store.bounds());
  }

  /** Windows have a title bar above them. @param {Home} rect */
  #crowned(rect) {
    if (!rect || !this.crown) return rect;
    const top = Math.min(rect[1], this.crown.top);
    return /** @type {import("./camera.js").Rect} */ ([
      ...[rect[0], top, rect[2], rect[3] + rect[1] - top],
    ]);
  }

  /** @param {{x: number, y: number, width: number, height: number}} place */
  #isFree = (place) => !this.boards.some((board) => meets(board, place));

  /** What programs draw beside the boards; null where nothing does, or somebody has chosen. */
  get #programs() {
    if (this.fitted || this.chosen || !this.boards.length) return null;
    return this.#crowned(this.viewer.store.bounds(this.#isFree));
  }

  /** How a page begins that shows a board. @param {Home} bounds */
  #begin(bounds) {
    const { board, size } = this;
    return board ? beginAtLanes(board, size, this.least) : begin(bounds, size, this.#usual);
  }

  /** Where a page with what programs draw begins: with both where they can be read, else with the
   * board, unless it has little on it or something was drawn later. @param {boolean} young */
  #beginBeside(young) {
    const programs = this.#programs;
    if (!programs) return null;
    const world = this.#crowned(this.viewer.store.bounds());
    const camera = beginAt(world, programs, this.size);
    const planes = [...this.viewer.store.planes.values()];
    const count = planes.filter(({ place }) => this.#isFree(place)).length;
    if (young) this.early = count;
    const both = camera && this.board && seesBoth(programs, this.board, this.size, camera);
    if (both || !this.board || count > this.early) return camera;
    return beginAtLanes(this.board, this.size, 1);
  }

  /** The usual width of a plane. */
  get #usual() {
    const widths = [...this.viewer.store.planes.values()].map(({ place }) => place.width);
    return widths.sort((left, right) => left - right)[widths.length >> 1] ?? 0;
  }

  /** Where the camera is, or will be at the end of its glide. @returns {Camera} */
  get goal() {
    return this.glide?.to ?? this.camera;
  }

  /** Look again: whether the page is hidden has changed. */
  look() {
    const { width, height } = this.size;
    const { store } = this.viewer;
    const faces = { theme: this.theme, face_scale: inBounds(this.faceScale.at) };
    const changed = store.theme !== faces.theme || store.faceScale !== faces.face_scale;
    [store.theme, store.faceScale] = [faces.theme, faces.face_scale];
    if (changed) this.dispatchEvent(new Event("faces"));
    if (!width || !height) {
      const nowhere = { x: 0, y: 0, width: 0, height: 0, scale: 1 };
      this.viewer.setLook({ ...nowhere, ...this.viewer.look, ...faces, hidden: true });
      return;
    }
    let view = region(this.goal, this.size, MARGIN);
    // what is shown elsewhere than it lies is asked for where it lies
    for (const rect of this.lying) view = spanning(view, rect);
    const scale = inBounds(this.goal.zoom * this.density);
    this.viewer.setLook({ ...view, scale, ...faces, hidden: false });
  }

  /** @param {Camera} camera @param {boolean} glide @param {boolean} [byHand] bit by bit */
  #aim(camera, glide, byHand = false) {
    if (byHand) this.faceScale.follow(this.faceOf(camera.zoom));
    else this.faceScale.jump(this.faceOf(camera.zoom));
    if (glide && !this.still.matches && this.drawn) {
      const far = isFar(this.camera, camera, this.size);
      const ms = far ? FAR_GLIDE_MS : GLIDE_MS;
      this.glide = { from: this.camera, to: camera, start: performance.now(), ms };
    } else {
      this.glide = null;
      this.camera = camera;
    }
    this.look();
    this.draw();
  }

  #changed() {
    const { store } = this.viewer;
    if (store.layout !== this.layout) {
      this.layout = store.layout;
      const may = this.still.matches || this.pressed ? () => false : this.travel;
      this.travels.look(store.planes.values(), performance.now(), may);
      if (this.following) this.#follow();
      this.dispatchEvent(new Event("layout"));
    }
    this.draw();
  }

  /** Keep showing all of the world or of a part, as it was at first or after `fit`. */
  #follow() {
    if (!this.size.width) return;
    const bounds = this.#bounds;
    const young = performance.now() < SETTLE_MS;
    const usual = () =>
      young || this.board ? this.#begin(bounds) : keepUp(bounds, this.size, this.goal);
    const camera = this.fitted ? this.#whole(bounds) : (this.#beginBeside(young) ?? usual());
    const { x, y, zoom } = this.goal;
    if (camera.x !== x || camera.y !== y || camera.zoom !== zoom) this.#aim(camera, !young);
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.box;
    const density = window.devicePixelRatio || 1;
    this.kept = 0;
    this.size = { width, height };
    this.density = density;
    this.graphics.resize(this.size, density);
    if (this.arriving && width) this.arrive(this.arriving);
    if (this.following) this.#follow();
    this.look();
    this.#step(performance.now()); // at once: a canvas whose size was set is empty
  }

  /** @param {number} now */
  #step(now) {
    if (!this.size.width) return;
    if (this.glide) {
      const share = Math.min(1, Math.max(0, (now - this.glide.start) / this.glide.ms));
      this.camera = between(this.glide.from, this.glide.to, eased(share));
      if (share < 1) this.draw();
      else this.glide = null;
    }
    showGround(this.box.style, this.camera);
    const started = performance.now();
    const view = { ...this.camera, ...this.size, density: this.density };
    const { travels, viewer } = this;
    travels.arrive(now);
    this.now = now;
    const shownAt = (/** @type {Plane} */ plane) => this.#shownAt(plane, now);
    this.graphics.presenter.draw(this.#stacked(), view, viewer.store.planes.values(), shownAt);
    if (travels.any) this.draw();
    this.drawn++;
    viewer.didPaint(performance.now() - started);
    this.dispatchEvent(new Event("drawn"));
  }

  /** The planes from the lowest to the highest; those on their way lie above the others. */
  #stacked() {
    const planes = this.viewer.store.stacked();
    if (!this.travels.any) return planes;
    const moves = (/** @type {{id: string}} */ { id }) => Number(this.travels.ways.has(id));
    return planes.sort((left, right) => moves(left) - moves(right));
  }

  /** @param {Plane} plane @param {number} now */
  #shownAt({ id, place }, now) {
    const opacity = place.opacity * this.strength(id);
    const shown = this.travels.at(id, place, now);
    const [dx, dy] = this.shifts.get(id) ?? [0, 0];
    if (opacity === place.opacity && !dx && !dy) return shown;
    return { ...shown, opacity, x: shown.x + dx, y: shown.y + dy };
  }

  /** What is seen at a world point. @param {number} x @param {number} y */
  at(x, y) {
    return this.viewer.store.at(x, y);
  }

  /** Where a plane is shown just now, in world pixels. @param {string} id */
  placeOf(id) {
    const place = this.viewer.store.planes.get(id)?.place;
    return place && this.travels.at(id, place, this.now ?? 0);
  }
}
