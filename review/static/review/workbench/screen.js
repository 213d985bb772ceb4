// What is on the screen, drawn from the state of the desk.
import { all, find, make, notice, root, say, word } from "./page.js";
import * as beside from "./beside.js";
import * as legend from "./legend.js";
import { clock, focus, isTiled, left, right, sender, state, store, supply, tiles } from "./desk.js";

const WITH_SOUND = ["video", "audio"];

export function draw() {
  drawInHand();
  if (!store.current) drawEmpty();
  else if (isTiled()) tiles.draw(supply.view);
  else focus.draw();
  drawCurrent();
}

function drawEmpty() {
  left.replaceChildren(make("p", { className: "wb-empty", tabIndex: -1 }, word(supply.isEmpty ? "empty" : "loading")));
}

export function drawInHand() {
  const count = store.cards.length;
  find("[data-in-hand]").textContent = count ? word("in_hand", { count }) : "";
  root.toggleAttribute("data-empty", !count);
}

export function drawCurrent() {
  const card = store.current;
  if (isTiled()) tiles.drawCurrent();
  choose("");
  drawAgree(card);
  clock.tick();
  for (const button of all(".wb-bar [data-action]")) {
    if (button.dataset.action !== "undo") button.disabled = !card;
  }
  const zoom = find('[data-action="zoom"]');
  zoom.disabled = !card;
  if (!isTiled()) zoom.setAttribute("aria-pressed", "false");
  find('[data-action="mute"]').hidden = !WITH_SOUND.includes(supply.tab) && supply.view !== "case";
  find('[data-action="agree"]').disabled = !card || (!isTiled() && !card.agree);
  // First the content, then what stands beside it.
  requestAnimationFrame(() => beside.show(right, store.current, store.ahead(3)));
}

export function drawLegend() {
  const card = store.current;
  if (state.choosing && state.choosing !== "category") return legend.drawReasons(state.choosing);
  const marked = isTiled() ? store.marks.get(card?.id)?.category : "";
  const machine = supply.view === "grid" ? [] : (card?.machine ?? []);
  legend.draw(legend.codesFor(card, supply.view, supply.tab), machine, marked ?? "");
}

function drawAgree(card) {
  const { outcome, name } = card?.agree ?? {};
  const words = { pass: word("agree_pass"), block: word("agree_block", { category: name }) };
  find("[data-agree]").textContent = isTiled() ? word("submit") : (words[outcome] ?? word("agree_none"));
}

// What digits do: nothing, choose a category, or choose one of its reasons.
export function choose(what) {
  state.choosing = what;
  legend.open(Boolean(what), isTiled());
  drawLegend();
}

export function drawConnection() {
  const count = sender.waiting.length;
  const words = { offline: word("offline", { count }), signed_out: word("signed_out", { count }) };
  const was = find('[data-notice="connection"]');
  notice("connection", words[sender.state] ?? "", "bad");
  root.dataset.connection = sender.state;
  root.dataset.unsent = count;
  if (was && sender.state === "online") say(word("resent"));
}

export function drawView() {
  root.dataset.view = supply.view;
  // There are four sizes of tiles: the smallest of them of which enough have room.
  root.dataset.tiles = [12, 24, 48].find((count) => supply.tiles <= count) ?? 100;
  for (const button of all("[data-to]")) button.setAttribute("aria-pressed", String(button.dataset.to === supply.view));
  for (const link of all(".wb-top a[data-tab]")) {
    if (link.dataset.tab === supply.tab) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  notice("case");
}

export function drawCase() {
  const { about, aboutCase } = supply;
  if (!about || !aboutCase) return notice("case");
  const named = about.author ? word("case_author", { name: about.author }) : word("case_data", { name: about.data });
  notice("case", `${named}: ${word("case_figures", aboutCase)}`, "quiet");
}

export function refocus() {
  const content = isTiled() ? find("[data-current]", left) : left.firstElementChild;
  content?.focus({ preventScroll: true });
}

// Items came or went. What is looked at is drawn anew only if it is another.
export function drawCards() {
  if (state.gone) return drawInHand();
  const isGrid = supply.view === "grid";
  const isDone = isGrid && !store.visible.length && store.cards.length;
  if (isDone || isGrid !== Boolean(store.page)) return store.turn(isGrid ? supply.tiles : Infinity);
  const same = !isTiled() && store.current && left.firstElementChild?.dataset.item === String(store.currentId);
  return same ? drawInHand() : draw();
}
