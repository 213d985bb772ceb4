// What stands on the right of an item: fetched ahead, one after the other, so as not to be in the way of decisions.
import { get } from "./net.js";
import { find, piece } from "./page.js";
import { node } from "./nodes.js";

const KEPT = 200;
const held = new Map();
let wanted = [];
let isLoading = false;
let shown = null;

export function forget(id) {
  held.delete(id);
}

export function show(place, card, ahead = []) {
  shown = card;
  const side = card && node(card, "side");
  place.replaceChildren(...(side ? [side] : []));
  if (!side) return;
  place.scrollTop = 0;
  if (held.has(card.id)) fill(card);
  wanted = [card, ...ahead];
  load();
}

async function load() {
  if (isLoading) return;
  isLoading = true;
  for (let card; (card = wanted.find((one) => !held.has(one.id))); ) {
    try {
      const answer = await get("context", { item: card.id });
      held.set(card.id, answer);
      card.similar = answer.similar;
    } catch {
      held.set(card.id, null);
      setTimeout(forget, 3000, card.id);
    }
    if (card === shown) fill(card);
    if (held.size > KEPT) held.delete(held.keys().next().value);
  }
  isLoading = false;
}

function fill(card) {
  const answer = held.get(card.id);
  if (answer) find("[data-context]", node(card, "side")).replaceChildren(piece(`<div>${answer.html}</div>`));
}
