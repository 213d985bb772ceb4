// Sends images one request each and shows what becomes of every file. Without it the form sends them together.
const form = document.getElementById("add-images");
const words = form.dataset;
const most = Number(words.most);
const picker = form.querySelector("input[type=file]");
const drop = form.querySelector("[data-drop]");
const list = form.querySelector("[data-uploads]");
const note = form.querySelector("[data-note]");
const summary = form.querySelector("[data-summary]");
const clear = form.querySelector("[data-clear]");
const template = document.getElementById("upload");
const AT_ONCE = 2;
// Characters that are not seen but turn or hide what is.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const TONES = { accepted: "good", duplicate: "warn", refused: "bad" };

const waiting = [];
let running = 0;
let outcomes = [];

form.closest("section").classList.add("is-scripted");
form.querySelector("[data-plain]").hidden = true;
form.querySelector("[data-drop-hint]").hidden = false;
picker.required = false;

const sizeOf = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`);
const isFull = () => list.children.length >= most;

const shown = (name) =>
  name.replace(HIDDEN, (sign) => `[U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);

function say(text) {
  note.textContent = text;
  note.hidden = !text;
}

function rowOf(file) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.querySelector("[data-name]").textContent = shown(file.name);
  row.querySelector("[data-size]").textContent = sizeOf(file.size);
  row.querySelector("progress").setAttribute("aria-label", shown(file.name));
  row.querySelector("[data-state]").textContent = words.waiting;
  list.append(row);
  return row;
}

function settle(row, told) {
  outcomes.push(told.outcome);
  row.classList.add(`upload-${told.outcome}`);
  if (told.warned) row.classList.add("upload-warned");
  row.querySelector("progress").hidden = true;
  const state = row.querySelector("[data-state]");
  state.textContent = told.said;
  state.className = `as-tag as-tag-${TONES[told.outcome]}`;
  for (const line of told.lines) {
    const item = document.createElement("li");
    item.textContent = line;
    row.querySelector("[data-lines]").append(item);
  }
  if (!told.page) return;
  const picture = row.querySelector("img");
  picture.src = told.thumbnail;
  picture.hidden = false;
  const link = row.querySelector("[data-page]");
  link.href = told.page;
  link.textContent = told.id;
  link.hidden = false;
}

function refuse(row, line) {
  settle(row, { outcome: "refused", said: words.refused, lines: [line] });
}

function send(file, row) {
  const body = new FormData(form);
  body.delete("files");
  body.append("files", file);
  const request = new XMLHttpRequest();
  const progress = row.querySelector("progress");
  const state = row.querySelector("[data-state]");
  state.textContent = words.sending;
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total;
  });
  request.upload.addEventListener("load", () => {
    progress.value = 100;
    state.textContent = words.checking;
  });
  request.addEventListener("loadend", () => {
    let answer = null;
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      answer = null; // no answer at all, or a page
    }
    if (request.status === 200 && answer?.images) settle(row, answer.images[0]);
    else refuse(row, answer?.error?.message || words.failed);
    running -= 1;
    next();
  });
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.send(body);
}

function next() {
  while (running < AT_ONCE && waiting.length) {
    const [file, row] = waiting.shift();
    running += 1;
    send(file, row);
  }
  const isIdle = running === 0 && outcomes.length > 0;
  clear.hidden = !isIdle;
  form.dataset.state = isIdle ? "done" : running ? "busy" : "ready";
  if (!outcomes.length) {
    summary.textContent = "";
    return;
  }
  const sums = ["accepted", "duplicate", "refused"].map((one) => [one, outcomes.filter((it) => it === one).length]);
  summary.textContent = sums.reduce((text, [one, sum]) => text.replace(`{${one}}`, sum), words.sum);
}

function take(files) {
  const room = most - list.children.length;
  const taken = [...files].slice(0, room);
  say(files.length > room ? words.leftOut.replace("{n}", files.length - room) : "");
  for (const file of taken) {
    const row = rowOf(file);
    if (file.size > Number(words.mostBytes)) refuse(row, words.tooLarge);
    else waiting.push([file, row]);
  }
  shut();
  next();
}

function shut() {
  picker.disabled = isFull();
  drop.classList.toggle("drop-shut", isFull());
}

picker.addEventListener("change", () => {
  take(picker.files);
  picker.value = "";
});
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.toggle("drop-over", !isFull());
});
drop.addEventListener("dragleave", () => drop.classList.remove("drop-over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("drop-over");
  take(event.dataTransfer.files);
});
form.addEventListener("submit", (event) => event.preventDefault());
clear.addEventListener("click", () => {
  list.replaceChildren();
  outcomes = [];
  say("");
  shut();
  next();
  picker.focus();
});
window.addEventListener("beforeunload", (event) => {
  if (running || waiting.length) event.preventDefault();
});
