// From a key to what it does, by its place on the keyboard, whatever layout is set and wherever the focus is.
import { all, root, settings, word } from "./page.js";

const MARKS = {
  Slash: "?", Minus: "-", Equal: "=", BracketLeft: "[", BracketRight: "]", Backslash: "\\", IntlBackslash: "<",
  Semicolon: ";", Quote: "'", Backquote: "`", Comma: ",", Period: ".",
}; // prettier-ignore
const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const REPEATS = new Set(["next", "previous", "left", "right", "up", "down", "frame_back", "frame_on"]);
const FIELD = "input:not([type=range]), textarea, select, [contenteditable]";

export const codes = settings.keys;
const actionsByCode = new Map(Object.entries(codes).map(([action, code]) => [code, action]));
let layout = null;

export function keyName(action) {
  const code = codes[action] ?? "";
  if (code === "Space" || code === "Enter") return word(code.toLowerCase());
  if (code === "Slash") return "?";
  const local = layout?.get(code);
  if (local) return local.toUpperCase();
  return code.startsWith("Key") ? code.slice(3) : (MARKS[code] ?? code);
}

// Writes on the buttons what stands on the person's own keyboard, where the browser tells.
export async function label(within = root) {
  const write = () => all("[data-key]", within).forEach((key) => (key.textContent = keyName(key.dataset.key)));
  write();
  try {
    layout ??= await navigator.keyboard?.getLayoutMap();
    write();
  } catch {
    // The American names stay.
  }
}

export function digitOf(event) {
  return /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1] ?? "";
}

function actionOf(event) {
  if (event.code === "Escape") return "cancel";
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return "help";
  const digit = digitOf(event);
  if (digit) return event.shiftKey ? "digit_reason" : "digit";
  if (event.shiftKey || event.code === "Slash") return "";
  if (ARROWS[event.code]) return ARROWS[event.code];
  return actionsByCode.get(event.code === "NumpadEnter" ? "Enter" : event.code) ?? "";
}

// `perform(action, {digit})` says whether it did something; what nobody wants is left to the browser.
export function listen(perform) {
  addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const action = actionOf(event);
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.closest(FIELD) && action !== "cancel") return;
      // A button that was reached by Tab is pressed by its own keys.
      const isPressed = event.code === "Enter" || event.code === "Space";
      if (isPressed && target.closest("button, a, summary, video, audio")) return;
      if (!action || (target.matches("[type=range]") && ARROWS[event.code])) return;
      const isHeld = action === "peek" && event.repeat;
      const handled = isHeld || ((!event.repeat || REPEATS.has(action)) && perform(action, { digit: digitOf(event) }));
      if (!handled && !event.repeat) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
  addEventListener(
    "keyup",
    (event) => {
      if (event.code === codes.peek) perform("unpeek");
    },
    { capture: true },
  );
}
