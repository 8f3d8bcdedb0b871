/**
 * Files that are dropped on a surface, or pasted or chosen for it, go to its program: they are
 * offered, and the program fetches them piece by piece. While they are dragged a frame says where
 * they would go. A file that is dropped elsewhere is not opened in place of the page.
 */

import { make, setText } from "../shared/dom.js";
import { toWorld } from "./camera.js";

/** @import { Session } from "../shared/session.js" */
/** @import { Camera } from "./camera.js" */
/** @import { Plane } from "../painter/plane.js" */
/** @import { Surfaces } from "./surfaces.js" */

const MOST = 16; // files at once, as the protocol has it
const LARGEST = 2 ** 30; // bytes of one of them

/**
 * @typedef {object} Ground where files are dropped
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} box
 * @property {Camera} camera
 * @property {(x: number, y: number) => Plane | null} at what is seen at a world point
 */

export class Dropping {
  /**
   * @param {Ground} ground
   * @param {Pick<Session, "call" | "mayCall" | "whyNot" | "subscribe">} session
   * @param {Surfaces} surfaces
   * @param {{complain: (sentence: string) => void, say: (sentence: string) => void,
   *   focus: () => string | null}} page `focus`: the surface that has the keyboard
   * @param {AbortSignal} [signal] ends it
   */
  constructor(ground, session, surfaces, page, signal) {
    this.ground = ground;
    this.session = session;
    this.surfaces = surfaces;
    this.page = page;
    this.label = make("span", {});
    this.frame = make("div", { class: "drop", "aria-hidden": "true" }, this.label);
    /** @type {Map<string, File[]>} */
    this.offered = new Map();
    session.subscribe("drop_on_fetch", (event) => this.#give(event));
    session.subscribe("drop_on_end", (event) => this.#ended(event));
    const { canvas } = ground;
    for (const kind of ["dragenter", "dragover"])
      canvas.addEventListener(kind, (event) => this.#over(/** @type {DragEvent} */ (event)));
    canvas.addEventListener("dragleave", () => this.frame.remove());
    canvas.addEventListener("drop", (event) => this.#drop(event));
    const paste = (/** @type {ClipboardEvent} */ event) => this.#paste(event);
    document.addEventListener("paste", paste, { capture: true, signal });
  }

  /** Whether a surface's program takes files. @param {string | null} surface */
  takes(surface) {
    return this.surfaces.known.get(surface ?? "")?.files === true;
  }

  /** Let a person choose files for a surface. @param {string} surface */
  choose(surface) {
    const input = make("input", { type: "file", multiple: true });
    input.addEventListener("change", () => this.offer(surface, [...(input.files ?? [])]));
    input.click();
  }

  /**
   * Offer files to a surface's program.
   *
   * @param {string} surface @param {File[]} files @param {{x?: number, y?: number}} [where]
   */
  async offer(surface, files, where = {}) {
    if (!files.length) return;
    const title = this.#title(surface);
    if (!this.session.mayCall("drop_offer")) {
      this.page.complain(this.session.whyNot("drop_offer"));
      return;
    }
    const problem = refusal(files);
    if (problem) {
      this.page.complain(problem);
      return;
    }
    try {
      const offer = { surface, files: files.map(describe), ...where };
      const { drop } = await this.session.call("drop_offer", offer);
      this.offered.set(drop, files);
      this.page.say(`${namesOf(files)}: offered to ${title}.`);
    } catch (failure) {
      this.page.complain(failure instanceof Error ? failure.message : String(failure));
    }
  }

  /** @param {{offsetX: number, offsetY: number}} event */
  #under(event) {
    const [x, y] = toWorld(this.ground.camera, event.offsetX, event.offsetY);
    return { x, y, plane: this.ground.at(x, y) };
  }

  /** @param {DragEvent} event */
  #over(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const { plane } = this.#under(event);
    const takes = plane !== null && this.takes(plane.id);
    event.dataTransfer.dropEffect = takes ? "copy" : "none";
    if (!plane) {
      this.frame.remove();
      return;
    }
    const { camera, box } = this.ground;
    const { x, y, width, height } = plane.place;
    const title = this.#title(plane.id);
    this.frame.classList.toggle("not", !takes);
    setText(this.label, takes ? `Drop for ${title}` : `${title} takes no files`);
    const { style } = this.frame;
    style.left = `${(x - camera.x) * camera.zoom}px`;
    style.top = `${(y - camera.y) * camera.zoom}px`;
    style.width = `${width * camera.zoom}px`;
    style.height = `${height * camera.zoom}px`;
    if (this.frame.parentElement !== box) box.append(this.frame);
  }

  /** @param {DragEvent} event */
  #drop(event) {
    this.frame.remove();
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const { x, y, plane } = this.#under(event);
    if (plane && this.takes(plane.id))
      this.offer(plane.id, [...event.dataTransfer.files], { x, y });
    else if (plane) this.page.complain(`${this.#title(plane.id)} takes no files.`);
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const surface = this.page.focus();
    const files = [...(event.clipboardData?.files ?? [])];
    if (!surface || !files.length || !this.takes(surface)) return;
    event.preventDefault();
    event.stopPropagation();
    this.offer(surface, files);
  }

  /** A program wants a piece. @param {any} event */
  async #give({ drop, file, at, bytes }) {
    const given = this.offered.get(drop)?.[file];
    const piece = { drop, file, at };
    try {
      if (!given) throw new Error("The page has no such file any more.");
      const data = new Uint8Array(await given.slice(at, at + bytes).arrayBuffer());
      await this.session.call("drop_give", { ...piece, data });
    } catch {
      const problem = "The browser could not read the file.";
      this.session.call("drop_give", { ...piece, problem }).catch(() => {});
    }
  }

  /** @param {any} event */
  #ended({ drop, surface, refused }) {
    const files = this.offered.get(drop);
    this.offered.delete(drop);
    if (!files) return;
    const names = namesOf(files);
    const title = this.#title(surface);
    if (refused) this.page.complain(`${title} did not take ${names}: ${refused}`);
    else this.page.say(`${title} has taken ${names}.`);
  }

  /** @param {string} surface */
  #title(surface) {
    return this.surfaces.known.get(surface)?.title || "the program";
  }
}

/** @param {File[]} files */
const namesOf = (files) => files.map(({ name }) => name).join(", ");

/** @param {File} file */
const describe = ({ name, type, size }) => ({
  name: [...name]
    .slice(-255)
    .join("")
    .replace(/[/\\\u0000-\u001f\u007f]/g, "_"),
  type: /^[!-~]{0,100}$/.test(type) ? type : "",
  bytes: size,
});

/** Why files aren't offered; "" when they are. @param {{size: number}[]} files */
export function refusal(files) {
  if (files.length > MOST) return `Drop at most ${MOST} files at once.`;
  return files.some(({ size }) => size > LARGEST) ? "A file may have at most 1 GiB." : "";
}
