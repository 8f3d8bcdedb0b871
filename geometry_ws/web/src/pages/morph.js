/**
 * Makes what is shown like what shall be shown, changing only what differs: elements that stay
 * keep focus, selection, scrolling and what their user did with them.
 *
 * Attributes that it reads: `data-key` (the same element wherever it stands), `data-memo` (as long
 * as it has this value, nothing in it differs). An element may have a function `fill`, called when
 * its children are needed. What belongs to the user is left: whether details are open, and text
 * in fields (`data-own`).
 */

/** @typedef {Element & {fill?: (() => (Node | string)[]) | null}} Lazy */

/** @param {Lazy} element */
function filled(element) {
  if (!element.fill) return;
  element.append(...element.fill());
  element.fill = null;
}

/** @param {Node} node */
const keyOf = (node) => (node instanceof HTMLElement ? (node.dataset.key ?? "") : "");

/** @param {Element} parent @param {(Node | string)[]} children
 * @param {(root: Element) => void} [settle] called with them before they are shown */
export function show(parent, children, settle = () => {}) {
  const active = document.activeElement;
  const holder = document.createElement("div");
  holder.append(...children);
  settle(holder);
  morph(parent, holder);
  if (active instanceof HTMLElement && active !== document.activeElement && active.isConnected) {
    active.focus({ preventScroll: true });
  }
}

/** @param {Element} parent @param {Element} wanted whose children are taken */
function morph(parent, wanted) {
  /** @type {Map<string, Node>} */
  const keyed = new Map();
  for (const child of parent.childNodes) if (keyOf(child)) keyed.set(keyOf(child), child);
  const needed = new Set([...wanted.childNodes].map(keyOf));
  let next = parent.firstChild;
  for (const child of [...wanted.childNodes]) {
    const key = keyOf(child);
    // what was there and isn't wanted any more makes room, so that nothing else has to move
    while (next && keyOf(next) && !needed.has(keyOf(next))) next = removed(next);
    const known = key ? keyed.get(key) : next && !keyOf(next) && alike(next, child) ? next : null;
    if (!known || !alike(known, child)) {
      fillAll(child);
      parent.insertBefore(child, next);
      continue;
    }
    if (known === next) next = next.nextSibling;
    else parent.insertBefore(known, next);
    update(known, child);
  }
  while (next) next = removed(next);
}

/** @param {Node} node @returns {ChildNode | null} */
function removed(node) {
  const next = node.nextSibling;
  /** @type {ChildNode} */ (node).remove();
  return next;
}

/** @param {Node} left @param {Node} right */
function alike(left, right) {
  return left.nodeName === right.nodeName && keyOf(left) === keyOf(right);
}

/** @param {Node} node */
function fillAll(node) {
  if (!(node instanceof Element)) return;
  filled(node);
  for (const child of node.children) fillAll(child);
}

/** @param {Node} node @param {Node} wanted */
function update(node, wanted) {
  if (!(node instanceof Element) || !(wanted instanceof Element)) {
    if (node.nodeValue !== wanted.nodeValue) node.nodeValue = wanted.nodeValue;
    return;
  }
  const memo = node instanceof HTMLElement ? node.dataset.memo : undefined;
  const same = memo !== undefined && memo === /** @type {HTMLElement} */ (wanted).dataset?.memo;
  attributes(node, wanted);
  if (same) return;
  filled(wanted);
  if (!(node instanceof HTMLTextAreaElement)) morph(node, wanted);
}

/** @param {Element} node @param {Element} wanted */
function attributes(node, wanted) {
  const details = node instanceof HTMLDetailsElement;
  for (const { name, value } of wanted.attributes) {
    if (details && name === "open") continue;
    if (node.getAttribute(name) === value) continue;
    // the policy allows styles that a script sets, and none that stand in an attribute
    if (name === "style") /** @type {HTMLElement} */ (node).style.cssText = value;
    else node.setAttribute(name, value);
  }
  for (const { name } of [...node.attributes]) {
    if (!wanted.hasAttribute(name) && !(details && name === "open")) node.removeAttribute(name);
  }
  if (node instanceof HTMLInputElement && wanted instanceof HTMLInputElement) {
    node.checked = wanted.checked;
    if (!("own" in node.dataset) && node.value !== wanted.value) node.value = wanted.value;
  }
  if (node instanceof HTMLSelectElement && wanted instanceof HTMLSelectElement) {
    if (node.value !== wanted.value) node.value = wanted.value;
  }
}
