/** Small help for making elements; text is always text, never markup. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [properties] `class` and names with a dash are set as attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class" || name.includes("-")) element.setAttribute(name, value);
    else Object.assign(element, { [name]: value });
  }
  element.append(...children);
  return element;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]";

/** Whether what is pressed there is written into a field. A dialog that was just closed still has
 * the focus for a moment; nobody writes into that.
 * @param {EventTarget | null} target */
export function isField(target) {
  if (!(target instanceof Element) || target.closest("dialog:not([open])")) return false;
  return target.closest(FIELDS) !== null;
}

/** Change text only where it differs: screen readers and selections stay undisturbed.
 * @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
