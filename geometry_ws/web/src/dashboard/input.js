/**
 * Pointer, wheel, touch and the view's keys on the canvas.
 *
 * What is done on a surface goes to the surface's program (seat topics); everything else moves
 * the camera. A press decides: on a surface the surface has the pointer until the release, on
 * the empty world the camera has it. The space bar or the middle button give the camera the
 * pointer anywhere, unless the surface wants the keyboard or the wheel. `touch.js` says what
 * fingers do. When the page is left, what is down comes up.
 */

import { here } from "../shared/base.js";
import { areaAt, cursorAt, LinkPress } from "./areas.js";
import { toWorld } from "./camera.js";
import { Keyboard } from "./keyboard.js";
import { modifiersOf } from "./keys.js";
import { buttonPhase, deviceOf, holderOf, wheelFor } from "./pointing.js";
import { TouchReader } from "./touch.js";

/** @import { Session } from "../shared/session.js" */
/** @import { Camera } from "./camera.js" */
/** @import { Plane } from "../painter/plane.js" */
/** @import { Viewer } from "./viewer.js" */
/** @import { Surfaces } from "./surfaces.js" */
/** @import { TouchActions } from "./touch.js" */

const KEY_STEP = 60; // CSS pixels per press of an arrow key
const WHEEL_ZOOM = 0.0022; // per pixel of the wheel
const MOST_TURN = 1e5; // world pixels at once, as the protocol has it
const FELT_MS = 12; // a telephone trembles so long when a finger has rested
const PINCH_ZOOM = 0.011; // a pinch on a touch pad arrives as a wheel with small steps
const STILL = 4; // CSS pixels that a click may move

/**
 * @typedef {object} PointerActions what the page does beside the surface's program
 * @property {(x: number, y: number, surface: string | null) => void} clicked at a world point
 * @property {(x: number, y: number) => void} over the pointer is there and nothing is held
 * @property {() => void} left the pointer is nowhere
 * @property {(x: number, y: number) => string} cursor of a world point; "" the surface's
 * @property {() => void} touched the first finger came down
 * @property {() => void} lifted the last finger has gone
 */

/**
 * @typedef {object} Shown what is shown, and what moves it
 * @property {HTMLCanvasElement} canvas
 * @property {Viewer} viewer
 * @property {Camera} camera
 * @property {Camera} goal
 * @property {{width: number, height: number}} size
 * @property {boolean} pressed
 * @property {string} [alone] the surface, where one is shown alone: fingers are its pointer then,
 *   and no view is moved
 * @property {(x: number, y: number) => Plane | null} at what is seen at a world point
 * @property {(dx: number, dy: number) => void} pan
 * @property {(zoom: number, x: number, y: number) => void} zoom
 * @property {(direction: 1 | -1) => void} step
 * @property {() => void} hold
 * @property {(aim: "zoom" | "surface" | "pan") => boolean} [scrolls] whether a turn of the wheel is
 *   the page's own
 */

