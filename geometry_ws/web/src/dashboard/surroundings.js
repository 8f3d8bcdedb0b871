/** What lies around the picture of the world: dots behind it, and the screen's density. */

/** @import { Camera } from "./camera.js" */

const DOTS = 24; // CSS pixels between dots at 100 %

/** The dots behind the world move with it, at a distance that stays pleasant.
 * @param {CSSStyleDeclaration} style @param {Camera} camera */
export function showGround(style, { x, y, zoom }) {
  const distance = DOTS * 2 ** (((Math.log2(zoom) % 1) + 1) % 1);
  style.backgroundSize = `${distance}px ${distance}px`;
  const offset = [x, y].map((at) => -(at * zoom) % distance);
  style.backgroundPosition = `${offset[0]}px ${offset[1]}px`;
}

/** Screens differ in density, and the browser's zoom changes it.
 * @param {() => void} changed @param {AbortSignal} [signal] ends that */
export function watchDensity(changed, signal) {
  const query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
  const heard = () => {
    watchDensity(changed, signal);
    changed();
  };
  query.addEventListener("change", heard, { once: true, signal });
}
