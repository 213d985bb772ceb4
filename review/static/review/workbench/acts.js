// What each key and button does, in each state of the desk.
import { all, find, remember, root, say, word } from "./page.js";
import * as ask from "./ask.js";
import * as beside from "./beside.js";
import * as legend from "./legend.js";
import { alike, focus, help, isTiled, left, right, shield, state, store, supply, tiles, verbs } from "./desk.js";
import { choose, drawView, refocus } from "./screen.js";
import { goOn } from "./gone.js";
import * as recordings from "./recordings.js";

const VIEWS = ["grid", "focus", "case"];
const WAYS = new Set(["left", "right", "up", "down"]);
const PLAYING = new Set(["play", "frame_back", "frame_on", "moment_previous", "moment_next", "slower", "faster"]);
const SKIPS = ["skip_unsure", "skip_language", "skip_broken", "skip_rather_not"];

function block(code, reason = "") {
  const card = store.current;
  choose("");
  if (isTiled()) store.mark(card.id, code, reason);
  else verbs.decide(card, { outcome: "block", category: code, reason });
}

// Says whether the digit meant anything.
function pick(digit, withReason) {
  const button = (state.choosing || isTiled()) && legend.at(digit);
  if (!button) return false;
  const { code, reason } = button.dataset;
  if (reason !== undefined) block(state.choosing, reason);
  else if (withReason && legend.category(code).reasons.length) choose(code);
  else block(code);
  return true;
}

function askFor(question, offers, done) {
  const card = store.current;
  ask.ask(word(question), offers, (text) => {
    done(card, text);
    refocus();
  });
}

function note(card, text) {
  verbs.note(card, text).then(() => {
    beside.forget(card.id);
    if (card === store.current) beside.show(right, card);
  });
}

function caseOf(card) {
  if (card?.author) return { author: card.author };
  return card?.data ? { data: card.data } : null;
}

export function view(to) {
  if (to === supply.view) return;
  const about = to === "case" ? caseOf(store.current) : null;
  if (to === "case" && !about) {
    say(word("case_none"));
    return;
  }
  supply.about = about;
  supply.view = to;
  if (to !== "case") remember("view", to);
  drawView();
  supply.start();
}

function cycleView() {
  const next = VIEWS[(VIEWS.indexOf(supply.view) + 1) % VIEWS.length];
  view(next === "case" && !caseOf(store.current) ? "grid" : next);
}

function tab(to) {
  supply.tab = to;
  supply.about = null;
  if (supply.view === "case") supply.view = "focus";
  history.replaceState(null, "", `?tab=${to}`);
  drawView();
  supply.start();
}

function stepTab(step) {
  const names = all(".wb-top a[data-tab]").map((link) => link.dataset.tab);
  tab(names[(names.indexOf(supply.tab) + step + names.length) % names.length]);
}

// The recording that keys play: the current one, large or in its case; a tile is too small to watch.
function shown() {
  return left.querySelector(".wb-loupe") ?? left.querySelector("[data-current]") ?? left.firstElementChild;
}

function cancel() {
  if (help.open) help.close();
  else if (alike.isOpen) alike.close();
  else if (ask.isOpen()) ask.close();
  else if (state.choosing) choose(state.choosing === "category" || isTiled() ? "" : "category");
  else if (left.hasAttribute("data-loupe")) zoom();
  else if (document.activeElement?.matches("input, select, textarea")) document.activeElement.blur();
  else return false;
  refocus();
  return true;
}

function zoom() {
  const isLarge = isTiled() ? tiles.zoom() : focus.zoom();
  find('[data-action="zoom"]').setAttribute("aria-pressed", String(isLarge));
}

function agree() {
  if (isTiled()) return verbs.submit();
  const { outcome, category = "", label = "" } = store.current.agree ?? {};
  return outcome && verbs.decide(store.current, { outcome, category, label });
}

// Those that need an item before the reviewer.
const ON_ITEM = {
  pass: () => (isTiled() ? store.mark(store.currentId) : verbs.decide(store.current, { outcome: "pass" })),
  block: () => choose(state.choosing ? "" : "category"),
  agree,
  skip: () =>
    askFor("skip_reason", SKIPS.map((name) => word(name)), (card, text) => verbs.leave("skip", card, text, word("skipped"))),
  escalate: () =>
    askFor("escalate_note", [], (card, text) => verbs.leave("escalate", card, text, word("escalated"))),
  note: () => askFor("note_text", [], note),
  next: () => (isTiled() ? tiles.go("down") : store.move(1)),
  previous: () => (isTiled() ? tiles.go("up") : store.move(-1)),
  zoom,
  peek: () => shield.peek(true),
  category: ({ code }) => block(code),
  reason: ({ reason }) => block(state.choosing, reason),
};

const ANYWHERE = {
  undo: () => verbs.takeBack(),
  blur: () => shield.toggle("blurs"),
  greyscale: () => shield.toggle("greys"),
  mute: () => shield.toggle("mutes"),
  mode: cycleView,
  view: ({ to }) => view(to),
  tab: (data) => tab(data.tab),
  tab_next: () => stepTab(1),
  tab_previous: () => stepTab(-1),
  similar: () => alike.open(),
  help: () => help.showModal(),
};

function isIdle(action) {
  if (action === "similar") return !alike.isOffered;
  if (action === "mute") return find('[data-action="mute"]').hidden;
  return action === "agree" && !isTiled() && !store.current?.agree;
}

// `about`: the data of the button, or the digit of the key. Says whether anything was done.
export function perform(action, about = {}) {
  if (action === "unpeek") return shield.peek(false), true;
  if (action === "cancel") return cancel();
  if (help.open) return action === "help" && cancel();
  if (alike.isOpen) return (action === "agree" || action === "alike") && (alike.decide(), true);
  if (ask.isOpen()) return false;
  if (state.gone && !["undo", "help"].includes(action)) {
    return (action === "next" || action === "previous") && (goOn(), true);
  }
  if (WAYS.has(action)) {
    if (!store.current) return false;
    if (isTiled()) return tiles.go(action), true;
    return recordings.perform(shown(), action) || (focus.zoomed > 0 && focus.pan(action));
  }
  if (PLAYING.has(action)) return recordings.perform(shown(), action);
  if (action === "digit" || action === "digit_reason") {
    return Boolean(store.current) && pick(about.digit, action === "digit_reason");
  }
  const act = ANYWHERE[action] ?? (store.current && ON_ITEM[action]);
  if (!act || isIdle(action)) return false;
  act(about);
  return true;
}

recordings.lead(right, shown);

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) {
    event.preventDefault();
    perform(button.dataset.action, button.dataset);
    if (!ask.isOpen() && !help.open && !alike.isOpen) refocus();
    return;
  }
  const tile = isTiled() && event.target.closest(".wb-left [data-item]");
  if (tile) store.look(Number(tile.dataset.item));
});
