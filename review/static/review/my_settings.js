// My settings: a key is changed by pressing it, and blur is shown as it would be.
import { keyNames } from "./key_names.js";

const form = document.getElementById("my-settings");
const said = document.getElementById("key-said");
const allowed = new Set(form.dataset.allowed.split(" "));
const words = {};
const rows = new Map();

for (const row of form.querySelectorAll("tr[data-action]")) {
  const shown = row.querySelector("kbd");
  rows.set(row.dataset.action, {
    name: row.querySelector("th").textContent.trim(),
    field: row.querySelector("input[type=hidden]"),
    button: row.querySelector("[data-capture]"),
    shown,
  });
  if (/^(Space|Enter)$/.test(shown.dataset.code)) words[shown.dataset.code] = shown.textContent;
}

const nameOf = await keyNames(words);
let listening = null;

function say(template, values = {}) {
  said.textContent = template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function write(action, code) {
  const row = rows.get(action);
  row.field.value = code;
  row.shown.dataset.code = code;
  row.shown.textContent = nameOf(code);
}

function listen(action) {
  stop();
  listening = action;
  const { button, shown } = rows.get(action);
  button.dataset.listening = "";
  shown.textContent = "…";
  say(form.dataset.press);
}

function stop() {
  if (!listening) return;
  const { button, field } = rows.get(listening);
  delete button.dataset.listening;
  write(listening, field.value);
  listening = null;
}

const may = (action, code) => allowed.has(code) && (code !== "Slash" || action === "help");

function take(action, code) {
  const before = rows.get(action).field.value;
  const other = [...rows.keys()].find((one) => one !== action && rows.get(one).field.value === code);
  const values = { action: rows.get(action).name, key: nameOf(code) };
  if (!other) {
    write(action, code);
    return say(form.dataset.set, values);
  }
  values.other = rows.get(other).name;
  values.otherkey = nameOf(before);
  if (!may(other, before)) return say(form.dataset.taken, values);
  write(action, code);
  write(other, before);
  say(form.dataset.swapped, values);
}

function capture(event) {
  if (!listening) return;
  if (/^(Control|Alt|Shift|Meta|OS)(Left|Right)$/.test(event.code)) return;
  // Tab is not kept from moving on: nobody is to be caught in here.
  if (event.code === "Tab") {
    stop();
    return say(form.dataset.kept);
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.repeat) return;
  const action = listening;
  if (event.code === "Escape") {
    stop();
    return say(form.dataset.kept);
  }
  const isAlone = !event.ctrlKey && !event.altKey && !event.metaKey && (!event.shiftKey || event.code === "Slash");
  if (!isAlone) return say(form.dataset.alone);
  if (/^(Digit|Numpad)\d$/.test(event.code)) return say(form.dataset.digit);
  if (!may(action, event.code)) return say(form.dataset.reserved, { key: nameOf(event.code) || event.key });
  stop();
  take(action, event.code);
}

// A button acts on letting Space go: the key that was just taken must not open it again.
let justTaken = "";
function swallow(event) {
  if (justTaken === event.code) event.preventDefault();
  justTaken = "";
}

window.addEventListener(
  "keydown",
  (event) => {
    if (listening) justTaken = event.code;
    capture(event);
  },
  true,
);
window.addEventListener("keyup", swallow, true);

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-capture]");
  if (button) return listen(button.dataset.capture);
  if (listening) stop();
});
form.addEventListener("focusout", (event) => {
  if (event.target.dataset.capture === listening && listening) stop();
});

for (const [action, row] of rows) write(action, row.field.value);

const blur = document.getElementById("id_blur");
const grey = document.getElementById("id_greyscale");
const sample = document.getElementById("blur-sample");
function preview() {
  const pixels = Math.round((Number(form.dataset.strongestBlur) * Number(blur.value)) / 100);
  const filters = [pixels ? `blur(${pixels}px)` : "", grey.checked ? "grayscale(1)" : ""];
  sample.style.setProperty("filter", filters.join(" ").trim() || "none");
  document.getElementById("blur-said").textContent = `${blur.value} %`;
}
blur.addEventListener("input", preview);
grey.addEventListener("change", preview);
preview();
form.dataset.ready = "";
