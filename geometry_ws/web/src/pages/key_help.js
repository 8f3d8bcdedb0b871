/** All keys of the pages, and a switch for those that are single letters. */

import { make } from "../shared/dom.js";
import { recall, remember } from "../shared/memory.js";

const KEYS = Object.freeze([
  ["Ctrl K", "search or do"],
  ["/", "search or do"],
  ["F", "filter"],
  ["I", "what needs you"],
  ["N", "new change"],
  ["E", "edit"],
  ["A", "archive"],
  ["X", "tick the next open task"],
  ["Ctrl S", "save what is written"],
  ["J", "next in the list"],
  ["K", "the one before"],
  ["Z", "undo what was just done"],
  ["T", "light, dark, or as the system"],
  ["?", "all keys"],
]);

export function showKeys() {
  const close = make("button", { type: "button", class: "main", textContent: "Close" });
  const single = make("input", { type: "checkbox", checked: recall("keys") !== "off" });
  single.addEventListener("change", () => remember("keys", single.checked ? "on" : "off"));
  const dialog = make(
    "dialog",
    { class: "keys", "aria-labelledby": "keys-title" },
    make("header", {}, make("h2", { id: "keys-title", textContent: "Keys" })),
    make(
      "dl",
      {},
      ...KEYS.map(([key, words]) =>
        make(
          "div",
          {},
          make("dt", {}, make("kbd", { textContent: key })),
          make("dd", { textContent: words }),
        ),
      ),
    ),
    make(
      "footer",
      {},
      make("label", { class: "option" }, single, "Single keys do something"),
      close,
    ),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
