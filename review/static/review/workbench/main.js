// The reviewer's desk: what each key and button does in each state, and what is on the screen.
import { all, find, make, notice, remember, remembered, root, say, settings, word } from "./page.js";
import * as ask from "./ask.js";
import * as beside from "./beside.js";
import * as keys from "./keys.js";
import * as legend from "./legend.js";
import { Alike } from "./alike.js";
import { Clock } from "./clock.js";
import { Focus, goneText } from "./focus.js";
import { Sender } from "./sender.js";
import { Shield } from "./shield.js";
import { Store } from "./store.js";
import { Supply, showInHand } from "./supply.js";
import { Tiles } from "./tiles.js";
import { Undo } from "./undo.js";
import { Verbs } from "./verbs.js";

const VIEWS = ["grid", "focus", "case"];
const AFTER_GONE = 2500;

const store = new Store();
const sender = new Sender();
const shield = new Shield(store, keys.keyName);
const clock = new Clock(inSight);
const supply = new Supply(store, sender, clock);
const undo = new Undo(sender);
const alike = new Alike(shield, { decided: (shares, items) => verbs.decideAlike(shares, items) });
const verbs = new Verbs({ store, sender, supply, undo, clock, alike });
const left = find("[data-left]");
const focus = new Focus(store, shield, left);
const tiles = new Tiles(store, shield, left);
const help = find("[data-help]");

let choosing = ""; // "", "category", or the category whose reason is chosen
let gone = null; // the item that a colleague decided while it was looked at

const isTiled = () => supply.view !== "focus";
const machineOf = (card) => (supply.view === "grid" ? [] : (card?.machine ?? []));

function inSight() {
  if (root.hasAttribute("data-empty")) return [];
  const seen = isTiled() ? store.visible : [store.current];
  return new Set(seen.filter((card) => card && !shield.hides(card)).flatMap((card) => card.groups));
}

// ---- what is on the screen

function draw() {
  showInHand(store);
  const card = store.current;
  if (!card) drawEmpty();
  else if (isTiled()) tiles.draw(supply.view);
  else focus.draw();
  drawCurrent();
}

function drawEmpty() {
  left.replaceChildren(make("p", { className: "wb-empty", tabIndex: -1 }, word(supply.isEmpty ? "empty" : "loading")));
}

function drawCurrent() {
  const card = store.current;
  if (isTiled()) tiles.drawCurrent();
  choose("");
  drawAgree(card);
  clock.tick();
  for (const button of all('.wb-bar [data-action], [data-action="zoom"]')) {
    if (button.dataset.action !== "undo") button.disabled = !card;
  }
  find('[data-action="agree"]').disabled = !card || (!isTiled() && !card.agree);
  // First the picture, then what stands beside it.
  requestAnimationFrame(() => {
    beside.show(find("[data-right]"), store.current).then(() => beside.prefetch(store.ahead(3)));
  });
}

function drawLegend() {
  const card = store.current;
  if (choosing && choosing !== "category") return legend.drawReasons(choosing);
  const marked = isTiled() ? store.marks.get(card?.id)?.category : "";
  legend.draw(legend.codesFor(card, supply.view, supply.tab), machineOf(card), marked ?? "");
}

function drawAgree(card) {
  const { outcome, name } = card?.agree ?? {};
  const words = { pass: word("agree_pass"), block: word("agree_block", { category: name }) };
  find("[data-agree]").textContent = isTiled() ? word("submit") : (words[outcome] ?? word("agree_none"));
}

function choose(state) {
  choosing = state;
  legend.open(Boolean(state) || isTiled());
  drawLegend();
}

function drawConnection() {
  const count = sender.waiting.length;
  const words = { offline: word("offline", { count }), signed_out: word("signed_out", { count }) };
  const was = find('[data-notice="connection"]');
  notice("connection", words[sender.state] ?? "", "bad");
  root.dataset.connection = sender.state;
  if (was && sender.state === "online") say(word("resent"));
}

// ---- what keys and buttons do

function block(code, reason = "") {
  const card = store.current;
  choose("");
  if (isTiled()) {
    store.mark(card.id, code, reason);
    return true;
  }
  verbs.decide(card, { outcome: "block", category: code, reason });
  return true;
}

