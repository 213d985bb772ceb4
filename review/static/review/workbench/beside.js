// What stands on the right of an item: fetched ahead, so that it is there when the item is.
import { get } from "./net.js";
import { find, piece } from "./page.js";
import { node } from "./nodes.js";

const asked = new Map();

function load(card) {
  if (!asked.has(card.id)) {
    asked.set(
      card.id,
      get("context", { item: card.id }).then(
        (answer) => {
          card.similar = answer.similar;
          return answer;
        },
        () => asked.delete(card.id) && null,
      ),
    );
    if (asked.size > 200) asked.delete(asked.keys().next().value);
  }
  return asked.get(card.id);
}

export const forget = (id) => asked.delete(id);

export async function show(place, card) {
  const side = card && node(card, "side");
  place.replaceChildren(...(side ? [side] : []));
  if (!side) return;
  const answer = await load(card);
  if (answer) find("[data-context]", side).replaceChildren(piece(`<div>${answer.html}</div>`));
}

// One after the other: it must not be in the way of decisions.
export async function prefetch(cards) {
  for (const card of cards) await load(card);
}
