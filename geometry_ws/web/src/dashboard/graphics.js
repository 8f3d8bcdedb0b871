/**
 * What a picture is drawn with: WebGL, or a 2D canvas where there is none, where it has gone, or
 * where the processor draws for it: that takes five times as long as the browser's own canvas.
 */

import { CanvasPresenter } from "../painter/canvas2d.js";
import { GlPresenter, isDrawnByProcessor } from "../painter/gl.js";

const GRAPHICS_MS = 2500; // so long WebGL may be away before the page does without

export class Graphics {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{redraw: () => void, resize: () => void}} page what the page does when all must be
   *   drawn again, and when there is another canvas
   */
  constructor(canvas, page) {
    this.canvas = canvas;
    this.page = page;
    this.closed = false;
    /** what is drawn on: the canvas, or another above it once that can't be drawn on any more */
    this.drawing = canvas;
    const gl = isDrawnByProcessor()
      ? null
      : GlPresenter.create(canvas, page.redraw, () => this.#await());
    /** @type {GlPresenter | CanvasPresenter} */
    this.presenter = gl ?? new CanvasPresenter(canvas);
  }

  /** @param {{width: number, height: number}} size CSS pixels @param {number} density */
  resize({ width, height }, density) {
    for (const canvas of new Set([this.canvas, this.drawing])) {
      canvas.width = Math.max(1, Math.round(width * density));
      canvas.height = Math.max(1, Math.round(height * density));
      canvas.style.width = `${canvas.width / density}px`;
      canvas.style.height = `${canvas.height / density}px`;
    }
  }

  /** Give back what it holds. */
  close() {
    this.closed = true;
    clearTimeout(this.awaiting);
    if (!(this.presenter instanceof GlPresenter)) return;
    this.presenter.close();
    // Browsers give a page some of them and no more.
    this.presenter.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** WebGL was lost. Mostly it comes back at once; else, when somebody looks, without it. */
  #await() {
    clearTimeout(this.awaiting);
    this.awaiting = setTimeout(() => {
      if (this.closed || !(this.presenter instanceof GlPresenter) || !this.presenter.lost) return;
      if (!document.hidden) this.#doWithout(this.presenter);
      else {
        const again = () => this.#await();
        document.addEventListener("visibilitychange", again, { once: true });
      }
    }, GRAPHICS_MS);
  }

  /** A canvas that had WebGL can have nothing else: another one above it shows the picture, and
   * this one goes on taking the pointer. @param {GlPresenter} lost */
  #doWithout(lost) {
    lost.close();
    this.drawing = document.createElement("canvas");
    this.drawing.className = "stand-in";
    this.drawing.setAttribute("aria-hidden", "true");
    this.canvas.after(this.drawing);
    this.canvas.classList.add("lost"); // or it would be a white sheet behind
    this.presenter = new CanvasPresenter(this.drawing);
    this.page.resize();
  }
}