export class Input {
  /**
   * @param {Shown} stage
   * @param {Session} session
   * @param {Surfaces} surfaces
   * @param {HTMLTextAreaElement} writer takes text for surfaces that want it
   * @param {(sentence: string) => void} complain
   * @param {PointerActions} actions
   * @param {AbortSignal} [signal] ends it
   */
  constructor(stage, session, surfaces, writer, complain, actions, signal) {
    this.stage = stage;
    this.actions = actions;
    this.session = session;
    this.surfaces = surfaces;
    this.keyboard = new Keyboard(stage.canvas, writer, session, surfaces, {
      tell: (topic, kwargs) => this.#tell(topic, kwargs),
      moveView: (event, phase) => this.#moveByKey(event, phase),
      rest: () => (this.space = false),
      complain,
    });
    /** @type {"surface" | "camera" | null} what has the pointer while a button is down */
    this.holder = null;
    /** @type {string | null} the surface that was pressed last */
    this.pressed = null;
    /** @type {string | null} the surface under the pointer */
    this.over = null;
    this.space = false;
    this.last = [0, 0];
    /** @type {number[] | null} where a press began, until it moved: then it is no click */
    this.began = null;
    /** @type {[number, number]} the world point that was told last */
    this.at = [0, 0];
    /** @type {PointerEvent | null} the last movement, told once per frame of the screen */
    this.moved = null;
    /** the press that may open a page, and how that is done */
    this.link = new LinkPress();
    this.open = (/** @type {string} */ link) => location.assign(link);
    this.touch = new TouchReader(this.#touchActions());
    this.#listen(signal);
  }

  /** @param {AbortSignal} [signal] */
  #listen(signal) {
    const { canvas } = this.stage;
    const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ handler) =>
      canvas.addEventListener(name, handler, { passive: false });
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event, "up"));
    on("pointercancel", (event) => this.#up(event, "cancel"));
    on("pointerleave", (event) => event.pointerType !== "touch" && this.#leave());
    on("wheel", (event) => this.#wheel(event));
    on("contextmenu", (event) => event.preventDefault());
    // The middle button would scroll or paste, and those for back and forward leave the page.
    for (const name of ["mousedown", "mouseup", "auxclick"]) {
      on(name, (event) => (event.button < 3 || this.pressed) && event.preventDefault());
    }
    for (const name of ["blur", "pagehide"]) {
      window.addEventListener(name, () => this.#letGo(), { signal });
    }
    const hidden = () => document.hidden && this.#letGo();
    document.addEventListener("visibilitychange", hidden, { signal });
    this.session.addEventListener("state", () => {
      if (this.session.open) return;
      this.#hold(null); // the node has let go by itself
      this.over = this.moved = null;
      this.touch.reset();
    });
  }

  /** The page is left: no key and no button stays down. */
  #letGo() {
    this.keyboard.release();
    this.touch.reset();
    if (this.holder === "surface") this.#away("cancel");
    this.#hold(null);
    this.moved = null;
  }

  /** @param {Input["holder"]} holder */
  #hold(holder) {
    this.holder = holder;
    this.stage.pressed = holder === "surface";
  }

  /** @param {"leave" | "cancel"} phase */
  #away(phase) {
    const [x, y] = this.at;
    this.#tell("seat_pointer", { phase, x, y, ...this.#alone() });
  }

  /** The surface that is meant, where no other is shown. */
  #alone() {
    const { alone } = this.stage;
    if (alone === undefined) return {};
    return { surface: this.stage.at(...this.at)?.id ?? (this.pressed || this.over || alone) };
  }

  /** @param {string} topic @param {Record<string, any>} kwargs */
  #tell(topic, kwargs) {
    const { stream, painted } = this.stage.viewer;
    if (kwargs.phase === "down") this.stage.viewer.hurryLook();
    const said = { stream, frame: painted, ...kwargs };
    this.session.publish(/** @type {any} */ (topic), said);
  }

  /** @param {{offsetX: number, offsetY: number}} event @returns {[number, number]} */
  #world(event) {
    return toWorld(this.stage.camera, event.offsetX, event.offsetY);
  }

  /** @param {any} event @param {string} phase */
  #pointer(event, phase) {
    const [x, y] = (this.at = this.#world(event));
    const button = event.button > 0 ? event.button : 0;
    if (button === 0 && phase !== "move") this.#follow(event, phase);
    const buttons = event.buttons ?? 0;
    const more = { modifiers: modifiersOf(event), ...deviceOf(event), ...this.#alone() };
    this.#tell("seat_pointer", { phase, x, y, button, buttons, ...more });
  }

  /** A press on an area with a link opens its page. @param {any} event @param {string} phase */
  #follow(event, phase) {
    const [x, y] = this.at;
    const link = this.#areaAt()?.link;
    if (phase === "down") this.link.down(link, { x, y });
    else {
      const pressed = this.link.up(phase === "up" ? link : "", { x, y });
      const opened = pressed && here(pressed);
      if (opened && (event.ctrlKey || event.metaKey)) window.open(opened, "_blank", "noopener");
      else if (opened) this.open(opened);
    }
  }

  /** What can be pressed where the pointer was told last. */
  #areaAt() {
    const plane = this.stage.at(...this.at);
    return plane && areaAt(this.surfaces.known.get(plane.id), this.#within(plane.place));
  }

  /** That place in its own pixels. @param {{x: number, y: number}} plane */
  #within(plane) {
    return { x: this.at[0] - plane.x, y: this.at[1] - plane.y };
  }

  /** @param {any} event @returns {string | null} */
  #surfaceAt(event) {
    const id = this.stage.at(...this.#world(event))?.id ?? null;
    return this.surfaces.known.get(id ?? "")?.pointer === false ? null : id;
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (this.#isSpare(event)) return;
    this.stage.canvas.setPointerCapture(event.pointerId);
    if (this.#isRead(event)) {
      event.preventDefault(); // of a mouse it would keep back the events that are prevented above
      if (!this.touch.fingers.size) this.actions.touched();
      this.touch.down(event);
      return;
    }
    if (this.holder === "surface") {
      this.#pointer(event, "down"); // another button of the same drag
      return;
    }
    const surface = this.#surfaceAt(event);
    const where = { surface, wheel: this.#wantsWheel(surface), space: this.space };
    const holder = holderOf(event.button, where);
    this.#hold(holder);
    this.pressed = holder === "surface" ? surface : null;
    this.last = [event.offsetX, event.offsetY];
    this.began = event.button === 0 && !this.space ? this.last : null;
    if (holder !== "surface") {
      this.keyboard.give(surface ? this.keyboard.focus : null);
      this.#showCursor();
    } else {
      this.#flush();
      this.stage.hold();
      const touched = event.pointerType === "touch";
      this.keyboard.give(surface, { offsetX: event.offsetX, offsetY: event.offsetY, touched });
      this.#pointer(event, "down");
    }
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (this.#isSpare(event)) return;
    const [x, y] = this.began ?? [event.offsetX, event.offsetY];
    if (Math.hypot(event.offsetX - x, event.offsetY - y) > STILL) this.began = null;
    if (this.#isRead(event)) {
      this.touch.move(event);
    } else if (this.holder === "camera") {
      this.stage.pan(event.offsetX - this.last[0], event.offsetY - this.last[1]);
      this.last = [event.offsetX, event.offsetY];
    } else if (this.holder === "surface" && buttonPhase(event)) {
      this.#flush();
      this.#pointer(event, /** @type {string} */ (buttonPhase(event)));
    } else {
      if (!this.moved) requestAnimationFrame(() => this.#flush());
      this.moved = event;
    }
  }

  /** Tell the last movement, where it concerns a surface. */
  #flush() {
    const event = this.moved;
    this.moved = null;
    if (!event) return;
    const surface = this.#surfaceAt(event);
    if (this.holder === "surface" || surface) this.#pointer(event, "move");
    else if (this.over) this.#pointer(event, "leave");
    this.over = surface;
    if (!this.holder) this.actions.over(...this.#world(event));
    this.#showCursor();
  }

  /** @param {PointerEvent} event @param {"up" | "cancel"} phase */
  #up(event, phase) {
    if (this.#isSpare(event)) return;
    if (this.#isRead(event)) {
      if (phase === "up") this.touch.up(event);
      else this.touch.cancel(event);
      if (!this.touch.fingers.size) this.actions.lifted();
      return;
    }
    if (this.holder === "surface") {
      this.#flush();
      this.#pointer(event, phase);
    }
    if (event.buttons === 0 || phase === "cancel") this.#hold(null);
    if (this.began && phase === "up") this.#clicked(event);
    if (event.pointerType === "touch") this.#leave(); // a finger that is up is nowhere
    this.#showCursor();
  }

  /** Whether a finger's ways are read: it may move the view. @param {PointerEvent} event */
  #isRead(event) {
    return event.pointerType === "touch" && this.stage.alone === undefined;
  }

  /** A second finger is no second pointer. @param {PointerEvent} event */
  #isSpare(event) {
    return event.pointerType === "touch" && !event.isPrimary && !this.#isRead(event);
  }

  /** @param {{offsetX: number, offsetY: number}} event */
  #clicked(event) {
    this.began = null;
    const [x, y] = this.#world(event);
    this.actions.clicked(x, y, this.#surfaceAt(event));
  }

  #leave() {
    if (this.holder) return;
    this.moved = null;
    if (this.over) this.#away("leave");
    this.over = null;
    this.actions.left();
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const unit = [1, 16, this.stage.size.height][event.deltaMode] ?? 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const surface = this.holder === "surface" ? this.pressed : this.#surfaceAt(event);
    const aim = wheelFor(event, surface, this.#wantsWheel(surface));
    if (this.stage.scrolls?.(aim)) return;
    event.preventDefault();
    if (aim === "zoom") {
      const speed = Math.abs(dy) < 50 ? PINCH_ZOOM : WHEEL_ZOOM;
      const zoom = this.stage.goal.zoom * Math.exp(-dy * speed);
      this.stage.zoom(zoom, event.offsetX, event.offsetY);
    } else if (aim === "surface") {
      this.#turn(event, dx, dy);
    } else if (event.shiftKey && !dx) {
      this.stage.pan(-dy, 0);
    } else {
      this.stage.pan(-dx, -dy);
    }
  }

  /** The wheel turns for a program. @param {any} event @param {number} dx @param {number} dy */
  #turn(event, dx, dy) {
    this.#flush();
    const [x, y] = this.#world(event);
    const by = (/** @type {number} */ step) =>
      Math.max(-MOST_TURN, Math.min(MOST_TURN, step / this.stage.camera.zoom));
    const modifiers = modifiersOf(event).filter((name) => name !== "alt");
    this.stage.hold();
    this.at = [x, y];
    this.#tell("seat_wheel", { x, y, dx: by(dx), dy: by(dy), modifiers, ...this.#alone() });
  }

  /** @param {string | null} surface @returns {boolean} */
  #wantsWheel(surface) {
    return this.surfaces.known.get(surface ?? "")?.wheel ?? false;
  }

  /** The keys of the view. @param {KeyboardEvent} event @param {"down" | "up"} phase */
  #moveByKey(event, phase) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (this.stage.alone !== undefined) return false;
    const far = event.shiftKey ? 4 : 1;
    /** @type {Record<string, () => void>} */
    const actions = {
      ArrowLeft: () => this.stage.pan(KEY_STEP * far, 0),
      ArrowRight: () => this.stage.pan(-KEY_STEP * far, 0),
      ArrowUp: () => this.stage.pan(0, KEY_STEP * far),
      ArrowDown: () => this.stage.pan(0, -KEY_STEP * far),
      "+": () => this.stage.step(1),
      "=": () => this.stage.step(1),
      "-": () => this.stage.step(-1),
      " ": () => {},
    };
    if (!Object.hasOwn(actions, event.key)) return false;
    if (event.key === " ") {
      this.space = phase === "down";
      this.#showCursor();
    }
    if (phase === "down") actions[event.key]();
    return true;
  }

  /** @param {string} surface @returns {string} */
  #cursorOf(surface) {
    const plane = this.stage.at(...this.at);
    const known = this.surfaces.known.get(surface);
    const own =
      plane?.id === surface
        ? cursorAt(known, this.#within(plane.place))
        : (known?.cursor ?? "default");
    return (own === "default" && this.actions.cursor(...this.at)) || own;
  }

  #showCursor() {
    const moving = this.holder === "camera" ? "grabbing" : "grab";
    const grabs = this.stage.alone === undefined ? moving : "default";
    const free = this.space || this.holder === "camera" || !this.over;
    const { style } = this.stage.canvas;
    style.cursor = "default"; // it stays where a browser doesn't know the word
    style.cursor = free ? grabs : this.#cursorOf(/** @type {any} */ (this.over));
  }

  /** What fingers do. @returns {TouchActions} */
  #touchActions() {
    const { stage } = this;
    return {
      pan: (dx, dy) => stage.pan(dx, dy),
      pinch: (factor, x, y) => stage.zoom(stage.goal.zoom * factor, x, y),
      onSurface: (event) => this.#surfaceAt(event) !== null,
      scroll: (dx, dy, offsetX, offsetY) => this.#turn({ offsetX, offsetY }, dx, dy),
      scrolls: (event) => this.#wantsWheel(this.#surfaceAt(event)),
      rested: () => navigator.vibrate?.(FELT_MS),
      press: (event, button) => {
        stage.hold();
        stage.pressed = true;
        this.began = button ? null : [event.offsetX, event.offsetY];
        this.keyboard.give(this.#surfaceAt(event), { ...plain(event), touched: true });
        this.#pointer({ ...plain(event), button, buttons: button ? 2 : 1 }, "down");
      },
      drag: (event) => {
        this.began = null;
        this.#pointer({ ...plain(event), buttons: 1 }, "move");
      },
      release: (event, button) => {
        stage.pressed = false;
        this.#pointer({ ...plain(event), button, buttons: 0 }, "up");
        this.#away("leave");
        if (this.began) this.#clicked(event);
      },
      cancel: () => {
        stage.pressed = false;
        this.#away("cancel");
      },
    };
  }
}

/** The part of a pointer event that matters here, as an object that can be changed.
 * @param {PointerEvent} event */
function plain(event) {
  const { offsetX, offsetY, pointerType, pressure } = event;
  const { altKey, ctrlKey, metaKey, shiftKey } = event;
  const held = { altKey, ctrlKey, metaKey, shiftKey };
  return { offsetX, offsetY, pointerType, pressure, ...held, button: 0 };
}