function pickDigit(digit, withReason) {
  if (!digit || (!choosing && !isTiled())) return false;
  const button = legend.at(digit);
  if (!button) return false;
  const { code, reason } = button.dataset;
  if (reason !== undefined) return block(choosing, reason);
  if (withReason && legend.category(code).reasons.length) {
    choose(code);
    return true;
  }
  return block(code);
}

function askFor(question, offers, done) {
  const card = store.current;
  ask.ask(word(question), offers, (text) => {
    done(card, text);
    refocus();
  });
  return true;
}

function view(to) {
  if (to === supply.view) return true;
  const card = store.current;
  if (to === "case" && card && !card.author && !card.data) {
    say(word("case_none"));
    if (supply.view === "focus") return view("grid");
    return true;
  }
  supply.about = to !== "case" ? null : card?.author ? { author: card.author } : card?.data ? { data: card.data } : null;
  if (to === "case" && !supply.about) return view("grid");
  supply.view = to;
  if (to !== "case") remember("view", to);
  showView();
  supply.start();
  return true;
}

function showView() {
  root.dataset.view = supply.view;
  for (const button of all("[data-to]")) button.setAttribute("aria-pressed", String(button.dataset.to === supply.view));
  notice("case");
}

function tab(to) {
  supply.tab = to;
  supply.about = null;
  if (supply.view === "case") supply.view = "focus";
  for (const link of all("a[data-tab]")) {
    if (link.dataset.tab === to) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  history.replaceState(null, "", `?tab=${to}`);
  showView();
  supply.start();
  return true;
}

function stepTab(step) {
  const names = all(".wb-top a[data-tab]").map((link) => link.dataset.tab);
  return tab(names[(names.indexOf(supply.tab) + step + names.length) % names.length]);
}

function move(direction) {
  if (isTiled()) return tiles.go(direction), true;
  return focus.zoomed ? focus.pan(direction) : false;
}

function cancel() {
  if (help.open) help.close();
  else if (alike.isOpen) alike.close();
  else if (ask.isOpen()) ask.close();
  else if (choosing) choose(choosing === "category" || isTiled() ? "" : "category");
  else if (left.hasAttribute("data-loupe")) tiles.zoom();
  else if (document.activeElement?.matches("input, select, textarea")) document.activeElement.blur();
  else return false;
  refocus();
  return true;
}

const REASONS = ["skip_language", "skip_unsure", "skip_broken", "skip_rather_not"];

// Those that need an item before the reviewer.
const ON_ITEM = {
  pass: () => (isTiled() ? store.mark(store.currentId) : verbs.decide(store.current, { outcome: "pass" })),
  block: () => choose(choosing ? "" : "category"),
  agree: () => {
    if (isTiled()) return verbs.submit();
    const { outcome, category = "", label = "" } = store.current.agree ?? {};
    if (outcome) verbs.decide(store.current, { outcome, category, label });
  },
  skip: () =>
    askFor("skip_reason", REASONS.map((name) => word(name)), (card, text) => verbs.leave("skip", card, text, word("skipped"))),
  escalate: () =>
    askFor("escalate_note", [], (card, text) => verbs.leave("escalate", card, text, word("escalated"))),
  note: () =>
    askFor("note_text", [], (card, text) =>
      verbs.note(card, text).then(() => {
        beside.forget(card.id);
        if (card === store.current) beside.show(find("[data-right]"), card);
      }),
    ),
  next: () => (isTiled() ? tiles.go("down") : store.move(1)),
  previous: () => (isTiled() ? tiles.go("up") : store.move(-1)),
  zoom: () => find('[data-action="zoom"]').setAttribute("aria-pressed", String(isTiled() ? tiles.zoom() : focus.zoom())),
  peek: () => shield.peek(true),
  category: (_digit, { code }) => block(code),
  reason: (_digit, { reason }) => block(choosing, reason),
};

const ANYWHERE = {
  undo: () => verbs.takeBack(),
  blur: () => shield.toggle("blurs"),
  greyscale: () => shield.toggle("greys"),
  mute: () => shield.toggle("mutes"),
  mode: () => view(VIEWS[(VIEWS.indexOf(supply.view) + 1) % VIEWS.length]),
  view: (_digit, { to }) => view(to),
  tab: (_digit, data) => tab(data.tab),
  tab_next: () => stepTab(1),
  tab_previous: () => stepTab(-1),
  similar: () => alike.open(),
  help: () => help.showModal(),
};

function perform(action, digit = "", data = {}) {
  if (action === "unpeek") return shield.peek(false), true;
  if (action === "cancel") return cancel();
  if (help.open) return action === "help" && cancel();
  if (alike.isOpen) return (action === "agree" || action === "alike") && (alike.decide(), true);
  if (ask.isOpen()) return false;
  if (gone && action !== "undo" && action !== "help") {
    if (!["next", "previous"].includes(action)) return false;
    return goOn(), true;
  }
  if (["left", "right", "up", "down"].includes(action)) return move(action);
  if (action === "digit" || action === "digit_reason") return Boolean(store.current) && pickDigit(digit, action !== "digit");
  if (action === "similar" && !alike.isOffered) return false;
  const act = ANYWHERE[action] ?? (store.current && ON_ITEM[action]);
  if (!act) return false;
  act(digit, data);
  return true;
}

function refocus() {
  const content = isTiled() ? find("[data-current]", left) : left.firstElementChild;
  content?.focus({ preventScroll: true });
}

// ---- what happens by itself

function onGone({ detail }) {
  const looked = !isTiled() && !gone && detail.find(({ item }) => item === store.currentId);
  const others = detail.filter((one) => one !== looked);
  if (looked) {
    gone = { item: looked.item, timer: setTimeout(goOn, AFTER_GONE) };
    root.toggleAttribute("data-gone", true);
    focus.veil(`${goneText(looked)} ${word("gone_wait", { key: keys.keyName("next") })}`);
    say(goneText(looked), "bad");
  }
  const last = others.at(-1);
  if (last && !looked) say(goneText(last), "bad");
  store.remove(others.map(({ item }) => item));
}

function goOn() {
  if (!gone) return;
  clearTimeout(gone.timer);
  const { item } = gone;
  gone = null;
  root.toggleAttribute("data-gone", false);
  store.remove([item]);
  supply.refillIfLow();
}

function onCards() {
  if (gone && store.currentId !== gone.item) goOn();
  if (gone) return showInHand(store);
  const size = supply.view === "grid" ? supply.tiles : Infinity;
  const isDone = supply.view === "grid" && !store.visible.length && store.cards.length;
  if (isDone || (supply.view === "grid") !== Boolean(store.page)) return store.turn(size);
  if (!isTiled() && store.current && left.firstElementChild?.dataset.item === String(store.currentId)) {
    return showInHand(store);
  }
  return draw();
}

store.addEventListener("cards", onCards);
store.addEventListener("current", () => (isTiled() ? drawCurrent() : draw()));
store.addEventListener("marks", () => {
  if (!isTiled()) return;
  tiles.drawMarks();
  drawLegend();
});
supply.addEventListener("gone", onGone);
supply.addEventListener("supplied", () => {
  if (!store.cards.length) draw();
  const { about, aboutCase } = supply;
  if (!about || !aboutCase) return notice("case");
  const named = about.author ? word("case_author", { name: about.author }) : word("case_data", { name: about.data });
  notice("case", `${named}: ${word("case_figures", aboutCase)}`, "quiet");
});
sender.addEventListener("state", drawConnection);
sender.addEventListener("change", drawConnection);

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) {
    event.preventDefault();
    perform(button.dataset.action, "", button.dataset);
    if (!ask.isOpen() && !document.querySelector("dialog[open]")) refocus();
    return;
  }
  const tile = isTiled() && event.target.closest(".wb-left [data-item]");
  if (tile) store.look(Number(tile.dataset.item));
});
help.addEventListener("cancel", (event) => event.preventDefault());
const size = find("[data-tiles]");
size.addEventListener("change", () => {
  supply.tiles = Number(size.value);
  remember("tiles", supply.tiles);
  size.blur();
  if (supply.view === "grid") supply.start();
});

for (const part of all("[data-with-script]")) part.hidden = false;
supply.tiles = remembered("tiles", 24);
size.value = String(supply.tiles);
supply.view = settings.view || remembered("view", "focus");
if (settings.author || settings.data) {
  supply.view = "case";
  supply.about = settings.author ? { author: settings.author } : { data: settings.data };
}
keys.label();
keys.listen(perform);
showView();
draw();
sender.adopt();
supply.start();
