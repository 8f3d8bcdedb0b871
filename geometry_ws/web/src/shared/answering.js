/**
 * A question of an agent with its answers: those to choose from, and a field for another one. The
 * first answer counts; it reaches whoever asked with their next call.
 */

import { make } from "./dom.js";
import { toast } from "./toast.js";

/** @import { Need } from "./attention.js" */
/** @import { Session } from "./session.js" */

const LONGEST = 500; // letters of an answer

/** What a question is called, and what it says. @param {{why: string}} need */
export function questionOf({ why }) {
  const match = /^(q\d+): (.*)$/su.exec(why);
  return { name: match?.[1] ?? "", text: match?.[2] ?? why };
}

/** Answers as buttons, and a field; for who may not answer, why.
 * @param {Pick<Session, "call" | "mayCall" | "whyNot">} session @param {Need} need
 * @param {() => void} [done] called when it is answered */
export function answerForm(session, need, done = () => {}) {
  if (!session.mayCall("question_answer")) {
    const textContent = session.whyNot("question_answer", "answer");
    return make("p", { class: "note", "data-key": `answer-${need.id}`, textContent });
  }
  const { name, text } = questionOf(need);
  const options = (need.actions ?? []).map(({ label }) =>
    make("button", { type: "button", class: "small", textContent: label }),
  );
  const field = make("input", {
    type: "text",
    maxLength: LONGEST,
    autocomplete: "off",
    placeholder: options.length ? "Another answer" : "Your answer",
    "aria-label": `Answer to: ${text}`,
    "data-own": "",
  });
  const send = make("button", { type: "submit", class: "small", textContent: "Answer" });
  const trouble = make("p", { class: "note trouble", role: "alert", hidden: true });
  const form = make(
    "form",
    { class: "answers", "data-key": `answer-${need.id}`, "data-memo": need.id },
    ...options,
    make("span", { class: "own" }, field, send),
    trouble,
  );
  const all = [...options, send];
  const answer = async (/** @type {string} */ words) => {
    if (!words || !name) return;
    for (const button of all) button.disabled = true;
    try {
      await session.call("question_answer", { question: name, answer: words });
      toast(`Answered ${need.who || "it"}: ${words}`);
      done();
    } catch (problem) {
      trouble.textContent = /** @type {Error} */ (problem).message;
      trouble.hidden = false;
      for (const button of all) button.disabled = false;
    }
  };
  for (const [index, button] of options.entries())
    button.addEventListener("click", () => answer(need.actions?.[index]?.kwargs.answer ?? ""));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(field.value.trim());
  });
  return form;
}
