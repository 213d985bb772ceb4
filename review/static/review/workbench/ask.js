// A line to write in: why an item is skipped, what the next person should know, a note.
import { all, find, make } from "./page.js";

const form = find("[data-ask]");
const field = find("[data-ask-text]", form);
const offers = find("[data-ask-offers]", form);
let answer = null;

export const isOpen = () => !form.hidden;

export function ask(question, given, done) {
  find("[data-ask-question]", form).textContent = question;
  offers.replaceChildren(
    ...given.map((text) => make("button", { type: "button", className: "as-button as-button-small", data: { text } }, text)),
  );
  field.value = "";
  answer = done;
  form.hidden = false;
  field.focus();
}

export function close() {
  form.hidden = true;
  answer = null;
}

function give(text) {
  const said = text.trim();
  if (!said) return field.focus();
  const done = answer;
  close();
  done?.(said);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  give(field.value);
});

offers.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-text]");
  if (chosen) give(chosen.dataset.text);
});

// The first offers can be chosen from the field: down, and back up.
form.addEventListener("keydown", (event) => {
  const stops = [field, ...all("button", offers)];
  const at = stops.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
  if (at < 0 || !step) return;
  event.preventDefault();
  stops[Math.min(Math.max(at + step, 0), stops.length - 1)].focus();
});
