// The pieces of page of each item, made once, and ready before they are looked at.
import { all, piece } from "./page.js";

const made = new WeakMap();
const RECORDINGS = 2;

export function node(card, name) {
  if (!made.has(card)) made.set(card, {});
  const held = made.get(card);
  if (!held[name] && card.pieces[name]) {
    held[name] = piece(card.pieces[name].trim());
    // What is in memory must not wait until it is seen.
    for (const image of all("img", held[name])) image.loading = "eager";
  }
  return held[name];
}

export const has = (card, name) => Boolean(card.pieces[name]);

// Loads and decodes the pictures of items that come next.
export function warm(cards, name) {
  cards.forEach((card, place) => {
    for (const image of all("img", node(card, name))) image.decode?.().catch(() => {});
    if (place < RECORDINGS) for (const media of all("video, audio", node(card, name))) ready(media);
  });
}

// How long it is and its first frame: so much of a recording is fetched before it is played.
export function ready(media) {
  if (media.preload === "none") media.preload = "metadata";
}
