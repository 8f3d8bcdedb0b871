/** Remarks as elements: a sign whose shape says what it is about, and a sentence. */

import { make } from "./dom.js";

/** @import { Remark, SignName } from "./remarks.js" */

/** Its shape is that of the board's sign; styles/shared/remarks.css has it.
 * @param {SignName} name */
export const sign = (name) => make("span", { class: `sign sign-${name}`, "aria-hidden": "true" });

/** A remark with its sentence, in the wash of its tone. @param {Remark} remark */
export const remarkLine = ({ sign: name, tone, text }) =>
  make("span", { class: `remark ${tone}` }, sign(name), make("span", {}, text));
